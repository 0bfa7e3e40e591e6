"""What the list of centres and the page of one show: the API's own answers, arranged, with their drawings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from audit.centres import queries as centres
from audit.centres.models import Centre
from audit.centres.schemas import CentreOut, DivisionRef
from audit.checklists import queries as checklists
from audit.followup import queries as followup
from audit.followup.course import LIVE
from audit.followup.schemas import FindingOut
from audit.inspections import queries as inspections
from audit.inspections import scores
from audit.inspections.schemas import InspectionRef, ScoreOut
from audit.rankings import history, standings
from audit.rankings.history import Past
from audit.rankings.queries import LEVELS
from audit.rankings.schemas import CentreRow
from audit.rounds.models import Round
from audit.web import boards, charts, formulas, maps, ranked, values
from audit.web.charts import Step
from audit.web.items import by_item
from audit.web.maps import Site
from audit.web.states import VISITS

ALL = {"page": 1, "page_size": 100_000}
PERIODS = 6  # in a trend
LISTED = ("id", "name", "level", "tier", "township.name", "county.code", "county.name", "point")
SHOWN = ("centre", "total", "card", "escalated", "visited_on")
# what a version may say of a centre otherwise than what stands now
STANDS = (
    "inspection", "total", "place", "place_in_county", "card", "escalated", "met", "assessable", "dimensions",
)  # fmt: skip
NOWHERE = {"row": None, "version": None, "at": None, "now": None, "changed": False}
UNVISITED, NOT_VISITED = "○", {"zh": "未核查", "en": "not visited"}


# --- the list --------------------------------------------------------------------------------------------------------


def listed(actor, asked: Mapping) -> dict:
    """The centres in the actor's area, with where each stands in a round; the same few queries however many."""
    wanted = {name: asked[name] for name in ("county", "level", "q") if name in asked}
    found, total = centres.search(actor, wanted | {"status": "active"} | ALL)
    every = boards.rounds_of(actor)
    code = asked.get("round") or boards.newest(every, actor)
    stands = standing(code, actor) if code else {"rows": {}, "undrawn": set(), "bands": {}}
    rows = CentreOut(many=True, only=LISTED).dump(found)
    return {
        "centres": rows,
        "total": total,
        "asked": asked,
        "counties": DivisionRef(many=True).dump(centres.divisions(actor, {"level": "county"})),
        "rounds": every,
        "code": code,
        "sample_round": any(each.sample for each in every if each.code == code),
        "visited": sum(each["id"] in stands["rows"] for each in rows),
        "pointed": sum(each["point"] is not None for each in rows),
        **stands,
    }


def standing(code: str, actor) -> dict:
    """{rows: by centre where it stands in a round, as published or as it is now; undrawn: the villages that nobody was
    to visit; bands: the cards}."""
    version = ranked.chosen(None, ranked.versions_of(code, actor))
    rows, undrawn, policy = {}, set(), None
    for level in LEVELS:
        found = standings.ranking(code, level, actor, version)
        policy = found["card_policy"]
        visited = CentreRow(many=True, only=SHOWN).dump([each for each in found["rows"] if each.visited])
        rows |= {each["centre"]: each for each in visited}
        undrawn |= {str(each.centre) for each in found["rows"] if not getattr(each, "drawn", True)}
    return {"rows": rows, "undrawn": undrawn, "bands": boards.bands_of(policy)}


def drawn(told: Mapping, language: str):
    """The map of those centres of a list that have a point, where it is asked for; None without any."""
    if told["asked"]["view"] != "map":
        return None
    having = (each for each in told["centres"] if each["point"])
    return maps.sites(_site(each, told["rows"].get(each["id"]), told["bands"], language) for each in having)


def _site(centre: Mapping, row: Mapping | None, bands: Mapping[str, Mapping], language: str) -> Site:
    band, point = bands.get(row["escalated"] or row["card"]) if row else None, centre["point"]
    told = f"{band[language]} {band['word'][language]} {row['total']}" if band else NOT_VISITED[language]
    return Site(
        point["lat"],
        point["lon"],
        centre["county"]["name"],
        band["shape"] if band else UNVISITED,
        band["fill"] if band else None,
        f"{centre['name']} · {told}",
    )


# --- one centre ------------------------------------------------------------------------------------------------------


