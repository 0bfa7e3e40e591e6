"""What is shown of a photo: a small rendition, the untouched original, the original without its metadata, or what
was sent ahead of it."""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from audit.base.problems import NotFound
from audit.base.storage import Storage
from audit.evidence import pictures, prints
from audit.evidence.containers import without_metadata
from audit.evidence.models import Photo, PhotoPreview
from audit.evidence.queries import rendition_key


@dataclass(frozen=True)
class Shown:
    """A picture on its way out; `file` is open and read from its start."""

    file: BinaryIO
    media_type: str
    name: str
    caching: str = "private, max-age=86400, immutable"


def rendition(photo: Photo, size: int, storage: Storage) -> Shown:
    """Upright, at most `size` pixels long, without metadata."""
    return Shown(storage.open(rendition_key(photo.digest, size)), "image/jpeg", f"{photo.digest[:16]}-{size}.jpg")


def print_copy(photo: Photo, lines: Sequence[prints.Line], face: prints.Face, storage: Storage) -> Shown:
    """The largest rendition with a band of these lines below it, drawn anew each time: the lines may have changed."""
    with storage.open(rendition_key(photo.digest, max(pictures.SIZES))) as file:
        data = prints.copy(io.BytesIO(file.read()), lines, face)
    return Shown(io.BytesIO(data), "image/jpeg", f"{photo.digest[:16]}-print.jpg", "private, no-cache")


def preview(found: PhotoPreview, storage: Storage) -> Shown:
    """What was sent ahead of an original; NotFound when its file is not there. It is not to be kept: it gives way."""
    try:
        file = storage.open(found.key)
    except FileNotFoundError:
        raise NotFound() from None
    return Shown(file, "image/jpeg", f"{found.digest[:16]}-preview.jpg", "private, no-cache")


def original(photo: Photo, storage: Storage) -> Shown:
    """The bytes as they were sent, with whatever the phone wrote into them."""
    return Shown(storage.open(photo.key), photo.media_type, f"{photo.digest[:16]}.{_extension(photo)}")


def bare(photo: Photo, storage: Storage) -> Shown:
    """The original in full size, pixel data unchanged, without what it says of time, place and camera (decision 0009).

    Its sha256 is therefore another one, and its name says so. A HEIC becomes a JPEG: its metadata lies among its
    pictures, and cannot be cut out of the file (decision 0011).
    """
    kind, extension, media_type = pictures.kind_of(photo.media_type), _extension(photo), photo.media_type
    out = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    with tempfile.TemporaryFile() as whole:
        with storage.open(photo.key) as stream:
            shutil.copyfileobj(stream, whole)
        whole.flush()
        if kind in pictures.PILLOWS:
            without_metadata(whole, kind, pictures.orientation(whole), out)
        else:
            pictures.as_jpeg(whole, out)
            media_type, extension = "image/jpeg", "jpg"
    out.seek(0)
    return Shown(out, media_type, f"{photo.digest[:16]}-without-metadata.{extension}")


def _extension(photo: Photo) -> str:
    return photo.key.rpartition(".")[2]
