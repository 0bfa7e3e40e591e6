"""The files of photos and documents: which a row wants to be there, whose a file is, and renditions made once more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from audit.base import snapshots
from audit.base.storage import Storage
from audit.evidence import checking, pictures
from audit.evidence.models import Photo
from audit.evidence.queries import is_preview, rendition_key
from audit.evidence.retention import DOCUMENTS, OURS
from audit.rounds.models import Document

PAGE = 500


@dataclass(frozen=True, slots=True)
class Original:
    """A photo's original or a document that is to be kept; `accepted` says whether it has renditions too."""

    digest: str
    key: str
    bytes: int
    accepted: bool


def told(photos: Iterable[dict], documents: Iterable[dict]) -> Iterator[Original]:
    """Those that rows of the tables of photos and documents, be they of this database or of a snapshot, tell of."""
    for row in photos:
        if row["removed_at"] is None:
            yield Original(row["digest"], row["key"], row["bytes"], row["state"] == "accepted")
    yield from (Original(row["digest"], row["key"], row["bytes"], False) for row in documents)


def originals() -> Iterator[Original]:
    """Those of the present database; reads a page at a time, so that it hinders nobody for long."""
    return told(_paged(Photo), _paged(Document))


def of_snapshot(path: Path) -> Iterator[Original]:
    """Those of a snapshot, whose rows are in this file."""
    return told(snapshots.rows_of(path, "photo"), snapshots.rows_of(path, "document"))


def _paged(model) -> Iterator[dict]:
    last = ""
    while page := list(model.select().where(model.digest > last).order_by(model.digest).limit(PAGE).dicts()):
        last = page[-1]["digest"]
        yield from page


def how_many() -> int:
    """Originals and documents that are to be kept at this moment."""
    return Photo.select().where(Photo.removed_at.is_null()).count() + Document.select().count()


def still_kept(digests: Collection[str]) -> set[str]:
    """Those of them whose bytes are kept at this moment."""
    return {each for each in digests if _is_kept(each)}


def _is_kept(digest: str) -> bool:
    photo = Photo.select().where(Photo.digest == digest, Photo.removed_at.is_null())
    return photo.exists() or Document.select().where(Document.digest == digest).exists()


def renditions_of(original: Original) -> list[str]:
    """The keys of its renditions."""
    return [rendition_key(original.digest, size) for size in pictures.SIZES] if original.accepted else []


def digest_in(key: str) -> str | None:
    """The digest of the photo or document that a file belongs to; None for a file that is none of ours."""
    found = OURS.fullmatch(key) or DOCUMENTS.fullmatch(key)
    return found[1] if found else None


def named_digest(key: str) -> str | None:
    """The sha256 that the key of an original or a document names; None for a rendition and a preview, whose keys name
    another's."""
    return None if key.startswith("renditions/") or is_preview(key) else digest_in(key)


def make_renditions(original: Original, storage: Storage) -> bool:
    """Make those that are missing from the original; False when none was. Raises the problem that says why it cannot.

    FileNotFoundError without the original; 0.1 s for a JPEG of 12 Mpx.
    """
    if all(storage.exists(key) for key in renditions_of(original)):
        return False
    with storage.local(original.key) as file:
        picture = pictures.examine(file)
    checking.keep_renditions(original.digest, picture, storage)
    return True
