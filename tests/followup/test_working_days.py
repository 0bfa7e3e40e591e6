"""Working days on the calendar that ships, and what holds on any."""

from datetime import date, timedelta

import pytest
from factories import ROOT
from hypothesis import given
from hypothesis import strategies as st

from audit.checklists import editions
from audit.followup.days import Calendar, add_working_days, is_worked, working_days_between, years_without

CALENDARS = {2026: Calendar.of(editions.read(ROOT / "checklists" / "calendar-2026.1.toml"))}

days = st.dates(date(2025, 1, 1), date(2028, 12, 31))
counts = st.integers(0, 300)
made_up = st.builds(Calendar, *[st.frozensets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=60)] * 2)
calendars = st.one_of(st.just({}), st.builds(lambda each: {2026: each}, made_up))


def on(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("first", "n", "last"),
    [
        ("2026-09-18", 1, "2026-09-20"),  # a Friday; the Sunday is worked for the National Day
        ("2026-09-18", 5, "2026-09-24"),
        ("2026-09-18", 6, "2026-09-28"),  # 25 to 27 September: Mid-Autumn
        ("2026-09-24", 4, "2026-10-08"),  # 28, 29, 30 September, and after the seven days of the National Day
        ("2026-10-08", 2, "2026-10-10"),  # a Friday and the Saturday that is worked
        ("2026-02-13", 1, "2026-02-14"),  # the Saturday before the Spring Festival is worked
        ("2026-02-14", 1, "2026-02-24"),  # and then nine days are off
        ("2026-04-30", 5, "2026-05-11"),  # five days off, 6 to 8 May and the Saturday of the 9th are worked
        ("2026-11-20", 15, "2026-12-11"),  # no holiday: three weeks
        ("2026-11-22", 0, "2026-11-22"),
    ],
)
def test_days_of_2026(first, n, last):
    assert add_working_days(on(first), n, CALENDARS) == on(last)


@pytest.mark.parametrize(
    ("first", "last", "n"),
    [("2026-09-18", "2026-09-24", 5), ("2026-09-30", "2026-10-07", 0), ("2026-10-08", "2026-09-24", -4)],
)
def test_days_between_days_of_2026(first, last, n):
    assert working_days_between(on(first), on(last), CALENDARS) == n


def test_a_year_without_a_calendar_counts_weekends_only_and_is_named():
    last = add_working_days(on("2026-12-28"), 10, CALENDARS)
    assert last == on("2027-01-11")  # the first of January counts, for nobody has said yet that it is off
    assert years_without(on("2026-12-28"), last, CALENDARS) == [2027]


def test_a_span_within_its_calendar_names_no_year():
    assert years_without(on("2026-01-01"), on("2026-12-31"), CALENDARS) == []


def test_the_last_day_of_a_year_is_no_span_in_it():
    assert years_without(on("2025-12-31"), on("2026-01-05"), CALENDARS) == []


@given(days, counts, calendars)
def test_so_many_working_days_lie_between(day, n, known):
    assert working_days_between(day, add_working_days(day, n, known), known) == n


@given(days, st.integers(1, 300), calendars)
def test_the_last_day_is_always_worked(day, n, known):
    assert is_worked(add_working_days(day, n, known), known)


@given(days, counts, counts, calendars)
def test_days_add_up(day, n, more, known):
    assert add_working_days(add_working_days(day, n, known), more, known) == add_working_days(day, n + more, known)


@given(days, days, calendars)
def test_there_and_back_is_nothing(first, last, known):
    assert working_days_between(first, last, known) == -working_days_between(last, first, known)


@given(days, days, calendars)
def test_the_days_between_are_those_that_are_worked(first, last, known):
    passed = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    assert working_days_between(first, max(first, last), known) == sum(is_worked(day, known) for day in passed)


@given(days, days, made_up)
def test_a_calendar_says_nothing_of_another_year(first, last, calendar):
    assert working_days_between(first, last, {2031: calendar}) == working_days_between(first, last, {})


def test_days_between_the_first_day_of_all_and_the_last():
    assert working_days_between(date.min, date.max, {}) == 2_608_614


@given(days, st.integers(1, 100), made_up)
def test_another_holiday_never_brings_a_deadline_forward(day, n, calendar):
    more = Calendar(calendar.holidays | {day + timedelta(days=1)}, calendar.workdays)
    assert add_working_days(day, n, {2026: more}) >= add_working_days(day, n, {2026: calendar})
