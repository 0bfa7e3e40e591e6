"""The flags of many visits and their photos at once, as `evidence.told` says them of one: the same few queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from audit.base.db import batches
from audit.evidence import place
from audit.evidence import queries as evidence
from audit.evidence.models import Photo, PhotoSender
from audit.inspections import queries
from audit.inspections.evidence import flags_of, judged
from audit.inspections.flags import OF_PLACE, of_place
from audit.inspections.models import Inspection, ItemPhoto, Participant
from audit.inspections.twins import MANY, Twins


@dataclass(frozen=True)
class Looked:
    """What a look at a visit finds: `verdict` of its place (None without a fix), the visit's flags and per photo
    those of the photo; `arrived` of its photos have come and were accepted."""

    verdict: str | None
    flags: list[dict]
    photos: dict[str, list[dict]]
    arrived: int

    @classmethod
    def of(cls, told: dict) -> Looked:
        """The same, by all that `evidence.told` tells of a visit."""
        fix, photos = told["positions"]["fix"], {each["digest"]: each for each in told["photos"]}
        return cls(
            verdict=fix and fix["verdict"],
            flags=told["flags"],
            photos={digest: each["flags"] for digest, each in photos.items()},
            arrived=sum(each["state"] in evidence.COUNTS for each in photos.values()),
        )


def looked_at(actor, visits: list[Inspection], bodies: dict[UUID, dict]) -> dict[UUID, Looked]:
    """Every visit, which comes with its centre, as the actor would see its evidence; by id."""
    states = _states([each.id for each in visits])
    sent = {digest for each in states.values() for digest, state in each.items() if state != "rejected"}
    photos = {each.digest: each for some in batches(sorted(sent), MANY) for each in _photos(some)}
    twins = Twins(actor, sent)
    return {each.id: _looked(each, bodies[each.id], states.get(each.id, {}), photos, twins) for each in visits}


def arrived(visits: list[Inspection], bodies: dict[UUID, dict]) -> dict[UUID, tuple[int, int]]:
    """Per visit how many photos it names, and how many of them have come and were accepted."""
    states = _states([each.id for each in visits])
    return {each.id: _number(bodies[each.id], states.get(each.id, {})) for each in visits}


def _number(body: dict, states: dict[str, str]) -> tuple[int, int]:
    named = queries.named(body)
    return len(named), sum(states.get(digest) in evidence.COUNTS for digest in named)


def _looked(visit: Inspection, body: dict, states: dict[str, str], known: dict[str, Photo], twins: Twins) -> Looked:
    point = place.point_of(visit.centre)
    fix = place.judge(place.fix_of(body["fix"]), point)
    said = {each["digest"]: each for each in body.get("photos") or ()}
    photos = {}
    for digest in queries.named(body):
        photo = known.get(digest) if states.get(digest, "rejected") != "rejected" else None
        exif = photo.exif if photo else {}
        alike, hidden = (twins.of(visit.id, digest), twins.hidden(visit.id, digest)) if photo else ((), 0)
        places = judged(said.get(digest), exif, point)
        photos[digest] = flags_of(visit, said.get(digest), exif, places, twins=alike, hidden=hidden)
    return Looked(
        verdict=fix.verdict if fix else None,
        flags=[each for each in visit.flags if each["flag"] not in OF_PLACE] + of_place(fix),
        photos=photos,
        arrived=_number(body, states)[1],
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
