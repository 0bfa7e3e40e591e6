"""A folder of backups: one store of photos by digest, and a folder for each snapshot of the database.

    photos/ab/cd/abcd….jpg          shared by all snapshots, each file once
    snapshots/2026-11-22T…Z/        database.jsonl.gz and, written last, manifest.json

A snapshot's folder is called `….part` until it is whole: what was cut off is never taken for a backup.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from audit.base import clock
from audit.base.db import digest_of
from audit.base.snapshots import BackupInvalid
from audit.base.storage import Folder, fsync_folder

FORMAT = 1
DATABASE, MANIFEST, PART = "database.jsonl.gz", "manifest.json", ".part"


class Backups:
    """The snapshots under `root`."""

    def __init__(self, root: Path):
        self.root, self.snapshots = Path(root).absolute(), Path(root).absolute() / "snapshots"

    @property
    def photos(self) -> Folder:
        return Folder(self.root / "photos", make=False)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One backup at a time writes here; makes the folder, for nobody else to read: it holds all there is."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.snapshots.mkdir(exist_ok=True)
        fsync_folder(self.root)
        with (self.root / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BackupInvalid(f"another backup is being written into {self.root}") from None
            for cut_off in self.snapshots.glob(f"*{PART}"):
                shutil.rmtree(cut_off)
            shutil.rmtree(self.photos.root / "arriving", ignore_errors=True)
            yield

    @contextmanager
    def making(self, now: datetime) -> Iterator[Path]:
        """A folder for a new snapshot; gone when it does not come to be whole."""
        part = self.snapshots / f"{clock.iso(now).replace(':', '-')}{PART}"
        part.mkdir()
        try:
            yield part
        finally:
            shutil.rmtree(part, ignore_errors=True)

    def finish(self, part: Path, manifest: dict) -> str:
        """Seal the manifest, write it and give the snapshot its name, each on the disk before the next."""
        told = manifest | {"format": FORMAT, "database": _told(part / DATABASE)}
        with (part / MANIFEST).open("w", encoding="utf-8") as file:
            json.dump(told | {"seal": digest_of(told)}, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        fsync_folder(part)
        name = part.name.removesuffix(PART)
        part.rename(self.snapshots / name)
        fsync_folder(self.snapshots)
        return name

    def names(self) -> list[str]:
        """Every whole snapshot, the oldest first."""
        return sorted(each.parent.name for each in self.snapshots.glob(f"*/{MANIFEST}") if each.parent.suffix != PART)

    def chosen(self, name: str | None) -> tuple[str, dict]:
        """The snapshot of that name, or the newest, and its manifest; BackupInvalid says what is wrong with it."""
        names = self.names()
        if not names:
            raise BackupInvalid(f"there is no whole backup in {self.root}")
        if name is not None and name not in names:
            raise BackupInvalid(f"there is no snapshot {name}; there are {', '.join(names)}")
        return name or names[-1], self._checked(name or names[-1])

    def _checked(self, name: str) -> dict:
        try:
            told = json.loads((self.snapshots / name / MANIFEST).read_text("utf-8"))
            seal, number = told.pop("seal"), told["format"]
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise BackupInvalid(f"the manifest of {name} is torn or was changed") from error
        if number != FORMAT:
            raise BackupInvalid(f"{name} was made by a newer version: format {number}, this program knows {FORMAT}")
        if seal != digest_of(told):
            raise BackupInvalid(f"the manifest of {name} is torn or was changed")
        try:
            found = _told(self.file(name))
        except FileNotFoundError:
            raise BackupInvalid(f"{DATABASE} of {name} is missing") from None
        if found != told["database"]:
            raise BackupInvalid(f"{DATABASE} of {name} is torn or was changed: it is not what its manifest tells of")
        return told

    def file(self, name: str) -> Path:
        """The rows of the database of a snapshot."""
        return self.snapshots / name / DATABASE


def _told(path: Path) -> dict:
    with path.open("rb") as file:
        return {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}
