"""How near the places of a round are to one another: for the office of all, for a county of its own."""

import pytest
from contest import BAILANG, GANGBA, JIANGZI, TOWNSHIPS, YADONG
from states import made_once

A, B, C, D, E = TOWNSHIPS


@made_once
def three(city):
    """白朗县 90.00, 江孜县 88.00 and 亚东县 80.00, each with a township visited."""
    for code, mark in (("540228100", 90), ("540222100", 88), ("540233100", 80)):
        city.visit(code, mark)
    return city


def near(contest, part: str = "counties") -> dict[str, tuple]:
    told = contest.get("sensitivity").json
    return {row["code"]: (row["place"], row["total"], row["up_by"], row["down_by"]) for row in told[part]}


def test_the_office_sees_how_near_each_county_is_to_another_place(three):
    assert near(three) == {
        BAILANG: (1, "90.00", None, "2.01"),
        JIANGZI: (2, "88.00", "2.00", "8.01"),
        YADONG: (3, "80.00", "8.00", None),
    }


def test_centres_are_near_one_another_over_the_whole_round(three):
    assert near(three, "townships") == {
        "540228100": (1, "90.00", None, "2.01"),
        "540222100": (2, "88.00", "2.00", "8.01"),
        "540233100": (3, "80.00", "8.00", None),
    }
    assert near(three, "villages") == {}


def test_so_much_more_is_a_better_place_and_a_hundredth_less_is_not(contest):
    for code, mark in ((A, 88), (B, 85), (C, 80)):
        contest.visit(code, mark)
    assert near(contest, "townships")[B][2] == "3.00"
    contest.visit(B, 88, 88, 88, 87.96)
    assert (contest.row(B)["total"], contest.row(B)["place"]) == ("87.99", 2)
    contest.visit(B, 88)
    assert (contest.row(B)["total"], contest.row(B)["place"]) == ("88.00", 1)


def test_a_countys_board_says_how_near_it_is(three):
    found = three.board(JIANGZI, who="jiangzi")["sensitivity"]
    assert (found["up_by"], found["down_by"]) == ("2.00", "8.01")


def test_a_board_names_the_gaps_that_are_enough_by_themselves(city):
    city.visit("540228100", 90)
    city.visit("540222100", 90, 80, 86, 90)  # 86.50: staff alone brings 5 points, matters 3.50, the others 2.50
    found = city.board(JIANGZI)["sensitivity"]
    assert found["up_by"] == "3.50"
    assert [(gap["item"], gap["gain"]) for gap in found["enough"]] == [("T2", "5.00"), ("T3", "3.50")]


def test_mending_what_is_enough_betters_the_place(city):
    city.visit("540228100", 90)
    city.visit("540222100", 90, 80, 86, 90)
    assert city.board(JIANGZI)["line"]["place"] == 2
    city.visit("540222100", 90, 80, 100, 90)
    assert city.board(JIANGZI)["line"]["place"] == 1


def test_for_the_first_nothing_is_enough(three):
    found = three.board(BAILANG)["sensitivity"]
    assert (found["up_by"], found["enough"]) == (None, [])


def test_a_county_without_a_place_is_near_nothing(three):
    assert three.board(GANGBA)["sensitivity"] is None


@pytest.mark.parametrize(("who", "status"), [("bailang", 403), ("reviewer", 403), ("tashi", 403), ("office2", 404)])
def test_only_the_whole_areas_office_sees_all_of_it(three, moved, who, status):
    moved("office2", BAILANG)
    assert three.get("sensitivity", who=who).status_code == status


def test_more_centres_cost_no_more_queries(three, queries_of):
    one = queries_of(lambda: three.get("sensitivity"))
    three.visit("540237100", 70)
    assert queries_of(lambda: three.get("sensitivity")) == one
