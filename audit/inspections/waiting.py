"""What visits wait for, and for whom: a review, an admission, a second person, their own team. One query each."""

from __future__ import annotations

from datetime import datetime

from audit.centres import queries as centres
from audit.centres.models import Centre, Division
from audit.checklists.models import Baseline
from audit.inspections import rulings
from audit.inspections.baselines import could_be_one
from audit.inspections.models import Inspection, Participant, Review, Voiding
from audit.inspections.queries import visible, with_centres
from audit.rounds.models import Round, RoundLevel
from audit.rounds.queries import FROZEN

Measured = Round.alias()  # beside the round of a visit: one that measures with it


def _own(actor):
    return Participant.select(Participant.inspection).where(Participant.account == actor.id)


def _of_others(actor):
    """Visits in sight that somebody else made."""
    return with_centres().where(visible(actor), Inspection.id.not_in(_own(actor)))


def to_review(actor) -> int:
    """Visits that the actor may approve or return."""
    return _of_others(actor).where(Inspection.state == "submitted", Round.state.not_in(FROZEN)).count()


def to_admit(actor) -> int:
    """Late or unassigned ones that no reviewer has admitted: until then none can be approved."""
    return _of_others(actor).where(rulings.wants_admission(), Round.state.not_in(FROZEN)).count()


def to_confirm(actor) -> list[Inspection]:
    """Visits that somebody else wants void for fraud, and no second person has confirmed."""
    return list(_of_others(actor).where(rulings.wants_confirmation(Voiding.proposed_by != actor.id)))


def returned_to(actor) -> int:
    """Visits of the actor's own that a reviewer sent back."""
    return Inspection.select().where(Inspection.id.in_(_own(actor)), Inspection.state == "returned").count()


def approved_since(actor, moment: datetime) -> int:
    """Visits in sight that were approved since then, and stand so."""
    approved = Review.select(Review.inspection).where(Review.decision == "approve", Review.at >= moment)
    here = with_centres().where(visible(actor), Inspection.state == "approved")
    return here.where(Inspection.id.in_(approved)).count()


def baselines_to_confirm(actor) -> list[tuple[str, str]]:
    """(code, name) of each open round of the actor's area, for each baseline of an edition of its that somebody else
    proposed: whichever round the visit was of, it may be confirmed there (`baselines.adoptable`)."""
    rows = (
        Baseline.select(Measured.code, Measured.name)
        .join(Inspection, on=(Inspection.id == Baseline.inspection))
        .join(Centre)
        .switch(Inspection)
        .join(Round)
        .join(RoundLevel, on=(RoundLevel.edition == Baseline.edition))
        .join(Measured, on=(RoundLevel.round == Measured.id))
        .join(Division, on=(Measured.area == Division.id))
        .where(Baseline.adopted_at.is_null(), Baseline.proposed_by != actor.id, Measured.state == "open")
        .where(could_be_one(actor), ~Round.sample | Measured.sample, Inspection.id.not_in(_own(actor)))
        .where(centres.inside(actor.division))
        .order_by(Measured.code)
    )
    return list(rows.tuples())
