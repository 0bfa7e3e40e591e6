"""What visits wait for, and for whom: a review, an admission, a second person, their own team. One query each."""

from __future__ import annotations

from datetime import datetime

from audit.base.db import contains
from audit.centres import queries as centres
from audit.centres.models import Division
from audit.checklists.models import Baseline
from audit.inspections.flags import GATES
from audit.inspections.models import Admission, Inspection, Participant, Review, Voiding
from audit.inspections.queries import visible, with_centres
from audit.rounds.models import Round
from audit.rounds.queries import FROZEN


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
    late, unplanned = (contains(Inspection.flags, f'"flag":"{name}"') for name in GATES)
    gated = _of_others(actor).where(late | unplanned, Inspection.id.not_in(Admission.select(Admission.inspection)))
    return gated.where(Inspection.state.in_(("waiting", "submitted")), Round.state.not_in(FROZEN)).count()


def to_confirm(actor) -> list[Inspection]:
    """Visits that somebody else wants void for fraud, and no second person has confirmed."""
    proposed = Voiding.select(Voiding.inspection).where(
        Voiding.why == "fraud", Voiding.confirmed_at.is_null(), Voiding.proposed_by != actor.id
    )
    return list(_of_others(actor).where(Inspection.id.in_(proposed), Inspection.state != "void"))


def returned_to(actor) -> int:
    """Visits of the actor's own that a reviewer sent back."""
    return Inspection.select().where(Inspection.id.in_(_own(actor)), Inspection.state == "returned").count()


def approved_since(actor, moment: datetime) -> int:
    """Visits in sight that were approved since then, and stand so."""
    approved = Review.select(Review.inspection).where(Review.decision == "approve", Review.at >= moment)
    here = with_centres().where(visible(actor), Inspection.state == "approved")
    return here.where(Inspection.id.in_(approved)).count()


def baselines_to_confirm(actor) -> list[tuple[str, str]]:
    """(code, name) of the round, for each baseline that somebody else proposed in an open round of the actor's area."""
    rows = (
        Baseline.select(Round.code, Round.name)
        .join(Inspection, on=(Inspection.id == Baseline.inspection))
        .join(Round)
        .join(Division, on=(Round.area == Division.id))
        .where(Baseline.adopted_at.is_null(), Baseline.proposed_by != actor.id, Round.state == "open")
        .where(Inspection.id.not_in(_own(actor)))
        .order_by(Round.code)
    )
    return list((rows if actor.division is None else rows.where(centres.inside(actor.division))).tuples())
