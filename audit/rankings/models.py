"""Steps that need two people, publications that never change, and the cards that were issued."""

from __future__ import annotations

import peewee

from audit.accounts.models import Account
from audit.base.db import JsonField, Model, UtcField
from audit.centres.models import Centre, Division
from audit.rounds.models import Round


class Step(Model):
    """Freezing or publishing a round: proposed by one person with what was checked, confirmed by another."""

    round = peewee.ForeignKeyField(Round, backref="+")
    what = peewee.CharField(max_length=16)  # freeze | publish
    note = peewee.TextField()
    checks = JsonField()
    digest = peewee.CharField(max_length=64)  # of the ranking that was proposed
    proposed_by = peewee.ForeignKeyField(Account, backref="+")
    proposed_at = UtcField()
    confirmed_by = peewee.ForeignKeyField(Account, null=True, backref="+")
    confirmed_at = UtcField(null=True)
    withdrawn_at = UtcField(null=True)


class Publication(Model):
    """Version n of a round's ranking, as it was published. Nothing of it is ever changed.

    `digest` is over `head` and the digests of the rows of the rankings, in order. An earlier ranking that was made
    elsewhere may be `imported`: then it has places, totals and cards, and nothing to work them out again from.
    """

    round = peewee.ForeignKeyField(Round, null=True, backref="+")
    code = peewee.CharField(max_length=32)  # the round's
    name = peewee.CharField(max_length=64)
    area = peewee.CharField(max_length=12)
    period_end = peewee.CharField(max_length=10)
    version = peewee.IntegerField()
    imported = peewee.BooleanField()
    head = JsonField()
    digest = peewee.CharField(max_length=64)
    note = peewee.TextField()
    proposed_by = peewee.ForeignKeyField(Account, null=True, backref="+")
    confirmed_by = peewee.ForeignKeyField(Account, null=True, backref="+")
    published_at = UtcField()

    class Meta:
        indexes = ((("code", "version"), True), (("area", "period_end"), False))


class PublishedRow(Model):
    """One line of a publication; `basis` is what its score was worked out from, of centres that were visited.

    Beside the rankings lies what had become of the findings of each centre, under a digest of its own.
    """

    publication = peewee.ForeignKeyField(Publication, backref="rows")
    part = peewee.CharField(max_length=16)  # counties | township | village | findings
    number = peewee.IntegerField()
    code = peewee.CharField(max_length=12)
    content = JsonField()
    basis = JsonField(null=True)
    digest = peewee.CharField(max_length=64)  # of content and basis

    class Meta:
        table_name = "published_row"
        indexes = ((("publication", "part", "number"), True), (("publication", "code"), False))


class Card(Model):
    """红黄绿蓝: an official act with number, basis, approver and addressee; withdrawn or replaced, never deleted."""

    publication = peewee.ForeignKeyField(Publication, backref="+")
    policy = peewee.CharField(max_length=64)
    basis = peewee.CharField(max_length=16)  # level | progress
    year = peewee.IntegerField()
    number = peewee.IntegerField()  # 第N期 of the area in the year
    county = peewee.ForeignKeyField(Division, backref="+")
    centre = peewee.ForeignKeyField(Centre, null=True, backref="+")  # None: the card is the county's own
    code = peewee.CharField(max_length=12)  # the county's or centre's division
    subject = peewee.CharField(max_length=100)
    colour = peewee.CharField(max_length=16)
    why = JsonField()
    issued_by = peewee.ForeignKeyField(Account, backref="+")
    issued_at = UtcField()
    sent_to = peewee.CharField(max_length=100)
    appeal_until = peewee.CharField(max_length=10)
    acknowledged_by = peewee.ForeignKeyField(Account, null=True, backref="+")
    acknowledged_at = UtcField(null=True)
    withdrawn_by = peewee.ForeignKeyField(Account, null=True, backref="+")
    withdrawn_at = UtcField(null=True)
    withdrawn_why = peewee.TextField(null=True)
    replaced_by = peewee.ForeignKeyField("self", null=True, backref="+")

    class Meta:
        indexes = ((("code", "year", "number"), False), (("year", "number"), False))

    @property
    def state(self) -> str:
        """standing, withdrawn, or replaced by the card of a later version."""
        if self.withdrawn_at is not None:
            return "withdrawn"
        return "standing" if self.replaced_by_id is None else "replaced"

    @property
    def key(self) -> str:
        """Who has the card, the same in every issue: the centre's id, or the county's code."""
        return self.code if self.centre_id is None else str(self.centre_id)
