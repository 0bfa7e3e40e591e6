"""Plans, draws and issued lists of a round, as their pages show them and as their forms are read."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby

from audit.accounts import queries as accounts
from audit.accounts.permissions import Can
from audit.base import body
from audit.base.db import page_of
from audit.base.storage import Storage
from audit.centres import queries as centres
from audit.checklists import queries as checklists
from audit.rounds import documents, drawn, lists, plans, queries
from audit.rounds.plan_schemas import DrawOut, DrawRef, PlanOut
from audit.rounds.schemas import DocumentQuery, ListOut, RoundOut
from audit.web.proofs import sha256_of

OPEN = ("open", "closed")  # states in which draws and lists may still be made
EVERY = {"page": 1, "page_size": 10_000}  # centres of a county


def planned(code: str, asked: dict, actor) -> dict:
    """One page of the planned visits of a round, its draws for whom they are, and what a draw may be made with."""
    round_ = queries.by_code(code, actor)
    rows, total = page_of(plans.listed(round_, actor, asked), asked["page"], asked["page_size"])
    whole = centres.reaches(actor, round_.area)
    draws = drawn.listed(round_) if whole and actor.can(Can.READ_DRAWS) else []
    may = whole and actor.can(Can.MANAGE_ROUNDS) and round_.state in OPEN
    counties = centres.counties_of(round_.area)
    return {
        "round": RoundOut().dump(queries.with_levels([round_])[0]),
        "plans": PlanOut(many=True).dump(rows),
        "total": total,
        "counties": counties,
        "county_named": {each.code: each.name for each in counties},
        "draws": DrawRef(many=True).dump(draws),
        "inspectors": _inspectors(round_, counties) if may else [],
        "may": may,
        "centres": _centres(actor, asked["county"]) if may and asked.get("county") else [],
    }


def _inspectors(round_, counties: list) -> list:
    """The inspectors whose area touches the round's."""
    areas = {None, round_.area_id, round_.area.parent_id, *(each.id for each in counties)}
    found = accounts.listed({"role": "inspector", "disabled": False})
    return [each for each in found if each.division_id in areas]


def _centres(actor, county: str) -> list[tuple[str, list]]:
    """The centres of a county that can be visited, by their township."""
    found, _ = centres.search(actor, {"county": county, "status": "active", **EVERY})
    return [(name, list(some)) for name, some in groupby(found, lambda each: each.township.name)]


def one(plan_id: int, actor) -> dict:
    """A planned visit, what became of it, who else may go, and where else when it was planned by hand."""
    plan = plans.one(actor, plan_id)
    counties = centres.counties_of(plan.round.area)
    open_ = plan.state == "planned" and plan.round.state in OPEN
    by_hand = plan.draw_id is None
    return {
        "plan": PlanOut().dump(plan),
        "round": plan.round,
        "drawn": not by_hand,
        "may": open_,
        "inspectors_free": [each for each in _inspectors(plan.round, counties) if each.id != plan.inspector_id],
        "elsewhere": _centres(actor, plan.centre.county.code) if open_ and by_hand else [],
    }


def where(plan) -> str:
    """The list of what is planned in a plan's county."""
    return f"/rounds/{plan.round.code}/plans?county={plan.centre.county.code}"


def draw(code: str, draw_id: int, actor) -> dict:
    """A draw with all that it takes to draw again, and what is wrong with it when that is done."""
    made = drawn.get(code, draw_id, actor)
    return {"draw": DrawOut().dump(made), "faults": drawn.faults(made), "sample_round": made.round.sample}


def draw_typed(typed: dict) -> dict:
    """The form as `DrawIn` takes it: `go-tashi` says that tashi goes, `bar-540228-tashi` that they must not go to
    that county. Boxes of those who do not go say nothing."""
    plain = {name: typed[name] for name in ("level", "kind", "due_on", "seed", "reason") if name in typed}
    crew = [name.removeprefix("go-") for name in typed if name.startswith("go-")]
    barred: dict[str, list[str]] = {}
    for box in typed:
        field, _, rest = box.partition("-")
        county, _, name = rest.partition("-")
        if field == "bar" and name in crew:
            barred.setdefault(name, []).append(county)
    how = typed.get("how", "")
    number = int(how) if typed.get("by") == "count" and how.isascii() and how.isdigit() and len(how) < 10 else how
    per_county = {typed["by"]: number} if typed.get("by") in ("count", "share") else {}
    return plain | {
        "per_county": per_county,
        "inspectors": crew,
        "exclusions": barred,
        "blind": "blind" in typed,
    }


def issued(code: str, asked: dict, actor) -> dict:
    """One page of the lists that counties and townships issued for a round, and what may be entered."""
    round_ = queries.with_levels([queries.by_code(code, actor)])[0]
    rows, total = page_of(lists.newest(round_, actor, asked), asked["page"], asked["page_size"])
    whole = centres.reaches(actor, round_.area)
    return {
        "round": RoundOut().dump(round_),
        "lists": ListOut(many=True).dump(rows),
        "total": total,
        "counties": centres.counties_of(round_.area),
        "items": _items(round_),
        "may_enter": whole and actor.can(Can.MANAGE_ROUNDS) and round_.state in OPEN,
    }


def _items(round_) -> dict[str, dict]:
    """The items whose m a list says, by code, with their texts."""
    found = {}
    for level in round_.levels:
        edition = checklists.published(level.edition_id)
        open_ = lists.open_shares(edition)
        found |= {each["code"]: each["text"] for each in edition.content["items"] if each["code"] in open_}
    return found


def list_typed(typed: dict) -> dict:
    """The form as `ListIn` takes it."""
    m = typed.get("m", "")
    number = int(m) if m.isascii() and m.isdigit() and len(m) < 10 else m
    return {name: typed[name] for name in ("division", "item", "title", "issued_on") if name in typed} | (
        {"m": number} if m else {}
    )


def kept(files: list, *, storage: Storage, actor, now: datetime) -> dict:
    """{document: digest} of the first file of a form, once it is kept; {} without any."""
    for _, file in files[:1]:
        digest, name = sha256_of(file.stream), body.load(DocumentQuery(), {"name": file.filename})["name"]
        file.stream.seek(0)
        documents.keep(digest, name, file.stream, storage=storage, actor=actor, now=now)
        return {"document": digest}
    return {}
