"""Text for spreadsheets: what a cell can hold, and nothing that a program would run."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

UNHELD = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")
FORMULA = tuple("=+-@＝＋－＠")
LONGEST_CELL = 32_000


def holdable(text: object) -> str:
    """The text without the characters that a worksheet cannot hold."""
    return UNHELD.sub("", str(text))[:LONGEST_CELL]


def spreadsheet_cell(value: object) -> str:
    """The value as a CSV cell; text that a spreadsheet would take for a formula gets an apostrophe in front."""
    if value is None:
        return ""
    text = holdable(value)
    if isinstance(value, str) and (text[:1] in ("\t", "\n") or text.strip()[:1] in FORMULA):
        return "'" + text
    return text


def csv_text(heading: list[str], rows: Iterable[list]) -> Iterator[str]:
    """CSV line by line, with the byte order mark that Excel and WPS need."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(heading)
    yield "\ufeff" + out.getvalue()
    for row in rows:
        out.seek(0)
        out.truncate()
        writer.writerow([spreadsheet_cell(cell) for cell in row])
        yield out.getvalue()
