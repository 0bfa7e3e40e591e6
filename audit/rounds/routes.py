"""Rounds."""

from __future__ import annotations

from audit.accounts.guard import allow
from audit.accounts.permissions import Can
from audit.base import clock
from audit.base.http import Blueprint, conditional, current_actor
from audit.base.paging import LIST_HEADERS, page
from audit.rounds import actions, queries
from audit.rounds.schemas import RoundIn, RoundOut, RoundQuery

rounds = Blueprint("rounds", __name__, url_prefix="/api/v1", description="The calendar of the audit")


@rounds.get("/rounds")
@allow(Can.READ_ROUNDS)
@conditional
@rounds.arguments(RoundQuery, location="query")
@rounds.response(200, RoundOut(many=True), headers=LIST_HEADERS)
def list_rounds(asked):
    """Rounds whose area overlaps with yours, newest first."""
    return page(*queries.listed(current_actor(), asked), asked)


@rounds.post("/rounds")
@allow(Can.MANAGE_ROUNDS)
@rounds.arguments(RoundIn)
@rounds.response(201, RoundOut)
@rounds.problems(409)
def open_round(body):
    """Open a round with its editions and policies."""
    return queries.with_levels([actions.open_round(body, actor=current_actor(), now=clock.now())])[0]


@rounds.get("/rounds/<string:code>")
@allow(Can.READ_ROUNDS)
@conditional
@rounds.response(200, RoundOut)
@rounds.problems(404)
def get_round(code):
    """One round."""
    return queries.with_levels([queries.by_code(code, current_actor())])[0]


@rounds.post("/rounds/<string:code>/closing")
@allow(Can.MANAGE_ROUNDS)
@rounds.response(200, RoundOut)
@rounds.problems(404)
def close_round(code):
    """Close a round."""
    return queries.with_levels([actions.close_round(code, actor=current_actor(), now=clock.now())])[0]
