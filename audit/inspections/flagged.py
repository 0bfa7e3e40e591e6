"""The flags of many visits and their photos at once, as `evidence.told` says them of one: the same few queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from audit.base.db import batches
from audit.centres.models import Centre
from audit.evidence import place
from audit.evidence import queries as evidence
from audit.evidence.models import Photo, PhotoSender
from audit.inspections import queries
from audit.inspections.evidence import MANY, flags_of, judged
from audit.inspections.flags import OF_PLACE, of_place
from audit.inspections.models import Inspection, ItemPhoto, Participant
from audit.rounds.models import Round


@dataclass(frozen=True)
class Looked:
    """What a look at a visit finds: `verdict` of its place (None without a fix), the visit's flags and per photo
    those of the photo; `arrived` of its photos have come and were accepted."""

    verdict: str | None
    flags: list[dict]
    photos: dict[str, list[dict]]
    arrived: int


def looked_at(actor, visits: list[Inspection], bodies: dict[UUID, dict]) -> dict[UUID, Looked]:
    """Every visit, which comes with its centre, as the actor would see its evidence; by id."""
    states = _states([each.id for each in visits])
    sent = {digest for each in states.values() for digest, state in each.items() if state != "rejected"}
    known = Known(
        photos={each.digest: each for some in batches(sorted(sent), MANY) for each in _photos(some)},
        like=_alike(sent),
    )
    known.uses = _uses(actor, {twin for each in known.like.values() for twin, _ in each})
    return {each.id: _looked(each, bodies[each.id], states.get(each.id, {}), known) for each in visits}


class Known:
    """What is known of the photos of all these visits: rows, those that look alike, and where they are used."""

    def __init__(self, photos: dict[str, Photo], like: dict[str, list[tuple[str, int]]]):
        self.photos, self.like = photos, like
        self.uses: dict[str, list[tuple[UUID, bool]]] = {}

    def twins(self, inspection_id: UUID, digest: str) -> tuple[list[dict], int]:
        """(twins in other visits in sight, in how many out of sight the same bytes stand)."""
        found = [
            {"inspection": visit, "same_bytes": twin == digest, "distance_bits": bits, "in_sight": in_sight}
            for twin, bits in self.like.get(digest, ())
            for visit, in_sight in self.uses.get(twin, ())
            if visit != inspection_id
        ]
        hidden = {each["inspection"] for each in found if each["same_bytes"] and not each["in_sight"]}
        return [each for each in found if each["in_sight"]], len(hidden)


def _looked(visit: Inspection, body: dict, states: dict[str, str], known: Known) -> Looked:
    point = place.point_of(visit.centre)
    fix = place.judge(place.fix_of(body["fix"]), point)
    said = {each["digest"]: each for each in body.get("photos") or ()}
    photos = {}
    for digest in queries.named(body):
        photo = known.photos.get(digest) if states.get(digest, "rejected") != "rejected" else None
        exif = photo.exif if photo else {}
        twins, hidden = known.twins(visit.id, digest) if photo else ([], 0)
        places = judged(said.get(digest), exif, point)
        photos[digest] = flags_of(visit, said.get(digest), exif, places, twins=twins, hidden=hidden)
    return Looked(
        verdict=fix.verdict if fix else None,
        flags=[each for each in visit.flags if each["flag"] not in OF_PLACE] + of_place(fix),
        photos=photos,
        arrived=sum(states.get(digest) in evidence.COUNTS for digest in photos),
    )


def _states(ids: Collection[UUID]) -> dict[UUID, dict[str, str]]:
    """Per visit the state of each photo that it names and that its own team has sent."""
    rows = (
        ItemPhoto.select(ItemPhoto.inspection, ItemPhoto.digest, Photo.state)
        .join(Participant, on=(Participant.inspection == ItemPhoto.inspection))
        .join(PhotoSender, on=((PhotoSender.photo == ItemPhoto.digest) & (PhotoSender.account == Participant.account)))
        .join(Photo, on=(Photo.digest == ItemPhoto.digest))
        .where(ItemPhoto.inspection.in_(list(ids)), Participant.joined_at.is_null(False))
        .distinct()
    )
    found: dict[UUID, dict[str, str]] = {}
    for visit, digest, state in rows.tuples():
        found.setdefault(visit, {})[digest] = state
    return found


def _photos(digests: Collection[str]) -> Iterable[Photo]:
    return Photo.select(Photo.digest, Photo.exif).where(Photo.digest.in_(digests))


def _alike(digests: Collection[str]) -> dict[str, list[tuple[str, int]]]:
    """Each photo itself, and those that look like it, with the bits between."""
    like = {digest: [(digest, 0)] for digest in digests}
    for some in batches(sorted(digests), MANY):
        for digest, near in evidence.twins(some).items():
            like[digest] += [each for each in near if each[0] != digest]
    return like


def _uses(actor, digests: Collection[str]) -> dict[str, list[tuple[UUID, bool]]]:
    """Which visits, in sight or not, name each of these photos, that their own team has sent."""
    by_its_team = (
        (PhotoSender.photo == ItemPhoto.digest)
        & (PhotoSender.account == Participant.account)
        & Participant.joined_at.is_null(False)
    )
    found: dict[str, list[tuple[UUID, bool]]] = {}
    for some in batches(sorted(digests), MANY):
        rows = (
            ItemPhoto.select(ItemPhoto.digest, ItemPhoto.inspection, queries.visible(actor).alias("in_sight"))
            .join(Inspection)
            .join(Centre)
            .switch(Inspection)
            .join(Round)
            .switch(ItemPhoto)
            .join(Participant, on=(Participant.inspection == ItemPhoto.inspection))
            .join(PhotoSender, on=by_its_team)
            .where(ItemPhoto.digest.in_(some))
            .distinct()
        )
        for digest, visit, in_sight in rows.tuples():
            found.setdefault(digest, []).append((visit, bool(in_sight)))
    return found
