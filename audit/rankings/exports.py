"""The workbook and the CSV files that the assessment office hands on, and a county's own. Written in flat memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from audit.base.clock import shown
from audit.base.db import digest_of
from audit.base.text import csv_text, spreadsheet_cell
from audit.centres.models import Division
from audit.followup import queries as followup
from audit.rankings import basis, problem_list, sheets
from audit.rankings.book import Book
from audit.rankings.cover import cover
from audit.rankings.queries import Frame, all_rows
from audit.rankings.sheets import Column, Stamp

LEVELS = {"townships": "township", "villages": "village"}
CSV_NAMES = {"counties": "县区", "townships": "乡镇", "villages": "村级", "findings": "问题清单"}
ATTACHED = ("县区排名", "乡镇排名", "村级得分", "问题清单", "得分依据", "说明")


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
        return Stamp(digest(of, found), now)
    published = of.version.publication
    return Stamp(published.digest, published.published_at, published.version)


def file_name(of: Frame, what: str, suffix: str, now: datetime) -> str:
    """日喀则市_2026Q4_便民服务中心标准化核查_排名_试算_20261121.xlsx, with 示例 in front of sample data.

    A published version is named by its number and the day of its publication.
    """
    label, day = "示例_" if of.round.sample else "", shown(now)[:10].replace("-", "")
    state = sheets.TRIAL
    if of.version is not None:
        published = of.version.publication
        state, day = f"v{published.version}", shown(published.published_at)[:10].replace("-", "")
    name = f"{label}{of.round.area.name}_{of.round.code}_便民服务中心标准化核查_{what}_{state}_{day}{suffix}"
    # what neither a header nor any file system takes; no name of a place has it, but names come from tables
    return re.sub(r'[\x00-\x1f\x7f"*/:;<>?\\|]', "_", name)


def workbook(of: Frame, target: Path, *, now: datetime) -> None:
    """Write the office's .xlsx: 封面, the rankings, 问题清单, 得分依据, 说明."""
    found = all_rows(of)
    _write(of, found, target, made=stamp(of, found, now), scope=of.round.area.name)


def county_workbook(of: Frame, county: Division, target: Path, *, now: datetime) -> None:
    """Write a county's own .xlsx: its lines alone, with their places in the whole and the digest of the whole."""
    every = all_rows(of)
    own = own_rows(every, county)
    _write(of, own, target, made=stamp(of, every, now), scope=_scope(of, county))


def _scope(of: Frame, county: Division) -> str:
    """日喀则市白朗县; a round of the county alone names it once."""
    area = of.round.area
    return county.name if area.code == county.code else f"{area.name}{county.name}"


def own_rows(found: dict[str, list], county: Division) -> dict[str, list]:
    """The rows of one county."""
    own = {level: [row for row in found[level] if row.county_code == county.code] for level in LEVELS.values()}
    return {"counties": [row for row in found["counties"] if row.county.code == county.code], **own}


def _write(of: Frame, found: dict, target: Path, *, made: Stamp, scope: str) -> None:
    with Book(target, of, made, scope) as book:
        book.cover(cover(of, found, made, scope, ATTACHED))
        book.ranking("县区排名", sheets.counties(of), found["counties"])
        for level, name in (("township", "乡镇排名"), ("village", "村级得分")):
            book.ranking(name, sheets.centres(of, level), found[level])
        book.problems(problems(of, found))
        book.basis(line for level in of.levels for line in basis.lines(of, found[level], level))
        book.notes(sheets.notes(of, found, made, scope))


def problems(of: Frame, found: dict) -> Iterator[dict]:
    """The lines of 问题清单; with their live states while nothing is published."""
    live = followup.findings_of(of.round.id) if of.version is None else ()
    return problem_list.lines(of, found, problem_list.by_place(live))


def csv_lines(of: Frame, what: str) -> Iterator[str]:
    """One ranking, or 问题清单, as CSV with a byte order mark (Excel and WPS need it), for machines.

    A file of bare lines has no 说明 beside it: each line says what its score was measured against."""
    columns, rows = _table(of, what)
    about = {"参照": sheets.against(of, LEVELS.get(what))} | ({"数据性质": "示例"} if of.round.sample else {})
    heading = [column.heading for column in columns] + list(about)
    return csv_text(heading, ([column.cell(row) for column in columns] + list(about.values()) for row in rows))


def _table(of: Frame, what: str) -> tuple[list[Column], object]:
    found = all_rows(of)
    if what == "findings":
        return problem_list.columns(), problems(of, found)
    if what == "counties":
        return sheets.counties(of), found["counties"]
    return sheets.centres(of, LEVELS[what]), found[LEVELS[what]]
