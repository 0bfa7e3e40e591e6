"""Issued lists: their length is the m of a share, whatever was sent; what was decided comes before it."""

from uuid import uuid4

import pytest
from factories import GADONG, LUOJIANG, MAYI, answered, visit
from states import made_once
from submissions import decide, flags_of, item_of

from audit.inspections.models import Score


def issue(office, m: int, division: str = "540228", item: str = "TM01"):
    body = {"division": division, "item": item, "m": m, "title": "进驻事项清单", "issued_on": "2026-10-01"}
    answer = office.post("/rounds/2026Q4/lists", json=body)
    assert answer.status_code == 201, answer.json


@made_once
def shares(proven, tashi):
    """The id of a proven visit of tashi's to 嘎东镇 that sent 90 of 90 matters."""
    return proven(tashi, GADONG, TM01={"n": 90, "m": 90})


def test_a_list_says_of_how_many(office, tashi, shares):
    issue(office, 120)
    found = item_of(tashi, shares, "TM01")
    assert (found["n"], found["m"], found["value"]) == ("90", "120", "0.75")
    assert (found["answer_from"], found["sent"]) == ("list", {"n": 90, "m": 90})


def test_more_than_the_list_holds_counts_as_all_of_it(office, tashi, shares):
    issue(office, 60)
    found = item_of(tashi, shares, "TM01")
    assert (found["n"], found["m"], found["credit"]) == ("60", "60", "1")


def test_a_list_that_agrees_changes_nothing(office, tashi, shares):
    issue(office, 90)
    assert (item_of(tashi, shares, "TM01")["answer_from"], flags_of(tashi.get(f"/inspections/{shares}"))) == (
        "sent",
        set(),
    )


def test_entering_a_list_scores_the_visits_below_it_again(office, tashi, shares):
    before = Score.get_by_id(shares).total
    issue(office, 120)
    after = Score.get_by_id(shares).total
    assert f"{after / 100:.2f}" == tashi.get(f"/inspections/{shares}/score").json["total"]
    assert after < before


@pytest.mark.parametrize(("division", "m"), [("540222", "90"), ("540228100", "90"), ("540228101", "120")])
def test_a_list_is_for_the_centres_of_its_own_division(office, tashi, shares, division, m):
    issue(office, 120, division)
    assert item_of(tashi, shares, "TM01")["m"] == m


def test_a_visit_after_the_list_is_scored_with_it(office, tashi, proven):
    issue(office, 120)
    assert item_of(tashi, proven(tashi, GADONG, TM01={"n": 90, "m": 90}), "TM01")["m"] == "120"


def test_a_visit_that_differs_from_the_list_is_flagged_with_numbers(office, tashi):
    issue(office, 120)
    receipt = tashi.submit(uuid4(), answered(visit(), "TM01", n=90, m=90))
    assert flags_of(receipt) == {"list-differs"}
    assert receipt.json["flags"][0]["numbers"] == {"items": [{"item": "TM01", "n": 90, "m": 90, "listed": 120}]}


def test_a_list_that_comes_later_flags_what_stands(office, tashi, shares):
    issue(office, 120)
    assert flags_of(tashi.get(f"/inspections/{shares}")) == {"list-differs"}
    issue(office, 90)
    assert flags_of(tashi.get(f"/inspections/{shares}")) == set()


def test_a_list_that_comes_later_flags_what_waits_for_photos_too(office, tashi, a_waiting_visit):
    issue(office, 999)
    assert "list-differs" in flags_of(tashi.get(f"/inspections/{a_waiting_visit[0]}"))
    assert Score.select().count() == 0


def test_what_does_not_apply_has_no_list(office, tashi, proven):
    inspection = proven(tashi, GADONG, TZ05={"not_applicable": "县级统一办理"})
    before = tashi.get(f"/inspections/{inspection}").json["flags"]
    issue(office, 999, item="TZ05")
    assert item_of(tashi, inspection, "TZ05")["reason"] == "not-applicable"
    assert tashi.get(f"/inspections/{inspection}").json["flags"] == before


def test_what_was_decided_comes_before_the_list(office, tashi, reviewer, shares):
    issue(office, 120)
    decide(reviewer, shares, "TM01", n=90, m=100)
    found = item_of(tashi, shares, "TM01")
    assert (found["n"], found["m"], found["answer_from"]) == ("90", "100", "decision")


def test_an_approved_visit_whose_score_changed_is_news(office, reviewer, shares, told):
    reviewer.review(shares)
    issue(office, 120)
    issue(office, 120, "540222")
    assert told == [("approved", str(shares)), ("rescored", str(shares))]


def test_a_score_that_stays_the_same_is_no_news(office, reviewer, shares, told):
    reviewer.review(shares)
    issue(office, 90)
    assert told == [("approved", str(shares))]


def test_scoring_with_lists_costs_as_many_reads_however_many_visits(office, tashi, queries_of):
    tashi.submit(uuid4(), visit(LUOJIANG))
    m = iter(range(100, 200))
    one = queries_of(lambda: issue(office, next(m)))
    for centre in (GADONG, LUOJIANG, LUOJIANG):
        tashi.submit(uuid4(), visit(centre))
    issue(office, next(m))
    # of each visit its score and its flag are written
    assert queries_of(lambda: issue(office, next(m))) == one + 2 * 3


def test_a_list_of_townships_is_none_of_villages(office, tashi):
    receipt = tashi.submit(uuid4(), visit(MAYI))
    issue(office, 120)
    assert tashi.get(f"/inspections/{receipt.json['id']}").json["flags"] == []
