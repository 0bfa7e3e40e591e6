"""A table of centres as it was sent, and how it is to be read: its sheet, its line of headings, its columns."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from audit.base.problems import ValidationError
from audit.centres import imports
from audit.centres.columns import TITLES, guess, line_of_headings

KEPT = timedelta(days=1)


def packed(raw: bytes) -> str:
    """The file as the database keeps it: text, for backups take no bytes."""
    return base64.b64encode(gzip.compress(raw, mtime=0)).decode()


def unpacked(text: str) -> bytes:
    """The inverse of `packed`."""
    return gzip.decompress(base64.b64decode(text))


@dataclass(frozen=True)
class Reading:
    """How a table is read: `line` is the number of the headings, `at` the place of each column in a line; `datum` is
    that of its points when no column tells it."""

    sheet: str
    line: int
    at: Mapping[str, int]
    datum: str | None

    @property
    def wants_datum(self) -> bool:
        return "lat" in self.at and "datum" not in self.at and not self.datum


class Table:
    """A file with its sheets, of which each is read when it is asked for."""

    def __init__(self, name: str, raw: bytes):
        self.name, self.raw = name, raw
        self.workbook = imports.is_workbook(raw, name)
        encoding = None if self.workbook else imports.encoding_of(raw)
        self.encoding = imports.ENCODINGS.get(encoding or "")
        self.first = {sheet: _first(lines) for sheet, lines in imports.tables_of(raw, name)}

    def reading(self, asked: Mapping) -> Reading:
        """How it is read: as asked ({sheet, line, columns, datum}), and where nothing was asked, as it looks."""
        sheet = asked.get("sheet") or self._likeliest()
        if sheet not in self.first:
            raise ValidationError(errors={"/sheet": "no such sheet"})
        line = asked.get("line") or line_of_headings(self.first[sheet]) + 1
        columns = asked.get("columns")
        at = guess(self.headings(sheet, line)) if columns is None else columns
        return Reading(sheet, line, at, asked.get("datum"))

    def _likeliest(self) -> str:
        return max(self.first, key=lambda each: len(guess(self.headings(each, line_of_headings(self.first[each]) + 1))))

    def headings(self, sheet: str, line: int) -> list[str]:
        """The cells of a line as headings."""
        lines = self.first[sheet]
        return imports.headings(lines[line - 1]) if line <= len(lines) else []

    def rows(self, reading: Reading) -> list[tuple[int, dict]]:
        """(number, cells by column) of what stands below the headings."""
        lines = next(lines for sheet, lines in imports.tables_of(self.raw, self.name) if sheet == reading.sheet)
        found = imports.mapped(lines, dict(reading.at), reading.line + 1)
        if reading.datum and "datum" not in reading.at:
            for _, cells in found:
                cells |= {"datum": reading.datum} if "lat" in cells else {}
        return found


def _first(lines) -> list[list]:
    return list(islice(lines, TITLES))
