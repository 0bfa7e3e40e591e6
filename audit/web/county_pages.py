"""The pages of a county: its board, and the list of counties for those who see several."""

from __future__ import annotations

from flask import redirect

from audit.accounts.permissions import Can
from audit.base import body, clock
from audit.base.http import current_actor
from audit.web import amendments, boards, states
from audit.web.pages import Pages, language, see, show
from audit.web.schemas import OfRound, VersionQuery

county = Pages("county")
BOARD_WORDS = {"states": states.ROUNDS, "states_said": states.FINDINGS, "costs": amendments.COSTS}


@county.get("/counties")
@see(Can.READ_RANKINGS)
def list_counties():
    """Every county of a round with its place; an account of one county gets to its own board."""
    return _led(boards.way_of(current_actor()), body.query(OfRound()))


def _led(way: str | None, wanted: dict):
    if way:
        return redirect(way, 303)
    return show("counties.html", states=states.ROUNDS, **boards.overview(current_actor(), wanted))


@county.get("/rounds/<string:code>/counties/<string(length=6):county_code>")
@see(Can.READ_RANKINGS)
def county_board(code, county_code):
    """Where a county stands, why, and what pays most to mend."""
    told = boards.told(code, county_code, body.query(VersionQuery()), actor=current_actor(), now=clock.now())
    dimensions = told["board"]["dimensions"]
    bars, radar = boards.bars(dimensions, language()), boards.radar(dimensions, language())
    return show("county-board.html", bars=bars, radar=radar, **BOARD_WORDS, **told)
