"""The burden report: visits per centre in a year, minutes per visit. Of centres; never of people."""

from uuid import uuid4

import pytest
from factories import GADONG, JIANGZI, LUOJIANG, visit

YEAR = "/burden?year=2026"


@pytest.fixture
def a_year(tashi, pema):
    """Two visits to 嘎东镇 (90 and 30 minutes), one to 洛江镇 and one to 江孜镇 (90 each)."""
    tashi.submit(uuid4(), visit(GADONG))
    tashi.submit(uuid4(), visit(GADONG, finished_at="2026-11-20T10:30:00+08:00"))
    tashi.submit(uuid4(), visit(LUOJIANG))
    pema.submit(uuid4(), visit(JIANGZI))


def test_a_year_says_how_often_and_how_long(office, a_year):
    assert office.get(YEAR).json["whole"] == {
        "visits": 4,
        "centres": 3,
        "visits_per_centre": "1.33",
        "most": 2,
        "minutes_per_visit": 90,
    }


def test_each_county_has_its_own_line(office, a_year):
    lines = office.get(YEAR).json["counties"]
    assert [(each["code"], each["visits"], each["centres"]) for each in lines] == [("540222", 1, 1), ("540228", 3, 2)]


def test_a_county_sees_its_own_burden_only(bailang, a_year):
    told = bailang.get(YEAR).json
    assert (told["whole"]["visits"], [each["code"] for each in told["counties"]]) == (3, ["540228"])


def test_the_most_visited_centre_comes_first(office, a_year):
    first = office.get("/burden/centres?year=2026").json[0]
    assert (first["centre"], first["visits"], first["minutes_per_visit"]) == (str(GADONG), 2, 60)


def test_the_centres_of_one_county_can_be_asked_for(office, a_year):
    lines = office.get("/burden/centres?year=2026&county=540222").json
    assert [each["centre"] for each in lines] == [str(JIANGZI)]


def test_a_year_without_visits_is_empty(office, a_year):
    told = office.get("/burden?year=2025").json
    assert (told["counties"], told["whole"]["visits_per_centre"]) == ([], None)


def test_the_year_turns_at_midnight_in_beijing(office, tashi):
    started, finished = "2025-12-31T16:30:00Z", "2025-12-31T17:00:00Z"
    tashi.submit(uuid4(), visit(GADONG, started_at=started, finished_at=finished))
    years = {year: office.get(f"/burden?year={year}").json["whole"]["visits"] for year in (2025, 2026)}
    assert years == {2025: 0, 2026: 1}


def test_nobody_s_name_stands_in_it(office, tashi, a_year):
    told = office.get(YEAR).text + office.get("/burden/centres?year=2026").text
    assert "tashi" not in told and tashi.get("/me").json["display"] not in told


@pytest.mark.parametrize("query", ["year=1999", "year=2026.5", "year=", "inspector=tashi", "county=x"])
def test_a_question_that_is_none_is_refused(office, query):
    assert office.get(f"/burden/centres?{query}").status_code == 400


def test_more_visits_cost_no_more_queries(office, tashi, a_year, queries_of):
    few = queries_of(lambda: office.get(YEAR))
    tashi.submit(uuid4(), visit(LUOJIANG))
    assert queries_of(lambda: office.get(YEAR)) == few
