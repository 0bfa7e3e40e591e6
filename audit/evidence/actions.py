"""Take in a photo: stream, check, make durable, then say so."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from datetime import datetime
from typing import BinaryIO

from audit.base import db
from audit.base.problems import ChecksumMismatch, PhotoEmpty, PhotoTooLarge
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
        photo = photo or _make_durable(digest, spool, storage, now)
    # bytes before row: a crash between the two leaves an orphan file, never a row without a photo
    with write() as trail:
        if Photo.get_or_none(Photo.digest == digest) is None:
            photo.save(force_insert=True)
        if PhotoSender.get_or_none(PhotoSender.photo == digest, PhotoSender.account == actor.id):
            trail.nothing()
            return photo, 200
        PhotoSender.create(photo=digest, account=actor.id, received_at=now)
        arrived(digest, actor, now)
        trail.record("photo.keep", digest, actor=actor, at=now, detail={"bytes": photo.bytes})
    return photo, 201


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


def _make_durable(digest: str, spool: BinaryIO, storage: Folder, now: datetime) -> Photo:
    picture = pictures.examine(spool)
    key = f"{digest[:2]}/{digest[2:4]}/{digest}.{picture.extension}"
    for size, rendition in picture.renditions.items():
        with storage.spool() as small:
            small.write(rendition)
            storage.put(rendition_key(digest, size), small)
    storage.put(key, spool)
    return Photo(
        digest=digest,
        key=key,
        media_type=picture.media_type,
        bytes=spool.seek(0, io.SEEK_END),
        width=picture.width,
        height=picture.height,
        dhash=picture.dhash,
        exif=picture.exif,
        received_at=now,
    )
