"""Taking a visit out: the wrong centre or a test by one reviewer, fraud by two people who were not on it."""

from uuid import uuid4

import pytest
from factories import GADONG, answered, approved, visit
from states import made_once
from submissions import confirm, named, slug, void

from audit.base.trail import TrailLine
from audit.inspections.models import Score, Voiding


@pytest.fixture
def state(reviewer):
    return lambda inspection: reviewer.get(f"/inspections/{inspection}").json["state"]


@made_once
def suspected(reviewer, a_visit):
    """(id, number): a visit that the reviewer calls a fraud, and the proposal."""
    return a_visit, void(reviewer, a_visit, "fraud", "照片摆拍").json["id"]


@pytest.mark.parametrize("why", ["wrong-centre", "test"])
def test_one_reviewer_takes_out_what_was_no_visit_to_the_centre(reviewer, a_visit, state, why):
    answer = void(reviewer, a_visit, why)
    assert (answer.status_code, answer.json["why"], answer.json["open"]) == (201, why, False)
    assert state(a_visit) == "void"


@pytest.mark.parametrize("decision", ["approve", "return"])
def test_a_reviewed_visit_is_taken_out(reviewer, a_visit, state, decision):
    reviewer.review(a_visit, decision, reasons=[] if decision == "approve" else [{"item": "TA01", "reason": "x"}])
    assert (void(reviewer, a_visit).status_code, state(a_visit)) == (201, "void")


def test_a_waiting_visit_is_taken_out_and_stays_so(reviewer, tashi, a_waiting_visit, state):
    inspection, digest, data = a_waiting_visit
    void(reviewer, inspection)
    tashi.send_photo(digest, data)
    assert (state(inspection), Score.select().count()) == ("void", 0)


def test_a_void_visit_has_no_score(reviewer, tashi, a_visit):
    void(reviewer, a_visit)
    told = tashi.get(f"/inspections/{a_visit}/score").json
    assert (Score.select().count(), told["state"], told["total"], told["items"]) == (0, "void", None, [])
    assert told["against"] == {"kind": "void"}


def test_a_void_visit_is_not_scored_with_its_round(office, reviewer, tashi, proven, a_visit):
    site = proven(tashi, GADONG)
    reviewer.review(site)
    void(reviewer, a_visit)
    assert office.post("/rounds/2026Q4/baselines", json={"inspection": str(site)}).json["rescored"] == 1


def test_a_void_visit_is_never_counted(reviewer, tashi, office):
    inspection = approved(tashi, reviewer, GADONG)
    void(reviewer, inspection)
    rows = office.get("/rounds/2026Q4/rankings/townships").json["rows"]
    assert next(row for row in rows if row["code"] == "540228101")["total"] is None


def test_a_void_visit_is_no_burden_of_the_centre(reviewer, office, a_visit):
    void(reviewer, a_visit, "wrong-centre")
    assert office.get("/burden?year=2026").json["whole"]["visits"] == 0


def test_a_void_visit_takes_no_revision(reviewer, tashi, a_visit):
    reviewer.review(a_visit, "return", reasons=[{"item": "TA01", "reason": "x"}])
    void(reviewer, a_visit)
    answer = tashi.submit(a_visit, answered(visit(revision=2), "TA01", value=1))
    assert (answer.status_code, slug(answer)) == (409, "inspection-final")


def test_what_was_sent_before_is_answered_with_its_receipt(reviewer, tashi, a_visit):
    void(reviewer, a_visit)
    receipt = tashi.submit(a_visit, visit())
    assert (receipt.status_code, receipt.json["state"], receipt.json["score"]["total"]) == (200, "void", None)


def test_its_team_sees_that_it_is_void_and_why(reviewer, tashi, a_visit):
    void(reviewer, a_visit, "wrong-centre", "应为洛江镇")
    shown = tashi.get(f"/inspections/{a_visit}").json
    assert (shown["state"], shown["voiding"]["why"], shown["voiding"]["reason"]) == (
        "void",
        "wrong-centre",
        "应为洛江镇",
    )
    assert [each["id"] for each in tashi.get("/inspections?state=void").json] == [str(a_visit)]


