"""Blind second visits beside those that count, for the office."""

from datetime import timedelta

import pytest
from contest import FIRST, TOWNSHIPS
from states import made_once

from audit.inspections.models import Inspection

A, B, C = TOWNSHIPS[:3]
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
