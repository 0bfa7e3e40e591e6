"""audit verify: what somebody changed of a finding, its steps or an appeal is found."""

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from states import made_once
from towns import FAULTY, GADONG, ORDER

from audit.accounts.models import Account
from audit.cli import main
from audit.followup.models import Appeal, Finding, FindingStep, StepPhoto
from audit.inspections.models import ItemDecision
from audit.rounds.models import Round

THEN = datetime(2026, 10, 1, tzinfo=UTC)


@pytest.fixture
def verify(stage, tmp_path):
    """Runs audit verify on this test's data; gives (exit code, what it said)."""

    def run():
        done = CliRunner().invoke(main, ["--data", str(tmp_path), "verify"], env={"AUDIT_DATABASE_URL": stage[0]})
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.output

    return run


@pytest.fixture
def found(verify):
    """Whether what was changed is found: `found("what is said of it")`."""

    def look(text: str) -> None:
        code, said = verify()
        assert code == 1 and text in said, said

    return look


@made_once
def whole(town, closed, office):
    """Findings of every state: T1 closed and open again, others ordered at once."""
    town.visit(GADONG, *FAULTY)
    town.people["office"].post(f"/rounds/{town.code}/orders", json=ORDER | {"county": "540228", "items": ["T4"]})
    office.post(f"/findings/{the('T1').id}/reopening", json={"reason": "复查又不达标"})


def the(item: str) -> Finding:
    """The first finding on an item: of 洛江镇."""
    return Finding.select().where(Finding.item == item).order_by(Finding.id).first()


def step(verb: str) -> FindingStep:
    return FindingStep.select().where(FindingStep.verb == verb).order_by(FindingStep.id).first()


def test_findings_that_nobody_touched_hold(whole, verify):
    code, said = verify()
    assert code == 0, said


def test_findings_that_a_newer_visit_moved_hold(town, whole, days_ago, verify):
    town.visit("540228100", 100, 90, 100, 40, at=days_ago(-1))
    code, said = verify()
    assert code == 0, said


@pytest.mark.parametrize(
    "change",
    [{"state": "closed"}, {"unit": "别的单位"}, {"due_on": "2029-01-01"}, {"kind": "long-term"}, {"reopened": 0}],
    ids=lambda change: next(iter(change)),
)
def test_a_finding_that_stands_elsewhere_is_found(whole, found, change):
    Finding.update(change).where(Finding.item.in_(["T1", "T4"])).execute()
    found("it does not stand where its steps lead")


def test_another_day_of_opening_is_found(whole, found):
    Finding.update(opened_at=THEN).execute()
    found("it was not opened at the time of its first step")


def test_another_county_is_found(whole, found):
    Finding.update(county=1).where(Finding.id == the("T1").id).execute()
    found(f"finding {the('T1').id}: it is of another county than its centre")


@pytest.mark.parametrize(
    ("verb", "change"),
    [
        ("order", {"unit": "别的单位"}),
        ("order", {"due_on": "2029-01-01"}),
        ("report", {"photos": ["a" * 64]}),
        ("close", {"note": "别的话"}),
        ("close", {"by": 1}),
        ("reopen", {"at": THEN}),
    ],
)
def test_a_changed_step_is_found(whole, found, verb, change):
    FindingStep.update(change).where(FindingStep.id == step(verb).id).execute()
    found(f"({verb}): the trail does not tell of it so")


def test_a_changed_order_of_many_is_found(whole, found):
    last = FindingStep.select().where(FindingStep.verb == "order").order_by(FindingStep.id.desc()).first()
    FindingStep.update(due_on="2029-01-01").where(FindingStep.id == last.id).execute()
    Finding.update(due_on="2029-01-01").where(Finding.id == last.finding_id).execute()
    found("(order): the trail does not tell of it so")


def test_a_photo_that_cannot_be_looked_up_is_found(whole, found):
    StepPhoto.delete().execute()
    found(f"finding {the('T1').id}: its photos cannot be looked up as its steps name them")


def test_a_step_that_is_gone_is_found(whole, found):
    FindingStep.delete().where(FindingStep.verb == "reopen").execute()
    found("tells of is gone")


def test_a_step_that_cannot_follow_is_found(whole, found):
    FindingStep.update(verb="reopen").where(FindingStep.id == step("order").id).execute()
    found("its steps do not follow each other: reopen after open")


