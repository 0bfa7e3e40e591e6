"""What `audit verify` compares of likenesses: the slots that find look-alikes, and the pairs that were found."""

from __future__ import annotations

from collections.abc import Iterator

from audit.commands.readable import by_chunks, told
from audit.evidence import queries as evidence
from audit.evidence.checking import ALIKE, apart, slots_of
from audit.evidence.models import Photo, PhotoTwin


def slots() -> Iterator[str | None]:
    """Every photo: it lies in the slots of its hash when it counts, and in none otherwise."""

    def check(keys: list[str]) -> Iterator[str | None]:
        standing = evidence.slots(keys)
        photos = Photo.select(Photo.digest, Photo.state, Photo.dhash).where(Photo.digest.in_(keys))
        for digest, state, dhash in photos.tuples():
            wanted = set(slots_of(dhash)) if state in evidence.COUNTS else set()
            yield None if standing.get(digest, set()) == wanted else f"{digest}: its slots are not those of its hash"

    return by_chunks(Photo, check, "")


def twins() -> Iterator[str | None]:
    """Every pair that looks alike: told both ways, of photos that count, as far apart as their hashes are."""

    def check(keys: list[int]) -> Iterator[str | None]:
        for one, other, *rest in evidence.pairs(keys):
            yield told(f"{one} and {other}", _pair(*rest))

    return by_chunks(PhotoTwin, check, "twin row")


def _pair(distance: int, one: str | None, other: str | None, back: int | None) -> Iterator[str]:
    if back != distance:
        yield "the other way round it is not told so"
    if one is None or other is None:
        yield "not both of them are photos that were accepted"
    elif (bits := apart(one, other)) != distance or bits > ALIKE:
        yield f"their hashes are {bits} bits apart, told are {distance}, alike are {ALIKE} at most"