def test_what_is_void_is_neither_reviewed_nor_voided_otherwise(reviewer, a_visit):
    void(reviewer, a_visit)
    again = void(reviewer, a_visit, "wrong-centre", "应为洛江镇")
    assert (slug(reviewer.review(a_visit)), slug(again)) == ("not-reviewable", "not-reviewable")


@pytest.mark.parametrize("why", ["test", "wrong-centre", "fraud"])
def test_a_voiding_sent_twice_is_one(reviewer, a_visit, why):
    path, body, headers = f"/inspections/{a_visit}/voiding", {"why": why, "reason": "重复"}, named(reviewer, a_visit)
    first = reviewer.post(path, json=body, headers=headers)
    lines = TrailLine.select().count()
    again = [reviewer.post(path, json=body, headers=each) for each in (headers, named(reviewer, a_visit))]
    assert [first.status_code, *(each.status_code for each in again)] == [201, 200, 200]
    assert [each.json for each in again] == [first.json] * 2
    assert (Voiding.select().count(), TrailLine.select().count()) == (1, lines)


def test_a_voiding_that_got_no_answer_is_asked_again_after_the_freeze(reviewer, a_visit, freeze):
    first = void(reviewer, a_visit)
    freeze()
    assert void(reviewer, a_visit).json == first.json


def test_a_voiding_leaves_one_line_in_the_trail(reviewer, a_visit):
    void(reviewer, a_visit)
    (line,) = TrailLine.select().where(TrailLine.action == "inspection.void")
    assert (line.subject, line.detail["why"]) == (str(a_visit), "test")


def test_a_voiding_is_told_to_those_above(reviewer, a_visit, told):
    void(reviewer, a_visit)
    assert told == [("voided", str(a_visit))]


@pytest.mark.parametrize("why", ["wrong-centre", "test"])
def test_in_a_frozen_round_only_a_fraud_is_taken_out(reviewer, a_visit, freeze, why):
    freeze()
    assert slug(void(reviewer, a_visit, why)) == "round-frozen"


def test_nobody_voids_their_own_visit(reviewing_inspector):
    inspection = uuid4()
    reviewing_inspector.submit(inspection, visit())
    answer = void(reviewing_inspector, inspection)
    assert (answer.status_code, slug(answer)) == (403, "separation-of-duties")


def test_the_office_alone_takes_nothing_out(office, a_visit, state):
    answer = void(office, a_visit)
    assert (answer.status_code, slug(answer), state(a_visit)) == (403, "forbidden", "submitted")


def test_only_reviewers_and_the_office_void(people, a_visit):
    body, headers = {"why": "fraud", "reason": "x"}, {"If-Match": '"2"'}
    for name in ("tashi", "bailang", "admin", "auditor"):
        assert people[name].post(f"/inspections/{a_visit}/voiding", json=body, headers=headers).status_code == 403


@pytest.mark.parametrize("body", [{}, {"why": "test"}, {"why": "late", "reason": "x"}, {"reason": "x"}])
def test_a_voiding_says_which_and_why(reviewer, a_visit, body):
    answer = reviewer.post(f"/inspections/{a_visit}/voiding", json=body, headers=named(reviewer, a_visit))
    assert answer.status_code == 422


def test_a_voiding_names_the_version_it_is_about(reviewer, a_visit):
    before = named(reviewer, a_visit)
    reviewer.review(a_visit)
    body = {"why": "test", "reason": "x"}
    path = f"/inspections/{a_visit}/voiding"
    answers = [reviewer.post(path, json=body, headers=headers) for headers in ({}, before)]
    assert [each.status_code for each in answers] == [428, 412]


# --- fraud -----------------------------------------------------------------------------------------------------------


def test_one_person_only_proposes_to_void_for_fraud(suspected, reviewer, state):
    shown = reviewer.get(f"/inspections/{suspected[0]}").json
    assert (state(suspected[0]), shown["voiding"]["open"], Score.select().count()) == ("submitted", True, 1)


