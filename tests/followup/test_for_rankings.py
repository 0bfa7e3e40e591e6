"""What rankings ask: how far rectification has come, what is open, the list of faults."""

from datetime import UTC, datetime, timedelta

import pytest
from towns import FAULTY, GADONG, LUOJIANG, ORDER

from audit.centres.queries import by_code
from audit.checklists import actions as checklists
from audit.checklists.models import Edition
from audit.followup import queries
from audit.followup.models import Finding
from audit.rounds.models import Round


@pytest.fixture
def round_id(town) -> int:
    return Round.get(Round.code == town.code).id


@pytest.fixture
def bailang_county(app) -> int:
    return by_code("540228").id


def progress(round_id: int, days: int = 0) -> dict:
    return queries.progress(round_id, now=datetime.now(UTC) + timedelta(days=days))


def test_before_anything_fell_due_there_is_no_progress_to_tell(town, a_fault, round_id):
    town.do("office", "order", **ORDER)
    assert progress(round_id) == {}


def test_what_was_closed_by_its_day_is_due_and_in_time(closed, round_id, bailang_county):
    assert progress(round_id) == {bailang_county: (1, 1)}


def test_what_is_past_its_day_is_due_and_not_in_time(town, reported, round_id, bailang_county):
    assert progress(round_id, days=60) == {bailang_county: (1, 0)}


def test_what_was_closed_after_its_day_is_not_in_time(closed, round_id, bailang_county):
    Finding.update(due_on="2026-01-01").where(Finding.due_on.is_null(False)).execute()
    assert progress(round_id) == {bailang_county: (1, 0)}


def test_what_was_never_ordered_is_not_due(a_fault, round_id):
    assert progress(round_id, days=1000) == {}


def test_the_list_of_faults_goes_by_centre_and_item(town, round_id):
    for code in (GADONG, LUOJIANG):
        town.visit(code, *FAULTY)
    told = [(each.county.code, each.centre.code, each.item) for each in queries.findings_of(round_id)]
    assert told == [("540228", code, item) for code in (LUOJIANG, GADONG) for item in ("T1", "T4")]


def test_the_list_of_faults_of_another_county_is_empty(a_fault, round_id):
    assert list(queries.findings_of(round_id, "540222")) == []


def test_the_list_of_faults_asks_the_same_of_the_database_however_long_it_is(town, a_fault, round_id, queries_of):
    def told():
        return [
            (each.centre.name, each.county.name, each.inspection.finished_at) for each in queries.findings_of(round_id)
        ]

    few = queries_of(told)
    town.visit(GADONG, 90, 90, 90, 90)
    assert queries_of(told) == few


def test_appeals_that_nobody_decided_are_counted(town, a_fault, round_id, office):
    town.freeze()
    numbers = [town.appeal(a_fault, item=item).json["id"] for item in ("T1", "T4")]
    office.post(f"/appeals/{numbers[0]}/decision", json={"decision": "dismiss", "reason": "不属实"})
    assert (queries.open_appeals(round_id), queries.appealed(round_id)) == (1, [a_fault])


def test_the_newest_calendar_of_a_year_counts(app):
    first = Edition.get_by_id("calendar-2026.1").content
    for number in (2, 10):
        holidays = [f"2026-12-{number:02}"]
        content = first | {"id": f"calendar-2026.{number}", "holidays": holidays}
        checklists.publish(content, actor=None, now=datetime.now(UTC))
    assert [each.isoformat() for each in queries.calendars()[2026].holidays] == ["2026-12-10"]
