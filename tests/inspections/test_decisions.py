"""Deciding an item: another answer counts, the sent one stays beside it, and the visit is scored again at once."""

from decimal import Decimal
from uuid import uuid4

import pytest
from factories import GADONG, LUOJIANG, answered, visit
from submissions import decide, item_of, named, slug

from audit.base.trail import TrailLine
from audit.inspections.models import ItemDecision, Score


@pytest.fixture
def shown(reviewer):
    """A visit as the reviewer sees it."""
    return lambda inspection: reviewer.get(f"/inspections/{inspection}").json


def total(person, inspection) -> Decimal:
    return Decimal(person.get(f"/inspections/{inspection}/score").json["total"])


def test_a_decided_item_is_scored_by_the_decision(tashi, reviewer, proven):
    inspection = proven(tashi, GADONG, TA01={"value": 165})
    assert total(tashi, inspection) == 100
    answer = decide(reviewer, inspection, "TA01", value=75)
    assert (answer.status_code, item_of(tashi, inspection, "TA01")["credit"]) == (201, "1/2")


def test_what_is_stored_is_scored_in_the_same_transaction(tashi, reviewer, proven):
    inspection = proven(tashi, GADONG, TA01={"value": 165})
    decide(reviewer, inspection, "TA01", value=75)
    assert Decimal(Score.get_by_id(inspection).total) / 100 == total(tashi, inspection) < 100


def test_the_sent_answer_stays_beside_the_decision(reviewer, a_visit, shown):
    decide(reviewer, a_visit, "TA01", value=120.5)
    (found,) = shown(a_visit)["decisions"]
    sent = next(each for each in shown(a_visit)["answers"] if each["item"] == "TA01")
    assert (found["item"], found["sent"], found["answer"]) == ("TA01", {"value": sent["value"]}, {"value": 120.5})
    assert (found["reason"], found["by"], found["appeal"], found["revision"]) == ("以平面图为准", "Reviewer", None, 1)


def test_a_score_tells_what_was_decided(tashi, reviewer, proven):
    inspection = proven(tashi, GADONG, TA01={"value": 165})
    decide(reviewer, inspection, "TA01", value=75)
    found = item_of(tashi, inspection, "TA01")
    assert (found["answer_from"], found["sent"], found["value"]) == ("decision", {"value": 165}, "75")


def test_what_nobody_decided_is_as_it_was_sent(tashi, a_visit):
    found = item_of(tashi, a_visit, "TP01")
    assert (found["answer_from"], set(found["sent"])) == ("sent", {"n", "m"})


def test_of_two_decisions_the_newer_counts(tashi, reviewer, a_visit, shown):
    for value in (75, 150):
        decide(reviewer, a_visit, "TA01", value=value)
    assert item_of(tashi, a_visit, "TA01")["value"] == "150"
    assert [each["answer"]["value"] for each in shown(a_visit)["decisions"]] == [75, 150]


def test_a_decision_moves_the_version_on(reviewer, a_visit):
    before = named(reviewer, a_visit)
    decide(reviewer, a_visit, "TA01", value=75)
    body = {"decision": "approve"}
    assert reviewer.post(f"/inspections/{a_visit}/reviews", json=body, headers=before).status_code == 412


def test_a_decision_stands_when_the_visit_is_approved(tashi, reviewer, a_visit):
    decide(reviewer, a_visit, "TA01", value=75)
    reviewer.review(a_visit)
    assert item_of(tashi, a_visit, "TA01")["answer_from"] == "decision"


def test_a_new_revision_is_scored_by_what_it_says(tashi, reviewer, a_visit, shown):
    decide(reviewer, a_visit, "TA01", value=75)
    reviewer.review(a_visit, "return", reasons=[{"item": "TA01", "reason": "重测"}])
    tashi.submit(a_visit, answered(visit(revision=2), "TA01", value=140))
    found = item_of(tashi, a_visit, "TA01")
    assert (found["value"], found["answer_from"], shown(a_visit)["decisions"][0]["revision"]) == ("140", "sent", 1)


def test_a_decision_leaves_one_line_in_the_trail(reviewer, a_visit):
    decide(reviewer, a_visit, "TA01", value=75)
    (line,) = TrailLine.select().where(TrailLine.action == "inspection.decide")
    assert (line.subject, line.detail["item"], line.detail["revision"]) == (str(a_visit), "TA01", 1)


def test_a_bonus_that_was_not_claimed_can_be_decided(tashi, reviewer, proven):
    inspection = proven(tashi, GADONG)
    code = tashi.get("/checklists/township-2026.1").json["content"]["bonus"][0]["code"]
    answer = decide(reviewer, inspection, code, yes=False)
    assert (answer.status_code, answer.json["sent"]) == (201, None)


