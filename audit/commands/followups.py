"""What `audit verify` compares of findings and appeals: with their steps, the trail, and the scores they rest on."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from uuid import UUID

from audit.base.db import batches
from audit.base.trail import TrailLine
from audit.centres.models import Centre
from audit.commands.ledger import Ledger
from audit.commands.readable import CHUNK, by_chunks, told
from audit.followup import appeals, opening, queries, visits
from audit.followup.course import LIVE, OutOfTurn, course
from audit.followup.models import Appeal, Finding, FindingStep, StepPhoto
from audit.inspections import queries as inspections
from audit.inspections.models import Inspection, ItemDecision
from audit.rounds.models import Round

TAKEN = ("order", "report", "close", "return", "reopen")  # steps that somebody takes, with a line of their own
ENDS = {"upheld": "appeal.uphold", "dismissed": "appeal.dismiss", "withdrawn": "appeal.withdraw"}


def checks(ledger: Ledger) -> Iterator[tuple[str, int, Iterator[str | None]]]:
    """(name, number of rows, check) of each, as `audit verify` runs them."""
    visited = Inspection.select(Inspection.round, Inspection.centre).distinct()
    yield "findings", Finding.select().count(), findings(ledger)
    yield "opened", visited.count(), opened()
    yield "appeals", Appeal.select().count(), appeal_rows(ledger)


def findings(ledger: Ledger) -> Iterator[str | None]:
    """Every finding against its steps, and every step against the trail; and no line without its finding."""
    moments = {line.at for lines in ledger.lines.values() for line in lines}
    ordered = _ordered_at_once(ledger)

    def check(keys: list[int]) -> Iterator[str | None]:
        steps, photos = queries.steps_of(keys), _photos_of(keys)
        counties = dict(Centre.select(Centre.id, Centre.county).join(Finding).where(Finding.id.in_(keys)).tuples())
        for each in Finding.select().where(Finding.id.in_(keys)):
            lines = [*_lines(each.id, ledger), *ordered.get(each.id, ())]
            faults = [*_row(each, steps[each.id], counties), *_steps(steps[each.id], lines, moments)]
            yield told(f"finding {each.id}", [*faults, *_photos(steps[each.id], photos)])

    yield from by_chunks(Finding, check, "finding")
    known = {str(each) for (each,) in Finding.select(Finding.id).tuples()}
    told_of = {subject for action, subject in ledger.lines if action in {f"finding.{verb}" for verb in TAKEN}}
    yield from _gone(told_of | {str(each) for each in ordered}, known, "finding")


def _gone(told_of: set[str], known: set[str], name: str) -> Iterator[str]:
    yield from (f"{name} {each}: the trail tells of it, and it is gone" for each in sorted(told_of - known))


def _ordered_at_once(ledger: Ledger) -> dict[int, list[TrailLine]]:
    """The lines that ordered many findings, by finding."""
    found: dict[int, list[TrailLine]] = {}
    for (action, _), lines in ledger.lines.items():
        for line in lines if action == "finding.order-all" else ():
            for each in line.detail["findings"]:
                found.setdefault(each, []).append(line)
    return found


def _lines(finding_id: int, ledger: Ledger) -> Iterator[TrailLine]:
    for verb in TAKEN:
        yield from ledger.lines.get((f"finding.{verb}", str(finding_id)), ())


def _row(row: Finding, steps: list[FindingStep], counties: dict[UUID, int]) -> Iterator[str]:
    try:
        follows = course(steps)
    except OutOfTurn as error:
        yield f"its steps do not follow each other: {error}"
        return
    if follows != opening.standing_of(row):
        yield "it does not stand where its steps lead"
    if not steps or steps[0].at != row.opened_at:
        yield "it was not opened at the time of its first step"
    if counties.get(row.centre_id) != row.county_id:
        yield "it is of another county than its centre"
    if row.repeats_id and (row.repeats.centre_id, row.repeats.item) != (row.centre_id, row.item):
        yield f"it repeats {row.repeats_id}, which is about something else"


def _steps(steps: list[FindingStep], lines: list[TrailLine], moments: set[datetime]) -> Iterator[str]:
    for number, step in enumerate(steps, 1):
        if step.by_id is None:
            # what a score did by itself has the moment of the review, decision or baseline that it followed from
            if step.at not in moments:
                yield f"step {number} ({step.verb}): the trail tells of nothing at that moment"
        elif not any(_seals(line, step) for line in lines):
            yield f"step {number} ({step.verb}): the trail does not tell of it so"
    taken = {step.at for step in steps if step.by_id is not None}
    yield from (f"the step that line {line.seq} tells of is gone" for line in lines if line.at not in taken)


def _photos_of(finding_ids: list[int]) -> dict[int, set[str]]:
    """The photos by which the steps of these findings can be looked up, by step."""
    found: dict[int, set[str]] = {}
    rows = StepPhoto.select(StepPhoto.step, StepPhoto.digest).join(FindingStep)
    for step, digest in rows.where(FindingStep.finding.in_(finding_ids)).tuples():
        found.setdefault(step, set()).add(digest)
    return found


def _photos(steps: list[FindingStep], photos: dict[int, set[str]]) -> Iterator[str]:
    if any(photos.get(each.id, set()) != set(each.photos) for each in steps):
        yield "its photos cannot be looked up as its steps name them"


def _seals(line: TrailLine, step: FindingStep) -> bool:
    sealed = queries.seal_of(step).items() <= line.detail.items()
    return sealed and (line.actor_id, line.at) == (step.by_id, step.at)


def opened() -> Iterator[str | None]:
    """The findings of every round with a policy for them against the visits that count: none too few, none too many."""
    for round_ in Round.select(Round.id, Round.code).where(Round.followup_policy.is_null(False)):
        visited = Inspection.select(Inspection.centre).where(Inspection.round == round_.id)
        found = Finding.select(Finding.centre).where(Finding.round == round_.id)
        for some in batches(sorted({each for (each,) in (visited | found).tuples()}), CHUNK):
            yield from _agree(round_, some)


def _agree(round_: Round, centre_ids: Collection[UUID]) -> Iterator[str | None]:
    counted = visits.counted(round_.id, centre_ids)
    marks = visits.marks_of([each.id for each in counted.values()])
    rows: dict[UUID, list[Finding]] = {each: [] for each in centre_ids}
    for each in Finding.select().where(Finding.round == round_.id, Finding.centre.in_(list(centre_ids))):
        rows[each.centre_id].append(each)
    for centre_id in centre_ids:
        visit = counted.get(centre_id)
        below = {
            item: (visit.id, mark.reason, mark.lost)
            for item, mark in (marks.get(visit.id, {}) if visit else {}).items()
            if mark.verdict == "not_met"
        }
        yield told(f"{round_.code}: centre {centre_id}", _differ(rows[centre_id], below))


def _differ(rows: list[Finding], below: dict[str, tuple]) -> Iterator[str]:
    missing = sorted(set(below) - {each.item for each in rows if each.state != "withdrawn"})
    if missing:
        yield f"has no finding on {', '.join(missing)}, which its visit found below standard"
    for each in rows:
        if each.state in LIVE and below.get(each.item) != (each.inspection_id, each.reason, each.lost):
            yield f"finding {each.id} on {each.item} is not what its visit found"


def appeal_rows(ledger: Ledger) -> Iterator[str | None]:
    """Every appeal against the lines of its filing and its end, and the decision that it led to."""

    def check(keys: list[int]) -> Iterator[str | None]:
        rows = Appeal.select(Appeal, Inspection, Centre).join(Inspection).join(Centre).where(Appeal.id.in_(keys))
        for each in rows:
            yield told(f"appeal {each.id}", [*_filed(each, ledger), *_ended(each, ledger)])

    yield from by_chunks(Appeal, check, "appeal")
    known = {str(each) for (each,) in Appeal.select(Appeal.id).tuples()}
    yield from _gone({subject for action, subject in ledger.lines if action == "appeal.file"}, known, "appeal")


def _filed(row: Appeal, ledger: Ledger) -> Iterator[str]:
    columns = {"actor_id": row.filed_by_id, "at": row.filed_at}
    if not ledger.seals("appeal.file", row.id, appeals.seal_of(row), **columns):
        yield "the trail does not tell that it was filed so"
    if (row.round_id, row.county_id) != (row.inspection.round_id, row.inspection.centre.county_id):
        yield "it is of another round or county than its visit"


def _ended(row: Appeal, ledger: Ledger) -> Iterator[str]:
    ends = [line for verb in ENDS.values() for line in ledger.lines.get((verb, str(row.id)), ())]
    if row.state == "open":
        if ends:
            yield f"it is open, and line {ends[-1].seq} of the trail tells of its end"
        return
    sealed = appeals.seal_of(row) | appeals.seal_of_end(row)
    columns = {"actor_id": row.decided_by_id, "at": row.decided_at}
    if not ledger.seals(ENDS.get(row.state, "?"), row.id, sealed, **columns):
        yield f"the trail does not tell that it is {row.state}, so and by whom"
    if row.state != "withdrawn" and row.decided_by_id in (row.filed_by_id, *inspections.team(row.inspection_id)):
        yield "who decided it filed it, or was on the visit"
    if row.state == "upheld" and not _written(row):
        yield "no decision on the item came of it"


def _written(row: Appeal) -> bool:
    made = ItemDecision.select().where(ItemDecision.appeal == row.id, ItemDecision.inspection == row.inspection_id)
    return any((each.item, each.answer) == (row.item, row.answer) for each in made)
