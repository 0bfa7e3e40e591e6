"""What of a ranking waits for somebody: a step for its second person, a card for its county. One query each."""

from __future__ import annotations

from audit.centres import queries as centres
from audit.centres.models import Division
from audit.rankings import cards
from audit.rankings.models import Card, Step
from audit.rounds.models import Round


def to_confirm(actor) -> list[Step]:
    """The steps that somebody else proposed in rounds of the actor's area, with their round, the oldest first."""
    steps = Step.select(Step, Round).join(Round).join(Division, on=(Round.area == Division.id)).order_by(Step.id)
    waiting = steps.where(Step.confirmed_at.is_null(), Step.withdrawn_at.is_null(), Step.proposed_by != actor.id)
    return list(waiting.where(centres.inside(actor.division)))


def to_acknowledge(actor) -> list[Card]:
    """The standing cards in sight that nobody of the county has acknowledged, the newest issue first."""
    query = cards.with_county().where(cards.STATES["standing"], Card.acknowledged_at.is_null())
    here = query.where(centres.inside(actor.division))
    return list(here.order_by(Card.year.desc(), Card.number.desc(), Card.id))
