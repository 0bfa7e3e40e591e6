"""What a picture is, by its content: format, size, wholeness, EXIF, twins' hash, renditions."""

from __future__ import annotations

import contextlib
import io
import mmap
import re
import struct
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from audit.base.problems import PhotoAnimated, PhotoEmpty, PhotoTooManyPixels, PhotoUnreadable, UnsupportedPhotoFormat
from audit.evidence.containers import Torn, outline

MEGA = 1024 * 1024
MOST_PIXELS = {"JPEG": 64 * MEGA, "PNG": 16 * MEGA, "WEBP": 16 * MEGA}  # by what a full decode was measured to cost
KINDS = {"JPEG": ("image/jpeg", "jpg"), "PNG": ("image/png", "png"), "WEBP": ("image/webp", "webp")}
SIZES = (320, 1600)
Image.MAX_IMAGE_PIXELS = None  # our own limits are lower, and known before anything is decoded
ONE_AT_A_TIME = threading.Lock()  # a decode costs 30 to 400 MB; a process does one


@dataclass(frozen=True, slots=True)
class Glance:
    """What a picture's container tells without decoding it; width and height as stored, before EXIF turns them."""

    kind: str
    media_type: str
    extension: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A readable picture. `renditions` maps a size to JPEG bytes: longest side at most that, upright, no metadata."""

    media_type: str
    extension: str
    width: int
    height: int
    dhash: str
    exif: dict
    renditions: Mapping[int, bytes]


def glance(file: BinaryIO) -> Glance:
    """What can be refused at once is: foreign, cut, too large or moving. Nothing is decoded, little memory is used.

    1.7 ms for a JPEG of 3 MB. What passes may still be damaged inside: only `examine` tells.
    """
    file.seek(0)
    kind = sniff(file.read(64))
    with _mapped(file) as data:
        try:
            found = outline(data, kind)
        except (Torn, struct.error) as error:
            raise PhotoUnreadable(str(error)) from error
    _refuse_pixels(kind, found.width, found.height)
    if found.frames > 1:
        raise PhotoAnimated()
    return Glance(kind, *KINDS[kind], found.width, found.height)


@contextlib.contextmanager
def _mapped(file: BinaryIO) -> Iterator[bytes | mmap.mmap]:
    """A file's bytes without reading them into memory, where it is one that the system knows."""
    file.flush()  # a map shows what has reached the file, not what still waits in a buffer
    try:
        number = file.fileno()
    except OSError:  # bytes in memory
        file.seek(0)
        yield file.read()
        return
    with mmap.mmap(number, 0, access=mmap.ACCESS_READ) as data:
        yield data


def _refuse_pixels(kind: str, width: int, height: int) -> None:
    if width * height > MOST_PIXELS[kind]:
        raise PhotoTooManyPixels(f"{width} × {height}; at most {MOST_PIXELS[kind] // MEGA} Mpx for {kind}")


def examine(file: BinaryIO) -> Picture:
    """Decode a picture for good. Raises the problem that says why it cannot be taken as evidence."""
    kind = glance(file).kind
    file.seek(0)
    with ONE_AT_A_TIME:
        try:
            return _examine(file, kind)
        except UnidentifiedImageError as error:
            raise PhotoUnreadable() from error
        # Pillow's decoders answer damage with any of these
        except (OSError, SyntaxError, ValueError, TypeError, IndexError, OverflowError, MemoryError, EOFError) as error:
            raise PhotoUnreadable(str(error)[:100]) from error


def kind_of(media_type: str) -> str:
    """The format that a media type of ours stands for."""
    return next(kind for kind, (name, _) in KINDS.items() if name == media_type)


def orientation(file: BinaryIO) -> int:
    """How the picture is to be turned (1 to 8), as its EXIF says; 1 when that says nothing sensible."""
    file.seek(0)
    try:
        with Image.open(file, formats=tuple(KINDS)) as image:
            told = image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # an odd EXIF block is none
        return 1
    return told if told in range(1, 9) else 1


