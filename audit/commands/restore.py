"""audit restore: a service from a backup, in a place where there is none."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from audit.base import db, migrations, snapshots
from audit.base.backups import Backups
from audit.base.migrations import LOCK
from audit.base.snapshots import BackupInvalid
from audit.base.storage import Storage, fsync_folder
from audit.commands import renditions, thinning
from audit.commands.backup import Copying
from audit.commands.bars import bar
from audit.commands.setup import usable_storage
from audit.commands.verify import verify
from audit.config import Config
from audit.evidence import blobs, previews

COMPANIONS = ("-wal", "-shm", "-journal")  # of an SQLite database that was there: it would read them as its own


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--snapshot", help="Which one, when not the newest.")
@click.option("--incomplete", is_flag=True, help="Restore although photos are missing from the backup, or damaged.")
@click.pass_context
def restore(context: click.Context, folder: Path, snapshot: str | None, incomplete: bool) -> None:
    """Make a service of a backup in FOLDER: database, originals, and renditions made anew from these.

    Only where there is neither a database nor a photo of another service. Photos come first, the database last and at
    once: cut off, there is no service yet, and the same command goes on. Ends with `audit verify`.
    """
    config: Config = context.obj
    backups = Backups(folder)
    db.open_database(config.database, config.database_connections)
    try:
        name, manifest = backups.chosen(snapshot)
        _refuse_newer(name, manifest)
        _refuse_full_database(config)
        with thinning.held(backups, name):
            _restore(config, backups, name, manifest, incomplete)
    except BackupInvalid as error:
        raise click.ClickException(f"backup-invalid: {error}") from error
    click.echo("restored; now everything is checked")
    seq, _, digest = manifest["trail"].partition(":")
    context.invoke(verify, expect=((int(seq), digest),) if seq else ())


def _restore(config: Config, backups: Backups, name: str, manifest: dict, incomplete: bool) -> None:
    file = backups.file(name)
    target = _target(config, file)
    click.echo(f"snapshot {name}, made by version {manifest['program']}")
    # every photo that is there already is hashed: a restore that was cut off may have left it
    copying = Copying(backups.photos, target, hash_all=True)
    copying.all(blobs.of_snapshot(file), manifest["photos"]["named"])
    _tell([f"{key}: {why}" for key, why in copying.lost.items()])
    if copying.lost and not incomplete:
        raise BackupInvalid(f"{len(copying.lost)} photos are not whole in it; --incomplete restores everything else")
    click.echo(f"photos: {copying.held}, of which {copying.copied} were copied now ({copying.bytes / 1e6:.1f} MB)")
    made, faults = renditions.make(config, (each for each in blobs.of_snapshot(file) if each.key not in copying.lost))
    click.echo(f"renditions of {made} photos made")
    _tell(faults)
    with bar(None, "database", sum(manifest["rows"].values())) as shown:
        _fill(config, lambda: _pour(file, manifest, lambda: shown.update(1)))
    click.echo(f"database: {sum(manifest['rows'].values())} rows of {len(manifest['rows'])} tables")


def _pour(file: Path, manifest: dict, tick: Callable[[], object]) -> None:
    snapshots.fill(file, manifest, tick)
    previews.forget_all()


def _tell(faults: Iterable[str]) -> None:
    for fault in faults:
        click.echo(fault, err=True)


def _refuse_newer(name: str, manifest: dict) -> None:
    if unknown := set(manifest["migrations"]) - set(migrations.known()):
        newer = f"its schema has {', '.join(sorted(unknown))}, this program knows up to {migrations.head()}"
        raise BackupInvalid(f"{name} was made by the newer version {manifest['program']}: {newer}")


def _refuse_full_database(config: Config) -> None:
    """Nothing that is there is ever written over."""
    where = db.describe(config.database)
    if not db.is_sqlite():
        with db.database.connection_context():
            if not snapshots.is_empty():
                raise click.ClickException(f"the database {where} is not empty; restore wants one without any table")
        return
    path = Path(db.database.obj.database)
    for each in (path, *(Path(f"{path}{companion}") for companion in COMPANIONS)):
        if each.exists():
            raise click.ClickException(f"{each} exists; restore wants a place without a database")


def _target(config: Config, file: Path) -> Storage:
    """Where the photos go; refused when it holds any that the snapshot does not tell of."""
    target = usable_storage(config, make=False)
    wanted = {each.digest for each in blobs.of_snapshot(file)}
    for held in target.listed():
        if blobs.digest_in(held.key) not in wanted:
            raise click.ClickException(f"{held.key} is where the photos would go; restore wants a place without others")
    return target


def _fill(config: Config, fill: Callable[[], None]) -> None:
    """Make the database whole or not at all."""
    if db.is_sqlite():
        _fill_a_file(config, fill)
        return
    with db.database.connection_context(), db.database.atomic():
        db.database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        _refuse_full_database(config)
        fill()


def _fill_a_file(config: Config, fill: Callable[[], None]) -> None:
    path = Path(db.database.obj.database)
    making = Path(f"{path}.restoring")
    path.parent.mkdir(parents=True, exist_ok=True)
    for each in (making, *(Path(f"{making}{companion}") for companion in COMPANIONS)):
        each.unlink(missing_ok=True)
    db.open_database(f"sqlite:///{making}")
    with db.database.connection_context():
        fill()
        db.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.database.close_all()
    # a link, not a rename: whoever made a database here in the meantime keeps it
    os.link(making, path)
    making.unlink()
    fsync_folder(path.parent)
    db.open_database(config.database, config.database_connections)
