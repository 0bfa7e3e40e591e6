"""audit adopt-baseline."""

from __future__ import annotations

from uuid import UUID

import click

from audit.base import clock
from audit.commands.operator import operator
from audit.commands.setup import open_current
from audit.config import Config
from audit.inspections import baselines


@click.command("adopt-baseline")
@click.argument("round_code")
@click.argument("inspection", type=click.UUID)
@click.option("--as", "name", required=True, help="The office account that adopts.")
@click.pass_obj
def adopt_baseline(config: Config, round_code: str, inspection: UUID, name: str) -> None:
    """Adopt an approved visit to a demonstration site as the baseline of ROUND_CODE, and score the round again."""
    open_current(config)
    baseline = baselines.adopt(round_code, inspection, actor=operator(name, "office"), now=clock.now())
    if baseline.adopted_at is None:
        lines = [f"  {each['item']}: {each['why']}" for each in baseline.unusual]
        click.echo("\n".join([f"proposed as {baseline.id}; a second person must confirm:", *lines]))
        return
    click.echo(
        f"version {baseline.version} adopted from {baseline.centre_name}; {baseline.rescored} visits scored again"
    )
