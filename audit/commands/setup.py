"""What every command needs first: the database, at its newest schema."""

from __future__ import annotations

import pathlib

import click

from audit.base import db, migrations
from audit.config import Config


def open_and_migrate(config: Config) -> list[str]:
    """Open the database of these settings and bring its schema up to date; the names of what was applied."""
    config.data.mkdir(parents=True, exist_ok=True)
    db.open_database(config.database, config.database_connections)
    return migrations.migrate()


def open_current(config: Config) -> None:
    """Open a database that must be there and up to date; commands that only look create nothing."""
    db.open_database(config.database, config.database_connections)
    if db.is_sqlite() and not pathlib.Path(db.database.obj.database).exists():
        raise click.ClickException(f"there is no database at {db.describe(config.database)}")
    if waiting := migrations.pending():
        raise click.ClickException(f"run `audit migrate` first: {', '.join(waiting)}")
