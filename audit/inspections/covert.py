"""暗访 (decision 0023): a covert visit is kept from counties until its round is published, and who made it for good."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from audit.inspections.models import Inspection
from audit.rounds.models import Round
from audit.rounds.plans import COVERT, WORK_WITH_THEM

OPEN = "published"  # the state of a round from which on its covert visits are known


def is_kept_from(actor) -> bool:
    """Whether an actor is one of a county, and nothing more; None stands for the command line."""
    return actor is not None and "county" in actor.roles and not actor.roles & WORK_WITH_THEM


def unconcealed(actor):
    """The condition, on visits with their round, that a visit is not kept from the actor for its kind."""
    if not is_kept_from(actor):
        return Inspection.kind.is_null(False)  # as every visit's is
    return (Inspection.kind != COVERT) | (Round.state == OPEN)


def kinds_kept_from(actor, round_: Round) -> frozenset[str]:
    """The kinds of visits that are kept from the actor in a round: as if there were none of them."""
    return frozenset({COVERT}) if is_kept_from(actor) and round_.state != OPEN else frozenset()


def counted_kinds(policy: Mapping, actor, round_: Round) -> tuple[str, ...]:
    """The kinds of visits that count in a round by the content of a ranking policy, as far as the actor may know."""
    kept = kinds_kept_from(actor, round_)
    return tuple(each for each in policy["counted_kinds"] if each not in kept)


def names_team(actor, kind: str, team: Collection[int] = ()) -> bool:
    """Whether the actor may know who was on a visit of that kind; `team` are the accounts that were."""
    return kind != COVERT or not is_kept_from(actor) or actor.id in team


def among(visits: Collection[UUID]) -> set[UUID]:
    """Those of the visits that are covert: in what goes to a county nobody is named beside them. One query."""
    rows = Inspection.select(Inspection.id).where(Inspection.id.in_(list(visits)), Inspection.kind == COVERT)
    return {each for (each,) in rows.tuples()}
