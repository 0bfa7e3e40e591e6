"""Small pictures that phones send ahead of originals, so that a reviewer sees what is coming (decision 0014).

A preview is no photo: it proves nothing, and it is gone once its sender has sent the original.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import BinaryIO

from audit.base import db
from audit.base.problems import ChecksumMismatch, TooManyUploads
from audit.base.storage import Storage
from audit.base.trail import write
from audit.evidence import pictures
from audit.evidence.intake import take_in
from audit.evidence.models import PhotoPreview, PhotoSender
from audit.evidence.queries import preview_key

LIMIT = 1024 * 1024  # bytes of one
LONGEST = 2048  # pixels of its longer side
MOST = 2_000  # of an account whose originals have not come


def keep(
    digest: str, stream: BinaryIO, *, length: int | None, storage: Storage, actor, now: datetime
) -> tuple[dict, int]:
    """Keep a preview of the photo that has this sha256: 201, and 200 when this account had sent one before.

    The first one stays. 200 too, and nothing is stored, when this account has sent the original. What is stored is made
    anew from what was sent, so nothing but pixels gets in; it is durable when this returns. `length` is what the body
    was announced to have, None where nobody knows.
    """
    stands = _stands(digest, actor, storage)
    db.release()  # the body may come at a few kB/s; no connection waits for it
    with storage.spool() as spool:
        size, _ = take_in(stream, spool, LIMIT)
        # servers hand on a body that broke off as if it had ended
        if size < (length or 0):
            raise ChecksumMismatch(f"{size} bytes arrived of {length}")
        if stands is not None:
            return _told(digest, stored=stands), 200
        data, width, height = pictures.anew(spool, LONGEST)
    preview = PhotoPreview(
        digest=digest,
        account=actor.id,
        key=preview_key(digest, actor.id),
        bytes=len(data),
        width=width,
        height=height,
        received_at=now,
    )
    _make_durable(preview, data, storage)
    return _write(preview, actor=actor, now=now)


def _told(digest: str, *, stored: bool) -> dict:
    return {"digest": digest, "stored": stored}


def _original_came(digest: str, actor) -> bool:
    return PhotoSender.select().where(PhotoSender.photo == digest, PhotoSender.account == actor.id).exists()


def _stands(digest: str, actor, storage: Storage) -> bool | None:
    """True when it is here, False when none is wanted since the original came, None when it is to be stored."""
    if _original_came(digest, actor):
        return False
    own = PhotoPreview.account == actor.id
    standing = PhotoPreview.get_or_none(own, PhotoPreview.digest == digest)
    if standing is None and PhotoPreview.select().where(own).count() >= MOST:
        raise TooManyUploads(f"send the originals of some of {MOST} previews", headers={"Retry-After": "60"})
    db.release()
    # one whose file was lost is stored once more
    return True if standing and storage.exists(standing.key) else None


def _make_durable(preview: PhotoPreview, data: bytes, storage: Storage) -> None:
    with storage.spool() as small:
        small.write(data)
        if not storage.put(preview.key, small):
            # what a crash left behind: no row tells of it, and it may be another picture, or be swept at this moment
            storage.delete(preview.key)
            storage.put(preview.key, small)


def _write(preview: PhotoPreview, *, actor, now: datetime) -> tuple[dict, int]:
    # bytes before row, as with photos
    with write() as trail:
        if _original_came(preview.digest, actor):  # by another connection, in the meantime
            trail.nothing()
            return _told(preview.digest, stored=False), 200
        standing = PhotoPreview.get_or_none(
            PhotoPreview.digest == preview.digest, PhotoPreview.account == preview.account_id
        )
        if standing:
            preview.id = standing.id
        preview.save()
        trail.record("preview.keep", preview.digest, actor=actor, at=now, detail={"bytes": preview.bytes})
    return _told(preview.digest, stored=True), 200 if standing else 201


def give_way(digest: str, actor) -> None:
    """The original came: forget what this account had sent ahead of it; inside the caller's transaction.

    The file goes with the next sweep of `audit retention`.
    """
    PhotoPreview.delete().where(PhotoPreview.digest == digest, PhotoPreview.account == actor.id).execute()


def stale(before: datetime) -> list[PhotoPreview]:
    """Those that came before then and whose originals never did, oldest first."""
    old = PhotoPreview.select().where(PhotoPreview.received_at < before)
    return list(old.order_by(PhotoPreview.received_at, PhotoPreview.id))


def forget(some: Collection[PhotoPreview], before: datetime, *, now: datetime) -> None:
    """Forget these, but for those that have moved on since; their files go with the next sweep."""
    with write() as trail:
        still = (PhotoPreview.id.in_([each.id for each in some])) & (PhotoPreview.received_at < before)
        gone = list(PhotoPreview.select().where(still))
        if not gone:
            trail.nothing()
            return
        PhotoPreview.delete().where(still).execute()
        detail = {"previews": len(gone), "bytes": sum(each.bytes for each in gone)}
        trail.record("preview.forget", gone[0].digest, actor=None, at=now, detail=detail)


def forget_all() -> None:
    """In a database that came out of a backup: no backup has their files. Phones send what is wanted again."""
    PhotoPreview.delete().execute()
