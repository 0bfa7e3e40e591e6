"""Freezing and publishing in tests: two people, two steps."""

from __future__ import annotations

from contest import NOW, Contest

from audit.accounts.models import Account
from audit.base import clock
from audit.centres.models import Centre
from audit.inspections import scores
from audit.inspections.models import Inspection, ItemDecision
from audit.rankings import drafts
from audit.rankings import published as versions


def close(contest: Contest) -> None:
    assert contest.people["office"].post(f"/rounds/{contest.code}/closing").status_code == 200


def propose(contest: Contest, what: str = "freeze", who: str = "office", **body):
    """The answer to a proposal."""
    return contest.people[who].post(f"/rounds/{contest.code}/steps", json={"what": what, "note": "会议纪要"} | body)


def confirm(contest: Contest, step: int, who: str = "office2"):
    """The answer to a confirmation."""
    return contest.people[who].put(f"/steps/{step}/confirmation")


def done(contest: Contest, what: str, **body) -> dict:
    """A step, proposed and confirmed."""
    proposed = propose(contest, what, **body)
    assert proposed.status_code == 201, proposed.json
    confirmed = confirm(contest, proposed.json["id"])
    assert confirmed.status_code == 200, confirmed.json
    return confirmed.json


def frozen(contest: Contest, **body) -> Contest:
    """The contest, closed and frozen; that nothing counts is accepted where nobody went."""
    close(contest)
    done(contest, "freeze", **{"accept": contest.number == 0} | body)
    return contest


def published(contest: Contest, **body) -> Contest:
    """The contest, frozen and published as version 1."""
    frozen(contest)
    done(contest, "publish", **body)
    return contest


def republished(contest: Contest, **body) -> dict:
    return done(contest, "publish", note="更正", **body)


def state(contest: Contest) -> str:
    return contest.people["office"].get(f"/rounds/{contest.code}").json["state"]


def slug(answer) -> str:
    return answer.json["type"].split("/")[-1]


def checks(answer) -> dict[str, int]:
    """What stands in the way, by name; what is only told left out."""
    return {each["check"]: each["count"] for each in answer.json["checks"] if each["weight"] != "tells"}


def decide(contest, code: str, value: int, item: str = "T1") -> None:
    """Another answer to an item of a frozen round, as an upheld appeal leaves it, and its score."""
    of_centre = Inspection.select().join(Centre).where(Centre.code == code)
    visit = of_centre.order_by(Inspection.finished_at.desc()).first()
    reviewer = Account.get(Account.name == "reviewer")
    ItemDecision.create(
        inspection=visit.id, revision=visit.revision, item=item, answer={"value": str(value)}, reason="申诉成立",
        decided_by=reviewer.id, decided_at=NOW, appeal=1,
    )  # fmt: skip
    scores.keep([visit], scores.level_of(visit), now=NOW)


def of_form_1(monkeypatch) -> None:
    """From now on versions are written as programs before this one did."""
    head_of, content_of = drafts.head_of, versions.content_of

    def older(of) -> dict:
        head = head_of(of)
        del head["form"], head["draws"], head["round"]["closed_on"]
        return head

    monkeypatch.setattr(drafts, "head_of", older)
    monkeypatch.setattr(drafts, "content_of", lambda row: content_of(row, 1))
    monkeypatch.setattr(drafts, "findings_of", lambda of: ())


def of_form_2(monkeypatch) -> None:
    """From now on versions are written as programs did that told what became of findings, and shares as fractions."""
    monkeypatch.setattr(drafts, "FORM", 2)


def today() -> str:
    """The day that it is in Beijing."""
    return clock.now().astimezone(clock.BEIJING).date().isoformat()
