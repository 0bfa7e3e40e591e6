"""What goes in and out of accounts and the trail."""

from __future__ import annotations

from datetime import date

import marshmallow as ma

from audit.accounts.permissions import ROLES
from audit.base.fields import Code, Moment, Text, Whole, YesNo
from audit.base.paging import Paged

NAME = r"[a-z0-9][a-z0-9._-]{1,31}"
NAME_FAULT = "2 to 32 of a-z, 0-9, dot, dash, underscore"
NO_NUL = {"pattern": r"^[^\u0000]*$"}  # JSON bodies hold none
LONGEST_PASSWORD = 128  # hashing costs; nobody remembers more


def typed_password(**kwargs) -> ma.fields.String:
    """Exactly as typed: nothing is trimmed or normalised."""
    return ma.fields.String(
        required=True, validate=_characters(LONGEST_PASSWORD), load_only=True, metadata=NO_NUL, **kwargs
    )


def _characters(longest: int) -> ma.validate.Length:
    return ma.validate.Length(1, longest, error="must have {min} to {max} characters")


def one_time_code(**kwargs) -> Code:
    return Code("[0-9]{6}", "six digits are wanted", metadata={"description": "From the authenticator"}, **kwargs)


class SignIn(ma.Schema):
    name = ma.fields.String(required=True, validate=_characters(64), metadata=NO_NUL)
    password = typed_password()
    device = Text(128, required=True, metadata={"description": "What the person calls this device"})
    code = one_time_code()


class Roles(ma.fields.List):
    def __init__(self, **kwargs):
        one = ma.fields.String(validate=ma.validate.OneOf(list(ROLES)))
        super().__init__(one, validate=ma.validate.Length(1, 5), **kwargs)


def division_id(**kwargs) -> Whole:
    return Whole(1, 2**31 - 1, allow_none=True, metadata={"description": "Division id; null: everything"}, **kwargs)


class AccountIn(ma.Schema):
    name = Code(NAME, NAME_FAULT, required=True)
    display = Text(64, required=True)
    roles = Roles(required=True)
    division = division_id(load_default=None)
    password = typed_password()
    must_change = YesNo(load_default=True, metadata={"description": "The owner sets another password first"})


class AccountChange(ma.Schema):
    display = Text(64)
    roles = Roles()
    division = division_id()
    disabled = YesNo()


class AccountQuery(Paged):
    q = Text(32, metadata={"description": "Part of the account's name or of the person's"})
    role = ma.fields.String(validate=ma.validate.OneOf(list(ROLES)))
    disabled = YesNo()


class AccountOut(ma.Schema):
    id = ma.fields.Integer(required=True)
    name = ma.fields.String(required=True)
    display = ma.fields.String(required=True)
    roles = ma.fields.List(ma.fields.String(), required=True)
    division = ma.fields.Integer(attribute="division_id", allow_none=True)
    disabled = ma.fields.Function(lambda account: account.disabled_at is not None, metadata={"type": "boolean"})
    must_change = ma.fields.Boolean()
    second_factor = ma.fields.Function(lambda account: account.second_factor is not None, metadata={"type": "boolean"})


class AccountListed(AccountOut):
    """An account with what its devices tell."""

    devices = ma.fields.Integer(required=True, metadata={"description": "Sign-ins that let in"})
    waiting = ma.fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Photos that wait on them, as they say; null: none says"},
    )
    left = ma.fields.Integer(
        required=True, metadata={"description": "Photos on devices whose sign-in ended before they went out"}
    )


class Me(ma.Schema):
    """The account that asks; `duties` (password-change, second-factor) come before anything else."""

    id = ma.fields.Integer(required=True)
    name = ma.fields.String(required=True)
    display = ma.fields.String(required=True)
    roles = ma.fields.List(ma.fields.String(), required=True)
    division = ma.fields.Integer(allow_none=True)
    device = ma.fields.String(required=True)
    duties = ma.fields.List(ma.fields.String(), required=True)


class TokenOut(ma.Schema):
    token = ma.fields.String(required=True, metadata={"description": "Shown this once"})
    expires_at = Moment(required=True)
    account = ma.fields.Nested(AccountOut, required=True)


class DeviceOut(ma.Schema):
    """A sign-in; its token is not shown again."""

    id = ma.fields.Integer(required=True)
    device = ma.fields.String(required=True)
    created_at = Moment(required=True)
    expires_at = Moment(required=True)
    last_used_at = Moment(allow_none=True)
    waiting = ma.fields.Integer(
        allow_none=True,
        metadata={"description": "Photos that are on the device alone, as its requests say (header Audit-Waiting)"},
    )
    waiting_at = Moment(allow_none=True)


class PasswordChange(ma.Schema):
    old = typed_password()
    new = typed_password()


class PasswordOut(ma.Schema):
    password = ma.fields.String(required=True, metadata={"description": "Shown this once; its owner changes it first"})


class SecondFactorOut(ma.Schema):
    secret = ma.fields.String(required=True, metadata={"description": "Shown this once"})
    uri = ma.fields.String(required=True, metadata={"description": "otpauth:// for an authenticator app"})


class CodeIn(ma.Schema):
    code = one_time_code(required=True)


class PasswordIn(ma.Schema):
    password = typed_password()


class SetupForm(ma.Schema):
    name = Code(NAME, NAME_FAULT, required=True)
    display = Text(64, required=True)
    password = typed_password()
    again = typed_password()

    @ma.validates_schema(skip_on_field_errors=True)
    def typed_twice(self, form, **_):
        if form["password"] != form["again"]:
            raise ma.ValidationError("the two passwords differ", "again")


def sought(longest: int) -> ma.fields.String:
    """Any text at all: what nobody wrote is merely not found."""
    return ma.fields.String(validate=_characters(longest))


class TrailQuery(Paged):
    actor = sought(64)
    action = sought(64)
    subject = sought(128)
    since = Moment()
    until = Moment()


DAYS = ma.validate.Range(date(2000, 1, 1), date(2999, 12, 31))


class TrailDays(Paged):
    """The same by days in Beijing, both of them included, as a page asks."""

    actor = sought(64)
    action = sought(64)
    subject = sought(128)
    since_day = ma.fields.Date(data_key="from", validate=DAYS)
    until_day = ma.fields.Date(data_key="to", validate=DAYS)


class TrailOut(ma.Schema):
    """One sealed line: who did what, when, from which device, to what."""

    seq = ma.fields.Integer(required=True)
    at = Moment(required=True)
    actor_id = ma.fields.Integer(allow_none=True)
    actor = ma.fields.String(required=True)
    device = ma.fields.String(required=True)
    action = ma.fields.String(required=True)
    subject = ma.fields.String(required=True)
    detail = ma.fields.Dict(required=True)
    previous = ma.fields.String(required=True)
    digest = ma.fields.String(required=True)
