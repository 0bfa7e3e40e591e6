"""Divisions as the statistics bureau codes them, and centres as a table of their own."""

from __future__ import annotations

import peewee

from audit.accounts.models import Account
from audit.base.db import JsonField, Model, UtcField

LEVELS = ("prefecture", "county", "township", "village")


class Division(Model):
    """A 行政区划. `id` is ours and stays; (scheme, edition, code) is one source's name for it in one year.

    `traits` (such as "bilingual") say which demands make sense there and `bounds` (south, west, north, east) where
    its points may lie; both hold for everything below.
    """

    scheme = peewee.CharField(max_length=32)
    edition = peewee.IntegerField()
    code = peewee.CharField(max_length=12)
    name = peewee.CharField(max_length=64)
    level = peewee.CharField(max_length=16)
    parent = peewee.ForeignKeyField("self", null=True, backref="children")
    traits = JsonField()
    bounds = JsonField(null=True)

    class Meta:
        indexes = ((("scheme", "edition", "code"), True), (("level", "code"), False))


class Centre(Model):
    """A 便民服务中心 (or 站): none, one or several per division. Its point is in degrees of `point_datum`."""

    id = peewee.UUIDField(primary_key=True)
    division = peewee.ForeignKeyField(Division, backref="centres")
    county = peewee.ForeignKeyField(Division, backref="+")
    township = peewee.ForeignKeyField(Division, backref="+")
    level = peewee.CharField(max_length=16)
    code = peewee.CharField(max_length=12)  # the division's, beside it because every list sorts by it
    name = peewee.CharField(max_length=100)
    spelling = peewee.CharField(max_length=100)
    tier = peewee.CharField(max_length=16)
    demonstration = peewee.BooleanField()
    status = peewee.CharField(max_length=16)
    population = peewee.IntegerField(null=True)
    population_source = peewee.CharField(max_length=100, null=True)
    lat = peewee.DoubleField(null=True)
    lon = peewee.DoubleField(null=True)
    point_datum = peewee.CharField(max_length=16, null=True)
    point_source = peewee.CharField(max_length=100, null=True)
    point_confidence = peewee.CharField(max_length=16, null=True)
    closed_why = peewee.CharField(max_length=200, null=True)
    merged_into = peewee.ForeignKeyField("self", null=True, backref="+")  # of a closed one: who serves its people now

    class Meta:
        indexes = (
            (("division", "level", "spelling"), True),
            (("county", "level", "code"), False),
            (("level", "code"), False),
        )


class CentreTable(Model):
    """A table of centres while whoever sent it looks at what it would do: nobody's registry yet, gone after a day.

    `packed` is the file as it came, gzip in base64: backups take text and numbers.
    """

    digest = peewee.CharField(max_length=64)
    account = peewee.ForeignKeyField(Account, backref="+")
    name = peewee.CharField(max_length=200)
    packed = peewee.TextField()
    sent_at = UtcField()

    class Meta:
        table_name = "centre_table"
        indexes = ((("digest", "account"), True),)
