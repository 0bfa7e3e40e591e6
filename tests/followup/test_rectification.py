"""Rectification: ordered by the office, reported by the county with new photos, verified by somebody else, closed."""

import hashlib
from datetime import UTC, date, datetime, timedelta

import pytest
from factories import ROOT
from towns import FAULTY, GADONG, LUOJIANG, ORDER

from audit.accounts.models import Account
from audit.base.clock import BEIJING
from audit.base.trail import TrailLine
from audit.checklists import editions
from audit.commands import drawings
from audit.followup.days import Calendar, add_working_days
from audit.followup.models import Finding, FindingStep

PLACE = (29.0, 89.2)


def slug(answer) -> str:
    return answer.json["type"].rpartition("/")[2]


def pointers(answer) -> set[str]:
    return {each["pointer"] for each in answer.json["errors"]}


def today() -> date:
    return datetime.now(BEIJING).date()


def drawn(person, moment: datetime, seed: str = "drawn") -> str:
    """Sends a picture whose EXIF says that it was taken then; its digest."""
    data = drawings.draw(seed, seed, moment, PLACE)
    digest = hashlib.sha256(data).hexdigest()
    assert person.send_photo(digest, data).status_code == 201
    return digest


# --- orders ------------------------------------------------------------------------------------------------------


def test_an_order_is_due_after_fifteen_working_days(town, a_fault):
    known = {2026: Calendar.of(editions.read(ROOT / "checklists" / "calendar-2026.1.toml"))}
    answer = town.do("office", "order", **ORDER)
    assert (answer.status_code, answer.json["state"], answer.json["unit"]) == (200, "ordered", ORDER["unit"])
    assert answer.json["due_on"] == add_working_days(today(), 15, known).isoformat()


def test_what_wants_building_has_longer_and_says_which_years_have_no_calendar(town, a_fault):
    answer = town.do("office", "order", kind="long-term", **ORDER).json
    years = date.fromisoformat(answer["due_on"]).year
    assert (answer["kind"], years > today().year) == ("long-term", True)
    assert answer["weekends_only"] == [year for year in range(today().year, years + 1) if year != 2026]


def test_an_order_may_name_its_day(town, a_fault):
    day = (today() + timedelta(days=3)).isoformat()
    assert town.do("office", "order", due_on=day, **ORDER).json["due_on"] == day


def test_an_order_for_a_day_that_has_passed_is_refused(town, a_fault):
    answer = town.do("office", "order", due_on=(today() - timedelta(days=1)).isoformat(), **ORDER)
    assert (answer.status_code, pointers(answer)) == (422, {"/due_on"})


def years_ahead(n: int) -> date:
    day = today()
    return day.replace(year=day.year + n, day=min(day.day, 28) if day.month == 2 else day.day)


def test_an_order_may_name_a_day_within_three_years(town, a_fault):
    day = years_ahead(3).isoformat()
    assert town.do("office", "order", due_on=day, **ORDER).json["due_on"] == day


@pytest.mark.parametrize("day", [years_ahead(3) + timedelta(days=2), date.max], ids=["a day later", "the last day"])
def test_an_order_for_a_day_that_is_too_far_is_refused(town, a_fault, day):
    answer = town.do("office", "order", due_on=day.isoformat(), **ORDER)
    assert (answer.status_code, pointers(answer)) == (422, {"/due_on"})
    answer = order_all(town, county="540228", due_on=day.isoformat())
    assert (answer.status_code, pointers(answer), town.finding()["state"]) == (422, {"/due_on"}, "open")


def test_a_return_until_a_day_that_is_too_far_is_refused(town, reported):
    answer = town.do("reviewer", "verification", decision="return", note="照片看不清", due_on="9999-12-31")
    assert (answer.status_code, pointers(answer), town.finding()["state"]) == (422, {"/due_on"}, "reported")


