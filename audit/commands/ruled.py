"""What `audit verify` compares of rulings on visits: decisions on items, voidings and admissions, with the trail."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from audit.commands.ledger import Ledger
from audit.commands.readable import by_chunks, told
from audit.inspections import queries, rulings
from audit.inspections.models import Admission, Inspection, ItemDecision, Voiding

VOIDED = {False: "inspection.void", True: "inspection.propose-voiding"}  # by whether it was for fraud


def decisions(ledger: Ledger) -> Iterator[str | None]:
    """Every decision on an item against its line, or that of the appeal it came from."""

    def check(keys: list[int]) -> Iterator[str | None]:
        for each in ItemDecision.select().where(ItemDecision.id.in_(keys)):
            name = f"decision {each.id} on {each.item} of {each.inspection_id}"
            yield told(name, _decision(each, ledger))

    return by_chunks(ItemDecision, check, "decision")


def _decision(row: ItemDecision, ledger: Ledger) -> Iterator[str]:
    sealed, columns = rulings.seal_of_decision(row), {"actor_id": row.decided_by_id, "at": row.decided_at}
    if row.appeal is None:
        found = ledger.seals("inspection.decide", row.inspection_id, sealed, **columns)
    else:
        found = ledger.seals("appeal.uphold", row.appeal, sealed, **columns)
    if not found:
        yield "the trail does not tell of it so"
    if row.decided_by_id in queries.team(row.inspection_id):
        yield "who decided it was on the visit"


def voidings(ledger: Ledger) -> Iterator[str | None]:
    """Every voiding against its lines, and the two people that a fraud takes."""

    def check(keys: list[int]) -> Iterator[str | None]:
        for each in Voiding.select().where(Voiding.id.in_(keys)):
            yield told(f"voiding {each.id} of {each.inspection_id}", _voiding(each, ledger))

    return by_chunks(Voiding, check, "voiding")


def _voiding(row: Voiding, ledger: Ledger) -> Iterator[str]:
    sealed, fraud = rulings.seal_of_voiding(row), row.why == "fraud"
    proposed = {"actor_id": row.proposed_by_id, "at": row.proposed_at}
    if not ledger.seals(VOIDED[fraud], row.inspection_id, sealed, **proposed):
        yield "the trail does not tell of it so"
    if not fraud or row.confirmed_at is None:
        return
    confirmed = {"actor_id": row.confirmed_by_id, "at": row.confirmed_at}
    if not ledger.seals("inspection.confirm-voiding", row.inspection_id, sealed, **confirmed):
        yield "the trail does not tell that it was confirmed so, and by whom"
    if row.confirmed_by_id == row.proposed_by_id:
        yield "who confirmed it is who proposed it"


def admissions(ledger: Ledger) -> Iterator[str | None]:
    """Every admission against its line; and every approved visit that wanted one has it."""

    def check(keys: list[int]) -> Iterator[str | None]:
        for each in Admission.select().where(Admission.id.in_(keys)):
            columns = {"actor_id": each.admitted_by_id, "at": each.admitted_at}
            found = ledger.seals("inspection.admit", each.inspection_id, rulings.seal_of_admission(each), **columns)
            yield None if found else f"admission of {each.inspection_id}: the trail does not tell of it so"

    yield from by_chunks(Admission, check, "admission")
    yield from _unadmitted(ledger)


def _unadmitted(ledger: Ledger) -> Iterator[str]:
    """The approved visits whose line says that they wanted to be admitted; those of older lines wanted nothing."""
    admitted = {str(each) for (each,) in Admission.select(Admission.inspection).tuples()}
    approved = Inspection.select(Inspection.id, Inspection.revision).where(Inspection.state == "approved")
    for number, revision in approved.tuples():
        if str(number) not in admitted and _gated(number, revision, ledger):
            yield f"{number}: was approved, and nobody admitted it"


def _gated(inspection_id: UUID, revision: int, ledger: Ledger) -> bool:
    lines = ledger.lines.get(("inspection.submit", str(inspection_id)), ())
    return any(line.detail.get("gates") for line in lines if line.detail.get("revision") == revision)
