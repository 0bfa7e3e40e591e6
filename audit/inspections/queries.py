"""Finding inspections, within what the actor may see."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import peewee

from audit.accounts.models import Account
from audit.base import clock
from audit.base.db import digest_of
from audit.base.problems import NotFound, PhotoRemoved
from audit.base.storage import Folder
from audit.centres import queries as centres
from audit.centres.models import Centre, Division
from audit.evidence import queries as evidence
from audit.evidence import shown
from audit.evidence.models import PhotoSender
from audit.evidence.shown import Shown
from audit.inspections.models import Inspection, ItemPhoto, KeptAside, Participant, Review, Revision
from audit.rounds.models import Round

WIDE = {"reviewer", "county", "office"}  # who sees the visits of others in their area


def with_centres():
    """Inspections with their centre, its county and the round."""
    return (
        Inspection.select(Inspection, Centre, Division, Round)
        .join(Centre)
        .join(Division, on=(Centre.county == Division.id))
        .switch(Inspection)
        .join(Round)
    )


def visible(actor) -> peewee.Expression:
    """The condition that the actor may see an inspection: their area's, or as an inspector their own."""
    own = Inspection.id.in_(Participant.select(Participant.inspection).where(Participant.account == actor.id))
    if not actor.roles & WIDE:
        return own
    return own | centres.within(actor.division)


def get(actor, inspection_id: UUID) -> Inspection:
    """The inspection with its centre, county and round; NotFound when out of sight."""
    found = with_centres().where(Inspection.id == inspection_id, visible(actor)).first()
    if found is None:
        raise NotFound()
    return found


def listed(actor, asked: dict):
    """Inspections in sight, newest first."""
    query = with_centres().where(visible(actor)).order_by(Inspection.received_at.desc(), Inspection.id)
    if asked.get("round"):
        query = query.where(Round.code == asked["round"])
    if asked.get("state"):
        query = query.where(Inspection.state == asked["state"])
    if asked.get("county"):
        query = query.where(Division.code == asked["county"])
    if asked.get("centre"):
        query = query.where(Inspection.centre == asked["centre"])
    if asked.get("mine"):
        own = Participant.select(Participant.inspection).where(Participant.account == actor.id)
        query = query.where(Inspection.id.in_(own))
    return query


def team(inspection_id: UUID) -> list[int]:
    """The accounts that were on the visit."""
    rows = Participant.select(Participant.account).where(Participant.inspection == inspection_id)
    return sorted(each.account_id for each in rows)


def revision(inspection: Inspection, number: int | None = None) -> Revision:
    """A revision, the current one by default."""
    return Revision.get(Revision.inspection == inspection.id, Revision.number == (number or inspection.revision))


def bodies(inspections: list[Inspection]) -> dict[UUID, dict]:
    """What the current revision of each says."""
    rows = (
        Revision.select(Revision.inspection, Revision.body)
        .join(Inspection)
        .where(Revision.number == Inspection.revision, Inspection.id.in_([each.id for each in inspections]))
    )
    return {each.inspection_id: each.body for each in rows}


def seal_of(review: Review) -> dict:
    """What the trail keeps of a review: what was decided on which revision, and the digest of its words."""
    words = {"comment": review.comment, "reasons": review.reasons}
    return {"revision": review.revision, "decision": review.decision, "digest": digest_of(words)}


def missing(body: dict, crew: list[int]) -> list[str]:
    """The photos a body names that nobody of the team has sent, in its order."""
    named = list(dict.fromkeys(digest for answer in body["answers"] for digest in answer.get("photos", ())))
    held = evidence.held(named, crew)
    return [digest for digest in named if digest not in held]


def photo_counts(inspection_ids) -> dict[UUID, dict[str, int]]:
    """Per inspection and item, how many of its named photos its team has sent."""
    rows = (
        ItemPhoto.select(ItemPhoto.inspection, ItemPhoto.item, peewee.fn.COUNT(ItemPhoto.digest.distinct()).alias("n"))
        .join(Participant, on=(Participant.inspection == ItemPhoto.inspection))
        .join(
            PhotoSender,
            on=((PhotoSender.photo == ItemPhoto.digest) & (PhotoSender.account == Participant.account)),
        )
        .where(ItemPhoto.inspection.in_(inspection_ids))
        .group_by(ItemPhoto.inspection, ItemPhoto.item)
    )
    found: dict[UUID, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row.inspection_id, {})[row.item] = row.n
    return found


def sees_positions(actor, crew: list[int]) -> bool:
    """Positions are for the visit's own inspectors and for reviewers."""
    return actor.id in crew or "reviewer" in actor.roles


def photo_of(actor, inspection_id: UUID, digest: str, size: str, storage: Folder) -> Shown:
    """A photo through an inspection that it proves: scope is decided here and nowhere else.

    The original goes as it came to those who may see positions; to others without its metadata.
    """
    inspection = get(actor, inspection_id)
    crew = team(inspection.id)
    named = ItemPhoto.get_or_none(ItemPhoto.inspection == inspection.id, ItemPhoto.digest == digest)
    if named is None or not evidence.held([digest], crew):
        raise NotFound()
    photo = evidence.by_digests([digest])[digest]
    if photo.removed_at:
        raise PhotoRemoved(f"on {clock.shown(photo.removed_at)}")
    if size != "original":
        return shown.rendition(photo, int(size), storage)
    return (shown.original if sees_positions(actor, crew) else shown.bare)(photo, storage)


def kept_aside(actor, inspection_id: UUID) -> list[KeptAside]:
    """What came under an id and revision that were taken already, for the reviewer to read."""
    inspection = get(actor, inspection_id)
    return list(
        KeptAside.select(KeptAside, Account)
        .join(Account)
        .where(KeptAside.inspection == inspection.id)
        .order_by(KeptAside.id)
    )


def detail(actor, inspection_id: UUID) -> Inspection:
    """Everything about one visit; its position only for its inspectors and for reviewers."""
    inspection = get(actor, inspection_id)
    crew = team(inspection.id)
    body = revision(inspection).body
    inspection.answers = [_as_sent(each) for each in body["answers"]]
    fix = body["fix"] if sees_positions(actor, crew) else None
    inspection.fix = fix and _as_sent(fix)
    inspection.missing_photos = missing(body, crew)
    inspection.team = [each.display for each in Account.select().where(Account.id.in_(crew)).order_by(Account.id)]
    inspection.kept_aside = KeptAside.select().where(KeptAside.inspection == inspection.id).count()
    inspection.reviews = list(
        Review.select(Review, Account).join(Account).where(Review.inspection == inspection.id).order_by(Review.id)
    )
    return inspection


def _as_sent(stored: dict) -> dict:
    """Numbers are stored exactly, as text; shown as the JSON numbers that were sent."""
    return {
        key: _number(each) if key in ("value", "lat", "lon", "accuracy_m") else each for key, each in stored.items()
    }


def _number(text: str) -> int | float:
    value = Decimal(text)
    return int(value) if value == value.to_integral_value() else float(value)
