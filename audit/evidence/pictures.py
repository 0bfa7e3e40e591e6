"""What a picture is, by its content: format, size, wholeness, EXIF, twins' hash, renditions."""

from __future__ import annotations

import contextlib
import io
import json
import mmap
import re
import shutil
import threading
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from audit.base.problems import (
    PhotoAnimated,
    PhotoEmpty,
    PhotoTooManyPixels,
    PhotoUnreadable,
    TemporarilyUnavailable,
    UnsupportedPhotoFormat,
)
from audit.evidence import bounded
from audit.evidence.containers import Torn
from audit.evidence.exif import read_exif
from audit.evidence.outlines import Outline, outline

MEGA = 1024 * 1024
# by what a full decode was measured to cost
MOST_PIXELS = {"JPEG": 64 * MEGA, "PNG": 16 * MEGA, "WEBP": 16 * MEGA, "HEIF": 50 * MEGA}
KINDS = {
    "JPEG": ("image/jpeg", "jpg"),
    "PNG": ("image/png", "png"),
    "WEBP": ("image/webp", "webp"),
    "HEIF": ("image/heic", "heic"),
}
PILLOWS = ("JPEG", "PNG", "WEBP")  # decoded in this process; a HEIF only in a bounded child (decision 0011)
HEVC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
SIZES = (320, 1600)
# decoders answer it with any of these
DAMAGE = (
    ArithmeticError,
    EOFError,
    IndexError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)
Image.MAX_IMAGE_PIXELS = None  # our own limits are lower, and known before anything is decoded
ONE_AT_A_TIME = threading.Lock()  # a decode costs 30 to 400 MB, here or in a child; a process does one
# Pillow grumbles about odd EXIF on stderr; read_exif tells it. Process-wide: catch_warnings is not thread-safe
warnings.filterwarnings("ignore", module=r"PIL\.")


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
    if kind == "HEIF" and not bounded.can_run("pi_heif"):
        raise UnsupportedPhotoFormat("this server takes no HEIC (its extra heif is not installed); send it as JPEG")
    with _mapped(file) as data:
        try:
            found = outline(data, kind)
        except Torn as error:
            raise PhotoUnreadable(str(error)) from error
    _refuse_pixels(kind, found)
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


def _refuse_pixels(kind: str, found: Outline) -> None:
    if max(found.width * found.height, found.pixels) > MOST_PIXELS[kind]:
        size = f"{found.width} × {found.height}"
        raise PhotoTooManyPixels(f"{size}; at most {MOST_PIXELS[kind] // MEGA} Mpx for {kind}")


def examine(file: BinaryIO) -> Picture:
    """Decode a picture for good. Raises the problem that says why it cannot be taken as evidence.

    A JPEG of 12 Mpx takes 0.1 s and 60 MB; a HEIC 1 s and 190 MB in a child of its own.
    """
    kind = glance(file).kind
    file.seek(0)
    with ONE_AT_A_TIME:
        return decode(file, kind) if kind in PILLOWS else _in_a_child(file)


def decode(file: BinaryIO, kind: str) -> Picture:
    """Decode in this very process; `examine` says which may be."""
    with _damage_told():
        return _decoded(file, kind)


def anew(file: BinaryIO, longest: int) -> tuple[bytes, int, int]:
    """A small picture made anew: JPEG bytes, width, height; upright and without metadata. Nothing is made smaller.

    2048 × 2048 pixels take 0.05 s and 16 MB as a JPEG, 0.3 s and 70 MB as a WebP. Raises the problem with it, and
    PhotoTooManyPixels for a side over `longest`.
    """
    seen, out = glance(file), io.BytesIO()
    if seen.kind not in PILLOWS:
        raise UnsupportedPhotoFormat("wanted here are JPEG, PNG or WebP")
    _refuse_length(seen, longest)
    file.seek(0)
    with ONE_AT_A_TIME, _damage_told():
        write_whole(file, seen.kind, out, quality=82)
    made = glance(out)
    _refuse_length(made, longest)  # again: its reader and ours must not disagree about this
    return out.getvalue(), made.width, made.height


def _refuse_length(seen: Glance, longest: int) -> None:
    if max(seen.width, seen.height) > longest:
        raise PhotoTooManyPixels(f"{seen.width} × {seen.height}; at most {longest} on its longer side")


@contextlib.contextmanager
def _damage_told() -> Iterator[None]:
    """What a decoder stumbles over, as the problem that it is."""
    try:
        yield
    except UnidentifiedImageError as error:
        raise PhotoUnreadable() from error
    except DAMAGE as error:
        # a disk or a memory that fails is no fault of the photo's; Pillow's own OSErrors have no number
        if isinstance(error, MemoryError) or getattr(error, "errno", None):
            raise TemporarilyUnavailable("it cannot be decoded at the moment") from error
        raise PhotoUnreadable(str(error)[:100]) from error


def _in_a_child(file: BinaryIO) -> Picture:
    with bounded.answer_of("audit.evidence.heic", "examine", file=file) as answer:
        try:
            return _understood(answer)
        except (ValueError, TypeError, KeyError, AttributeError) as error:  # Torn is a ValueError
            raise PhotoUnreadable("its decoder made no sense") from error


