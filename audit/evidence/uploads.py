"""Photos that come in pieces (tus 1.0.0), until they are whole and `actions.keep` decides of them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid4

from audit.base import db, problems
from audit.base.problems import (
    ChunkMismatch,
    NotFound,
    OffsetMismatch,
    PayloadTooLarge,
    Problem,
    TooManyUploads,
    UploadExpired,
)
from audit.base.storage import make_folder
from audit.evidence import actions, parts, queries
from audit.evidence.intake import Intake
from audit.evidence.parts import Upload, Uploads
from audit.evidence.tus import ALGORITHMS, Announced, Body

PIECE = 64 * 1024
MOST = 200  # unfinished ones of an account
PASSING = (503, 507)  # the same bytes may pass later
Keep = Callable[[str, BinaryIO], object]  # makes a photo of the whole: digest, bytes


def find(upload_id: UUID, *, uploads: Uploads, actor, now: datetime) -> Upload:
    """An upload of this account; another's is not found. What it says to have is durable."""
    found = parts.read(uploads.folder(actor.id) / f"{upload_id}.json", uploads.keeping)
    if found is None:
        raise NotFound()
    if found.expires_at <= now:
        raise UploadExpired()
    return found


def begin(announced: Announced, body: Body, *, uploads: Uploads, intake: Intake, actor, now: datetime) -> Upload:
    """A new upload, with the bytes that came along; done at once when this account has sent that photo before.

    It is durable when this returns. Refused when the photo was rejected before, or too many uploads are unfinished.
    """
    sent = _sent_before(announced, actor)
    db.release()
    folder = uploads.folder(actor.id)
    make_folder(folder)
    _make_room(uploads, folder, now=now)
    note = folder / f"{uuid4()}.json"
    if sent:
        for _ in _pieces(body.stream, announced.length):  # or who sends them sees a broken line
            pass
        parts.write(note, announced, done_at=now)
        return find(UUID(note.stem), uploads=uploads, actor=actor, now=now)
    # the part first: a note without one is no upload
    note.with_suffix(".part").touch(exist_ok=False)
    parts.write(note, announced, done_at=None)
    try:
        return send(UUID(note.stem), body, offset=0, uploads=uploads, intake=intake, actor=actor, now=now)
    except (Problem, OSError) as error:
        # where nothing is wrong with the bytes, the client is told how far they came
        if getattr(error, "status", None) in PASSING:
            return find(UUID(note.stem), uploads=uploads, actor=actor, now=now)
        parts.remove(note)
        raise


def send(upload_id: UUID, body: Body, *, offset: int, uploads: Uploads, intake: Intake, actor, now: datetime) -> Upload:
    """Add bytes at the end, which must be at `offset`; with the last one the photo is kept, or refused for good.

    Whatever arrives before a body breaks off stays, except where it names a checksum: then all of it counts or none.
    Of two at once, one goes on and the other is told where the end is now: a connection that hangs bars nobody.
    """
    upload = find(upload_id, uploads=uploads, actor=actor, now=now)
    if offset != upload.offset:
        raise OffsetMismatch(f"the next byte is {upload.offset}", headers={"Upload-Offset": str(upload.offset)})
    room = upload.announced.length - offset
    if (body.size or 0) > room:
        raise PayloadTooLarge(f"{body.size} bytes, where {room} are left to come")
    keep = partial(actions.keep, intake=intake, actor=actor, now=now)
    with _verified(body, room, upload.note.parent) as stream:
        for piece in _pieces(stream, room):
            _add(upload, offset, piece, partial(_hand_over, upload, keep=keep, now=now))
            offset += len(piece)
    return replace(find(upload_id, uploads=uploads, actor=actor, now=now), offset=offset)


def end(upload_id: UUID, *, uploads: Uploads, actor, now: datetime) -> None:
    """Let go of an upload; a photo that was kept stays."""
    upload = find(upload_id, uploads=uploads, actor=actor, now=now)
    if upload.done:
        parts.remove(upload.note)
        return
    with parts.locked(upload.part):
        parts.remove(upload.note)


def _sent_before(announced: Announced, actor) -> bool:
    """Whether these bytes are here and this account has sent them."""
    try:
        photo = queries.sent_by(actor, announced.digest)
    except NotFound:
        return False
    if photo.state == "rejected":
        raise problems.again(photo.problem)
    return photo.state in ("received", "accepted") and photo.bytes == announced.length


def _make_room(uploads: Uploads, folder: Path, *, now: datetime) -> None:
    if len(list(folder.glob("*.part"))) < MOST:
        return
    for each in parts.expired(uploads, folder.glob("*.json"), now):
        parts.let_go(uploads, uploads.spools / each.key, now)
    if len(list(folder.glob("*.part"))) >= MOST:
        raise TooManyUploads(f"finish or end some of {MOST}", headers={"Retry-After": "60"})


def _pieces(stream: BinaryIO, room: int) -> Iterator[bytes]:
    """64 KiB at a time. The one that fills the room comes only when nothing follows it; else PayloadTooLarge."""
    while piece := stream.read(min(PIECE, room + 1)):
        room -= len(piece)
        if room < 0 or (not room and stream.read(1)):
            raise PayloadTooLarge("more bytes than were left to come")
        yield piece


@contextmanager
def _verified(body: Body, room: int, folder: Path) -> Iterator[BinaryIO]:
    """The bytes, if need be only once their checksum is known to be right: until then they rest in a nameless file."""
    if body.checksum is None:
        yield body.stream
        return
    seen = ALGORITHMS[body.checksum.algorithm]()
    with tempfile.TemporaryFile(dir=folder) as spool:
        for piece in _pieces(body.stream, room):
            seen.update(piece)
            spool.write(piece)
        if seen.digest() != body.checksum.value:
            raise ChunkMismatch(f"{spool.tell()} bytes arrived, with {body.checksum.algorithm} {seen.hexdigest()}")
        spool.seek(0)
        yield spool


def _add(upload: Upload, offset: int, piece: bytes, whole: Callable[[BinaryIO], None]) -> None:
    """Put the piece at the end, unless another was quicker; `whole` is called with the part when nothing is missing."""
    with parts.locked(upload.part) as part:
        if parts.counted(os.fstat(part.fileno()), upload.announced) != offset:
            raise OffsetMismatch("another request has added bytes")
        part.seek(offset)
        part.write(piece)
        part.flush()
        if offset + len(piece) == upload.announced.length:
            whole(part)


def _hand_over(upload: Upload, part: BinaryIO, *, keep: Keep, now: datetime) -> None:
    part.seek(0)
    try:
        keep(upload.announced.digest, part)
    except Problem as problem:
        if problem.status not in PASSING:
            parts.remove(upload.note)
        raise
    # the note before the part: a crash between the two leaves a part that means nothing
    parts.write(upload.note, upload.announced, done_at=now)
    upload.part.unlink(missing_ok=True)
