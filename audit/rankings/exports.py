"""The workbook and the CSV files that the assessment office hands on. Written row by row, in flat memory."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import xlsxwriter

from audit.base.clock import shown
from audit.base.db import digest_of
from audit.base.problems import NotFound
from audit.rankings import sheets
from audit.rankings.queries import Frame, centre_rows, county_rows
from audit.rankings.sheets import Column

FORMATS = {
    "text": {"num_format": "@"},
    "score": {"num_format": "0.00"},
    "percent": {"num_format": '0.00"%"'},
    "count": {"num_format": "0"},
    "date": {"num_format": "@", "align": "center"},
}
FOOTER = "&L单位(盖章)：　　　　　　填表人：　　　　审核人：　　　　日期：&R第 &P 页 共 &N 页"
MOST_ROWS = 1_000_000  # a sheet holds 1,048,576


def collect(of: Frame) -> dict:
    """Everything that is ranked, from one look at the database."""
    rows = {level: centre_rows(of, level) for level in ("township", "village")}
    return {"counties": county_rows(of, rows["township"], rows["village"]), **rows}


def digest(of: Frame, found: dict) -> str:
    """sha256 over all ranked figures: a changed copy can be told from this one."""
    lines = [[str(row.place), row.county.code, str(row.total)] for row in found["counties"]]
    for level in ("township", "village"):
        lines += [[str(row.place), str(row.centre), str(row.total)] for row in found[level] if row.visited]
    return digest_of([of.round.code, lines])


def file_name(of: Frame, what: str, suffix: str, now: datetime) -> str:
    """日喀则市_2026Q4_便民服务中心标准化核查_排名_20261121.xlsx, with 示例 in front of sample data."""
    label, day = "示例_" if of.round.sample else "", shown(now)[:10].replace("-", "")
    return f"{label}{of.round.area.name}_{of.round.code}_便民服务中心标准化核查_{what}_{day}{suffix}"


def workbook(of: Frame, target: Path, *, now: datetime) -> None:
    """Write the .xlsx with 县区排名, 乡镇排名, 村级得分, 得分依据, 说明."""
    found = collect(of)
    seal = digest(of, found)
    # text that begins with = is text: nothing a name contains is ever a formula
    with xlsxwriter.Workbook(
        str(target), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        book.set_properties({"title": of.round.name, "comments": f"SHA-256 {seal}"})
        writer = _Book(book, of, now)
        ranked, apart = _split(found["counties"])
        writer.sheet("县区排名", sheets.counties(of), ranked, apart, "不参与排名")
        for level, name in (("township", "乡镇排名"), ("village", "村级得分")):
            ranked, apart = _split(found[level])
            writer.sheet(name, sheets.centres(of, level), ranked, apart, sheets.NOT_VISITED)
        chunks = sheets.chunked_visits()
        lines = (row for level in of.levels for row in sheets.basis_rows(of, found[level], level, chunks))
        writer.basis(lines)
        counted = {level: sum(row.visited for row in found[level]) for level in of.levels}
        there_are = {level: len(found[level]) for level in of.levels}
        writer.notes(sheets.notes(of, counted, there_are, seal, shown(now)))


def _split(rows: list) -> tuple[list, list]:
    return [row for row in rows if row.place is not None], [row for row in rows if row.place is None]


class _Book:
    """One workbook in the making: title, period and scope, header, rows; the habits of Excel and WPS users."""

    def __init__(self, book: xlsxwriter.Workbook, of: Frame, now: datetime):
        self.book, self.of, self.now = book, of, now
        border = {"border": 1, "border_color": "#999999", "valign": "vcenter"}
        self.formats = {kind: book.add_format(border | look) for kind, look in FORMATS.items()}
        self.title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
        self.under = book.add_format({"font_size": 10, "align": "center", "font_color": "#444444"})
        self.header = book.add_format(
            {**border, "bold": True, "bg_color": "#E8EEF7", "align": "center", "text_wrap": True}
        )
        self.aside = book.add_format({"bold": True, "font_size": 12})
        self.colours = {
            key: book.add_format({"bg_color": band["fill"], "font_color": band["ink"]})
            for key, band in of.bands.items()
        }

    def _open(self, name: str, columns: list[Column]):
        sheet = self.book.add_worksheet(name)
        for index, column in enumerate(columns):
            sheet.set_column(index, index, _width(column))
        sample = "【示例数据】" if self.of.round.sample else ""
        period = (
            f"{sample}{self.of.round.name}　范围：{self.of.round.area.name}"
            f"　核查期：{self.of.round.opens_on} 至 {self.of.round.closes_on}　生成：{shown(self.now)}（北京时间）"
        )
        sheet.merge_range(0, 0, 0, len(columns) - 1, f"{sample}便民服务中心标准化建设核查　{name}", self.title)
        sheet.merge_range(1, 0, 1, len(columns) - 1, period, self.under)
        sheet.write_row(2, 0, [column.heading for column in columns], self.header)
        sheet.freeze_panes(3, 2)
        sheet.repeat_rows(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(FOOTER)
        return sheet

    def sheet(self, name: str, columns: list[Column], rows: list, apart: list, heading: str) -> None:
        """Ranked rows under the filter; those not ranked apart below it, so that a sort cannot mix them in."""
        sheet = self._open(name, columns)
        for number, row in enumerate(rows, 3):
            self._row(sheet, number, columns, row)
        last = max(3, len(rows) + 2)
        sheet.autofilter(2, 0, last, len(columns) - 1)
        self._colour(sheet, columns, last)
        if apart:
            sheet.write_string(len(rows) + 4, 0, f"{heading}（{len(apart)}）", self.aside)
            for number, row in enumerate(apart, len(rows) + 5):
                self._row(sheet, number, columns, row)

    def _row(self, sheet, number: int, columns: list[Column], row) -> None:
        for index, column in enumerate(columns):
            value, look = column.cell(row), self.formats[column.kind]
            if value is None or value == "":
                sheet.write_blank(number, index, None, look)
            elif isinstance(value, int | Decimal):
                sheet.write_number(number, index, float(value), look)
            else:
                sheet.write_string(number, index, _safe(value), look)

    def _colour(self, sheet, columns: list[Column], last: int) -> None:
        index = next(index for index, column in enumerate(columns) if column.heading == "亮牌")
        for key, band in self.of.bands.items():
            rule = {"type": "text", "criteria": "begins with", "value": band["shape"], "format": self.colours[key]}
            sheet.conditional_format(3, index, last, index, rule)

    def basis(self, rows: Iterable[dict]) -> None:
        columns = sheets.basis()
        sheet, number, part = self._open("得分依据", columns), 3, 1
        for row in rows:
            if number >= MOST_ROWS:
                sheet.autofilter(2, 0, number - 1, len(columns) - 1)
                part += 1
                sheet, number = self._open(f"得分依据{part}", columns), 3
            self._row(sheet, number, columns, row)
            number += 1
        sheet.autofilter(2, 0, max(3, number - 1), len(columns) - 1)

    def notes(self, lines: list[tuple]) -> None:
        columns = [Column("项目", "text", lambda row: row[0]), Column("内容", "text", lambda row: row[1])]
        sheet = self._open("说明", columns)
        sheet.set_column(0, 0, 16)
        sheet.set_column(1, 1, 110)
        for number, line in enumerate(lines, 3):
            self._row(sheet, number, columns, line)


def _width(column: Column) -> int:
    """East Asian characters are two wide."""
    wide = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in column.heading)
    least = {"text": 14, "score": 9, "percent": 9, "count": 8, "date": 12}[column.kind]
    special = {"中心": 30, "内容": 44, "备注": 34, "理由": 30, "照片SHA-256": 24, "检查编号": 38, "核查时间": 17}
    return special.get(column.heading, max(least, wide + 2))


def _safe(text: str) -> str:
    """Characters a worksheet cannot hold are dropped."""
    return "".join(char for char in str(text) if char >= " " or char in "\n\t")[:32_000]


def csv_lines(of: Frame, what: str) -> Iterator[str]:
    """One ranking as CSV with a byte order mark (Excel and WPS need it), for machines and for those who insist."""
    columns, rows = _table(of, what)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    yield "\ufeff"
    writer.writerow([column.heading for column in columns] + (["数据性质"] if of.round.sample else []))
    for row in rows:
        writer.writerow([_csv_cell(column.cell(row)) for column in columns] + (["示例"] if of.round.sample else []))
        yield out.getvalue()
        out.seek(0)
        out.truncate()
    yield out.getvalue()


def _table(of: Frame, what: str) -> tuple[list[Column], list]:
    if what == "counties":
        return sheets.counties(of), county_rows(of)
    levels = {"townships": "township", "villages": "village"}
    if what not in levels:
        raise NotFound()
    return sheets.centres(of, levels[what]), centre_rows(of, levels[what])


def _csv_cell(value) -> str:
    """Text that a spreadsheet would take for a formula gets an apostrophe in front."""
    if value is None:
        return ""
    text = _safe(value)
    if isinstance(value, str) and text.lstrip()[:1] in ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r"):
        return "'" + text
    return text
