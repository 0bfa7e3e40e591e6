"""An account's area decides what it sees of a ranking, and places are always those of the whole."""

import pytest
from contest import BAILANG, JIANGZI
from states import made_once

OFFICIALS = {BAILANG: "540228100", JIANGZI: "540222100"}
RANKINGS = ["rankings/townships", "rankings/villages", "rankings/counties"]
EXPORTS = ["ranking.xlsx", "townships.csv", "villages.csv", "counties.csv"]
CITY, XISHAN = "540200", "530112"


@made_once
def visited(city):
    """A township in each of two counties; 江孜县 leads."""
    city.visit(OFFICIALS[JIANGZI], 90)
    city.visit(OFFICIALS[BAILANG], 80)
    return city


@pytest.mark.parametrize("name", ["office2", "reviewer", "bailang"])
@pytest.mark.parametrize("what", [*RANKINGS, f"counties/{BAILANG}"])
def test_a_round_elsewhere_has_no_rankings(visited, moved, name, what):
    moved(name, XISHAN)
    answer = visited.get(what, who=name)
    assert (answer.status_code, answer.json["type"].split("/")[-1]) == (404, "not-found")


@pytest.mark.parametrize("name", ["office2", "reviewer", "jiangzi"])
def test_who_reaches_one_county_sees_that_one_whatever_their_role(visited, moved, name):
    moved(name, BAILANG)
    rows = visited.rows("townships", who=name)
    assert ({row["county"] for row in rows}, rows[0]["place"]) == ({"白朗县"}, 2)
    assert [(row["code"], row["place"]) for row in visited.rows("counties", who=name)] == [(BAILANG, 2)]
    assert {row["county"] for row in visited.rows("villages", who=name)} == {"白朗县"}


@pytest.mark.parametrize("what", ["townships", "counties"])
def test_two_counties_see_nothing_of_each_other(visited, what):
    ours, theirs = (visited.rows(what, who=name) for name in ("bailang", "jiangzi"))
    assert {row["code"] for row in ours} & {row["code"] for row in theirs} == set()


@pytest.mark.parametrize("name", ["office2", "reviewer", "bailang"])
def test_who_reaches_one_county_has_no_other_board(visited, moved, name):
    moved(name, BAILANG)
    answers = [visited.get(f"counties/{county}", who=name).status_code for county in (BAILANG, JIANGZI)]
    assert answers == [200, 404]


@pytest.mark.parametrize("what", EXPORTS)
@pytest.mark.parametrize(("area", "status"), [(CITY, 200), (BAILANG, 404), (XISHAN, 404)])
def test_only_who_reaches_the_whole_round_exports_it(visited, moved, what, area, status):
    moved("office2", area)
    assert visited.export(what, who="office2").status_code == status


@pytest.mark.parametrize("what", EXPORTS)
def test_the_office_of_a_county_exports_its_own_round(contest, moved, what):
    moved("office2", "540237")
    assert contest.export(what, who="office2").status_code == 200


@pytest.mark.parametrize("what", RANKINGS)
def test_a_round_of_another_county_has_no_rankings(contest, what):
    assert contest.get(what, who="bailang").status_code == 404
