"""The course of a finding: which steps may follow which, and what holds after any of them."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.followup.course import FROM, LIVE, OutOfTurn, Standing, after, course, overdue

BEGAN = datetime(2026, 11, 20, tzinfo=UTC)


@dataclass(frozen=True)
class Taken:
    verb: str
    at: datetime = BEGAN
    kind: str | None = None
    unit: str | None = None
    due_on: str | None = None


def steps(*verbs: str) -> list[Taken]:
    """Steps a day apart; an order and a return name a day."""
    return [
        Taken(
            verb,
            BEGAN + timedelta(days=number),
            kind="long-term" if verb == "order" else None,
            unit="镇政府" if verb == "order" else None,
            due_on=f"2027-01-{number + 1:02}" if verb in ("order", "return") else None,
        )
        for number, verb in enumerate(verbs)
    ]


@st.composite
def courses(draw) -> list[Taken]:
    """Steps that may follow each other."""
    taken: list[Taken] = []
    for number in range(draw(st.integers(1, 20))):
        standing = course(taken)
        verbs = [verb for verb, states in FROM.items() if (standing and standing.state) in states]
        taken.append(replace(steps(draw(st.sampled_from(verbs)))[0], at=BEGAN + timedelta(hours=number)))
    return taken


@pytest.mark.parametrize(
    ("verbs", "stands"),
    [
        ("open", Standing("open")),
        ("open order", Standing("ordered", "long-term", "镇政府", "2027-01-02")),
        ("open order report", Standing("reported", "long-term", "镇政府", "2027-01-02")),
        ("open order report return", Standing("ordered", "long-term", "镇政府", "2027-01-04")),
        ("open withdraw", Standing("withdrawn")),
        ("open order withdraw open", Standing("open")),
    ],
)
def test_where_a_finding_stands_after_its_steps(verbs, stands):
    assert course(steps(*verbs.split())) == stands


def test_what_is_opened_again_keeps_who_was_responsible_and_is_counted():
    stands = course(steps("open", "order", "report", "close", "reopen"))
    assert stands == Standing("open", "long-term", "镇政府", reopened=1)


@pytest.mark.parametrize(
    "verbs", ["order", "open open", "open report", "open order return", "open reopen", "open close close"]
)
def test_what_is_out_of_turn_is_refused(verbs):
    with pytest.raises(OutOfTurn):
        course(steps(*verbs.split()))


@given(courses())
def test_only_what_is_closed_has_a_moment_of_closing(taken):
    stands = course(taken)
    assert (stands.closed_at is not None) == (stands.state == "closed")


@given(courses())
def test_every_reopening_is_counted(taken):
    assert course(taken).reopened == sum(each.verb == "reopen" for each in taken)


@given(courses())
def test_what_is_ordered_or_reported_has_a_day_and_somebody_responsible(taken):
    stands = course(taken)
    if stands.state in ("ordered", "reported"):
        assert stands.due_on and stands.unit and stands.kind == "long-term"


@given(courses(), st.sampled_from(sorted(FROM)))
def test_a_step_is_taken_where_the_table_says_and_nowhere_else(taken, verb):
    stands, step = course(taken), steps(verb)[0]
    if stands.state in FROM[verb]:
        assert after(stands, step).state != "" and after(stands, step) == course([*taken, step])
    else:
        with pytest.raises(OutOfTurn):
            after(stands, step)


@given(st.sampled_from([*LIVE, "closed", "withdrawn"]), st.dates(date(2026, 1, 1), date(2028, 1, 1)))
def test_nothing_is_overdue_on_its_day(state, day):
    assert not overdue(state, day.isoformat(), day)
    assert overdue(state, day.isoformat(), day + timedelta(days=1)) == (state in LIVE)
