"""Take in a photo: stream, check, make durable, then say so."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from datetime import datetime
from typing import BinaryIO

from audit.base import db
from audit.base.problems import ChecksumMismatch, PhotoEmpty, PhotoTooLarge, TemporarilyUnavailable
from audit.base.storage import Folder
from audit.base.trail import write
from audit.evidence import pictures
from audit.evidence.models import Photo, PhotoSender
from audit.evidence.queries import rendition_key

PIECE = 64 * 1024

Arrived = Callable[[str, object, datetime], None]


def keep(
    digest: str, stream: BinaryIO, *, limit: int, storage: Folder, arrived: Arrived, actor, now: datetime
) -> tuple[Photo, int]:
    """Keep a photo under its sha256; 201 when this account had not sent it before, 200 when it had.

    Memory does not grow with the photo: 64 KiB pieces go to disk while they are hashed. `arrived` is told in the
    same transaction. Raises the problem that says why the bytes cannot be evidence.
    """
    with storage.spool() as spool:
        _receive(stream, spool, digest, limit)
        photo = Photo.get_or_none(Photo.digest == digest)
        # decodes queue up for seconds; no connection waits with them
        db.release()
        older: list[str] = []
        if photo is None or photo.removed_at:
            photo, older = _make_durable(digest, spool, storage, now)
    # bytes before row: a crash between the two leaves an orphan file, never a row without a photo
    with write() as trail:
        written = _write_row(photo, older, storage)
        sent = PhotoSender.get_or_none(PhotoSender.photo == digest, PhotoSender.account == actor.id)
        if sent and not written:
            trail.nothing()
            return photo, 200
        if sent is None:
            PhotoSender.create(photo=digest, account=actor.id, received_at=now)
            arrived(digest, actor, now)
        trail.record("photo.keep", digest, actor=actor, at=now, detail={"bytes": photo.bytes})
    return photo, 200 if sent else 201


def _write_row(photo: Photo, older: list[str], storage: Folder) -> bool:
    """Write the row unless it stands; whether it was written."""
    standing = Photo.get_or_none(Photo.digest == photo.digest)
    if standing is not None and standing.removed_at is None:
        return False
    # files that were there already were orphans, which may have been swept a moment ago
    if not all(storage.exists(key) for key in older):
        raise TemporarilyUnavailable("a photo is being let go of", headers={"Retry-After": "1"})
    photo.save(force_insert=standing is None)
    return True


def _receive(stream: BinaryIO, spool: BinaryIO, digest: str, limit: int) -> None:
    seen, size = hashlib.sha256(), 0
    while piece := stream.read(PIECE):
        size += len(piece)
        if size > limit:
            raise PhotoTooLarge(f"at most {limit} bytes")
        seen.update(piece)
        spool.write(piece)
    if not size:
        raise PhotoEmpty()
    # servers hand on a body that broke off as if it had ended: only the digest tells
    if seen.hexdigest() != digest:
        raise ChecksumMismatch(f"{size} bytes arrived, with sha256 {seen.hexdigest()}")


def _make_durable(digest: str, spool: BinaryIO, storage: Folder, now: datetime) -> tuple[Photo, list[str]]:
    """The photo, not stored yet, and the keys whose files were there already."""
    picture = pictures.examine(spool)
    key = f"{digest[:2]}/{digest[2:4]}/{digest}.{picture.extension}"
    older = []
    for size, rendition in picture.renditions.items():
        with storage.spool() as small:
            small.write(rendition)
            older += [] if storage.put(name := rendition_key(digest, size), small) else [name]
    older += [] if storage.put(key, spool) else [key]
    photo = Photo(
        digest=digest,
        key=key,
        media_type=picture.media_type,
        bytes=spool.seek(0, io.SEEK_END),
        width=picture.width,
        height=picture.height,
        dhash=picture.dhash,
        exif=picture.exif,
        received_at=now,
        removed_at=None,  # written, so that one that was let go of stands again
    )
    return photo, older
