"""What became of each item below standard, and what a county objects to."""

from __future__ import annotations

import peewee

from audit.accounts.models import Account
from audit.base.db import JsonField, Model, UtcField
from audit.centres.models import Centre, Division
from audit.inspections.models import Inspection
from audit.rounds.models import Round


class Finding(Model):
    """An item of an approved visit that does not meet its standard, until it is closed (销号).

    `lost` is in hundredths of a point of the total. `repeats` names the finding of an earlier round on the same item.
    """

    round = peewee.ForeignKeyField(Round, backref="+")
    county = peewee.ForeignKeyField(Division, backref="+")
    centre = peewee.ForeignKeyField(Centre, backref="+")
    inspection = peewee.ForeignKeyField(Inspection, backref="+")
    item = peewee.CharField(max_length=16)
    reason = peewee.CharField(max_length=32)
    lost = peewee.IntegerField()
    state = peewee.CharField(max_length=16)  # open | ordered | reported | closed | withdrawn
    kind = peewee.CharField(max_length=16)  # normal | long-term
    unit = peewee.CharField(max_length=100, null=True)  # who is responsible
    due_on = peewee.CharField(max_length=10, null=True)
    opened_at = UtcField()
    closed_at = UtcField(null=True)
    reopened = peewee.IntegerField()
    repeats = peewee.ForeignKeyField("self", null=True, backref="+")

    class Meta:
        indexes = (
            (("round", "centre", "item"), True),
            (("county", "state", "due_on"), False),
            (("state", "due_on"), False),
            (("centre", "item"), False),
        )


class FindingStep(Model):
    """One step of a finding: what was done, by whom (nobody: a visit's score did it), when, with which photos."""

    finding = peewee.ForeignKeyField(Finding, backref="steps")
    verb = peewee.CharField(max_length=16)  # open | order | report | close | return | reopen | withdraw
    by = peewee.ForeignKeyField(Account, null=True, backref="+")
    at = UtcField()
    note = peewee.TextField(null=True)
    kind = peewee.CharField(max_length=16, null=True)  # of an order: with unit and due_on, what was ordered
    unit = peewee.CharField(max_length=100, null=True)
    due_on = peewee.CharField(max_length=10, null=True)
    photos = JsonField()

    class Meta:
        table_name = "finding_step"


class StepPhoto(Model):
    """A photo that a step rests on, as the step's own list names it: what is asked by photo is looked up here."""

    step = peewee.ForeignKeyField(FindingStep, backref="+", on_delete="CASCADE")
    digest = peewee.CharField(max_length=64, index=True)

    class Meta:
        table_name = "step_photo"


class Appeal(Model):
    """A county objects to one item of a visit; somebody outside the first team and the first review decides."""

    round = peewee.ForeignKeyField(Round, backref="+")
    county = peewee.ForeignKeyField(Division, backref="+")
    inspection = peewee.ForeignKeyField(Inspection, backref="+")
    item = peewee.CharField(max_length=16)
    reason = peewee.TextField()
    photos = JsonField()
    filed_by = peewee.ForeignKeyField(Account, backref="+")
    filed_at = UtcField()
    state = peewee.CharField(max_length=16)  # open | dismissed (维持) | upheld (变更) | withdrawn
    decided_by = peewee.ForeignKeyField(Account, null=True, backref="+")
    decided_at = UtcField(null=True)
    decision = peewee.TextField(null=True)
    answer = JsonField(null=True)

    class Meta:
        indexes = ((("round", "state"), False), (("inspection", "item"), False))