def told(actor, centre_id: UUID, asked: Mapping, *, now: datetime) -> dict:
    """All that the page of a centre shows; NotFound when it is out of the actor's area, or the round is."""
    centre = centres.visible_to(actor, centre_id)
    past, every = history.of_centre(centre, actor), boards.rounds_of(actor)
    code = asked.get("round") or (past[-1].code if past else every[0].code if every else None)
    round_ = boards.round_of(code, actor) if code in {each.code for each in every} or "round" in asked else None
    here = next((each for each in past if each.code == code), None)
    return {
        "centre": CentreOut().dump(centre),
        "code": code,
        "round": round_,
        "rounds": _counting(every, past, code),
        "period": here,
        "bands": boards.bands_of(round_["card_policy"]) if round_ else {},
        **(_stands(centre, code, actor) if round_ else NOWHERE),
        "past": _alike(past, here, round_)[-PERIODS:],
        "visits": InspectionRef(many=True).dump(inspections.listed(actor, {"centre": centre.id}).limit(50)),
        "findings": _findings(actor, centre, now),
        "score": scored(actor, here.inspection) if here and here.inspection else None,
        "kinds": formulas.KINDS,
        "states": VISITS,
    }


def _counting(every: list[Round], past: list[Past], code: str | None) -> list[Round]:
    """The rounds that the page can be turned to: those with a score, and the one that is shown."""
    having = {each.code for each in past} | {code}
    return [each for each in every if each.code in having]


def _stands(centre: Centre, code: str, actor) -> dict:
    """Where it stands in the round as lists and boards have it: in the newest `version`, published `at`, or else as it
    is now. Beside a version what stands `now`, and whether that has `changed` since."""
    version, live = ranked.chosen(None, ranked.versions_of(code, actor)), standings.ranking(code, centre.level, actor)
    now = _row(centre, live)
    if version is None:
        return NOWHERE | {"row": now}
    found = standings.ranking(code, centre.level, actor, version)
    row = _row(centre, found)
    changed = _figures(row) != _figures(now)
    return {"row": row, "version": version, "at": found["published_at"], "now": now, "changed": changed}


def _figures(row: Mapping | None) -> list | None:
    return row and [row[name] for name in STANDS]


def _row(centre: Centre, found: Mapping) -> dict | None:
    """The centre's own line of a ranking, with how many have a place and whether it shares its own."""
    row = next((each for each in found["rows"] if each.centre == centre.id), None)
    return row and CentreRow().dump(row) | {"ranked": found["ranked"], "tied": row.place in found["tied"]}


def _alike(past: list[Past], here: Past | None, round_: dict | None) -> list[Past]:
    """The periods that may stand beside the one that is shown: made-up figures beside made-up ones alone."""
    sample = here.sample if here else bool(round_ and round_["sample"])
    return [each for each in past if each.sample == sample and each.total is not None]


def _findings(actor, centre: Centre, now: datetime) -> list[dict]:
    """What is neither closed nor withdrawn, of whatever round, the most pressing first."""
    found, _ = followup.listed(actor, {"centre": centre.id} | ALL, now=now)
    return FindingOut(many=True).dump([each for each in found if each.state in LIVE])


def trend(past: list[Past], code: str | None, changed: str):
    """The totals of the periods as a line that breaks where the measure changed; None below two."""
    if len(past) < 2:
        return None
    steps = [Step(each.code, float(each.total), str(each.total), each.measure, each.code == code) for each in past]
    return charts.trend(steps, changed)


# --- its score, item by item -----------------------------------------------------------------------------------------


def scored(actor, inspection_id: UUID) -> dict:
    """The score of a visit with its items in four groups: what lost points, the dearest first; what gives none and is
    below its standard; what could not be assessed; what is as it should be."""
    score = ScoreOut().dump(scores.told(actor, inspection_id))
    content = checklists.published(score["against"]["edition"]).content
    items, kept = {each["code"]: each for each in content["items"]}, by_item(inspections.proofs(inspection_id))
    marks = [_mark(each, items[each["code"]], kept.get(each["code"], [])) for each in score["items"]]
    marks.sort(key=lambda each: -each["lost"])
    groups: dict[str, list[dict]] = {"lost": [], "unmet": [], "apart": [], "full": []}
    for each in marks:
        groups[_group(each)].append(each)
    return score | {"groups": groups}


def _mark(mark: Mapping, item: Mapping, kept: list[Mapping]) -> dict:
    return mark | {
        "lost": Decimal(mark["possible"]) - Decimal(mark["points"]),
        "found": values.found(mark, item),
        "asked": values.standard(mark, item),
        "bar": values.standard({"standard": mark["reference"]}, item),
        "kept": [each["digest"] for each in kept],
    }


def _group(mark: Mapping) -> str:
    if mark["lost"] > 0:
        return "lost"
    if mark["verdict"] == "not_met":
        return "unmet"
    return "apart" if mark["verdict"] == "not_assessable" else "full"
