"""The photos that prove the items of many visits at once, for who hands them on."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from audit.evidence.models import Photo, PhotoSender
from audit.inspections.models import ItemPhoto, Participant


def kept_of(visits: Collection[UUID]) -> dict[UUID, list[tuple[str, Photo]]]:
    """Per visit (item, photo), by item, of what its own team has sent, was accepted and is still kept: one query."""
    rows = (
        ItemPhoto.select(ItemPhoto.id, ItemPhoto.inspection, ItemPhoto.item, Photo)
        .join(Participant, on=(Participant.inspection == ItemPhoto.inspection))
        .join(PhotoSender, on=((PhotoSender.photo == ItemPhoto.digest) & (PhotoSender.account == Participant.account)))
        .join_from(ItemPhoto, Photo, on=(Photo.digest == ItemPhoto.digest), attr="bytes_of")
        .where(ItemPhoto.inspection.in_(list(visits)), Participant.joined_at.is_null(False), Photo.state == "accepted")
        .order_by(ItemPhoto.item, ItemPhoto.id)
    )
    found: dict[UUID, dict[int, tuple[str, Photo]]] = {}
    for each in rows:
        # two of the team may have sent the same bytes
        found.setdefault(each.inspection_id, {})[each.id] = (each.item, each.bytes_of)
    return {visit: list(photos.values()) for visit, photos in found.items()}


def positions_seen(actor, visits: Collection[UUID]) -> set[UUID]:
    """Those of the visits whose positions the actor may see, as `queries.sees_positions` says of one."""
    if "reviewer" in actor.roles:
        return set(visits)
    own = Participant.select(Participant.inspection).where(
        Participant.account == actor.id, Participant.joined_at.is_null(False), Participant.inspection.in_(list(visits))
    )
    return {visit for (visit,) in own.tuples()}
