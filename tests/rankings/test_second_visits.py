"""Blind second visits beside those that count, for the office."""

from datetime import timedelta

import pytest
from contest import FIRST, GANGBA, TOWNSHIPS, YADONG
from states import made_once

from audit.inspections.models import Inspection

A, B, C = TOWNSHIPS[:3]
YADONG_TOWN = "540233100"
LATER = FIRST + timedelta(days=2)


def second(contest, code: str, *marks):
    """A blind second visit, approved."""
    return blinded(contest.visit(code, *marks, at=LATER))


def blinded(inspection):
    Inspection.update(blind=True).where(Inspection.id == inspection).execute()
    return inspection


@made_once
def twice(contest):
    """Three townships, two of them visited twice: they differ in 人员 of A and in a little of B's 面积."""
    contest.visit(A, 100, 100, 100, 100)
    contest.visit(B, 90, 80, 100, 100)
    contest.visit(C, 99, 100, 100, 100)
    second(contest, A, 100, 92, 100, 100)
    second(contest, B, 86, 80, 100, 100)
    return contest


def townships(contest, who: str = "office") -> dict:
    answer = contest.get("agreement", who)
    assert answer.status_code == 200, answer.json
    return answer.json["levels"][0]


def item(contest, code: str) -> dict:
    return next(each for each in townships(contest)["items"] if each["item"] == code)


def test_each_item_has_its_counts_percent_and_kappa(twice):
    staff = item(twice, "T2")
    assert [staff[key] for key in ("pairs", "agreeing", "percent", "kappa")] == [2, 1, "50.00", "0.00"]


def test_values_that_differ_a_little_are_near(twice):
    area = item(twice, "T1")
    assert [area[key] for key in ("agreeing", "kappa", "valued", "near", "difference")] == [2, "1.00", 2, 2, "2"]


def test_where_all_agree_on_one_verdict_kappa_says_nothing(twice):
    assert [item(twice, "T4")[key] for key in ("percent", "kappa")] == ["100.00", None]


def test_the_totals_have_their_spread(twice):
    """A: 100.00 and 98.00, B: 92.50 and 91.50; differences 2 and 1: mean 1.5, deviation √0.5."""
    assert townships(twice)["totals"] == {"pairs": 2, "mean": "1.50", "deviation": "0.71"}


def test_each_place_says_how_far_it_could_move(twice):
    """± 1.96·0.71/√2 = 0.98: A (100) and C (99.75) could change places, B (92.50) could not."""
    found = {each["code"]: (each["best"], each["place"], each["worst"]) for each in townships(twice)["places"]}
    assert found == {A: (1, 1, 2), C: (1, 2, 2), B: (3, 3, 3)}


def test_what_neither_visit_could_assess_is_counted_apart(contest):
    contest.visit(A, 100, 100, 100, None)
    second(contest, A, 100, 100, 100, None)
    share = item(contest, "T4")
    assert [share[key] for key in ("pairs", "unassessed", "agreeing", "percent", "kappa")] == [0, 1, 0, None, None]


def counties(contest) -> dict:
    """Best, own and worst place of each ranked county, and what its range rests on."""
    found = contest.get("agreement").json["counties"]
    return {each["code"]: (each["best"], each["place"], each["worst"], each["measured"]) for each in found}


@made_once
def two_counties(city):
    """岗巴县 90.00 by two townships, 亚东县 88.00 by one; second visits of the two: 90 and 94, 90 and 86."""
    for code, mark in ((A, 90), (B, 90), (YADONG_TOWN, 88)):
        city.visit(code, mark, mark, mark, mark / 100)
    for code, mark in ((A, 94), (B, 86)):
        second(city, code, mark, mark, mark, mark / 100)
    return city


def test_the_places_of_counties_say_how_far_they_could_move(two_counties):
    """Differences −4 and 4: deviation 5.66. 岗巴县 ± 1.96·5.66/√2/√2 = 5.55, 亚东县 ± 7.84: both could change."""
    assert counties(two_counties) == {
        GANGBA: (1, 1, 2, ["township"]),
        YADONG: (1, 2, 2, ["township"]),
    }


def test_a_county_of_many_centres_moves_less_than_one_of_them(two_counties):
    """Two more townships of 岗巴县: 93.50 ± 1.96·5.66/√2/√4 = 3.92, which stays above 亚东县's 88.00."""
    for code in TOWNSHIPS[2:4]:
        two_counties.visit(code, 97, 97, 97, 0.97)
    assert counties(two_counties)[GANGBA] == (1, 1, 1, ["township"])


def test_townships_alone_count_whole_where_the_policy_gives_all_weight_to_villages(plain):
    contest = plain(policy_is={"township_weight": "0", "village_weight": "1", "village_floor_count": 3})
    for code, mark in ((A, 92), (B, 96)):
        contest.visit(code, 100)
        second(contest, code, mark, 100, 100, 100)
    assert counties(contest) == {GANGBA: (1, 1, 1, ["township"])}


def test_without_second_visits_no_county_has_a_range(contest):
    contest.visit(A, 80)
    assert contest.get("agreement").json["counties"] == []


def test_a_blind_visit_changes_no_place(twice):
    assert {row["code"]: row["total"] for row in twice.rows() if row["visited"]} == {
        A: "100.00",
        B: "92.50",
        C: "99.75",
    }


def test_a_blind_visit_that_nobody_reviewed_is_told_and_not_counted(twice):
    blinded(twice.send(C, 50, at=LATER))
    found = townships(twice)
    assert (found["pairs"], found["unreviewed"]) == (2, 1)


def test_without_second_visits_there_is_nothing_to_say(contest):
    contest.visit(A, 80)
    found = townships(contest)
    assert (found["pairs"], found["totals"]["deviation"], found["places"]) == (0, None, [])
    assert {each["kappa"] for each in found["items"]} == {None}


def test_nobody_is_named(twice):
    text = twice.get("agreement").text.lower()
    assert not [name for name in ("tashi", "reviewer", "inspector", "检查员") if name in text]


@pytest.mark.parametrize("who", ["bailang", "tashi", "reviewer", "admin", "auditor"])
def test_only_the_office_reads_it(contest, who):
    assert contest.get("agreement", who).status_code == 403


def test_an_office_of_one_county_finds_no_agreement_of_the_prefecture(city, moved):
    moved("office2", "540237")
    assert city.get("agreement", "office2").status_code == 404


def test_the_same_few_queries_however_many_pairs(twice, queries_of):
    few = queries_of(lambda: twice.get("agreement"))
    second(twice, C, 90)
    assert queries_of(lambda: twice.get("agreement")) == few
