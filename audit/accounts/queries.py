"""Finding out who asks, and what accounts and devices there are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import peewee

from audit.accounts import secrets
from audit.accounts.models import Account, Token
from audit.accounts.permissions import Can
from audit.accounts.policy import Policy
from audit.base import db
from audit.base.db import contains, page_of
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


def bearer(token: str, *, policy: Policy, now: datetime, waiting: int | None = None) -> Actor:
    """The actor a token stands for; raises AuthenticationRequired or TokenExpired.

    `waiting` is how many photos the device says that it alone has.
    """
    found = Token.select(Token, Account).join(Account).where(Token.digest == secrets.digest(token)).first()
    if found is None or found.revoked_at or found.account.disabled_at:
        raise AuthenticationRequired()
    account, used = found.account, found.last_used_at or found.created_at
    idle = policy.idle(account.roles)
    if found.expires_at <= now or (idle and used + idle <= now):
        raise TokenExpired()
    if now - used >= TOUCH or _is_news(found, waiting, now):
        _touch(found, waiting, now)
    return actor_of(account, found.device, found.id, policy=policy, now=now)


def _is_news(token: Token, waiting: int | None, now: datetime) -> bool:
    """Whether a number is written out of turn: another one, told over a minute after the last, or that none waits."""
    if waiting is None or waiting == token.waiting:
        return False
    # a phone whose last photo went out may not be heard of for days
    return waiting == 0 or token.waiting_at is None or now - token.waiting_at >= TOUCH


def _touch(token: Token, waiting: int | None, now: datetime) -> None:
    told = {} if waiting is None else {"waiting": waiting, "waiting_at": now}
    try:
        Token.update(last_used_at=now, **told).where(Token.id == token.id).execute()
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


def shown_as(ids: Collection[int]) -> dict[int, str]:
    """How these accounts are called, by number: one query however many."""
    return dict(Account.select(Account.id, Account.display).where(Account.id.in_(list(ids))).tuples())


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
    """Accounts by name; `q` is part of the account's or the person's name, `role` one of the roles."""
    query = Account.select().order_by(Account.name)
    if asked.get("q"):
        query = query.where(contains(Account.name, asked["q"]) | contains(Account.display, asked["q"]))
    if asked.get("role"):
        query = query.where(contains(Account.roles, f'"{asked["role"]}"'))  # a JSON list of plain words
    if "disabled" in asked:
        query = query.where(Account.disabled_at.is_null(not asked["disabled"]))
    return query


def search(asked: dict, *, policy: Policy, now: datetime) -> tuple[list[Account], int]:
    """(accounts of the page `with_devices`, number of all) for the filters of `listed`."""
    found, total = page_of(listed(asked), asked["page"], asked["page_size"])
    return with_devices(found, policy=policy, now=now), total


def with_devices(accounts: list[Account], *, policy: Policy, now: datetime) -> list[Account]:
    """The same accounts, each with `devices` (how many sign-ins let in), and the photos that wait on its phones:
    `waiting` as those say (None when none says), `left` on phones whose sign-in ended before they went out."""
    tokens = Token.select().where(
        Token.account.in_([each.id for each in accounts]),
        Token.waiting.is_null(False) | (Token.revoked_at.is_null() & (Token.expires_at > now)),
    )
    of = {each.id: [] for each in accounts}
    for token in tokens.order_by(Token.id):
        of[token.account_id].append(token)
    for each in accounts:
        letting_in = [token for token in of[each.id] if _lets_in(token, each, policy, now)]
        told = [token.waiting for token in letting_in if token.waiting is not None]
        each.devices, each.waiting = len(letting_in), sum(told) if told else None
        each.left = sum(token.waiting for token in _left(of[each.id], letting_in))
    return accounts


def _lets_in(token: Token, account: Account, policy: Policy, now: datetime) -> bool:
    idle, used = policy.idle(account.roles), token.last_used_at or token.created_at
    return token.revoked_at is None and token.expires_at > now and (idle is None or used + idle > now)


def _left(tokens: list[Token], letting_in: list[Token]) -> list[Token]:
    """Of one account's sign-ins those that ended while photos waited. What signed in after the last use of such a one,
    and tells of its photos, is taken for the same phone."""
    told = max((token.created_at for token in tokens if token.waiting is not None), default=None)
    return [
        token
        for token in tokens
        if token.waiting and token not in letting_in and told <= (token.last_used_at or token.created_at)
    ]


def left_devices(account: Account, *, policy: Policy, now: datetime) -> list[Token]:
    """The ended sign-ins of an account whose phone said last that photos wait on it."""
    told = list(Token.select().where(Token.account == account.id, Token.waiting.is_null(False)))
    return _left(told, [token for token in told if _lets_in(token, account, policy, now)])


def must_change() -> int:
    """How many active accounts have a password that somebody else set. One query."""
    return Account.select().where(Account.must_change, Account.disabled_at.is_null()).count()


def holding(*, policy: Policy, now: datetime) -> list[Token]:
    """The devices of all accounts on which photos wait, as they said last, the most first; each with `ended`, whether
    its sign-in no longer lets in."""
    told = Token.alias()
    some = told.select(told.account).where(told.waiting > 0)
    found = Token.select(Token, Account).join(Account).where(Token.waiting.is_null(False), Token.account.in_(some))
    of: dict[int, list[Token]] = {}
    for token in found.order_by(Token.id):
        of.setdefault(token.account_id, []).append(token)
    held = []
    for tokens in of.values():
        letting_in = [each for each in tokens if _lets_in(each, each.account, policy, now)]
        for each in [*(token for token in letting_in if token.waiting), *_left(tokens, letting_in)]:
            each.ended = each not in letting_in
            held.append(each)
    return sorted(held, key=lambda each: (-each.waiting, each.id))


def devices(account: Account, *, policy: Policy, now: datetime):
    """The sign-ins of an account that still let in, newest first."""
    query = Token.select().where(Token.account == account.id, Token.revoked_at.is_null(), Token.expires_at > now)
    if idle := policy.idle(account.roles):
        used = Token.last_used_at.is_null() & (Token.created_at > now - idle)
        query = query.where((Token.last_used_at > now - idle) | used)
    return query.order_by(Token.created_at.desc(), Token.id.desc())