def test_an_order_again_changes_the_order(town, a_fault):
    town.do("office", "order", **ORDER)
    answer = town.do("office", "order", unit="白朗县住建局", kind="long-term")
    assert (answer.json["unit"], answer.json["kind"]) == ("白朗县住建局", "long-term")


def test_an_order_for_another_day_alone_is_another_order(town, a_fault):
    town.do("office", "order", **ORDER)
    day = (today() + timedelta(days=3)).isoformat()
    assert town.do("office", "order", due_on=day, **ORDER).json["due_on"] == day


def test_an_order_sent_twice_is_one_step_and_one_line(town, a_fault):
    for _ in range(2):
        assert town.do("office", "order", **ORDER).status_code == 200
    assert [each["verb"] for each in town.finding()["steps"]] == ["open", "order"]
    assert TrailLine.select().where(TrailLine.action == "finding.order").count() == 1


def test_a_round_without_a_policy_wants_the_day_said(town, next_round):
    bare = next_round(followup_policy=None)
    bare.visit(LUOJIANG, *FAULTY)
    assert pointers(bare.do("office", "order", **ORDER)) == {"/due_on"}
    assert bare.do("office", "order", due_on=today().isoformat(), **ORDER).status_code == 200


def order_all(town, **body):
    return town.people["office"].post(f"/rounds/{town.code}/orders", json=ORDER | body)


def test_a_county_is_ordered_to_mend_everything_at_once(town, a_fault):
    town.visit(GADONG, *FAULTY)
    answer = order_all(town, county="540228")
    assert (answer.status_code, answer.json["ordered"]) == (200, 4)
    assert {each["state"] for each in town.findings()} == {"ordered"}


def test_orders_for_some_items_leave_the_others(town, a_fault):
    assert order_all(town, county="540228", items=["T4"]).json["ordered"] == 1
    assert {each["item"]: each["state"] for each in town.findings()} == {"T1": "open", "T4": "ordered"}


def test_orders_sent_twice_order_nothing_more(town, a_fault):
    order_all(town, county="540228")
    assert order_all(town, county="540228").json["ordered"] == 0
    assert FindingStep.select().where(FindingStep.verb == "order").count() == 2


@pytest.mark.parametrize("county", ["540222", "540200", "999999"])
def test_orders_for_a_county_that_is_not_in_the_round_are_refused(town, a_fault, county):
    answer = order_all(town, county=county)
    assert (answer.status_code, pointers(answer)) == (422, {"/county"})


# --- reports -----------------------------------------------------------------------------------------------------


def test_a_county_reports_with_a_new_photo(town, reported, bailang):
    told = town.finding()
    step = told["steps"][-1]
    assert (told["state"], step["by"], step["note"], step["photos"]) == ("reported", "Bailang", "已扩建", [reported])


def test_a_report_sent_twice_is_one_step(town, reported):
    answer = town.do("bailang", "report", note="已扩建", photos=[reported])
    assert (answer.status_code, len(answer.json["steps"])) == (200, 3)


def test_what_was_not_ordered_is_not_reported(town, a_fault, bailang, photo):
    answer = town.do("bailang", "report", note="已扩建", photos=[photo(bailang)])
    assert (answer.status_code, slug(answer)) == (409, "finding-moved-on")


def test_a_photo_that_came_before_the_finding_proves_nothing(town, bailang, photo):
    old = photo(bailang, "old")
    town.visit(LUOJIANG, *FAULTY)
    town.do("office", "order", **ORDER)
    answer = town.do("bailang", "report", note="已扩建", photos=[photo(bailang, "new"), old])
    assert (answer.status_code, pointers(answer)) == (422, {"/photos/1"})


def test_a_photo_that_was_taken_before_the_finding_proves_nothing(town, a_fault, bailang, days_ago):
    town.do("office", "order", **ORDER)
    answer = town.do("bailang", "report", note="已扩建", photos=[drawn(bailang, days_ago(2))])
    assert (answer.status_code, pointers(answer)) == (422, {"/photos/0"})


