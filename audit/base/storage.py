"""Where photo bytes live: a folder, by digest. Written whole and durable, or not at all."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path
from typing import BinaryIO, Protocol

PIECE = 64 * 1024


def receive(stream: BinaryIO, spool: BinaryIO, limit: int) -> tuple[int, str]:
    """A body into the spool, in pieces of 64 KiB: how many bytes came, and their sha256. Reads no further than the
    first piece beyond `limit`."""
    seen, size = hashlib.sha256(), 0
    while size <= limit and (piece := stream.read(PIECE)):
        size += len(piece)
        seen.update(piece)
        spool.write(piece)
    spool.flush()
    return size, seen.hexdigest()


@dataclass(frozen=True, slots=True)
class Held:
    """What is held under a key: how many bytes, and since when (aware, UTC)."""

    key: str
    bytes: int
    modified: datetime


class Storage(Protocol):
    """What keeps photo bytes, a folder or a bucket. Put-if-absent by key; a key's bytes never change."""

    def check(self) -> None:
        """ValueError says why it cannot be used as it is set, TemporarilyUnavailable that it does not answer."""

    def spool(self) -> AbstractContextManager[BinaryIO]:
        """A real file for bytes on their way in; gone afterwards."""

    def put(self, key: str, spool: BinaryIO) -> bool:
        """Make the spooled bytes durable under `key`; False when the key was held already."""

    def open(self, key: str) -> BinaryIO:
        """The bytes as they come; FileNotFoundError when there are none."""

    def local(self, key: str) -> AbstractContextManager[BinaryIO]:
        """The bytes as a real file, for who must map it or move about in it; FileNotFoundError likewise."""

    def exists(self, key: str) -> bool: ...

    def held(self, key: str) -> Held | None:
        """What is held under the key; None when nothing is."""

    def delete(self, key: str) -> None: ...

    def listed(self) -> Iterator[Held]:
        """Everything held, in no order."""


def mend(storage: Storage, key: str, size: int, spool: BinaryIO) -> None:
    """Put a file of `size` bytes where it was lost or cut: these bytes have just proved to be its own."""
    held = storage.held(key)
    if held is None or held.bytes != size:
        storage.delete(key)
        storage.put(key, spool)


class Folder:
    """Blobs under `root`: ab/cd/abcd….jpg. Put-if-absent by key; a key's bytes never change."""

    def __init__(self, root: Path, *, make: bool = True):
        """`make=False` leaves the making of folders to the first write: who only reads leaves no trace."""
        self.root = Path(root)
        self._arriving = self.root / "arriving"
        self._durable: set[Path] = set()
        self._made = False
        if make:
            self._make()

    def _make(self) -> None:
        make_folder(self._arriving)
        self._made = True

    def check(self) -> None:
        """A folder tells its faults when it is used."""

    @contextmanager
    def spool(self) -> Iterator[BinaryIO]:
        """A file for bytes on their way in, on the same disk; gone afterwards unless it was put."""
        if not self._made:
            self._make()
        with tempfile.NamedTemporaryFile(dir=self._arriving) as spool:
            yield spool

    def put(self, key: str, spool: BinaryIO) -> bool:
        """Make the spooled bytes durable under `key`: file, name and folder reach the disk before this returns.

        False when the key was held already: its bytes stay.
        """
        target = self.root / key
        self._folders(target.parent)
        spool.flush()
        os.fsync(spool.fileno())
        # a link, not a rename: the first writer of a key wins and the spool stays ours to remove
        # and the folder is synced even for the second: the first may not have come so far yet
        try:
            os.link(spool.name, target)
            new = True
        except FileExistsError:
            new = False
        fsync_folder(target.parent)
        return new

    def _folders(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        # once per process even for folders that were there: another process may have made them a moment ago
        for each in takewhile(lambda path: path != self.root, (folder, *folder.parents)):
            if each not in self._durable:
                fsync_folder(each.parent)
                self._durable.add(each)

    def open(self, key: str) -> BinaryIO:
        """The bytes; FileNotFoundError when there are none."""
        return (self.root / key).open("rb")

    def local(self, key: str) -> BinaryIO:
        """The same: it is a real file."""
        return self.open(key)

    def exists(self, key: str) -> bool:
        return (self.root / key).is_file()

    def held(self, key: str) -> Held | None:
        """What is held under the key; None when nothing is."""
        path = self.root / key
        try:
            found = path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return Held(key, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))

    def delete(self, key: str) -> None:
        (self.root / key).unlink(missing_ok=True)

    def listed(self) -> Iterator[Held]:
        """Everything held, in no order."""
        for path in self.root.rglob("*"):
            if path.is_file() and self._arriving not in path.parents and path.name != ".gitkeep":
                held = self.held(path.relative_to(self.root).as_posix())
                if held:
                    yield held


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, durably."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for each in missing:
        fsync_folder(each.parent)


def fsync_folder(folder: Path) -> None:
    """What names the folder holds reaches the disk: without this, a file that was renamed or linked may be gone."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