def sniff(head: bytes) -> str:
    """The format by its first bytes; never by name or declared type."""
    if not head:
        raise PhotoEmpty()
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    raise UnsupportedPhotoFormat()


def _examine(file: BinaryIO, kind: str) -> Picture:
    with Image.open(file, formats=(kind,)) as image:
        width, height = image.size
        _refuse_pixels(kind, width, height)  # again: its reader and ours must not disagree about this
        # an iPhone's JPEG may hold a second picture (MPO); moving pictures are no photos
        if kind != "JPEG" and getattr(image, "is_animated", False):
            raise PhotoAnimated()
        if kind == "JPEG":
            image.draft("RGB", (max(SIZES), max(SIZES)))  # decodes at 1/2, 1/4 or 1/8: less time, same proof
        image.load()  # before EXIF: reading a PNG's EXIF loads it too, and would swallow what is wrong with it
        exif = read_exif(image)
        upright = _upright(image)
    renditions = {}
    for size in sorted(SIZES, reverse=True):
        upright.thumbnail((size, size), Image.Resampling.LANCZOS, reducing_gap=2.0)
        renditions[size] = _jpeg(upright)
    media_type, extension = KINDS[kind]
    return Picture(media_type, extension, width, height, dhash(upright), exif, renditions)


def _upright(image: Image.Image) -> Image.Image:
    try:
        image = ImageOps.exif_transpose(image)
    except Exception:  # an odd EXIF block never refuses a readable photo
        image = image.copy()
    if image.mode in ("RGBA", "LA", "P", "PA"):
        image = image.convert("RGBA")
        ground = Image.new("RGB", image.size, "white")
        ground.paste(image, mask=image.getchannel("A"))
        return ground
    if image.mode.startswith("I"):
        image = image.point(lambda value: value / 256).convert("L") if image.mode != "I;16" else _eight_bits(image)
    return image.convert("RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    return image.convert("I").point(lambda value: value / 256).convert("L")


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.info.clear()  # nothing of the original's metadata travels on
    image.save(out, "JPEG", quality=82, optimize=False)
    return out.getvalue()


def dhash(image: Image.Image) -> str:
    """64 bits of neighbouring brightness, in hex: the same scene recompressed or resized differs in at most 6."""
    grey = image.convert("L").resize((9, 8), Image.Resampling.LANCZOS).tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            bits = bits << 1 | (grey[row * 9 + column] > grey[row * 9 + column + 1])
    return f"{bits:016x}"


# --- EXIF: read what can be read, never fail -------------------------------------------------------------------


def read_exif(image: Image.Image) -> dict:
    """make, model, software, taken_at and offset as written, lat/lon in degrees: those that are there and sensible."""
    try:
        exif = image.getexif()
        camera = exif.get_ifd(ExifTags.IFD.Exif)
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    except Exception:  # Pillow's reader raises whatever a broken block makes it stumble over
        return {}
    found = {
        "make": _text(exif.get(ExifTags.Base.Make)),
        "model": _text(exif.get(ExifTags.Base.Model)),
        "software": _text(exif.get(ExifTags.Base.Software)),
        "taken_at": _text(camera.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)),
        "offset": _text(camera.get(ExifTags.Base.OffsetTimeOriginal)),
    }
    lat = _degrees(gps.get(2), gps.get(1), "NS", 90)
    lon = _degrees(gps.get(4), gps.get(3), "EW", 180)
    if lat is not None and lon is not None and (lat, lon) != (0, 0):
        found |= {"lat": lat, "lon": lon}
    return {key: value for key, value in found.items() if value not in (None, "")}


def _text(value) -> str | None:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        return None
    return re.sub(r"[^\x20-\x7e\u00a0-\u024f\u2e80-\ud7ff\uff00-\uffef]", "", value).strip()[:100]


def _degrees(parts, ref, refs: str, limit: int) -> float | None:
    try:
        degrees, minutes, seconds = (float(each) for each in parts)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    if ref not in tuple(refs) or minutes >= 60 or seconds >= 60 or not 0 <= value <= limit:
        return None  # also NaN, which compares with nothing
    return round(-value if ref == refs[1] else value, 6)
