"""What is shown of a photo: a small rendition, the untouched original, or the original without its metadata."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from typing import BinaryIO

from audit.base.storage import Folder
from audit.evidence import pictures
from audit.evidence.containers import without_metadata
from audit.evidence.models import Photo
from audit.evidence.queries import rendition_key


@dataclass(frozen=True)
class Shown:
    """A picture on its way out; `file` is open and read from its start."""

    file: BinaryIO
    media_type: str
    name: str


def rendition(photo: Photo, size: int, storage: Folder) -> Shown:
    """Upright, at most `size` pixels long, without metadata."""
    return Shown(storage.open(rendition_key(photo.digest, size)), "image/jpeg", f"{photo.digest[:16]}-{size}.jpg")


def original(photo: Photo, storage: Folder) -> Shown:
    """The bytes as they were sent, with whatever the phone wrote into them."""
    return Shown(storage.open(photo.key), photo.media_type, f"{photo.digest[:16]}.{_extension(photo)}")


def bare(photo: Photo, storage: Folder) -> Shown:
    """The original in full size, pixel data unchanged, without what it says of time, place and camera (decision 0009).

    Its sha256 is therefore another one, and its name says so.
    """
    out = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    with tempfile.TemporaryFile() as whole:
        with storage.open(photo.key) as stream:
            shutil.copyfileobj(stream, whole)
        whole.flush()
        without_metadata(whole, pictures.kind_of(photo.media_type), pictures.orientation(whole), out)
    out.seek(0)
    return Shown(out, photo.media_type, f"{photo.digest[:16]}-without-metadata.{_extension(photo)}")


def _extension(photo: Photo) -> str:
    return photo.key.rpartition(".")[2]
