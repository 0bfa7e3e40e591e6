"""Take in a photo: stream, check, make durable, then say so."""

from __future__ import annotations

import io
from datetime import datetime
from typing import BinaryIO

from audit.base import db, problems
from audit.base.problems import ChecksumMismatch, TemporarilyUnavailable
from audit.base.storage import Storage, mend
from audit.base.trail import write
from audit.evidence import checking, pictures, previews, queries
from audit.evidence.intake import Intake, take_in
from audit.evidence.models import Photo, PhotoSender
from audit.evidence.retention import forget_likeness


def keep(digest: str, stream: BinaryIO, *, intake: Intake, actor, now: datetime) -> tuple[Photo, int]:
    """Keep a photo under its sha256; 201 when this account had not sent it before, 200 when it had.

    Its bytes are durable when this returns; whether they were decoded too, its state says. Memory does not grow with
    the photo: 64 KiB pieces go to disk while they are hashed. Raises the problem that says why the bytes cannot be
    evidence, and TemporarilyUnavailable while too many photos wait for their check.
    """
    if not intake.at_once and queries.waiting_are_more_than(intake.backlog):
        raise TemporarilyUnavailable("many photos wait for their check", headers={"Retry-After": "60"})
    db.release()  # the body may come at a few kB/s; no connection waits for it
    with intake.storage.spool() as spool:
        _receive(stream, spool, digest, intake.limit)
        standing = Photo.get_or_none(Photo.digest == digest)
        # decodes queue up for seconds; no connection waits with them
        db.release()
        if standing is not None and standing.state == "rejected":
            raise problems.again(standing.problem)
        new = _glanced(digest, spool, now) if standing is None or standing.state == "removed" else None
        unchecked = new or (standing if standing.state == "received" else None)
        picture = pictures.examine(spool) if intake.at_once and unchecked else None
        older = _make_durable(new, spool, intake.storage) if new else []
        if not new:
            mend(intake.storage, standing.key, standing.bytes, spool)
        if picture:
            older += checking.keep_renditions(unchecked.digest, picture, intake.storage)
    return _write(new or standing, picture, older, intake=intake, actor=actor, now=now)


def _receive(stream: BinaryIO, spool: BinaryIO, digest: str, limit: int) -> None:
    size, found = take_in(stream, spool, limit)
    # servers hand on a body that broke off as if it had ended: only the digest tells
    if found != digest:
        raise ChecksumMismatch(f"{size} bytes arrived, with sha256 {found}")


def _glanced(digest: str, spool: BinaryIO, now: datetime) -> Photo:
    """The photo as it can be known without decoding it; refuses what can never be one. Not stored yet."""
    seen = pictures.glance(spool)
    return Photo(
        digest=digest,
        key=f"{digest[:2]}/{digest[2:4]}/{digest}.{seen.extension}",
        state="received",
        media_type=seen.media_type,
        bytes=spool.seek(0, io.SEEK_END),
        width=seen.width,
        height=seen.height,
        dhash=None,
        exif={},
        problem=None,
        received_at=now,
        # all of them written, so that one that was let go of starts anew
        checked_at=None,
        removed_at=None,
        leased_until=None,
        tries=0,
    )


def _make_durable(photo: Photo, spool: BinaryIO, storage: Storage) -> list[str]:
    """Store the bytes; the key when its file was there already."""
    return [] if storage.put(photo.key, spool) else [photo.key]


def _write(
    photo: Photo, picture: pictures.Picture | None, older: list[str], *, intake: Intake, actor, now: datetime
) -> tuple[Photo, int]:
    # bytes before row: a crash between the two leaves an orphan file, never a row without a photo
    with write() as trail:
        photo, written = _write_row(photo, older, intake.storage)
        checked = picture is not None and photo.state == "received"
        if checked:
            checking.accept(photo, picture, now=now)
        sent = PhotoSender.get_or_none(PhotoSender.photo == photo.digest, PhotoSender.account == actor.id)
        if sent and not written and not checked:
            trail.nothing()
            return photo, 200
        if sent is None:
            PhotoSender.create(photo=photo.digest, account=actor.id, received_at=now)
            previews.give_way(photo.digest, actor)
        if photo.state == "accepted":
            intake.accepted(photo.digest, now)
        seal = {"seal": queries.seal_of(photo)} if checked else {}
        trail.record("photo.keep", photo.digest, actor=actor, at=now, detail={"bytes": photo.bytes} | seal)
    return photo, 200 if sent else 201


def _write_row(photo: Photo, older: list[str], storage: Storage) -> tuple[Photo, bool]:
    """The row as it stands, and whether it was written just now."""
    standing = Photo.get_or_none(Photo.digest == photo.digest)
    if standing is not None and standing.state != "removed":
        return standing, False
    # files that were there already were orphans, which may have been swept a moment ago
    if not all(storage.exists(key) for key in older):
        raise TemporarilyUnavailable("a photo is being let go of", headers={"Retry-After": "1"})
    if standing is not None:  # its likeness is found anew
        forget_likeness(photo.digest)
    photo.save(force_insert=standing is None)
    return photo, True
