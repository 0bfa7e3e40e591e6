"""Copying blobs from one storage to another: hashed on the way, and never taken for another's."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

from audit.base.db import batches
from audit.base.storage import Storage

PIECE = 1024 * 1024
THREADS = 8  # a copy waits for disks and for the store's answers, hardly for the processor
BROKEN = (errno.EIO, errno.ENODATA, errno.EUCLEAN, errno.EISDIR)  # one file may be broken, and the next one well


class Lost(Exception):
    """A blob that cannot be copied, though its storage serves; the sentence says why."""


def copy(key: str, source: Storage, target: Storage, digest: str | None = None) -> tuple[str, int]:
    """Copy what is held under the key; (sha256, bytes). Lost when there is none, or other bytes than `digest` names.

    Where the target holds the key already, its bytes stay.
    """
    with target.spool() as spool:
        found = hashlib.sha256()
        size = 0
        for piece in _pieces(key, source):
            found.update(piece)
            size += len(piece)
            spool.write(piece)
        if digest not in (None, found.hexdigest()):
            raise Lost("its bytes are not those that were received")
        target.put(key, spool)
    return found.hexdigest(), size


def sha256_of(key: str, storage: Storage) -> str:
    """The sha256 of what is held under the key; Lost when nothing is, or when it cannot be read."""
    found = hashlib.sha256()
    for piece in _pieces(key, storage):
        found.update(piece)
    return found.hexdigest()


def holds(key: str, digest: str, storage: Storage) -> bool:
    """Whether the bytes that `digest` names can be read under the key."""
    try:
        return sha256_of(key, storage) == digest
    except Lost:
        return False


def _pieces(key: str, storage: Storage) -> Iterator[bytes]:
    try:
        with storage.open(key) as file:
            while piece := file.read(PIECE):
                yield piece
    except FileNotFoundError:
        raise Lost("the file is missing") from None
    except OSError as error:
        if error.errno not in BROKEN:
            raise
        raise Lost(f"the file cannot be read ({error.strerror})") from error


def at_once(work: Callable, things: Iterable) -> Iterator:
    """`work` of each thing, some of them at a time, in order; a thing's error ends it."""
    with ThreadPoolExecutor(THREADS) as pool:
        for some in batches(things, THREADS * 8):
            yield from pool.map(work, some)
