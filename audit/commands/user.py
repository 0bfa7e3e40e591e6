"""audit user."""

from __future__ import annotations

import click

from audit.accounts import actions
from audit.accounts.permissions import ROLES
from audit.accounts.schemas import AccountIn
from audit.base import clock
from audit.base.body import load
from audit.centres import queries as centres
from audit.commands.setup import open_and_migrate
from audit.config import Config
from audit.fittings import policy


@click.command()
@click.argument("name")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(list(ROLES)))
@click.option("--display", help="The person's name as others see it; the account's name by default.")
@click.option("--area", help="Code of the county or prefecture that is the whole of what the account reaches.")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
@click.pass_obj
def user(
    config: Config, *, name: str, roles: tuple[str, ...], display: str | None, area: str | None, password: str
) -> None:
    """Open an account. There is no account until somebody opens one here."""
    open_and_migrate(config)
    division = centres.by_code(area).id if area else None
    given = {
        "name": name,
        "display": display or name,
        "roles": list(roles),
        "division": division,
        "password": password,
        "must_change": False,
    }
    account = actions.open_account(load(AccountIn(), given), policy=policy(config), actor=None, now=clock.now())
    click.echo(f"{account.name} opened: {', '.join(ROLES[role] for role in account.roles)}")
