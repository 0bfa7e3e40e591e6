"""Sign in and out, who am I, open accounts."""

from __future__ import annotations

from flask import current_app

from audit.accounts import actions
from audit.accounts.guard import allow, public
from audit.accounts.permissions import Can, Public
from audit.accounts.schemas import AccountIn, AccountOut, Me, SignIn, TokenOut
from audit.base import clock
from audit.base.http import Blueprint, current_actor

accounts = Blueprint("accounts", __name__, url_prefix="/api/v1", description="Who asks, and what they may do")


@accounts.post("/tokens")
@public(Public.SIGN_IN)
@accounts.arguments(SignIn)
@accounts.response(201, TokenOut)
@accounts.problems(401)
def sign_in(body):
    """Sign in on a device.

    The token goes into `Authorization: Bearer …`; it is shown once and kept here only as a digest.
    """
    days = current_app.config["TOKEN_DAYS"]
    issued = actions.sign_in(body["name"], body["password"], body["device"], now=clock.now(), days=days)
    return issued, 201, {"Cache-Control": "no-store"}


@accounts.delete("/tokens/current")
@allow(Can.SIGNED_IN)
@accounts.response(204)
def sign_out():
    """Sign out on this device."""
    actions.sign_out(actor=current_actor(), now=clock.now())


@accounts.get("/me")
@allow(Can.SIGNED_IN)
@accounts.response(200, Me)
def me():
    """The account that asks."""
    return current_actor()


@accounts.post("/accounts")
@allow(Can.MANAGE_ACCOUNTS)
@accounts.arguments(AccountIn)
@accounts.response(201, AccountOut)
@accounts.problems(409)
def open_account(body):
    """Open an account."""
    return actions.open_account(body, actor=current_actor(), now=clock.now())
