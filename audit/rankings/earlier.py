"""Take in an earlier ranking that was made elsewhere, so that 上期 is not empty."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from audit.base.db import batches, digest_of
from audit.base.problems import InvalidParameter, RoundExists, ValidationError
from audit.base.trail import write
from audit.centres import queries as centres
from audit.centres.models import Division
from audit.rankings import drafts, imports, published
from audit.rankings.drafts import Line
from audit.rankings.models import Publication, PublishedRow
from audit.rounds.models import Round


@dataclass(frozen=True)
class Period:
    """What an imported ranking is of; `sample` marks made-up figures (示例)."""

    code: str
    name: str
    area: str
    end: date
    sample: bool = False


@dataclass(frozen=True)
class Imported:
    """How many rows each part has, and the names of the sheets that were read, and of those that were not."""

    rows: dict[str, int]
    read: list[str]
    others: list[str]


def import_ranking(path: Path, of: Period, *, dry_run: bool, actor, now: datetime) -> Imported:
    """Store an earlier ranking as a publication, all of it or nothing.

    The same table again changes nothing; another one under the same code is the next version. Raises RoundExists where
    a round has the code, and ValidationError with every fault as `/row/column`.
    """
    try:
        area = centres.by_code(of.area)
    except InvalidParameter as error:
        raise ValidationError(errors={"/area": error.detail}) from error
    found = imports.read(path, area)
    lines = list(_lines(found.lines))
    with write() as trail:
        if Round.get_or_none(Round.code == of.code):
            raise RoundExists(of.code)
        last = Publication.select().where(Publication.code == of.code).order_by(Publication.version.desc()).first()
        head = _head(of, area, path, last)
        digests = [line.digest for line in lines]
        if dry_run or (last and _same(last, head, digests)):
            trail.nothing()
        else:
            made = _store(head, lines, drafts.digest(head, digests), now)
            detail = {"version": made.version, "digest": made.digest}
            trail.record("ranking.import", of.code, actor=actor, at=now, detail=detail)
    rows = {part: sum(line.part == part for line in lines) for part in imports.PARTS.values()}
    return Imported(rows, found.read, found.others)


def _lines(ranked: list[imports.Ranked]):
    number: dict[str, int] = {}
    for each in ranked:
        number[each.part] = number.get(each.part, 0) + 1
        yield Line(each.part, number[each.part], each.code, each.content)


def _head(of: Period, area: Division, path: Path, last: Publication | None) -> dict:
    told = {"code": of.code, "name": of.name, "area": of.area, "area_name": area.name}
    return {
        "imported": True,
        "round": told | {"closes_on": of.end.isoformat(), "sample": of.sample},
        "file": {"name": path.name[:100], "digest": hashlib.sha256(path.read_bytes()).hexdigest()},
        "version": last.version + 1 if last else 1,
        "before": last and last.digest,
    }


def _same(last: Publication, head: dict, digests: list[str]) -> bool:
    return digest_of(last.head["round"]) == digest_of(head["round"]) and published.digests_of(last) == digests


def _store(head: dict, lines: list[Line], digest: str, now: datetime) -> Publication:
    told = head["round"]
    made = Publication.create(
        code=told["code"],
        name=told["name"],
        area=told["area"],
        period_end=told["closes_on"],
        version=head["version"],
        imported=True,
        head=head,
        digest=digest,
        note=head["file"]["name"],
        published_at=now,
    )
    for some in batches(lines, 500):
        PublishedRow.insert_many([drafts.stored(made, line) for line in some]).execute()
    return made
