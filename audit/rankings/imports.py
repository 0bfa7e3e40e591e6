"""Reading an earlier ranking that was made elsewhere, row by row, before anything is stored."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from pathlib import Path

import marshmallow as ma

from audit.base.db import batches
from audit.base.fields import Text, spelling
from audit.base.problems import ValidationError
from audit.centres import queries as centres
from audit.centres.imports import Digits, Unfit, below, headings, table
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


def read(path: Path, area: Division) -> list[Ranked]:
    """The lines of a table in the order of their ranking: counties, townships, villages.

    Raises ValidationError for a file that is no ranking, and with every fault as `/row/column` for lines that are
    not well formed, name what does not lie in the area, or stand twice.
    """
    lines = table(path)
    for number, line in enumerate(islice(lines, TITLES), 1):
        columns = _columns(headings(line))
        if {"code", "place"} <= set(columns.values()):
            return _checked(below(headings(line), lines, number + 1), columns, area)
    raise ValidationError(f"no line of headings with 区划代码 and 排名 among the first {TITLES}")


def _columns(header: list[str]) -> dict[str, str]:
    """What the columns that are read mean, by their heading."""
    found = {}
    for meaning, names in HEADINGS.items():
        known = [name for name in names if name in header]
        if known and header.count(known[0]) > 1:
            raise ValidationError(f"the heading {known[0]} stands twice")
        found |= {known[0]: meaning} if known else {}
    return found


def _checked(rows: list[tuple[int, dict]], columns: dict[str, str], area: Division) -> list[Ranked]:
    good, faults = [], {}
    for number, cells in rows:
        named = {columns[heading]: cell for heading, cell in cells.items() if heading in columns}
        unfit = {meaning: [cell.why] for meaning, cell in named.items() if isinstance(cell, Unfit)}
        try:
            good.append((number, Line().load({key: cell for key, cell in named.items() if key not in unfit})))
            messages = {}
        except ma.ValidationError as error:
            messages = error.messages
        heading = {meaning: each for each, meaning in columns.items()}
        for meaning, said in (messages | unfit).items():
            faults[f"/{number}/{heading.get(meaning, meaning)}"] = "; ".join(map(str, said))
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

    def __init__(self, lines: list[tuple[int, dict]], faults: dict[str, str], area: Division):
        self.faults, self.seen = faults, set()
        codes = {line["code"] for _, line in lines}
        self.names = _names(codes, area)
        self.centres = centres.standing(codes)
        self.found = [each for number, line in lines if (each := self._match(number, line))]

    def _match(self, number: int, line: dict) -> Ranked | None:
        code, part = line["code"], PARTS[len(line["code"])]
        if code not in self.names:
            return self._fault(number, "区划代码", "no such division in the area")
        content = {name: line[name] for name in ("place", "total", "card")} | {"code": code}
        if part == "counties":
            key, content["name"] = code, self.names[code]
        else:
            standing = [each for each in self.centres.get(code, ()) if each.level == part]
            same = [each for each in standing if len(standing) == 1 or each.spelling == spelling(line.get("name", ""))]
            if len(same) != 1:
                return self._fault(number, "名称", "the division has no centre of that name")
            key, content["name"], content["centre"] = same[0].id, same[0].name, str(same[0].id)
        if key in self.seen:
            return self._fault(number, "区划代码", "stands twice")
        self.seen.add(key)
        return Ranked(part, code, content)

    def _fault(self, number: int, column: str, text: str) -> None:
        self.faults[f"/{number}/{column}"] = text


def _names(codes: set[str], area: Division) -> dict[str, str]:
    """The names of those divisions that lie in the area."""
    found = {}
    for some in batches(sorted(codes), CHUNK):
        inside = Division.select(Division.code, Division.name).where(Division.code.in_(some), centres.inside(area.id))
        found |= dict(inside.tuples())
    return found
