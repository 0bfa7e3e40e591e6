"""What was ruled on visits beside their reviews: decisions on items, voidings, admissions; each with its seal."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from audit.accounts.models import Account
from audit.base.db import contains, digest_of
from audit.checklists.models import Baseline
from audit.inspections.answers import as_sent, form
from audit.inspections.flags import GATES
from audit.inspections.models import Admission, Inspection, ItemDecision, Revision, Voiding
from audit.rounds.models import Round, RoundLevel

Confirmer = Account.alias()
SEES_PROPOSALS = {"reviewer", "office"}  # who hears of a fraud that one person alone speaks of


def decided(inspections: Iterable[Inspection]) -> dict[UUID, dict[str, dict]]:
    """Per visit and item the newest answer decided on its current revision."""
    rows = (
        ItemDecision.select(ItemDecision.inspection, ItemDecision.item, ItemDecision.answer)
        .join(Inspection)
        .where(ItemDecision.revision == Inspection.revision, Inspection.id.in_([each.id for each in inspections]))
        .order_by(ItemDecision.id)
    )
    found: dict[UUID, dict[str, dict]] = {}
    for each in rows:
        found.setdefault(each.inspection_id, {})[each.item] = each.answer
    return found


def decisions(inspection_id: UUID) -> list[ItemDecision]:
    """Every decision on items of a visit in order, each with the answer that was `sent` for that revision, or None."""
    rows = (
        ItemDecision.select(ItemDecision, Account)
        .join(Account)
        .where(ItemDecision.inspection == inspection_id)
        .order_by(ItemDecision.id)
    )
    return _with_sent(inspection_id, list(rows))


def _with_sent(inspection_id: UUID, rows: list[ItemDecision]) -> list[ItemDecision]:
    numbers = {each.revision for each in rows}
    bodies = Revision.select(Revision.number, Revision.body).where(
        Revision.inspection == inspection_id, Revision.number.in_(numbers)
    )
    sent = {(each.number, answer["item"]): answer for each in bodies for answer in each.body["answers"]}
    for each in rows:
        answer = sent.get((each.revision, each.item))
        each.sent = as_sent(form(answer)) if answer else None
        each.answer = as_sent(each.answer)
    return rows


def decision(row: ItemDecision) -> ItemDecision:
    """One decision as it is shown."""
    return next(each for each in decisions(row.inspection_id) if each.id == row.id)


def admission(inspection_id: UUID) -> Admission | None:
    return Admission.select(Admission, Account).join(Account).where(Admission.inspection == inspection_id).first()


def wants_admission():
    """The condition that a visit came late or unassigned, is still to be decided on, and nobody has admitted it."""
    late, unplanned = (contains(Inspection.flags, f'"flag":"{name}"') for name in GATES)
    undecided = Inspection.state.in_(("waiting", "submitted"))
    return (late | unplanned) & undecided & Inspection.id.not_in(Admission.select(Admission.inspection))


def wants_confirmation(*proposals):
    """The condition that somebody wants a visit void for fraud, no second person has confirmed it, and nothing else
    took it out; `proposals` narrow whose word it is."""
    fraud = Voiding.select(Voiding.inspection).where(Voiding.why == "fraud", Voiding.confirmed_at.is_null(), *proposals)
    return Inspection.id.in_(fraud) & (Inspection.state != "void")


def _voidings(inspection_id: UUID):
    return (
        Voiding.select(Voiding, Account, Confirmer)
        .join(Account, on=(Voiding.proposed_by == Account.id))
        .switch(Voiding)
        .left_outer_join(Confirmer, on=(Voiding.confirmed_by == Confirmer.id))
        .where(Voiding.inspection == inspection_id)
        .order_by(Voiding.id.desc())
    )


def voiding(inspection_id: UUID, voiding_id: int) -> Voiding | None:
    return _voidings(inspection_id).where(Voiding.id == voiding_id).first()


def open_voiding(inspection_id: UUID) -> Voiding | None:
    """The proposal to void a visit for fraud that waits for a second person."""
    return _voidings(inspection_id).where(Voiding.why == "fraud", Voiding.confirmed_at.is_null()).first()


def voided_so(inspection_id: UUID, body: dict, actor) -> Voiding | None:
    """The voiding that the actor made or proposed in these very words: {why, reason}."""
    same = (Voiding.why == body["why"]) & (Voiding.reason == body["reason"]) & (Voiding.proposed_by == actor.id)
    return _voidings(inspection_id).where(same).first()


def is_void(inspection_id: UUID) -> bool:
    """Whether a voiding that holds took the visit out."""
    return any(each.settled for each in Voiding.select().where(Voiding.inspection == inspection_id))


def shown_voiding(actor, inspection_id: UUID) -> Voiding | None:
    """The voiding of a visit, an open proposal first; what one person alone says of a fraud is not for everybody."""
    known = list(_voidings(inspection_id))
    if actor.roles & SEES_PROPOSALS:
        return min(known, key=lambda each: each.settled, default=None)
    return next((each for each in known if each.settled), None)


def measures(inspection_id: UUID) -> bool:
    """Whether an open round measures with the baseline that was taken from this visit."""
    return (
        RoundLevel.select()
        .join(Round)
        .switch(RoundLevel)
        .join(Baseline, on=(RoundLevel.baseline == Baseline.id))
        .where(Round.state == "open", Baseline.inspection == inspection_id)
        .exists()
    )


def seal_of_decision(row: ItemDecision) -> dict:
    """What the trail keeps of a decision on an item: also the line of an appeal that it came from."""
    return {
        "decision": row.id,
        "inspection": str(row.inspection_id),
        "revision": row.revision,
        "item": row.item,
        "digest": digest_of([row.answer, row.reason]),
    }


def seal_of_voiding(row: Voiding) -> dict:
    return {"voiding": row.id, "why": row.why, "digest": digest_of(row.reason)}


def seal_of_admission(row: Admission) -> dict:
    return {"digest": digest_of(row.reason)}
