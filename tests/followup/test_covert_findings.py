"""What a covert visit found stays with those who work with it until the round is published."""

from datetime import UTC, datetime

import pytest
from towns import FAULTY, GADONG, LUOJIANG, ORDER, SOUND

from audit.followup.models import Finding, FindingStep
from audit.rounds.models import Round


@pytest.fixture
def covert(town):
    """The id of an approved covert visit that found T1 and T4 of 洛江镇 below standard."""
    return town.visit(LUOJIANG, *FAULTY, kind="covert")


def publish(town) -> None:
    row = Round.update(state="published", frozen_at=datetime.now(UTC), published_at=datetime.now(UTC))
    row.where(Round.code == town.code).execute()


def items(town, who: str) -> list[str]:
    return [each["item"] for each in town.findings(who)]


@pytest.mark.parametrize(
    ("who", "seen"),
    [("bailang", []), ("office", ["T1", "T4"]), ("reviewer", ["T1", "T4"]), ("drolma", ["T1", "T4"])],
)
def test_its_findings_are_not_for_counties(town, covert, who, seen):
    assert items(town, who) == seen
    path = f"/findings/{town.finding()['id']}"
    assert town.people[who].get(path).status_code == (200 if seen else 404)


@pytest.mark.parametrize("state", ["closed", "frozen"])
def test_they_stay_hidden_until_the_publication(town, covert, state):
    Round.update(state=state).where(Round.code == town.code).execute()
    assert items(town, "bailang") == []
    publish(town)
    assert items(town, "bailang") == ["T1", "T4"]


def test_an_order_would_tell_and_waits_for_the_publication(town, covert):
    answer = town.do("office", "order", **ORDER)
    assert (answer.status_code, "公布后方可下达" in answer.json["detail"]) == (409, True)
    publish(town)
    assert town.do("office", "order", **ORDER).status_code == 200


def test_orders_for_a_whole_county_leave_them_out(town, covert, office):
    town.visit(GADONG, *FAULTY)
    answer = office.post(f"/rounds/{town.code}/orders", json=ORDER | {"county": "540228"})
    assert (answer.json["ordered"], len(items(town, "bailang"))) == (2, 2)


def test_what_was_ordered_before_a_covert_visit_found_it_again_stays_in_sight(town, a_fault):
    town.do("office", "order", **ORDER)
    town.visit(LUOJIANG, *FAULTY, kind="covert")
    assert (items(town, "bailang"), items(town, "office")) == (["T1"], ["T1", "T4"])
    assert town.do("office", "order", unit="白朗县住建局").status_code == 200


def test_what_a_covert_visit_found_mended_does_not_tell_its_day(town, a_fault):
    town.do("office", "order", **ORDER)
    town.visit(LUOJIANG, *SOUND, kind="covert")
    assert town.finding()["state"] == "closed"
    notes = [each.note for each in FindingStep.select().where(FindingStep.verb == "close")]
    assert notes == ["已达标 · met"] * 2


def test_a_county_appeals_against_it_once_it_is_published(town, covert):
    town.freeze()
    assert town.appeal(covert).status_code == 404
    publish(town)
    assert town.appeal(covert).status_code == 201


@pytest.fixture
def found_again(town, a_fault):
    """The id of a covert visit that found T1 again, and worse, after it was ordered."""
    town.do("office", "order", **ORDER)
    return town.visit(LUOJIANG, 50, 100, 100, 100, kind="covert")


def told(town, who: str) -> tuple:
    """What somebody reads of the finding on T1, in the list and by itself: its visit, why, and what it costs."""
    (row,) = [each for each in town.findings(who) if each["item"] == "T1"]
    one = town.people[who].get(f"/findings/{row['id']}").json
    found = [tuple(each[name] for name in ("inspection", "reason", "lost")) for each in (row, one)]
    assert found[0] == found[1]
    return found[0]


def test_what_a_covert_visit_says_of_an_ordered_finding_is_not_for_counties(town, a_fault, found_again):
    assert told(town, "bailang") == (str(a_fault), "below-reference", "2.50")
    assert told(town, "office") == (str(found_again), "below-reference", "12.50")
    publish(town)
    assert told(town, "bailang") == told(town, "office")


def test_a_county_still_reads_the_visit_that_its_order_followed_from(town, a_fault, found_again, bailang):
    assert bailang.get(f"/inspections/{told(town, 'bailang')[0]}").status_code == 200


def test_a_county_reports_what_a_covert_visit_found_again(town, found_again, bailang, photo):
    answer = town.do("bailang", "report", note="已扩建", photos=[photo(bailang)])
    assert (answer.status_code, answer.json["lost"]) == (200, "2.50")
    assert told(town, "office")[0] == str(found_again)


def test_where_the_visit_that_a_county_knows_was_taken_out_it_stays_the_one_that_is_named(
    town, a_fault, found_again, reviewer
):
    tag = reviewer.get(f"/inspections/{a_fault}").headers["ETag"]
    body = {"why": "test", "reason": "试填"}
    assert reviewer.post(f"/inspections/{a_fault}/voiding", json=body, headers={"If-Match": tag}).status_code == 201
    assert told(town, "bailang")[0] == str(a_fault)


def test_a_list_asks_the_same_however_many_a_covert_visit_found_again(town, found_again, bailang, queries_of):
    few = queries_of(lambda: bailang.get("/findings"))
    town.visit(GADONG, *FAULTY)
    Finding.update(state="ordered", unit="x", due_on="2027-01-01").execute()
    town.visit(GADONG, *FAULTY, kind="covert")
    assert queries_of(lambda: bailang.get("/findings")) == few


def test_a_county_appeals_against_the_visit_that_it_knows_to_count(town, a_fault, bailang):
    town.visit(LUOJIANG, *SOUND, kind="covert")
    town.freeze()
    assert town.appeal(a_fault).status_code == 201
    publish(town)
    answer = town.appeal(a_fault, item="T4")
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/not-appealable")
