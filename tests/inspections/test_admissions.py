"""Late and unassigned visits are taken in, and count once a reviewer admits them with a reason."""

from uuid import uuid4

import pytest
from factories import GADONG, LUOJIANG, MAYI, visit
from submissions import admit, flags_of, named, slug

from audit.base.trail import TrailLine
from audit.inspections import flags, schemas
from audit.inspections.models import Admission, Inspection
from audit.rounds import plan_schemas
from audit.rounds.models import Plan


def plan(office, centre=GADONG, inspector: str = "tashi") -> int:
    body = {"centre": str(centre), "inspector": inspector, "kind": "check", "due_on": "2026-12-01"}
    answer = office.post("/rounds/2026Q4/plans", json=body)
    assert answer.status_code == 201, answer.json
    return answer.json["id"]


def test_a_late_visit_is_not_approved_before_it_is_admitted(reviewer, a_late_visit):
    answer = reviewer.review(a_late_visit)
    assert (answer.status_code, slug(answer), answer.json["detail"]) == (409, "not-admitted", "late")
    assert answer.json["retry"] == "after-fix"


def test_an_admitted_visit_is_approved(reviewer, a_late_visit):
    answer = admit(reviewer, a_late_visit)
    assert (answer.status_code, answer.json["reason"], answer.json["by"]) == (201, "山路中断，次日补传", "Reviewer")
    assert reviewer.review(a_late_visit).status_code == 201


def test_returning_a_late_visit_needs_no_admission(reviewer, a_late_visit):
    assert reviewer.review(a_late_visit, "return", reasons=[{"item": "TA01", "reason": "x"}]).status_code == 201


def test_an_admission_is_shown_with_the_visit(reviewer, tashi, a_late_visit):
    admit(reviewer, a_late_visit)
    assert tashi.get(f"/inspections/{a_late_visit}").json["admission"]["by"] == "Reviewer"


def test_admitting_again_changes_nothing(reviewer, newcomer, a_late_visit):
    first = admit(reviewer, a_late_visit)
    again = admit(newcomer("reviewer", "540228"), a_late_visit, "另一理由")
    assert (again.status_code, again.json, Admission.select().count()) == (200, first.json, 1)


def test_an_admission_moves_the_version_on_and_leaves_one_line(reviewer, a_late_visit):
    before = named(reviewer, a_late_visit)
    admit(reviewer, a_late_visit)
    assert named(reviewer, a_late_visit) != before
    assert TrailLine.select().where(TrailLine.action == "inspection.admit").count() == 1


def test_an_admission_holds_for_the_next_revision(tashi, reviewer, a_late_visit):
    admit(reviewer, a_late_visit)
    reviewer.review(a_late_visit, "return", reasons=[{"item": "TA01", "reason": "x"}])
    tashi.submit(a_late_visit, visit(revision=2))
    assert reviewer.review(a_late_visit).status_code == 201


def test_what_needs_no_admission_gets_none(reviewer, a_visit):
    assert slug(admit(reviewer, a_visit)) == "not-reviewable"


def test_nobody_admits_their_own_visit(office, reviewing_inspector):
    office.post("/rounds/2026Q4/closing")
    inspection = uuid4()
    reviewing_inspector.submit(inspection, visit())
    assert slug(admit(reviewing_inspector, inspection)) == "separation-of-duties"


def test_in_a_frozen_round_nothing_is_admitted(reviewer, a_late_visit, freeze):
    freeze()
    assert slug(admit(reviewer, a_late_visit)) == "round-frozen"


@pytest.mark.parametrize("state", ["frozen", "published"])
def test_what_comes_after_the_freeze_is_stored_and_late(tashi, reviewer, freeze, state):
    freeze(state)
    inspection = uuid4()
    receipt = tashi.submit(inspection, visit())
    assert (receipt.status_code, flags_of(receipt)) == (201, {"late"})
    assert slug(reviewer.review(inspection)) == "round-frozen"


def test_only_reviewers_admit(people, a_late_visit):
    for name in ("tashi", "bailang", "office", "admin", "auditor"):
        assert admit(people[name], a_late_visit).status_code == 403


# --- plans -----------------------------------------------------------------------------------------------------------


def test_where_nothing_is_planned_nobody_is_unassigned(tashi):
    assert flags_of(tashi.submit(uuid4(), visit())) == set()


def test_a_visit_that_nobody_was_planned_for_is_flagged(tashi, reviewer, office):
    plan(office, LUOJIANG)
    inspection = uuid4()
    assert flags_of(tashi.submit(inspection, visit())) == {"not-assigned"}
    assert slug(reviewer.review(inspection)) == "not-admitted"
    assert (admit(reviewer, inspection).status_code, reviewer.review(inspection).status_code) == (201, 201)


def test_a_self_assessment_cannot_be_planned_and_so_is_never_unassigned(tashi, office):
    plan(office, LUOJIANG)
    assert flags_of(tashi.submit(uuid4(), visit(kind="self"))) == set()
    assert set(flags.UNPLANNED) == set(schemas.KINDS) - set(plan_schemas.KINDS)


def test_a_planned_visit_is_approved_as_it_is(tashi, reviewer, office):
    plan(office)
    inspection = uuid4()
    assert flags_of(tashi.submit(inspection, visit())) == set()
    assert reviewer.review(inspection).status_code == 201


def test_a_visit_is_assigned_by_any_of_its_team(tashi, office):
    plan(office, GADONG, "drolma")
    assert flags_of(tashi.submit(uuid4(), visit(team=["drolma"]))) == set()


def test_plans_of_the_other_level_assign_nobody(tashi, office):
    plan(office, MAYI)
    assert flags_of(tashi.submit(uuid4(), visit())) == set()


@pytest.fixture
def a_blind_visit(tashi, office):
    """The id of tashi's second visit, planned blind."""
    Plan.update(blind=True).where(Plan.id == plan(office)).execute()
    inspection = uuid4()
    tashi.submit(inspection, visit())
    return inspection


def test_a_blind_plan_makes_a_blind_visit(a_blind_visit):
    assert Inspection.get_by_id(a_blind_visit).blind


def test_a_blind_visit_stays_one_when_its_plan_is_gone(tashi, reviewer, a_blind_visit):
    reviewer.review(a_blind_visit, "return", reasons=[{"item": "TA01", "reason": "x"}])
    Plan.update(blind=False).execute()
    tashi.submit(a_blind_visit, visit(revision=2))
    assert Inspection.get_by_id(a_blind_visit).blind


def test_only_the_office_sees_that_a_visit_is_blind(people, a_blind_visit):
    shown = {
        name: people[name].get(f"/inspections/{a_blind_visit}").json["blind"]
        for name in ("tashi", "reviewer", "bailang", "office")
    }
    assert shown == {"tashi": None, "reviewer": None, "bailang": None, "office": True}


def test_a_blind_visit_is_no_baseline(office, reviewer, a_blind_visit):
    reviewer.review(a_blind_visit)
    answer = office.post("/rounds/2026Q4/baselines", json={"inspection": str(a_blind_visit)})
    assert (answer.status_code, slug(answer)) == (409, "baseline-not-adoptable")
