"""Rankings and county boards."""

from __future__ import annotations

from audit.accounts.guard import allow
from audit.accounts.permissions import Can
from audit.base.http import Blueprint, conditional, current_actor
from audit.rankings import agreement_queries, boards, standings
from audit.rankings.agreement_schemas import AgreementOut
from audit.rankings.schemas import Board, CentreRanking, CountyRanking, Nothing

rankings = Blueprint("rankings", __name__, url_prefix="/api/v1", description="Rankings, county boards")


@rankings.get("/rounds/<string:code>/rankings/counties")
@allow(Can.READ_RANKINGS)
@conditional
@rankings.arguments(Nothing, location="query", as_kwargs=True)
@rankings.response(200, CountyRanking)
@rankings.problems(404)
def rank_counties(code):
    """Counties by place; those under the coverage floor after them, unranked. A county sees its own line."""
    return standings.ranking(code, "counties", current_actor())


@rankings.get("/rounds/<string:code>/rankings/townships")
@allow(Can.READ_RANKINGS)
@conditional
@rankings.arguments(Nothing, location="query", as_kwargs=True)
@rankings.response(200, CentreRanking)
@rankings.problems(404)
def rank_townships(code):
    """Township centres by place, then those not visited. A county sees its own, with their places in the whole."""
    return standings.ranking(code, "township", current_actor())


@rankings.get("/rounds/<string:code>/rankings/villages")
@allow(Can.READ_RANKINGS)
@conditional
@rankings.arguments(Nothing, location="query", as_kwargs=True)
@rankings.response(200, CentreRanking)
@rankings.problems(404)
def rank_villages(code):
    """Village centres by place, then those not visited, of which `drawn` says whether they were to be."""
    return standings.ranking(code, "village", current_actor())


@rankings.get("/rounds/<string:code>/counties/<string(length=6):county>")
@allow(Can.READ_RANKINGS)
@conditional
@rankings.arguments(Nothing, location="query", as_kwargs=True)
@rankings.response(200, Board)
@rankings.problems(404)
def county_board(code, county):
    """One county: its score, its centres, and what to mend first with the exact gain of each."""
    return boards.board(code, county, current_actor())


@rankings.get("/rounds/<string:code>/agreement")
@allow(Can.READ_AGREEMENT)
@rankings.arguments(Nothing, location="query", as_kwargs=True)
@rankings.response(200, AgreementOut)
@rankings.problems(404)
def get_agreement(code):
    """How far blind second visits agree with those that count, and how far each place could move. Never by person."""
    return agreement_queries.told(code, current_actor())
