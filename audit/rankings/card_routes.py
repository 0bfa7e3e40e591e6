"""Cards, and what is worked out beside the rankings: sensitivity and what-ifs."""

from __future__ import annotations

from audit.accounts.guard import allow
from audit.accounts.permissions import Can
from audit.base import clock
from audit.base.http import Blueprint, conditional, current_actor
from audit.base.paging import LIST_HEADERS, page
from audit.rankings import cards as issued
from audit.rankings import issuing, whatif
from audit.rankings.card_schemas import (
    CardOut,
    CardQuery,
    IssueIn,
    IssueOut,
    SensitivityOut,
    WhatIfIn,
    WhatIfOut,
    WithdrawalIn,
)
from audit.rankings.schemas import Nothing

cards = Blueprint("cards", __name__, url_prefix="/api/v1", description="Cards, sensitivity and what-ifs")
CARD = "/cards/<int(min=1, max=2147483647):card_id>"


@cards.post("/rounds/<string:code>/publications/<int(min=1, max=2147483647):version>/cards")
@allow(Can.ISSUE_CARDS)
@cards.arguments(IssueIn)
@cards.response(201, IssueOut)
@cards.alt_response(200, schema=IssueOut, description="Issued before, or every card stands as it is", success=True)
@cards.problems(404, 409)
def issue_cards(body, code, version):
    """Issue the cards of the newest version as the area's next 第N期; safe to repeat.

    A later version replaces only the cards whose colour changed.
    """
    return issuing.issue(code, version, body, actor=current_actor(), now=clock.now())


@cards.get("/cards")
@allow(Can.READ_CARDS)
@conditional
@cards.arguments(CardQuery, location="query")
@cards.response(200, CardOut(many=True), headers=LIST_HEADERS)
def list_cards(asked):
    """Cards of your area, the newest issue first; a county sees its own."""
    return page(*issued.listed(current_actor(), asked), asked)


@cards.get(CARD)
@allow(Can.READ_CARDS)
@conditional
@cards.response(200, CardOut)
@cards.problems(404)
def get_card(card_id):
    """One card, with what it rests on and what became of it."""
    return issued.get(card_id, current_actor())


@cards.post(f"{CARD}/acknowledgement")
@allow(Can.ACKNOWLEDGE_CARDS)
@cards.response(200, CardOut)
@cards.problems(404, 409)
def acknowledge_card(card_id):
    """Say that your county has received the card; the first time counts."""
    return issuing.acknowledge(card_id, actor=current_actor(), now=clock.now())


@cards.post(f"{CARD}/withdrawal")
@allow(Can.ISSUE_CARDS)
@cards.arguments(WithdrawalIn)
@cards.response(200, CardOut)
@cards.problems(404, 409)
def withdraw_card(body, card_id):
    """Take a card back with the reason, as somebody else than its issuer; it stays listed as withdrawn."""
    return issuing.withdraw(card_id, body, actor=current_actor(), now=clock.now())


@cards.get("/rounds/<string:code>/sensitivity")
@allow(Can.ASK_WHAT_IF)
@conditional
@cards.arguments(Nothing, location="query", as_kwargs=True)
@cards.response(200, SensitivityOut)
@cards.problems(404)
def tell_sensitivity(code):
    """How near each ranked row is to another place, by its own printed total."""
    return whatif.sensitivity(code, current_actor())


@cards.post("/rounds/<string:code>/whatif")
@allow(Can.ASK_WHAT_IF)
@cards.arguments(WhatIfIn)
@cards.response(200, WhatIfOut)
@cards.problems(404)
def ask_what_if(body, code):
    """The rankings as other published policies would make them, beside those that are; nothing of it is stored."""
    return whatif.what_if(code, body, current_actor())
