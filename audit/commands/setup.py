"""What every command needs first: the database, at its newest schema."""

from __future__ import annotations

import dataclasses
import pathlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import click

from audit.base import db, migrations
from audit.base.storage import Storage
from audit.config import BadSetting, Config
from audit.fittings import storage


def open_and_migrate(config: Config) -> list[str]:
    """Open the database of these settings and bring its schema up to date; the names of what was applied."""
    config.data.mkdir(parents=True, exist_ok=True)
    db.open_database(config.database, config.database_connections)
    if db.is_sqlite() and not (folder := _file().parent).is_dir():
        raise click.ClickException(f"there is no folder {folder} for the database")
    return migrations.migrate()


def open_current(config: Config) -> None:
    """Open a database that must be there and up to date; commands that only look create nothing."""
    db.open_database(config.database, config.database_connections)
    if _is_missing():
        raise click.ClickException(f"there is no database at {db.describe(config.database)}")
    if waiting := migrations.pending():
        raise click.ClickException(f"run `audit migrate` first: {', '.join(waiting)}")


@contextmanager
def opened_to_try(config: Config) -> Iterator[None]:
    """A database in which nothing is going to be stored: the one there is, or an empty one that is thrown away."""
    db.open_database(config.database, config.database_connections)
    if not _is_missing():
        open_current(config)
        yield
        return
    with tempfile.TemporaryDirectory() as folder:
        open_and_migrate(dataclasses.replace(config, data=pathlib.Path(folder), database_url=""))
        try:
            yield
        finally:
            db.database.close_all()


def usable_storage(config: Config, *, make: bool = True) -> Storage:
    """Where these settings keep photos, after asking whether it can be used; BadSetting names what is wrong.

    TemporarilyUnavailable for a store that does not answer. `make=False` for who only looks.
    """
    photos = storage(config, make=make)
    try:
        photos.check()
    except ValueError as error:
        raise BadSetting(f"storage_url: {error}") from error
    return photos


def _is_missing() -> bool:
    return db.is_sqlite() and not _file().exists()


def _file() -> pathlib.Path:
    return pathlib.Path(db.database.obj.database)
