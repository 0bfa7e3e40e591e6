"""The page behind the one-time link of the first start."""

from __future__ import annotations

import marshmallow as ma
from flask import Blueprint, render_template

from audit.accounts import setup_page, signing_in
from audit.accounts.guard import public
from audit.accounts.permissions import Public
from audit.accounts.schemas import SetupForm
from audit.base import clock
from audit.base.body import read_form
from audit.base.docs import style_name
from audit.base.http import NO_STORE, extension
from audit.base.problems import AccountExists, NotFound, WeakPassword

setup = Blueprint("setup", __name__, template_folder="templates")
MOST_BYTES = 10_000


@setup.get("/setup/<string:secret>")
@public(Public.SET_UP)
def show_form(secret):
    """The form for the administrator's account."""
    try:
        signing_in.usable_link(secret, now=clock.now())
    except NotFound:
        return _gone()
    return _form({}, {})


@setup.post("/setup/<string:secret>")
@public(Public.SET_UP)
def set_up(secret):
    """Make the administrator's account from the form; the link ends."""
    try:
        signing_in.usable_link(secret, now=clock.now())
        return _made(secret, read_form(MOST_BYTES))
    except NotFound:
        return _gone()


def _made(secret: str, form: dict[str, str]):
    policy = extension("policy")
    try:
        account = signing_in.set_up(secret, SetupForm().load(form), policy=policy, now=clock.now())
    except ma.ValidationError as error:
        return _form(form, setup_page.faults(error.messages, form, policy))
    except WeakPassword:
        return _form(form, setup_page.faults({}, form, policy))
    except AccountExists:
        return _form(form, {"name": setup_page.TAKEN})
    return render_template("setup_done.html", account=account, style=style_name()), 200, NO_STORE


def _form(form: dict, faults: dict):
    lines = setup_page.fields(extension("policy"))
    page = render_template("setup.html", fields=lines, form=form, faults=faults, style=style_name())
    return page, 422 if faults else 200, NO_STORE


def _gone():
    return render_template("setup_gone.html", style=style_name()), 404, NO_STORE
