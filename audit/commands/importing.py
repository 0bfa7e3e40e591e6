"""audit import-centres."""

from __future__ import annotations

from pathlib import Path

import click

from audit.base import clock
from audit.base.problems import ValidationError
from audit.centres import actions, registry
from audit.centres.matching import Outcome
from audit.commands.setup import open_and_migrate, opened_to_try
from audit.config import Config


@click.command("import-centres")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--registry", "name", help="Load a registry that ships: shigatse or xishan.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, store nothing.")
@click.pass_obj
def import_centres(config: Config, file: Path | None, name: str | None, dry_run: bool) -> None:
    """Import centres from FILE (.csv in UTF-8 or GBK, or .xlsx), or a registry that ships.

    One bad row, and nothing is stored; every fault is listed with its row and column. Divisions are named by code:
    names repeat and are never used as keys. A row that fits no centre may be one under another name or code: it is
    named here, and taken for a new one unless the column centre_id says which one it is.
    """
    if (file is None) == (name is None):
        raise click.UsageError("give a FILE or --registry NAME")
    if dry_run:
        with opened_to_try(config):
            _carry_out(file, name, True)
        return
    open_and_migrate(config)
    _carry_out(file, name, False)


def _carry_out(file: Path | None, name: str | None, dry_run: bool) -> None:
    if name:
        outcome = actions.load_registry(name, dry_run=dry_run, actor=None, now=clock.now())
        about = registry.registries()[name]
        click.echo("\n".join(about[key] for key in ("title", "source", "points_licence") if key in about))
    else:
        outcome = _import(file, dry_run)
    _tell(outcome, dry_run)


def _import(file: Path, dry_run: bool) -> Outcome:
    try:
        return actions.import_centres(file, dry_run=dry_run, actor=None, now=clock.now())
    except ValidationError as problem:
        # every fault, however many: this list is what the sender of the table is asked to mend
        _list({each["pointer"]: each["detail"] for each in problem.errors})
        raise click.ClickException(f"{file.name}: {problem.detail}") from problem


def _tell(outcome: Outcome, dry_run: bool) -> None:
    said = "would be " if dry_run else ""
    click.echo(
        f"{outcome.divisions} divisions and {outcome.added} centres {said}added, "
        f"{outcome.changed} {said}changed, {outcome.unchanged} as they were"
    )
    for each in outcome.proposals:
        known = " or ".join(f"{one.code} {one.name} ({one.id})" for one in each.candidates)
        click.echo(f"row {each.number}: {each.name} {said}counted as new; centre_id would say that it is {known}")
    for line in outcome.lines:
        for note in line.notes:
            click.echo(f"row {line.number}: {line.centre.name}: {note}")
    if outcome.missing:
        click.echo(f"{len(outcome.missing)} active centres of these counties and levels are not in the table and stay")
    _list(outcome.faults)
    if outcome.faults:
        raise click.ClickException(f"{len(outcome.faults)} faults: as it stands, nothing would be imported")


def _list(faults: dict[str, str]) -> None:
    """By row, whatever found them first."""
    rows = [pointer.removeprefix("/").split("/", 1) for pointer in faults]
    for (row, column), fault in sorted(zip(rows, faults.values(), strict=True), key=lambda each: int(each[0][0])):
        click.echo(f"row {row}, {column}: {fault}", err=True)
