"""What `audit verify` compares of rounds: whom they count, what was issued, drawn and planned, with what the trail
tells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from audit.base import copies
from audit.base.storage import Storage
from audit.centres.models import Division
from audit.checklists.models import Baseline
from audit.commands.ledger import Ledger
from audit.commands.readable import by_chunks, told
from audit.inspections.models import Inspection
from audit.rounds import documents, drawn, lists, plans
from audit.rounds import queries as rounds
from audit.rounds.models import Document, DocumentSender, Draw, IssuedList, Plan, Round, RoundCentre, RoundLevel


def round_rows(ledger: Ledger) -> Iterator[str | None]:
    """Every round against the line that opened it; its baselines: adopted, and adopted for that round."""

    def check(keys: list[int]) -> Iterator[str | None]:
        for each in Round.select().where(Round.id.in_(keys)):
            yield told(each.code, _round(each, ledger))

    return by_chunks(Round, check, "round")


def _round(row: Round, ledger: Ledger) -> Iterator[str]:
    if not ledger.seals("round.open", row.code, rounds.seal_of(row)):
        yield "the trail tells of another area, other days, editions or policies"
    # how it went on from there, its steps tell
    if (row.state != "open") != ledger.seals("round.close", row.code, {}):
        yield f"the trail does not tell that it is {row.state}"
    yield from _counted(row, ledger)
    for level in RoundLevel.select(RoundLevel, Round).join(Round).where(RoundLevel.round == row.id):
        yield from (f"{level.level}: {fault}" for fault in _level(level, ledger))


def _level(row: RoundLevel, ledger: Ledger) -> Iterator[str]:
    if row.baseline_id is None:
        return
    baseline = Baseline.get_or_none(Baseline.id == row.baseline_id)
    if baseline is None or baseline.adopted_at is None or baseline.edition_id != row.edition_id:
        yield f"its baseline {row.baseline_id} is not adopted, or of another edition"
    sealed = {"round": row.round.code}
    if not any(ledger.seals(verb, row.baseline_id, sealed) for verb in ("baseline.adopt", "baseline.confirm")):
        yield f"the trail does not tell that baseline {row.baseline_id} was adopted for it"


class _Counted(NamedTuple):
    """What is compared of a `RoundCentre`: whole rows of some two thousand took a third of a small verify."""

    centre_id: UUID
    tier: str


def _counted(row: Round, ledger: Ledger) -> Iterator[str]:
    """The centres that it counts: those of its opening, and those that were visited later, each with its tier."""
    lines = ledger.lines.get(("round.open", row.code), ())
    opening = next((line.detail.get("centres") for line in lines), None)
    if opening is None:  # opened before the program kept them
        return
    rows, counted = [], RoundCentre.select(RoundCentre.centre, RoundCentre.tier).where(RoundCentre.round == row.id)
    for centre, tier in counted.order_by(RoundCentre.id).tuples():
        changes = [line.detail for line in ledger.lines.get(("round.tier", f"{row.code}/{centre}"), ())]
        if changes and changes[-1]["new"] != tier:
            yield f"{centre}: the trail does not tell that its tier is {tier}"
        rows.append(_Counted(centre, changes[0]["old"] if changes else tier))
    first, later = rows[: opening["number"]], rows[opening["number"] :]
    if rounds.opening_of(first) != opening:
        yield "it counts other centres, or with other tiers, than when it opened"
    visited = _visited(row, ledger) if later else set()
    for each in later:
        if (each.centre_id, each.tier) not in visited:
            yield f"{each.centre_id}: it came later, and no visit tells of it so"


def _visited(row: Round, ledger: Ledger) -> set[tuple]:
    """(centre, tier) as each submission of the round sealed it."""
    visits = Inspection.select(Inspection.id, Inspection.centre).where(Inspection.round == row.id).tuples()
    return {
        (centre, line.detail.get("tier"))
        for number, centre in visits
        for line in ledger.lines.get(("inspection.submit", str(number)), ())
    }


def paper_rows(ledger: Ledger, storage: Storage) -> Iterator[str | None]:
    """Every document: its bytes hashed again, and all that is said of it held against the trail."""

    def check(keys: list[str]) -> Iterator[str | None]:
        for each in Document.select().where(Document.digest.in_(keys)):
            yield told(each.key, _paper(each, ledger, storage))

    yield from by_chunks(Document, check, "")
    there_are = {(each,) for (each,) in Document.select(Document.digest).tuples()}
    yield from _gone(ledger, ("document.keep",), there_are)


def _paper(row: Document, ledger: Ledger, storage: Storage) -> Iterator[str]:
    try:
        if copies.sha256_of(row.key, storage) != row.digest:
            yield "its bytes are not those that were received"
    except copies.Lost as lost:
        yield str(lost)
    if not ledger.seals("document.keep", row.digest, documents.seal_of(row)):
        yield "the trail tells of another name, type or size"
    sent = DocumentSender.select(DocumentSender.account, DocumentSender.sent_at).where(
        DocumentSender.document == row.digest
    )
    lines = ledger.lines.get(("document.keep", row.digest), ())
    if set(sent.tuples()) != {(line.actor_id, line.at) for line in lines}:
        yield "the trail tells of other senders"


def list_rows(ledger: Ledger) -> Iterator[str | None]:
    """Every issued list against the lines that entered it and took it back; then those that are gone."""

    def check(keys: list[int]) -> Iterator[str | None]:
        rows = IssuedList.select(IssuedList, Round, Division).join(Round).switch(IssuedList).join(Division)
        for each in rows.where(IssuedList.id.in_(keys)):
            yield told(f"{lists.subject_of(each)} version {each.version}", _list(each, ledger))

    yield from by_chunks(IssuedList, check, "list")
    rows = IssuedList.select(IssuedList, Round, Division).join(Round).switch(IssuedList).join(Division)
    yield from _gone(ledger, ("list.enter",), {(lists.subject_of(each), each.version) for each in rows}, "version")


def _list(row: IssuedList, ledger: Ledger) -> Iterator[str]:
    subject = lists.subject_of(row)
    entered = {"actor_id": row.entered_by_id, "at": row.entered_at}
    if not ledger.seals("list.enter", subject, lists.seal_of(row), **entered):
        yield "the trail does not tell of it so"
    if row.withdrawn_at is None:
        if ledger.seals("list.withdraw", subject, {"version": row.version}):
            yield "it counts, and the trail tells that it was withdrawn"
        return
    ended = {"actor_id": row.withdrawn_by_id, "at": row.withdrawn_at}
    if not ledger.seals("list.withdraw", subject, lists.seal_of_end(row), **ended):
        yield "the trail does not tell that it was withdrawn so"


def _gone(ledger: Ledger, verbs: tuple[str, ...], there_are: set[tuple], *named_by: str) -> Iterator[str]:
    """Lines whose row is not there: a row is known by its line's subject and by what of the detail names it."""
    for (action, subject), lines in ledger.lines.items():
        for line in lines if action in verbs else ():
            if (subject, *(line.detail[name] for name in named_by)) not in there_are:
                yield f"line {line.seq}: what it tells of, {subject}, is gone"


