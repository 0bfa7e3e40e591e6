"""Workbooks with the habits of Excel and WPS users, written row by row in flat memory."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from audit.base.clock import shown
from audit.base.text import holdable
from audit.rankings import basis, problem_list, sheets
from audit.rankings.cover import Cover
from audit.rankings.queries import Frame
from audit.rankings.sheets import Column, Sheet, Stamp

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
TO_SIGN = "单位(盖章)：　　　　　　填表人：　　　　审核人：　　　　日期："
# GB/T 9704-2012: A4 with 37 mm above and 28 mm at the left of a text block of 156 × 225 mm, 28 characters to a line
OFFICIAL = {"top": 37 / 25.4, "left": 28 / 25.4, "right": 26 / 25.4, "bottom": 35 / 25.4}
# how high the text block is for its width, where the columns are as much wider as digits of another font than 宋体 are
TEXT_BLOCK = 225 / 156 * 1.15
# characters of 16 points to a line at least and at most; in points the height of such a line (of the tallest font that
# may stand in for 仿宋), the room below a paragraph, and an empty line
FEWEST, MOST, LEADING, BELOW, EMPTY = 26, 60, 24, 4, 10
# of several columns, for LibreOffice makes a sheet of a single one no smaller to fit the paper; each with 5 pixels more
# than its digits, of 8 pixels in Excel and WPS and wider where another font stands in for 宋体
COVER_COLUMNS = 8
# by the names that Excel and WPS know: who lacks 小标宋 and 仿宋 gets the program's own serif
LOOKS = {
    "title": {"font_name": "方正小标宋简体", "font_size": 22, "align": "center", "valign": "vcenter"},
    "status": {"font_name": "楷体", "font_size": 16, "align": "center", "valign": "vcenter"},
    "text": {"font_name": "仿宋", "font_size": 16, "align": "left", "valign": "top"},
    "date": {"font_name": "仿宋", "font_size": 16, "align": "right", "valign": "top"},
    "small": {"font_name": "宋体", "font_size": 9, "align": "left", "valign": "top", "font_color": "#444444"},
}
OPTIONS = {
    "constant_memory": True,
    # text that begins with = is text: nothing a name contains is ever a formula or a link
    "strings_to_formulas": False,
    "strings_to_urls": False,
}
MOST_ROWS = 1_000_000  # a sheet holds 1,048,576


class Book:
    """One workbook in the making: `with Book(path, of, stamp, scope) as book`, then its sheets in their order.

    Rows may be of any number and come one at a time.
    """

    def __init__(self, target: Path, of: Frame, stamp: Stamp, scope: str):
        self.of, self.stamp, self.scope = of, stamp, scope
        # a version has the bytes it had: nothing in the file tells when it was written
        # the library writes into the font it is given: with a dict of its own, the first workbook is as the second
        self.book = book = xlsxwriter.Workbook(str(target), OPTIONS | {"default_format_properties": dict(FONT)})
        about = {"title": holdable(of.round.name), "comments": f"SHA-256 {stamp.digest}", "created": stamp.at_in_file}
        book.set_properties(about)
        border = FONT | {"border": 1, "border_color": "#999999", "valign": "vcenter"}
        middle = {"align": "center", "valign": "vcenter"}
        self.formats = {kind: book.add_format(border | look) for kind, look in FORMATS.items()}
        self.title = book.add_format(FONT | middle | {"bold": True, "font_size": 16})
        self.under = book.add_format(FONT | middle | {"font_size": 10, "font_color": "#444444"})
        self.header = book.add_format(border | middle | {"bold": True, "bg_color": "#E8EEF7", "text_wrap": True})
        self.aside = book.add_format(FONT | {"bold": True, "font_size": 12, "valign": "vcenter"})
        self.looks = {name: book.add_format(look | {"text_wrap": True}) for name, look in LOOKS.items()}
        self.colours = {
            key: book.add_format({"bg_color": band["fill"], "font_color": band["ink"]})
            for key, band in of.bands.items()
        }

    def __enter__(self) -> Book:
        return self

    def __exit__(self, *_error) -> None:
        self.book.close()

    @staticmethod
    def wanted(found: dict[str, list]) -> dict[str, list]:
        """Of these rows, those that 问题清单 and 得分依据 tell of: all."""
        return found

    def cover(self, cover: Cover) -> None:
        """封面: the notice that the office signs, on one page of paper as GB/T 9704 wants it."""
        sheet, lines = self.book.add_worksheet("封面"), list(cover.lines())
        characters = _characters(lines)
        sheet.set_column(0, COVER_COLUMNS - 1, ((characters * 64 / 3 + 10) / COVER_COLUMNS - 5) / 8)
        sheet.set_paper(9)
        sheet.set_portrait()
        sheet.fit_to_pages(1, 1)
        sheet.set_margins(**OFFICIAL)
        sheet.center_horizontally()
        sheet.hide_gridlines(2)
        sheet.set_footer(self._footer(""))
        for number, ((look, text), height) in enumerate(zip(lines, _heights(lines, characters), strict=True)):
            sheet.set_row(number, height)
            sheet.merge_range(number, 0, number, COVER_COLUMNS - 1, holdable(text), self.looks[look])

    def _footer(self, to_sign: str) -> str:
        return f"&L{to_sign}\n&7{self.stamp.label}　SHA-256 {self.stamp.digest}&R第 &P 页 共 &N 页"

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
            f"{sample}{holdable(round_.name)}（{self.stamp.label}）　范围：{holdable(self.scope)}"
            f"　核查期：{round_.opens_on} 至 {self.stamp.until or round_.closes_on}"
            f"　{'公布' if self.stamp.version else '生成'}：{shown(self.stamp.at)}（北京时间）"
        )

    def _lay_out(self, sheet, columns: int) -> None:
        sheet.repeat_rows(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.8)
        sheet.center_horizontally()
        sheet.set_footer(self._footer(TO_SIGN))
        # division codes are digits and yet text, on purpose: no green corners
        sheet.ignore_errors({"number_stored_as_text": f"A4:{xl_rowcol_to_cell(1_048_575, columns - 1)}"})

    def ranking(self, name: str, columns: list[Column], rows: Iterable) -> None:
        """Ranked rows under the filter; those not ranked apart below it, so that a sort cannot mix them in.

        Ranked rows come first.
        """
        sheet, number, apart = self._open(name, columns), 3, {}
        for row in rows:
            if row.place is None:
                apart.setdefault(sheets.why_apart(row), []).append(row)
            else:
                self._row(sheet, number, columns, row)
                number += 1
        last = max(3, number - 1)
        sheet.autofilter(2, 0, last, len(columns) - 1)
        self._colour(sheet, columns, last)
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
        # XlsxWriter remembers every height, for pictures that may stand below: ours have none, and the row above is out
        for heights in (sheet.row_info, sheet.row_sizes):
            heights.pop(number - 1, None)

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

    def table(self, sheet: Sheet) -> None:
        """A sheet of lines under a filter."""
        self._lines(sheet.name, sheet.columns, sheet.rows, len(sheet.columns))

    def problems(self, rows: Iterable[dict]) -> None:
        """问题清单, as many sheets as it needs."""
        columns = problem_list.columns(self.of)
        self._lines("问题清单", columns, rows, len(columns))

    def basis(self, rows: Iterable[dict]) -> None:
        """得分依据, as many sheets as it needs."""
        self._lines("得分依据", basis.columns(), rows, basis.PRINTED)

    def _lines(self, name: str, columns: list[Column], rows: Iterable, printed: int) -> None:
        sheet, number, part = self._open(name, columns, printed), 3, 1
        for row in rows:
            if number >= MOST_ROWS:
                self._close(sheet, number - 1, columns, printed)
                part += 1
                sheet, number = self._open(f"{name}{part}", columns, printed), 3
            self._row(sheet, number, columns, row)
            number += 1
        self._close(sheet, max(3, number - 1), columns, printed)

    @staticmethod
    def _close(sheet, last: int, columns: list[Column], printed: int) -> None:
        sheet.autofilter(2, 0, last, len(columns) - 1)
        sheet.print_area(0, 0, last, printed - 1)

    def notes(self, lines: list[tuple]) -> None:
        """说明."""
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


def _heights(lines: list[tuple[str, str]], characters: int) -> list[float]:
    """The heights of the cover's lines in points, so many characters of 16 points wide."""
    sizes = [(_wide(text), LOOKS[look]["font_size"]) for look, text in lines]
    rows = [(math.ceil(wide * size / (2 * characters * 16)), size) for wide, size in sizes]
    return [number * size * LEADING / 16 + BELOW if number else EMPTY for number, size in rows]


def _characters(lines: list[tuple[str, str]]) -> int:
    """How many characters a line of the cover has, so that it fills the text block of one page when it is made smaller
    to fit: the more there is to say, the more."""
    fit = (each for each in range(FEWEST, MOST) if sum(_heights(lines, each)) <= each * 16 * TEXT_BLOCK)
    return next(fit, MOST)


def _width(column: Column) -> int:
    return column.width or WIDTHS[column.kind]
