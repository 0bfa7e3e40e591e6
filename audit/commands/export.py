"""audit export."""

from __future__ import annotations

from pathlib import Path

import click

from audit.base import clock, db
from audit.commands.setup import open_current
from audit.config import Config
from audit.rankings import exports, queries


@click.command()
@click.argument("round_code")
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), default=".", help="Target folder.")
@click.pass_obj
def export(config: Config, round_code: str, folder: Path) -> None:
    """Write the ranking workbook of ROUND_CODE."""
    open_current(config)
    folder.mkdir(parents=True, exist_ok=True)
    with db.database.connection_context(), db.snapshot():
        of, now = queries.frame(round_code), clock.now()
        path = folder / exports.file_name(of, "排名", ".xlsx", now)
        exports.workbook(of, path, now=now)
    click.echo(path)
