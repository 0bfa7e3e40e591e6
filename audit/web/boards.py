"""What a county's board and the list of counties show: the API's own answers, arranged, with their drawings."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from audit.accounts.permissions import Can
from audit.centres import queries as centres
from audit.checklists import queries as checklists
from audit.followup import queries as followup
from audit.rankings import boards, standings
from audit.rankings.overview import told as how_far
from audit.rankings.schemas import Board, CountyRanking
from audit.rounds import queries as rounds
from audit.rounds.models import Round
from audit.rounds.schemas import RoundOut
from audit.web import charts, ranked
from audit.web.charts import Axis, Bullet

EVERY = {"page": 1, "page_size": 100}  # rounds in a switch
DEAREST = 5  # gaps that stand open


# --- which round -----------------------------------------------------------------------------------------------------


def rounds_of(actor) -> list[Round]:
    """The rounds in sight, newest first."""
    return rounds.listed(actor, EVERY)[0]


def bands_of(card_policy: str) -> dict[str, dict]:
    """The cards of a policy, by the key that rows have."""
    return {band["key"]: band for band in checklists.published(card_policy).content["bands"]}


# --- the list of counties --------------------------------------------------------------------------------------------


def own_county(actor) -> str | None:
    """The code of the county that is all of the actor's area."""
    found = list(centres.divisions(actor, {"level": "county"}).limit(2))
    return found[0].code if len(found) == 1 else None


def way_of(actor) -> str | None:
    """Where an account of one county is led: to its own board of the newest round in which any of its centres was
    visited, or else of the newest in sight; None for others."""
    own = own_county(actor)
    code = newest(rounds_of(actor), actor) if own else None
    return f"/rounds/{code}/counties/{own}" if code else None


def newest(every: list[Round], actor) -> str | None:
    """Of the rounds in sight the one that pages show unasked: the newest in which any centre was visited, or else the
    newest of all."""
    come = how_far(every, actor)
    visited = (each.code for each in every if any(number for number, _ in come[each.code]["visited"].values()))
    return next(visited, None) or next((each.code for each in every), None)


def _counts(round_: Round, county: str) -> bool:
    """Whether a round in sight counts a county: the code of a county begins with that of its prefecture."""
    length = 6 if round_.area.level == "county" else 4
    return round_.area.code[:length] == county[:length]


def overview(actor, asked: dict) -> dict:
    """The counties of a round, as published or as they stand; without a round nothing."""
    every = rounds_of(actor)
    code = asked.get("round") or newest(every, actor)
    if code is None:
        return {"rounds": [], "round": None}
    version = ranked.chosen(None, ranked.versions_of(code, actor))
    found = standings.ranking(code, "counties", actor, version)
    told = CountyRanking().dump(found)
    return {
        "rounds": every,
        "round": round_of(code, actor),
        "version": version,
        "told": told,
        "ties": found["tied"],
        "bands": bands_of(told["card_policy"]),
    }


def round_of(code: str, actor) -> dict:
    return RoundOut().dump(rounds.with_levels([rounds.by_code(code, actor)])[0])


# --- a board ---------------------------------------------------------------------------------------------------------


def told(code: str, county: str, asked: dict, *, actor, now: datetime) -> dict:
    """All that a board shows. The same number of queries however many centres there are."""
    versions = ranked.versions_of(code, actor)
    version = ranked.chosen(asked.get("version"), versions)
    if version is None:
        made = boards.board(code, county, actor)
    else:
        made = boards.published_board(code, county, version, actor)
    board = Board().dump(made)
    of_county = {"round": code, "county": county}
    return {
        "board": board,
        "version": version,
        "versions": [each.version for each in versions],
        "as_of": made.get("published_at", now),
        "round": round_of(code, actor),
        "rounds": [each for each in rounds_of(actor) if _counts(each, county)],
        "bands": bands_of(board["card_policy"]),
        "findings": followup.by_state(actor, of_county, now=now),
        "unmended": {str(key): number for key, number in followup.by_centre(actor, of_county, now=now).items()},
        "groups": _visited_first(board),
        "gaps": _split(board["gaps"]),
        "enough": {(each["level"], each["item"]) for each in (board["sensitivity"] or {"enough": ()})["enough"]},
        "exports": actor.can(Can.EXPORT_OWN),
    }


def _visited_first(board: dict) -> list[dict]:
    """Per level its centres: those with a visit, those without, and apart from these the villages that nobody drew."""
    return [
        {
            "level": level,
            "all": len(board[name]),
            "visited": [row for row in board[name] if row["visited"]],
            "unvisited": [row for row in board[name] if not row["visited"] and row.get("drawn", True)],
            "undrawn": [row for row in board[name] if not row["visited"] and not row.get("drawn", True)],
            "ties": board["ties"][level],
        }
        for level, name in (("township", "townships"), ("village", "villages"))
    ]


def _split(gaps: list[dict]) -> dict:
    """Those that bring most; the others that bring anything; those that bring none by themselves."""
    paying = [gap for gap in gaps if Decimal(gap["gain"]) > 0]
    return {"first": paying[:DEAREST], "more": paying[DEAREST:], "idle": [gap for gap in gaps if gap not in paying]}


# --- its drawings ----------------------------------------------------------------------------------------------------


def bars(dimensions: dict, language: str):
    """Four bars, each with the demonstration site's line and the tick of the period before."""
    return charts.bullets(
        [
            Bullet(each[language], _float(each["value"]), each["value"] or "—", _site(each), _float(each["previous"]))
            for each in dimensions["rows"]
        ]
    )


def radar(dimensions: dict, language: str):
    """The same as a radar; None where there are fewer than three axes."""
    rows = dimensions["rows"]
    if len(rows) < 3:
        return None
    return charts.radar(
        [Axis(each[language], each["value"] or "—", _float(each["value"]), _site(each)) for each in rows]
    )


def _site(row: dict) -> float | None:
    """What the demonstration site of the townships reaches, or else that of the villages."""
    return _float(row["sites"].get("township") or row["sites"].get("village"))


def _float(text: str | None) -> float | None:
    return None if text is None else float(text)
