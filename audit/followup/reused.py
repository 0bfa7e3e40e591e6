"""Proofs that were used before: in a report that was sent back, or in that of another finding."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import reduce
from operator import or_

from audit.base.db import contains
from audit.base.problems import ValidationError
from audit.centres import queries as centres
from audit.centres.models import Centre
from audit.followup.models import Finding, FindingStep

RETURNED = "这张照片所在的整改反馈已被退回，请重新拍照 · a report with this photo was sent back: take a new one"


def refuse_returned(digests: Collection[str]) -> None:
    """Raises ValidationError with a pointer per photo that a report rested on which was sent back, of any finding:
    somebody has looked at it and found that it proves nothing."""
    back = _returned(digests)
    wrong = {f"/photos/{index}": RETURNED for index, each in enumerate(digests) if each in back}
    if wrong:
        raise ValidationError(errors=wrong)


def _returned(digests: Collection[str]) -> set[str]:
    findings = {each.finding_id for each in _reports(digests)}
    last: dict[int, set[str]] = {}
    back: set[str] = set()
    steps = FindingStep.select(FindingStep.finding, FindingStep.verb, FindingStep.photos)
    for each in steps.where(FindingStep.finding.in_(findings)).order_by(FindingStep.id):
        if each.verb == "report":
            last[each.finding_id] = set(each.photos)
        elif each.verb == "return":
            back |= last[each.finding_id]
    return back


def _reports(digests: Iterable[str]):
    """The reports that rest on any of these photos."""
    rests_on = reduce(or_, [contains(FindingStep.photos, each) for each in digests])
    return FindingStep.select(FindingStep.finding, FindingStep.photos).where(FindingStep.verb == "report", rests_on)


def elsewhere(actor, finding: Finding, steps: Iterable[FindingStep]) -> list[dict]:
    """Which photos of a finding's reports the reports of other findings rest on too, for who verifies: as {photo,
    finding, item, centre, centre_name}, those in the actor's area. One picture may prove two things, or nothing twice.
    """
    own = sorted({each for step in steps if step.verb == "report" for each in step.photos})
    if not own:
        return []
    photos: dict[int, set[str]] = {}
    for each in _reports(own).where(FindingStep.finding != finding.id):
        photos.setdefault(each.finding_id, set()).update(each.photos)
    others = Finding.select(Finding, Centre).join(Centre).where(Finding.id.in_(list(photos)))
    return [
        {"photo": photo, "finding": other.id, "item": other.item, "centre": other.centre_id}
        | {"centre_name": other.centre.name}
        for other in others.where(centres.within(actor.division)).order_by(Finding.id)
        for photo in own
        if photo in photos[other.id]
    ]
