"""Blind second visits beside the ones that count: what they agree on, and how far the places of centres and counties
could move within that. By item and by level, never by person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from audit.base import db
from audit.inspections.explain import shown
from audit.inspections.models import Inspection, Score
from audit.inspections.scores import decimal
from audit.rankings import queries
from audit.rankings.queries import CountyRow, Frame, Row
from audit.scoring.agreement import Agreement, agreement, error, place_range, spread
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
        rows = queries.all_rows(of)
        levels = [_level(of, level, rows[level]) for level in of.levels]
        apart = {each["level"]: each["totals"]["deviation"] for each in levels}
        deviations = {level: Decimal(each) for level, each in apart.items() if each is not None}
        return of.about | {"levels": levels, "counties": _counties(of, rows["counties"], deviations)}


def _level(of: Frame, level: str, rows: list[Row]) -> dict:
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
        "unassessed": each.unassessed,
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
    own = error((Fraction(1), deviation, 1))
    ranges = place_range({centre: row.total for centre, row in ranked.items()}, dict.fromkeys(ranked, own))
    return [
        {"centre": centre, "code": row.code, "name": row.name} | _told(row, ranges[centre])
        for centre, row in ranked.items()
    ]


def _counties(of: Frame, rows: list[CountyRow], deviations: Mapping[str, Decimal]) -> list[dict]:
    """The ranked counties with the places between which they could lie, each with the levels that were measured.

    What was not measured is taken to be exact: the range is then the least that it could be.
    """
    ranked = {row.county.code: row for row in rows if row.place is not None}
    parts = {code: _parts(of, row, deviations) for code, row in ranked.items()}
    errors = {code: error(*own.values()) for code, own in parts.items() if own}
    ranges = place_range({code: row.total for code, row in ranked.items()}, errors)
    return [
        {"code": code, "name": row.county.name, "measured": list(parts[code])} | _told(row, ranges[code])
        for code, row in ranked.items()
        if code in ranges
    ]


def _parts(of: Frame, row: CountyRow, deviations: Mapping[str, Decimal]) -> dict[str, tuple]:
    """By level (weight in the county's score, deviation, centres) of the measured parts that its score is made of."""
    score, policy = row.score, of.policy
    parts = {"township": (policy.township_weight, score.townships)}
    if score.villages_count:
        parts["village"] = (policy.village_weight, score.villages)
    if len(parts) == 1:  # it counts whole, whatever the policy weighs it: as `county_score` says
        parts = {level: (Fraction(1), part) for level, (_, part) in parts.items()}
    whole = sum(weight for weight, _ in parts.values())
    return {
        level: (weight / whole, deviations[level], len(part.scores))
        for level, (weight, part) in parts.items()
        if level in deviations
    }


def _told(row: Row | CountyRow, places: tuple[int, int]) -> dict:
    best, worst = places
    return {"total": str(row.total), "place": row.place, "best": best, "worst": worst}


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
