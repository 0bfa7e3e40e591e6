"""The files of photos: which a row wants to be there, whose a file is, and renditions made once more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from audit.base.storage import Storage
from audit.evidence import checking, pictures
from audit.evidence.models import Photo
from audit.evidence.queries import is_preview, rendition_key
from audit.evidence.retention import OURS

PAGE = 500


@dataclass(frozen=True, slots=True)
class Original:
    """An original that is to be kept; `accepted` says whether it has renditions too."""

    digest: str
    key: str
    bytes: int
    accepted: bool

    @classmethod
    def of(cls, row: dict) -> Original:
        return cls(row["digest"], row["key"], row["bytes"], row["state"] == "accepted")


def told(rows: Iterable[dict]) -> Iterator[Original]:
    """Those that rows of the table of photos, be they of this database or of a snapshot, tell of."""
    yield from (Original.of(row) for row in rows if row["removed_at"] is None)


def originals() -> Iterator[Original]:
    """Those of the present database, by digest; reads a page at a time, so that it hinders nobody for long."""
    last = ""
    while page := list(Photo.select().where(Photo.digest > last).order_by(Photo.digest).limit(PAGE).dicts()):
        last = page[-1]["digest"]
        yield from told(page)


def how_many() -> int:
    """Originals that are to be kept at this moment."""
    return Photo.select().where(Photo.removed_at.is_null()).count()


def still_kept(digests: Collection[str]) -> set[str]:
    """Those of them whose bytes are kept at this moment."""
    kept = Photo.removed_at.is_null()
    return {each for each in digests if Photo.select().where(Photo.digest == each, kept).exists()}


def renditions_of(original: Original) -> list[str]:
    """The keys of its renditions."""
    return [rendition_key(original.digest, size) for size in pictures.SIZES] if original.accepted else []


def digest_in(key: str) -> str | None:
    """The digest of the photo that a file belongs to; None for a file that is none of ours."""
    found = OURS.fullmatch(key)
    return found[1] if found else None


def named_digest(key: str) -> str | None:
    """The sha256 that an original's key names; None for a rendition and a preview, whose keys name another's."""
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