def test_a_photo_that_was_taken_after_the_finding_proves_it(town, a_fault, bailang):
    town.do("office", "order", **ORDER)
    taken = drawn(bailang, datetime.now(UTC) + timedelta(seconds=2))
    assert town.do("bailang", "report", note="已扩建", photos=[taken]).status_code == 200


def test_somebody_elses_photo_proves_nothing(town, a_fault, jiangzi, photo):
    town.do("office", "order", **ORDER)
    answer = town.do("bailang", "report", note="已扩建", photos=[photo(jiangzi)])
    assert (answer.status_code, pointers(answer)) == (422, {"/photos/0"})


@pytest.mark.parametrize(
    "body",
    [
        {"note": "已扩建"},
        {"note": "已扩建", "photos": []},
        {"photos": ["a" * 64]},
        {"note": "已扩建", "photos": ["a" * 64] * 2},
    ],
)
def test_a_report_without_words_or_photos_is_refused(town, a_fault, body):
    town.do("office", "order", **ORDER)
    assert town.do("bailang", "report", **body).status_code == 422


# --- verification ------------------------------------------------------------------------------------------------


def test_what_is_verified_is_closed(town, closed):
    told = town.finding()
    assert (told["state"], told["overdue"], told["steps"][-1]["by"]) == ("closed", False, "Reviewing-Inspector")
    assert told["closed_at"] == told["steps"][-1]["at"]


def test_what_is_returned_is_ordered_again_until_another_day(town, reported):
    day = (today() + timedelta(days=9)).isoformat()
    answer = town.do("reviewer", "verification", decision="return", note="照片看不清", due_on=day)
    assert (answer.status_code, answer.json["state"], answer.json["due_on"]) == (200, "ordered", day)
    assert (answer.json["unit"], answer.json["kind"]) == (ORDER["unit"], "normal")


def test_who_was_on_the_visit_does_not_verify(town, reported):
    answer = town.do("tashi", "verification", decision="close", note="属实")
    assert (answer.status_code, slug(answer)) == (403, "separation-of-duties")


def test_who_reported_it_does_not_verify(town, reported, people):
    Account.update(roles=["county", "reviewer"]).where(Account.name == "bailang").execute()
    answer = town.do("bailang", "verification", decision="close", note="属实")
    assert (answer.status_code, slug(answer)) == (403, "separation-of-duties")


def test_what_was_not_reported_is_not_verified(town, a_fault):
    town.do("office", "order", **ORDER)
    answer = town.do("reviewer", "verification", decision="close", note="属实")
    assert (answer.status_code, slug(answer)) == (409, "finding-moved-on")


def test_a_verification_sent_twice_is_one_step(town, closed):
    answer = town.do("reviewing-inspector", "verification", decision="close", note="现场核实")
    assert (answer.status_code, len(answer.json["steps"])) == (200, 4)


def test_a_visit_on_site_brings_its_own_photo(town, reported, people, photo):
    inspector = people["drolma"]
    answer = town.do("drolma", "verification", decision="close", note="现场核实", photos=[photo(inspector, "on site")])
    assert (answer.status_code, len(answer.json["steps"][-1]["photos"])) == (200, 1)


# --- opened again ------------------------------------------------------------------------------------------------


def test_what_is_opened_again_is_counted_and_wants_another_order(town, closed):
    answer = town.do("office", "reopening", reason="复查又不达标")
    told = answer.json
    assert (told["state"], told["reopened"], told["due_on"], told["closed_at"]) == ("open", 1, None, None)
    assert town.do("office", "order", **ORDER).json["state"] == "ordered"


def test_the_proof_of_the_first_time_proves_nothing_the_second_time(town, closed, reported):
    town.do("office", "reopening", reason="复查又不达标")
    town.do("office", "order", **ORDER)
    answer = town.do("bailang", "report", note="又已扩建", photos=[reported])
    assert (answer.status_code, pointers(answer)) == (422, {"/photos/0"})


