"""audit reset-password."""

from __future__ import annotations

import click

from audit.accounts import actions, queries
from audit.base import clock
from audit.commands.setup import open_current
from audit.config import Config


@click.command()
@click.argument("name")
@click.pass_obj
def reset_password(config: Config, name: str) -> None:
    """Give an account a new password, printed this once, when nobody can sign in who could do it.

    Its owner changes it first. The second factor is taken off, every device signed out, a lock lifted.
    """
    open_current(config)
    account = queries.by_name(name)
    if account is None:
        raise click.ClickException(f"{name}: no account has this name")
    done = actions.reset_password(account.id, actor=None, now=clock.now())
    click.echo(f"新密码 new password of {account.name}: {done['password']}")
    click.echo("只显示这一次；登录后须先修改。Shown this once; it is changed after the sign-in before anything else.")
    if account.disabled_at:
        click.echo(f"{account.name} 已停用，不能登录。It is disabled and cannot sign in: another admin enables it.")
