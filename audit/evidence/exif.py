"""What a picture says of its camera, time and place: read what can be read, tell what is odd, never fail."""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable, Mapping
from datetime import datetime

from PIL import ExifTags, Image


def read_exif(image: Image.Image) -> dict:
    """make, model, software, taken_at and offset as written, lat/lon in degrees: those that are there and sensible.

    `odd`, where anything is, lists why a reviewer should look: unreadable, time-unreadable, gps-unreadable,
    gps-without-reference, gps-out-of-range, gps-zero.
    """
    odd: list[str] = []
    exif = _read(image.getexif, odd) or {}
    camera = _read(lambda: exif.get_ifd(ExifTags.IFD.Exif), odd) or {} if exif else {}
    gps = _read(lambda: exif.get_ifd(ExifTags.IFD.GPSInfo), odd) or {} if exif else {}
    block = image.info.get("exif")
    if block and _is_lost(block, {ExifTags.IFD.Exif: camera, ExifTags.IFD.GPSInfo: gps}) and "unreadable" not in odd:
        odd.append("unreadable")
    found = {
        "make": _text(exif.get(ExifTags.Base.Make)),
        "model": _text(exif.get(ExifTags.Base.Model)),
        "software": _text(exif.get(ExifTags.Base.Software)),
        "taken_at": _text(camera.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)),
        "offset": _text(camera.get(ExifTags.Base.OffsetTimeOriginal)),
        **_position(gps, odd),
    }
    if found["taken_at"] and not _is_time(found["taken_at"]):
        odd.append("time-unreadable")
    return {key: value for key, value in {**found, "odd": odd}.items() if value not in (None, "", [])}


def _read(read: Callable, odd: list[str]):
    try:
        return read()
    except Exception:  # Pillow's reader raises whatever a broken block makes it stumble over
        if "unreadable" not in odd:
            odd.append("unreadable")
        return None


def _is_lost(block: bytes, read: Mapping[int, Mapping]) -> bool:
    """Whether directories pass the end of their block, come twice, or hold entries of which none could be read.

    Pillow says nothing of those.
    """
    block = block.removeprefix(b"Exif\0\0")
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(block[:4], "")
    try:
        (first,) = struct.unpack_from(f"{order}I", block, 4)
        pointers = {tag: at for tag, at in _entries(block, first, order) if tag in read}
        unread = [tag for tag, at in pointers.items() if _entries(block, at, order) and not read[tag]]
    except struct.error:
        return True
    return not order or bool(unread) or len({first, *pointers.values()}) <= len(pointers)


def _entries(block: bytes, at: int, order: str) -> list[tuple[int, int]]:
    (count,) = struct.unpack_from(f"{order}H", block, at)
    found = struct.unpack_from(f"{order}{count * 'HHII'}", block, at + 2)
    return list(zip(found[0::4], found[3::4], strict=True))


def _text(value) -> str | None:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        return None
    return re.sub(r"[^\x20-\x7e\u00a0-\u024f\u2e80-\ud7ff\uff00-\uffef]", "", value).strip()[:100]


def _is_time(text: str) -> bool:
    try:
        datetime.strptime(text, "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return False
    return True


def _position(gps, odd: list[str]) -> dict[str, float]:
    """lat and lon, both or none; what is wrong with them goes to `odd`, once each."""
    if gps.get(2) is None and gps.get(4) is None:
        return {}
    found = {
        "lat": _degrees(gps.get(2), gps.get(1), "NS", 90),
        "lon": _degrees(gps.get(4), gps.get(3), "EW", 180),
    }
    wrong = [each for each in found.values() if isinstance(each, str)]
    if not wrong and not any(found.values()):
        wrong = ["gps-zero"]  # no place on land: what a phone writes that does not know
    odd += dict.fromkeys(wrong)
    return {} if wrong else found


def _degrees(parts, ref, refs: str, limit: int) -> float | str:
    """Degrees, or what is odd about them."""
    try:
        degrees, minutes, seconds = (float(each) for each in parts)
    except (TypeError, ValueError, ArithmeticError):
        return "gps-unreadable"
    value = degrees + minutes / 60 + seconds / 3600
    if math.isnan(value):
        return "gps-unreadable"
    if not (0 <= minutes < 60 and 0 <= seconds < 60 and 0 <= value <= limit):
        return "gps-out-of-range"
    if ref not in tuple(refs):
        return "gps-without-reference"
    return round(-value if ref == refs[1] else value, 6)
