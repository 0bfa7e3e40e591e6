"""What counties issued: entered once, the nearest counts, and every score follows."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import pytest
from factories import GADONG, LUOJIANG, MAYI, answered, visit
from made_documents import PDF, digest_of, send
from test_documents import ENTERED
from test_round_calendar import opened

from audit.base.clock import BEIJING
from audit.base.trail import TrailLine
from audit.centres.models import Centre
from audit.inspections.models import Score
from audit.rounds import queries
from audit.rounds.models import IssuedList, Round

LISTS = "/rounds/2026Q4/lists"


def enter(office, **changes):
    return office.post(LISTS, json=ENTERED | changes)


def withdraw(office, number: int, reason: str = "误录"):
    return office.post(f"/lists/{number}/withdrawal", json={"reason": reason})


def m_of(centre) -> dict:
    return queries.issued(1, Centre.get_by_id(centre))


def test_the_office_enters_a_list_with_its_document(office):
    send(office)
    answer = enter(office, document=digest_of(PDF))
    assert answer.status_code == 201
    assert {key: each for key, each in answer.json.items() if key not in ("id", "entered_at")} == ENTERED | {
        "version": 1,
        "document": digest_of(PDF),
        "division": {"code": "540228", "name": "白朗县", "level": "county"},
        "withdrawn_at": None,
        "reason": None,
    }


def test_entering_the_same_again_changes_nothing(office):
    first, lines = enter(office), TrailLine.select().count()
    again = enter(office)
    assert (again.status_code, again.json, TrailLine.select().count()) == (200, first.json, lines)


@pytest.mark.parametrize("change", [{"m": 121}, {"title": "新清单"}, {"issued_on": "2026-10-01"}])
def test_another_content_is_the_next_version(office, change):
    enter(office)
    assert enter(office, **change).json["version"] == 2
    assert [each["version"] for each in office.get(LISTS).json] == [2]


def test_what_was_entered_before_may_be_entered_again(office):
    for m in (120, 130, 120):
        enter(office, m=m)
    assert (IssuedList.select().count(), m_of(GADONG)) == (3, {"TM01": 120})


def test_a_townships_own_list_comes_before_its_countys(office):
    enter(office)
    enter(office, division="540228101", m=100)
    assert (m_of(GADONG), m_of(LUOJIANG)) == ({"TM01": 100}, {"TM01": 120})


def test_a_village_has_the_list_of_its_township(office):
    enter(office, division="540228101", item="VM01", m=40)
    assert (m_of(MAYI), m_of(GADONG)["VM01"]) == ({"VM01": 40}, 40)


def test_another_county_and_another_round_have_their_own(office):
    opened(office, area="540228")
    enter(office)
    other = Round.get(Round.code == "2027Q1")
    assert queries.issued(other.id, Centre.get_by_id(GADONG)) == {}


def test_the_lists_of_many_centres_take_one_query(office, queries_of):
    enter(office)
    every = list(Centre.select().where(Centre.level == "township"))
    found = {}
    assert queries_of(lambda: found.update(queries.issued_for(1, every))) == 1
    assert sum(bool(each) for each in found.values()) == sum(each.code.startswith("540228") for each in every)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"division": "540200"}, "/division"),
        ({"division": "999999"}, "/division"),
        ({"division": "540228101201"}, "/division"),
        ({"item": "TA01"}, "/item"),
        ({"item": "TA05"}, "/item"),  # n of 5 zones
        ({"item": "TP09"}, "/item"),  # two of the staff
        ({"item": "TP01"}, "/item"),  # on duty of those who should be: counted on the day
        ({"item": "TS02"}, "/item"),  # bad reviews put right: of as many as there were
        ({"item": "XX01"}, "/item"),
        ({"m": -1}, "/m"),
        ({"m": 1.5}, "/m"),
        ({"m": "12"}, "/m"),
        ({"title": ""}, "/title"),
        ({"issued_on": "soon"}, "/issued_on"),
        ({"issued_on": "2099-01-01"}, "/issued_on"),
        ({"document": "0" * 64}, "/document"),
        ({"document": "x"}, "/document"),
        ({"version": 3}, "/version"),
    ],
)
def test_what_makes_no_list_is_named(office, change, pointer):
    answer = enter(office, **change)
    assert (answer.status_code, [each["pointer"] for each in answer.json["errors"]]) == (422, [pointer])


def test_a_division_outside_the_rounds_area_is_unknown(office):
    opened(office, area="540228")
    answer = office.post("/rounds/2027Q1/lists", json=ENTERED | {"division": "540222"})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/division")


def test_another_offices_document_is_no_proof(office, moved):
    send(office)
    other = moved("office2", "540228")
    opened(other, area="540228")
    answer = other.post("/rounds/2027Q1/lists", json=ENTERED | {"document": digest_of(PDF)})
    assert answer.json["errors"][0]["pointer"] == "/document"


@pytest.mark.parametrize(("state", "status"), [("open", 201), ("closed", 201), ("frozen", 409), ("published", 409)])
def test_lists_are_entered_until_the_round_is_frozen(office, state, status):
    Round.update(state=state).execute()
    answer = enter(office)
    assert (answer.status_code, answer.json.get("type", "/problems/round-frozen")) == (status, "/problems/round-frozen")


def test_a_list_of_today_is_entered(office):
    today = datetime.now(BEIJING).date().isoformat()
    assert enter(office, issued_on=today).status_code == 201


@pytest.mark.parametrize("name", ["tashi", "reviewer", "bailang", "admin"])
def test_nobody_else_enters_lists(people, name):
    number = enter(people["office"]).json["id"]
    assert (enter(people[name]).status_code, withdraw(people[name], number).status_code) == (403, 403)


def test_the_office_of_a_county_enters_none_for_the_citys_round(moved):
    assert enter(moved("office2", "540228")).status_code == 404


@pytest.mark.parametrize(("name", "number"), [("tashi", 3), ("bailang", 2), ("jiangzi", 1), ("pema", 1)])
def test_everybody_reads_the_lists_of_their_area(people, name, number):
    for division in ("540228", "540228101", "540222"):
        enter(people["office"], division=division)
    assert len(people[name].get(LISTS).json) == number


def test_a_county_filter_has_its_townships_too(office):
    for division in ("540228", "540228101", "540222"):
        enter(office, division=division)
    listed = office.get(f"{LISTS}?county=540228").json
    assert [each["division"]["code"] for each in listed] == ["540228", "540228101"]


def test_entering_a_list_scores_the_visits_of_its_division_again(office, tashi):
    inspection = uuid4()
    tashi.submit(inspection, answered(visit(), "TM01", n=60, m=60))
    before = tashi.get(f"/inspections/{inspection}/score").json
    enter(office, m=120)
    after = tashi.get(f"/inspections/{inspection}/score").json
    assert value_of(after, "TM01") != value_of(before, "TM01")


def value_of(score: dict, item: str) -> str:
    return next(str(each) for each in score["items"] if each["code"] == item)


def test_what_was_sent_stays_as_it_was_sent(office, tashi):
    inspection = uuid4()
    tashi.submit(inspection, answered(visit(), "TM01", n=60, m=60))
    enter(office, m=120)
    sent = next(each for each in tashi.get(f"/inspections/{inspection}").json["answers"] if each["item"] == "TM01")
    assert (sent["n"], sent["m"]) == (60, 60)


# --- withdrawn -----------------------------------------------------------------------------------------------------


def test_a_list_that_was_withdrawn_says_no_m(office):
    number = enter(office).json["id"]
    answer = withdraw(office, number)
    assert (answer.status_code, answer.json["reason"], answer.json["withdrawn_at"] is not None) == (200, "误录", True)
    assert (m_of(GADONG), office.get(LISTS).json) == ({}, [])


def test_withdrawing_a_list_brings_back_what_was_sent(office, tashi):
    inspection = uuid4()
    tashi.submit(inspection, answered(visit(), "TM01", n=60, m=60))
    before = Score.get_by_id(inspection).digest
    number = enter(office, m=120).json["id"]
    assert Score.get_by_id(inspection).digest != before
    assert [each["flag"] for each in tashi.get(f"/inspections/{inspection}").json["flags"]] == ["list-differs"]
    withdraw(office, number)
    assert Score.get_by_id(inspection).digest == before
    assert tashi.get(f"/inspections/{inspection}").json["flags"] == []


def test_a_townships_list_that_was_withdrawn_gives_way_to_its_countys(office):
    enter(office)
    withdraw(office, enter(office, division="540228101", m=100).json["id"])
    assert m_of(GADONG) == {"TM01": 120}


def test_withdrawing_twice_changes_nothing(office):
    number = enter(office).json["id"]
    first, lines = withdraw(office, number), TrailLine.select().count()
    again = withdraw(office, number, "又一理由")
    assert (again.status_code, again.json, TrailLine.select().count()) == (200, first.json, lines)


def test_a_withdrawal_is_one_line_with_its_reason(office):
    withdraw(office, enter(office).json["id"])
    line = TrailLine.select().order_by(TrailLine.seq.desc()).first()
    assert (line.action, line.subject) == ("list.withdraw", "2026Q4/540228/TM01")
    assert line.detail == {"version": 1, "reason": "误录"}


def test_what_was_withdrawn_may_be_entered_again(office):
    withdraw(office, enter(office).json["id"])
    again = enter(office)
    assert (again.status_code, again.json["version"], m_of(GADONG)) == (201, 2, {"TM01": 120})


def test_only_the_newest_version_is_withdrawn_and_no_older_one_counts_instead(office):
    old, new = enter(office).json["id"], enter(office, m=130).json["id"]
    answer = withdraw(office, old)
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/list-superseded")
    withdraw(office, new)
    assert m_of(GADONG) == {}


@pytest.mark.parametrize(("state", "status"), [("open", 200), ("closed", 200), ("frozen", 409), ("published", 409)])
def test_lists_are_withdrawn_until_the_round_is_frozen(office, state, status):
    number = enter(office).json["id"]
    Round.update(state=state).execute()
    answer = withdraw(office, number)
    assert (answer.status_code, answer.json.get("type", "/problems/round-frozen")) == (status, "/problems/round-frozen")


def test_a_list_of_a_share_that_takes_none_any_more_is_withdrawn(office, tashi):
    """It was entered by an earlier release, and counts until somebody takes it back."""
    inspection, entered = uuid4(), enter(office).json["id"]
    IssuedList.update(item="TP01", m=9).execute()
    tashi.submit(inspection, answered(visit(), "TP01", n=3, m=3))
    assert stored_m(inspection, "TP01") == "9"
    withdraw(office, entered)
    assert (stored_m(inspection, "TP01"), m_of(GADONG)) == ("3", {})


def stored_m(inspection, item: str) -> str:
    items = Score.get_by_id(inspection).explanation["items"]
    return next(each["m"] for each in items if each["code"] == item)


def test_a_withdrawal_says_why(office):
    number = enter(office).json["id"]
    assert office.post(f"/lists/{number}/withdrawal", json={}).json["errors"][0]["pointer"] == "/reason"


def test_the_office_of_a_county_withdraws_none_of_the_citys_round(office, moved):
    number = enter(office).json["id"]
    assert withdraw(moved("office2", "540228"), number).status_code == 404
