"""A county's board: where it stands, and what pays most to mend."""

from datetime import timedelta
from decimal import Decimal

import pytest
from contest import BAILANG, FIRST, GANGBA, JIANGZI, TOWNSHIPS, VILLAGES
from states import made_once

A, B, C, D, E = TOWNSHIPS
FOUND = {A: (83.33, 71.17, 64.5, 50), B: (100, 59.99, 20, 33.33), C: (45.05, 100, 90, 100)}
IN_THE_VILLAGE = (77.77, 100, 30, 10)


@made_once
def visited(plain):
    """Three townships and a village, visited; below 60 a mark of staff caps its dimension."""
    items = plain_items()
    items[1]["cap_below"] = 60
    contest = plain(township={"items": items, "dimension_cap": 50})
    for code, marks in FOUND.items():
        contest.visit(code, *marks)
    contest.visit(VILLAGES[0], *IN_THE_VILLAGE)
    return contest


def plain_items() -> list[dict]:
    from contest import checklist

    return checklist("township")["items"]


def gap(contest, item: str) -> dict:
    return next(each for each in contest.board()["gaps"] if each["item"] == item)


def test_a_board_shows_the_line_with_its_place(city):
    city.visit("540222100", 90)
    city.visit("540228100", 80)
    board = city.board(BAILANG, who="bailang")
    assert (board["line"]["place"], board["line"]["card"], board["ranked"]) == (2, "yellow", 2)
    assert board["line"] == city.rows("counties", who="bailang")[0]


def test_a_board_shows_the_countys_centres_with_their_places_in_the_whole(city):
    city.visit("540222100", 90)
    city.visit("540228100", 80)
    board = city.board(BAILANG)
    assert [row["place"] for row in board["townships"]][:2] == [2, None]
    assert board["townships"] == city.rows("townships", who="bailang")
    assert board["villages"] == city.rows("villages", who="bailang")


def test_another_countys_board_is_not_there(city):
    assert city.get(f"counties/{JIANGZI}", who="bailang").status_code == 404
    assert city.get(f"counties/{JIANGZI}", who="jiangzi").status_code == 200


@pytest.mark.parametrize("county", ["540299", "5402", "白朗县", BAILANG])
def test_a_county_outside_the_round_has_no_board(contest, county):
    assert contest.get(f"counties/{county}").status_code == 404


def test_inspectors_see_no_board(contest):
    assert contest.get(f"counties/{GANGBA}", who="tashi").status_code == 403


def test_an_unchanged_board_is_not_sent_again(visited):
    tag = visited.get(f"counties/{GANGBA}").headers["ETag"]
    assert visited.get(f"counties/{GANGBA}", headers={"If-None-Match": tag}).status_code == 304


def test_gaps_come_dearest_first(visited):
    gains = [Decimal(each["gain"]) for each in visited.board()["gaps"]]
    assert gains == sorted(gains, reverse=True)
    assert gains[0] > 0


def test_a_gap_counts_the_centres_that_fall_short(visited):
    counts = {each["item"]: each["centres"] for each in visited.board()["gaps"]}
    assert counts == {"T1": 2, "T2": 2, "T3": 3, "T4": 2, "V1": 1, "V3": 1, "V4": 1}


def test_a_gap_names_the_item_and_its_remedy(visited):
    found = gap(visited, "T3")
    assert (found["level"], found["dimension"], found["text"]["zh"]) == ("township", "matters", "事项进驻一项")
    assert found["remedy"]["cost"] == "low"


@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_the_gain_of_an_item_is_what_the_county_wins_when_all_its_townships_reach_it(visited, place):
    promised, before = gap(visited, f"T{place + 1}")["gain"], visited.board()["line"]["total"]
    for code, marks in FOUND.items():
        mended = [*marks[:place], 100, *marks[place + 1 :]]
        visited.visit(code, *mended, at=FIRST + timedelta(days=1))
    assert Decimal(visited.board()["line"]["total"]) - Decimal(before) == Decimal(promised)


@pytest.mark.parametrize("place", [0, 2, 3])
def test_the_gain_of_a_villages_item_is_exact_too(visited, place):
    promised, before = gap(visited, f"V{place + 1}")["gain"], visited.board()["line"]["total"]
    mended = [*IN_THE_VILLAGE[:place], 100, *IN_THE_VILLAGE[place + 1 :]]
    visited.visit(VILLAGES[0], *mended, at=FIRST + timedelta(days=1))
    assert Decimal(visited.board()["line"]["total"]) - Decimal(before) == Decimal(promised)


def test_a_village_part_that_does_not_count_brings_no_gain(plain):
    contest = plain(policy_is={"village_floor_count": 3})
    contest.visit(A, 80)
    contest.visit(VILLAGES[0], 10)
    assert {each["gain"] for each in contest.board()["gaps"] if each["level"] == "village"} == {"0.00"}


def test_a_county_without_visits_has_no_gaps(contest):
    board = contest.board()
    assert (board["line"]["total"], board["line"]["place"], board["gaps"]) == (None, None, [])


def test_mended_items_leave_the_board(visited):
    visited.visit(A, 100, at=FIRST + timedelta(days=1))
    visited.visit(B, 100, at=FIRST + timedelta(days=1))
    assert {each["item"] for each in visited.board()["gaps"] if each["level"] == "township"} == {"T1", "T3"}
