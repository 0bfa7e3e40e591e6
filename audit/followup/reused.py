"""Proofs that were used before: in a report that was sent back, or in that of another finding."""

from __future__ import annotations

from collections.abc import Collection

from audit.base.problems import ValidationError
from audit.centres import queries as centres
from audit.centres.models import Centre
from audit.followup.models import Finding, FindingStep, StepPhoto

RETURNED = "这张照片所在的整改反馈已被退回，请重新拍照 · a report with this photo was sent back: take a new one"


def refuse_returned(digests: Collection[str]) -> None:
    """Raises ValidationError with a pointer per photo that a report rested on which was sent back, of any finding:
    somebody has looked at it and found that it proves nothing."""
    back = _returned(digests)
    wrong = {f"/photos/{index}": RETURNED for index, each in enumerate(digests) if each in back}
    if wrong:
        raise ValidationError(errors=wrong)


def _returned(digests: Collection[str]) -> set[str]:
    findings = _reports().where(StepPhoto.digest.in_(list(digests))).select(FindingStep.finding)
    last: dict[int, set[str]] = {}
    back: set[str] = set()
    steps = FindingStep.select(FindingStep.finding, FindingStep.verb, FindingStep.photos)
    for each in steps.where(FindingStep.finding.in_(findings)).order_by(FindingStep.id):
        if each.verb == "report":
            last[each.finding_id] = set(each.photos)
        elif each.verb == "return":
            back |= last[each.finding_id]
    return back


def _reports():
    """The photos of reports, each with its report."""
    return StepPhoto.select(StepPhoto.digest, FindingStep.finding).join(FindingStep).where(FindingStep.verb == "report")


def elsewhere(actor, finding: Finding) -> list[dict]:
    """Which photos of a finding's reports the reports of other findings rest on too, for who verifies: as {photo,
    finding, item, centre, centre_name}, those in the actor's area. One picture may prove two things, or nothing twice.
    """
    own = _reports().where(FindingStep.finding == finding.id).select(StepPhoto.digest)
    others = _reports().where(StepPhoto.digest.in_(own), FindingStep.finding != finding.id)
    photos: dict[int, set[str]] = {}
    for digest, other in others.tuples():
        photos.setdefault(other, set()).add(digest)
    if not photos:
        return []
    rows = Finding.select(Finding, Centre).join(Centre).where(Finding.id.in_(list(photos)))
    return [
        {"photo": photo, "finding": other.id, "item": other.item, "centre": other.centre_id}
        | {"centre_name": other.centre.name}
        for other in rows.where(centres.within(actor.division)).order_by(Finding.id)
        for photo in sorted(photos[other.id])
    ]
