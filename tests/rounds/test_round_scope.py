"""An account's area decides which rounds there are for it."""

import pytest
from test_round_calendar import opened

CITY, BAILANG, JIANGZI, XISHAN = "540200", "540228", "540222", "530112"
CITYS, BAILANGS, JIANGZIS = "2026Q4", "2027-bailang", "2027-jiangzi"


@pytest.fixture
def rounds(office):
    """A round of the city, one of 白朗县 and one of 江孜县."""
    opened(office, code=BAILANGS, area=BAILANG)
    opened(office, code=JIANGZIS, area=JIANGZI)


@pytest.mark.parametrize(
    ("area", "seen"),
    [(CITY, {CITYS, BAILANGS, JIANGZIS}), (BAILANG, {CITYS, BAILANGS}), (JIANGZI, {CITYS, JIANGZIS}), (XISHAN, set())],
)
@pytest.mark.parametrize("name", ["office2", "reviewer", "tashi"])
def test_a_round_is_in_sight_where_its_area_and_the_accounts_overlap(rounds, moved, name, area, seen):
    person = moved(name, area)
    listed = person.get("/rounds")
    assert ({each["code"] for each in listed.json}, listed.headers["X-Total-Count"]) == (seen, str(len(seen)))
    answers = {code: person.get(f"/rounds/{code}").status_code for code in (CITYS, BAILANGS, JIANGZIS)}
    assert answers == {code: 200 if code in seen else 404 for code in answers}


def test_who_has_no_area_sees_every_round(rounds, admin):
    assert len(admin.get("/rounds").json) == 3


def test_what_is_out_of_sight_looks_like_what_is_not_there(moved):
    foreign = moved("office2", XISHAN)
    assert foreign.get("/rounds/2026Q4").json == foreign.get("/rounds/2031Q1").json


def test_a_round_elsewhere_takes_no_place_in_the_pages(rounds, moved):
    person = moved("office2", BAILANG)
    pages = [person.get(f"/rounds?page_size=1&page={page}").json for page in (1, 2, 3)]
    assert [[each["code"] for each in page] for page in pages] == [[BAILANGS], [CITYS], []]


@pytest.mark.parametrize(("code", "status"), [(BAILANGS, 200), (CITYS, 404), (JIANGZIS, 404)])
def test_the_office_of_a_county_closes_none_but_its_countys_rounds(rounds, moved, code, status):
    assert moved("office2", BAILANG).post(f"/rounds/{code}/closing").status_code == status


@pytest.mark.parametrize("area", [BAILANG, XISHAN])
def test_only_who_reaches_a_whole_round_sets_its_baseline(moved, area):
    body = {"inspection": "00000000-0000-4000-8000-000000000000"}
    answer = moved("office2", area).post("/rounds/2026Q4/baselines", json=body)
    assert (answer.status_code, answer.json["type"].split("/")[-1]) == (404, "not-found")
