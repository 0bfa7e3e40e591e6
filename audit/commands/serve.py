"""audit serve, audit migrate."""

from __future__ import annotations

import os

import click
from granian import Granian
from granian.constants import Interfaces

from audit.base import clock, db, migrations
from audit.checklists import actions, editions
from audit.checklists.models import Edition
from audit.commands.setup import open_and_migrate
from audit.config import Config


@click.command()
@click.option("--host", help="Address to listen on (AUDIT_HOST).")
@click.option("--port", type=int, help="Port to listen on (AUDIT_PORT).")
@click.option("--workers", type=int, help="Worker processes (AUDIT_WORKERS).")
@click.pass_obj
def serve(config: Config, host: str | None, port: int | None, workers: int | None) -> None:
    """Serve the API, after bringing the schema up to date.

    On the first start the editions and policies that ship are published.
    """
    applied = open_and_migrate(config)
    click.echo(f"database {db.describe(config.database)}" + (f", applied {', '.join(applied)}" if applied else ""))
    publish_shipped()
    db.release()
    db.database.close_all()
    _hand_on(config)
    Granian(
        "audit.app:create",
        address=host or config.host,
        port=config.port if port is None else port,
        interface=Interfaces.WSGI,
        workers=workers or config.workers,
        blocking_threads=config.threads,
        respawn_failed_workers=True,
        factory=True,
        websockets=False,
        log_level="warning",
    ).serve()


def publish_shipped() -> None:
    """Publish what ships in checklists/ where nothing is published yet."""
    if Edition.select().exists():
        return
    for path in sorted(migrations.folder("checklists").glob("*.toml")):
        edition = actions.publish(editions.read(path), actor=None, now=clock.now())
        click.echo(f"published {edition.id}")


def _hand_on(config: Config) -> None:
    """The workers are processes of their own and read the environment."""
    os.environ["AUDIT_DATA"] = str(config.data.absolute())
    # many threads each with a malloc arena of their own would keep what they freed
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")


@click.command()
@click.pass_obj
def migrate(config: Config) -> None:
    """Bring the schema up to date; safe to run from several processes at once."""
    applied = open_and_migrate(config)
    click.echo("\n".join(applied) or "nothing to do")