def test_a_step_that_no_score_took_is_found(whole, found):
    finding = the("T4")
    FindingStep.create(finding=finding.id, verb="withdraw", by=None, at=THEN, photos=[])
    Finding.update(state="withdrawn").where(Finding.id == finding.id).execute()
    found("(withdraw): the trail tells of nothing at that moment")
    found("has no finding on T4, which its visit found below standard")


def test_a_finding_that_is_gone_is_found(whole, found):
    number = the("T1").id
    FindingStep.delete().where(FindingStep.finding == number).execute()
    Finding.delete().where(Finding.id == number).execute()
    found(f"finding {number}: the trail tells of it, and it is gone")
    found("has no finding on T1, which its visit found below standard")


@pytest.mark.parametrize(
    "change", [{"lost": 1}, {"reason": "nobody"}, {"item": "T2"}], ids=lambda each: next(iter(each))
)
def test_a_finding_that_the_score_does_not_tell_of_is_found(whole, found, change):
    number = the("T1").id
    Finding.update(change).where(Finding.id == number).execute()
    found(f"finding {number} on {the(change.get('item', 'T1')).item} is not what its visit found")


# --- appeals -----------------------------------------------------------------------------------------------------


@made_once
def appealed(town, a_fault, office):
    """Appeals of every state by item: T1 upheld, T2 dismissed, T3 withdrawn, T4 open."""
    town.freeze()
    numbers = {item: town.appeal(a_fault, item=item).json["id"] for item in ("T1", "T2", "T3", "T4")}
    up = {"decision": "uphold", "reason": "属实", "answer": {"value": 100}}
    office.post(f"/appeals/{numbers['T1']}/decision", json=up)
    office.post(f"/appeals/{numbers['T2']}/decision", json={"decision": "dismiss", "reason": "不属实"})
    town.people["bailang"].post(f"/appeals/{numbers['T3']}/withdrawal")
    # freezing has lines of its own, and these tests are not about it
    Round.update(state="open", frozen_at=None).where(Round.code == town.code).execute()
    return numbers


def test_appeals_that_nobody_touched_hold(appealed, verify):
    code, said = verify()
    assert code == 0, said


@pytest.mark.parametrize(
    ("item", "change", "said"),
    [
        ("T4", {"reason": "别的话"}, "the trail does not tell that it was filed so"),
        ("T4", {"item": "T2"}, "the trail does not tell that it was filed so"),
        ("T4", {"filed_by": 1}, "the trail does not tell that it was filed so"),
        ("T4", {"photos": ["a" * 64]}, "the trail does not tell that it was filed so"),
        ("T4", {"county": 1}, "it is of another round or county than its visit"),
        ("T4", {"state": "dismissed"}, "the trail does not tell that it is dismissed, so and by whom"),
        ("T2", {"state": "open"}, "it is open, and line"),
        ("T2", {"decision": "别的话"}, "the trail does not tell that it is dismissed, so and by whom"),
        ("T2", {"decided_by": 1}, "the trail does not tell that it is dismissed, so and by whom"),
        ("T1", {"answer": {"value": 1}}, "no decision on the item came of it"),
        ("T3", {"state": "upheld"}, "the trail does not tell that it is upheld, so and by whom"),
    ],
)
def test_a_changed_appeal_is_found(appealed, found, item, change, said):
    Appeal.update(change).where(Appeal.id == appealed[item]).execute()
    found(f"appeal {appealed[item]}: ")
    found(said)


def test_a_decision_by_who_filed_it_is_found(appealed, found):
    bailang = Account.get(Account.name == "bailang").id
    Appeal.update(decided_by=bailang).where(Appeal.id == appealed["T2"]).execute()
    found("who decided it filed it, or was on the visit")


def test_an_upheld_appeal_without_its_decision_is_found(appealed, found):
    ItemDecision.update(appeal=None).execute()
    found(f"appeal {appealed['T1']}: no decision on the item came of it")


def test_an_appeal_that_is_gone_is_found(appealed, found):
    Appeal.delete().where(Appeal.id == appealed["T4"]).execute()
    found(f"appeal {appealed['T4']}: the trail tells of it, and it is gone")
