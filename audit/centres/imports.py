"""Reading a table of centres from CSV (UTF-8 or GBK) or .xlsx, row by row, before anything is stored."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import marshmallow as ma

from audit.base.fields import Text, Whole, spelling
from audit.base.problems import ValidationError
from audit.centres.schemas import DATUMS, TIERS

COLUMNS = (
    "division_code", "name", "tier", "demonstration", "status", "population", "population_source",
    "lat", "lon", "datum", "point_source",
)  # fmt: skip
MOST_ROWS = 20_000
MOST_LINES = 100_000  # empty ones too: a sheet may say that its last line is number a thousand million
MOST_COLUMNS = 26
MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 64 * 1024 * 1024
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
YES, NO = {"1", "yes", "true", "是"}, {"", "0", "no", "false", "否"}


@dataclass(frozen=True)
class Unfit:
    """A cell that cannot be taken as it stands, and why."""

    why: str


class DivisionCode(ma.fields.String):
    """9 digits for a township, 12 for a village, exactly as published."""

    def _deserialize(self, value, attr, data, **kwargs):
        if re.fullmatch("[0-9]{9}|[0-9]{12}", value):
            return value
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


class Row(ma.Schema):
    """One line of the table. Cells are text; empty means not given."""

    division_code = DivisionCode(required=True)
    name = Name(100)
    tier = ma.fields.String(validate=ma.validate.OneOf(TIERS))
    demonstration = YesNo(truthy=YES, falsy=NO)
    status = ma.fields.String(validate=ma.validate.OneOf(["active", "closed"]))
    population = Digits(0, 10_000_000)
    population_source = Text(100)
    lat = Degrees(validate=ma.validate.Range(-90, 90))
    lon = Degrees(validate=ma.validate.Range(-180, 180))
    datum = ma.fields.String(
        validate=ma.validate.OneOf(DATUMS, error="must be WGS-84 or CGCS2000: convert other datums first")
    )
    point_source = Text(100)

    @ma.validates_schema
    def point_is_whole(self, row, **_):
        if ("lat" in row) != ("lon" in row):
            raise ma.ValidationError("a point wants both lat and lon", "lat")
        if "lat" in row and "datum" not in row:
            raise ma.ValidationError("a point wants its datum", "datum")


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
    if path.stat().st_size > MOST_BYTES:
        raise ValidationError(f"the file is larger than {MOST_BYTES // 1024 // 1024} MiB")
    raw = path.read_bytes()
    if raw.startswith(OLD_WORKBOOK):
        raise ValidationError("an old .xls workbook: save it as .xlsx")
    packed = raw.startswith(b"PK") or path.suffix.lower() == ".xlsx"
    return _from_workbook(raw) if packed else _from_csv(raw)


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
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return iter(list(csv.reader(io.StringIO(raw.decode(encoding), newline=""), strict=True)))
        except UnicodeDecodeError:
            continue
        except csv.Error as error:
            raise ValidationError(f"not a CSV table: {error}") from error
    raise ValidationError("neither UTF-8 nor GBK text")


def _from_workbook(raw: bytes) -> Iterator[list[str | Unfit]]:
    """The lines of the first sheet. Formulas are not computed, and what another program once computed is not used."""
    import openpyxl  # 0.15 s, which no other command and no worker of the server should pay for

    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(each.file_size for each in packed.infolist()) > MOST_UNPACKED:
                raise ValidationError("the workbook unpacks to too much")
        sheet = openpyxl.load_workbook(io.BytesIO(raw), read_only=True).worksheets[0]
        sheet.reset_dimensions()  # what a sheet says of its own size may be a thousand million empty cells
        for line in sheet.iter_rows(max_col=MOST_COLUMNS):
            yield [_cell(cell) for cell in line]
    except ValidationError:
        raise
    except Exception as error:  # a parser in front of any bytes at all; whatever it stumbles over, it is no workbook
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
