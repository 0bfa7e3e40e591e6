"""What a county should mend first: each item's gain for the county's own score if every centre mended it."""

from __future__ import annotations

from decimal import Decimal

from audit.base import db
from audit.inspections import queries as inspections
from audit.inspections import scores
from audit.inspections.models import Inspection
from audit.rankings import whatif
from audit.rankings.queries import CountyRow, Frame, Row, all_rows, county, frame
from audit.scoring.gaps import gaps
from audit.scoring.ranking import Part, county_score
from audit.scoring.score import printed


def board(code: str, county_code: str, actor) -> dict:
    """A county's line with its place among the `ranked`, its centres and its gaps, dearest first."""
    with db.snapshot():
        of = frame(code, actor)
        return of.about | _board(of, county(of, county_code).id)


def _board(of: Frame, county_id: int) -> dict:
    rows = all_rows(of)
    lines = rows["counties"]
    line = next(each for each in lines if each.county.id == county_id)
    own = {level: [row for row in rows[level] if row.county_id == county_id] for level in of.levels}
    gaps_of_county, shift = _county_gaps(of, line, own), whatif.moves(lines).get(line.county.code)
    return {
        "ranked": sum(each.place is not None for each in lines),
        "line": line,
        "townships": own["township"],
        "villages": own["village"],
        "gaps": gaps_of_county,
        "sensitivity": shift and {"shift": shift, "enough": whatif.enough(shift, gaps_of_county)},
    }


def _county_gaps(of: Frame, line: CountyRow, rows: dict[str, list[Row]]) -> list[dict]:
    """Gaps of a county by item: how many centres fall short, and how much its printed score would rise."""
    found: dict[tuple[str, str], dict] = {}
    for level, own in rows.items():
        texts = {each["code"]: each for each in of.levels[level].edition.content["items"]}
        for row, gap in _centre_gaps(of, level, own):
            entry = found.setdefault(
                (level, gap.code), {"level": level, "item": gap.code, "words": texts[gap.code], "gains": {}}
            )
            entry["gains"][row.centre] = gap.reference_gain
    told = [_told(of, line, rows, entry) for entry in found.values()]
    return sorted(told, key=lambda each: (-Decimal(each["gain"]), each["level"], each["item"]))


def _centre_gaps(of: Frame, level: str, rows: list[Row]):
    by_visit = {row.inspection: row for row in rows if row.total is not None}
    visits = inspections.with_centres().where(Inspection.id.in_(list(by_visit)))
    for inspection, made_from in scores.inputs(visits, of.levels[level]):
        for gap in gaps(*made_from)[0]:
            yield by_visit[inspection.id], gap


def _told(of: Frame, line: CountyRow, rows: dict[str, list[Row]], entry: dict) -> dict:
    parts = {level: _part(own, entry["gains"] if level == entry["level"] else {}) for level, own in rows.items()}
    then = county_score(of.policy, parts["township"], parts["village"], len(line.county_duties))
    return {
        "level": entry["level"],
        "item": entry["item"],
        "text": entry["words"]["text"],
        "dimension": entry["words"]["dimension"],
        "centres": len(entry["gains"]),
        "gain": str(printed(then.total) - line.total) if line.total is not None else "0.00",
        "remedy": entry["words"]["remedy"],
    }


def _part(rows: list[Row], gains: dict) -> Part:
    visited = [row for row in rows if row.total is not None]
    return Part(len(rows), tuple(row.total + gains.get(row.centre, Decimal(0)) for row in visited))
