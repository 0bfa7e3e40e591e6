"""Finding out who asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import peewee

from audit.accounts import secrets
from audit.accounts.models import Account, Token
from audit.accounts.permissions import Can
from audit.accounts.policy import Policy
from audit.base import db
from audit.base.db import contains
from audit.base.problems import AuthenticationRequired, NotFound, TokenExpired

TOUCH = timedelta(minutes=1)  # how exactly the last use of a device is known


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an account on one device. `division` None reaches everything; `duties` come before all else."""

    id: int
    name: str
    display: str
    roles: frozenset[str]
    division: int | None
    device: str
    token: int
    duties: tuple[str, ...] = ()

    def can(self, permission: Can) -> bool:
        return bool(self.roles & permission.roles)


def ended_before(before: datetime) -> int:
    """How many sign-ins ended before then."""
    return Token.select().where((Token.expires_at < before) | (Token.revoked_at < before)).count()


def bearer(token: str, *, policy: Policy, now: datetime) -> Actor:
    """The actor a token stands for; raises AuthenticationRequired or TokenExpired."""
    found = Token.select(Token, Account).join(Account).where(Token.digest == secrets.digest(token)).first()
    if found is None or found.revoked_at or found.account.disabled_at:
        raise AuthenticationRequired()
    account, used = found.account, found.last_used_at or found.created_at
    idle = policy.idle(account.roles)
    if found.expires_at <= now or (idle and used + idle <= now):
        raise TokenExpired()
    if now - used >= TOUCH:
        _touch(found, now)
    return actor_of(account, found.device, found.id, policy=policy, now=now)


def _touch(token: Token, now: datetime) -> None:
    try:
        Token.update(last_used_at=now).where(Token.id == token.id).execute()
    except peewee.PeeweeException as error:
        # reading goes on while nothing can be written
        if db.refusal(error) is None:
            raise


def actor_of(account: Account, device: str, token: int, *, policy: Policy, now: datetime) -> Actor:
    """The account as one who acts, with what it must do first."""
    duties = []
    if account.must_change or policy.password_is_old(account.password_changed_at, now):
        duties.append("password-change")
    if policy.wants_second_factor(account.roles) and not account.second_factor:
        duties.append("second-factor")
    return Actor(
        account.id, account.name, account.display, frozenset(account.roles), account.division_id,
        device, token, tuple(duties),
    )  # fmt: skip


def by_names(wanted) -> list[Account]:
    """The active accounts with these names."""
    return list(Account.select().where(Account.name.in_(list(wanted)), Account.disabled_at.is_null()))


def by_name(name: str) -> Account | None:
    """The account of that name, disabled or not."""
    return Account.get_or_none(Account.name == name)


def has_admin() -> bool:
    """Whether anybody active may open accounts; asked inside the write that depends on it."""
    # a JSON list of plain words
    return Account.select().where(contains(Account.roles, '"admin"'), Account.disabled_at.is_null()).exists()


def seal_of(account: Account) -> dict:
    """What an account may do, as each line that changes any of it seals it; `audit verify` compares.

    Of what it signs in with only digests, of salted hashes and random secrets: they say that one was swapped, and
    nothing of what it was.
    """
    return {
        "name": account.name,
        "roles": account.roles,
        "division": account.division_id,
        "disabled": account.disabled_at is not None,
        "must_change": bool(account.must_change),
        "password_seal": account.password and secrets.digest(account.password),
        "second_factor_seal": account.second_factor and secrets.digest(account.second_factor),
    }


def get(account_id: int) -> Account:
    found = Account.get_or_none(Account.id == account_id)
    if found is None:
        raise NotFound()
    return found


def listed(asked: dict):
    """Accounts by name; `q` is part of a name, `role` one of the roles."""
    query = Account.select().order_by(Account.name)
    if asked.get("q"):
        query = query.where(contains(Account.name, asked["q"]))
    if asked.get("role"):
        query = query.where(contains(Account.roles, f'"{asked["role"]}"'))  # a JSON list of plain words
    if "disabled" in asked:
        query = query.where(Account.disabled_at.is_null(not asked["disabled"]))
    return query


def devices(account: Account, *, policy: Policy, now: datetime):
    """The sign-ins of an account that still let in, newest first."""
    query = Token.select().where(Token.account == account.id, Token.revoked_at.is_null(), Token.expires_at > now)
    if idle := policy.idle(account.roles):
        used = Token.last_used_at.is_null() & (Token.created_at > now - idle)
        query = query.where((Token.last_used_at > now - idle) | used)
    return query.order_by(Token.created_at.desc(), Token.id.desc())
