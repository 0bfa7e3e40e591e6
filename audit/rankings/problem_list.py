"""问题清单: one line per item of a counted visit that does not meet its standard, with what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from audit.base import clock
from audit.base.clock import BEIJING
from audit.inspections.explain import REASONS, shown
from audit.inspections.scores import decimal
from audit.rankings import basis
from audit.rankings.queries import Frame, Row
from audit.rankings.sheets import Column

KINDS = (
    ("编号", "word", 8), ("点位", "text", 26), ("县(区)", "word", 11), ("区划代码", "word", 14), ("维度", "word", 10),
    ("条款", "prose", 34), ("问题", "prose", 36), ("依据(标准版本)", "prose", 22), ("扣分", "score", 8),
    ("整改要求", "prose", 34), ("整改时限", "date", 12), ("责任单位", "prose", 16), ("状态", "word", 9),
    ("销号日期", "date", 12), ("照片编号", "prose", 22),
)  # fmt: skip
COURSE = ("整改时限", "责任单位", "状态", "销号日期")  # what became of a problem: versions of form 1 do not know it
STATES = {"open": "待下达", "ordered": "整改中", "reported": "待核验", "closed": "已销号", "withdrawn": "已撤销"}


@dataclass(frozen=True)
class Course:
    """What became of a finding: until now, or until its version was published. `lost` in hundredths of a point."""

    state: str
    reason: str
    lost: int
    unit: str | None
    due_on: str | None
    closed_at: str | None

    @classmethod
    def of(cls, finding) -> Course:
        names = ("state", "reason", "lost", "unit", "due_on")
        return cls(**{name: getattr(finding, name) for name in names}, closed_at=_moment(finding.closed_at))

    @property
    def told(self) -> dict:
        """As a version keeps it."""
        return asdict(self)


def _moment(at: datetime | None) -> str | None:
    return at and clock.iso(at)


def columns(of: Frame) -> list[Column]:
    """The columns of 问题清单; a line is a dict by heading."""
    kinds = (each for each in KINDS if of.form > 1 or each[0] not in COURSE)
    return [Column(heading, kind, lambda row, key=heading: row.get(key), width) for heading, kind, width in kinds]


def lines(of: Frame, found: dict[str, list], findings: Mapping[tuple, Course]) -> Iterator[dict]:
    """The problems of both levels, numbered, in the order of the rankings.

    `findings` by (centre, item) give the state of each, and those that a later visit closed: of a published version
    as they were then, for its bytes never change.
    """
    number = 0
    for level in of.levels:
        for line in _of_level(of, found[level], level, findings):
            number += 1
            yield {"编号": f"{number:04}"} | line


def _of_level(of: Frame, rows: list[Row], level: str, findings: Mapping[tuple, Course]) -> Iterator[dict]:
    edition = of.levels[level].edition
    words = basis.Words(edition.content)
    items = {each["code"]: each for each in edition.content["items"]}

    def line(row: Row, code: str, **more) -> dict:
        return _about(row, items[code], edition.id, words) | _course(findings.get((row.centre, code))) | more

    mended = {key for key, each in findings.items() if each.state == "closed"}
    for visit in basis.visits(of, rows):
        for item in visit.explanation["items"]:
            if item["verdict"] == "not_met":
                mended.discard((visit.row.centre, item["code"]))
                yield line(visit.row, item["code"], **_found(of, visit, item, words))
    for row, code in _of_rows(rows, mended):
        each = findings[row.centre, code]
        yield line(row, code, 问题=REASONS[each.reason][0], 扣分=decimal(each.lost))


def _of_rows(rows: Iterable[Row], keys: set[tuple]) -> Iterator[tuple[Row, str]]:
    """The keys (centre, item) that these rows have, in their order."""
    items: dict[object, list[str]] = {}
    for centre, code in sorted(keys, key=lambda key: key[1]):
        items.setdefault(centre, []).append(code)
    for row in rows if items else ():
        for code in items.get(row.centre, ()):
            yield row, code


def _about(row: Row, item: dict, edition: str, words: basis.Words) -> dict:
    return {
        "县(区)": row.county,
        "点位": row.name,
        "区划代码": row.code,
        "维度": words.dimension[item["dimension"]],
        "条款": item["text"]["zh"],
        "依据(标准版本)": f"{edition}　{item['code']}",
        "整改要求": item["remedy"]["zh"],
    }


def _found(of: Frame, visit: basis.Told, item: dict, words: basis.Words) -> dict:
    value, standard = basis.found(item, words), _standard(of, item, words)
    # 14/20 against a share of 1
    unit = "" if item["n"] is not None else words.unit[item["code"]] or ""
    recorded = f"（{basis.UNSCORED}）" if of.form > 1 and item["code"] in words.unscored else ""
    asked = f"标准{standard}{unit}{_reference(of, item, words, unit)}"
    return {
        "问题": f"核查值{value}{unit}，{asked}：{REASONS[item['reason']][0]}{recorded}",
        "扣分": Decimal(item["possible"]) - Decimal(item["points"]),
        "照片编号": " ".join(digest[:8] for digest in visit.photos.get(item["code"], ())),
    }


def _standard(of: Frame, item: dict, words: basis.Words) -> str:
    """What was to be reached; versions before form 3 print a share of 7/9 as 700/9%."""
    if of.form > 2 or item["n"] is None:
        return words.bar(item["code"], item["standard"])
    return f"{shown(Fraction(item['standard']) * 100)}%"


def _reference(of: Frame, item: dict, words: basis.Words, unit: str) -> str:
    """What the demonstration site sets above the standard; versions before form 3 do not say it."""
    if of.form < 3 or item["reference"] in (None, item["standard"]):
        return ""
    return f"，参照值{words.bar(item['code'], item['reference'])}{unit}"


def _course(finding: Course | None) -> dict:
    if finding is None:
        return {}
    closed = finding.closed_at and clock.parse(finding.closed_at).astimezone(BEIJING).date()
    due = finding.due_on and date.fromisoformat(finding.due_on)
    return dict(zip(COURSE, (due, finding.unit, STATES[finding.state], closed), strict=True))


def by_place(findings: Iterable) -> dict[tuple, Course]:
    """What became of findings, by (centre, item)."""
    return {(each.centre_id, each.item): Course.of(each) for each in findings}
