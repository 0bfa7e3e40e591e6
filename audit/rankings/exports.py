"""The workbook and the CSV files that the assessment office hands on. Written row by row, in flat memory."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from audit.base.clock import shown
from audit.base.db import digest_of
from audit.base.text import csv_text, holdable, spreadsheet_cell
from audit.rankings import basis, sheets
from audit.rankings.queries import Frame, all_rows, centre_rows
from audit.rankings.sheets import Column

FONT = {"font_name": "宋体", "font_size": 11}
FORMATS = {
    "text": {"num_format": "@", "align": "left", "indent": 1},
    "word": {"num_format": "@", "align": "center"},
    "prose": {"num_format": "@", "align": "left", "indent": 1, "text_wrap": True},
    "score": {"num_format": "0.00", "align": "right", "indent": 1},
    "percent": {"num_format": "0.0%", "align": "right", "indent": 1},
    "count": {"num_format": "0", "align": "center"},
    "date": {"num_format": "yyyy-mm-dd", "align": "center"},
}
WIDTHS = {"text": 16, "word": 10, "prose": 30, "score": 10, "percent": 11, "count": 9, "date": 13}
LINE = 18  # points: the height of a row of one line
FOOTER = "&L单位(盖章)：　　　　　　填表人：　　　　审核人：　　　　日期：&R第 &P 页 共 &N 页"
OPTIONS = {
    "constant_memory": True,
    # text that begins with = is text: nothing a name contains is ever a formula or a link
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "default_format_properties": FONT,
}
MOST_ROWS = 1_000_000  # a sheet holds 1,048,576
LEVELS = {"townships": "township", "villages": "village"}
CSV_NAMES = {"counties": "县区", "townships": "乡镇", "villages": "村级"}
TRIAL = "试算"  # every state of a round until a ranking of it is published


def digest(of: Frame, found: dict) -> str:
    """sha256 over all that the three rankings say, as their CSV says it: a changed copy can be told from this one."""
    tables = {"counties": (sheets.counties(of), found["counties"])}
    tables |= {what: (sheets.centres(of, level), found[level]) for what, level in LEVELS.items()}
    cells = {
        what: [[spreadsheet_cell(column.cell(row)) for column in columns] for row in rows]
        for what, (columns, rows) in tables.items()
    }
    return digest_of([of.round.code, cells])


def file_name(of: Frame, what: str, suffix: str, now: datetime) -> str:
    """日喀则市_2026Q4_便民服务中心标准化核查_排名_试算_20261121.xlsx, with 示例 in front of sample data."""
    label, day = "示例_" if of.round.sample else "", shown(now)[:10].replace("-", "")
    name = f"{label}{of.round.area.name}_{of.round.code}_便民服务中心标准化核查_{what}_{TRIAL}_{day}{suffix}"
    # what neither a header nor any file system takes; no name of a place has it, but names come from tables
    return re.sub(r'[\x00-\x1f\x7f"*/:;<>?\\|]', "_", name)


def workbook(of: Frame, target: Path, *, now: datetime) -> None:
    """Write the .xlsx with 县区排名, 乡镇排名, 村级得分, 得分依据, 说明."""
    found = all_rows(of)
    seal = digest(of, found)
    with xlsxwriter.Workbook(str(target), OPTIONS) as book:
        book.set_properties({"title": of.round.name, "comments": f"SHA-256 {seal}"})
        writer = _Book(book, of, now)
        writer.ranking("县区排名", sheets.counties(of), found["counties"])
        for level, name in (("township", "乡镇排名"), ("village", "村级得分")):
            writer.ranking(name, sheets.centres(of, level), found[level])
        writer.basis(line for level in of.levels for line in basis.lines(of, found[level], level))
        counted = {level: sum(row.visited for row in found[level]) for level in of.levels}
        there_are = {level: len(found[level]) for level in of.levels}
        writer.notes(sheets.notes(of, counted, there_are, seal, shown(now)))


class _Book:
    """One workbook in the making: title, period and scope, header, rows; the habits of Excel and WPS users."""

    def __init__(self, book: xlsxwriter.Workbook, of: Frame, now: datetime):
        self.book, self.of, self.now = book, of, now
        border = FONT | {"border": 1, "border_color": "#999999", "valign": "vcenter"}
        middle = {"align": "center", "valign": "vcenter"}
        self.formats = {kind: book.add_format(border | look) for kind, look in FORMATS.items()}
        self.title = book.add_format(FONT | middle | {"bold": True, "font_size": 16})
        self.under = book.add_format(FONT | middle | {"font_size": 10, "font_color": "#444444"})
        self.header = book.add_format(border | middle | {"bold": True, "bg_color": "#E8EEF7", "text_wrap": True})
        self.aside = book.add_format(FONT | {"bold": True, "font_size": 12, "valign": "vcenter"})
        self.colours = {
            key: book.add_format({"bg_color": band["fill"], "font_color": band["ink"]})
            for key, band in of.bands.items()
        }

    def _open(self, name: str, columns: list[Column], printed: int | None = None, frozen: int = 2):
        """A sheet with title (over the columns that are `printed`), period and header; `frozen` columns stay put."""
        sheet = self.book.add_worksheet(name)
        sheet.set_default_row(LINE)
        for index, column in enumerate(columns):
            sheet.set_column(index, index, _width(column))
        last = (printed or len(columns)) - 1
        sample = "【示例数据】" if self.of.round.sample else ""
        for row, height in ((0, 30), (2, 2 * LINE)):
            sheet.set_row(row, height)
        sheet.merge_range(0, 0, 0, last, f"{sample}便民服务中心标准化建设核查　{name}", self.title)
        sheet.merge_range(1, 0, 1, last, self._period(sample), self.under)
        sheet.write_row(2, 0, [column.heading for column in columns], self.header)
        sheet.freeze_panes(3, frozen)
        self._lay_out(sheet, len(columns))
        return sheet

    def _period(self, sample: str) -> str:
        round_ = self.of.round
        return (
            f"{sample}{holdable(round_.name)}　范围：{round_.area.name}"
            f"　核查期：{round_.opens_on} 至 {round_.closes_on}　生成：{shown(self.now)}（北京时间）"
        )

    def _lay_out(self, sheet, columns: int) -> None:
        sheet.repeat_rows(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
        sheet.center_horizontally()
        sheet.set_footer(FOOTER)
        # division codes are digits and yet text, on purpose: no green corners
        sheet.ignore_errors({"number_stored_as_text": f"A4:{xl_rowcol_to_cell(1_048_575, columns - 1)}"})

    def ranking(self, name: str, columns: list[Column], rows: list) -> None:
        """Ranked rows under the filter; those not ranked apart below it, so that a sort cannot mix them in."""
        sheet = self._open(name, columns)
        ranked = [row for row in rows if row.place is not None]
        for number, row in enumerate(ranked, 3):
            self._row(sheet, number, columns, row)
        last = max(3, len(ranked) + 2)
        sheet.autofilter(2, 0, last, len(columns) - 1)
        self._colour(sheet, columns, last)
        apart: dict[str, list] = {}
        for row in rows:
            if row.place is None:
                apart.setdefault(sheets.why_apart(row), []).append(row)
        number = last + 2
        for heading, those in sorted(apart.items(), key=lambda each: each[0] == sheets.NOT_VISITED):
            sheet.write_string(number, 0, f"{heading}（{len(those)}）", self.aside)
            for place, row in enumerate(those, number + 1):
                self._row(sheet, place, columns, row)
            number += len(those) + 2

    def _row(self, sheet, number: int, columns: list[Column], row) -> None:
        lines = 1
        for index, column in enumerate(columns):
            value = column.cell(row)
            self._cell(sheet, number, index, value, self.formats[column.kind])
            if column.kind == "prose" and value:
                lines = max(lines, math.ceil(_wide(value) / (_width(column) - 2)))
        if lines > 1:
            sheet.set_row(number, lines * LINE)

    @staticmethod
    def _cell(sheet, row: int, column: int, value, look) -> None:
        if value is None or value == "":
            sheet.write_blank(row, column, None, look)
        elif isinstance(value, int | Decimal):
            sheet.write_number(row, column, float(value), look)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, look)
        else:
            sheet.write_string(row, column, holdable(value), look)

    def _colour(self, sheet, columns: list[Column], last: int) -> None:
        index = next(index for index, column in enumerate(columns) if column.heading == "亮牌")
        for key, band in self.of.bands.items():
            rule = {"type": "text", "criteria": "begins with", "value": band["shape"], "format": self.colours[key]}
            sheet.conditional_format(3, index, last, index, rule)

    def basis(self, rows: Iterable[dict]) -> None:
        """As many sheets as its lines need."""
        columns = basis.columns()
        sheet, number, part = self._open("得分依据", columns, basis.PRINTED), 3, 1
        for row in rows:
            if number >= MOST_ROWS:
                self._close_basis(sheet, number - 1, columns)
                part += 1
                sheet, number = self._open(f"得分依据{part}", columns, basis.PRINTED), 3
            self._row(sheet, number, columns, row)
            number += 1
        self._close_basis(sheet, max(3, number - 1), columns)

    @staticmethod
    def _close_basis(sheet, last: int, columns: list[Column]) -> None:
        sheet.autofilter(2, 0, last, len(columns) - 1)
        sheet.print_area(0, 0, last, basis.PRINTED - 1)

    def notes(self, lines: list[tuple]) -> None:
        columns = [
            Column("项目", "text", lambda row: row[0], 18),
            Column("内容", "prose", lambda row: row[1], 110),
        ]
        sheet = self._open("说明", columns, frozen=0)
        for number, line in enumerate(lines, 3):
            self._row(sheet, number, columns, line)


@lru_cache(maxsize=4096)  # the same few hundred sentences stand in tens of thousands of rows
def _wide(text: str) -> int:
    """East Asian characters are two wide."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def _width(column: Column) -> int:
    return column.width or WIDTHS[column.kind]


def csv_lines(of: Frame, what: str) -> Iterator[str]:
    """One ranking as CSV with a byte order mark (Excel and WPS need it), for machines and for those who insist.

    A file of bare lines has no 说明 beside it: each line says what its score was measured against."""
    columns, rows = _table(of, what)
    about = {"参照": sheets.against(of, LEVELS.get(what))} | ({"数据性质": "示例"} if of.round.sample else {})
    heading = [column.heading for column in columns] + list(about)
    return csv_text(heading, ([column.cell(row) for column in columns] + list(about.values()) for row in rows))


def _table(of: Frame, what: str) -> tuple[list[Column], list]:
    if what == "counties":
        return sheets.counties(of), all_rows(of)["counties"]
    return sheets.centres(of, LEVELS[what]), centre_rows(of, LEVELS[what])
