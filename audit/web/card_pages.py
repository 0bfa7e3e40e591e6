"""Cards: listed, issued for a version, printed, acknowledged by their county, withdrawn by a second person."""

from __future__ import annotations

from audit.accounts.permissions import Can
from audit.base import body, clock
from audit.base.http import current_actor
from audit.rankings import issuing
from audit.rankings.card_schemas import CardQuery, IssueIn, WithdrawalIn
from audit.web import issues, states
from audit.web.pages import Pages, done, form, leaves, see, show
from audit.web.schemas import BasisQuery

cards = Pages("card")
ISSUE = "/rounds/<string:code>/publications/<int(min=1, max=2147483647):version>/cards"
CARD = "/cards/<int(min=1, max=2147483647):card_id>"


@cards.get("/cards")
@see(Can.READ_CARDS)
def list_cards():
    """Cards of your area, the newest issue first; a county sees its own."""
    wanted = body.query(CardQuery())
    of = issues.listed(wanted, current_actor())
    return show(
        "card-list.html", of=of, asked=wanted, list=leaves(of["total"], wanted), states=states.CARDS,
        bases=issues.BASES,
    )  # fmt: skip


@cards.get(ISSUE)
@see(Can.ISSUE_CARDS)
def draft_cards(code, version):
    """What issuing the cards of a version would bring."""
    basis = body.query(BasisQuery())["basis"]
    of = issues.draft(code, version, basis, actor=current_actor(), now=clock.now())
    return show("card-issue.html", code=code, version=version, of=of, bases=issues.BASES)


@cards.post(ISSUE)
@see(Can.ISSUE_CARDS)
def issue_cards(code, version):
    """Issue the cards of the newest version as the area's next 第N期."""
    wanted = body.load(IssueIn(), issues.issue_typed(form()))
    made, _ = issuing.issue(code, version, wanted, actor=current_actor(), now=clock.now())
    return done(f"/cards?round={code}", *issues.told(made))


@cards.get(CARD)
@see(Can.READ_CARDS)
def one_card(card_id):
    """One card as a sheet to print, with what it rests on and what became of it."""
    return show("card-sheet.html", of=issues.one(card_id, current_actor()), states=states.CARDS, bases=issues.BASES)


@cards.post(f"{CARD}/acknowledgement")
@see(Can.ACKNOWLEDGE_CARDS)
def acknowledge_card(card_id):
    """Say that your county has received the card."""
    form()
    issuing.acknowledge(card_id, actor=current_actor(), now=clock.now())
    return done(f"/cards/{card_id}", "已签收", "Acknowledged")


@cards.post(f"{CARD}/withdrawal")
@see(Can.ISSUE_CARDS)
def withdraw_card(card_id):
    """Take a card back with the reason, as somebody else than its issuer."""
    issuing.withdraw(card_id, body.load(WithdrawalIn(), form()), actor=current_actor(), now=clock.now())
    return done(f"/cards/{card_id}", "该牌已撤销", "The card is withdrawn")
