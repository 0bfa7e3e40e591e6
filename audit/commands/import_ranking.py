"""audit import-ranking."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import click

from audit.base import clock
from audit.base.problems import ValidationError
from audit.commands.setup import open_current
from audit.config import Config
from audit.rankings import earlier
from audit.rankings.earlier import Period
from audit.rounds.schemas import CODE


@click.command("import-ranking")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--area", required=True, metavar="CODE", help="The division that was ranked, such as 540200.")
@click.option("--code", required=True, help="The code of its round, such as 2026Q3.")
@click.option("--name", required=True, help="The name of its round, such as 2026年第三季度.")
@click.option("--period-end", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The last day of its period.")
@click.option("--sample", is_flag=True, help="The figures are made up (示例).")
@click.option("--dry-run", is_flag=True, help="Say what would happen, store nothing.")
@click.pass_obj
def import_ranking(config: Config, file: Path, *, code: str, name: str, period_end: datetime, dry_run: bool, **of):
    """Import an earlier ranking from FILE (.xlsx, or .csv in UTF-8 or GBK), so that later ones tell who moved.

    Columns are found by their headings: 区划代码, 名称, 排名, 得分 or 总分, 亮牌. A division code of 6 digits is a
    county's, 9 a township's, 12 a village's. All sheets of a workbook that have such headings are taken together, as
    县区排名, 乡镇排名 and 村级得分 of a workbook from here. One bad row, and nothing is stored.
    """
    if not re.fullmatch(CODE, code) or not 1 <= len(name.strip()) <= 64:
        raise click.UsageError("a code has 2 to 32 letters and digits, a name 1 to 64 characters")
    open_current(config)
    period = Period(code, name.strip(), of["area"], period_end.date(), of["sample"])
    try:
        found = earlier.import_ranking(file, period, dry_run=dry_run, actor=None, now=clock.now())
    except ValidationError as problem:
        # every fault, however many: this list is what the sender of the table is asked to mend
        for each in problem.errors:
            click.echo(f"{each['pointer']}: {each['detail']}", err=True)
        raise click.ClickException(f"{file.name}: {problem.detail}") from problem
    said, rows = "would be imported" if dry_run else "stand in the ranking", found.rows
    if found.read:
        others = f"; no rankings: {'、'.join(found.others)}" if found.others else ""
        click.echo(f"sheets read: {'、'.join(found.read)}{others}")
    click.echo(f"{code}: {rows['counties']} counties, {rows['township']} townships, {rows['village']} villages {said}")
