"""Uploads on the disk: what has come of them, who has them in hand, and what is left of those that broke off.

An upload is two files in the folder of its account: `<id>.json`, the note that says what is to come, and `<id>.part`,
what has come. Without a note there is no upload; one that says when it was done stands for a photo that was kept; any
other has as many bytes as its part, but never all of them: the last one counts once the photo is kept, so that
whoever asks after a fault finds something left to send. A crash between any two steps leaves one of these.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from audit.base import clock
from audit.base.problems import OffsetMismatch, UploadLocked
from audit.base.storage import Held, fsync_folder
from audit.evidence.tus import Announced

LEFT = timedelta(days=1)  # a file that nobody has touched for so long was left by a process that died


@dataclass(frozen=True)
class Uploads:
    """Where uploads rest until they are whole, and for how long after their last byte."""

    spools: Path
    keeping: timedelta

    def folder(self, account: int) -> Path:
        return self.spools / "uploads" / str(account)


@dataclass(frozen=True)
class Upload:
    """An upload as it stands: `offset` bytes of it are on the disk."""

    note: Path
    announced: Announced
    offset: int
    expires_at: datetime
    done: bool

    @property
    def id(self) -> str:
        return self.note.stem

    @property
    def part(self) -> Path:
        return self.note.with_suffix(".part")


def read(note: Path, keeping: timedelta) -> Upload | None:
    """The upload of a note; None when there is none, or what stands there cannot be read."""
    for _ in range(2):  # between the looks at note and part the photo may have been kept
        with suppress(FileNotFoundError, ValueError):
            return _as_it_stands(note, keeping)
    return None


def _as_it_stands(note: Path, keeping: timedelta) -> Upload:
    told = json.loads(note.read_text("utf-8"))
    done_at = told.pop("done_at")
    announced = Announced(**told)
    if done_at:
        return Upload(note, announced, announced.length, clock.parse(done_at) + keeping, done=True)
    with note.with_suffix(".part").open("rb") as part:
        seen = os.fstat(part.fileno())
        # only after the look: more may come, but what was seen is on the disk
        os.fsync(part.fileno())
    last = datetime.fromtimestamp(seen.st_mtime, UTC)
    return Upload(note, announced, counted(seen, announced), last + keeping, done=False)


def counted(seen: os.stat_result, announced: Announced) -> int:
    """How many bytes of a part count: never all of them."""
    return min(seen.st_size, announced.length - 1)


def write(note: Path, announced: Announced, *, done_at: datetime | None) -> None:
    """Write the note, whole and durable; only who makes the upload or has it locked may."""
    new = note.with_suffix(".new")
    with new.open("w", encoding="utf-8") as file:
        json.dump(asdict(announced) | {"done_at": done_at and clock.iso(done_at)}, file)
        file.flush()
        os.fsync(file.fileno())
    new.replace(note)
    fsync_folder(note.parent)


def remove(note: Path) -> None:
    """End an upload; only who has it locked may, or when it is done."""
    # the note first: a part without one is no upload, and swept
    note.unlink(missing_ok=True)
    note.with_suffix(".part").unlink(missing_ok=True)


@contextmanager
def locked(part: Path) -> Iterator[BinaryIO]:
    """The part, in one hand across all processes of this machine; nobody waits for it.

    Held for moments, and while the whole is being made a photo of. OffsetMismatch when it is gone: HEAD tells why.
    """
    try:
        file = part.open("r+b")
    except FileNotFoundError:
        raise OffsetMismatch("it was finished or let go of a moment ago") from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UploadLocked(headers={"Retry-After": "2"}) from None
        if not os.fstat(file.fileno()).st_nlink:
            raise OffsetMismatch("it was finished or let go of a moment ago")
        yield file


def stale(uploads: Uploads, *, now: datetime) -> list[Held]:
    """Uploads whose time is over, and files that processes left when they died; what an upload holds is counted."""
    return [*expired(uploads, uploads.spools.glob("uploads/*/*.json"), now), *_left(uploads, now)]


def sweep(uploads: Uploads, *, now: datetime) -> int:
    """Let go of what is stale; how much that was. Safe at any time, from any number of processes."""
    return sum(let_go(uploads, uploads.spools / each.key, now) for each in stale(uploads, now=now))


def expired(uploads: Uploads, notes: Iterable[Path], now: datetime) -> Iterator[Held]:
    """Those of the notes whose time is over."""
    for note in notes:
        found = read(note, uploads.keeping)
        if found and found.expires_at <= now and (held := _held(uploads, note, found.part)):
            yield held


def _left(uploads: Uploads, now: datetime) -> Iterator[Held]:
    """Parts and notes without the other, and spools that a killed process could not take with it."""
    for path in (*uploads.spools.glob("tmp*"), *uploads.spools.glob("uploads/*/*")):
        held = _held(uploads, path)
        if held and held.modified < now - LEFT and not _belongs(path, uploads.keeping):
            yield held


def _belongs(path: Path, keeping: timedelta) -> bool:
    """Whether it is a note or a part of an upload that stands."""
    return path.suffix in (".json", ".part") and read(path.with_suffix(".json"), keeping) is not None


def _held(uploads: Uploads, path: Path, *others: Path) -> Held | None:
    with suppress(FileNotFoundError):
        seen = path.stat()
        more = sum(each.stat().st_size for each in others if each.exists())
        modified = datetime.fromtimestamp(seen.st_mtime, UTC)
        return Held(path.relative_to(uploads.spools).as_posix(), seen.st_size + more, modified)
    return None


def let_go(uploads: Uploads, path: Path, now: datetime) -> bool:
    """Let go of something stale, unless it has come to life again."""
    if path.suffix != ".json":
        path.unlink(missing_ok=True)
        return True
    with suppress(UploadLocked, OffsetMismatch):
        found = read(path, uploads.keeping)
        if found is None or found.done:
            remove(path)
            return True
        with locked(found.part):
            # asked again: bytes may have come a moment ago
            found = read(path, uploads.keeping)
            if found and found.expires_at <= now:
                remove(path)
                return True
    return False
