"""Photos by digest, who sent them, what became of them, and which look alike."""

from __future__ import annotations

from collections.abc import Collection

from audit.base.db import batches, digest_of
from audit.base.problems import NotFound
from audit.evidence.models import Photo, PhotoSender, PhotoTwin

MANY = 500
KEPT = ("received", "accepted", "rejected")  # whose bytes are kept; those of the others were let go of
COUNTS = ("accepted", "removed")  # what proves an item: what was decoded, though its bytes may have gone since


def sent_by(actor, digest: str) -> Photo:
    """The photo, if this account sent it; a digest alone is no key to anything."""
    found = Photo.select().join(PhotoSender).where(Photo.digest == digest, PhotoSender.account == actor.id).first()
    if found is None:
        raise NotFound()
    return found


def states(digests: Collection[str], team: Collection[int]) -> dict[str, str]:
    """The state of each of these photos that anybody of the team has sent."""
    found: dict[str, str] = {}
    for some in batches(set(digests), MANY):
        rows = Photo.select(Photo.digest, Photo.state).join(PhotoSender)
        found |= dict(rows.where(Photo.digest.in_(some), PhotoSender.account.in_(list(team))).tuples())
    return found


def answer(actor, digests: list[str]) -> dict[str, list]:
    """What this account need not send any more, and what it must, of these photos, in their order."""
    query = Photo.select().join(PhotoSender).where(Photo.digest.in_(digests), PhotoSender.account == actor.id)
    states: dict[str, list] = {"lacking": [], "received": [], "accepted": [], "rejected": []}
    found = {each.digest: each for each in query}
    for digest in dict.fromkeys(digests):
        photo = found.get(digest)
        # one that was let go of is accepted still: nobody wants its bytes again
        state = "lacking" if photo is None else "accepted" if photo.state in COUNTS else photo.state
        states[state].append(photo if state == "rejected" else digest)
    return states


def by_digests(digests: Collection[str]) -> dict[str, Photo]:
    return {each.digest: each for each in Photo.select().where(Photo.digest.in_(list(digests)))}


def twins(digests: Collection[str]) -> dict[str, list[tuple[str, int]]]:
    """For each photo those that look alike, with the bits between, the nearest first."""
    found: dict[str, list[tuple[str, int]]] = {}
    rows = PhotoTwin.select(PhotoTwin.photo, PhotoTwin.twin, PhotoTwin.distance)
    rows = rows.where(PhotoTwin.photo.in_(list(digests))).order_by(PhotoTwin.distance, PhotoTwin.twin)
    for photo, twin, distance in rows.tuples():
        found.setdefault(photo, []).append((twin, distance))
    return found


def waiting_are_more_than(number: int) -> bool:
    """Whether more photos than that wait for their check."""
    return Photo.select(Photo.digest).where(Photo.state == "received").offset(number).limit(1).exists()


def seal_of(photo: Photo) -> str:
    """What the trail keeps of a check: the digest of all that it found."""
    return digest_of([photo.media_type, photo.width, photo.height, photo.dhash, photo.exif])


def rendition_key(digest: str, size: int) -> str:
    return f"renditions/{digest[:2]}/{digest[2:4]}/{digest}-{size}.jpg"
