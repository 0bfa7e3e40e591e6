"""Letting go of photos: what nobody needs, what was kept long enough, and files that no row knows (decision 0010)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from datetime import datetime

from audit.base.db import batches
from audit.base.storage import Held, Storage
from audit.base.trail import write
from audit.evidence.models import Photo, PhotoPreview, PhotoSender, PhotoSlot, PhotoTwin
from audit.evidence.queries import is_preview
from audit.rounds.models import Document

OURS = re.compile(r"(?:renditions/|previews/)?[0-9a-f]{2}/[0-9a-f]{2}/([0-9a-f]{64})[-.]\w+(?:\.jpg)?")
DOCUMENTS = re.compile(r"documents/([0-9a-f]{64})\.\w+")
BATCH = 200
STANDING = Photo.removed_at.is_null()


def unnamed(named: Collection[str], before: datetime) -> list[Photo]:
    """Photos that came before then and that nothing names."""
    old = Photo.select().where(Photo.received_at < before, STANDING).order_by(Photo.received_at)
    return [each for each in old if each.digest not in named]


def forget(photo: Photo, is_named: Callable[[str], bool], *, now: datetime) -> bool:
    """Forget a photo as if it had never come, unless something names it by now. Its files go with the next sweep."""
    with write() as trail:
        if is_named(photo.digest):
            trail.nothing()
            return False
        forget_likeness(photo.digest)
        PhotoSender.delete().where(PhotoSender.photo == photo.digest).execute()
        Photo.delete().where(Photo.digest == photo.digest).execute()
        trail.record("photo.forget", photo.digest, actor=None, at=now, detail={"bytes": photo.bytes})
    return True


def forget_likeness(digest: str) -> None:
    """Which photos look like it; inside the caller's transaction."""
    PhotoTwin.delete().where((PhotoTwin.photo == digest) | (PhotoTwin.twin == digest)).execute()
    PhotoSlot.delete().where(PhotoSlot.photo == digest).execute()


def standing(digests: Collection[str]) -> list[Photo]:
    """Those of the photos that were checked and whose bytes are still kept, oldest first."""
    found: list[Photo] = []
    for some in batches(sorted(digests), BATCH):
        found.extend(Photo.select().where(Photo.digest.in_(some), Photo.state != "received", STANDING))
    return sorted(found, key=lambda photo: (photo.received_at, photo.digest))


def remove(photo: Photo, *, now: datetime) -> None:
    """Let go of the bytes and the EXIF of a photo; its row stays, and every score that counted it.

    One that was rejected stays so: it never counted.
    """
    state = "removed" if photo.state == "accepted" else photo.state
    with write() as trail:
        Photo.update(state=state, removed_at=now, exif={}).where(Photo.digest == photo.digest).execute()
        trail.record("photo.remove", photo.digest, actor=None, at=now, detail={"bytes": photo.bytes})


def orphans(storage: Storage, before: datetime) -> Iterator[Held]:
    """Files of ours that rest since before then and whose photo, preview or document nobody keeps."""
    for some in batches((each for each in storage.listed() if each.modified < before), BATCH):
        yield from _orphans(some)


def sweep(files: Collection[Held], storage: Storage, before: datetime, *, now: datetime) -> int:
    """Delete orphans, asked again under the lock of the write: a photo may have come for one in the meantime."""
    with write() as trail:
        again = [held for each in files if (held := storage.held(each.key)) and held.modified < before]
        gone = list(_orphans(again))
        for each in gone:
            storage.delete(each.key)
        if not gone:
            trail.nothing()
            return 0
        detail = {"files": len(gone), "bytes": sum(each.bytes for each in gone)}
        trail.record("storage.sweep", gone[0].key, actor=None, at=now, detail=detail)
    return len(gone)


def _orphans(files: Collection[Held]) -> Iterator[Held]:
    digests = {each.key: found[1] for each in files if (found := OURS.fullmatch(each.key))}
    rows = Photo.select(Photo.digest).where(Photo.digest.in_(set(digests.values())), STANDING)
    kept = {each.digest for each in rows}
    ahead = {digest for key, digest in digests.items() if is_preview(key)}
    previews = {each.key for each in PhotoPreview.select(PhotoPreview.key).where(PhotoPreview.digest.in_(ahead))}
    papers = {each.key for each in files if DOCUMENTS.fullmatch(each.key)}
    filed = {each.key for each in Document.select(Document.key).where(Document.key.in_(papers))}
    for each in files:
        # a preview is its sender's: that of another, or the original, keeps none
        stays = each.key in previews if is_preview(each.key) else digests.get(each.key) in kept
        if each.key in papers - filed or (each.key in digests and not stays):
            yield each
