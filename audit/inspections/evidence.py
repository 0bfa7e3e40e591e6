"""What a visit's photos and positions say, for its team and for reviewers: worked out when asked, never stored.

Three positions are kept apart and never merged: the phone's fix, the photo's EXIF, the centre's point.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from uuid import UUID

from audit.base.problems import NotFound
from audit.evidence import place
from audit.evidence import queries as evidence
from audit.evidence.models import Photo
from audit.evidence.place import Place
from audit.inspections import answers as reading
from audit.inspections import queries
from audit.inspections.flags import OF_PLACE, of_place
from audit.inspections.models import Inspection
from audit.inspections.photo_flags import Seen, of_photo
from audit.inspections.twins import Twins

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
    photos, twins = evidence.by_digests(sent), Twins(actor, sent)
    known = {each["digest"]: each for each in body.get("photos") or ()}
    point = place.point_of(inspection.centre)
    about = {
        digest: _about(
            inspection,
            known.get(digest),
            photos.get(digest),
            point,
            twins=twins.of(inspection.id, digest),
            hidden=twins.hidden(inspection.id, digest),
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
