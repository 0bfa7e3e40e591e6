"""Appeals: a county objects to an item while there is time; somebody who had no part in the visit decides."""

from datetime import UTC, datetime

import pytest
from towns import FAULTY, LUOJIANG

from audit.base.trail import TrailLine
from audit.inspections.models import ItemDecision
from audit.rounds.models import Round

SEPTEMBER = datetime(2026, 9, 18, 9, 0, tzinfo=UTC)  # a Friday


def slug(answer) -> str:
    return answer.json["type"].rpartition("/")[2]


@pytest.fixture
def frozen(town, a_fault):
    """The visit that found T1 and T4 below standard, in a round that was frozen a moment ago."""
    town.freeze()
    return a_fault


@pytest.fixture
def filed(town, frozen):
    """The number of 白朗县's appeal on T1."""
    answer = town.appeal(frozen)
    assert answer.status_code == 201, answer.json
    return answer.json["id"]


def decide(person, appeal: int, decision: str, **body):
    return person.post(f"/appeals/{appeal}/decision", json={"decision": decision, "reason": "已核实"} | body)


def uphold(person, appeal: int, value: float = 100):
    return decide(person, appeal, "uphold", answer={"value": value})


# --- filing ------------------------------------------------------------------------------------------------------


def test_a_county_appeals_against_an_item(town, frozen):
    answer = town.appeal(frozen)
    told = answer.json
    assert (answer.status_code, told["state"], told["item"], told["filed_by"]) == (201, "open", "T1", "Bailang")
    assert (told["county"]["code"], told["inspection"], told["decide_by"] > told["filed_at"][:10]) == (
        "540228",
        str(frozen),
        True,
    )


def test_an_appeal_brings_new_photos(town, frozen, bailang, photo):
    new = photo(bailang)
    number = town.appeal(frozen, photos=[new]).json["id"]
    answers = [town.picture(who, f"/appeals/{number}/photos/{new}") for who in ("office", "jiangzi")]
    assert [each.status_code for each in answers] == [200, 404]


def test_an_appeal_rests_on_ones_own_photos(town, frozen, jiangzi, photo):
    answer = town.appeal(frozen, photos=[photo(jiangzi)])
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/photos/0")


def test_an_appeal_sent_twice_is_one(town, frozen, filed):
    again = town.appeal(frozen)
    assert (again.status_code, again.json["id"]) == (200, filed)
    assert TrailLine.select().where(TrailLine.action == "appeal.file").count() == 1


def test_there_is_one_appeal_per_item(town, frozen, filed):
    answer = town.appeal(frozen, reason="另有理由")
    assert (answer.status_code, slug(answer)) == (409, "appeal-exists")
    assert town.appeal(frozen, item="T4").status_code == 201


def test_what_was_dismissed_stands(town, frozen, filed, office):
    decide(office, filed, "dismiss")
    assert slug(town.appeal(frozen)) == "appeal-exists"


def test_an_appeal_that_was_withdrawn_may_be_filed_again(town, frozen, filed, bailang):
    assert bailang.post(f"/appeals/{filed}/withdrawal").json["state"] == "withdrawn"
    assert town.appeal(frozen).status_code == 201


def test_before_the_freeze_there_is_nothing_to_appeal_against(town, a_fault):
    answer = town.appeal(a_fault)
    assert (answer.status_code, slug(answer)) == (403, "appeal-closed")


def test_after_the_last_day_an_appeal_is_refused_with_that_day(town, a_fault):
    town.freeze(SEPTEMBER)
    answer = town.appeal(a_fault)
    assert (answer.status_code, slug(answer), answer.json["last_day"]) == (403, "appeal-closed", "2026-09-24")
    assert "2026-09-24" in answer.json["detail"]


def test_appeals_run_from_the_publication_when_that_came_later(town, a_fault):
    town.freeze(SEPTEMBER)
    Round.update(state="published", published_at=datetime.now(UTC)).where(Round.code == town.code).execute()
    assert town.appeal(a_fault).status_code == 201


def test_a_round_without_a_policy_takes_no_appeals(next_round):
    bare = next_round(followup_policy=None)
    visit = bare.visit(LUOJIANG, *FAULTY)
    bare.freeze()
    assert slug(bare.appeal(visit)) == "appeal-closed"


def test_a_visit_that_does_not_count_cannot_be_appealed_against(town, a_fault):
    town.visit(LUOJIANG, *FAULTY)
    town.freeze()
    answer = town.appeal(a_fault)
    assert (answer.status_code, slug(answer)) == (409, "not-appealable")


def test_an_item_that_is_none_is_refused(town, frozen):
    assert town.appeal(frozen, item="T77").json["errors"][0]["pointer"] == "/item"


def test_another_countys_visit_is_not_there(town, frozen):
    assert town.appeal(frozen, who="jiangzi").status_code == 404


# --- deciding ----------------------------------------------------------------------------------------------------


def test_a_dismissed_appeal_changes_nothing(town, frozen, filed, office):
    before = office.get(f"/inspections/{frozen}/score").json["total"]
    answer = decide(office, filed, "dismiss")
    told = answer.json
    assert (answer.status_code, told["state"], told["answer"]) == (200, "dismissed", None)
    assert office.get(f"/inspections/{frozen}/score").json["total"] == before


@pytest.mark.parametrize("decision", ["dismissed", "upheld"])
def test_a_decision_and_its_reason_stand_apart(filed, office, bailang, decision):
    told = bailang.get(f"/appeals/{filed}").json
    assert (told["decision"], told["decision_reason"], told["reason"]) == (None, None, "面积已扩建")
    told = (uphold if decision == "upheld" else lambda *who: decide(*who, "dismiss"))(office, filed).json
    assert (told["decision"], told["decision_reason"], told["reason"]) == (decision, "已核实", "面积已扩建")


