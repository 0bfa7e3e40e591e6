"""A round: what it measures each level with, whom it counts, what counties issued, who visits whom."""

from __future__ import annotations

import peewee

from audit.accounts.models import Account
from audit.base.db import JsonField, Model, UtcField
from audit.centres.models import Centre, Division
from audit.checklists.models import Baseline, Edition


class Round(Model):
    """A 轮次/期 such as 2026年第四季度, in one prefecture or county. `sample` marks 示例 data wherever shown."""

    code = peewee.CharField(max_length=32, unique=True)
    name = peewee.CharField(max_length=64)
    area = peewee.ForeignKeyField(Division, backref="+")
    opens_on = peewee.CharField(max_length=10)
    closes_on = peewee.CharField(max_length=10)
    state = peewee.CharField(max_length=16)  # open | closed | frozen | published
    sample = peewee.BooleanField()
    ranking_policy = peewee.ForeignKeyField(Edition, backref="+")
    card_policy = peewee.ForeignKeyField(Edition, backref="+")
    progress_policy = peewee.ForeignKeyField(Edition, null=True, backref="+")  # None: no cards for rectification
    followup_policy = peewee.ForeignKeyField(Edition, null=True, backref="+")  # None: no appeals, no deadlines
    created_at = UtcField()
    frozen_at = UtcField(null=True)  # of the first freeze: appeals run from here, or from the publication
    published_at = UtcField(null=True)  # of the first version


class RoundLevel(Model):
    """The edition that a round uses for a level, and the baseline once one is adopted."""

    round = peewee.ForeignKeyField(Round, backref="levels")
    level = peewee.CharField(max_length=16)
    edition = peewee.ForeignKeyField(Edition, backref="+")
    baseline = peewee.ForeignKeyField(Baseline, null=True, backref="+")

    class Meta:
        indexes = ((("round", "level"), True),)


class RoundCentre(Model):
    """A centre that the round counts, with the tier that measures it there: both as they were when it opened."""

    round = peewee.ForeignKeyField(Round, backref="+")
    centre = peewee.ForeignKeyField(Centre, backref="+")
    tier = peewee.CharField(max_length=16)

    class Meta:
        table_name = "round_centre"
        indexes = ((("round", "centre"), True),)


class Document(Model):
    """The document behind a list, by the sha256 of its bytes; kept in the store beside the photos."""

    digest = peewee.CharField(max_length=64, primary_key=True)
    key = peewee.CharField(max_length=128)
    name = peewee.CharField(max_length=200)
    media_type = peewee.CharField(max_length=100)
    bytes = peewee.IntegerField()


class DocumentSender(Model):
    """That an account sent these bytes: a digest alone is no key to them. Two offices may send the same."""

    document = peewee.ForeignKeyField(Document, backref="+")
    account = peewee.ForeignKeyField(Account, backref="+")
    sent_at = UtcField()

    class Meta:
        table_name = "document_sender"
        indexes = ((("document", "account"), True),)


class IssuedList(Model):
    """How much a county's or township's own list holds for a share item: the m that nobody has to type.

    The newest version of the nearest division counts: the township's own before the county's. One that was withdrawn
    stays, with the reason, and no older one counts in its place.
    """

    round = peewee.ForeignKeyField(Round, backref="+")
    division = peewee.ForeignKeyField(Division, backref="+")
    item = peewee.CharField(max_length=16)
    version = peewee.IntegerField()
    m = peewee.IntegerField()
    title = peewee.CharField(max_length=200)
    issued_on = peewee.CharField(max_length=10)
    document = peewee.ForeignKeyField(Document, null=True, backref="+")
    entered_by = peewee.ForeignKeyField(Account, backref="+")
    entered_at = UtcField()
    withdrawn_by = peewee.ForeignKeyField(Account, null=True, backref="+")
    withdrawn_at = UtcField(null=True)
    reason = peewee.TextField(null=True)  # of the withdrawal

    class Meta:
        table_name = "issued_list"
        indexes = ((("round", "division", "item", "version"), True),)


class Draw(Model):
    """双随机: centres and inspectors drawn so that anybody can draw them again from `frame`, `seed` and `asked`."""

    round = peewee.ForeignKeyField(Round, backref="+")
    seed = peewee.CharField(max_length=64)
    asked = JsonField()  # level, kind, how many, which inspectors, what each must not visit, blind, until when, why
    frame = JsonField()  # {county: [centre]}, the codes that were drawn from
    digest = peewee.CharField(max_length=64)  # of the frame
    made_by = peewee.ForeignKeyField(Account, backref="+")
    made_at = UtcField()


class Plan(Model):
    """Who visits which centre, how and until when. What was replaced stays, with the reason."""

    round = peewee.ForeignKeyField(Round, backref="+")
    centre = peewee.ForeignKeyField(Centre, backref="+")
    inspector = peewee.ForeignKeyField(Account, backref="+")
    kind = peewee.CharField(max_length=16)
    due_on = peewee.CharField(max_length=10)
    blind = peewee.BooleanField()  # a second visit that measures the measurement and never counts
    draw = peewee.ForeignKeyField(Draw, null=True, backref="+")
    state = peewee.CharField(max_length=16)  # planned | replaced | withdrawn
    reason = peewee.TextField(null=True)
    replaces = peewee.ForeignKeyField("self", null=True, backref="+")
    entered_by = peewee.ForeignKeyField(Account, backref="+")
    entered_at = UtcField()

    class Meta:
        indexes = ((("round", "centre"), False), (("round", "due_on"), False))
