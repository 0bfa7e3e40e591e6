"""What may go: photos that no visit ever named, and files that no row knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from audit.base.storage import Folder
from audit.base.trail import write
from audit.evidence.models import Photo, PhotoSender
from audit.evidence.pictures import SIZES
from audit.evidence.queries import rendition_key

UNNAMED_DAYS = 180  # a phone may come back with its form after months
RESTING = timedelta(days=1)  # a younger file may be on its way to its row


@dataclass(frozen=True)
class Sweep:
    """What was, or in a dry run would be, removed."""

    photos: int
    files: int


def sweep(storage: Folder, named: Callable[[Iterable[str]], set[str]], *, dry_run: bool, actor, now: datetime) -> Sweep:
    """Remove photos older than UNNAMED_DAYS that no visit names, and files without a row that rest for a day.

    `named` tells which of some digests any revision of any visit names. Rows go before files: a crash between
    the two leaves orphans for the next sweep, never a row without its photo.
    """
    old = Photo.select(Photo.digest).where(Photo.received_at < now - timedelta(days=UNNAMED_DAYS))
    digests = [each.digest for each in old]
    gone = sorted(set(digests) - named(digests))
    if gone and not dry_run:
        with write() as trail:
            PhotoSender.delete().where(PhotoSender.photo.in_(gone)).execute()
            Photo.delete().where(Photo.digest.in_(gone)).execute()
            trail.record("photo.sweep", f"{len(gone)} photos", actor=actor, at=now, detail={"digests": gone})
    return Sweep(len(gone), _sweep_files(storage, set(gone) if dry_run else set(), dry_run=dry_run, now=now))


def _sweep_files(storage: Folder, going: set[str], *, dry_run: bool, now: datetime) -> int:
    known = set()
    for photo in Photo.select(Photo.digest, Photo.key):
        if photo.digest not in going:
            known |= {photo.key, *(rendition_key(photo.digest, size) for size in SIZES)}
    stray = [key for key in storage.resting(now - RESTING) if key not in known]
    if not dry_run:
        for key in stray:
            storage.delete(key)
    return len(stray)
