"""Until when: days of a round's policy, counted in working days of the published calendars."""

from __future__ import annotations

from datetime import date, datetime

from audit.base.problems import ValidationError
from audit.followup import queries
from audit.followup.days import Calendars, add_working_days
from audit.rounds.models import Round

DAYS_OF = {"normal": "order_days", "long-term": "long_term_days"}
FURTHEST = 3  # years


def for_order(round_: Round, kind: str, asked: date | None, *, now: datetime) -> str:
    """The day that an order asks for, by default so many working days from today as the round's policy gives its kind.

    Raises ValidationError for a day that has passed or is too far ahead, and without any where the round has no policy.
    """
    day = queries.today(now)
    if asked is not None:
        if asked < day:
            raise ValidationError(errors={"/due_on": f"lies before today, {day.isoformat()}"})
        if asked > (last := _furthest(day)):
            raise ValidationError(
                errors={"/due_on": f"lies more than {FURTHEST} years ahead, after {last.isoformat()}"}
            )
        return asked.isoformat()
    policy = policy_of(round_)
    if policy is None:
        raise ValidationError(errors={"/due_on": "the round has no policy for deadlines: say the day"})
    return add_working_days(day, policy[DAYS_OF[kind]], queries.calendars()).isoformat()


def _furthest(day: date) -> date:
    # the 29th of February is not in every year; the 28th is
    return day.replace(year=day.year + FURTHEST, day=28 if (day.month, day.day) == (2, 29) else day.day)


def policy_of(round_: Round) -> dict | None:
    """The round's days for appeals and rectification; None when it has none."""
    return round_.followup_policy.content if round_.followup_policy_id else None


def begins(round_: Round) -> date | None:
    """The day from which appeals run: that of the trial ranking or of the publication, whichever came later."""
    moments = [each for each in (round_.frozen_at, round_.published_at) if each]
    return queries.today(max(moments)) if moments else None


def for_appeals(round_: Round, calendars: Calendars) -> date | None:
    """The last day on which an appeal is in time; None while none can be filed."""
    policy, first = policy_of(round_), begins(round_)
    if policy is None or first is None:
        return None
    return add_working_days(first, policy["appeal_days"], calendars)


def for_decision(round_: Round, filed_at: datetime, calendars: Calendars) -> date:
    """The day by which an appeal should be decided."""
    return add_working_days(queries.today(filed_at), policy_of(round_)["decision_days"], calendars)
