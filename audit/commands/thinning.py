"""Letting go of old snapshots of a folder of backups, and of copies of photos that none of the others names.

To be called while nobody else writes into the folder (`Backups.alone`). Whatever ends it, the snapshots that remain
can be restored: a snapshot loses its manifest, on the disk, before any photo goes.
"""

from __future__ import annotations

import fcntl
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from audit.base.backups import DATABASE, MANIFEST, Backups
from audit.base.snapshots import BackupInvalid
from audit.base.storage import Held, fsync_folder
from audit.evidence import blobs

OURS = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{6}Z", re.ASCII)


@dataclass
class Thinned:
    """The snapshots and photos that went, and why others, which should have gone, did not."""

    gone: list[str] = field(default_factory=list)
    photos: int = 0
    bytes: int = 0
    stayed: dict[str, str] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)


def thin(backups: Backups, number: int, newest: str) -> Thinned:
    """Keep so many whole snapshots, `newest` first and whatever the clock said, and every photo that they name.

    One that cannot be read stays and does not count; while there is one, all photos stay: nobody knows which it names.
    A folder of another name is somebody's copy: it stays, does not count, and keeps its photos.
    """
    done = Thinned()
    for name in _spare(backups, number, newest, done.unreadable):
        try:
            with held(backups, name, alone=True):
                _remove(backups.snapshots / name)
            done.gone.append(name)
        except BackupInvalid as error:
            done.stayed[name] = str(error)
    _finish_what_was_begun(backups)
    if not done.unreadable:
        for copy in list(_unnamed(backups)):
            backups.photos.delete(copy.key)
            done.photos, done.bytes = done.photos + 1, done.bytes + copy.bytes
    return done


@contextmanager
def held(backups: Backups, name: str, *, alone: bool = False) -> Iterator[None]:
    """As long as somebody holds a snapshot nobody lets go of it; `alone`: to let go of it.

    BackupInvalid says why it cannot be had. The lock lies on the manifest, which a reader need not be able to write.
    """
    path = backups.snapshots / name / MANIFEST
    gone = BackupInvalid(f"{name} was let go of a moment ago")
    try:
        manifest = path.open("r+b" if alone else "rb")
    except FileNotFoundError:
        raise gone from None
    with manifest:
        try:
            fcntl.flock(manifest, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupInvalid(f"{name} is being {'restored' if alone else 'let go of'} at this moment") from None
        if not path.exists():
            raise gone
        yield


def _spare(backups: Backups, number: int, newest: str, unreadable: dict[str, str]) -> list[str]:
    """Those of ours that are older than the last one to be kept, the oldest first."""
    names = [newest, *(each for each in reversed(backups.names()) if each != newest)]
    spare, whole = [], 0
    for name in names:
        try:
            manifest = backups.chosen(name)[1]
        except BackupInvalid as error:
            unreadable[name] = str(error)
            continue
        if not OURS.fullmatch(name):
            continue
        if whole == number:
            spare.append(name)
        # one that lacks photos counts for none: a restore refuses it
        whole += whole < number and not manifest["photos"]["missing"]
    return spare[::-1]


def _remove(snapshot: Path) -> None:
    """First what makes it a snapshot; what somebody else has put beside stays."""
    (snapshot / MANIFEST).unlink(missing_ok=True)
    fsync_folder(snapshot)
    (snapshot / DATABASE).unlink(missing_ok=True)
    if not any(snapshot.iterdir()):
        snapshot.rmdir()


def _finish_what_was_begun(backups: Backups) -> None:
    """Take away what is left of a snapshot that was being let go of when the power went."""
    for each in backups.snapshots.iterdir():
        if OURS.fullmatch(each.name) and each.is_dir() and not (each / MANIFEST).exists():
            _remove(each)


def _unnamed(backups: Backups) -> Iterator[Held]:
    """Copies of originals and documents that no snapshot names."""
    named = set()
    for name in backups.names():
        named |= {each.key for each in blobs.of_snapshot(backups.file(name))}
    for copy in backups.photos.listed():
        if blobs.named_digest(copy.key) and copy.key not in named:
            yield copy