def test_an_appeal_that_was_withdrawn_was_not_decided(filed, bailang):
    told = bailang.post(f"/appeals/{filed}/withdrawal").json
    assert (told["state"], told["decision"], told["decision_reason"]) == ("withdrawn", None, None)


def test_an_upheld_appeal_makes_a_new_score(town, frozen, filed, office):
    answer = uphold(office, filed)
    assert (answer.status_code, answer.json["state"], answer.json["answer"]) == (200, "upheld", {"value": 100})
    assert office.get(f"/inspections/{frozen}/score").json["total"] == "87.50"  # 85.00 before
    assert ItemDecision.get().appeal == filed


def test_an_upheld_appeal_withdraws_the_finding(town, frozen, filed, office):
    uphold(office, filed)
    told = town.finding()
    assert (told["state"], told["steps"][-1]["verb"], told["steps"][-1]["by"]) == ("withdrawn", "withdraw", None)


def test_an_appeal_upheld_in_part_leaves_a_finding_that_weighs_less(town, frozen, filed, office):
    uphold(office, filed, 96)
    assert (town.finding()["state"], town.finding()["lost"]) == ("open", "1.00")


def test_an_answer_that_could_not_have_been_sent_is_refused(town, filed, office):
    answer = decide(office, filed, "uphold", answer={"yes": True})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/answer")
    assert office.get(f"/appeals/{filed}").json["state"] == "open"


@pytest.mark.parametrize(
    "body",
    [
        {"decision": "uphold", "reason": "已核实"},
        {"decision": "dismiss", "reason": "已核实", "answer": {"value": 100}},
        {"decision": "dismiss"},
        {"decision": "maybe", "reason": "已核实"},
    ],
)
def test_a_decision_that_says_too_little_or_too_much_is_refused(filed, office, body):
    assert office.post(f"/appeals/{filed}/decision", json=body).status_code == 422


def test_a_decision_sent_twice_is_one(filed, office):
    answers = [uphold(office, filed) for _ in range(2)]
    assert [each.status_code for each in answers] == [200, 200]
    assert (ItemDecision.select().count(), answers[0].json) == (1, answers[1].json)


def test_a_ruling_with_another_answer_is_not_the_one_that_was_sent(filed, office):
    uphold(office, filed)
    answer = uphold(office, filed, 96)
    assert (answer.status_code, slug(answer)) == (409, "appeal-decided")
    assert office.get(f"/appeals/{filed}").json["answer"] == {"value": 100}


def test_the_same_answer_in_other_digits_is_the_one_that_was_sent(filed, office):
    uphold(office, filed, 96.5)
    assert decide(office, filed, "uphold", answer={"value": 96.50}).status_code == 200


def test_what_was_decided_is_not_decided_again(filed, office, office2):
    decide(office, filed, "dismiss")
    answer = uphold(office2, filed)
    assert (answer.status_code, slug(answer)) == (409, "appeal-decided")


def test_who_reviewed_the_visit_does_not_decide(filed, reviewer):
    answer = decide(reviewer, filed, "dismiss")
    assert (answer.status_code, slug(answer)) == (403, "separation-of-duties")


def test_who_was_on_the_visit_does_not_decide(town, people, reviewer):
    visit = town.send(LUOJIANG, *FAULTY, team=["reviewing-inspector"])
    reviewer.review(visit)
    town.freeze()
    number = town.appeal(visit).json["id"]
    assert slug(decide(people["reviewing-inspector"], number, "dismiss")) == "separation-of-duties"


def test_another_reviewer_decides(people, filed):
    assert decide(people["reviewing-inspector"], filed, "dismiss").status_code == 200


def test_what_was_withdrawn_is_not_decided(filed, bailang, office):
    bailang.post(f"/appeals/{filed}/withdrawal")
    assert slug(decide(office, filed, "dismiss")) == "appeal-decided"


def test_what_was_decided_is_not_withdrawn(filed, bailang, office):
    decide(office, filed, "dismiss")
    assert slug(bailang.post(f"/appeals/{filed}/withdrawal")) == "appeal-decided"


def test_another_county_withdraws_nothing(filed, jiangzi):
    assert jiangzi.post(f"/appeals/{filed}/withdrawal").status_code == 404


# --- the list ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "items"),
    [
        ({"round": "TOWN"}, ["T1", "T4"]),
        ({"state": "open"}, ["T4"]),
        ({"state": "dismissed"}, ["T1"]),
        ({"county": "540228"}, ["T1", "T4"]),
        ({"county": "540222"}, []),
        ({"round": "2026Q4"}, []),
    ],
)
def test_a_list_is_narrowed(town, frozen, filed, office, asked, items):
    town.appeal(frozen, item="T4")
    decide(office, filed, "dismiss")
    assert [each["item"] for each in office.get("/appeals", query_string=asked).json] == items


def test_another_countys_appeals_are_not_there(filed, jiangzi):
    assert (jiangzi.get("/appeals").json, jiangzi.get(f"/appeals/{filed}").status_code) == ([], 404)


def test_a_list_asks_the_same_of_the_database_however_long_it_is(town, frozen, filed, office, queries_of):
    few = queries_of(lambda: office.get("/appeals"))
    town.appeal(frozen, item="T4")
    assert queries_of(lambda: office.get("/appeals")) == few