def test_a_second_person_confirms_it(suspected, office, state):
    answer = confirm(office, *suspected)
    assert (answer.status_code, answer.json["open"], answer.json["confirmed_by"]) == (200, False, "Office")
    assert (state(suspected[0]), Score.select().count()) == ("void", 0)


def test_the_office_proposes_and_a_reviewer_confirms(office, reviewer, a_visit, state):
    number = void(office, a_visit, "fraud").json["id"]
    assert (confirm(reviewer, a_visit, number).status_code, state(a_visit)) == (200, "void")


def test_who_proposed_does_not_confirm(suspected, reviewer, state):
    answer = confirm(reviewer, *suspected)
    assert (answer.status_code, slug(answer), state(suspected[0])) == (403, "separation-of-duties", "submitted")


def test_who_was_on_the_visit_does_not_confirm(tashi, reviewer, reviewing_inspector):
    inspection = uuid4()
    tashi.submit(inspection, visit(team=["reviewing-inspector"]))
    number = void(reviewer, inspection, "fraud").json["id"]
    assert confirm(reviewing_inspector, inspection, number).status_code == 403


def test_confirming_again_changes_nothing(suspected, office, office2):
    first = confirm(office, *suspected)
    lines = TrailLine.select().count()
    assert (confirm(office2, *suspected).json, TrailLine.select().count()) == (first.json, lines)


def test_proposing_again_is_answered_with_the_proposal_that_waits(suspected, office):
    again = void(office, suspected[0], "fraud", "另一说法")
    assert (again.status_code, again.json["id"], Voiding.select().count()) == (200, suspected[1], 1)


@pytest.mark.parametrize("state_of_round", ["frozen", "published"])
def test_a_fraud_is_taken_out_of_a_round_that_stands(suspected, office, state, freeze, state_of_round):
    freeze(state_of_round)
    assert (confirm(office, *suspected).status_code, state(suspected[0])) == (200, "void")


def test_a_suspicion_goes_on_being_reviewed(suspected, reviewer, state):
    assert (reviewer.review(suspected[0]).status_code, state(suspected[0])) == (201, "approved")


def test_a_suspicion_is_not_for_everybody(suspected, people):
    shown = {
        name: people[name].get(f"/inspections/{suspected[0]}").json["voiding"]
        for name in ("tashi", "bailang", "office", "reviewer")
    }
    assert [name for name, voiding in shown.items() if voiding is None] == ["tashi", "bailang"]


def test_a_proposal_of_another_visit_is_not_found(suspected, office, tashi):
    other = uuid4()
    tashi.submit(other, visit())
    assert (confirm(office, other, suspected[1]).status_code, confirm(office, suspected[0], 999).status_code) == (
        404,
        404,
    )


def test_only_the_confirmation_is_told(suspected, office, told):
    confirm(office, *suspected)
    assert told == [("voided", str(suspected[0]))]


# --- the visit that a round measures with ----------------------------------------------------------------------------


@made_once
def site(tashi, reviewer, office):
    """The approved visit behind the baseline of the round."""
    inspection = approved(tashi, reviewer, GADONG)
    assert office.post("/rounds/2026Q4/baselines", json={"inspection": str(inspection)}).status_code == 201
    return inspection


def test_an_open_round_wants_another_baseline_first(reviewer, site, state):
    answer = void(reviewer, site)
    assert (answer.status_code, slug(answer), state(site)) == (409, "visit-measures", "approved")


def test_once_another_visit_measures_it_is_taken_out(office, tashi, reviewer, site, state):
    other = approved(tashi, reviewer, GADONG)
    office.post("/rounds/2026Q4/baselines", json={"inspection": str(other)})
    assert (void(reviewer, site).status_code, state(site)) == (201, "void")


def test_a_closed_round_keeps_the_measure_it_was_closed_with(office, reviewer, site):
    office.post("/rounds/2026Q4/closing")
    assert void(reviewer, site).status_code == 201
    levels = {each["level"]: each["baseline"] for each in office.get("/rounds/2026Q4").json["levels"]}
    assert levels["township"] is not None
