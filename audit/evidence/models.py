"""Photos by digest, who sent them, what was sent ahead of them, and which of them look alike."""

from __future__ import annotations

import peewee

from audit.accounts.models import Account
from audit.base.db import JsonField, Model, UtcField


class Photo(Model):
    """Bytes that are durable. `state` says what is known of them:

    received: hash, type and size are right, and it waits for its check; accepted: it was decoded; rejected: it could
    not be (`problem` says why); removed: kept long enough. `key` finds the bytes in storage as long as there is no
    `removed_at`; `dhash` is 64 bits in hex.
    """

    digest = peewee.CharField(max_length=64, primary_key=True)
    key = peewee.CharField(max_length=128)
    state = peewee.CharField(max_length=16)
    media_type = peewee.CharField(max_length=32)
    bytes = peewee.BigIntegerField()
    width = peewee.IntegerField()
    height = peewee.IntegerField()
    dhash = peewee.CharField(max_length=16, null=True)
    exif = JsonField()
    problem = JsonField(null=True)
    received_at = UtcField()
    checked_at = UtcField(null=True)
    removed_at = UtcField(null=True)
    leased_until = UtcField(null=True)  # a checker has it in hand; when this is past, another may take it
    tries = peewee.IntegerField(default=0)

    class Meta:
        indexes = ((("state", "received_at"), False),)


class PhotoSender(Model):
    """That an account sent these bytes. Two people may send the same; each reads only what they sent."""

    photo = peewee.ForeignKeyField(Photo, backref="senders")
    account = peewee.ForeignKeyField(Account, backref="+")
    received_at = UtcField()

    class Meta:
        table_name = "photo_sender"
        indexes = ((("photo", "account"), True),)


class PhotoPreview(Model):
    """A small picture that an account sent ahead of an original, whose sha256 `digest` is and which may never come.

    It proves nothing. No account has both: who sends the original lets go of it.
    """

    digest = peewee.CharField(max_length=64)
    account = peewee.ForeignKeyField(Account, backref="+")
    key = peewee.CharField(max_length=128)
    bytes = peewee.IntegerField()
    width = peewee.IntegerField()
    height = peewee.IntegerField()
    received_at = UtcField()

    class Meta:
        table_name = "photo_preview"
        indexes = ((("digest", "account"), True),)


class PhotoSlot(Model):
    """One of the eight bytes of a photo's dhash and its place: two hashes at most 6 bits apart share at least two."""

    photo = peewee.ForeignKeyField(Photo, backref="slots")
    slot = peewee.IntegerField(index=True)

    class Meta:
        table_name = "photo_slot"
        indexes = ((("photo", "slot"), True),)


class PhotoTwin(Model):
    """Two photos that look alike, `distance` bits apart; stored both ways round."""

    photo = peewee.ForeignKeyField(Photo, backref="twins")
    twin = peewee.ForeignKeyField(Photo, backref="+")
    distance = peewee.IntegerField()

    class Meta:
        table_name = "photo_twin"
        indexes = ((("photo", "twin"), True),)
