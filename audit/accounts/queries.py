"""Finding out who asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from audit.accounts import secrets
from audit.accounts.models import Account, Token
from audit.accounts.permissions import Can
from audit.base.problems import AuthenticationRequired, TokenExpired


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an account on one device. `division` None reaches everything."""

    id: int
    name: str
    display: str
    roles: frozenset[str]
    division: int | None
    device: str
    token: int

    def can(self, permission: Can) -> bool:
        return bool(self.roles & permission.roles)


def bearer(token: str, *, now: datetime) -> Actor:
    """The actor a token stands for; raises AuthenticationRequired or TokenExpired."""
    found = Token.select(Token, Account).join(Account).where(Token.digest == secrets.digest(token)).first()
    if found is None or found.revoked_at or found.account.disabled_at:
        raise AuthenticationRequired()
    if found.expires_at <= now:
        raise TokenExpired()
    account = found.account
    return Actor(
        account.id, account.name, account.display, frozenset(account.roles), account.division_id,
        found.device, found.id,
    )  # fmt: skip


def names(ids) -> dict[int, str]:
    """Display names by account id."""
    return {each.id: each.display for each in Account.select().where(Account.id.in_(list(ids)))}


def by_names(wanted) -> list[Account]:
    """The active accounts with these names."""
    return list(Account.select().where(Account.name.in_(list(wanted)), Account.disabled_at.is_null()))
