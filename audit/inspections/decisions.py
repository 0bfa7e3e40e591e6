"""Decide an item: another answer than the one that was sent, with the reason; the sent one stays beside it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from audit.base.problems import EditionMismatch, NotReviewable, ValidationError
from audit.base.trail import write
from audit.centres import queries as centres
from audit.checklists import queries as checklists
from audit.inspections import answers as reading
from audit.inspections import reviewing, rulings, scores
from audit.inspections.models import Inspection, ItemDecision
from audit.rounds import queries as rounds


def decide(inspection_id: UUID, version: int | None, body: dict, *, actor, now: datetime) -> ItemDecision:
    """Decide an item of a visit that waits for its review: `body` is {item, answer, reason}.

    Raises SeparationOfDuties to those who were on it, VersionMismatch, RoundFrozen, NotReviewable, EditionMismatch,
    ValidationError for what could not have been sent either.
    """
    with write() as trail:
        inspection = reviewing.take_up(inspection_id, version, actor)
        rounds.refuse_frozen(inspection.round)
        if inspection.state != "submitted":
            raise NotReviewable(f"it is {inspection.state}")
        made = write_decision(inspection, body["item"], body["answer"], body["reason"], actor=actor, now=now)
        detail = rulings.seal_of_decision(made)
        trail.record("inspection.decide", inspection_id, actor=actor, at=now, detail=detail)
    return rulings.decision(made)


def write_decision(
    inspection: Inspection,
    item: str,
    answer: dict,
    reason: str,
    *,
    actor,
    now: datetime,
    appeal: int | None = None,
) -> ItemDecision:
    """Write down what counts for an item of the current revision, and score the visit again.

    Inside the caller's transaction, after the caller's own checks; `inspection` comes with its centre and county. The
    caller's line in the trail holds `rulings.seal_of_decision` of what this returns; with `appeal` (its number) that
    line is an `appeal.…` whose subject is the appeal. Raises ValidationError as if the answer had been sent,
    NotReviewable for what has no score, EditionMismatch.
    """
    level = scores.level_of(inspection)
    if level is None:
        raise EditionMismatch(inspection.edition_id)
    if inspection.state not in scores.COMPLETE:
        raise NotReviewable(f"it is {inspection.state}")
    answer = _usable(inspection, item, answer)
    made = ItemDecision.create(
        inspection=inspection.id,
        revision=inspection.revision,
        item=item,
        answer=answer,
        reason=reason,
        decided_by=actor.id,
        decided_at=now,
        appeal=appeal,
    )
    reviewing.move_on(inspection)
    scores.keep([inspection], level, now=now)
    return made


def _usable(inspection: Inspection, item: str, answer: dict) -> dict:
    """The answer in the form that is scored; ValidationError for what could not have been sent."""
    edition, answer = checklists.checklist(inspection.edition_id), reading.form(answer)
    if item not in edition.item:
        raise ValidationError(errors={"/item": "not an item of the edition"})
    if fault := reading.fault(edition, item, answer, centres.traits(inspection.centre)):
        raise ValidationError(errors={"/answer": fault})
    return answer
