"""audit backup: a copy of everything that can be restored, made while the service runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import click

from audit import __version__
from audit.base import clock, copies, db, snapshots
from audit.base.backups import DATABASE, Backups
from audit.base.copies import Lost
from audit.base.snapshots import BackupInvalid
from audit.base.storage import Folder, Storage
from audit.commands import thinning
from audit.commands.bars import bar
from audit.commands.setup import open_current, usable_storage
from audit.config import Config
from audit.evidence import blobs
from audit.evidence.blobs import Original

TRIES = 3


@dataclass
class Copying:
    """Originals on their way into a folder; counts what it did."""

    source: Storage
    target: Storage
    hash_all: bool = False
    held: int = 0
    copied: int = 0
    bytes: int = 0
    lost: dict[str, str] = field(default_factory=dict)

    def all(self, originals: Iterable[Original], number: int) -> None:
        """Copy those that are not there yet; `held` and `lost` are then of these originals alone."""
        self.held, self.lost = 0, {}
        with bar(None, "photos", number) as shown:
            for original, outcome in copies.at_once(self._one, originals):
                self._count(original, outcome)
                shown.update(1)
        self.hash_all = False  # once is enough

    def _count(self, original: Original, outcome: int | str | None) -> None:
        if isinstance(outcome, str):
            self.lost[original.key] = outcome
            return
        self.held += 1
        if outcome is not None:
            self.copied, self.bytes = self.copied + 1, self.bytes + outcome

    def _one(self, original: Original) -> tuple[Original, int | str | None]:
        """The bytes that were copied, None when they were there already, or why they cannot be."""
        try:
            if self._is_there(original):
                return original, None
            # what was there is torn or rotten
            self.target.delete(original.key)
            return original, copies.copy(original.key, self.source, self.target, original.digest)[1]
        except Lost as lost:
            return original, str(lost)

    def _is_there(self, original: Original) -> bool:
        there = self.target.held(original.key)
        if there is None or there.bytes != original.bytes:
            return False
        return not self.hash_all or copies.holds(original.key, original.digest, self.target)


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Hash the photos that FOLDER holds already, and replace what is damaged.")
@click.option(
    "--keep", type=click.IntRange(min=1), metavar="N", help="Then let go of all snapshots but the N newest whole ones."
)
@click.pass_obj
def backup(config: Config, folder: Path, check: bool, keep: int | None) -> None:
    """Copy the database, every original and every document into FOLDER, while the service runs.

    Into the same FOLDER again only new photos are copied; each backup is a dated snapshot beside the others, and
    `audit restore FOLDER` makes a service of it. FOLDER then holds everything that is to be protected: passwords'
    hashes, second factors, positions. Exit code 1 when a photo could not be copied; the backup says which, and then
    lets go of nothing.
    """
    open_current(config)
    backups = Backups(folder)
    copying = Copying(usable_storage(config, make=False), backups.photos, check)
    if isinstance(copying.source, Folder) and copying.source.root.resolve() == copying.target.root.resolve():
        raise click.ClickException(f"{folder} is where the photos are kept; a backup belongs on another disk")
    try:
        with backups.alone():
            with db.database.connection_context():
                name, made = _write(backups, copying)
            _tell(name, made, copying)
            if keep and not copying.lost:
                _tell_of_thinning(thinning.thin(backups, keep, name))
    except BackupInvalid as error:
        raise click.ClickException(str(error)) from error
    for key, why in copying.lost.items():
        click.echo(f"{key}: {why}", err=True)
    if copying.lost:
        raise click.ClickException(f"{len(copying.lost)} photos are not in this backup")


def _write(backups: Backups, copying: Copying) -> tuple[str, dict]:
    # most of the photos before the snapshot: it takes hours the first time, and what is let go of meanwhile would lack
    copying.all(blobs.originals(), blobs.how_many())
    with backups.making(clock.now()) as part:
        made = _database(part)
        copying.all(_told(part), blobs.how_many())
        for _ in range(TRIES):
            # what was let go of since has no file any more; a later snapshot does not ask for it
            if not _moved_on(copying.lost):
                break
            made = _database(part)
            copying.all(_told(part), blobs.how_many())
        photos = {"named": copying.held + len(copying.lost), "missing": copying.lost}
        manifest = {"program": __version__, "made_at": clock.iso(clock.now()), "photos": photos}
        return backups.finish(part, manifest | made), made


def _database(part: Path) -> dict:
    with bar(None, "database", snapshots.how_many()) as shown:
        return snapshots.write(part / DATABASE, lambda: shown.update(1))


def _told(part: Path) -> Iterable[Original]:
    return blobs.of_snapshot(part / DATABASE)


def _moved_on(lost: dict[str, str]) -> bool:
    digests = {blobs.digest_in(key) for key in lost} - {None}
    return bool(digests) and blobs.still_kept(digests) != digests


def _tell(name: str, made: dict, copying: Copying) -> None:
    rows = sum(made["rows"].values())
    click.echo(f"database: {rows} rows of {len(made['rows'])} tables")
    megabytes = copying.bytes / 1e6
    click.echo(f"photos: {copying.held}, of which {copying.copied} were copied now ({megabytes:.1f} MB)")
    click.echo(f"the trail ends with {made['trail']}" if made["trail"] else "the trail is empty")
    click.echo(f"snapshot {name}")


def _tell_of_thinning(done: thinning.Thinned) -> None:
    if done.gone or done.photos:
        click.echo(f"let go of {len(done.gone)} snapshots and {done.photos} photos ({done.bytes / 1e6:.1f} MB)")
    for why in done.stayed.values():
        click.echo(f"{why}: it stays until the next backup", err=True)
    for why in done.unreadable.values():
        click.echo(f"{why}; no photo is let go of while it lies there", err=True)
