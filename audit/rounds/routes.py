"""Rounds."""

from __future__ import annotations

from audit.accounts.guard import allow
from audit.accounts.permissions import Can
from audit.base import clock
from audit.base.http import Blueprint, conditional, current_actor, extension
from audit.base.paging import LIST_HEADERS, page, paged
from audit.rounds import actions, lists, queries
from audit.rounds.schemas import (
    CountedOut,
    CountedQuery,
    ListIn,
    ListOut,
    ListQuery,
    ListWithdrawalIn,
    RoundIn,
    RoundOut,
    RoundQuery,
    TierIn,
)

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


@rounds.get("/rounds/<string:code>/centres")
@allow(Can.READ_ROUNDS)
@conditional
@rounds.arguments(CountedQuery, location="query")
@rounds.response(200, CountedOut(many=True), headers=LIST_HEADERS)
@rounds.problems(404)
def list_counted(asked, code):
    """The centres in your area that a round counts, each with the tier that measures it there."""
    actor = current_actor()
    return paged(queries.counted(queries.by_code(code, actor), actor, asked), asked)


@rounds.put("/rounds/<string:code>/centres/<uuid:centre_id>")
@allow(Can.MANAGE_ROUNDS)
@rounds.arguments(TierIn)
@rounds.response(200, CountedOut)
@rounds.problems(404, 409)
def set_tier(body, code, centre_id):
    """Measure a centre with another tier in an open round, with the reason. Visits that came before keep theirs."""
    return actions.set_tier(code, centre_id, body, actor=current_actor(), now=clock.now())


@rounds.get("/rounds/<string:code>/lists")
@allow(Can.READ_ROUNDS)
@conditional
@rounds.arguments(ListQuery, location="query")
@rounds.response(200, ListOut(many=True), headers=LIST_HEADERS)
@rounds.problems(404)
def list_issued(asked, code):
    """What counties and townships issued, the newest version of each list: the m that nobody has to type.

    Those that were withdrawn are left out.
    """
    actor = current_actor()
    return paged(lists.newest(queries.by_code(code, actor), actor, asked), asked)


@rounds.post("/rounds/<string:code>/lists")
@allow(Can.MANAGE_ROUNDS)
@rounds.arguments(ListIn)
@rounds.response(201, ListOut)
@rounds.alt_response(200, schema=ListOut, description="Entered before; nothing changed", success=True)
@rounds.problems(404, 409)
def enter_list(body, code):
    """Enter what a county or township issued, and score the level again; a township's own list goes before.

    Of shares whose m is the county's list (`when_m_zero` is county_duty), and of no others.
    """
    return lists.enter(code, body, listed=extension("listed"), actor=current_actor(), now=clock.now())


@rounds.post("/lists/<int(min=1, max=2147483647):list_id>/withdrawal")
@allow(Can.MANAGE_ROUNDS)
@rounds.arguments(ListWithdrawalIn)
@rounds.response(200, ListOut)
@rounds.problems(404, 409)
def withdraw_list(body, list_id):
    """Take a list back, with the reason, and score its levels again: what was sent counts as it was sent.

    Only the newest version, until the round is frozen. Safe to repeat.
    """
    return lists.withdraw(list_id, body["reason"], listed=extension("listed"), actor=current_actor(), now=clock.now())
