"""Tables of centres as county offices send them."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import openpyxl

POINT = {"lat": "29.2131", "lon": "89.1790", "datum": "WGS-84", "point_source": "laser survey 2026"}
LUOJIANG = {"division_code": "540228100", "tier": "demonstration", "population": "3900"}


def as_csv(folder: Path, *rows: dict, encoding: str = "utf-8") -> Path:
    """A .csv file with these rows."""
    header = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, header, restval="")
    writer.writeheader()
    writer.writerows(rows)
    path = folder / "centres.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def as_workbook(folder: Path, *rows: dict) -> Path:
    """An .xlsx file with these rows; cells keep the types they come with."""
    book = openpyxl.Workbook()
    header = list(dict.fromkeys(name for row in rows for name in row))
    book.active.append(header)
    for row in rows:
        book.active.append([row.get(name) for name in header])
    path = folder / "centres.xlsx"
    book.save(path)
    return path


def bomb(folder: Path) -> Path:
    """A workbook of some 80 kB that unpacks to 80 MB."""
    path = folder / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/sharedStrings.xml", b"0" * 80_000_000)
    return path
