"""audit verify: decisions, voidings and admissions hold, and what somebody changed of them is found."""

from __future__ import annotations

from uuid import uuid4

import pytest
from factories import GADONG, answered, approved, visit
from states import made_once

from audit.base import clock
from audit.inspections import scores
from audit.inspections.models import Admission, Inspection, ItemDecision, Score, Voiding


def post(person, inspection, what: str, body: dict):
    tag = person.get(f"/inspections/{inspection}").headers["ETag"]
    answer = person.post(f"/inspections/{inspection}/{what}", json=body, headers={"If-Match": tag})
    assert answer.status_code == 201, answer.json
    return answer.json


def rescored() -> None:
    """The score of the one visit, as if nobody could tell."""
    inspection = Inspection.get()
    scores.keep([inspection], scores.level_of(inspection), now=clock.now())


# --- decisions -------------------------------------------------------------------------------------------------------


@made_once
def decided(tashi, reviewer):
    """An approved visit of which an item was decided."""
    inspection = uuid4()
    tashi.submit(inspection, visit())
    post(reviewer, inspection, "decisions", {"item": "TZ07", "answer": {"value": 9}, "reason": "以台账为准"})
    reviewer.review(inspection)
    return inspection


def test_a_decided_visit_holds(decided, verify):
    code, said = verify()
    assert code == 0 and "decisions: 1 checked" in said, said


@pytest.mark.parametrize(
    "change", [{"answer": {"value": "1"}}, {"reason": "other"}, {"item": "TZ08"}, {"decided_by": 5}, {"revision": 2}]
)
def test_a_changed_decision_is_found_whatever_was_scored_again(decided, found, change):
    ItemDecision.update(change).execute()
    rescored()
    found(f"of {decided}: the trail does not tell of it so")


def test_a_decision_that_was_removed_is_found(decided, found):
    ItemDecision.delete().execute()
    rescored()
    found("is gone")


def test_a_decision_that_nobody_took_is_found(tashi, found):
    inspection = uuid4()
    tashi.submit(inspection, visit())
    ItemDecision.create(
        inspection=inspection, revision=1, item="TZ07", answer={"value": "9"}, reason="x", decided_by=4,
        decided_at=clock.now(),
    )  # fmt: skip
    rescored()
    found("the trail does not tell of it so")


def test_a_decision_said_to_come_from_an_appeal_is_found(decided, found):
    ItemDecision.update(appeal=7).execute()
    found(f"of {decided}: the trail does not tell of it so")


def test_a_score_that_forgets_the_decision_is_found(decided, found):
    Score.update(total=1).execute()
    found(f"{decided}: differs from its recomputation in total")


def test_a_baseline_of_a_decided_visit_holds(decided, office, verify):
    assert office.post("/rounds/2026Q4/baselines", json={"inspection": str(decided)}).status_code == 201
    assert verify()[0] == 0


def test_a_visit_that_a_list_measures_holds(tashi, reviewer, office, verify):
    inspection = uuid4()
    tashi.submit(inspection, answered(visit(), "TM01", n=90, m=90))
    reviewer.review(inspection)
    body = {"division": "540228", "item": "TM01", "m": 120, "title": "清单", "issued_on": "2026-10-01"}
    assert office.post("/rounds/2026Q4/lists", json=body).status_code == 201
    assert office.post("/rounds/2026Q4/baselines", json={"inspection": str(inspection)}).status_code == 201
    code, said = verify()
    assert code == 0, said


# --- voidings --------------------------------------------------------------------------------------------------------


@made_once
def void(tashi, reviewer):
    """An approved visit that turned out to be a test."""
    inspection = approved(tashi, reviewer, GADONG)
    post(reviewer, inspection, "voiding", {"why": "test", "reason": "培训"})
    return inspection