def _understood(answer: BinaryIO) -> Picture:
    """What the child tells, believed as far as it can be checked: it may have been taken over by the picture."""
    told = json.loads(answer.readline(MEGA))
    if "problem" in told:
        known = {each.slug: each for each in (PhotoTooManyPixels, PhotoUnreadable)}
        raise known[told["problem"]](str(told["detail"]))
    renditions = {size: answer.read(told["renditions"][str(size)]) for size in sorted(SIZES, reverse=True)}
    for size, data in renditions.items():
        small = outline(data, "JPEG")
        if not data.startswith(b"\xff\xd8\xff") or max(small.width, small.height) > size:
            raise ValueError("no rendition")
    if not re.fullmatch("[0-9a-f]{16}", told["dhash"], re.ASCII) or not isinstance(told["exif"], dict):
        raise ValueError("no hash")
    return Picture(*KINDS["HEIF"], int(told["width"]), int(told["height"]), told["dhash"], told["exif"], renditions)


def as_jpeg(file: BinaryIO, out: BinaryIO) -> None:
    """A HEIC in full size as a JPEG, upright and without metadata; 1 s for 12 Mpx, in a child."""
    with ONE_AT_A_TIME, bounded.answer_of("audit.evidence.heic", "bare", file=file) as answer:
        shutil.copyfileobj(answer, out)


def write_whole(file: BinaryIO, kind: str, out: BinaryIO, *, quality: int = 92) -> None:
    """The picture in full size as a JPEG, upright and without metadata."""
    with Image.open(file, formats=(kind,)) as image:
        _refuse_pixels(kind, Outline(*image.size))  # again, as in _decoded
        image.load()
        # a HEIC of several pictures would be read again by whatever is done to it
        upright = _upright(image.copy() if kind == "HEIF" else image)
    upright.info.clear()
    upright.save(out, "JPEG", quality=quality, optimize=False)


def kind_of(media_type: str) -> str:
    """The format that a media type of ours stands for."""
    return next(kind for kind, (name, _) in KINDS.items() if name == media_type)


def orientation(file: BinaryIO) -> int:
    """How the picture is to be turned (1 to 8), as its EXIF says; 1 when that says nothing sensible."""
    file.seek(0)
    try:
        with Image.open(file, formats=PILLOWS) as image:
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
    if head[4:8] == b"ftyp" and _is_heic(head):
        return "HEIF"
    raise UnsupportedPhotoFormat()


def _is_heic(head: bytes) -> bool:
    """Brands that are HEVC; mif1 and msf1 say only that it is a picture, and so does an AVIF."""
    first, size = head[8:12], int.from_bytes(head[:4], "big")
    others = {head[at : at + 4] for at in range(16, min(size, len(head)), 4)}
    return first in HEVC or (first in (b"mif1", b"msf1") and bool(others & HEVC))


def _decoded(file: BinaryIO, kind: str) -> Picture:
    with Image.open(file, formats=(kind,)) as image:
        width, height = image.size
        _refuse_pixels(kind, Outline(width, height))  # again: its reader and ours must not disagree about this
        # an iPhone's JPEG may hold a second picture (MPO), and so may a HEIC; moving pictures are no photos
        if kind in ("PNG", "WEBP") and getattr(image, "is_animated", False):
            raise PhotoAnimated()
        if kind == "JPEG":
            # decodes at 1/2, 1/4 or 1/8 where that is enough: less time, same proof
            image.draft("RGB", tuple(max(1, side * max(SIZES) // max(width, height)) for side in (width, height)))
        image.load()  # before EXIF: reading a PNG's EXIF loads it too, and would swallow what is wrong with it
        exif = read_exif(image)
        width, height = image.size if kind == "HEIF" else (width, height)  # a crop is known only now
        # a HEIC of several pictures would be read again by whatever is done to it
        upright = _upright(image.copy() if kind == "HEIF" else image)
    renditions = {}
    for size in sorted(SIZES, reverse=True):
        upright.thumbnail((size, size), Image.Resampling.BICUBIC, reducing_gap=2.0)
        renditions[size] = _jpeg(upright)
    media_type, extension = KINDS[kind]
    return Picture(media_type, extension, width, height, dhash(upright), exif, renditions)


def _upright(image: Image.Image) -> Image.Image:
    # an odd EXIF block never refuses a readable photo
    with contextlib.suppress(Exception):
        ImageOps.exif_transpose(image, in_place=True)
    if image.mode in ("RGBA", "RGBa", "LA", "La", "P", "PA"):
        image = image.convert("RGBA")
        ground = Image.new("RGB", image.size, "white")
        ground.paste(image, mask=image.getchannel("A"))
        return ground
    if image.mode.startswith("I"):
        image = image.point(lambda value: value / 256).convert("L") if image.mode != "I;16" else _eight_bits(image)
    return image if image.mode == "RGB" else image.convert("RGB")


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