@pytest.mark.parametrize(
    ("item", "answer"),
    [
        ("TA01", {"yes": True}),
        ("TA01", {"value": -1}),
        ("TA01", {}),
        ("TA01", {"value": 1, "not_applicable": "无"}),
        ("TP01", {"n": 5, "m": 4}),
        ("TP01", {"n": 1.5, "m": 4}),
        ("TP01", {"n": 1}),
        ("TP02", {"value": 2.5}),
        ("TM02", {"choice": "none-such"}),
        ("TA01", {"not_applicable": "这里不适用"}),
        ("TZ06", {"n": 1, "m": 21}),
    ],
)
def test_what_could_not_be_sent_cannot_be_decided(reviewer, a_visit, item, answer):
    refused = decide(reviewer, a_visit, item, **answer)
    assert (refused.status_code, slug(refused)) == (422, "validation-error")
    assert all(each["pointer"].startswith("/answer") for each in refused.json["errors"])


def test_an_item_that_does_not_apply_is_decided_where_the_edition_allows(tashi, reviewer, proven):
    inspection = proven(tashi, GADONG)
    assert decide(reviewer, inspection, "TZ08", not_applicable="尚未开通").status_code == 201
    assert item_of(tashi, inspection, "TZ08")["reason"] == "not-applicable"


def test_an_item_of_another_edition_is_refused_at_its_place(reviewer, a_visit):
    refused = decide(reviewer, a_visit, "VA01", value=1)
    assert [each["pointer"] for each in refused.json["errors"]] == ["/item"]


@pytest.mark.parametrize("body", [{}, {"item": "TA01", "answer": {"value": 1}}, {"item": "TA01", "reason": "x"}])
def test_a_decision_says_what_and_why(reviewer, a_visit, body):
    answer = reviewer.post(f"/inspections/{a_visit}/decisions", json=body, headers=named(reviewer, a_visit))
    assert answer.status_code == 422


def test_nobody_decides_on_their_own_visit(reviewing_inspector):
    inspection = uuid4()
    reviewing_inspector.submit(inspection, visit())
    answer = decide(reviewing_inspector, inspection, "TA01", value=75)
    assert (answer.status_code, slug(answer)) == (403, "separation-of-duties")


def test_only_reviewers_decide(people, a_visit):
    body, headers = {"item": "TA01", "answer": {"value": 1}, "reason": "x"}, {"If-Match": '"2"'}
    for name in ("tashi", "bailang", "office", "admin", "auditor"):
        assert people[name].post(f"/inspections/{a_visit}/decisions", json=body, headers=headers).status_code == 403


@pytest.mark.parametrize("decision", ["approve", "return"])
def test_what_was_reviewed_is_not_decided(reviewer, a_visit, decision):
    reviewer.review(a_visit, decision, reasons=[] if decision == "approve" else [{"item": "TA01", "reason": "x"}])
    assert slug(decide(reviewer, a_visit, "TA01", value=75)) == "not-reviewable"


def test_what_waits_for_photos_is_not_decided(reviewer, a_waiting_visit):
    assert slug(decide(reviewer, a_waiting_visit[0], "TA01", value=75)) == "not-reviewable"


def test_in_a_frozen_round_nothing_is_decided(reviewer, a_visit, freeze):
    freeze()
    assert slug(decide(reviewer, a_visit, "TA01", value=75)) == "round-frozen"
    assert ItemDecision.select().count() == 0


def test_a_decision_names_the_version_it_is_about(reviewer, a_visit):
    body = {"item": "TA01", "answer": {"value": 75}, "reason": "x"}
    answer = reviewer.post(f"/inspections/{a_visit}/decisions", json=body)
    assert (answer.status_code, slug(answer)) == (428, "precondition-required")


def test_a_baseline_takes_what_was_decided(office, tashi, reviewer, proven):
    inspection = proven(tashi, GADONG, TA01={"value": 300})
    decide(reviewer, inspection, "TA01", value=200)
    reviewer.review(inspection)
    number = office.post("/rounds/2026Q4/baselines", json={"inspection": str(inspection)}).json["baseline"]
    assert office.get(f"/baselines/{number}").json["answers"]["TA01"] == {"value": "200"}


def test_scoring_again_costs_as_many_reads_however_many_visits_were_decided(
    office, tashi, reviewer, proven, queries_of
):
    site = proven(tashi, GADONG)
    reviewer.review(site)
    adopt = lambda: office.post("/rounds/2026Q4/baselines", json={"inspection": str(site)})  # noqa: E731
    adopt()
    one = queries_of(adopt)
    for _ in range(3):
        inspection = uuid4()
        tashi.submit(inspection, visit(LUOJIANG))
        decide(reviewer, inspection, "TA01", value=75)
    assert queries_of(adopt) == one + 3
