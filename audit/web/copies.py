"""Copies to hand on: what each file of a ranking holds, and what other policies would make of it."""

from __future__ import annotations

from audit.accounts.permissions import Can
from audit.base import clock, db
from audit.base.problems import NotFound
from audit.centres import queries as centres
from audit.checklists import queries as checklists
from audit.rankings import exports, published, queries, whatif
from audit.rankings.card_schemas import SensitivityOut, WhatIfOut
from audit.web import ranked

ROWS_A_SECOND = 1000  # of 得分依据 with all that stands before it, as measured on one core
PARTS = ("counties", "townships", "villages")
WEIGHTS = [f"{number / 20:.2f}" for number in range(21)]


def told(code: str, asked: dict, actor) -> dict:
    """The files of a ranking for somebody: the office's whole copies, or those of the one county in reach."""
    versions = ranked.versions_of(code, actor)
    version = ranked.chosen(asked.get("version"), versions)
    with db.snapshot():
        of = queries.frame(code, actor) if version is None else _published(code, version, actor)
        whole = actor.can(Can.EXPORT) and centres.reaches(actor, of.round.area)
        own = [each for each in of.counties if each.id in of.reach]
        if not own:
            raise NotFound()
        made, leaves, visits = exports.preview(of, None if whole else own[0], now=clock.now())
    scored = sum(visits[level] * len(of.levels[level].edition.content["items"]) for level in of.levels)
    return {
        "about": of.about,
        "versions": [each.version for each in versions],
        "version": version,
        "whole": whole,
        "counties": own,
        "made": made,
        "leaves": leaves,
        "lines": scored,
        "seconds": max(1, round(scored / ROWS_A_SECOND)),
        "visits": sum(visits.values()),
        "path": f"/api/v1/rounds/{code}" + ("" if version is None else f"/publications/{version}"),
    }


def _published(code: str, version: int, actor):
    return published.frame(published.one(code, version, actor), actor)


# --- how near, and what if ---------------------------------------------------------------------------------------


def near(code: str, typed: dict, wanted: dict, actor) -> dict:
    """How near the ranked are to another place, and where anything else was `wanted`, what that would make of it."""
    found = SensitivityOut().dump(whatif.sensitivity(code, actor))
    then = WhatIfOut().dump(whatif.what_if(code, wanted, actor)) if wanted else None
    policies = [*checklists.listed({"kind": "ranking"}), *checklists.listed({"kind": "cards"})]
    bands = {each.id: {one["key"]: one for one in each.content["bands"]} for each in policies if each.kind == "cards"}
    return {
        "now": found,
        "then": then,
        "counties_then": [each for each in then["counties"] if each["total"] or each["total_before"]] if then else [],
        "moved": then and {part: [each for each in then[part] if _differs(each)] for part in PARTS},
        "typed": typed,
        "policies": [each for each in policies if each.content.get("basis", "level") == "level"],
        "weights": WEIGHTS,
        "bands": bands[found["card_policy"]],
        "bands_then": bands[then["card_policy"]] if then else {},
    }


def _differs(row: dict) -> bool:
    return any(row[name] != row[f"{name}_before"] for name in ("place", "total", "card"))
