"""A round, and what it measures each level with."""

from __future__ import annotations

import peewee

from audit.base.db import Model, UtcField
from audit.centres.models import Division
from audit.checklists.models import Baseline, Edition


class Round(Model):
    """A 轮次/期 such as 2026年第四季度, in one prefecture or county. `sample` marks 示例 data wherever shown."""

    code = peewee.CharField(max_length=32, unique=True)
    name = peewee.CharField(max_length=64)
    area = peewee.ForeignKeyField(Division, backref="+")
    opens_on = peewee.CharField(max_length=10)
    closes_on = peewee.CharField(max_length=10)
    state = peewee.CharField(max_length=16)  # open | closed
    sample = peewee.BooleanField()
    ranking_policy = peewee.ForeignKeyField(Edition, backref="+")
    card_policy = peewee.ForeignKeyField(Edition, backref="+")
    created_at = UtcField()


class RoundLevel(Model):
    """The edition that a round uses for a level, and the baseline once one is adopted."""

    round = peewee.ForeignKeyField(Round, backref="levels")
    level = peewee.CharField(max_length=16)
    edition = peewee.ForeignKeyField(Edition, backref="+")
    baseline = peewee.ForeignKeyField(Baseline, null=True, backref="+")

    class Meta:
        indexes = ((("round", "level"), True),)
