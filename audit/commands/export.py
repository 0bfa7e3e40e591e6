"""audit export."""

from __future__ import annotations

from pathlib import Path

import click

from audit.base import clock, db
from audit.base.problems import NotFound
from audit.commands.setup import open_current
from audit.config import Config
from audit.rankings import exports, queries


@click.command()
@click.argument("round_code", metavar="ROUND")
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), default=".", help="Target folder.")
@click.pass_obj
def export(config: Config, round_code: str, folder: Path) -> None:
    """Write the ranking workbook of ROUND."""
    open_current(config)
    with db.database.connection_context(), db.snapshot():
        of, now = _frame(round_code), clock.now()
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / exports.file_name(of, "排名", ".xlsx", now)
        exports.workbook(of, path, now=now)
    click.echo(path)


def _frame(round_code: str) -> queries.Frame:
    try:
        return queries.frame(round_code, None)
    except NotFound as problem:
        raise click.ClickException(f"no round {round_code}") from problem
