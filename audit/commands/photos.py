"""What `audit verify` compares of photos: bytes with digests, and what is said of them with what the trail tells."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import BinaryIO

from audit.base.problems import TemporarilyUnavailable
from audit.base.s3 import Unusable
from audit.base.storage import Storage
from audit.commands.ledger import Ledger
from audit.commands.readable import by_chunks, told
from audit.evidence import queries as evidence
from audit.evidence.models import Photo, PhotoSender
from audit.evidence.pictures import SIZES

PIECE = 1024 * 1024


class Down(Exception):
    """The store of photos stopped serving: the other photos would all be called unreadable, slowly."""


def rows(ledger: Ledger, storage: Storage) -> Iterator[str | None]:
    """Every photo: its bytes hashed again, its state and what its check found held against the trail."""

    def check(keys: list[str]) -> Iterator[str | None]:
        for each in Photo.select().where(Photo.digest.in_(keys)):
            yield told(each.key, _photo(each, ledger, storage))

    try:
        yield from by_chunks(Photo, check, "")
    except Down as down:
        yield f"{down}; photos after it are not checked"


def _photo(photo: Photo, ledger: Ledger, storage: Storage) -> Iterator[str]:
    if not PhotoSender.select().where(PhotoSender.photo == photo.digest).exists():
        yield "nobody sent it"
    if photo.state in evidence.KEPT:
        yield from _files(photo, storage)
    if not _tells(photo, ledger):
        yield f"the trail does not tell that it is {photo.state}, or of another size, format, likeness or EXIF"


def _files(photo: Photo, storage: Storage) -> Iterator[str]:
    try:
        yield from _bytes(photo, storage)
        sizes = SIZES if photo.state == "accepted" else ()
        gone = [size for size in sizes if not storage.exists(evidence.rendition_key(photo.digest, size))]
        if gone:
            yield f"renditions missing: {gone}"
    except (TemporarilyUnavailable, Unusable) as error:
        raise Down(f"{photo.key}: {getattr(error, 'detail', '') or error.strerror}") from error


def _tells(photo: Photo, ledger: Ledger) -> bool:
    """Whether the trail has the line that brought the photo into its state."""
    if photo.state == "accepted":
        seal = {"seal": evidence.seal_of(photo)}
        if not ledger.seals("photo.keep", photo.digest, {"bytes": photo.bytes}):
            return False
        return any(ledger.seals(verb, photo.digest, seal) for verb in ("photo.keep", "photo.accept"))
    if photo.state == "rejected":
        return ledger.seals("photo.reject", photo.digest, {"problem": photo.problem["slug"]}, at=photo.checked_at)
    if photo.state == "removed":
        return ledger.seals("photo.remove", photo.digest, {}, at=photo.removed_at)
    decided = any(ledger.seals(f"photo.{verb}", photo.digest, {}) for verb in ("accept", "reject"))
    return (
        photo.state == "received" and not decided and ledger.seals("photo.keep", photo.digest, {"bytes": photo.bytes})
    )


def _bytes(photo: Photo, storage: Storage) -> Iterator[str]:
    try:
        with storage.open(photo.key) as file:
            if _sha256(file) != photo.digest:
                yield "its bytes are not those that were received"
    except FileNotFoundError:
        yield "the file is missing"
    except Unusable:
        raise
    except OSError as error:
        yield f"the file cannot be read ({error.strerror})"


def _sha256(file: BinaryIO) -> str:
    found = hashlib.sha256()
    while piece := file.read(PIECE):
        found.update(piece)
    return found.hexdigest()


def senders(ledger: Ledger) -> Iterator[str | None]:
    """Every photo as often as it was sent, against its lines in the trail."""

    def check(keys: list[int]) -> Iterator[str | None]:
        for each in PhotoSender.select().where(PhotoSender.id.in_(keys)):
            sealed = ledger.seals("photo.keep", each.photo_id, {}, actor_id=each.account_id, at=each.received_at)
            yield None if sealed else f"{each.photo_id}: the trail does not tell that account {each.account_id} sent it"

    return by_chunks(PhotoSender, check, "sender row")
