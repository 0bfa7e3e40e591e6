"""Reading a table of centres from CSV (UTF-8 or GBK) or .xlsx, row by row, before anything is stored."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import marshmallow as ma

from audit.base.fields import Text, Uuid, Whole, spelling
from audit.base.problems import ValidationError
from audit.centres.columns import HEADINGS
from audit.centres.datums import READ_AS
from audit.centres.schemas import DATUMS, TIERS

COLUMNS = tuple(HEADINGS)
MOST_ROWS = 20_000
MOST_LINES = 100_000  # empty ones too: a sheet may say that its last line is number a thousand million
MOST_COLUMNS = 26
MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 64 * 1024 * 1024
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
YES, NO = {"1", "yes", "true", "是"}, {"", "0", "no", "false", "否"}
ENCODINGS = {"utf-8-sig": "UTF-8", "gb18030": "GBK"}
NEW = "new"  # in the column centre_id: another centre than those that stand
SAME_AS = {
    "示范型": "demonstration", "标准型": "standard",
    "在用": "active", "正常": "active", "启用": "active", "停用": "closed", "关闭": "closed", "撤销": "closed",
}  # fmt: skip


@dataclass(frozen=True)
class Unfit:
    """A cell that cannot be taken as it stands, and why."""

    why: str


class DivisionCode(ma.fields.String):
    """9 digits for a township, 12 for a village, exactly as published; a township's may have the three zeros behind it
    that the statistics bureau gives it."""

    def _deserialize(self, value, attr, data, **kwargs):
        if re.fullmatch("[0-9]{9}|[0-9]{12}", value):
            return value[:9] if value.endswith("000") and len(value) == 12 else value
        if re.fullmatch(r"[0-9]+(\.[0-9]*)?(e\+?[0-9]+)?", value, re.IGNORECASE) and not value.isdigit():
            raise ma.ValidationError(
                "a spreadsheet has turned the code into a number: format the column as text and enter it again"
            )
        raise ma.ValidationError("9 digits name a township and 12 a village; nothing else has centres")


class Name(Text):
    """A centre's name, whose spelling for comparison fits its column too: NFKC can make it longer."""

    def _deserialize(self, value, attr, data, **kwargs):
        name = super()._deserialize(value, attr, data, **kwargs)
        if not 1 <= len(spelling(name)) <= self.longest:
            raise ma.ValidationError(f"must have 1 to {self.longest} characters when written in plain ones")
        return name


class Degrees(ma.fields.Float):
    """Decimal degrees in plain digits."""

    def _deserialize(self, value, attr, data, **kwargs):
        if not re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,17})?", value):
            raise ma.ValidationError("decimal degrees such as 29.21273 are wanted")
        return super()._deserialize(value, attr, data, **kwargs)


class Digits(Whole):
    """A whole number in plain ASCII digits."""

    def _deserialize(self, value, attr, data, **kwargs):
        plain = int(value) if re.fullmatch("[0-9]{1,10}", value) else value
        return super()._deserialize(plain, attr, data, **kwargs)


class YesNo(ma.fields.Boolean):
    """yes or no, in the spellings that spreadsheets use."""

    def _deserialize(self, value, attr, data, **kwargs):
        return super()._deserialize(value.lower(), attr, data, **kwargs)


class OneWord(ma.fields.String):
    """One of a few words, in English or as offices write it."""

    def __init__(self, *words: str):
        super().__init__(validate=ma.validate.OneOf(words))

    def _deserialize(self, value, attr, data, **kwargs):
        return SAME_AS.get(value, super()._deserialize(value, attr, data, **kwargs))


class CentreId(Uuid):
    """The id of a centre that stands, or `new`."""

    def _deserialize(self, value, attr, data, **kwargs):
        return NEW if value == NEW else super()._deserialize(value, attr, data, **kwargs)


class CentreRef(Uuid):
    """Another centre: its id, or the code of a division that has no other."""

    def _deserialize(self, value, attr, data, **kwargs):
        if value.isascii() and value.isdigit():
            return DivisionCode().deserialize(value)
        return super()._deserialize(value, attr, data, **kwargs)


