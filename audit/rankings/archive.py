"""A ZIP that is never made as a whole: its length and every byte of it are known before any photo is read again.

Entries are stored, not deflated (photos do not shrink), with sizes and CRC-32 in front of them, so that the bytes from
any place on can be made without those before it: a download that was cut goes on. Zip64 where it must be.
"""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from audit.base.clock import BEIJING

PIECE = 256 * 1024
UTF8 = 0x0800  # flag: the name is UTF-8
PLAIN_FILE = 0o100644 << 16
WIDEST, MOST = 0xFFFFFFFF, 0xFFFF  # what the old fields hold; at or above: Zip64


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in the archive: below 4 GiB, and `open` gives the very bytes that `bytes` and `crc` were taken from."""

    name: str
    bytes: int
    crc: int
    when: datetime
    open: Callable[[], BinaryIO]


class Archive:
    """`length` bytes under the strong tag `tag`; `pieces(start, stop)` makes those of them that are asked for."""

    def __init__(self, entries: Sequence[Entry]):
        self.entries, self._starts, at = entries, [], 0
        for each in entries:
            self._starts.append(at)
            at += len(_local(each)) + each.bytes
        self._directory_at, self._tail = at, _tail(zip(entries, self._starts, strict=True), at)
        self.length = at + len(self._tail)
        # names, sizes, checksums and times all stand in it
        self.tag = hashlib.sha256(self._tail).hexdigest()

    def pieces(self, start: int, stop: int) -> Iterator[bytes]:
        """The bytes from `start` up to `stop`; files before it are not opened. OSError when one is not as it was."""
        first = max(0, bisect_right(self._starts, start) - 1)
        for entry, at in zip(self.entries[first:], self._starts[first:], strict=True):
            if at >= stop:
                return
            yield from _of_entry(entry, start - at, stop - at)
        if stop > self._directory_at:
            yield self._tail[max(0, start - self._directory_at) : stop - self._directory_at]


def _of_entry(entry: Entry, start: int, stop: int) -> Iterator[bytes]:
    """Those bytes of an entry, its header first, that lie between; the bounds may lie outside it."""
    header = _local(entry)
    size = len(header)
    if start < size:
        yield header[max(0, start) : stop]
    start, stop = max(0, start - size), min(entry.bytes, stop - size)
    if start >= stop:
        return
    with entry.open() as file:
        if start:
            file.seek(start)
        while start < stop:
            piece = file.read(min(PIECE, stop - start))
            # the connection breaks, and the client knows: better than bytes that were not announced
            if not piece:
                raise OSError(f"{entry.name}: shorter than it was")
            start += len(piece)
            yield piece


def measured(file: BinaryIO) -> tuple[int, int, str]:
    """(bytes, CRC-32, sha256 in hex) of a file, read once."""
    length, crc, digest = 0, 0, hashlib.sha256()
    while piece := file.read(PIECE):
        length, crc = length + len(piece), zlib.crc32(piece, crc)
        digest.update(piece)
    return length, crc, digest.hexdigest()


def _stamp(moment: datetime) -> tuple[int, int]:
    """The moment in Beijing as DOS wrote it, to two seconds."""
    local = moment.astimezone(BEIJING)
    day = (max(0, local.year - 1980) << 9) | (local.month << 5) | local.day
    return (local.hour << 11) | (local.minute << 5) | (local.second // 2), day


def _local(entry: Entry) -> bytes:
    name = entry.name.encode()
    sizes = (entry.crc, entry.bytes, entry.bytes, len(name), 0)
    return struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, UTF8, 0, *_stamp(entry.when), *sizes) + name


def _tail(entries: Iterable[tuple[Entry, int]], at: int) -> bytes:
    """The central directory, which begins at `at`, and what tells where it is."""
    out, count = io.BytesIO(), 0
    for entry, start in entries:
        out.write(_central(entry, start))
        count += 1
    size = out.tell()
    if count >= MOST or size >= WIDEST or at >= WIDEST:
        out.write(struct.pack("<4sQ2H2I4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, at))
        out.write(struct.pack("<4sIQI", b"PK\x06\x07", 0, at + size, 1))
    few, least = min(count, MOST), [min(each, WIDEST) for each in (size, at)]
    out.write(struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, few, few, *least, 0))
    return out.getvalue()


def _central(entry: Entry, start: int) -> bytes:
    name, extra, needs = entry.name.encode(), b"", 20
    if start >= WIDEST:
        extra, needs, start = struct.pack("<2HQ", 1, 8, start), 45, WIDEST
    head = struct.pack("<4s6H", b"PK\x01\x02", 3 << 8 | needs, needs, UTF8, 0, *_stamp(entry.when))
    sizes = struct.pack("<3I", entry.crc, entry.bytes, entry.bytes)
    rest = struct.pack("<5H2I", len(name), len(extra), 0, 0, 0, PLAIN_FILE, start)
    return head + sizes + rest + name + extra
