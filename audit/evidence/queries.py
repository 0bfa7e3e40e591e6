"""Finding photos: by those who sent them, or for an inspection by its team."""

from __future__ import annotations

from collections.abc import Collection

from audit.base.problems import NotFound
from audit.evidence.models import Photo, PhotoSender


def sent_by(actor, digest: str) -> Photo:
    """The photo, if this account sent it; a digest alone is no key to anything."""
    found = Photo.select().join(PhotoSender).where(Photo.digest == digest, PhotoSender.account == actor.id).first()
    if found is None:
        raise NotFound()
    return found


def held(digests: Collection[str], team: Collection[int]) -> set[str]:
    """Which of these digests were sent by anybody of the team."""
    if not digests:
        return set()
    query = PhotoSender.select(PhotoSender.photo).where(
        PhotoSender.photo.in_(list(digests)), PhotoSender.account.in_(list(team))
    )
    return {each.photo_id for each in query}


def by_digests(digests: Collection[str]) -> dict[str, Photo]:
    return {each.digest: each for each in Photo.select().where(Photo.digest.in_(list(digests)))}


def rendition_key(digest: str, size: int) -> str:
    return f"renditions/{digest[:2]}/{digest[2:4]}/{digest}-{size}.jpg"