class Row(ma.Schema):
    """One line of the table. Cells are text; empty means not given. A point comes out in WGS-84 or CGCS2000."""

    division_code = DivisionCode()
    centre_id = CentreId()
    name = Name(100)
    tier = OneWord(*TIERS)
    demonstration = YesNo(truthy=YES, falsy=NO)
    status = OneWord("active", "closed")
    closed_why = Text(200)
    merged_into = CentreRef()
    population = Digits(0, 10_000_000)
    population_source = Text(100)
    lat = Degrees(validate=ma.validate.Range(-90, 90))
    lon = Degrees(validate=ma.validate.Range(-180, 180))
    datum = ma.fields.String(validate=ma.validate.OneOf(list(READ_AS), error=f"must be {' or '.join(READ_AS)}"))
    point_source = Text(100)

    @ma.validates_schema
    def means_a_centre(self, row, **_):
        if "division_code" not in row and isinstance(row.get("centre_id", NEW), str):
            raise ma.ValidationError("Missing data for required field.", "division_code")
        if row.get("status") != "closed" and ("closed_why" in row or "merged_into" in row):
            raise ma.ValidationError("only a closed centre has a reason and goes into another", "status")

    @ma.validates_schema
    def point_is_whole(self, row, **_):
        if ("lat" in row) != ("lon" in row):
            raise ma.ValidationError("a point wants both lat and lon", "lat")
        if "lat" in row and "datum" not in row:
            raise ma.ValidationError("a point wants its datum", "datum")

    @ma.post_load
    def in_wgs(self, row, **_):
        """What is no neighbour of WGS-84 is read in it, and says so: converted again it is the same to the digit."""
        if "lat" in row and row["datum"] not in DATUMS:
            lat, lon = READ_AS[row["datum"]]((row["lat"], row["lon"]))
            said = f"converted from {row['datum']}"
            source = f"{row['point_source'][: 98 - len(said)]}, {said}" if "point_source" in row else said
            row |= {"lat": round(lat, 6), "lon": round(lon, 6), "datum": "WGS-84", "point_source": source}
        return row


def read(path: Path) -> list[tuple[int, dict[str, str | Unfit]]]:
    """(row number as a spreadsheet shows it, cells) of every row that is not empty.

    Raises ValidationError for a file that is no table of centres.
    """
    lines = table(path)
    header = headings(next(lines, []))
    _check_header(header)
    return below(header, lines, 2)


def table(path: Path) -> Iterator[list[str | Unfit]]:
    """The lines of any table, CSV (UTF-8 or GBK) or the first sheet of an .xlsx; ValidationError for other files."""
    return next(tables(path))[1]


def tables(path: Path, unpacked: int = MOST_UNPACKED) -> Iterator[tuple[str, Iterator[list[str | Unfit]]]]:
    """(name, lines) of every sheet of an .xlsx in their order, or of a CSV, which has no name.

    Lines are read as they are asked for, so that of a long sheet no more is read than is wanted. ValidationError for
    other files, and for a workbook of more bytes than that when `unpacked`.
    """
    if path.stat().st_size > MOST_BYTES:
        raise ValidationError(f"the file is larger than {MOST_BYTES // 1024 // 1024} MiB")
    return tables_of(path.read_bytes(), path.name, unpacked)


def tables_of(
    raw: bytes, name: str, unpacked: int = MOST_UNPACKED
) -> Iterator[tuple[str, Iterator[list[str | Unfit]]]]:
    """The same of a file's bytes."""
    if raw.startswith(OLD_WORKBOOK):
        raise ValidationError("an old .xls workbook: save it as .xlsx")
    return _from_workbook(raw, unpacked) if is_workbook(raw, name) else iter([("", _from_csv(raw))])


def is_workbook(raw: bytes, name: str) -> bool:
    """Whether a file is taken for an .xlsx: by its bytes first."""
    return raw.startswith(b"PK") or name.lower().endswith(".xlsx")


def encoding_of(raw: bytes) -> str | None:
    """How the text of a CSV is written: utf-8-sig or gb18030; None for what is neither."""
    for encoding in ENCODINGS:
        try:
            raw.decode(encoding)
            return encoding
        except UnicodeDecodeError:
            continue
    return None


def headings(line: list[str | Unfit]) -> list[str]:
    """What a line says when its cells are headings."""
    return [cell.strip() if isinstance(cell, str) else cell.why for cell in line]


def below(header: list[str], lines: Iterator[list[str | Unfit]], first: int) -> list[tuple[int, dict]]:
    """(number, cells by heading) of every line that is not empty; `first` is the number of the first one."""
    found = []
    for number, cells in enumerate(lines, first):
        if values := _by_column(header, cells):
            found.append((number, values))
        if len(found) > MOST_ROWS or number > MOST_LINES:
            raise ValidationError(f"more than {MOST_ROWS} rows")
    return found


def mapped(lines: Iterator[list[str | Unfit]], at: dict[str, int], first: int) -> list[tuple[int, dict]]:
    """(number, cells by column) of every line from `first` on that holds anything in the columns that are asked for;
    `at` says where in a line each of them stands."""
    found = []
    for number, cells in enumerate(lines, 1):
        if number > MOST_LINES or len(found) > MOST_ROWS:
            raise ValidationError(f"more than {MOST_ROWS} rows")
        if number < first:
            continue
        given = {column: cells[place] for column, place in at.items() if place < len(cells)}
        values = {column: cell.strip() if isinstance(cell, str) else cell for column, cell in given.items()}
        if any(values.values()):
            found.append((number, {column: cell for column, cell in values.items() if cell}))
    return found


