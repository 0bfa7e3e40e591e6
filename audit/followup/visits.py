"""The visits that findings rest on: which one counts, what scores say of items, and what those know of it from whom
covert visits are kept (decision 0023)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from audit.checklists.models import Edition
from audit.followup.models import Finding
from audit.inspections import covert
from audit.inspections import queries as inspections
from audit.inspections.models import Inspection, Score
from audit.rounds.models import Round

BELOW = "not_met"
TOLD = ("approved", "void")  # the states of visits that may have opened findings


@dataclass(frozen=True, slots=True)
class Mark:
    """What a score says of an item: its verdict, why, and what it lost of the total in hundredths of a point."""

    verdict: str
    reason: str
    lost: int


def counted(
    round_id: int, centre_ids: Collection[UUID], without: Collection[str] = frozenset()
) -> dict[UUID, Inspection]:
    """The visits to these centres that count, by centre; as if there were none of the kinds in `without`."""
    here = Inspection.centre.in_(list(centre_ids))
    last = inspections.that_count(round_id, _kinds(round_id) - set(without), here)
    return {each.centre_id: each for each in Inspection.select().where(Inspection.id.in_(last))}


def _kinds(round_id: int) -> set[str]:
    policy = Edition.select(Edition.content).join(Round, on=(Round.ranking_policy == Edition.id))
    (content,) = policy.where(Round.id == round_id).tuples().get()
    return set(content["counted_kinds"])


def marks_of(inspection_ids: Collection[UUID]) -> dict[UUID, dict[str, Mark]]:
    """What the stored scores of visits say of each item."""
    rows = Score.select(Score.inspection, Score.explanation).where(Score.inspection.in_(list(inspection_ids)))
    return {
        inspection: {each["code"]: _mark(each) for each in explanation["items"]}
        for inspection, explanation in rows.tuples()
    }


def _mark(told: dict) -> Mark:
    lost = Decimal(told["possible"]) - Decimal(told["points"])
    return Mark(told["verdict"], told["reason"], int(lost * 100))


# --- as if there were no covert visits -----------------------------------------------------------------------------


def as_known(findings: Collection[Finding]) -> Iterator[Finding]:
    """The same findings as those know them from whom covert visits are kept; they come with their round and visit, and
    are for reading alone.

    One of a covert visit is told by the last other visit that found its item below standard. While nobody has ordered
    it, it is open if there is such a visit, and left out if there is none.
    """
    told = _by_others([each for each in findings if _is_secret(each)])
    for each in findings:
        visit, mark = told.get(each.id, (None, None))
        if _is_secret(each) and each.unit is None:
            if mark is None or mark.verdict != BELOW:
                continue
            each.state, each.closed_at = "open", None
        if visit is not None:
            each.inspection = visit
        if mark is not None:
            each.reason, each.lost = mark.reason, mark.lost
        yield each


def _is_secret(finding: Finding) -> bool:
    return finding.inspection.kind == covert.COVERT and finding.round.state != covert.OPEN


def _by_others(findings: Collection[Finding]) -> dict[int, tuple[Inspection, Mark | None]]:
    """Per finding the last visit but covert ones that found its item below standard, with its mark; where no score
    says so any more, the last one, with its mark if it has a score."""
    visits = _others(findings)
    marks = marks_of([visit.id for some in visits.values() for visit in some])
    found: dict[int, tuple[Inspection, Mark | None]] = {}
    for each in findings:
        own = visits.get((each.round_id, each.centre_id), ())
        told = [(visit, marks.get(visit.id, {}).get(each.item)) for visit in own]
        below = [(visit, mark) for visit, mark in told if mark is not None and mark.verdict == BELOW]
        if told:
            found[each.id] = (below or told)[-1]
    return found


def _others(findings: Collection[Finding]) -> dict[tuple[int, UUID], list[Inspection]]:
    """By round and centre of these findings, the visits that could count if there were no covert ones, in the order in
    which they were finished. Two queries for each round."""
    centres: dict[int, set[UUID]] = {}
    for each in findings:
        centres.setdefault(each.round_id, set()).add(each.centre_id)
    found: dict[tuple[int, UUID], list[Inspection]] = {}
    for round_id, some in centres.items():
        could = inspections.may_count(round_id, _kinds(round_id) - {covert.COVERT})
        rows = Inspection.select().where(could, Inspection.state.in_(TOLD), Inspection.centre.in_(list(some)))
        for visit in rows.order_by(Inspection.finished_at, Inspection.id):
            found.setdefault((round_id, visit.centre_id), []).append(visit)
    return found
