"""Publish an edition; it never changes afterwards."""

from __future__ import annotations

from datetime import datetime

from audit.base.db import digest_of
from audit.base.problems import ChecklistImmutable
from audit.base.trail import write
from audit.checklists.models import Edition


def publish(content: dict, *, actor, now: datetime) -> Edition:
    """Publish checked content. The same content again is the same edition; other content under a published id is
    refused with ChecklistImmutable."""
    digest = digest_of(content)
    with write() as trail:
        standing = Edition.get_or_none(Edition.id == content["id"])
        if standing is not None:
            if standing.digest != digest:
                raise ChecklistImmutable(content["id"])
            trail.nothing()
            return standing
        edition = Edition.create(
            id=content["id"],
            kind=content["kind"],
            level=content.get("level"),
            digest=digest,
            content=content,
            published_at=now,
        )
        trail.record("edition.publish", edition.id, actor=actor, at=now, detail={"digest": digest})
    return edition
