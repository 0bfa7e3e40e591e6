"""The workbook and the CSV files that the assessment office hands on, and a county's own. Written in flat memory."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path

from audit.base.clock import shown
from audit.base.db import digest_of
from audit.base.text import csv_text, spreadsheet_cell
from audit.centres.models import Division
from audit.followup import queries as followup
from audit.inspections.covert import COVERT
from audit.rankings import basis, circumstances, problem_list, sheets
from audit.rankings.book import Book
from audit.rankings.cover import cover
from audit.rankings.naming import safe
from audit.rankings.previews import Glance, Leaf
from audit.rankings.queries import Frame, Row, all_rows
from audit.rankings.sampling import Sampling
from audit.rankings.sheets import Column, Stamp

LEVELS = {"townships": "township", "villages": "village"}
CSV_NAMES = {"counties": "县区", "townships": "乡镇", "villages": "村级", "findings": "问题清单"}
RANKED = {"township": "乡镇排名", "village": "村级得分（抽查）"}
WHOSE = 4  # columns of a ranking of centres say which one a line is of: they stay in sight
FEW = 500  # centres
ATTACHED = ("县区排名", *RANKED.values(), "问题清单（电子附件）", "得分依据（电子附件）", "说明")


def digest(of: Frame, found: dict) -> str:
    """sha256 over all that the three rankings say, as their CSV says it: a changed copy can be told from this one."""
    tables = {"counties": (sheets.counties(of), found["counties"])}
    tables |= {what: (sheets.centres(of, level), found[level]) for what, level in LEVELS.items()}
    cells = {
        what: [[spreadsheet_cell(column.cell(row)) for column in columns] for row in rows]
        for what, (columns, rows) in tables.items()
    }
    return digest_of([of.round.code, cells])


def stamp(of: Frame, found: dict, now: datetime) -> Stamp:
    """What a copy of these rows says of itself: a trial's own digest and `now`, or the publication's."""
    if of.version is None:
        return Stamp(digest(of, found), now, until=circumstances.until(of, now))
    published = of.version.publication
    at = published.published_at
    return Stamp(published.digest, at, published.version, circumstances.until(of, at))


def file_name(of: Frame, what: str, suffix: str, now: datetime) -> str:
    """日喀则市_2026Q4_便民服务中心标准化核查_排名_试算_20261121.xlsx, with 示例 in front of sample data.

    A published version is named by its number and the day of its publication.
    """
    label, (state, day) = "示例_" if of.round.sample else "", _named(of, sheets.TRIAL, now)
    return safe(f"{label}{of.round.area.name}_{of.round.code}_便民服务中心标准化核查_{what}_{state}_{day}{suffix}")


def plain_name(of: Frame, what: str, suffix: str, now: datetime) -> str:
    """ranking_2026Q4_v2_20261121.xlsx, for programs that read no other letters; sample_ and trial say so."""
    label, (state, day) = "sample_" if of.round.sample else "", _named(of, "trial", now)
    return re.sub(r"[^A-Za-z0-9._-]", "_", f"{label}{what}_{of.round.code}_{state}_{day}{suffix}")


def _named(of: Frame, trial: str, now: datetime) -> tuple[str, str]:
    """(which copy, of which day), for the name of a file."""
    if of.version is None:
        return trial, shown(now)[:10].replace("-", "")
    published = of.version.publication
    return f"v{published.version}", shown(published.published_at)[:10].replace("-", "")


def workbook(of: Frame, target: Path, *, now: datetime) -> None:
    """Write the office's .xlsx: 封面, the rankings, 问题清单, 得分依据, 说明."""
    _write(of, _content(of, None, now), target)


def county_workbook(of: Frame, county: Division, target: Path, *, now: datetime) -> None:
    """Write a county's own .xlsx: its lines alone, with their places in the whole and the digest of the whole."""
    _write(of, _content(of, county, now), target)


@dataclass(frozen=True)
class Content:
    """What a workbook is made of: its rows, what it says of itself, and whose it is. One that goes to a county names
    nobody who was on a covert visit (decision 0023)."""

    found: dict[str, list]
    made: Stamp
    scope: str
    for_county: bool


def _content(of: Frame, county: Division | None, now: datetime) -> Content:
    every = all_rows(of)
    made = stamp(of, every, now)
    if county is None:
        return Content(every, made, of.round.area.name, False)
    return Content(own_rows(every, county), made, _scope(of, county), True)


