"""The page behind the one-time link of the first start."""

from __future__ import annotations

import marshmallow as ma
from flask import Blueprint, render_template, request

from audit.accounts import signing_in
from audit.accounts.guard import public
from audit.accounts.permissions import Public
from audit.accounts.schemas import SetupForm
from audit.base import clock
from audit.base.docs import style_name
from audit.base.http import NO_STORE, extension
from audit.base.problems import WeakPassword

setup = Blueprint("setup", __name__, template_folder="templates")
MOST_BYTES = 10_000


@setup.get("/setup/<string:secret>")
@public(Public.SET_UP)
def setup_page(secret):
    """The form for the first account."""
    signing_in.usable_link(secret, now=clock.now())
    return _page(form={}, faults={})


@setup.post("/setup/<string:secret>")
@public(Public.SET_UP)
def set_up(secret):
    """Make the first account from the form; the link ends."""
    signing_in.usable_link(secret, now=clock.now())
    request.max_content_length = MOST_BYTES
    form = request.form.to_dict()
    try:
        body = SetupForm().load(form)
        account = signing_in.set_up(secret, body, policy=extension("policy"), now=clock.now())
    except ma.ValidationError as error:
        return _page(form, {name: "; ".join(texts) for name, texts in error.messages.items()}, 422)
    except WeakPassword as error:
        return _page(form, {"password": error.detail}, 422)
    return _page(form={}, faults={}, account=account)


def _page(form: dict, faults: dict, status: int = 200, account=None):
    page = render_template("setup.html", form=form, faults=faults, account=account, style=style_name())
    return page, status, NO_STORE
