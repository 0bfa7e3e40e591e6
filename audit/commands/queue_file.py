"""The queue of a phone in a ZIP (docs/queue-file.md), read without trusting any of it."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from audit.base.body import check_strings, parsed
from audit.base.problems import Problem

KIND, VERSION, INDEX = "audit-queue", 1, "queue.json"
PHOTO = re.compile(r"photos/([0-9a-f]{64})\.[a-z0-9]{1,5}", re.ASCII)
MIB = 1024 * 1024
MOST_DIRECTORY = 16 * MIB  # the list of what is in the ZIP: some 100,000 names
MOST_INDEX = 32 * MIB  # a long visit takes 100 kB
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # zipfile inflates others without a bound
TWICE = 3  # an entry that stands more often is read so many times at most
# whatever zipfile says of bytes that are not as they should be
BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError, OverflowError)


class Unfit(Exception):
    """Why one thing of a file cannot be taken in, in Chinese and in English."""

    def __init__(self, zh: str, en: str):
        super().__init__(f"{zh} · {en}")


@dataclass(frozen=True)
class Queue:
    """What the file says it holds; `photos` and `inspections` are as they stand there, not checked."""

    account: str
    told: str
    photos: list
    inspections: list
    packed: zipfile.ZipFile
    entries: dict[str, list[zipfile.ZipInfo]]

    def entries_of(self, photo) -> tuple[str, list[zipfile.ZipInfo]]:
        """The digest of a photo and where its bytes are: more than one place when its name stands twice.

        Names are only looked up in the ZIP's own list; none is ever a path on this machine.
        """
        digest, file = (photo.get("digest"), photo.get("file")) if isinstance(photo, dict) else (None, None)
        named = PHOTO.fullmatch(file) if isinstance(file, str) else None
        if named is None or named[1] != digest:
            raise Unfit("条目有误，应为 photos/<sha256>.jpg", "the entry must name its sha256 and photos/<sha256>.jpg")
        if file not in self.entries:
            raise Unfit("ZIP 里没有这个文件", "the file is not in the ZIP")
        return digest, self.entries[file][:TWICE]

    def unnamed(self) -> int:
        """How many files of the ZIP the index does not name; they are never read."""
        named = {each.get("file") for each in self.photos if isinstance(each, dict) and _is_text(each.get("file"))}
        return sum(not name.endswith("/") for name in self.entries.keys() - named - {INDEX})

    @contextmanager
    def open(self, info: zipfile.ZipInfo) -> Iterator[Unpacking]:
        """The bytes of an entry as they are unpacked; Unfit when they are not as they should be."""
        if info.flag_bits & 1:
            raise Unfit("文件已加密", "the file is encrypted")
        if info.compress_type not in METHODS:
            raise Unfit("不支持的压缩方式", "packed in a way that is not taken: store or deflate")
        with _intact():
            stream = self.packed.open(info)
        with stream:
            yield Unpacking(stream)


class Unpacking:
    """A stream out of a ZIP, whose faults are told apart from those of the disk that it is written to."""

    def __init__(self, stream):
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        with _intact():
            return self._stream.read(size)


@contextmanager
def _intact() -> Iterator[None]:
    try:
        yield
    except BROKEN as error:
        raise Unfit("文件已损坏", f"the file is damaged: {_first_line(error)}") from error


class _Bounded(io.FileIO):
    """zipfile reads the ZIP's list of files at once, however long it claims to be."""

    def read(self, size: int = -1) -> bytes:
        if size > MOST_DIRECTORY:
            raise zipfile.BadZipFile("its list of files is too long")
        return super().read(size)


@contextmanager
def opened(path: Path) -> Iterator[Queue]:
    """The queue in this file; Unfit says why it is none."""
    with _Bounded(path) as file:
        try:
            packed = zipfile.ZipFile(file)
        except BROKEN as error:
            zh = "不是完整的 ZIP 文件，可能没有传完，请重新导出或复制"
            raise Unfit(zh, f"this is no whole ZIP; export or copy it again: {_first_line(error)}") from error
        with packed:
            yield _understood(packed)


def _understood(packed: zipfile.ZipFile) -> Queue:
    entries: dict[str, list[zipfile.ZipInfo]] = {}
    for info in packed.infolist():
        entries.setdefault(info.filename, []).append(info)
    index = _index(Queue("", "", [], [], packed, entries))
    if not isinstance(index, dict) or index.get("kind") != KIND:
        raise Unfit("不是核查应用导出的队列", f'queue.json is no queue of this app: kind must be "{KIND}"')
    if type(index.get("version")) is not int or index["version"] != VERSION:
        raise Unfit("队列文件的版本未知，请先升级服务器", f"its version is unknown; this server takes {VERSION}")
    photos, inspections = index.pop("photos", None), index.pop("inspections", None)
    if not isinstance(photos, list) or not isinstance(inspections, list):
        raise Unfit("queue.json 缺少 photos 或 inspections", "queue.json must have the lists photos and inspections")
    try:
        check_strings(index)
    except Problem as problem:
        raise Unfit("queue.json 内容有误", f"queue.json: {problem.errors[0]['detail']}") from problem
    if not _is_text(index.get("account")) or not index["account"].isprintable():
        raise Unfit("queue.json 没有写明账号", "queue.json names no account")
    told = [str(index[name]) for name in ("device", "app", "exported_at") if _is_text(index.get(name))]
    return Queue(index["account"], ", ".join(told), photos, inspections, packed, entries)


def _index(queue: Queue):
    found = queue.entries.get(INDEX, [])
    if not found:
        raise Unfit("ZIP 里没有 queue.json", "there is no queue.json in the ZIP")
    if len(found) > 1:
        raise Unfit("ZIP 里有不止一个 queue.json", "queue.json stands in the ZIP more than once")
    try:
        with queue.open(found[0]) as stream:
            raw = stream.read(MOST_INDEX + 1)
    except Unfit as unfit:
        raise Unfit("queue.json 已损坏", f"queue.json: {unfit}") from unfit
    if len(raw) > MOST_INDEX:
        raise Unfit("queue.json 过大", f"queue.json is larger than {MOST_INDEX} bytes")
    try:
        return parsed(raw)
    except Problem as problem:
        raise Unfit("queue.json 不是有效的 JSON", f"queue.json is no JSON: {problem.detail}") from problem


def _is_text(value) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 500


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]