def _scope(of: Frame, county: Division) -> str:
    """日喀则市白朗县; a round of the county alone names it once."""
    area = of.round.area
    return county.name if area.code == county.code else f"{area.name}{county.name}"


def own_rows(found: dict[str, list], county: Division) -> dict[str, list]:
    """The rows of one county."""
    own = {level: [row for row in found[level] if row.county_code == county.code] for level in LEVELS.values()}
    return {"counties": [row for row in found["counties"] if row.county.code == county.code], **own}


def _write(of: Frame, content: Content, target: Path) -> None:
    with Book(target, of, content.made, content.scope) as book:
        _fill(book, of, content)
        for level, name in RANKED.items():
            rows = content.found[level]
            _finish(book, name, len(rows) - len(_drawn(of, level, rows)))


def _fill(book: Book | Glance, of: Frame, content: Content) -> None:
    """The sheets of a workbook in their order."""
    found = content.found
    book.cover(cover(of, found, content.made, content.scope, ATTACHED))
    book.ranking("县区排名", sheets.counties(of), found["counties"])
    for level, name in RANKED.items():
        book.ranking(name, sheets.centres(of, level), _drawn(of, level, found[level]))
    told = book.wanted(found)
    book.problems(problems(of, told))
    explained = (basis.lines(of, told[level], level, for_county=content.for_county) for level in of.levels)
    book.basis(chain.from_iterable(explained))
    book.notes(sheets.notes(of, found, content.made, content.scope))


def _drawn(of: Frame, level: str, rows: Sequence[Row]) -> Sequence[Row]:
    """The rows without villages that were not drawn: 1,600 lines with nothing in them would tell nobody anything."""
    sampling = Sampling(of, level)
    return [row for row in rows if not sampling.leaves_out(row)] if rows and sampling.taken else rows


def _finish(book: Book, name: str, left_out: int) -> None:
    """Keep in sight whose line it is, and say how many villages were not drawn."""
    sheet = book.book.get_worksheet_by_name(name)
    sheet.freeze_panes(3, WHOSE)
    if left_out:
        sheet.write_string(max(3, sheet.dim_rowmax) + 2, 0, f"{sheets.NOT_DRAWN} {left_out} 个", book.aside)


def preview(of: Frame, county: Division | None = None, *, now: datetime) -> tuple[Stamp, list[Leaf], dict[str, int]]:
    """What a copy of these rows says of itself, the first lines of each sheet of the workbook (of a county's), and how
    many centres of each level it tells the score of."""
    content, glance = _content(of, county, now), Glance(of)
    _fill(glance, of, content)
    return content.made, glance.leaves, {level: sheets.covered(content.found[level])[0] for level in of.levels}


def problems(of: Frame, found: dict) -> Iterator[dict]:
    """The lines of 问题清单, with what became of each: until now, or until the version was published."""
    if of.version is not None:
        return problem_list.lines(of, found, of.version.findings())
    centres = [row.centre for level in of.levels for row in found[level]]
    few = centres if len(centres) <= FEW else None  # of so many the findings of all are not looked through
    findings = followup.findings_of(of.round.id, centres=few, secrets=COVERT in of.counted_kinds)
    return problem_list.lines(of, found, problem_list.by_place(findings))


def csv_lines(of: Frame, what: str, *, now: datetime) -> Iterator[str]:
    """One ranking, or 问题清单, as CSV with a byte order mark (Excel and WPS need it), for machines.

    A file of bare lines has no 说明 beside it: each line says what its score was measured against, and of which copy
    it is: the version, or 试算, and its digest."""
    found = all_rows(of)
    columns, rows = _table(of, found, what)
    made = stamp(of, found, now)
    about = {"参照": sheets.against(of, LEVELS.get(what))} | ({"数据性质": "示例"} if of.round.sample else {})
    about |= {"版本": made.label, "数据摘要": made.digest}
    heading = [column.heading for column in columns] + list(about)
    return csv_text(heading, ([column.cell(row) for column in columns] + list(about.values()) for row in rows))


def _table(of: Frame, found: dict, what: str) -> tuple[list[Column], object]:
    if what == "findings":
        return problem_list.columns(of), problems(of, found)
    if what == "counties":
        return sheets.counties(of), found["counties"]
    return sheets.centres(of, LEVELS[what]), found[LEVELS[what]]
