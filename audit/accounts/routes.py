"""Sign in and out, one's own account, everybody's accounts."""

from __future__ import annotations

from audit.accounts import actions, queries, signing_in
from audit.accounts.guard import allow, public
from audit.accounts.permissions import Can, Public
from audit.accounts.schemas import (
    AccountChange,
    AccountIn,
    AccountListed,
    AccountOut,
    AccountQuery,
    CodeIn,
    DeviceOut,
    Me,
    PasswordChange,
    PasswordIn,
    PasswordOut,
    SecondFactorOut,
    SignIn,
    TokenOut,
)
from audit.base import clock
from audit.base.http import NO_STORE, Blueprint, current_actor, extension
from audit.base.paging import LIST_HEADERS, Paged, page, paged

accounts = Blueprint("accounts", __name__, url_prefix="/api/v1", description="Who asks, and what they may do")
ID = "int(min=1, max=2147483647)"


@accounts.post("/tokens")
@public(Public.SIGN_IN)
@accounts.arguments(SignIn)
@accounts.response(201, TokenOut)
@accounts.problems(401, 429)
def sign_in(body):
    """Sign in on a device.

    The token goes into `Authorization: Bearer …`; it is shown once and kept here only as a digest.
    """
    return signing_in.sign_in(body, policy=extension("policy"), now=clock.now()), 201, NO_STORE


@accounts.get("/tokens")
@allow(Can.SIGNED_IN)
@accounts.arguments(Paged, location="query")
@accounts.response(200, DeviceOut(many=True), headers=LIST_HEADERS)
def list_devices(asked):
    """The devices you are signed in on, newest first."""
    return _devices(current_actor().id, asked)


def _devices(account_id: int, asked: dict):
    account = queries.get(account_id)
    return paged(queries.devices(account, policy=extension("policy"), now=clock.now()), asked)


@accounts.delete("/tokens/current")
@allow(Can.SIGNED_IN)
@accounts.response(204)
def sign_out():
    """Sign out on this device."""
    actor = current_actor()
    actions.sign_out(actor.token, actor=actor, now=clock.now())


@accounts.delete(f"/tokens/<{ID}:token_id>")
@allow(Can.SIGNED_IN)
@accounts.response(204)
@accounts.problems(404)
def sign_out_device(token_id):
    """Sign out on another of your devices."""
    actions.sign_out(token_id, actor=current_actor(), now=clock.now())


@accounts.get("/me")
@allow(Can.SIGNED_IN)
@accounts.response(200, Me)
def me():
    """The account that asks."""
    return current_actor()


@accounts.put("/me/password")
@allow(Can.SIGNED_IN)
@accounts.arguments(PasswordChange)
@accounts.response(204)
@accounts.problems(429)
def change_password(body):
    """Change your password, not back to the one before it; your other devices are signed out."""
    actions.change_password(body, policy=extension("policy"), actor=current_actor(), now=clock.now())


@accounts.post("/me/second-factor")
@allow(Can.SIGNED_IN)
@accounts.arguments(PasswordIn)
@accounts.response(201, SecondFactorOut)
@accounts.problems(409, 429)
def begin_second_factor(body):
    """A fresh secret for an authenticator app (TOTP, RFC 6238).

    With the password: a phone that somebody else holds must not lock its owner out. It counts once a code from it was
    given with PUT.
    """
    policy, actor = extension("policy"), current_actor()
    return actions.begin_second_factor(body["password"], policy=policy, actor=actor, now=clock.now()), 201, NO_STORE


@accounts.put("/me/second-factor")
@allow(Can.SIGNED_IN)
@accounts.arguments(CodeIn)
@accounts.response(204)
def confirm_second_factor(body):
    """Take the second factor into use with a code from the app; your other devices are signed out."""
    actions.confirm_second_factor(body["code"], actor=current_actor(), now=clock.now())


@accounts.delete("/me/second-factor")
@allow(Can.SIGNED_IN)
@accounts.arguments(PasswordIn)
@accounts.response(204)
@accounts.problems(429)
def remove_second_factor(body):
    """Take the second factor off."""
    policy = extension("policy")
    actions.remove_second_factor(body["password"], policy=policy, actor=current_actor(), now=clock.now())


@accounts.get("/accounts")
@allow(Can.MANAGE_ACCOUNTS)
@accounts.arguments(AccountQuery, location="query")
@accounts.response(200, AccountListed(many=True), headers=LIST_HEADERS)
def list_accounts(asked):
    """Accounts by name, with the photos that wait on their phones."""
    found, total = queries.search(asked, policy=extension("policy"), now=clock.now())
    return page(found, total, asked)


@accounts.post("/accounts")
@allow(Can.MANAGE_ACCOUNTS)
@accounts.arguments(AccountIn)
@accounts.response(201, AccountOut)
@accounts.problems(409)
def open_account(body):
    """Open an account."""
    return actions.open_account(body, policy=extension("policy"), actor=current_actor(), now=clock.now())


@accounts.get(f"/accounts/<{ID}:account_id>")
@allow(Can.MANAGE_ACCOUNTS)
@accounts.response(200, AccountOut)
@accounts.problems(404)
def get_account(account_id):
    """One account."""
    return queries.get(account_id)


@accounts.patch(f"/accounts/<{ID}:account_id>")
@allow(Can.MANAGE_ACCOUNTS)
@accounts.arguments(AccountChange)
@accounts.response(200, AccountOut)
@accounts.problems(404, 409)
def change_account(body, account_id):
    """Change an account, disable or enable it; changed roles sign its devices out."""
    return actions.change_account(account_id, body, actor=current_actor(), now=clock.now())


@accounts.post(f"/accounts/<{ID}:account_id>/password-reset")
@allow(Can.MANAGE_ACCOUNTS)
@accounts.response(201, PasswordOut)
@accounts.problems(404)
def reset_password(account_id):
    """A new password for somebody who lost theirs; their devices are signed out and a second factor is taken off."""
    return actions.reset_password(account_id, actor=current_actor(), now=clock.now()), 201, NO_STORE


@accounts.get(f"/accounts/<{ID}:account_id>/tokens")
@allow(Can.MANAGE_ACCOUNTS)
@accounts.arguments(Paged, location="query")
@accounts.response(200, DeviceOut(many=True), headers=LIST_HEADERS)
@accounts.problems(404)
def list_account_devices(asked, account_id):
    """The devices an account is signed in on."""
    return _devices(account_id, asked)


@accounts.delete(f"/accounts/<{ID}:account_id>/tokens")
@allow(Can.MANAGE_ACCOUNTS)
@accounts.response(204)
@accounts.problems(404)
def sign_out_account(account_id):
    """Sign an account out everywhere, as when a phone was stolen."""
    actions.sign_out_everywhere(account_id, actor=current_actor(), now=clock.now())
