"""Published editions and policies, and baselines. What is published never changes."""

from __future__ import annotations

import peewee

from audit.base.db import JsonField, Model, UtcField


class Edition(Model):
    """A published checklist or policy: its content as it was published, and the digest of that content."""

    id = peewee.CharField(max_length=64, primary_key=True)
    kind = peewee.CharField(max_length=16)  # checklist | ranking | cards
    level = peewee.CharField(max_length=16, null=True)
    digest = peewee.CharField(max_length=64)
    content = JsonField()
    published_at = UtcField()

    class Meta:
        indexes = ((("kind", "level", "id"), False),)


class Baseline(Model):
    """What a demonstration site reached in one approved inspection: version n for an edition.

    `unusual` lists the items that a second person must confirm (outside the plausible range, or worse than the
    demonstration standard); it is adopted once `adopted_at` is set. `sample` marks 示例 data.
    """

    edition = peewee.ForeignKeyField(Edition, backref="baselines")
    version = peewee.IntegerField()
    inspection = peewee.UUIDField(unique=True)
    centre_name = peewee.CharField(max_length=100)
    answers = JsonField()
    unusual = JsonField()
    sample = peewee.BooleanField()
    proposed_by = peewee.IntegerField(index=True)
    confirmed_by = peewee.IntegerField(null=True, index=True)
    adopted_at = UtcField(null=True)

    class Meta:
        indexes = ((("edition", "version"), True),)
