"""What a visit's photos and positions say, for its team and for reviewers: worked out when asked, never stored.

Three positions are kept apart and never merged: the phone's fix, the photo's EXIF, the centre's point.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from uuid import UUID

from audit.base.db import batches
from audit.base.problems import NotFound
from audit.centres.models import Centre
from audit.evidence import place
from audit.evidence import queries as evidence
from audit.evidence.models import Photo, PhotoSender
from audit.evidence.place import Place
from audit.inspections import answers as reading
from audit.inspections import queries
from audit.inspections.flags import OF_PLACE, of_place
from audit.inspections.models import Inspection, ItemPhoto, Participant
from audit.inspections.photo_flags import Seen, of_photo
from audit.rounds.models import Round

MANY = 5_000  # values per IN; SQLite takes at most 32,766
MOST_TWINS = 20  # per photo: a dark picture looks like a thousand others
FACTS = ("make", "model", "software", "taken_at", "offset")


def told(actor, inspection_id: UUID) -> dict:
    """The evidence of a visit: verdict of its place, and per photo of its answers all that is known.

    NotFound to everybody but its team and reviewers. The same few queries for one photo and for hundreds.
    """
    inspection = queries.get(actor, inspection_id)
    crew = queries.joined(inspection.id)
    if not queries.sees_positions(actor, crew):
        raise NotFound()
    body = queries.revision(inspection).body
    point = place.point_of(inspection.centre)
    fix = place.judge(place.fix_of(body["fix"]), point)
    return {
        "inspection": inspection.id,
        "centre": inspection.centre_id,
        "centre_name": inspection.centre.name,
        "positions": {"fix": _position(body["fix"], fix), "centre": place.told(inspection.centre)},
        "fence_m": place.FENCE_M,
        # the stored flags hold what was known when the visit came; the centre's point may have been learnt since
        "flags": [each for each in inspection.flags if each["flag"] not in OF_PLACE] + of_place(fix),
        "photos": _photos(actor, inspection, body, crew),
    }


def _position(sent: dict | None, judged: Place | None) -> dict | None:
    return reading.as_sent(sent) | _verdict(judged) if sent else None


def _verdict(judged: Place) -> dict:
    told = asdict(judged)
    told["r95_m"] = told.pop("accuracy_m")
    metres = ("distance_m", "r95_m", "looks_like_m", "bearing")
    return told | {name: round(told[name], 1) for name in metres if told[name] is not None}


def _photos(actor, inspection: Inspection, body: dict, crew: list[int]) -> list[dict]:
    """One entry per item and photo. What the team has not sent has no facts here, whoever else has sent it."""
    named = reading.photos(body["answers"])
    states = evidence.states(queries.named(body), crew)
    sent = [digest for digest, state in states.items() if state != "rejected"]
    photos, twins = evidence.by_digests(sent), _twins(actor, inspection, sent)
    hidden = _out_of_sight(actor, inspection, sent)
    known = {each["digest"]: each for each in body.get("photos") or ()}
    point = place.point_of(inspection.centre)
    about = {
        digest: _about(
            inspection,
            known.get(digest),
            photos.get(digest),
            point,
            twins=twins.get(digest, []),
            hidden=hidden.get(digest, 0),
        )
        | {"state": states.get(digest, "missing")}
        for digest in queries.named(body)
    }
    return [{"item": item, "digest": digest} | about[digest] for item, each in named.items() for digest in each]


def _about(
    inspection: Inspection,
    told: dict | None,
    photo: Photo | None,
    point: place.Point | None,
    *,
    twins: list[dict],
    hidden: int,
) -> dict:
    exif = photo.exif if photo else {}
    before, after = ((told or {}).get(name) for name in queries.FIXES)
    fix, later, exif_place = judged(told, exif, point)
    in_exif = {"lat": exif["lat"], "lon": exif["lon"]} if exif_place else None
    return {
        "exif": {name: exif.get(name) for name in FACTS},
        "taken_at": told and told["taken_at"],
        "source": told and told["source"],
        "positions": {
            "fix": _position(before, fix),
            "fix_after": _position(after, later),
            "exif": _position(in_exif, exif_place),
            "centre": place.told(inspection.centre),
        },
        "flags": flags_of(inspection, told, exif, (fix, later, exif_place), twins=twins, hidden=hidden),
        "twins": twins[:MOST_TWINS],
    }


def judged(told: dict | None, exif: dict, point: place.Point | None) -> tuple[Place | None, Place | None, Place | None]:
    """Where a photo's positions lie: the phone's fix, that of a moment later, and the one in EXIF."""
    before, after = (place.fix_of((told or {}).get(name)) for name in queries.FIXES)
    return place.judge(before, point), place.judge(after, point), place.judge(place.exif_of(exif), point)


def flags_of(
    inspection: Inspection, told: dict | None, exif: dict, places: tuple, *, twins: Iterable[dict], hidden: int
) -> list[dict]:
    """The flags of one photo of a visit; `places` as `judged` tells them."""
    fix, later, exif_place = places
    times = (inspection.started_at, inspection.finished_at, inspection.received_at)
    return of_photo(Seen(told, exif, *times, fix=fix or later, exif_place=exif_place, twins=twins, hidden=hidden))


# --- twins -------------------------------------------------------------------------------------------------------


def _twins(actor, inspection: Inspection, digests: list[str]) -> dict[str, list[dict]]:
    """Per photo the same or nearly the same one in other visits that the actor may see, the nearest first."""
    like = {digest: [(digest, 0)] for digest in digests}
    for digest, near in evidence.twins(digests).items():
        like[digest] += [each for each in near if each[0] != digest]
    wanted = {twin for each in like.values() for twin, _ in each}
    uses: dict[str, list[ItemPhoto]] = {}
    for each in _elsewhere(actor, inspection, wanted):
        uses.setdefault(each.digest, []).append(each)
    return {
        digest: [_twin(digest, use, bits) for twin, bits in each for use in uses.get(twin, ())]
        for digest, each in like.items()
    }


def _elsewhere(actor, inspection: Inspection, digests: Iterable[str]) -> Iterable[ItemPhoto]:
    """Where other visits in sight name these photos, and their own team has sent them; newest first."""
    for some in batches(sorted(digests), MANY):
        yield from (
            _used(ItemPhoto.select(ItemPhoto, Inspection, Centre, Round), inspection, some)
            .where(queries.visible(actor))
            .order_by(Inspection.finished_at.desc(), ItemPhoto.id)
        )


def _out_of_sight(actor, inspection: Inspection, digests: list[str]) -> dict[str, int]:
    """For reviewers: in how many visits beyond their area the very same bytes stand. That many, and nothing else."""
    if "reviewer" not in actor.roles:
        return {}
    found: dict[str, int] = {}
    for some in batches(sorted(digests), MANY):
        uses = _used(ItemPhoto.select(ItemPhoto.digest, ItemPhoto.inspection), inspection, some)
        for digest, _ in uses.where(~queries.visible(actor)).distinct().tuples():
            found[digest] = found.get(digest, 0) + 1
    return found


def _used(select, inspection: Inspection, digests: list[str]):
    """The rows of a selection in which other visits name these photos, and their own team has sent them."""
    by_its_team = (
        PhotoSender.select(PhotoSender.photo)
        .join(Participant, on=(Participant.account == PhotoSender.account))
        .where(Participant.inspection == ItemPhoto.inspection, PhotoSender.photo == ItemPhoto.digest)
        .where(Participant.joined_at.is_null(False))
    )
    joined = select.join(Inspection).join(Centre).switch(Inspection).join(Round)
    others = ItemPhoto.inspection != inspection.id
    return joined.where(ItemPhoto.digest.in_(digests), others, ItemPhoto.digest.in_(by_its_team))


def _twin(digest: str, use: ItemPhoto, bits: int) -> dict:
    visit = use.inspection
    return {
        "digest": use.digest,
        "same_bytes": use.digest == digest,
        "distance_bits": bits,
        "inspection": visit.id,
        "centre": visit.centre_id,
        "centre_name": visit.centre.name,
        "round": visit.round.code,
        "item": use.item,
        "url": f"/api/v1/inspections/{visit.id}/photos/{use.digest}",
    }
