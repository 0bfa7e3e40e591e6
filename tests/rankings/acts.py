"""Cards in tests: issued, listed, and a version 2 in which one item was decided otherwise."""

from __future__ import annotations

from uuid import UUID

from contest import Contest
from factories import NOW, ROOT
from versions import republished

from audit.accounts.models import Account
from audit.accounts.policy import Policy
from audit.accounts.queries import actor_of
from audit.base import clock
from audit.base.trail import write
from audit.checklists import actions as checklists
from audit.checklists import editions
from audit.inspections import decisions, rulings
from audit.inspections.models import Inspection
from audit.inspections.queries import with_centres


def issue(contest: Contest, basis: str = "level", version: int = 1, who: str = "office", **body):
    """The answer to issuing; 10 working days for appeals unless the test says otherwise."""
    body = {"basis": basis, "appeal_days": 10} | body
    given = {name: value for name, value in body.items() if value is not None}
    return contest.people[who].post(f"/rounds/{contest.code}/publications/{version}/cards", json=given)


def issued(contest: Contest, *args, **more) -> dict:
    answer = issue(contest, *args, **more)
    assert answer.status_code == 201, answer.json
    return answer.json


def cards(contest: Contest, who: str = "office", **asked) -> list[dict]:
    """The cards of the contest's round."""
    answer = contest.people[who].get("/cards", query_string={"round": contest.code, "page_size": 500} | asked)
    assert answer.status_code == 200, answer.json
    return answer.json


def colours(contest: Contest, **asked) -> dict[str, str]:
    """Who has which card."""
    return {each["code"]: each["colour"] for each in cards(contest, **asked)}


def card(contest: Contest, code: str, **asked) -> dict:
    """The newest card of a county or centre in the round."""
    return next(each for each in cards(contest, **asked) if each["code"] == code)


def act(contest: Contest, code: str, what: str, who: str, **body):
    """The answer to an act upon the newest card of a county or centre."""
    number = card(contest, code)["id"]
    return contest.people[who].post(f"/cards/{number}/{what}", **({"json": body} if body else {}))


def withdrawn(contest: Contest, code: str) -> dict:
    answer = act(contest, code, "withdrawal", "office2", reason="认定有误")
    assert answer.status_code == 200, answer.json
    return answer.json


def decided(visit: UUID, item: str, value: str) -> None:
    """An item of an approved visit is decided otherwise, as an appeal does it."""
    inspection = with_centres().where(Inspection.id == visit).get()
    with write() as trail:
        account = Account.get(Account.name == "reviewer")
        reviewer = actor_of(account, "a desk", 0, policy=Policy(), now=NOW)
        made = decisions.write_decision(inspection, item, {"value": value}, "复测", actor=reviewer, now=clock.now())
        detail = rulings.seal_of_decision(made)
        trail.record("inspection.decide", visit, actor=reviewer, at=made.decided_at, detail=detail)


def corrected(contest: Contest, visit: UUID, item: str, value: str) -> None:
    """Version 2, in which that item counts otherwise."""
    decided(visit, item, value)
    republished(contest)


def voided(contest: Contest, visit: UUID) -> None:
    """Version 2, without a visit that two people found to be a fraud."""
    reviewer, office = contest.people["reviewer"], contest.people["office"]
    tag = {"If-Match": reviewer.get(f"/inspections/{visit}").headers["ETag"]}
    proposed = reviewer.post(f"/inspections/{visit}/voiding", json={"why": "fraud", "reason": "摆拍"}, headers=tag)
    confirmed = office.put(f"/inspections/{visit}/voiding/{proposed.json['id']}/confirmation")
    assert confirmed.status_code == 200, confirmed.json
    republished(contest)


def another_card_policy(key: str = "cards-2026.9", basis: str = "level", **changes) -> str:
    """A published policy with the bands of the one that ships and these changes."""
    content = editions.read(ROOT / "checklists" / "cards-2026.1.toml") | {"id": key, "basis": basis} | changes
    return checklists.publish(editions.check(content), actor=None, now=NOW).id
