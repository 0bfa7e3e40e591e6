"""Who visits which centre: planned by hand, replaced and withdrawn with a reason, seen by whom it concerns."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from factories import GADONG, JIANGZI, LUOJIANG
from test_round_calendar import opened

from audit.accounts.models import Account
from audit.base.trail import TrailLine
from audit.centres.models import Centre
from audit.rounds import queries
from audit.rounds.models import Plan, Round

PLANS = "/rounds/2026Q4/plans"
PLAN = {"centre": str(GADONG), "inspector": "tashi", "kind": "check", "due_on": "2026-12-10"}


def plan(office, **changes) -> dict:
    answer = office.post(PLANS, json=PLAN | changes)
    assert answer.status_code == 201, answer.json
    return answer.json


def replace(office, planned: dict, **body):
    return office.post(f"/plans/{planned['id']}/replacement", json={"reason": "请假"} | body)


def withdraw(office, planned: dict, reason: str = "道路不通"):
    return office.post(f"/plans/{planned['id']}/withdrawal", json={"reason": reason})


def last_line() -> TrailLine:
    return TrailLine.select().order_by(TrailLine.seq.desc()).first()


def number_of(name: str) -> int:
    return Account.get(Account.name == name).id


def test_the_office_plans_a_visit(office):
    answer = plan(office)
    assert (answer["centre"]["code"], answer["inspector"]["name"]) == ("540228101", "tashi")
    expected = {"round": "2026Q4", "kind": "check", "due_on": "2026-12-10", "state": "planned", "blind": False}
    assert expected.items() <= answer.items()
    assert (last_line().action, last_line().subject) == ("plan.enter", str(answer["id"]))


def test_planning_the_same_again_changes_nothing(office):
    first, lines = plan(office), TrailLine.select().count()
    again = office.post(PLANS, json=PLAN)
    assert (again.status_code, again.json, TrailLine.select().count()) == (200, first, lines)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"centre": str(uuid4())}, "/centre"),
        ({"centre": "540228101"}, "/centre"),
        ({"inspector": "nobody-known"}, "/inspector"),
        ({"inspector": "reviewer"}, "/inspector"),
        ({"inspector": "pema"}, "/inspector"),
        ({"kind": "self"}, "/kind"),
        ({"due_on": "soon"}, "/due_on"),
        ({"due_on": "2020-01-01"}, "/due_on"),
        ({"due_on": "2099-01-01"}, "/due_on"),
        ({"blind": True}, "/blind"),
    ],
)
def test_what_makes_no_plan_is_named(office, change, pointer):
    answer = office.post(PLANS, json=PLAN | change)
    assert (answer.status_code, [each["pointer"] for each in answer.json["errors"]]) == (422, [pointer])


def test_a_centre_outside_the_rounds_area_is_unknown(office):
    opened(office, area="540222")
    answer = office.post("/rounds/2027Q1/plans", json=PLAN | {"due_on": "2027-02-01"})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/centre")


@pytest.mark.parametrize("name", ["tashi", "reviewer", "bailang", "admin", "auditor"])
def test_nobody_else_plans(people, name):
    planned = plan(people["office"])
    assert people[name].post(PLANS, json=PLAN).status_code == 403
    assert (replace(people[name], planned).status_code, withdraw(people[name], planned).status_code) == (403, 403)


def test_the_office_of_a_county_plans_nothing_in_the_citys_round(office, moved):
    planned, other = plan(office), moved("office2", "540228")
    assert other.post(PLANS, json=PLAN).status_code == 404
    assert (replace(other, planned).status_code, withdraw(other, planned).status_code) == (404, 404)


# --- replaced and withdrawn ----------------------------------------------------------------------------------------


def test_somebody_else_goes_and_what_was_planned_stays_on_record(office):
    old = plan(office)
    new = replace(office, old, inspector="drolma")
    assert (new.status_code, new.json["inspector"]["name"], new.json["replaces"]) == (201, "drolma", old["id"])
    assert new.json["centre"] == old["centre"]
    row = Plan.get_by_id(old["id"])
    assert (row.state, row.reason) == ("replaced", "请假")


def test_a_visit_planned_by_hand_may_go_elsewhere(office):
    new = replace(office, plan(office), centre=str(LUOJIANG)).json
    assert (new["centre"]["id"], new["inspector"]["name"]) == (str(LUOJIANG), "tashi")


def test_a_replacement_is_told_with_its_reason(office):
    old = plan(office)
    new = replace(office, old, inspector="drolma").json
    assert (last_line().action, last_line().subject) == ("plan.replace", str(new["id"]))
    assert {"replaces": old["id"], "reason": "请假"}.items() <= last_line().detail.items()


def test_replacing_twice_changes_nothing(office):
    old = plan(office)
    first, lines = replace(office, old, inspector="drolma"), TrailLine.select().count()
    again = replace(office, old, inspector="drolma")
    assert (again.status_code, again.json, TrailLine.select().count()) == (200, first.json, lines)


@pytest.mark.parametrize("other", [{"inspector": "tashi"}, {"inspector": "drolma", "reason": "另一个"}])
def test_what_was_replaced_is_not_replaced_otherwise(office, other):
    old = plan(office)
    replace(office, old, inspector="drolma")
    answer = replace(office, old, **other)
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/plan-moved-on")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/inspector"),
        ({"inspector": "tashi"}, "/inspector"),
        ({"inspector": "pema"}, "/inspector"),
        ({"centre": str(uuid4())}, "/centre"),
        ({"inspector": "drolma", "reason": ""}, "/reason"),
    ],
)
def test_a_replacement_that_is_none_is_named_and_changes_nothing(office, body, pointer):
    old = plan(office)
    answer = replace(office, old, **body)
    assert (answer.status_code, [each["pointer"] for each in answer.json["errors"]]) == (422, [pointer])
    assert Plan.get_by_id(old["id"]).state == "planned"


def test_a_visit_is_withdrawn_with_a_reason(office):
    answer = withdraw(office, plan(office))
    assert (answer.status_code, answer.json["state"], answer.json["reason"]) == (200, "withdrawn", "道路不通")
    assert (last_line().action, last_line().detail) == ("plan.withdraw", {"reason": "道路不通"})


def test_withdrawing_twice_changes_nothing(office):
    old = plan(office)
    first, lines = withdraw(office, old), TrailLine.select().count()
    again = withdraw(office, old)
    assert (again.status_code, again.json, TrailLine.select().count()) == (200, first.json, lines)


def test_what_was_withdrawn_cannot_be_replaced_nor_the_other_way_round(office):
    gone, other = plan(office), plan(office, centre=str(LUOJIANG))
    withdraw(office, gone)
    replace(office, other, inspector="drolma")
    assert replace(office, gone, inspector="drolma").json["type"] == "/problems/plan-moved-on"
    assert withdraw(office, other).json["type"] == "/problems/plan-moved-on"


@pytest.mark.parametrize("state", ["frozen", "published"])
def test_plans_stand_once_the_round_is_frozen(office, state):
    planned = plan(office)
    Round.update(state=state).execute()
    answers = [office.post(PLANS, json=PLAN), replace(office, planned, inspector="drolma"), withdraw(office, planned)]
    assert {each.json["type"] for each in answers} == {"/problems/round-frozen"}


# --- who sees them -------------------------------------------------------------------------------------------------


@pytest.fixture
def four(office):
    """An open visit, a covert one and a blind one in 白朗县, and one in 江孜县."""
    plan(office)
    plan(office, kind="covert", centre=str(LUOJIANG), due_on="2026-12-01")
    blind = plan(office, inspector="drolma", kind="recheck")
    Plan.update(blind=True).where(Plan.id == blind["id"]).execute()
    plan(office, centre=str(JIANGZI), inspector="pema", due_on="2026-12-20")


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("office", ["covert", "check", "recheck", "check"]),
        ("reviewer", ["covert", "check", "recheck", "check"]),
        ("bailang", ["check"]),
        ("jiangzi", ["check"]),
        ("tashi", ["covert", "check"]),
        ("drolma", ["recheck"]),
        ("pema", ["check"]),
    ],
)
def test_covert_and_blind_visits_are_not_for_counties(four, people, name, seen):
    listed = people[name].get(PLANS)
    assert ([each["kind"] for each in listed.json], listed.headers["X-Total-Count"]) == (seen, str(len(seen)))


def test_a_reviewer_who_inspects_may_ask_for_their_own(four, office, people):
    own = people["reviewing-inspector"]
    plan(office, inspector="reviewing-inspector", centre=str(LUOJIANG))
    assert (len(own.get(PLANS).json), len(own.get(f"{PLANS}?mine=true").json)) == (5, 1)


@pytest.mark.parametrize(("query", "number"), [("county=540222", 1), ("state=withdrawn", 1), ("state=planned", 3)])
def test_the_list_is_filtered(four, office, query, number):
    withdraw(office, {"id": Plan.get(Plan.kind == "covert").id})
    assert len(office.get(f"{PLANS}?{query}").json) == number


def test_the_list_takes_as_many_queries_for_one_as_for_many(four, office, queries_of):
    office.get(f"{PLANS}?page_size=1")
    one = queries_of(lambda: office.get(f"{PLANS}?page_size=1"))
    assert queries_of(lambda: office.get(PLANS)) == one


def test_plans_of_a_round_out_of_sight_are_not_found(office, jiangzi):
    opened(office, area="540228")
    assert jiangzi.get("/rounds/2027Q1/plans").status_code == 404


# --- what other parts ask ------------------------------------------------------------------------------------------


def test_a_planned_visit_is_found_by_centre_and_team(office):
    planned = plan(office)
    crew = [number_of("drolma"), number_of("tashi")]
    assert queries.planned(1, GADONG, crew).id == planned["id"]
    assert queries.planned(1, GADONG, crew[:1]) is None
    assert queries.planned(1, LUOJIANG, crew) is None


def test_what_was_withdrawn_is_not_planned_any_more(office):
    assert not queries.has_plans(1, "township")
    planned = plan(office)
    assert (queries.has_plans(1, "township"), queries.has_plans(1, "village")) == (True, False)
    withdraw(office, planned)
    assert (queries.planned(1, GADONG, [number_of("tashi")]), queries.has_plans(1, "township")) == (None, False)


def test_the_visit_that_counts_comes_before_a_blind_one(office):
    blind = plan(office, inspector="drolma")
    Plan.update(blind=True).where(Plan.id == blind["id"]).execute()
    first = plan(office)
    assert queries.planned(1, GADONG, [number_of("drolma"), number_of("tashi")]).id == first["id"]


def test_a_plan_is_of_a_centre_that_there_is(office):
    Centre.update(status="closed").where(Centre.id == UUID(PLAN["centre"])).execute()
    assert office.post(PLANS, json=PLAN).status_code == 422
