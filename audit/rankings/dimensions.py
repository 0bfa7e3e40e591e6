"""The dimensions of a county: made of its centres' printed ones by the rule that makes its score, and what they are
compared with: what the demonstration site itself reaches, and the county in the ranking of the period before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from audit.checklists import queries as checklists
from audit.inspections.models import Inspection
from audit.rankings.models import Publication, PublishedRow
from audit.rankings.queries import LEVELS, CountyRow, Frame, Row
from audit.scoring.ranking import Part, RankingPolicy, county_score
from audit.scoring.score import photos_wanted, printed, score

Values = Mapping[str, str | None]  # of a centre: its dimensions as printed, by code


def of_county(of: Frame, line: CountyRow, rows: Mapping[str, list[Row]]) -> dict:
    """{rows: one per scored dimension, sites: the demonstration sites they are compared with, previous: the earlier
    ranking, or None}. Figures are printed ones; None where there is nothing."""
    sites, before = _sites(of), _before(of, line.county.code)
    now = {level: [row.dimensions for row in rows[level] if row.total is not None] for level in LEVELS}
    return {
        "rows": [
            _row(of, each, now, line)
            | {
                "sites": {level: site["dimensions"].get(each["code"]) for level, site in sites.items()},
                "previous": before and before["dimensions"].get(each["code"]),
            }
            for each in _scored(of)
        ],
        "sites": {level: site["centre"] for level, site in sites.items()},
        "previous": before and {name: before[name] for name in ("code", "name", "same_measure")},
    }


def _scored(of: Frame) -> list[dict]:
    """The dimensions that give points, in the order of the editions, townships' first."""
    every = [each for level in LEVELS for each in of.levels[level].edition.content["dimensions"]]
    return list({each["code"]: each for each in reversed(every) if each["scored"]}.values())[::-1]


def _row(of: Frame, dimension: dict, now: Mapping[str, list[Values]], line: CountyRow) -> dict:
    parts = {level: _part(now[level], dimension["code"], _there_are(line, level)) for level in LEVELS}
    told = {level: _text(part.mean) for level, part in parts.items()}
    value = county_score(of.policy, parts["township"], parts["village"]).total
    return {name: dimension[name] for name in ("code", "zh", "en")} | told | {"value": _text(value)}


def _there_are(line: CountyRow, level: str) -> int:
    return (line.score.townships if level == "township" else line.score.villages).there_are


def _part(centres: Iterable[Values], code: str, there_are: int) -> Part:
    values = (each.get(code) for each in centres)
    return Part(there_are, tuple(Decimal(value) for value in values if value is not None))


def _text(value) -> str | None:
    return None if value is None else str(printed(value))


# --- what they are compared with ------------------------------------------------------------------------------------


def _sites(of: Frame) -> dict[str, dict]:
    """Per level with a baseline: the demonstration site, and what its own answers reach, every photo being there."""
    return {level: _site(measured) for level, measured in of.levels.items() if measured.baseline is not None}


def _site(measured) -> dict:
    baseline, edition = checklists.baseline(measured.baseline.id), checklists.standard(measured.edition)
    answers = checklists.answers(baseline)
    wanted = {item.code: photos_wanted(item, answers[item.code]) for item in edition.items}
    tier = Inspection.select(Inspection.tier).where(Inspection.id == baseline.inspection).scalar()
    made = score(edition, answers, tier, answers, wanted)
    return {"centre": baseline.centre_name, "dimensions": {each.code: _text(each.value) for each in made.dimensions}}


def _before(of: Frame, county: str) -> dict | None:
    """The county's dimensions in the earlier ranking, by the policy of then; None where that has none to tell."""
    earlier = of.previous or _named(of)
    if earlier is None or earlier.imported:
        return None
    policy = RankingPolicy.of(checklists.published(earlier.head["policies"]["ranking"]["id"]).content)
    centres = _centres(earlier, county)
    there_are = {level: len(each) for level, each in centres.items()}
    visited = {level: [each for each in own if each] for level, own in centres.items()}
    return {
        "code": earlier.code,
        "name": earlier.name,
        "same_measure": measures(earlier.head["levels"]) == _measures(of),
        "dimensions": {
            each["code"]: _text(
                county_score(policy, *(_part(visited[level], each["code"], there_are[level]) for level in LEVELS)).total
            )
            for each in _scored(of)
        },
    }


def _named(of: Frame) -> Publication | None:
    """The earlier ranking that a published version names."""
    named = of.version and of.version.publication.head["previous"]
    if not named:
        return None
    return Publication.get_or_none(Publication.code == named["code"], Publication.version == named["version"])


def _centres(earlier: Publication, county: str) -> dict[str, list[Values]]:
    """The dimensions of the county's centres by level; empty of those not visited."""
    found: dict[str, list[Values]] = {level: [] for level in LEVELS}
    # the code of a centre begins with its county's; the row itself says which county it was in
    rows = PublishedRow.select(PublishedRow.part, PublishedRow.content).where(
        PublishedRow.publication == earlier.id,
        PublishedRow.part.in_(LEVELS),
        PublishedRow.code.startswith(county),
    )
    for each in rows:
        if each.content["county_code"] == county:
            scored = each.content["total"] is not None
            found[each.part].append(each.content["dimensions"] if scored else {})
    return found


def measures(levels: Mapping[str, dict]) -> dict[str, tuple]:
    """What each level was measured with, out of the head of a publication: its edition, and the baseline's version."""
    return {level: (each["id"], each["baseline"] and each["baseline"]["version"]) for level, each in levels.items()}


def _measures(of: Frame) -> dict[str, tuple]:
    return {level: (each.edition_id, each.baseline and each.baseline.version) for level, each in of.levels.items()}
