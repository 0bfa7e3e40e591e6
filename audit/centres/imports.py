"""Reading a table of centres from CSV (UTF-8 or GBK) or .xlsx, row by row, before anything is stored."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import marshmallow as ma
import openpyxl

from audit.base.fields import Text
from audit.base.problems import ValidationError
from audit.centres.schemas import TIERS

COLUMNS = (
    "division_code", "name", "tier", "demonstration", "status", "population", "population_source",
    "lat", "lon", "datum", "point_source",
)  # fmt: skip
MOST_ROWS = 20_000
MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024
YES, NO = {"1", "yes", "true", "是"}, {"", "0", "no", "false", "否"}


class Row(ma.Schema):
    """One line of the table. Cells are text; empty means not given."""

    division_code = ma.fields.String(required=True, validate=ma.validate.Regexp(r"^[0-9]{9}$|^[0-9]{12}$"))
    name = Text(100)
    tier = ma.fields.String(validate=ma.validate.OneOf(TIERS))
    demonstration = ma.fields.Boolean(truthy=YES, falsy=NO)
    status = ma.fields.String(validate=ma.validate.OneOf(["active", "closed"]))
    population = ma.fields.Integer(validate=ma.validate.Range(0, 10_000_000))
    population_source = Text(100)
    lat = ma.fields.Float(validate=ma.validate.Range(-90, 90))
    lon = ma.fields.Float(validate=ma.validate.Range(-180, 180))
    datum = ma.fields.String(
        validate=ma.validate.OneOf(
            ["WGS-84", "CGCS2000"], error="must be WGS-84 or CGCS2000: convert other datums first"
        )
    )
    point_source = Text(100)

    @ma.validates_schema
    def point_is_whole(self, row, **_):
        if ("lat" in row) != ("lon" in row):
            raise ma.ValidationError("a point wants both lat and lon", "lat")
        if "lat" in row and "datum" not in row:
            raise ma.ValidationError("a point wants its datum", "datum")


def read(path: Path) -> list[tuple[int, dict[str, str]]]:
    """(row number as a spreadsheet shows it, cells) of every row that is not empty.

    Raises ValidationError for a file that is no table of centres.
    """
    if path.stat().st_size > MOST_BYTES:
        raise ValidationError(f"the file is larger than {MOST_BYTES // 1024 // 1024} MiB")
    lines = _from_workbook(path) if path.suffix.lower() == ".xlsx" else _from_csv(path)
    header = [str(cell).strip() for cell in next(lines, [])]
    _check_header(header)
    found = []
    for number, cells in enumerate(lines, 2):
        values = {name: str(cell).strip() for name, cell in zip(header, cells, strict=False) if str(cell).strip()}
        if values:
            found.append((number, values))
        if len(found) > MOST_ROWS:
            raise ValidationError(f"more than {MOST_ROWS} rows")
    return found


def _check_header(header: list[str]) -> None:
    if "division_code" not in header:
        raise ValidationError(
            "no column division_code: names repeat and are never used as keys", errors={"/1": "header"}
        )
    unknown = [name for name in header if name and name not in COLUMNS]
    if unknown or len(set(header)) < len(header):
        raise ValidationError(f"columns may be {', '.join(COLUMNS)}; not {', '.join(unknown) or 'one twice'}")


def _from_csv(path: Path) -> Iterator[list[str]]:
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return iter(list(csv.reader(io.StringIO(raw.decode(encoding), newline=""), strict=True)))
        except UnicodeDecodeError:
            continue
        except csv.Error as error:
            raise ValidationError(f"not a CSV table: {error}") from error
    raise ValidationError("neither UTF-8 nor GBK text")


def _from_workbook(path: Path) -> Iterator[list]:
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(each.file_size for each in packed.infolist()) > MOST_UNPACKED:
                raise ValidationError("the workbook unpacks to too much")
        sheet = openpyxl.load_workbook(path, read_only=True, data_only=True).worksheets[0]
        return iter([["" if cell is None else cell for cell in row] for row in sheet.iter_rows(values_only=True)])
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, IndexError) as error:
        raise ValidationError(f"not an .xlsx workbook: {error}") from error


def checked(rows: list[tuple[int, dict[str, str]]]) -> tuple[list[tuple[int, dict]], dict[str, str]]:
    """Rows whose cells are well formed, and the faults of the others by `/row/column`."""
    good, faults = [], {}
    for number, cells in rows:
        try:
            good.append((number, Row().load(cells)))
        except ma.ValidationError as error:
            for column, messages in error.messages.items():
                faults[f"/{number}/{column}"] = "; ".join(map(str, messages))
    return good, faults
