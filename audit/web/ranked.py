"""A ranking as its page shows it: of which copy, of which county, in which order. Places are never worked out here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal

from audit.base import clock
from audit.base.problems import NotFound
from audit.checklists import queries as checklists
from audit.rankings import published, standings, whatif
from audit.rankings.schemas import CentreRanking, CountyRanking
from audit.web import formulas

PARTS = {"counties": "counties", "townships": "township", "villages": "village"}
TITLES = {
    "counties": ("县区排名", "Ranking of counties"),
    "townships": ("乡镇排名", "Ranking of townships"),
    "villages": ("村级得分排名", "Ranking of villages"),
}
MOST_APART = 300  # rows without a place that are listed; more of them are counted by county
ALL = {"page": 1, "page_size": 100}
# why a row has no place, as `sheets.why_apart` says it
APART = {
    "uncovered": ("覆盖率不足，不参与排名", "Too few visited: listed without a place"),
    "nothing": ("无可评条目，不计分", "Nothing that could be assessed"),
    "unvisited": ("未核查", "Not visited"),
    "undrawn": ("未抽取", "Not drawn"),
}


def versions_of(code: str, actor) -> list:
    """The published versions of a round in sight, newest first."""
    return published.listed(code, actor, ALL)[0]


def chosen(asked: str | None, versions: list) -> int | None:
    """The version that is meant: the newest unless one, or the trial (None), is asked for."""
    if asked == "trial" or not versions:
        return _known(asked, versions) if asked and asked != "trial" else None
    return versions[0].version if asked is None else _known(asked, versions)


def _known(asked: str, versions: list) -> int:
    if int(asked) not in {each.version for each in versions}:
        raise NotFound()
    return int(asked)


def told(code: str, what: str, asked: dict, actor) -> dict:
    """All that the page of a ranking says; the figures are those that the API's schema makes of the same rows."""
    versions = versions_of(code, actor)
    version = chosen(asked.get("version"), versions)
    found = _found(code, what, version, actor)
    shown = (CountyRanking if what == "counties" else CentreRanking)().dump(found)
    rows = [line | _more(row, line, found) for line, row in zip(shown["rows"], found["rows"], strict=True)]
    every = [each for each in rows if asked.get("county") in (None, each["county_code"])]
    ranking, cards, edition = _policies(what, shown)
    return shown | {
        "what": what,
        "versions": [each.version for each in versions],
        "version": version,
        "digest": found.get("digest"),
        "at": found.get("published_at") or clock.now(),
        "chosen": asked.get("county"),
        "counties": _counties(rows),
        "rows": ordered([each for each in every if each["place"] is not None], asked),
        "apart": _apart([each for each in every if each["place"] is None]),
        "visited": sum(each["place"] is not None or each["visited"] for each in every),
        "all": len(every),
        "bands": {each["key"]: each for each in cards.content["bands"]},
        "dimensions": [each for each in edition.content["dimensions"] if each["scored"]] if edition else [],
        "formula": [
            *(formulas.centres(edition.content, ranking.content) if edition else formulas.counties(ranking.content)),
            *formulas.cards(cards.content),
        ],
    }


def _found(code: str, what: str, version: int | None, actor) -> dict:
    """A ranking as the API answers it, with how near its rows are to another place for whom all of it is in sight."""
    found = standings.ranking(code, PARTS[what], actor, version)
    placed = sum(row.place is not None for row in found["rows"])
    # between counties it is nobody's but the office's; and of a part of the rows it would be wrong
    whole = "office" in actor.roles and placed == found["ranked"]
    return found | {"near": whatif.moves(found["rows"]) if whole else {}}


def _more(row, line: dict, found: dict) -> dict:
    """What is beside the figures of a row, which the API tells as `line`."""
    county = hasattr(row, "score")
    near = found["near"].get(row.county.code if county else str(row.centre))
    return {
        "county_code": row.county.code if county else row.county_code,
        "visited": row.total is not None if county else row.visited,
        "why": _why(row, line, county),
        "tied": row.place in found["tied"],
        "up_by": near and near.up_by,
    }


def _why(row, line: dict, county: bool) -> str:
    """Why a row would have no place."""
    if county:
        return "unvisited" if row.total is None else "uncovered"
    if row.visited:
        return "nothing"
    return "unvisited" if line.get("drawn", True) else "undrawn"


def _policies(what: str, shown: dict) -> tuple:
    """The ranking policy, the card policy and, for centres, the checklist."""
    edition = None if what == "counties" else shown["against"][PARTS[what]]["edition"]
    return (
        checklists.published(shown["ranking_policy"]),
        checklists.published(shown["card_policy"]),
        edition and checklists.published(edition),
    )


def _counties(rows: list[dict]) -> list[tuple[str, str]]:
    """(code, name) of the counties that the rows are in."""
    return sorted({(each["county_code"], each.get("county", each["name"])) for each in rows})


def _apart(rows: list[dict]) -> list[dict]:
    """The rows without a place by why: the rows themselves, or how many of each county."""
    found = []
    for why in APART:
        own = [each for each in rows if each["why"] == why]
        if own:
            few = len(own) <= MOST_APART
            counted = Counter((each["county_code"], each.get("county", each["name"])) for each in own)
            told = {"why": why, "number": len(own), "rows": own if few else [], "counted": sorted(counted.items())}
            found.append(told)
    return found


# --- order -------------------------------------------------------------------------------------------------------


def _number(name: str) -> Callable[[dict], Decimal | None]:
    return lambda row: None if row.get(name) is None else Decimal(row[name])


def _dimension(name: str) -> Callable[[dict], Decimal | None]:
    return lambda row: None if row["dimensions"].get(name) is None else Decimal(row["dimensions"][name])


def _movement(row: dict) -> int | None:
    return row["movement"] if isinstance(row["movement"], int) else None


KEYS: Mapping[str, Callable] = {
    "place": lambda row: row["place"],
    "name": lambda row: row["code"],
    "county": lambda row: row["county_code"],
    "movement": _movement,
    **{name: _number(name) for name in ("total", "coverage", "township_mean", "village_mean", "met")},
    **{name: _dimension(name) for name in ("area", "staff", "matters", "authorisation")},
}
OF_CENTRES = {"county", "met", "area", "staff", "matters", "authorisation"}
OF_COUNTIES = {"coverage", "township_mean", "village_mean"}


def ordered(rows: list[dict], asked: dict) -> list[dict]:
    """The rows in another order, each with the place that it has; what has no figure there comes last."""
    name = asked["sort"]
    known = not rows or name not in (OF_CENTRES if "coverage" in rows[0] else OF_COUNTIES)
    key = KEYS[name if known else "place"]
    having = [each for each in rows if key(each) is not None]
    rest = [each for each in rows if key(each) is None]
    return sorted(having, key=key, reverse=asked["order"] == "down") + rest
