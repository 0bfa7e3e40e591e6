"""audit adopt-baseline."""

from __future__ import annotations

from uuid import UUID

import click

from audit.base import clock
from audit.checklists.models import Baseline
from audit.commands.operator import operator
from audit.commands.setup import open_current
from audit.config import Config
from audit.inspections import baselines


@click.command("adopt-baseline")
@click.argument("round_code", metavar="ROUND")
@click.argument("inspection", type=click.UUID)
@click.option("--as", "name", required=True, help="The office account that adopts.")
@click.option("--confirm", "items", multiple=True, metavar="ITEM", help="Confirm this unusual item of a proposal.")
@click.pass_obj
def adopt_baseline(config: Config, round_code: str, inspection: UUID, name: str, items: tuple[str, ...]) -> None:
    """Adopt an approved visit to a demonstration site as the baseline of ROUND, and score the round again.

    With unusual values it is only proposed, until a second person repeats the command with one --confirm for each.
    """
    open_current(config)
    actor, now = operator(name, "office"), clock.now()
    if items:
        proposed = Baseline.get_or_none(Baseline.inspection == inspection)
        if proposed is None:
            raise click.ClickException(f"nothing is proposed from {inspection}; leave out --confirm to propose it")
        baseline = baselines.confirm(round_code, proposed.id, list(items), actor=actor, now=now)
    else:
        baseline = baselines.adopt(round_code, inspection, actor=actor, now=now)
    click.echo(_adopted(baseline) if baseline.adopted_at else _proposed(baseline, round_code))


def _adopted(baseline: Baseline) -> str:
    return f"version {baseline.version} adopted from {baseline.centre_name}; {baseline.rescored} visits scored again"


def _proposed(baseline: Baseline, code: str) -> str:
    found = [f"  {each['item']}: {each['why']}" for each in baseline.unusual]
    words = " ".join(f"--confirm {each['item']}" for each in baseline.unusual)
    return "\n".join(
        [
            f"proposed as {baseline.id}; a second person must confirm:",
            *found,
            f"with: audit adopt-baseline {code} {baseline.inspection} --as NAME {words}",
            f"or:   POST /api/v1/rounds/{code}/baselines/{baseline.id}/confirmation",
        ]
    )
