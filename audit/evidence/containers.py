"""The parts of a picture file, walked without decoding it; and a copy of it without its metadata."""

from __future__ import annotations

import mmap
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

# what ends a stretch of a JPEG's compressed data; with \xff+ a long run of them would be walked again and again
MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])", re.DOTALL)
SOI, EOI, SOS, APP1, APP2 = 0xD8, 0xD9, 0xDA, 0xE1, 0xE2
# what tells decoders how to read the pixels; everything else may say where and by whom they were taken
JPEG_KEPT = {0xE0, 0xEE, *range(0xC0, 0xE0)}
PNG_KEPT = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"pHYs"}
WEBP_DROPPED = {b"EXIF", b"XMP "}
WEBP_EXIF, WEBP_XMP = 0x08, 0x04
MOST_PARTS = 2**16  # a photo of 25 MiB has some thousands; a file of nothing but markers would take half a minute


class Torn(ValueError):
    """The file ends before its format says it does."""


@dataclass(frozen=True, slots=True)
class Part:
    """A marker segment (name: its marker, None for compressed data), a chunk or a box (its four letters).

    `start` to `end` with its head; what it holds begins `head` bytes after its start.
    """

    name: int | bytes | None
    start: int
    end: int
    head: int = 8


def parts(data, kind: str) -> Iterator[Part]:
    """The parts of a picture in order, up to the end that its format marks. Raises Torn before it.

    A HEIF has no end of its own: its boxes must fill the file.
    """
    for count, part in enumerate({"JPEG": _jpeg, "PNG": _png, "WEBP": _webp, "HEIF": boxes}[kind](data)):
        if count == MOST_PARTS:
            raise Torn("more parts than a photo has")
        yield part


def _jpeg(data) -> Iterator[Part]:
    at = 0
    while True:
        found = MARKER.search(data, at)
        if found is None:
            raise Torn("no end marker")
        marker, at = found[1][0], found.end()
        if marker in (SOI, EOI, 0x01):
            yield Part(marker, at - 2, at)
            if marker == EOI:
                return
            continue
        end = at + (int.from_bytes(data[at : at + 2], "big") if len(data) >= at + 2 else 2**16)
        if end > len(data) or end < at + 2:
            raise Torn("a segment passes the end")
        yield Part(marker, at - 2, end)
        at = end
        if marker == SOS:
            found = MARKER.search(data, at)
            at = found.start() if found else len(data)
            yield Part(None, end, at)


def _png(data) -> Iterator[Part]:
    at, name = 8, b""
    while name != b"IEND":
        if at + 12 > len(data):
            raise Torn("no IEND")
        name = bytes(data[at + 4 : at + 8])
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        if end > len(data):
            raise Torn("a chunk passes the end")
        yield Part(name, at, end)
        at = end


def _webp(data) -> Iterator[Part]:
    stop = 8 + int.from_bytes(data[4:8], "little")
    if stop > len(data):
        raise Torn("shorter than its head says")
    at = 12
    while at + 8 <= stop:
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        end = at + 8 + size + size % 2
        if at + 8 + size > stop:
            raise Torn("a chunk passes the end")
        yield Part(bytes(data[at : at + 4]), at, min(end, stop))
        at = end


def boxes(data, at: int = 0, stop: int | None = None) -> Iterator[Part]:
    """The boxes of a HEIF between two places, each inside them. Raises Torn."""
    stop = len(data) if stop is None else stop
    while at < stop:
        if at + 8 > stop:
            raise Torn("a box without a head")
        size, head = int.from_bytes(data[at : at + 4], "big"), 8
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        end = at + size if size else stop
        if end > stop or end < at + head:
            raise Torn("a box passes the end")
        yield Part(bytes(data[at + 4 : at + 8]), at, end, head)
        at = end


def without_metadata(file: BinaryIO, kind: str, orientation: int, out: BinaryIO) -> None:
    """Write the same picture, pixel data byte for byte, without EXIF, XMP, comments, or anything behind its end.

    `orientation` (1 to 8) is all that is said of how it was taken, where it is not 1.
    """
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        {"JPEG": _bare_jpeg, "PNG": _bare_png, "WEBP": _bare_webp}[kind](data, orientation, out)


def _turned(orientation: int) -> bytes:
    """The smallest EXIF block that says so."""
    return b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)


def _bare_jpeg(data, orientation: int, out: BinaryIO) -> None:
    try:
        for part in _jpeg(data):
            colours = part.name == APP2 and data[part.start + 4 : part.start + 16] == b"ICC_PROFILE\0"
            if part.name is None or part.name in JPEG_KEPT or colours:
                out.write(data[part.start : part.end])
            if part.name == SOI and orientation != 1:
                block = b"Exif\0\0" + _turned(orientation)
                out.write(struct.pack(">BBH", 0xFF, APP1, len(block) + 2) + block)
    except Torn:  # decoders forgive a missing end marker: what can be shown is shown
        out.write(b"\xff\xd9")


def _bare_png(data, orientation: int, out: BinaryIO) -> None:
    out.write(data[:8])
    for part in _png(data):
        if part.name == b"IDAT" and orientation != 1:
            out.write(_png_chunk(b"eXIf", _turned(orientation)))
            orientation = 1
        if part.name in PNG_KEPT:
            out.write(data[part.start : part.end])


def _png_chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def _bare_webp(data, orientation: int, out: BinaryIO) -> None:
    kept = [part for part in _webp(data) if part.name not in WEBP_DROPPED]
    extended = kept[0].name == b"VP8X"
    # a simple file has no place for EXIF: and needs none, for no decoder turns it
    block = _turned(orientation) if extended and orientation != 1 else b""
    exif = struct.pack("<4sI", b"EXIF", len(block)) + block if block else b""
    size = 4 + sum(part.end - part.start for part in kept) + len(exif)
    out.write(struct.pack("<4sI4s", b"RIFF", size, b"WEBP"))
    for part in kept:
        piece = data[part.start : part.end]
        if part.name == b"VP8X":
            flags = piece[8] & ~(WEBP_EXIF | WEBP_XMP) | (WEBP_EXIF if exif else 0)
            piece = piece[:8] + bytes([flags]) + piece[9:]
        out.write(piece)
    out.write(exif)
