"""Open, change, disable and reset accounts; change one's own password and second factor; end sign-ins."""

from __future__ import annotations

from datetime import datetime

import peewee

from audit.accounts import queries, secrets, signing_in
from audit.accounts.models import Account, SetupLink, SignInFailure, Token
from audit.accounts.policy import Policy
from audit.base.problems import (
    AccountExists,
    Forbidden,
    InvalidCredentials,
    LastAdmin,
    NotFound,
    RolesConflict,
    SecondFactorExists,
    ValidationError,
)
from audit.base.trail import write


def forget_ended(before: datetime, *, now: datetime) -> int:
    """Forget sign-ins that ended before then, failed ones that lie so far back, and set-up links that expired."""
    with write() as trail:
        tokens = Token.delete().where((Token.expires_at < before) | (Token.revoked_at < before)).execute()
        failures = SignInFailure.delete().where(SignInFailure.at < before).execute()
        links = SetupLink.delete().where(SetupLink.expires_at < before).execute()
        if not tokens + failures + links:
            trail.nothing()
            return 0
        detail = {"tokens": tokens, "failures": failures, "links": links}
        trail.record("sign-ins.forget", "ended", actor=None, at=now, detail=detail)
    return tokens + failures + links


def open_account(body: dict, *, policy: Policy, actor, now: datetime) -> Account:
    """Open an account; its owner changes the password first. Raises WeakPassword, AccountExists, and RolesConflict
    for admin and auditor in one."""
    _check_roles(body["roles"], body["division"])
    policy.check_password(body["password"], body["name"])
    hashed = secrets.hash_password(body["password"])
    try:
        return _open(body, hashed, actor=actor, now=now)
    except peewee.IntegrityError as error:
        if Account.get_or_none(Account.name == body["name"]):
            raise AccountExists() from error
        raise ValidationError(errors={"/division": "no such division"}) from error


def open_with_password(body: dict, *, policy: Policy, actor, now: datetime) -> tuple[Account, str]:
    """Open an account with a password made here, to be shown this once; its owner changes it first."""
    password = secrets.readable_password(policy.password_length)
    while policy.weaknesses(password, body["name"]):  # a name of two letters may happen to stand in it
        password = secrets.readable_password(policy.password_length)
    own = {"password": password, "must_change": True}
    return open_account(body | own, policy=policy, actor=actor, now=now), password


def _open(body: dict, hashed: str, *, actor, now: datetime) -> Account:
    with write() as trail:
        account = Account.create(
            name=body["name"],
            display=body["display"],
            roles=sorted(set(body["roles"])),
            division=body["division"],
            password=hashed,
            created_at=now,
            must_change=body["must_change"],
            password_changed_at=now,
        )
        trail.record("account.open", account.id, actor=actor, at=now, detail=queries.seal_of(account))
    return account


def _check_roles(roles: list[str], division: int | None) -> None:
    if {"admin", "auditor"} <= set(roles):
        raise RolesConflict()
    # accounts and the trail have no area: one that seemed to end at a county would not
    if {"admin", "auditor"} & set(roles) and division is not None:
        raise ValidationError(errors={"/division": "null is wanted: admin and auditor reach everything"})


def change_account(account_id: int, body: dict, *, actor, now: datetime) -> Account:
    """Change display, roles, area, or disable and enable. The last active admin stays one (LastAdmin)."""
    try:
        return _change(account_id, body, actor=actor, now=now)
    except peewee.IntegrityError as error:
        raise ValidationError(errors={"/division": "no such division"}) from error


def _change(account_id: int, body: dict, *, actor, now: datetime) -> Account:
    with write() as trail:
        account = queries.get(account_id)
        before = {"roles": account.roles, "division": account.division_id, "disabled": account.disabled_at is not None}
        account.display = body.get("display", account.display)
        account.roles = sorted(set(body.get("roles", account.roles)))
        if "division" in body:
            account.division = body["division"]
        _check_roles(account.roles, account.division_id)
        if "disabled" in body and body["disabled"] != before["disabled"]:
            account.disabled_at = now if body["disabled"] else None
        account.save()
        if not queries.has_admin():
            raise LastAdmin()
        if account.disabled_at or account.roles != before["roles"]:
            _revoke(Token.account == account.id, now)
        detail = {"before": before, "asked": body} | queries.seal_of(account)
        trail.record("account.change", account.id, actor=actor, at=now, detail=detail)
    return account


def _revoke(which, now: datetime) -> None:
    Token.update(revoked_at=now).where(which, Token.revoked_at.is_null()).execute()


