"""The photos behind a county's scores, as one archive with a list of them (decision 0009 for what of them is shown)."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO
from uuid import UUID

from audit.base import clock, db
from audit.base.problems import RateLimited
from audit.base.storage import Storage
from audit.base.text import csv_text
from audit.evidence import shown
from audit.evidence.models import Photo
from audit.inspections import proofs
from audit.rankings import basis, queries
from audit.rankings.archive import Archive, Entry, measured
from audit.rankings.naming import safe
from audit.rankings.queries import Frame
from audit.rankings.sheets import TRIAL

INDEX = "index.csv"
HEADING = [
    "文件", "县(区)", "点位", "区划代码", "条目", "内容", "判定", "核查时间", "元数据", "文件SHA-256", "原件SHA-256",
    "版本", "数据摘要",
]  # fmt: skip
BEFORE_ANY = datetime(1980, 1, 1, tzinfo=UTC)
PLACES = threading.BoundedSemaphore(4)  # archives on their way out per process: each holds a thread for minutes
MOST = 50_000  # photos whose sizes and checksums a process remembers, about 300 bytes each
FACTS: dict[tuple[str, bool], tuple[int, int, str]] = {}


@dataclass(frozen=True, slots=True)
class Copy:
    """What the index says on each line of the copy that the photos are behind: the version and its digest, or 试算.

    A trial has no digest here: with one, each approval anywhere would make this another archive, and a download that
    was cut would begin anew.
    """

    version: str
    digest: str
    sample: bool

    @classmethod
    def of(cls, frame: Frame) -> Copy:
        if frame.version is None:
            return cls(TRIAL, "", frame.round.sample)
        published = frame.version.publication
        return cls(f"第{published.version}版", published.digest, frame.round.sample)

    @property
    def cells(self) -> list[str]:
        return [self.version, self.digest, *(["示例"] if self.sample else [])]


@dataclass(frozen=True, slots=True)
class Proof:
    """A photo that proves an item of a counted visit. `bare`: who asks gets it without its metadata.

    `line` is what the index says of it, but for the file and the digests.
    """

    digest: str
    key: str
    media_type: str
    bare: bool
    folder: str
    line: list
    when: datetime


class Place:
    """One of the few places for archives on their way out. RateLimited when all are taken; `leave` it once or twice."""

    def __init__(self):
        if not PLACES.acquire(blocking=False):
            raise RateLimited("many archives are being sent", headers={"Retry-After": "60"})
        self._lock, self._held = threading.Lock(), True

    def leave(self) -> None:
        with self._lock:
            held, self._held = self._held, False
        if held:
            PLACES.release()


def archive_of(
    frame: Callable[[], Frame], county: str, actor, storage: Storage
) -> tuple[Archive, tuple[str, str], Place]:
    """The archive of a county in the actor's reach, its file name and a plain one, and the place to leave once it is
    sent; `frame` is asked for inside the snapshot.

    Every photo is read once to know its size and checksum, unless this process remembers them, and once more as it is
    sent. No database connection is held meanwhile.
    """
    with db.snapshot():
        of = frame()
        own = queries.county(of, county)
        found = list(_proofs(of, own.code, actor))
    db.release()
    place = Place()
    try:
        made = Archive(list(_entries(found, Copy.of(of), storage)))
    except BaseException:
        place.leave()
        raise
    return made, _names(of, own), place


def _names(of: Frame, county) -> tuple[str, str]:
    """示例_日喀则市_2026Q4_白朗县_佐证照片_v2.zip and sample_evidence_540228_v2.zip."""
    sample, version = of.round.sample, f"_v{of.version.publication.version}" if of.version else ""
    name = f"{'示例_' if sample else ''}{of.round.area.name}_{of.round.code}_{county.name}_佐证照片{version}.zip"
    return _safe(name), f"{'sample_' if sample else ''}evidence_{county.code}{version}.zip"


def _proofs(of: Frame, county: str, actor) -> Iterator[Proof]:
    for level in of.levels:
        rows = [row for row in queries.centre_rows(of, level) if row.county_code == county]
        words = basis.Words(of.levels[level].edition.content)
        for some in db.batches(basis.visits(of, rows), 100):
            visits = [told.row.inspection for told in some]
            kept, seen = proofs.kept_of(visits), proofs.positions_seen(actor, visits)
            for told in some:
                those = [each for each in kept.get(told.row.inspection, ()) if _named(told, *each)]
                yield from _of_visit(told, level, those, seen, words)


def _named(told: basis.Told, item: str, photo: Photo) -> bool:
    """Whether it is a photo of what counted: in a version, of the visit as it was published."""
    return photo.digest in told.photos.get(item, ())


def _of_visit(
    told: basis.Told, level: str, kept: list[tuple[str, Photo]], seen: set[UUID], words: basis.Words
) -> Iterator[Proof]:
    row, visit = told.row, told.row.inspection
    # a township's photos lie right under its name, a village's under its own below that
    folders = [row.township] if level == "township" else [row.township, row.name]
    verdicts = {each["code"]: basis.VERDICTS[each["verdict"]] for each in told.explanation["items"]}
    for item, photo in kept:
        about = [row.county, row.name, row.code, item, words.text[item], verdicts.get(item)]
        yield Proof(
            photo.digest,
            photo.key,
            photo.media_type,
            visit not in seen,
            "/".join(map(_safe, [*folders, item])),
            [*about, clock.shown(told.finished_at)],
            told.finished_at,
        )


def _safe(name: str) -> str:
    """The name as every file system takes it."""
    return safe(name).strip(" .") or "_"


def _entries(found: list[Proof], of: Copy, storage: Storage) -> Iterator[Entry]:
    """The index and then the photos; where two would have one name, more of the digest tells them apart."""
    entries, lines, taken = [], [], {INDEX}
    for proof in found:
        size, crc, digest = _facts(proof, storage)
        ending = "jpg" if proof.bare and proof.media_type == "image/heic" else proof.key.rpartition(".")[2]
        names = (f"{proof.folder}/{proof.digest[:length]}.{ending}" for length in (8, 16, 64))
        name = next((each for each in names if each not in taken), None)
        if name is None:  # two visits of centres of one name prove the same item by the same photo: once is enough
            continue
        taken.add(name)
        entries.append(Entry(name, size, crc, proof.when, _opener(proof, storage)))
        said = ["已去除" if proof.bare else "原件", digest, proof.digest]
        lines.append([name, *proof.line, *said, *of.cells])
    text = "".join(csv_text(HEADING + (["数据性质"] if of.sample else []), lines)).encode()
    newest = max((proof.when for proof in found), default=BEFORE_ANY)
    yield Entry(INDEX, *measured(io.BytesIO(text))[:2], newest, lambda: io.BytesIO(text))
    yield from entries


def _facts(proof: Proof, storage: Storage) -> tuple[int, int, str]:
    """(bytes, CRC-32, sha256) of what is sent of a photo. A digest names its bytes: what is remembered stays true."""
    key = (proof.digest, proof.bare)
    known = FACTS.get(key)
    if known is None:
        with _opener(proof, storage)() as file:
            known = measured(file)
        while len(FACTS) >= MOST:
            FACTS.pop(next(iter(FACTS)), None)
        FACTS[key] = known
    return known


def _opener(proof: Proof, storage: Storage) -> Callable[[], BinaryIO]:
    photo = Photo(digest=proof.digest, key=proof.key, media_type=proof.media_type)
    return lambda: (shown.bare if proof.bare else shown.original)(photo, storage).file
