"""What a county should mend first: each item's gain for the county's own score if every centre mended it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from audit.base import db
from audit.base.problems import NotFound
from audit.checklists import queries as checklists
from audit.inspections import queries as inspections
from audit.inspections import scores
from audit.inspections.models import Inspection
from audit.rankings import dimensions, published, whatif
from audit.rankings.models import PublishedRow
from audit.rankings.queries import CountyRow, Frame, Row, all_rows, county, frame, ties
from audit.rankings.sampling import Sampling
from audit.scoring.answers import Answer
from audit.scoring.gaps import Gap, gaps
from audit.scoring.ranking import Part, county_score
from audit.scoring.score import printed


def board(code: str, county_code: str, actor) -> dict:
    """A county's line with its place among the `ranked`, its centres and its gaps, dearest first."""
    with db.snapshot():
        of = frame(code, actor)
        return of.about | _board(of, county(of, county_code).id)


def published_board(code: str, county_code: str, version: int, actor) -> dict:
    """The same as it was published: its gaps too are worked out from what the version rests on."""
    with db.snapshot():
        publication = published.one(code, version, actor)
        of = published.frame(publication, actor)
        return of.about | published.about(publication) | _board(of, county(of, county_code).id)


def _board(of: Frame, county_id: int) -> dict:
    rows = all_rows(of)
    lines = rows["counties"]
    line = next((each for each in lines if each.county.id == county_id), None)
    if line is None:  # a county that there was not yet when the version was published
        raise NotFound()
    own = {level: [row for row in rows[level] if row.county_id == county_id] for level in of.levels}
    sampling = Sampling(of, "village")
    for row in own["village"]:
        row.drawn = not sampling.leaves_out(row)
    gaps_of_county, shift = _county_gaps(of, line, own), whatif.moves(lines).get(line.county.code)
    return {
        "ranked": sum(each.place is not None for each in lines),
        "ties": {part: ties(rows[part]) for part in rows},
        "dimensions": dimensions.of_county(of, line, own),
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
        content = of.levels[level].edition.content
        names = {each["code"]: {"zh": each["zh"], "en": each["en"]} for each in content["dimensions"]}
        texts = {each["code"]: each | {"dimension_name": names[each["dimension"]]} for each in content["items"]}
        for row, gap in _centre_gaps(of, level, own):
            entry = found.setdefault(
                (level, gap.code),
                {"level": level, "item": gap.code, "words": texts[gap.code], "gains": {}, "where": []},
            )
            entry["gains"][row.centre] = gap.reference_gain
            entry["where"].append(_where(row, gap))
    told = [_told(of, line, rows, entry) for entry in found.values()]
    return sorted(told, key=lambda each: (-Decimal(each["gain"]), each["level"], each["item"]))


def _centre_gaps(of: Frame, level: str, rows: list[Row]) -> Iterator[tuple[Row, Gap]]:
    scored = [row for row in rows if row.total is not None]
    for row, made_from in _made_from(of, level, scored):
        for gap in gaps(*made_from)[0]:
            yield row, gap


def _made_from(of: Frame, level: str, rows: list[Row]) -> Iterator[tuple[Row, tuple]]:
    """Each of these rows with the arguments of the scoring functions."""
    if of.version is not None:
        yield from _as_published(of, level, rows)
        return
    by_visit = {row.inspection: row for row in rows}
    visits = inspections.with_centres().where(Inspection.id.in_(list(by_visit)))
    for inspection, made_from in scores.inputs(visits, of.levels[level]):
        yield by_visit[inspection.id], made_from


def _as_published(of: Frame, level: str, rows: list[Row]) -> Iterator[tuple[Row, tuple]]:
    # a division may have several centres: its code names none of them
    measured, by_visit = of.levels[level], {str(row.inspection): row for row in rows}
    edition = checklists.standard(measured.edition)
    baseline = measured.baseline and checklists.answers(checklists.baseline(measured.baseline.id))
    stored = PublishedRow.select(PublishedRow.basis).where(
        PublishedRow.publication == of.version.publication.id,
        PublishedRow.part == level,
        PublishedRow.code.in_({row.code for row in rows}),
        PublishedRow.basis.is_null(False),
    )
    for each in stored:
        row = by_visit.get(each.basis["inspection"])
        if row is None:  # its centre has no score
            continue
        answers = {code: Answer.of(wire) for code, wire in each.basis["answers"].items()}
        yield row, (edition, baseline, each.basis["tier"], answers, each.basis["counts"])


def _where(row: Row, gap: Gap) -> dict:
    """A centre that falls short, and what mending it there alone brings the centre."""
    told = {"centre": str(row.centre), "name": row.name, "inspection": str(row.inspection)}
    return told | {"reason": gap.reason, "gain": str(gap.reference_gain)}


def _told(of: Frame, line: CountyRow, rows: dict[str, list[Row]], entry: dict) -> dict:
    parts = {level: _part(own, entry["gains"] if level == entry["level"] else {}) for level, own in rows.items()}
    then = county_score(of.policy, parts["township"], parts["village"], len(line.county_duties))
    return {
        "level": entry["level"],
        "item": entry["item"],
        "text": entry["words"]["text"],
        "dimension": entry["words"]["dimension"],
        "dimension_name": entry["words"]["dimension_name"],
        "centres": len(entry["gains"]),
        "gain": str(printed(then.total) - line.total) if line.total is not None else "0.00",
        "remedy": entry["words"]["remedy"],
        "where": sorted(entry["where"], key=lambda each: (-Decimal(each["gain"]), each["name"])),
    }


def _part(rows: list[Row], gains: dict) -> Part:
    visited = [row for row in rows if row.total is not None]
    return Part(len(rows), tuple(row.total + gains.get(row.centre, Decimal(0)) for row in visited))
