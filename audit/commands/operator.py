"""An account acting from the command line, named in the trail."""

from __future__ import annotations

import click

from audit.accounts.models import Account
from audit.accounts.policy import Policy
from audit.accounts.queries import Actor, actor_of
from audit.base import clock
from audit.base.trail import console


def operator(name: str, role: str) -> Actor:
    """The active account of that name, which must hold the role."""
    account = Account.get_or_none(Account.name == name, Account.disabled_at.is_null())
    if account is None or role not in account.roles:
        raise click.ClickException(f"{name}: no active account with the role {role}")
    return actor_of(account, f"command line of {console()}", 0, policy=Policy(), now=clock.now())
