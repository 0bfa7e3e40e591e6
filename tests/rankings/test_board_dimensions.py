"""A county's dimensions on its board, what they are compared with, and the board of a version as it was published."""

from decimal import Decimal
from uuid import uuid4

import pytest
from contest import GANGBA, NOW, TOWNSHIPS, VILLAGES, Contest, centre_of, checklist
from states import made_once
from versions import decide, frozen, published

from audit.accounts.queries import Actor
from audit.centres.models import Centre
from audit.checklists import actions as checklists
from audit.rankings import boards

A, B, C, D, E = TOWNSHIPS
OFFICE = Actor(0, "office", "office", frozenset({"office"}), None, "a test", 0)


@made_once
def visited(contest):
    """Two townships and a village of 岗巴县."""
    contest.visit(A, 100, 80, 60, 40)
    contest.visit(B, 50, 60, 70, 80)
    contest.visit(VILLAGES[0], 10, 20, 30, 40)
    return contest


@made_once
def out(visited):
    """The same, published."""
    return published(visited)


@made_once
def second(out):
    """The round after, when the first one had been published; one township."""
    later = Contest(out.people, "LATER", opens_on="2026-10-02", closes_on="2028-01-31")
    later.visit(A, 100)
    return later


def rows(contest) -> dict[str, dict]:
    return {each["code"]: each for each in contest.board()["dimensions"]["rows"]}


def test_a_dimension_is_weighed_as_the_score_is(visited):
    area = rows(visited)["area"]
    assert (area["township"], area["village"]) == ("75.00", "10.00")
    assert area["value"] == str(Decimal("0.7") * 75 + Decimal("0.3") * 10) + "0"


def test_a_village_part_that_does_not_count_leaves_its_weight(plain):
    contest = plain(policy_is={"village_floor_count": 3})
    contest.visit(A, 80)
    contest.visit(VILLAGES[0], 10)
    assert (rows(contest)["area"]["value"], rows(contest)["area"]["village"]) == ("80.00", "10.00")


def test_a_county_without_visits_has_no_values(contest):
    assert {each["value"] for each in rows(contest).values()} == {None}


def test_without_a_baseline_there_is_no_demonstration_site(visited):
    board = visited.board()["dimensions"]
    assert board["sites"] == {} and board["rows"][0]["sites"] == {}


def test_the_first_ranking_has_none_before_it(visited):
    assert visited.board()["dimensions"]["previous"] is None


def test_the_period_before_is_told_as_its_own_board_told_it(second, visited):
    before = rows(visited)
    told = second.board()["dimensions"]
    assert told["previous"] == {"code": "PLAIN", "name": "2026年简表轮次", "same_measure": True}
    assert {each["code"]: each["previous"] for each in told["rows"]} == {
        code: each["value"] for code, each in before.items()
    }


def test_a_period_that_was_measured_otherwise_is_told_so(out):
    checklists.publish(checklist("township", id="plaintownship-2026.2"), actor=None, now=NOW)
    editions = {"township": "plaintownship-2026.2", "village": "plainvillage-2026.1"}
    later = Contest(out.people, "LATER", closes_on="2028-01-31", editions=editions)
    assert later.board()["dimensions"]["previous"]["same_measure"] is False


def test_shared_places_are_told_of_the_whole(contest):
    for code, mark in ((A, 90), (B, 80), (C, 80)):
        contest.visit(code, mark)
    assert contest.board()["ties"] == {"counties": [], "township": [2], "village": []}


def test_a_gap_names_the_centres_and_what_each_wins(visited):
    (gap,) = [each for each in visited.board()["gaps"] if each["item"] == "T3"]
    assert [(each["name"], each["gain"]) for each in gap["where"]] == [
        ("岗巴镇便民服务中心", "10.00"),
        ("昌龙乡便民服务中心", "7.50"),
    ]
    assert gap["dimension_name"]["zh"] == "事项进驻"


@pytest.mark.parametrize("what", ["gaps", "dimensions", "ties", "sensitivity"])
def test_a_version_is_worked_out_from_what_it_rests_on(out, what):
    live, kept = boards.board("PLAIN", GANGBA, OFFICE), boards.published_board("PLAIN", GANGBA, 1, OFFICE)
    assert kept[what] == live[what] and kept["version"] == 1


def test_a_version_tells_the_centres_of_one_division_apart(plain):
    first = Centre.get_by_id(centre_of(VILLAGES[0])).__data__
    other = Centre.create(**first | {"id": uuid4(), "name": "二站", "spelling": "二站"})
    contest = plain()
    contest.visit(VILLAGES[0], 90)
    contest.visit(VILLAGES[0], 50, centre=str(other.id))
    published(contest)
    live, kept = boards.board("PLAIN", GANGBA, OFFICE), boards.published_board("PLAIN", GANGBA, 1, OFFICE)
    assert kept["gaps"] == live["gaps"] and kept["gaps"][0]["centres"] == 2


def test_what_changes_after_the_publication_leaves_its_board_as_it_is(out):
    before = boards.published_board("PLAIN", GANGBA, 1, OFFICE)
    decide(out, B, 100)
    after = boards.published_board("PLAIN", GANGBA, 1, OFFICE)
    assert (after["gaps"], after["dimensions"]) == (before["gaps"], before["dimensions"])
    assert boards.board("PLAIN", GANGBA, OFFICE)["gaps"] != before["gaps"]


def test_a_board_asks_the_same_few_queries_however_many_centres(contest, queries_of):
    contest.visit(A, 90)
    contest.visit(VILLAGES[0], 50)
    one = queries_of(contest.board)
    for code in (B, C, D, E, *VILLAGES[1:5]):
        contest.visit(code, 70, 80, 90, 60)
    assert queries_of(contest.board) == one


def test_a_frozen_round_has_a_board_still(visited):
    assert frozen(visited).board()["dimensions"]["rows"]
