"""Photos by digest, who sent them, what became of them, and which look alike."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import peewee

from audit.base.db import batches, digest_of
from audit.base.problems import NotFound
from audit.evidence.models import Photo, PhotoPreview, PhotoSender, PhotoSlot, PhotoTwin

MANY = 500
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


def pairs(numbers: Collection[int]) -> Iterator[tuple[str, str, int, str | None, str | None, int | None]]:
    """These rows of twins: photo, twin, distance; the hashes of both, None where it does not count; the way back."""
    one, other, back = Photo.alias(), Photo.alias(), PhotoTwin.alias()
    outer = peewee.JOIN.LEFT_OUTER
    return (
        PhotoTwin.select(PhotoTwin.photo, PhotoTwin.twin, PhotoTwin.distance, one.dhash, other.dhash, back.distance)
        .join(one, outer, on=((one.digest == PhotoTwin.photo) & one.state.in_(COUNTS)))
        .join_from(PhotoTwin, other, outer, on=((other.digest == PhotoTwin.twin) & other.state.in_(COUNTS)))
        .join_from(PhotoTwin, back, outer, on=((back.photo == PhotoTwin.twin) & (back.twin == PhotoTwin.photo)))
        .where(PhotoTwin.id.in_(list(numbers)))
        .order_by(PhotoTwin.id)
        .tuples()
        .iterator()
    )


def slots(digests: Collection[str]) -> dict[str, set[int]]:
    """Where each of these photos is to be found by its hash."""
    found: dict[str, set[int]] = {}
    for photo, slot in PhotoSlot.select(PhotoSlot.photo, PhotoSlot.slot).where(PhotoSlot.photo.in_(digests)).tuples():
        found.setdefault(photo, set()).add(slot)
    return found


def preview(digest: str, team: Collection[int]) -> PhotoPreview:
    """What somebody of the team has sent ahead of the original; the newest."""
    rows = PhotoPreview.select().where(PhotoPreview.digest == digest, PhotoPreview.account.in_(list(team)))
    found = rows.order_by(PhotoPreview.received_at.desc(), PhotoPreview.id).first()
    if found is None:
        raise NotFound()
    return found


def previewed(digests: Collection[str], team: Collection[int]) -> list[str]:
    """Those of these digests, in their order, that somebody of the team has sent a preview of."""
    found: set[str] = set()
    for some in batches(set(digests), MANY):
        rows = PhotoPreview.select(PhotoPreview.digest)
        rows = rows.where(PhotoPreview.digest.in_(some), PhotoPreview.account.in_(list(team)))
        found |= {digest for (digest,) in rows.tuples()}
    return [each for each in digests if each in found]


def waiting_are_more_than(number: int) -> bool:
    """Whether more photos than that wait for their check."""
    return Photo.select(Photo.digest).where(Photo.state == "received").offset(number).limit(1).exists()


def seal_of(photo: Photo) -> str:
    """What the trail keeps of a check: the digest of all that it found."""
    return digest_of([photo.media_type, photo.width, photo.height, photo.dhash, photo.exif])


def rendition_key(digest: str, size: int) -> str:
    return f"renditions/{digest[:2]}/{digest[2:4]}/{digest}-{size}.jpg"


def preview_key(digest: str, account: int) -> str:
    return f"previews/{digest[:2]}/{digest[2:4]}/{digest}-{account}.jpg"


def is_preview(key: str) -> bool:
    """Whether a file is one that was sent ahead of an original."""
    return key.startswith("previews/")
