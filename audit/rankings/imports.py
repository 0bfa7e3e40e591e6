"""Reading an earlier ranking that was made elsewhere, row by row, before anything is stored."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice
from pathlib import Path

import marshmallow as ma

from audit.base.db import batches
from audit.base.fields import Text, spelling
from audit.base.problems import ValidationError
from audit.centres import queries as centres
from audit.centres.imports import Digits, Unfit, below, headings, tables
from audit.centres.models import Division

# what a column may be called, the likeliest first
HEADINGS = {
    "code": ("区划代码",),
    "name": ("名称", "中心", "县(区)", "县（区）", "县区"),
    "place": ("排名", "全市排名", "名次", "抽查名次"),
    "total": ("得分", "总分", "综合得分"),
    "card": ("亮牌",),
}
TITLES = 10  # lines that may stand above the headings
PARTS = {6: "counties", 9: "township", 12: "village"}  # by the number of digits of the code
CARDS = {"红": "red", "黄": "yellow", "绿": "green", "蓝": "blue"}
CHUNK = 5_000
UNPACKED = 256 * 1024 * 1024  # bytes: in a workbook of our own 得分依据 is long, and only its first lines are read


@dataclass(frozen=True)
class Found:
    """What a file holds: the lines of its rankings in their order (counties, townships, villages), which of its sheets
    they stood in, and which other ones it has. A CSV has no sheets to name."""

    lines: list[Ranked]
    read: list[str]
    others: list[str]


@dataclass(frozen=True)
class Place:
    """Where a line stands, as a fault names it: `sheet` only in a workbook of several."""

    sheet: str
    number: int
    columns: dict[str, str]  # heading: meaning

    def pointer(self, column: str) -> str:
        """/row/column, or /sheet/row/column."""
        return f"{self.sheet and '/'}{self.sheet}/{self.number}/{column}"


@dataclass(frozen=True)
class Ranked:
    """A line of a ranking made elsewhere; a centre by its id too."""

    part: str
    code: str
    content: dict


class DivisionCode(ma.fields.String):
    """6 digits for a county, 9 for a township, 12 for a village."""

    def _deserialize(self, value, attr, data, **kwargs):
        if not re.fullmatch("[0-9]{6}|[0-9]{9}|[0-9]{12}", value):
            raise ma.ValidationError("6 digits name a county, 9 a township, 12 a village")
        return value


class Total(ma.fields.String):
    """A printed score: at most 2 decimals."""

    def _deserialize(self, value, attr, data, **kwargs):
        if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,2})?", value):
            raise ma.ValidationError("a score with at most 2 decimals is wanted")
        return str(Decimal(value).quantize(Decimal("0.01")))


class Card(ma.fields.String):
    """The colour in any words that name one of the four."""

    def _deserialize(self, value, attr, data, **kwargs):
        named = [key for word, key in CARDS.items() if word in value]
        if len(named) != 1:
            raise ma.ValidationError(f"one of {'、'.join(CARDS)} is wanted")
        return named[0]


class Line(ma.Schema):
    """One line of the table. Cells are text; without a place it was not ranked."""

    code = DivisionCode(required=True)
    name = Text(100)
    place = Digits(1, 100_000, load_default=None)
    total = Total(load_default=None)
    card = Card(load_default=None)


def read(path: Path, area: Division) -> Found:
    """The rankings in a file: every sheet is read that has a line of headings with 区划代码 and 排名.

    Raises ValidationError for a file without any, and with every fault as `/row/column`, or `/sheet/row/column` where
    there are several sheets, for lines that are not well formed, name what does not lie in the area, or stand twice.
    """
    sheets = {name: _rows(name, lines) for name, lines in tables(path, UNPACKED)}
    ranked = [name for name, rows in sheets.items() if rows is not None]
    if not ranked:
        where = f" of any sheet ({'、'.join(sheets)})" if len(sheets) > 1 else ""
        raise ValidationError(f"no line of headings with 区划代码 and 排名 among the first {TITLES}{where}")
    rows = [row for name in ranked for row in sheets[name]]
    if len(sheets) == 1:  # which one it is goes without saying
        rows = [(replace(place, sheet=""), cells) for place, cells in rows]
    named = [name for name in sheets if name]
    return Found(
        _checked(rows, area), [each for each in named if each in ranked], [each for each in named if each not in ranked]
    )


def _rows(sheet: str, lines: Iterator[list]) -> list[tuple[Place, dict]] | None:
    """The lines of a sheet below its headings; None of a sheet that is no ranking."""
    for number, line in enumerate(islice(lines, TITLES), 1):
        header = headings(line)
        columns = _columns(header)
        if {"code", "place"} <= set(columns.values()):
            for each in columns:
                if header.count(each) > 1:
                    raise ValidationError(f"the heading {each} stands twice")
            rows = below(header, lines, number + 1)
            return [(Place(sheet, row, columns), cells) for row, cells in rows if not _is_aside(cells, columns)]
    return None


def _is_aside(cells: dict, columns: dict[str, str]) -> bool:
    """Whether a line only says what the lines below it are, as 未核查（3） does, or who signs."""
    ((heading, only), *more) = cells.items()
    return not more and columns.get(heading) != "code" and isinstance(only, str) and not only.isdecimal()


def _columns(header: list[str]) -> dict[str, str]:
    """What the columns that are read mean, by their heading."""
    known = {meaning: [name for name in names if name in header] for meaning, names in HEADINGS.items()}
    return {names[0]: meaning for meaning, names in known.items() if names}


def _checked(rows: list[tuple[Place, dict]], area: Division) -> list[Ranked]:
    good, faults = [], {}
    for place, cells in rows:
        named = {place.columns[heading]: cell for heading, cell in cells.items() if heading in place.columns}
        unfit = {meaning: [cell.why] for meaning, cell in named.items() if isinstance(cell, Unfit)}
        try:
            good.append((place, Line().load({key: cell for key, cell in named.items() if key not in unfit})))
            messages = {}
        except ma.ValidationError as error:
            messages = error.messages
        heading = {meaning: each for each, meaning in place.columns.items()}
        for meaning, said in (messages | unfit).items():
            faults[place.pointer(heading.get(meaning, meaning))] = "; ".join(map(str, said))
    found = _Matched(good, faults, area).found
    if not found and not faults:
        faults["/1/区划代码"] = "no line says anything"
    if faults:
        raise ValidationError("nothing was imported", errors=faults)
    return sorted(
        found, key=lambda each: (each.part, each.content["place"] is None, each.content["place"] or 0, each.code)
    )


class _Matched:
    """Lines matched with the divisions and centres that there are; what does not fit becomes a fault."""

    def __init__(self, lines: list[tuple[Place, dict]], faults: dict[str, str], area: Division):
        self.faults, self.seen = faults, set()
        codes = {line["code"] for _, line in lines}
        self.names = _names(codes, area)
        self.centres = centres.standing(codes)
        self.found = [each for place, line in lines if (each := self._match(place, line))]

    def _match(self, place: Place, line: dict) -> Ranked | None:
        code, part = line["code"], PARTS[len(line["code"])]
        if code not in self.names:
            return self._fault(place, "区划代码", "no such division in the area")
        content = {name: line[name] for name in ("place", "total", "card")} | {"code": code}
        if part == "counties":
            key, content["name"] = code, self.names[code]
        else:
            standing = [each for each in self.centres.get(code, ()) if each.level == part]
            same = [each for each in standing if len(standing) == 1 or each.spelling == spelling(line.get("name", ""))]
            if len(same) != 1:
                return self._fault(place, "名称", "the division has no centre of that name")
            key, content["name"], content["centre"] = same[0].id, same[0].name, str(same[0].id)
        if key in self.seen:
            return self._fault(place, "区划代码", "stands twice")
        self.seen.add(key)
        return Ranked(part, code, content)

    def _fault(self, place: Place, column: str, text: str) -> None:
        self.faults[place.pointer(column)] = text


def _names(codes: set[str], area: Division) -> dict[str, str]:
    """The names of those divisions that lie in the area."""
    found = {}
    for some in batches(sorted(codes), CHUNK):
        inside = Division.select(Division.code, Division.name).where(Division.code.in_(some), centres.inside(area.id))
        found |= dict(inside.tuples())
    return found
