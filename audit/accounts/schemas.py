"""What goes in and out of accounts."""

from __future__ import annotations

import marshmallow as ma

from audit.accounts.permissions import ROLES
from audit.base.fields import Code, Moment, Text, Whole

NAME = r"[a-z0-9][a-z0-9._-]{1,31}"
NAME_FAULT = "2 to 32 of a-z, 0-9, dot, dash, underscore"
PASSWORD = ma.validate.Length(8, 128)


class SignIn(ma.Schema):
    name = ma.fields.String(required=True, validate=ma.validate.Length(1, 64))
    password = ma.fields.String(required=True, validate=ma.validate.Length(1, 128))
    device = Text(128, required=True, metadata={"description": "What the person calls this device"})


class AccountIn(ma.Schema):
    name = Code(NAME, NAME_FAULT, required=True)
    display = Text(64, required=True)
    roles = ma.fields.List(
        ma.fields.String(validate=ma.validate.OneOf(list(ROLES))), required=True, validate=ma.validate.Length(1, 5)
    )
    division = Whole(1, load_default=None, allow_none=True, metadata={"description": "Division id; null: everything"})
    password = ma.fields.String(required=True, load_only=True, validate=PASSWORD)


class AccountOut(ma.Schema):
    id = ma.fields.Integer(required=True)
    name = ma.fields.String(required=True)
    display = ma.fields.String(required=True)
    roles = ma.fields.List(ma.fields.String(), required=True)
    division = ma.fields.Integer(attribute="division_id", allow_none=True)


class Me(AccountOut):
    division = ma.fields.Integer(allow_none=True)
    device = ma.fields.String(required=True)


class TokenOut(ma.Schema):
    token = ma.fields.String(required=True, metadata={"description": "Shown this once"})
    expires_at = Moment(required=True)
    account = ma.fields.Nested(AccountOut, required=True)
