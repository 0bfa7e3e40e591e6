"""audit import-centres."""

from __future__ import annotations

from pathlib import Path

import click

from audit.base import clock
from audit.centres import actions, registry
from audit.centres.actions import Outcome
from audit.commands.setup import open_and_migrate
from audit.config import Config


@click.command("import-centres")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--registry", "name", help="Load a registry that ships: shigatse or xishan.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, store nothing.")
@click.pass_obj
def import_centres(config: Config, file: Path | None, name: str | None, dry_run: bool) -> None:
    """Import centres from FILE (.csv in UTF-8 or GBK, or .xlsx), or a registry that ships.

    One bad row, and nothing is stored; every fault is listed with its row and column. Divisions are named by code:
    names repeat and are never used as keys.
    """
    if (file is None) == (name is None):
        raise click.UsageError("give a FILE or --registry NAME")
    open_and_migrate(config)
    if name:
        outcome = actions.load_registry(name, actor=None, now=clock.now())
        about = registry.registries()[name]
        click.echo("\n".join(about[key] for key in ("title", "source", "points_licence") if key in about))
    else:
        outcome = actions.import_centres(file, dry_run=dry_run, actor=None, now=clock.now())
    _tell(outcome, dry_run)


def _tell(outcome: Outcome, dry_run: bool) -> None:
    said = "would be " if dry_run else ""
    click.echo(
        f"{outcome.divisions} divisions and {outcome.added} centres {said}added, "
        f"{outcome.changed} {said}changed, {outcome.unchanged} as they were"
    )
    for pointer, fault in outcome.faults.items():
        _, row, column = pointer.split("/", 2)
        click.echo(f"row {row}, {column}: {fault}", err=True)
    if outcome.faults:
        raise click.ClickException(f"{len(outcome.faults)} faults: as it stands, nothing would be imported")
