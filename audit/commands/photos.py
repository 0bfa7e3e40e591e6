"""What `audit verify` compares of photos: bytes with digests, and what is said of them with what the trail tells."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from audit.base import copies
from audit.base.problems import TemporarilyUnavailable
from audit.base.s3 import Unusable
from audit.base.storage import Storage
from audit.commands.ledger import Ledger
from audit.commands.readable import by_chunks, told
from audit.evidence import queries as evidence
from audit.evidence import retention
from audit.evidence.models import Photo, PhotoSender
from audit.evidence.pictures import SIZES


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
    if photo.removed_at is None:
        try:
            yield from _files(photo, storage)
        except (TemporarilyUnavailable, Unusable) as error:
            raise Down(f"{photo.key}: {_why(error)}") from error
    if not _tells(photo, ledger):
        yield f"the trail does not tell that it is {photo.state}, or of another size, format, likeness or EXIF"


def _files(photo: Photo, storage: Storage) -> Iterator[str]:
    try:
        if copies.sha256_of(photo.key, storage) != photo.digest:
            yield "its bytes are not those that were received"
    except copies.Lost as lost:
        yield str(lost)
    sizes = SIZES if photo.state == "accepted" else ()
    gone = [size for size in sizes if not storage.exists(evidence.rendition_key(photo.digest, size))]
    if gone:
        yield f"renditions missing: {gone}"


def _tells(photo: Photo, ledger: Ledger) -> bool:
    """Whether the trail has the lines that brought the photo into its state."""

    def says(verb: str, detail: dict, **columns) -> bool:
        return ledger.seals(f"photo.{verb}", photo.digest, detail, **columns)

    if photo.removed_at and not says("remove", {}, at=photo.removed_at):
        return False
    if photo.state == "removed":
        return photo.removed_at is not None
    if photo.state == "rejected":
        return says("reject", {"problem": photo.problem}, at=photo.checked_at)
    kept = says("keep", {"bytes": photo.bytes})
    if photo.state == "accepted":
        seal = {"seal": evidence.seal_of(photo)}
        return kept and (says("keep", seal) or says("accept", seal))
    # one that was let go of and came again starts anew
    decided = ledger.latest(photo.digest, "photo.accept", "photo.reject")
    return kept and photo.state == "received" and decided <= ledger.latest(photo.digest, "photo.remove", "photo.forget")


def senders(ledger: Ledger) -> Iterator[str | None]:
    """Every photo as often as it was sent, against its lines in the trail."""

    def check(keys: list[int]) -> Iterator[str | None]:
        for each in PhotoSender.select().where(PhotoSender.id.in_(keys)):
            sealed = ledger.seals("photo.keep", each.photo_id, {}, actor_id=each.account_id, at=each.received_at)
            yield None if sealed else f"{each.photo_id}: the trail does not tell that account {each.account_id} sent it"

    return by_chunks(PhotoSender, check, "sender row")


def orphans(storage: Storage, before: datetime) -> str | None:
    """In a line, what rests since before then and no photo needs; None without any.

    No fault: a crash between a file and its row leaves one.
    """
    try:
        sizes = [each.bytes for each in retention.orphans(storage, before)]
    except (TemporarilyUnavailable, OSError) as error:
        return f"not looked for: {_why(error)}"
    size = f"{len(sizes)} files, {sum(sizes) / 1e6:.1f} MB"
    return f"{size} that no photo needs; audit retention --apply lets go of them" if sizes else None


def _why(error: TemporarilyUnavailable | OSError) -> str:
    return getattr(error, "detail", "") or error.strerror
