"""Approve at once what carries no flag and no N/A: one action per visit, each told by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from audit.base import db
from audit.base.problems import NotFound, Problem, VersionMismatch
from audit.inspections import desk, reviewing
from audit.inspections.models import Inspection

APPROVAL = {"decision": "approve", "reasons": []}
WANTS_A_LOOK = {
    "zh": "有提示或不适用项，须逐项复核",
    "en": "It carries flags or items that do not apply: it has to be looked at",
}


@dataclass(frozen=True)
class Outcome:
    """What became of one of them; `why` (zh, en) it was not approved, None when it was."""

    id: UUID
    visit: Inspection | None
    why: dict | None


def approve(wanted: Mapping[UUID, int], *, actor, now: datetime) -> list[Outcome]:
    """Approve each of these visits in the version that was shown; one that cannot be stops none of the others."""
    known = desk.named(actor, wanted)
    return [_one(each, known.get(each), version, actor=actor, now=now) for each, version in wanted.items()]


def _one(visit_id: UUID, visit: Inspection | None, version: int, *, actor, now: datetime) -> Outcome:
    try:
        return Outcome(visit_id, visit, _refused(visit, version) or _approved(visit_id, version, actor=actor, now=now))
    except (Problem, *db.WORLDLY) as error:
        problem = error if isinstance(error, Problem) else db.refusal(error)
        if problem is None:
            raise
        return Outcome(visit_id, visit, {"zh": problem.zh, "en": problem.en})


def _refused(visit: Inspection | None, version: int) -> dict | None:
    if visit is None:
        raise NotFound()
    if visit.version != version:
        raise VersionMismatch()
    if visit.obstacles:
        return visit.obstacles[0]
    return None if visit.at_once else WANTS_A_LOOK


def _approved(visit_id: UUID, version: int, *, actor, now: datetime) -> None:
    reviewing.review(visit_id, version, APPROVAL, actor=actor, now=now)
