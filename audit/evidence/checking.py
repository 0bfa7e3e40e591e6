"""Check what was received: decode it, read its EXIF, make its renditions, find its twins; accept or reject it.

One function for both ways: before the answer, or in checker processes, which take rows in state `received` under a
lease, so that nothing is lost when one of them dies.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from audit.base import clock, copies
from audit.base.problems import PhotoUnreadable, Problem, TemporarilyUnavailable
from audit.base.storage import Storage
from audit.base.trail import write
from audit.evidence import pictures, queries
from audit.evidence.intake import Intake
from audit.evidence.models import Photo, PhotoSlot, PhotoTwin
from audit.evidence.queries import COUNTS, rendition_key

LEASE = timedelta(seconds=30)  # a check takes less than 5 s; twice by two does no harm, only the first is written
PAUSE = timedelta(seconds=10)
TRIES = 3  # a photo that broke its checker so often is not tried again
ALIKE = 6  # bits of 64: no two of 3,218 unrelated pairs were so near
FEATURES = range(8, 57)  # set bits of a hash that says something: a wall and a night are everybody's twins
MOST_TWINS = 20


def check_next(intake: Intake, *, now: datetime) -> bool:
    """Take one photo that waits, the oldest first, and check it; False when none waits."""
    # a look first: who only asks takes no lock
    photo = claim(now=now) if queries.waiting_are_more_than(0) else None
    if photo is None:
        return False
    try:
        picture = _examined(photo, intake.storage)
        keep_renditions(photo.digest, picture, intake.storage)
    except Problem as problem:
        if problem.retry == "later":  # the storage or this machine, not the photo
            _put_back(photo, now=clock.now())
            raise
        if not copies.holds(photo.key, photo.digest, intake.storage):  # the disk's fault: `audit verify` names it
            _put_back(photo, now=clock.now())
            raise TemporarilyUnavailable(f"{photo.key} is not what was received") from problem
        _reject(photo, problem, now=clock.now())
        return True
    except OSError:  # a full or broken disk: three of these must not reject what was acknowledged
        _put_back(photo, now=clock.now())
        raise
    _accept(photo, picture, intake, now=clock.now())
    return True


def claim(*, now: datetime) -> Photo | None:
    """The oldest photo that waits and is in nobody's hand, leased; None when there is none."""
    with write() as trail:
        trail.nothing()
        free = Photo.leased_until.is_null() | (Photo.leased_until < now)
        # those that nobody has tried come first: a few that cannot be read hold up nobody else
        tried = Photo.leased_until.is_null(False)
        photo = Photo.select().where(Photo.state == "received", free).order_by(tried, Photo.received_at).first()
        if photo is None:
            return None
        photo.leased_until, photo.tries = now + LEASE, photo.tries + 1
        photo.save(only=[Photo.leased_until, Photo.tries])
    return photo


def _put_back(photo: Photo, *, now: datetime) -> None:
    """Let go of a photo that could not be checked through no fault of its own; soon somebody may try again."""
    with write() as trail:
        trail.nothing()
        changed = Photo.update(leased_until=now + PAUSE, tries=Photo.tries - 1)
        changed.where(Photo.digest == photo.digest, Photo.state == "received").execute()


def _examined(photo: Photo, storage: Storage) -> pictures.Picture:
    with storage.local(photo.key) as file:
        if photo.tries > TRIES:
            raise PhotoUnreadable(f"its check was broken off {TRIES} times")
        return pictures.examine(file)


def keep_renditions(digest: str, picture: pictures.Picture, storage: Storage) -> list[str]:
    """Store the renditions; the keys whose files were there already."""
    older = []
    for size, rendition in picture.renditions.items():
        with storage.spool() as small:
            small.write(rendition)
            older += [] if storage.put(name := rendition_key(digest, size), small) else [name]
    return older


def _accept(photo: Photo, picture: pictures.Picture, intake: Intake, *, now: datetime) -> None:
    with write() as trail:
        standing = Photo.get_or_none(Photo.digest == photo.digest)
        if standing is None or standing.state != "received":  # another was quicker, or it was forgotten
            trail.nothing()
            return
        accept(standing, picture, now=now)
        intake.accepted(photo.digest, now)
        trail.record("photo.accept", photo.digest, actor=None, at=now, detail={"seal": queries.seal_of(standing)})


def _reject(photo: Photo, problem: Problem, *, now: datetime) -> None:
    """Say why it can be no evidence; for the visits that name it, it is missing again.

    Its bytes stay: they were acknowledged, and somebody may want to see what was wrong with them.
    """
    told = {"slug": problem.slug, "detail": problem.detail}
    with write() as trail:
        changed = Photo.update(state="rejected", problem=told, checked_at=now, leased_until=None)
        if not changed.where(Photo.digest == photo.digest, Photo.state == "received").execute():
            trail.nothing()
            return
        trail.record("photo.reject", photo.digest, actor=None, at=now, detail={"problem": told})


def accept(photo: Photo, picture: pictures.Picture, *, now: datetime) -> None:
    """Write what the check found; inside the caller's transaction."""
    photo.state, photo.checked_at, photo.leased_until = "accepted", now, None
    photo.media_type, photo.width, photo.height = picture.media_type, picture.width, picture.height
    photo.dhash, photo.exif = picture.dhash, picture.exif
    photo.save()
    slots = list(slots_of(picture.dhash))
    twins = _twins(photo.digest, picture.dhash, slots)
    if slots:
        PhotoSlot.insert_many([{"photo": photo.digest, "slot": slot} for slot in slots]).execute()
    rows = [
        {"photo": one, "twin": other, "distance": distance}
        for twin, distance in twins
        for one, other in ((photo.digest, twin), (twin, photo.digest))
    ]
    if rows:
        PhotoTwin.insert_many(rows).execute()


def slots_of(dhash: str) -> Iterator[int]:
    """Where to look for hashes that are near: a changed bit touches one byte of eight, so six leave two as they are.

    None for a hash without features.
    """
    if int(dhash, 16).bit_count() in FEATURES:
        yield from (place << 8 | byte for place, byte in enumerate(bytes.fromhex(dhash)))


def apart(one: str, other: str) -> int:
    """The bits in which two hashes differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def _twins(digest: str, dhash: str, slots: list[int]) -> list[tuple[str, int]]:
    """The nearest photos that look alike, with the bits between."""
    if not slots:
        return []
    rows = (
        Photo.select(Photo.digest, Photo.dhash)
        .join(PhotoSlot)
        .where(PhotoSlot.slot.in_(slots), Photo.digest != digest, Photo.state.in_(COUNTS))
        .distinct()
        .tuples()
    )
    found = ((other, apart(dhash, theirs)) for other, theirs in rows.iterator())
    return sorted((each for each in found if each[1] <= ALIKE), key=lambda each: (each[1], each[0]))[:MOST_TWINS]
