"""Photos by digest, and who sent them."""

from __future__ import annotations

import peewee

from audit.accounts.models import Account
from audit.base.db import JsonField, Model, UtcField


class Photo(Model):
    """A picture whose bytes are durable and were decoded. `key` finds them in storage; `dhash` is 64 bits in hex."""

    digest = peewee.CharField(max_length=64, primary_key=True)
    key = peewee.CharField(max_length=128)
    media_type = peewee.CharField(max_length=32)
    bytes = peewee.BigIntegerField()
    width = peewee.IntegerField()
    height = peewee.IntegerField()
    dhash = peewee.CharField(max_length=16)
    exif = JsonField()
    received_at = UtcField()
    removed_at = UtcField(null=True)  # its bytes were let go of; the row stays, and every score that counted it

    @property
    def state(self) -> str:
        return "removed" if self.removed_at else "accepted"


class PhotoSender(Model):
    """That an account sent these bytes. Two people may send the same; each reads only what they sent."""

    photo = peewee.ForeignKeyField(Photo, backref="senders")
    account = peewee.ForeignKeyField(Account, backref="+")
    received_at = UtcField()

    class Meta:
        table_name = "photo_sender"
        indexes = ((("photo", "account"), True),)
