"""Accounts and their tokens."""

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
    created_at = UtcField()
    disabled_at = UtcField(null=True)


class Token(Model):
    """A sign-in of one device; only the sha256 of the secret is kept."""

    account = peewee.ForeignKeyField(Account, backref="tokens")
    digest = peewee.CharField(max_length=64, unique=True)
    device = peewee.CharField(max_length=128)
    created_at = UtcField()
    expires_at = UtcField()
    revoked_at = UtcField(null=True)
