"""Pictures made for the tests: every format, mode and kind of damage, none larger than it must be."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from functools import cache

from PIL import ExifTags, Image, ImageEnhance

ORIENTATION = ExifTags.Base.Orientation
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@cache
def scene(width: int = 240, height: int = 160) -> Image.Image:
    """Four quarters of different colours: no two orientations of it look alike."""
    picture = Image.new("RGB", (width, height))
    for place, colour in enumerate(("red", "lime", "blue", "yellow")):
        corner = (place % 2 * width // 2, place // 2 * height // 2)
        picture.paste(colour, (*corner, corner[0] + width // 2, corner[1] + height // 2))
    return picture


def encoded(picture: Image.Image | None = None, kind: str = "JPEG", **options) -> bytes:
    out = io.BytesIO()
    (picture or scene()).save(out, kind, **options)
    return out.getvalue()


def moving(kind: str) -> bytes:
    return encoded(kind=kind, save_all=True, append_images=[scene().rotate(180)], duration=100)


def two_in_one() -> bytes:
    """A JPEG with a second picture behind it, as iPhones make them."""
    return encoded(kind="MPO", save_all=True, append_images=[scene().rotate(180)])


def in_mode(mode: str) -> Image.Image:
    if mode != "I;16":
        return scene().convert(mode)
    sixteen = Image.new("I;16", (240, 160))
    sixteen.paste(65535, (0, 0, 120, 160))
    return sixteen


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("photo.txt", "no photo")
    return out.getvalue()


def claiming(kind: str, width: int, height: int) -> bytes:
    """A small file whose header speaks of a large picture."""
    if kind == "PNG":
        head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
        return PNG_SIGNATURE + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
    data = bytearray(encoded())
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def with_exif(block: bytes) -> bytes:
    """A readable JPEG with any bytes for its EXIF block."""
    return encoded(exif=b"Exif\0\0" + block)


def tagged(orientation: int | None = None, position=None, **texts: str) -> bytes:
    """A JPEG with EXIF; `position` = (latitude, its ref, longitude, its ref), `texts` by tag name."""
    exif = Image.Exif()
    if orientation:
        exif[ORIENTATION] = orientation
    for name, text in texts.items():
        exif[ExifTags.Base[name]] = text
    if position:
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        gps.update({1: position[1], 2: position[0], 3: position[3], 4: position[2]})
    return encoded(exif=exif)


def ifd(*entries: tuple[int, int, int, int], following: int = 0, count: int | None = None) -> bytes:
    """A little-endian TIFF block of one directory: (tag, type, count, value) each."""
    packed = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return (
        b"II*\0\x08\0\0\0"
        + struct.pack("<H", len(entries) if count is None else count)
        + packed
        + struct.pack("<I", following)
    )


def brighter(data: bytes) -> bytes:
    return encoded(ImageEnhance.Brightness(Image.open(io.BytesIO(data))).enhance(1.15), quality=80)


def recompressed(data: bytes) -> bytes:
    return encoded(Image.open(io.BytesIO(data)), quality=35)


def resized(data: bytes) -> bytes:
    picture = Image.open(io.BytesIO(data))
    return encoded(picture.resize((picture.width * 3 // 5, picture.height * 3 // 5)), quality=80)
