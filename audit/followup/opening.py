"""Findings follow the scores: opened, moved, closed and withdrawn as the visit that counts says, in its transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from audit.base.clock import BEIJING
from audit.centres.models import Centre
from audit.followup import queries, visits
from audit.followup.course import LIVE, Standing, after
from audit.followup.models import Finding, FindingStep
from audit.followup.visits import BELOW, Mark
from audit.inspections.covert import COVERT
from audit.inspections.models import Inspection
from audit.rounds.models import Round

NOTES = {  # of a covert visit
    "close": "已达标 · met",
    "withdraw": "认定已变更 · found otherwise",
    "open": "未达标 · not met",
    "reopen": "未达标 · not met",
}


def heard(event: str, inspection: Inspection, now: datetime) -> None:
    """Take in the news of a visit (`approved`, `rescored`, `voided`); wired by app.py."""
    {"approved": approved, "rescored": rescored, "voided": voided}[event](inspection, now=now)


def approved(inspection: Inspection, *, now: datetime) -> None:
    """Open a finding for each item that the visit found below standard; a newer visit moves those that there are."""
    settle(inspection.round_id, [inspection.centre_id], now=now)


def rescored(inspection: Inspection, *, now: datetime) -> None:
    """Open, withdraw or weigh anew the findings of a visit whose score is another one now."""
    settle(inspection.round_id, [inspection.centre_id], now=now)


def voided(inspection: Inspection, *, now: datetime) -> None:
    """Findings of a visit that was taken out follow the visit that counts instead of it, if there is one."""
    settle(inspection.round_id, [inspection.centre_id], now=now)


def settle(round_id: int, centre_ids: Collection[UUID], *, now: datetime) -> None:
    """Bring the findings of these centres in line with the visits that count; safe to repeat, inside a transaction."""
    counted = visits.counted(round_id, centre_ids)
    marks = visits.marks_of([each.id for each in counted.values()])
    rows = Finding.select().where(Finding.round == round_id, Finding.centre.in_(list(centre_ids)))
    standing: dict[UUID, dict[str, Finding]] = {}
    for each in rows.order_by(Finding.id):
        standing.setdefault(each.centre_id, {})[each.item] = each
    for centre_id in centre_ids:
        visit, own = counted.get(centre_id), standing.get(centre_id, {})
        found = marks.get(visit.id, {}) if visit else {}
        for item, finding in own.items():
            _follow(finding, visit, found.get(item), now=now)
        new = {item: mark for item, mark in found.items() if mark.verdict == BELOW and item not in own}
        if new:
            _open(visit, new, now=now)


def _open(visit: Inspection, new: dict[str, Mark], *, now: datetime) -> None:
    (county,) = Centre.select(Centre.county).where(Centre.id == visit.centre_id).tuples().get()
    earlier = _earlier(visit, new)
    for item, mark in sorted(new.items()):
        finding = Finding.create(
            round=visit.round_id,
            county=county,
            centre=visit.centre_id,
            inspection=visit.id,
            item=item,
            reason=mark.reason,
            lost=mark.lost,
            state="open",
            kind="normal",
            opened_at=now,
            reopened=0,
            repeats=earlier.get(item),
        )
        FindingStep.create(finding=finding.id, verb="open", by=None, at=now, photos=[])


def _earlier(visit: Inspection, items: Iterable[str]) -> dict[str, int]:
    """The finding of the latest earlier round on each of these items of the centre; made-up rounds repeat their own."""
    own = Round.get_by_id(visit.round_id)
    rows = (
        Finding.select(Finding.item, Finding.id)
        .join(Round)
        .where(Finding.centre == visit.centre_id, Finding.item.in_(list(items)), Finding.state != "withdrawn")
        .where(Round.opens_on < own.opens_on, Round.sample == own.sample)
        .order_by(Round.opens_on, Round.id)
    )
    return dict(rows.tuples())


def _follow(finding: Finding, visit: Inspection | None, mark: Mark | None, *, now: datetime) -> None:
    """Let one finding follow what the visit that counts says of its item (None: nothing)."""
    verdict = mark.verdict if mark else None
    verb = _below(finding, visit) if verdict == BELOW else _no_longer_below(finding, visit, verdict)
    if verb:
        _write(finding, verb, _note(verb, finding, visit), now)
    if verdict == BELOW and finding.state in LIVE:
        _weigh(finding, visit, mark)


def _weigh(finding: Finding, visit: Inspection, mark: Mark) -> None:
    """Note which visit found it, why, and what it costs, where that is another by now."""
    weight = (visit.id, mark.reason, mark.lost)
    if (finding.inspection_id, finding.reason, finding.lost) != weight:
        finding.inspection, finding.reason, finding.lost = weight
        finding.save(only=[Finding.inspection, Finding.reason, Finding.lost])


def _below(finding: Finding, visit: Inspection) -> str | None:
    """The step of a finding whose item does not meet its standard."""
    if finding.state == "withdrawn":
        return "open"
    if finding.state != "closed":
        return None
    # what a visit closed by itself stands again with the score; what somebody verified is not undone by an old visit
    if queries.steps_of([finding.id])[finding.id][-1].by_id is None:
        return "open"
    newer = visit.id != finding.inspection_id and visit.finished_at > finding.closed_at
    return "reopen" if newer else None


def _no_longer_below(finding: Finding, visit: Inspection | None, verdict: str | None) -> str | None:
    """The step of a finding whose item meets its standard, or of which nothing says that it does not."""
    if finding.state not in LIVE:
        return None
    # at a later visit it was mended; at the same one, or an earlier, it had never been a fault
    mended = visit is not None and verdict == "met" and visit.finished_at > finding.inspection.finished_at
    return "close" if mended else "withdraw"


def _note(verb: str, finding: Finding, visit: Inspection | None) -> str:
    """What a step says of the visit that it follows from: its day, but of a covert one, which counties would learn."""
    if visit is None:
        return "检查已作废 · the visit was taken out"
    if visit.kind == COVERT:
        return NOTES[verb]
    day = visit.finished_at.astimezone(BEIJING).date().isoformat()
    if verb == "close":
        return f"{day}检查时已达标 · met at the visit of {day}"
    if verb == "withdraw":
        return f"{day}检查的认定已变更 · not so by the visit of {day}"
    return f"{day}检查时未达标 · not met at the visit of {day}"


def _write(finding: Finding, verb: str, note: str, now: datetime) -> None:
    """One step that nobody took; the line of the trail is that of the review or decision it follows from."""
    step = FindingStep.create(finding=finding.id, verb=verb, by=None, at=now, note=note, photos=[])
    put(finding, after(standing_of(finding), step))


def standing_of(finding: Finding) -> Standing:
    """Where the row says that the finding stands."""
    return Standing(finding.state, finding.kind, finding.unit, finding.due_on, finding.closed_at, finding.reopened)


def put(finding: Finding, standing: Standing) -> None:
    """Store where a finding stands now."""
    finding.state, finding.kind, finding.unit = standing.state, standing.kind, standing.unit
    finding.due_on, finding.closed_at, finding.reopened = standing.due_on, standing.closed_at, standing.reopened
    finding.save()