def _by_column(header: list[str], cells: list[str | Unfit]) -> dict[str, str | Unfit]:
    """The cells of a line that hold something, by their header; a cell without one is a fault of the row."""
    values: dict[str, str | Unfit] = {}
    for index, cell in enumerate(cells):
        value = cell.strip() if isinstance(cell, str) else cell
        name = header[index] if index < len(header) else ""
        if value:
            values[name or f"column {index + 1}"] = value if name else Unfit("stands under no header")
    return values


def _check_header(header: list[str]) -> None:
    named = [name for name in header if name]
    if "division_code" not in named:
        raise ValidationError(
            "no column division_code: names repeat and are never used as keys", errors={"/1/division_code": "missing"}
        )
    wrong = {name: "no such column" for name in named if name not in COLUMNS}
    wrong |= {name: "stands twice" for name in named if named.count(name) > 1}
    if wrong:
        raise ValidationError(
            f"columns may be {', '.join(COLUMNS)}", errors={f"/1/{name[:100]}": why for name, why in wrong.items()}
        )


def _from_csv(raw: bytes) -> Iterator[list[str]]:
    encoding = encoding_of(raw)
    if encoding is None:
        raise ValidationError("neither UTF-8 nor GBK text")
    try:
        return iter(list(csv.reader(io.StringIO(raw.decode(encoding), newline=""), strict=True)))
    except csv.Error as error:
        raise ValidationError(f"not a CSV table: {error}") from error


def _from_workbook(raw: bytes, most: int) -> Iterator[tuple[str, Iterator[list[str | Unfit]]]]:
    """The sheets. Formulas are not computed, and what another program once computed is not used."""
    import openpyxl  # 0.15 s, which no other command and no worker of the server should pay for

    with _workbook():
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(each.file_size for each in packed.infolist()) > most:
                raise ValidationError("the workbook unpacks to too much")
        sheets = openpyxl.load_workbook(io.BytesIO(raw), read_only=True).worksheets
        if not sheets:
            raise ValidationError("the workbook has no sheet")
    for sheet in sheets:
        yield sheet.title, _lines(sheet)


def _lines(sheet) -> Iterator[list[str | Unfit]]:
    with _workbook():
        sheet.reset_dimensions()  # what a sheet says of its own size may be a thousand million empty cells
        for line in sheet.iter_rows(max_col=MOST_COLUMNS):
            yield [_cell(cell) for cell in line]


@contextmanager
def _workbook() -> Iterator[None]:
    """Whatever a parser in front of any bytes at all stumbles over: it is no workbook."""
    try:
        yield
    except ValidationError:
        raise
    except Exception as error:
        raise ValidationError(f"not an .xlsx workbook: {str(error)[:200]}") from error


def _cell(cell) -> str | Unfit:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type in ("f", "e"):
        return Unfit("is a formula: paste its value instead" if cell.data_type == "f" else "is a spreadsheet's error")
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int | float) else Unfit("is a date: format the cell as text")


def workbook(lines: Iterable[list[str]]) -> bytes:
    """A table to begin with, under the headings that offices know; every cell is text, and so stays as it is."""
    import openpyxl
    from openpyxl.cell import WriteOnlyCell

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("中心")
    for letter, width in {"A": 16, "B": 34, "L": 40}.items():
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "C2"
    for line in [[words[0] for words in HEADINGS.values()], *lines]:
        cells = [WriteOnlyCell(sheet, value=text or None) for text in line]
        for cell in cells:
            cell.number_format = "@"
            if cell.data_type == "f":  # a name that begins with = is a name
                cell.data_type = "s"
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def checked(rows: list[tuple[int, dict[str, str | Unfit]]]) -> tuple[list[tuple[int, dict]], dict[str, str]]:
    """Rows whose cells are well formed, and the faults of the others by `/row/column`."""
    good, faults = [], {}
    for number, cells in rows:
        unfit = {column: [cell.why] for column, cell in cells.items() if isinstance(cell, Unfit)}
        messages: dict[str, list[str]] = {}
        try:
            row = Row().load({column: cell for column, cell in cells.items() if column not in unfit})
        except ma.ValidationError as error:
            messages = error.messages
        # last, so that an unfit cell is not called missing
        for column, said in (messages | unfit).items():
            faults[f"/{number}/{column}"] = "; ".join(map(str, said))
        if not messages and not unfit:
            good.append((number, row))
    return good, faults
