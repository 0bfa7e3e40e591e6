"""Opening, reading and closing rounds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from audit.base import trail
from audit.centres import actions as centres
from audit.rounds.models import Round

BODY = {
    "code": "2027Q1",
    "name": "2027年第一季度",
    "area": "540200",
    "opens_on": "2027-01-01",
    "closes_on": "2027-03-31",
    "editions": {"township": "township-2026.1", "village": "village-2026.1"},
    "ranking_policy": "ranking-2026.1",
    "card_policy": "cards-2026.1",
}
BAD = [
    ({"area": "999999"}, "/area"),
    ({"area": "540228101"}, "/area"),
    ({"area": "日喀则市"}, "/area"),
    ({"area": "540228\n"}, "/area"),
    ({"code": "Q"}, "/code"),
    ({"code": "2027/Q1"}, "/code"),
    ({"code": "../2027"}, "/code"),
    ({"code": "2027Q1\n"}, "/code"),
    ({"code": "２０２７"}, "/code"),
    ({"code": "x" * 33}, "/code"),
    ({"code": None}, "/code"),
    ({"name": " "}, "/name"),
    ({"name": "第一\u200b季度"}, "/name"),
    ({"name": "x" * 65}, "/name"),
    ({"opens_on": "2027-04-01"}, "/closes_on"),
    ({"opens_on": "2027-02-30"}, "/opens_on"),
    ({"opens_on": "soon"}, "/opens_on"),
    ({"closes_on": 20270331}, "/closes_on"),
    ({"sample": "yes"}, "/sample"),
    ({"editions": {"township": "township-2026.1"}}, "/editions/village"),
    ({"editions": BODY["editions"] | {"county": "x"}}, "/editions/county"),
    ({"editions": BODY["editions"] | {"village": "village-2099.1"}}, "/editions/village"),
    ({"editions": BODY["editions"] | {"village": "township-2026.1"}}, "/editions/village"),
    ({"editions": BODY["editions"] | {"township": "ranking-2026.1"}}, "/editions/township"),
    ({"ranking_policy": "ranking-2099.1"}, "/ranking_policy"),
    ({"ranking_policy": "cards-2026.1"}, "/ranking_policy"),
    ({"card_policy": "township-2026.1"}, "/card_policy"),
    ({"card_policy": "progress-2026.1"}, "/card_policy"),
    ({"progress_policy": "cards-2026.1"}, "/progress_policy"),
    ({"progress_policy": None}, "/progress_policy"),
    ({"followup_policy": "ranking-2026.1"}, "/followup_policy"),
    ({"state": "closed"}, "/state"),
]


def opened(office, **changes):
    answer = office.post("/rounds", json=BODY | changes)
    assert answer.status_code == 201, answer.json
    return answer


def test_the_office_opens_a_round(office):
    answer = opened(office)
    levels = [
        {"level": "township", "edition": "township-2026.1", "baseline": None},
        {"level": "village", "edition": "village-2026.1", "baseline": None},
    ]
    assert answer.json == {key: BODY[key] for key in BODY if key != "editions"} | {
        "state": "open", "sample": False, "levels": levels, "progress_policy": None, "followup_policy": None,
    }  # fmt: skip
    assert office.get("/rounds/2027Q1").json == answer.json


def test_a_round_may_have_policies_for_progress_and_for_what_follows(office):
    policies = {"progress_policy": "progress-2026.1", "followup_policy": "followup-2026.1"}
    assert policies.items() <= opened(office, **policies).json.items()


@pytest.mark.parametrize("name", ["2026年第四季度", "2026年度", "2026年上半年"])
def test_a_round_is_named_as_offices_name_them(office, name):
    assert opened(office, name=name).json["name"] == name


def test_a_round_may_be_of_one_county(office):
    assert opened(office, area="540228").json["area"] == "540228"


@pytest.mark.parametrize(
    ("name", "status"),
    [("nobody", 401), ("tashi", 403), ("reviewer", 403), ("bailang", 403), ("admin", 403), ("auditor", 403)],
)
def test_nobody_else_opens_or_closes_rounds(people, name, status):
    person = people[name]
    assert person.post("/rounds", json=BODY).status_code == status
    assert person.post("/rounds/2026Q4/closing").status_code == status


@pytest.mark.parametrize(("name", "status"), [("nobody", 401), ("auditor", 403), ("tashi", 200), ("bailang", 200)])
def test_who_may_read_rounds(people, name, status):
    assert people[name].get("/rounds").status_code == status
    assert people[name].get("/rounds/2026Q4").status_code == status


def test_a_code_stands_for_one_round(office):
    again = office.post("/rounds", json=BODY | {"code": "2026Q4"})
    assert (again.status_code, again.json["type"]) == (409, "/problems/round-exists")


def test_who_loses_the_race_for_a_code_is_told(office, monkeypatch):
    monkeypatch.setattr(Round, "get_or_none", lambda *_: None)
    assert office.post("/rounds", json=BODY | {"code": "2026Q4"}).status_code == 409
    assert office.get("/rounds").headers["X-Total-Count"] == "1"


def test_what_makes_no_round_is_named(office):
    answers = [office.post("/rounds", json=BODY | changes) for changes, _ in BAD]
    named = [(answer.status_code, [each["pointer"] for each in answer.json["errors"]]) for answer in answers]
    assert named == [(422, [pointer]) for _, pointer in BAD]


def test_an_area_outside_ones_own_is_unknown(office):
    centres.load_registry("xishan", actor=None, now=datetime(2026, 11, 22, tzinfo=UTC))
    answer = office.post("/rounds", json=BODY | {"area": "530112"})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/area")


def test_the_newest_round_comes_first(office):
    opened(office)
    opened(office, code="2025Q1", opens_on="2025-01-01", closes_on="2025-03-31")
    assert [each["code"] for each in office.get("/rounds").json] == ["2027Q1", "2026Q4", "2025Q1"]


def test_rounds_of_one_day_come_by_code(office):
    for code in ("2027Q1-b", "2027Q1-a"):
        opened(office, code=code)
    assert [each["code"] for each in office.get("/rounds?page_size=2").json] == ["2027Q1-a", "2027Q1-b"]


@pytest.mark.parametrize(
    ("state", "codes"), [("open", ["2026Q4"]), ("closed", ["2027Q1"]), ("frozen", []), ("published", [])]
)
def test_the_list_is_filtered_by_state(office, state, codes):
    opened(office)
    office.post("/rounds/2027Q1/closing")
    assert [each["code"] for each in office.get(f"/rounds?state={state}").json] == codes


@pytest.mark.parametrize("asked", ["state=gone", "year=2026", "page=x"])
def test_a_bad_parameter_of_the_list_is_refused(office, asked):
    assert office.get(f"/rounds?{asked}").status_code == 400


def test_queries_do_not_grow_with_the_rounds(office, queries_of):
    office.get("/rounds")  # the first use of a device in a minute is written down
    one = queries_of(lambda: office.get("/rounds"))
    for number in range(3):
        opened(office, code=f"2027Q{number}")
    assert queries_of(lambda: office.get("/rounds")) == one


@pytest.mark.parametrize("path", ["/rounds", "/rounds/2026Q4"])
def test_who_has_the_rounds_already_gets_304(tashi, path):
    tag = tashi.get(path).headers["ETag"]
    assert tashi.get(path, headers={"If-None-Match": tag}).status_code == 304


def test_closing_is_seen(office, tashi):
    assert office.post("/rounds/2026Q4/closing").json["state"] == "closed"
    assert tashi.get("/rounds/2026Q4").json["state"] == "closed"


def test_closing_twice_changes_nothing(office):
    first, lines = office.post("/rounds/2026Q4/closing"), trail.TrailLine.select().count()
    again = office.post("/rounds/2026Q4/closing")
    assert (again.status_code, again.json, trail.TrailLine.select().count()) == (200, first.json, lines)


@pytest.mark.parametrize("state", ["frozen", "published"])
def test_closing_what_is_further_on_changes_nothing(office, state):
    Round.update(state=state).execute()
    assert office.post("/rounds/2026Q4/closing").json["state"] == state


@pytest.mark.parametrize("code", ["2099Q1", "a%00b", "%25"])
def test_an_unknown_round_is_not_found(office, code):
    assert office.get(f"/rounds/{code}").status_code == 404
    assert office.post(f"/rounds/{code}/closing").status_code == 404


def test_an_office_closes_no_round_outside_its_area(office, people):
    centres.load_registry("xishan", actor=None, now=datetime(2026, 11, 22, tzinfo=UTC))
    opened(office)
    Round.update(area=centres.Division.get(code="530112")).where(Round.code == "2027Q1").execute()
    assert office.post("/rounds/2027Q1/closing").status_code == 404
