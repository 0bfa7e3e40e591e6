"""Photos behind a step of a finding or an appeal: whose they are, how new they are, and who reads them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from audit.base import clock
from audit.base.problems import NotFound, PhotoNotChecked, PhotoRemoved, ValidationError
from audit.base.storage import Storage
from audit.evidence import queries as evidence
from audit.evidence import shown
from audit.evidence.models import Photo, PhotoSender
from audit.evidence.shown import Shown
from audit.followup import queries
from audit.followup.models import FindingStep, StepPhoto
from audit.inspections.photo_flags import taken


def check(digests: Sequence[str], actor, *, after: datetime | None = None) -> None:
    """Each photo was sent by the actor and can be read; with `after`, it came later than that, and was taken later.

    Raises ValidationError with a pointer per photo, PhotoNotChecked while one waits for its check.
    """
    rows = Photo.select().join(PhotoSender).where(Photo.digest.in_(list(digests)), PhotoSender.account == actor.id)
    found = {each.digest: each for each in rows}
    wrong = {
        f"/photos/{index}": fault
        for index, digest in enumerate(digests)
        if (fault := next(_faults(found.get(digest), after), None))
    }
    if wrong:
        raise ValidationError(errors=wrong)
    if any(each.state == "received" for each in found.values()):
        raise PhotoNotChecked()


def _faults(photo: Photo | None, after: datetime | None) -> Iterator[str]:
    if photo is None:
        yield "you have not sent this photo"
    elif photo.state == "rejected":
        yield "it cannot be read as a photo"
    elif photo.state == "removed":
        yield "it was kept as long as it had to be, and let go of"
    elif after is not None and photo.received_at <= after:
        yield f"it came at {clock.shown(photo.received_at)}, before the finding ({clock.shown(after)})"
    elif after is not None and _taken_before(photo, after):
        yield f"its camera says {_day(photo.exif['taken_at'])}, before the finding ({clock.shown(after)})"


def _day(taken_at: str) -> str:
    """A time as EXIF writes it, 2026:01:02 10:00:00, as everybody else does."""
    day, between, rest = taken_at.partition(" ")
    return day.replace(":", "-") + between + rest


def _taken_before(photo: Photo, after: datetime) -> bool:
    """Whether EXIF says so for sure: cameras count seconds, and without an offset only the day is trusted."""
    try:
        found = taken(photo.exif)
    except (ValueError, OverflowError):  # a time that is none says nothing
        return False
    return found is not None and found.end < after.replace(microsecond=0)


def note(step: FindingStep) -> None:
    """Keep the photos of a step where they are looked up by photo."""
    if step.photos:
        StepPhoto.insert_many([{"step": step.id, "digest": each} for each in step.photos]).execute()


def of_finding(actor, finding_id: int, digest: str, size: str, storage: Storage) -> Shown:
    """A photo that a step of a finding rests on; NotFound for any other, and when the finding is out of sight."""
    finding = queries.get(actor, finding_id)
    steps = queries.steps_of([finding.id])[finding.id]
    return photo_of(actor, [each for step in steps for each in step.photos], digest, size, storage)


def photo_of(actor, named: Sequence[str], digest: str, size: str, storage: Storage) -> Shown:
    """A photo through what rests on it (`named`), which the caller has found to be in sight.

    The original goes untouched to who sent it and to reviewers, to others without its metadata.
    """
    if digest not in named:
        raise NotFound()
    photo = evidence.by_digests([digest])[digest]
    if photo.state == "removed":
        raise PhotoRemoved(f"on {clock.shown(photo.removed_at)}")
    if size != "original":
        return shown.rendition(photo, int(size), storage)
    own = PhotoSender.select().where(PhotoSender.photo == digest, PhotoSender.account == actor.id).exists()
    return (shown.original if own or "reviewer" in actor.roles else shown.bare)(photo, storage)
