"""The pages of a county: its board, and the list of counties for those who see several."""

from __future__ import annotations

from flask import redirect

from audit.accounts.permissions import Can
from audit.base import body, clock
from audit.base.http import current_actor
from audit.web import boards
from audit.web.pages import Pages, language, see, show
from audit.web.schemas import OfRound, VersionQuery

county = Pages("county")


@county.get("/counties")
@see(Can.READ_RANKINGS)
def list_counties():
    """Every county of a round with its place; an account of one county gets to its own board."""
    return _led(boards.way_of(current_actor()), body.query(OfRound()))


def _led(way: str | None, wanted: dict):
    return redirect(way, 303) if way else show("counties.html", **boards.overview(current_actor(), wanted))


@county.get("/rounds/<string:code>/counties/<string(length=6):county_code>")
@see(Can.READ_RANKINGS)
def county_board(code, county_code):
    """Where a county stands, why, and what pays most to mend."""
    told = boards.told(code, county_code, body.query(VersionQuery()), actor=current_actor(), now=clock.now())
    dimensions = told["board"]["dimensions"]
    bars, radar = boards.bars(dimensions, language()), boards.radar(dimensions, language())
    return show("county-board.html", bars=bars, radar=radar, **told)