def draw_rows(ledger: Ledger) -> Iterator[str | None]:
    """Every draw against its line, and drawn again; then those that are gone."""

    def check(keys: list[int]) -> Iterator[str | None]:
        for each in Draw.select().where(Draw.id.in_(keys)):
            yield told(f"draw {each.id}", _draw(each, ledger))

    yield from by_chunks(Draw, check, "draw")
    there_are = {(str(each),) for (each,) in Draw.select(Draw.id).tuples()}
    yield from _gone(ledger, ("round.draw",), there_are)


def _draw(row: Draw, ledger: Ledger) -> Iterator[str]:
    yield from drawn.faults(row)
    first = plans.whole_of(Plan.draw == row.id, Plan.replaces.is_null())
    given = {plans.name_in(row.frame, each.centre): each.inspector.name for each in first}
    sealed = ledger.seals("round.draw", row.id, drawn.seal_of(row, given), actor_id=row.made_by_id, at=row.made_at)
    if not sealed:
        yield "the trail tells of another seed, frame or question, or of another result"


def plan_rows(ledger: Ledger) -> Iterator[str | None]:
    """Every planned visit against the lines that made it and ended it; then those that are gone."""

    def check(keys: list[int]) -> Iterator[str | None]:
        for each in Plan.select().where(Plan.id.in_(keys)):
            yield told(f"plan {each.id}", _plan(each, ledger))

    yield from by_chunks(Plan, check, "plan")
    there_are = {(str(each),) for (each,) in Plan.select(Plan.id).tuples()}
    yield from _gone(ledger, ("plan.enter", "plan.replace"), there_are)


def _plan(row: Plan, ledger: Ledger) -> Iterator[str]:
    # what a draw planned is sealed with the draw
    if row.draw_id is None or row.replaces_id is not None:
        verb = "plan.enter" if row.replaces_id is None else "plan.replace"
        entered = {"actor_id": row.entered_by_id, "at": row.entered_at}
        if not ledger.seals(verb, row.id, plans.seal_of(row), **entered):
            yield "the trail does not tell that it was planned so"
    after = Plan.select(Plan.id).where(Plan.replaces == row.id).tuples()
    ended = {
        "withdrawn": ledger.seals("plan.withdraw", row.id, {"reason": row.reason}),
        "replaced": any(
            ledger.seals("plan.replace", new, {"replaces": row.id, "reason": row.reason}) for (new,) in after
        ),
    }
    follows = [state for state, told_so in ended.items() if told_so] or ["planned"]
    if [row.state] != follows:
        yield f"is {row.state}, but {' and '.join(follows)} is what the trail tells"