@made_once
def fraud(tashi, reviewer, office):
    """An approved visit that two people voided for fraud."""
    inspection = approved(tashi, reviewer, GADONG)
    number = post(reviewer, inspection, "voiding", {"why": "fraud", "reason": "摆拍"})["id"]
    assert office.put(f"/inspections/{inspection}/voiding/{number}/confirmation").status_code == 200
    return inspection


@pytest.mark.parametrize("which", ["void", "fraud"])
def test_a_void_visit_holds(request, verify, which):
    request.getfixturevalue(which)
    code, said = verify()
    assert code == 0 and "voidings: 1 checked" in said, said


def test_a_proposal_that_waits_holds(tashi, reviewer, verify):
    post(reviewer, approved(tashi, reviewer, GADONG), "voiding", {"why": "fraud", "reason": "摆拍"})
    assert verify()[0] == 0


def test_a_void_visit_brought_back_is_found(void, found):
    Inspection.update(state="approved").execute()
    rescored()
    found(f"{void}: is approved, but void is what follows")


def test_a_visit_taken_out_behind_the_trail_is_found(proved_visit, found):
    Inspection.update(state="void").execute()
    Score.delete().execute()
    found(f"{proved_visit[0]}: is void, but approved is what follows")


def test_a_voiding_that_was_removed_is_found(void, found):
    Voiding.delete().execute()
    found("is gone")


@pytest.mark.parametrize("change", [{"why": "wrong-centre"}, {"reason": "other"}, {"proposed_by": 5}])
def test_a_changed_voiding_is_found(void, found, change):
    Voiding.update(change).execute()
    found(f"of {void}: the trail does not tell of it so")


@pytest.mark.parametrize("change", [{"confirmed_by": 5}, {"confirmed_at": "2026-11-20T01:00:00.000000Z"}])
def test_another_confirmation_of_a_fraud_is_found(fraud, found, change):
    Voiding.update(change).execute()
    found(f"of {fraud}: the trail does not tell that it was confirmed so, and by whom")


def test_a_fraud_that_nobody_confirmed_is_found(tashi, reviewer, found):
    inspection = approved(tashi, reviewer, GADONG)
    post(reviewer, inspection, "voiding", {"why": "fraud", "reason": "摆拍"})
    Voiding.update(confirmed_by=Voiding.proposed_by, confirmed_at=clock.iso(clock.now())).execute()
    found("the trail does not tell that it was confirmed so, and by whom; who confirmed it is who proposed it")


def test_a_confirmation_taken_back_is_found(fraud, found):
    Voiding.update(confirmed_by=None, confirmed_at=None).execute()
    found("is gone")


# --- admissions, blind visits ----------------------------------------------------------------------------------------


@made_once
def admitted(tashi, reviewer, office):
    """An approved visit that came late."""
    office.post("/rounds/2026Q4/closing")
    inspection = uuid4()
    tashi.submit(inspection, visit())
    reviewer.post(f"/inspections/{inspection}/admission", json={"reason": "山路中断"})
    assert reviewer.review(inspection).status_code == 201
    return inspection


def test_an_admitted_visit_holds(admitted, verify):
    code, said = verify()
    assert code == 0 and "admissions: 1 checked" in said, said


@pytest.mark.parametrize("change", [{"reason": "other"}, {"admitted_by": 5}])
def test_a_changed_admission_is_found(admitted, found, change):
    Admission.update(change).execute()
    found(f"admission of {admitted}: the trail does not tell of it so")


def test_an_admission_that_was_removed_is_found(admitted, found):
    Admission.delete().execute()
    found(f"{admitted}: was approved, and nobody admitted it")
    found("is gone")


def test_a_flag_that_was_removed_is_found(admitted, found):
    Inspection.update(flags=[]).execute()
    found(f"{admitted}: the trail tells of other flags that want it admitted")


def test_a_visit_made_blind_is_found(proved_visit, found):
    Inspection.update(blind=True).execute()
    found(f"{proved_visit[0]}: the trail does not tell that it is a blind visit")
