"""Inspections with all their revisions, what was kept aside, reviews and scores."""

from __future__ import annotations

import peewee

from audit.accounts.models import Account
from audit.base.db import JsonField, Model, UtcField
from audit.centres.models import Centre
from audit.checklists.models import Baseline, Edition
from audit.rounds.models import Round


class Inspection(Model):
    """A visit, by the id that the phone gave it. `version` counts every change, for If-Match."""

    id = peewee.UUIDField(primary_key=True)
    round = peewee.ForeignKeyField(Round, backref="+")
    centre = peewee.ForeignKeyField(Centre, backref="+")
    edition = peewee.ForeignKeyField(Edition, backref="+")
    level = peewee.CharField(max_length=16)
    tier = peewee.CharField(max_length=16)  # the centre's on the day: a later change does not touch this visit
    kind = peewee.CharField(max_length=16)
    state = peewee.CharField(max_length=16)
    revision = peewee.IntegerField()
    version = peewee.IntegerField()
    started_at = UtcField()
    finished_at = UtcField()
    received_at = UtcField()
    flags = JsonField()
    blind = peewee.BooleanField(default=False)  # a second visit that never counts

    class Meta:
        indexes = (
            (("round", "state", "level"), False),
            (("centre", "finished_at"), False),
            (("received_at", "id"), False),
        )


class Revision(Model):
    """What was sent, word for word, each time; `digest` is over its canonical spelling."""

    inspection = peewee.ForeignKeyField(Inspection, backref="revisions")
    number = peewee.IntegerField()
    digest = peewee.CharField(max_length=64)
    body = JsonField()
    sender = peewee.ForeignKeyField(Account, backref="+")
    received_at = UtcField()

    class Meta:
        indexes = ((("inspection", "number"), True),)


class KeptAside(Model):
    """Other content under an id and revision that were taken already: refused, and kept for the reviewer."""

    inspection = peewee.ForeignKeyField(Inspection, backref="aside")
    number = peewee.IntegerField()
    digest = peewee.CharField(max_length=64)
    body = JsonField()
    sender = peewee.ForeignKeyField(Account, backref="+")
    received_at = UtcField()

    class Meta:
        table_name = "kept_aside"
        indexes = ((("inspection", "number", "digest"), True),)


class Participant(Model):
    """Who was on the visit, the sender among them: they never review it.

    The photos of those who joined count: who sends a visit has joined it, whom the sender names has to say so, or a
    name would be a key to everything that its owner ever sent.
    """

    inspection = peewee.ForeignKeyField(Inspection, backref="team")
    account = peewee.ForeignKeyField(Account, backref="+")
    joined_at = UtcField(null=True)

    class Meta:
        indexes = ((("inspection", "account"), True),)


class ItemPhoto(Model):
    """A photo that the current revision names for an item; it may not have arrived yet, so it is no foreign key."""

    inspection = peewee.ForeignKeyField(Inspection, backref="photos")
    item = peewee.CharField(max_length=16)
    digest = peewee.CharField(max_length=64, index=True)

    class Meta:
        table_name = "item_photo"
        indexes = ((("inspection", "item", "digest"), True),)


class Review(Model):
    """A decision on one revision: approve, or return with a reason per item."""

    inspection = peewee.ForeignKeyField(Inspection, backref="reviews")
    revision = peewee.IntegerField()
    reviewer = peewee.ForeignKeyField(Account, backref="+")
    decision = peewee.CharField(max_length=16)
    comment = peewee.TextField(null=True)
    reasons = JsonField()
    at = UtcField()


class ItemDecision(Model):
    """Another answer to one item than the one that was sent, with the reason; the newest of an item counts.

    `appeal` names the appeal that it came from; None: the reviewer's own.
    """

    inspection = peewee.ForeignKeyField(Inspection, backref="+")
    revision = peewee.IntegerField()
    item = peewee.CharField(max_length=16)
    answer = JsonField()
    reason = peewee.TextField()
    decided_by = peewee.ForeignKeyField(Account, backref="+")
    decided_at = UtcField()
    appeal = peewee.IntegerField(null=True)

    class Meta:
        table_name = "item_decision"
        indexes = ((("inspection", "revision", "item"), False),)


class Voiding(Model):
    """A visit taken out: the wrong centre or a test by one reviewer, fraud by two people. It scores nothing."""

    inspection = peewee.ForeignKeyField(Inspection, backref="+")
    why = peewee.CharField(max_length=16)  # wrong-centre | test | fraud
    reason = peewee.TextField()
    proposed_by = peewee.ForeignKeyField(Account, backref="+")
    proposed_at = UtcField()
    confirmed_by = peewee.ForeignKeyField(Account, null=True, backref="+")
    confirmed_at = UtcField(null=True)

    @property
    def settled(self) -> bool:
        """Whether it holds; until then it is one person's word."""
        return self.why != "fraud" or self.confirmed_at is not None


class Admission(Model):
    """A reviewer lets a late or unassigned visit count, with the reason."""

    inspection = peewee.ForeignKeyField(Inspection, unique=True, backref="+")
    reason = peewee.TextField()
    admitted_by = peewee.ForeignKeyField(Account, backref="+")
    admitted_at = UtcField()


class PointProposal(Model):
    """A centre's point as the median of its approved visits (WGS-84): proposed by one person, set by another."""

    centre = peewee.ForeignKeyField(Centre, backref="+")
    lat = peewee.DoubleField()
    lon = peewee.DoubleField()
    visits = peewee.IntegerField()
    first_on = peewee.CharField(max_length=10)
    last_on = peewee.CharField(max_length=10)
    spread_m = peewee.IntegerField()
    moves_m = peewee.IntegerField(null=True)  # from the point that the centre had; null when it had none
    proposed_by = peewee.ForeignKeyField(Account, backref="+")
    proposed_at = UtcField()
    confirmed_by = peewee.ForeignKeyField(Account, null=True, backref="+")
    confirmed_at = UtcField(null=True)

    class Meta:
        table_name = "point_proposal"


class Score(Model):
    """The score of a complete inspection, in hundredths of a point, with the explanation it came with."""

    inspection = peewee.ForeignKeyField(Inspection, primary_key=True, backref="scores")
    baseline = peewee.ForeignKeyField(Baseline, null=True, backref="+")
    total = peewee.IntegerField(null=True)
    met = peewee.IntegerField()
    assessable = peewee.IntegerField()
    county_duties = JsonField()  # items that nobody could assess for want of the county's list
    vetoes = JsonField()
    summary = JsonField()  # what a ranking prints: dimensions, bonus, deductions
    explanation = JsonField()
    digest = peewee.CharField(max_length=64)  # of the explanation
    computed_at = UtcField()
