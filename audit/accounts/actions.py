"""Sign in, sign out, open accounts."""

from __future__ import annotations

from datetime import datetime, timedelta

import peewee

from audit.accounts import secrets
from audit.accounts.models import Account, Token
from audit.base.problems import AccountExists, InvalidCredentials, RolesConflict, ValidationError
from audit.base.trail import write


def sign_in(name: str, password: str, device: str, *, now: datetime, days: int) -> dict:
    """Trade a password for a token of one device. An unknown name and a wrong password look alike."""
    account = Account.get_or_none(Account.name == name, Account.disabled_at.is_null())
    if not secrets.right_password(account.password if account else None, password):
        raise InvalidCredentials()
    return issue(account, device, now=now, days=days)


def issue(account: Account, device: str, *, now: datetime, days: int) -> dict:
    """Issue a token for an account on one device; the secret is shown this once."""
    token = secrets.new_token()
    with write() as trail:
        row = Token.create(
            account=account,
            digest=secrets.digest(token),
            device=device,
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        trail.record("token.issue", row.id, actor=_Self(account, device), at=now)
    return {"token": token, "expires_at": row.expires_at, "account": account}


def sign_out(*, actor, now: datetime) -> None:
    """Revoke the token that asks."""
    with write() as trail:
        Token.update(revoked_at=now).where(Token.id == actor.token).execute()
        trail.record("token.revoke", actor.token, actor=actor, at=now)


def open_account(body: dict, *, actor, now: datetime) -> Account:
    """Open an account. Raises AccountExists, and RolesConflict for admin and auditor in one."""
    if {"admin", "auditor"} <= set(body["roles"]):
        raise RolesConflict()
    hashed = secrets.hash_password(body["password"])
    try:
        return _open(body, hashed, actor=actor, now=now)
    except peewee.IntegrityError as error:
        if Account.get_or_none(Account.name == body["name"]):
            raise AccountExists() from error
        raise ValidationError(errors={"/division": "no such division"}) from error


def _open(body: dict, hashed: str, *, actor, now: datetime) -> Account:
    with write() as trail:
        account = Account.create(
            name=body["name"],
            display=body["display"],
            roles=sorted(set(body["roles"])),
            division=body["division"],
            password=hashed,
            created_at=now,
        )
        trail.record("account.open", account.id, actor=actor, at=now, detail={"name": account.name})
    return account


class _Self:
    """An account that acts before it holds a token."""

    def __init__(self, account: Account, device: str):
        self.id, self.name, self.device = account.id, account.name, device
