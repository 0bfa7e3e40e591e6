"""The first lines of each sheet of a workbook, as they are printed: a book that is only looked into."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from audit.rankings import basis, problem_list
from audit.rankings.cover import Cover
from audit.rankings.queries import Frame
from audit.rankings.sheets import Column, Sheet

FIRST = 5  # lines of each sheet
VISITS = 20  # of each level, that are looked into for the first problems


@dataclass(frozen=True)
class Leaf:
    """The beginning of a sheet: headings, the kinds of their columns, and cells as text. `lines` is how many the sheet
    has, where that is known before it is written."""

    name: str
    headings: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    lines: int | None = None


class Glance:
    """Takes the sheets as `book.Book` does, and keeps the first lines of each."""

    def __init__(self, of: Frame):
        self.of, self.leaves = of, []

    @staticmethod
    def wanted(found: dict[str, list]) -> dict[str, list]:
        """Of these rows, those with which 问题清单 and 得分依据 begin."""
        visited = {level: [row for row in rows if getattr(row, "visited", False)] for level, rows in found.items()}
        return {level: rows[:VISITS] for level, rows in visited.items()}

    def cover(self, cover: Cover) -> None:
        """封面: the notice, line by line."""
        lines = [text.strip("　 ") for _, text in cover.lines()]
        self.leaves.append(Leaf("封面", rows=[[line] for line in lines if line]))

    def ranking(self, name: str, columns: list[Column], rows: list) -> None:
        """Ranked rows, then the others: all are counted."""
        self._leaf(name, columns, rows, len(rows))

    def table(self, sheet: Sheet) -> None:
        """A sheet of lines under a filter."""
        self._leaf(sheet.name, sheet.columns, sheet.rows)

    def problems(self, rows: Iterable[dict]) -> None:
        """问题清单."""
        self._leaf("问题清单", problem_list.columns(self.of), rows)

    def basis(self, rows: Iterable[dict]) -> None:
        """得分依据."""
        self._leaf("得分依据", basis.columns()[: basis.PRINTED], rows)

    def notes(self, lines: list[tuple]) -> None:
        """说明, all of it."""
        self.leaves.append(Leaf("说明", rows=[list(map(str, line)) for line in lines], lines=len(lines)))

    def _leaf(self, name: str, columns: list[Column], rows: Iterable, lines: int | None = None) -> None:
        first = [[column.printed(row) for column in columns] for row in islice(rows, FIRST)]
        headings, kinds = [each.heading for each in columns], [each.kind for each in columns]
        self.leaves.append(Leaf(name, headings, kinds, first, lines))