def test_what_is_not_closed_is_not_opened_again(town, a_fault):
    assert slug(town.do("office", "reopening", reason="不清楚")) == "finding-moved-on"


def test_rectification_goes_on_in_a_frozen_round(town, reported):
    town.freeze()
    assert town.do("reviewer", "verification", decision="close", note="属实").status_code == 200


# --- who sees what -----------------------------------------------------------------------------------------------


def test_a_proof_is_read_through_its_finding(town, reported):
    path = f"/findings/{town.finding()['id']}/photos/{reported}"
    answers = [town.picture(who, path) for who in ("reviewer", "jiangzi")]
    assert [each.status_code for each in answers] == [200, 404]
    assert answers[0].mimetype == "image/jpeg"


def test_a_photo_that_no_step_names_is_not_read_through_a_finding(town, reported, reviewer, bailang, photo):
    other = photo(bailang, "other")
    assert reviewer.get(f"/findings/{town.finding()['id']}/photos/{other}").status_code == 404


def test_the_original_of_a_proof_is_untouched_for_who_sent_it(town, reported):
    path = f"/findings/{town.finding()['id']}/photos/{reported}"
    own, others = (town.picture(who, path, "original").data for who in ("bailang", "office"))
    assert hashlib.sha256(own).hexdigest() == reported != hashlib.sha256(others).hexdigest()


@pytest.mark.parametrize("name", ["jiangzi", "pema"])
def test_another_countys_findings_are_not_there(town, a_fault, people, name):
    assert town.findings(name) == []
    assert people[name].get(f"/findings/{town.finding()['id']}").status_code == 404


def test_another_county_reports_nothing(town, a_fault):
    town.do("office", "order", **ORDER)
    assert town.do("jiangzi", "report", note="已扩建", photos=["a" * 64]).status_code == 404


# --- the list ----------------------------------------------------------------------------------------------------


def past(item: str = "T1", days: int = 1) -> None:
    day = (today() - timedelta(days=days)).isoformat()
    Finding.update(due_on=day).where(Finding.item == item).execute()


def test_the_most_pressing_come_first_and_those_without_a_day_last(town, a_fault):
    town.visit(GADONG, 100, 100, 90, 100)
    order_all(town, county="540228", items=["T1", "T4"])
    past("T4")
    assert [each["item"] for each in town.findings()] == ["T4", "T1", "T3"]


def test_what_is_past_its_day_is_overdue_until_it_is_closed(town, reported):
    past()
    assert ([each["item"] for each in town.findings(overdue="true")], town.finding()["overdue"]) == (["T1"], True)
    town.do("reviewer", "verification", decision="close", note="属实")
    assert (town.findings(overdue="true"), town.finding()["overdue"]) == ([], False)


def test_what_is_due_today_is_not_overdue(town, a_fault):
    town.do("office", "order", due_on=today().isoformat(), **ORDER)
    assert town.findings(overdue="true") == []
    assert len(town.findings(overdue="false")) == 2


@pytest.mark.parametrize(
    ("asked", "items"),
    [
        ({"state": "ordered"}, ["T1"]),
        ({"state": "open"}, ["T4"]),
        ({"county": "540228"}, ["T1", "T4"]),
        ({"county": "540222"}, []),
        ({"centre": "00000000-0000-4000-8000-000000000001"}, []),
    ],
)
def test_a_list_is_narrowed(town, a_fault, asked, items):
    town.do("office", "order", **ORDER)
    assert [each["item"] for each in town.findings(**asked)] == items


def test_a_list_has_pages(town, a_fault, office):
    answer = office.get(f"/findings?round={town.code}&page_size=1&page=2")
    assert (answer.headers["X-Total-Count"], [each["item"] for each in answer.json]) == ("2", ["T4"])


def test_a_list_asks_the_same_of_the_database_however_long_it_is(town, a_fault, office, queries_of):
    few = queries_of(lambda: office.get("/findings"))
    town.visit(GADONG, 90, 90, 90, 90)
    assert queries_of(lambda: office.get("/findings")) == few