def reset_password(account_id: int, *, actor, now: datetime) -> dict:
    """A new password for somebody who lost theirs, shown this once, changed by them first; a second factor is
    taken off, every device signed out, a lock lifted."""
    password = secrets.readable_password()
    hashed = secrets.hash_password(password)
    with write() as trail:
        account = queries.get(account_id)
        # one that was handed over and never changed was nobody's: the one before it still is
        if not account.must_change:
            account.password_before = account.password
        account.password, account.must_change, account.password_changed_at = hashed, True, now
        account.second_factor = account.second_factor_pending = account.second_factor_step = None
        account.save()
        SignInFailure.delete().where(SignInFailure.name == account.name).execute()
        _revoke(Token.account == account.id, now)
        trail.record("account.reset", account.id, actor=actor, at=now, detail=queries.seal_of(account))
    return {"password": password}


def change_password(body: dict, *, policy: Policy, actor, now: datetime) -> None:
    """Change one's own password, to neither this one nor the one before it; every other device is signed out."""
    account = queries.get(actor.id)
    signing_in.prove(account, body["old"], policy=policy, actor=actor, now=now)
    policy.check_password(body["new"], account.name, "new")
    if body["new"] == body["old"]:
        raise ValidationError(errors={"/new": "must differ from the old one"})
    if account.password_before and secrets.right_password(account.password_before, body["new"]):
        raise ValidationError(errors={"/new": "must not be the one before the old one"})
    hashed = secrets.hash_password(body["new"])
    with write() as trail:
        account = _as_proved(account)
        account.password_before, account.password = account.password, hashed
        account.must_change, account.password_changed_at = False, now
        account.save()
        _revoke_others(actor, now)
        trail.record("password.change", actor.id, actor=actor, at=now, detail=queries.seal_of(account))


def _as_proved(account: Account) -> Account:
    """The account as it is now, under the lock of the write; a reset since its password was compared ends here."""
    found = queries.get(account.id)
    if found.password != account.password:
        raise InvalidCredentials()
    return found


def _revoke_others(actor, now: datetime) -> None:
    _revoke((Token.account == actor.id) & (Token.id != actor.token), now)


def sign_out(token_id: int, *, actor, now: datetime) -> None:
    """End one of one's own sign-ins; NotFound for anybody else's."""
    with write() as trail:
        own = Token.get_or_none(Token.id == token_id, Token.account == actor.id, Token.revoked_at.is_null())
        if own is None:
            raise NotFound()
        _revoke(Token.id == token_id, now)
        trail.record("token.revoke", token_id, actor=actor, at=now)


def sign_out_everywhere(account_id: int, *, actor, now: datetime) -> None:
    """End every sign-in of an account, as when a phone was stolen."""
    with write() as trail:
        account = queries.get(account_id)
        _revoke(Token.account == account.id, now)
        trail.record("token.revoke-all", account.id, actor=actor, at=now)


def begin_second_factor(password: str, *, policy: Policy, actor, now: datetime) -> dict:
    """A fresh TOTP secret, shown this once, for who knows the password; it counts when a code from it was given.

    One that is in use is taken off first.
    """
    if policy.second_factor == "off":
        raise Forbidden("second factors are switched off")
    account = queries.get(actor.id)
    signing_in.prove(account, password, policy=policy, actor=actor, now=now)
    secret = secrets.new_second_factor()
    with write() as trail:
        if _as_proved(account).second_factor:
            raise SecondFactorExists()
        Account.update(second_factor_pending=secret).where(Account.id == actor.id).execute()
        trail.record("second-factor.begin", actor.id, actor=actor, at=now)
    return {"secret": secret, "uri": secrets.second_factor_uri(secret, actor.name)}


def confirm_second_factor(code: str, *, actor, now: datetime) -> None:
    """Take the pending secret into use, once a code shows that the authenticator has it; others are signed out."""
    with write() as trail:
        account = queries.get(actor.id)
        step = secrets.code_step(account.second_factor_pending, code, now)
        if step is None:
            raise ValidationError(errors={"/code": "not the code of this moment"})
        account.second_factor, account.second_factor_step = account.second_factor_pending, step
        account.second_factor_pending = None
        account.save()
        _revoke_others(actor, now)
        trail.record("second-factor.confirm", actor.id, actor=actor, at=now, detail=queries.seal_of(account))


def remove_second_factor(password: str, *, policy: Policy, actor, now: datetime) -> None:
    """Take one's second factor off, with the password."""
    account = queries.get(actor.id)
    signing_in.prove(account, password, policy=policy, actor=actor, now=now)
    with write() as trail:
        account = _as_proved(account)
        account.second_factor = account.second_factor_pending = account.second_factor_step = None
        account.save()
        trail.record("second-factor.remove", actor.id, actor=actor, at=now, detail=queries.seal_of(account))
