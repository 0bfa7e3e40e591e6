"""How long until a deadline, in words: by the working days of the published calendars."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from audit.followup import queries
from audit.followup.days import Calendars, working_days_between

SOON = queries.SOON


@dataclass(frozen=True, slots=True)
class Left:
    """The words in both languages, and the kind of badge that they stand in."""

    zh: str
    en: str
    kind: str


def left(due_on: date, today: date, calendars: Calendars) -> Left:
    """今天到期 · 还有3个工作日 · 已逾期5天. What is late is counted in days as they go by, and so is what is left where
    none of it is a working day."""
    if due_on < today:
        days = (today - due_on).days
        return Left(f"已逾期{days}天", f"{_counted(days, 'day')} overdue", "risky")
    if due_on == today:
        return Left("今天到期", "due today", "risky")
    days = working_days_between(today, due_on, calendars)
    if not days:
        days = (due_on - today).days
        return Left(f"还有{days}天（休息日）", f"{_counted(days, 'day')} left (days off)", "risky")
    return Left(f"还有{days}个工作日", f"{_counted(days, 'working day')} left", "warn" if days <= SOON else "calm")


def _counted(days: int, one: str) -> str:
    return f"{days} {one}" if days == 1 else f"{days} {one}s"


def by_calendar(now: datetime) -> Callable[[str | date | None], Left | None]:
    """`left` as it is today, for a day as the API writes it; None for none. One query, however often it is asked."""
    today, known = queries.today(now), queries.calendars()

    def of(due_on: str | date | None) -> Left | None:
        day = date.fromisoformat(due_on) if isinstance(due_on, str) else due_on
        return left(day, today, known) if day else None

    return of
