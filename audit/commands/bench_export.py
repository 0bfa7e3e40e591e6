"""audit bench export: how fast the workbook is written, and that its memory does not grow with its rows."""

from __future__ import annotations

import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from multiprocessing import get_context
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import click

from audit.base import migrations
from audit.base.db import digest_of
from audit.centres.models import Division
from audit.checklists import editions
from audit.checklists.models import Edition
from audit.checklists.queries import standard
from audit.commands import inventions
from audit.inspections import answers as reading
from audit.inspections.scores import decimal, row
from audit.rankings import exports
from audit.rankings.basis import Told
from audit.rankings.queries import Frame, Row
from audit.rounds.models import Round, RoundLevel
from audit.scoring.cards import CardPolicy
from audit.scoring.ranking import RankingPolicy
from audit.scoring.score import score

KINDS = 40  # different visits: the others are like one of them
HEAD = {"software": "bench", "form": 2, "round": {"closed_on": "2026-11-20"}, "draws": []}
MADE = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


@click.command()
@click.option("--centres", type=click.IntRange(100, 1_000_000), default=50_000, show_default=True)
@click.option("--items", type=click.IntRange(1, 45), default=5, show_default=True, help="Lines of 得分依据 per centre.")
def export(centres: int, items: int) -> None:
    """The workbook of so many scored centres (示例, made up), and of a tenth of them: rows per second, peak memory.

    The rows are made as they are written, as rows come from a cursor. Each size is written by a process of its own.
    """
    few, many = (_measured(number, items) for number in (centres // 10, centres))
    click.echo(
        f"peak memory × {many.peak / few.peak:.2f} for × {many.rows / few.rows:.1f} rows; "
        f"above the program itself {few.own:.1f} MB and {many.own:.1f} MB"
    )


@dataclass(frozen=True)
class Measured:
    rows: int
    seconds: float
    peak: float  # MB of the whole process
    own: float  # MB of it since the writing began
    bytes: int


def _measured(centres: int, items: int) -> Measured:
    # a process that only does this: peaks never come down again
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
        found = alone.submit(_write, centres, items).result()
    click.echo(
        f"{centres:6d} centres: {found.rows} rows in {found.seconds:.1f} s, {found.rows / found.seconds:.0f} rows/s, "
        f"peak {found.peak:.1f} MB, file {found.bytes / 1e6:.1f} MB"
    )
    return found


def _write(centres: int, items: int) -> Measured:
    made = Made(centres, items)
    of = made.frame()
    before = _peak()
    with tempfile.TemporaryDirectory() as folder:
        path, began = Path(folder) / "ranking.xlsx", time.monotonic()
        exports.workbook(of, path, now=MADE)
        seconds, size = time.monotonic() - began, path.stat().st_size
    return Measured(made.rows_written, seconds, _peak(), _peak() - before, size)


def _peak() -> float:
    """MB of this process at its most."""
    try:
        told = Path("/proc/self/status").read_text()
        return int(told.partition("VmHWM:")[2].split()[0]) / 1024
    except (OSError, IndexError):  # no Linux
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Made:
    """A made-up published version of so many township centres, each row made when it is asked for."""

    findings_digest = "0" * 64

    def __init__(self, centres: int, items: int):
        self.centres, self.items = centres, items
        self.publication = SimpleNamespace(digest="0" * 64, version=1, published_at=MADE, head=HEAD)

    def frame(self) -> Frame:
        """What the export of a version wants to know of it."""
        ranking, cards, checklist = (_edition(f"{each}-2026.1") for each in ("ranking", "cards", "township"))
        of = Round(
            code="BENCH", name="示例", opens_on="2026-10-01", closes_on="2026-12-31", sample=True,
            area=Division(code="540200", name="示例市"), ranking_policy=ranking, card_policy=cards,
        )  # fmt: skip
        levels = {level: RoundLevel(level=level, edition=checklist) for level in ("township", "village")}
        return Frame(
            of, RankingPolicy.of(ranking.content), (), CardPolicy.of(cards.content),
            {band["key"]: band for band in cards.content["bands"]}, [], frozenset(), levels, version=self,
        )  # fmt: skip

    def rows(self, *_parts: str) -> dict[str, Sequence]:
        """No county and no village; the townships one at a time."""
        return {"counties": [], "township": Lazily(self.centres, self._row), "village": []}

    def findings(self) -> dict:
        """Nothing became of any problem."""
        return {}

    def visits(self, rows: Iterable[Row], _size: int = 100) -> Iterator[Told]:
        """The visit of each row."""
        people = {"检查员": "示例甲、示例乙", "复核员": "示例丙"}
        for number, each in enumerate(rows):
            yield Told(each, self._kinds[number % KINDS].explanation, {}, people, 1, MADE)

    @cached_property
    def rows_written(self) -> int:
        """Rows of the three sheets that grow: 乡镇排名, 问题清单, 得分依据."""
        lines = [len(_lines(each.explanation)) for each in self._kinds]
        return sum(1 + lines[number % KINDS] for number in range(self.centres))

    @cached_property
    def _kinds(self) -> list[SimpleNamespace]:
        """Visits as they are stored, the best first, with the first so many items of the explanation."""
        found = []
        content = _edition("township-2026.1").content
        for number in range(KINDS):
            stored = _scored(content, 1 - number / KINDS, random.Random(number))
            told = stored["explanation"]
            stored["explanation"] = told | {"items": told["items"][: self.items], "extras": [], "dimensions": []}
            found.append(SimpleNamespace(**stored))
        return sorted(found, key=lambda each: -each.total)

    def _row(self, number: int) -> Row:
        # blocks of equal rows, so that places fall with totals
        kind = self._kinds[number % KINDS]
        total, code = decimal(kind.total), f"{540200000 + number:09d}"
        made = Row(
            UUID(int=number), code, f"示例{number}便民服务中心", "standard", 1, "示例县", "540200", f"示例{number}乡"
        )
        made.inspection, made.total, made.place, made.place_in_county = UUID(int=number), total, number + 1, number + 1
        made.dimensions, made.adjustments = kind.summary["dimensions"], "0.00"
        made.met, made.assessable, made.inspectors = kind.met, kind.assessable, 2
        made.visited_on, made.card = MADE - timedelta(minutes=number), "green"
        return made


def _lines(explanation: dict) -> list[dict]:
    """The lines of a visit: one per item in 得分依据, and one per item below standard in 问题清单."""
    return explanation["items"] + [each for each in explanation["items"] if each["verdict"] == "not_met"]


def _scored(content: dict, quality: float, chance: random.Random) -> dict:
    given = {each["item"]: reading.parse(each) for each in inventions.answers(content, quality, chance)}
    rules = standard(Edition(id=content["id"], digest=digest_of(content), content=content))
    return row(score(rules, None, "standard", given, dict.fromkeys(given, 9)), None)


def _edition(name: str) -> Edition:
    content = editions.read(migrations.folder("checklists") / f"{name}.toml")
    return Edition(id=content["id"], digest=digest_of(content), content=content)


class Lazily(Sequence):
    """A sequence whose members are made each time they are asked for."""

    def __init__(self, length: int, make: Callable[[int], Row]):
        self._length, self._make = length, make

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, number: int) -> Row:
        return self._make(range(self._length)[number])

    def __iter__(self) -> Iterator[Row]:
        return map(self._make, range(self._length))
