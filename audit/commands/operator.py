"""An account acting from the command line, named in the trail."""

from __future__ import annotations

import click

from audit.accounts.models import Account
from audit.accounts.permissions import Can
from audit.accounts.policy import Policy
from audit.accounts.queries import Actor, actor_of, by_name
from audit.base import clock
from audit.base.trail import console


def operator(name: str, role: str) -> Actor:
    """The active account of that name, which must hold the role."""
    account = Account.get_or_none(Account.name == name, Account.disabled_at.is_null())
    if account is None or role not in account.roles:
        raise click.ClickException(f"{name}: no active account with the role {role}")
    return _actor(account, "command line")


def stand_in(name: str, permission: Can, how: str) -> Actor:
    """The account for which somebody at this machine sends what it could not: it must be enabled and may do it.

    The trail names the account, and as its device `how` and who typed the command.
    """
    account = by_name(name)
    if account is None:
        raise click.ClickException(f"{name}: 没有这个账号 · there is no such account")
    if account.disabled_at is not None:
        raise click.ClickException(f"{name}: 账号已停用 · the account is disabled")
    actor = _actor(account, how)
    if not actor.can(permission):
        raise click.ClickException(f"{name}: 该账号无此权限 · the account may not {permission.label}")
    return actor


def _actor(account: Account, how: str) -> Actor:
    return actor_of(account, f"{how} of {console()}", 0, policy=Policy(), now=clock.now())
