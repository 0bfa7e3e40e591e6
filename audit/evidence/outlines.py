"""What a picture's container says of it: how large, how many frames. Nothing is decoded."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from audit.evidence.containers import SOS, Part, Torn, boxes, parts

FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # the markers that say how large a JPEG is
MOST_SCANS = 200  # cameras write 10 at most; each one costs a walk over every pixel
SEQUENCES = {b"hevc", b"hevx", b"hevm", b"hevs", b"msf1"}


@dataclass(frozen=True, slots=True)
class Outline:
    """`frames` are counted up to the second; `pixels` are those of the largest picture inside, where there are more."""

    width: int
    height: int
    frames: int = 1
    pixels: int = 0


def outline(data, kind: str) -> Outline:
    """Walk the whole container: 1.7 ms for a JPEG of 3 MB. Raises Torn where it ends before its format says so."""
    try:
        found = {"JPEG": _jpeg, "PNG": _png, "WEBP": _webp, "HEIF": _heif}[kind](data)
    except (struct.error, IndexError) as error:
        raise Torn(f"a part is too short: {error}") from error
    if not found.width or not found.height:
        raise Torn("it does not say how large it is")
    return found


def _jpeg(data) -> Outline:
    width = height = scans = 0
    for part in parts(data, "JPEG"):
        scans += part.name == SOS
        if part.name in FRAMES and not scans:
            height, width = struct.unpack_from(">HH", data, part.start + 5)
    if not 0 < scans <= MOST_SCANS:
        raise Torn("no picture in it" if not scans else f"more than {MOST_SCANS} scans")
    return Outline(width, height)


def _png(data) -> Outline:
    width = height = 0
    frames, named = 1, set()
    for part in parts(data, "PNG"):
        named.add(part.name)
        if part.name == b"IHDR":
            width, height = struct.unpack_from(">II", data, part.start + 8)
        elif part.name == b"acTL":
            (frames,) = struct.unpack_from(">I", data, part.start + 8)
    if b"IDAT" not in named:
        raise Torn("no picture in it")
    return Outline(width, height, 2 if frames > 1 else 1)


def _webp(data) -> Outline:
    sizes: dict[bytes, tuple[int, int]] = {}
    frames = 0
    for part in parts(data, "WEBP"):
        if part.name in WEBP_SIZES:
            sizes.setdefault(part.name, WEBP_SIZES[part.name](data[part.start + 8 : part.end][:10]))
        frames += part.name == b"ANMF"
    if not sizes:
        raise Torn("no picture in it")
    # an extended file says it first, and its picture once more
    return Outline(*sizes.get(b"VP8X", next(iter(sizes.values()))), 2 if frames > 1 else 1)


def _extended_size(head: bytes) -> tuple[int, int]:
    return int.from_bytes(head[4:7], "little") + 1, int.from_bytes(head[7:10], "little") + 1


def _lossy_size(head: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from("<HH", head, 6)
    return width & 0x3FFF, height & 0x3FFF


def _lossless_size(head: bytes) -> tuple[int, int]:
    (bits,) = struct.unpack_from("<I", head, 1)
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


WEBP_SIZES = {b"VP8X": _extended_size, b"VP8 ": _lossy_size, b"VP8L": _lossless_size}


# --- HEIF: boxes in boxes; the properties of a picture lie in a list that its item points into -----------------


def _heif(data) -> Outline:
    top = {part.name: part for part in parts(data, "HEIF")}
    if b"meta" not in top:
        raise Torn("no picture in it")
    meta = {part.name: part for part in _inside(data, top[b"meta"], skip=4)}
    properties = list(_properties(data, meta))
    sizes = [_size(data, each) for each in properties if each.name == b"ispe"]
    if not sizes:
        raise Torn("it does not say how large it is")
    own = [properties[at - 1] for at in _of_the_first(data, meta) if 0 < at <= len(properties)]
    width, height = next((_size(data, each) for each in own if each.name == b"ispe"), max(sizes))
    # libheif turns the picture by a property of its own, whatever EXIF says
    if any(each.name == b"irot" and data[each.start + each.head] & 1 for each in own):
        width, height = height, width
    moving = bytes(data[8:12]) in SEQUENCES and b"moov" in top
    return Outline(width, height, 2 if moving else 1, max(wide * high for wide, high in sizes))


def _inside(data, part: Part, skip: int = 0) -> Iterator[Part]:
    return boxes(data, part.start + part.head + skip, part.end)


def _properties(data, meta: dict) -> Iterator[Part]:
    for group in _inside(data, meta[b"iprp"]) if b"iprp" in meta else ():
        if group.name == b"ipco":
            yield from _inside(data, group)


def _size(data, part: Part) -> tuple[int, int]:
    return struct.unpack_from(">II", data, part.start + part.head + 4)


def _of_the_first(data, meta: dict) -> list[int]:
    """The places in the list of properties, from 1, of the picture that is meant to be shown."""
    if b"pitm" not in meta or b"iprp" not in meta:
        return []
    at = meta[b"pitm"].start + meta[b"pitm"].head
    (item,) = struct.unpack_from(">I" if data[at] else ">H", data, at + 4)
    for group in _inside(data, meta[b"iprp"]):
        if group.name == b"ipma":
            for other, places in _associations(data, group):
                if other == item:
                    return places
    return []


def _associations(data, part: Part) -> Iterator[tuple[int, list[int]]]:
    at = part.start + part.head
    wide_items, wide_places = data[at] > 0, data[at + 3] & 1
    (count,) = struct.unpack_from(">I", data, at + 4)
    at += 8
    for _ in range(count):
        (item,) = struct.unpack_from(">I" if wide_items else ">H", data, at)
        at += 4 if wide_items else 2
        size, form, mask = (2, "H", 0x7FFF) if wide_places else (1, "B", 0x7F)
        places = struct.unpack_from(f">{data[at]}{form}", data, at + 1)
        at += 1 + size * data[at]
        if at > part.end:
            raise Torn("a list passes the end of its box")
        yield item, [each & mask for each in places]
