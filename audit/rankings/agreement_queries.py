"""Blind second visits beside the ones that count: what they agree on. By item and by level, never by person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from audit.base import db
from audit.inspections.explain import shown
from audit.inspections.models import Inspection, Score
from audit.inspections.scores import decimal
from audit.rankings import queries
from audit.rankings.queries import Frame, Row
from audit.scoring.agreement import Agreement, agreement, place_range, spread
from audit.scoring.score import printed

NUMBERS = ("measure", "count", "share")


@dataclass(frozen=True)
class Pair:
    """What the visit that counts and the blind second one found of a centre, item by item."""

    first: dict[str, dict]
    second: dict[str, dict]
    totals: tuple[Decimal | None, Decimal | None]


def told(code: str, actor) -> dict:
    """The agreement of a round, for those whose area holds all of it."""
    with db.snapshot():
        of = queries.whole_frame(code, actor)
        return of.about | {"levels": [_level(of, level) for level in of.levels]}


def _level(of: Frame, level: str) -> dict:
    rows = queries.centre_rows(of, level)
    seconds = _seconds(of, level)
    pairs = list(_pairs(rows, {each.inspection.centre_id: each for each in seconds if _is_approved(each)}))
    apart = spread([each.totals for each in pairs if None not in each.totals])
    return {
        "level": level,
        "pairs": len(pairs),
        "unreviewed": sum(not _is_approved(each) for each in seconds),
        "items": [_item(each, pairs) for each in of.levels[level].edition.content["items"]],
        "totals": {"pairs": apart.pairs, "mean": _text(apart.mean), "deviation": _text(apart.deviation)},
        "places": _places(rows, apart.deviation),
    }


def _is_approved(score: Score) -> bool:
    return score.inspection.state == "approved"


def _seconds(of: Frame, level: str) -> list[Score]:
    """The scores of complete blind visits, of each centre the one finished last at the end."""
    visit = (Inspection.id, Inspection.centre, Inspection.state)
    rows = Score.select(Score.inspection, Score.total, Score.explanation, *visit).join(Inspection)
    asked = rows.where(
        Inspection.round == of.round.id,
        Inspection.level == level,
        Inspection.blind,
        Inspection.state.in_(("submitted", "approved")),
        Inspection.edition == of.levels[level].edition_id,
    )
    return list(asked.order_by(Inspection.finished_at, Inspection.id))


def _pairs(rows: list[Row], seconds: dict) -> Iterator[Pair]:
    """Each blind visit that was approved with the visit of its centre that counts."""
    both = {row.inspection: (row, seconds[row.centre]) for row in rows if row.visited and row.centre in seconds}
    for some in db.batches(both, 100):
        scores = Score.select(Score.inspection, Score.explanation).where(Score.inspection.in_(some))
        first = {each.inspection_id: each.explanation for each in scores}
        for visit in some:
            row, second = both[visit]
            yield Pair(_items(first[visit]), _items(second.explanation), (row.total, decimal(second.total)))


def _items(explanation: dict) -> dict[str, dict]:
    return {each["code"]: each for each in explanation["items"]}


def _item(item: dict, pairs: list[Pair]) -> dict:
    code = item["code"]
    both = [(pair.first[code], pair.second[code]) for pair in pairs]
    verdicts = [(first["verdict"], second["verdict"]) for first, second in both]
    values = []
    if item["answer"] in NUMBERS:
        found = [(first["value"], second["value"]) for first, second in both]
        values = [(Fraction(first), Fraction(second)) for first, second in found if None not in (first, second)]
    return {"item": code, "dimension": item["dimension"], "text": item["text"]} | _figures(agreement(verdicts, values))


def _figures(each: Agreement) -> dict:
    return {
        "pairs": each.pairs,
        "agreeing": each.agreeing,
        "percent": None if each.share is None else _text(printed(each.share * 100)),
        "kappa": None if each.kappa is None else _text(printed(each.kappa)),
        "valued": each.valued,
        "near": each.near,
        "difference": None if each.difference is None else shown(each.difference),
    }


def _places(rows: list[Row], deviation: Decimal | None) -> list[dict]:
    """The ranked centres with the places between which they could lie; none while nothing was measured."""
    if deviation is None:
        return []
    ranked = {row.centre: row for row in rows if row.place is not None}
    ranges = place_range({centre: row.total for centre, row in ranked.items()}, deviation)
    return [
        {"centre": centre, "code": row.code, "name": row.name, "total": str(row.total), "place": row.place}
        | dict(zip(("best", "worst"), ranges[centre], strict=True))
        for centre, row in ranked.items()
    ]


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
