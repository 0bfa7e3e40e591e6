"""Accounts, their tokens, failed sign-ins, and the link that makes the administrator's."""

from __future__ import annotations

import peewee

from audit.base.db import JsonField, Model, UtcField


class Account(Model):
    """A person. `division` is the whole of what they reach, everything when empty."""

    name = peewee.CharField(max_length=64, unique=True)
    display = peewee.CharField(max_length=64)
    roles = JsonField()
    # the database checks it; accounts stand below centres and do not know their models
    division = peewee.DeferredForeignKey("Division", null=True, backref="+")
    password = peewee.CharField(max_length=128, null=True)
    password_before = peewee.CharField(max_length=128, null=True)  # the one it replaced: nobody goes straight back
    created_at = UtcField()
    disabled_at = UtcField(null=True)
    must_change = peewee.BooleanField(default=False)  # the password was set by somebody else
    password_changed_at = UtcField(null=True)
    second_factor = peewee.CharField(max_length=64, null=True)  # TOTP secret, once confirmed
    second_factor_pending = peewee.CharField(max_length=64, null=True)
    second_factor_step = peewee.BigIntegerField(null=True)  # the last step used: a code works once


class Token(Model):
    """A sign-in of one device; only the sha256 of the secret is kept."""

    account = peewee.ForeignKeyField(Account, backref="tokens")
    digest = peewee.CharField(max_length=64, unique=True)
    device = peewee.CharField(max_length=128)
    created_at = UtcField()
    expires_at = UtcField()
    revoked_at = UtcField(null=True)
    last_used_at = UtcField(null=True)
    waiting = peewee.IntegerField(null=True)  # photos that are on the device alone, as it said last
    waiting_at = UtcField(null=True)


class SignInFailure(Model):
    """A wrong password for a name, known or not: in the database, so that a lock-out holds across processes and
    restarts."""

    name = peewee.CharField(max_length=64)
    at = UtcField()

    class Meta:
        table_name = "sign_in_failure"
        indexes = ((("name", "at"), False),)


class SetupLink(Model):
    """The one-time link of the first start; only the sha256 of its secret is kept."""

    digest = peewee.CharField(max_length=64, primary_key=True)
    created_at = UtcField()
    expires_at = UtcField()

    class Meta:
        table_name = "setup_link"
