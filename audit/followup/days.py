"""Working days: weekends are off except those that a calendar has worked, holidays are off. Values in, values out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

ONE = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """A year's public holidays, and the weekend days that are worked for them."""

    holidays: frozenset[date]
    workdays: frozenset[date]

    @classmethod
    def of(cls, content: Mapping) -> Calendar:
        """Out of a published edition of kind `calendar`."""
        return cls(*(frozenset(map(date.fromisoformat, content[name])) for name in ("holidays", "workdays")))


Calendars = Mapping[int, Calendar]  # by year


def is_worked(day: date, calendars: Calendars) -> bool:
    """Whether it is a working day; in a year without a calendar every weekday is one."""
    calendar = calendars.get(day.year)
    if calendar is None:
        return _is_weekday(day)
    return day not in calendar.holidays and (_is_weekday(day) or day in calendar.workdays)


def add_working_days(day: date, n: int, calendars: Calendars) -> date:
    """The n-th working day after a day: the last one on which it is in time. n = 0 is the day itself."""
    while n > 0:
        day += ONE
        n -= is_worked(day, calendars)
    return day


def working_days_between(first: date, last: date, calendars: Calendars) -> int:
    """How many working days lie after `first` up to and with `last`; negative when `last` is the earlier one."""
    if last < first:
        return -working_days_between(last, first, calendars)
    moved = {day for each in calendars.values() for day in (*each.holidays, *each.workdays) if first < day <= last}
    return _weekdays(last) - _weekdays(first) + sum(is_worked(day, calendars) - _is_weekday(day) for day in moved)


def _weekdays(day: date) -> int:
    """How many there were up to and with a day since the first day of all, which was a Monday."""
    weeks, rest = divmod(day.toordinal(), 7)
    return weeks * SATURDAY + min(rest, SATURDAY)


def _is_weekday(day: date) -> bool:
    return day.weekday() < SATURDAY


def years_without(first: date, last: date, calendars: Calendars) -> list[int]:
    """The years of the days after `first` up to `last` that have no calendar: only their weekends are taken off."""
    return [year for year in range((first + ONE).year, last.year + 1) if year not in calendars]
