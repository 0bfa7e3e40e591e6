"""How near a place is to another."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.scoring.ranking import places
from audit.scoring.sensitivity import STEP, Shift, shifts


def shift(totals: str, key: str) -> tuple:
    """(up_by, down_by) as text of one of "a 90.00, b 80.00"."""
    named = dict(each.split() for each in totals.split(", "))
    found = shifts({name: Decimal(total) for name, total in named.items()})[key]
    return tuple(None if each is None else str(each) for each in (found.up_by, found.down_by))


@pytest.mark.parametrize(
    ("totals", "key", "expected"),
    [
        pytest.param("a 90.00, b 88.75, c 80.00", "b", ("1.25", "8.76"), id="level is a place up, behind is one down"),
        pytest.param("a 90.00, b 88.75, c 80.00", "a", (None, "1.26"), id="nothing is above the first"),
        pytest.param("a 90.00, b 88.75, c 80.00", "c", ("8.75", None), id="nothing is below the last"),
        pytest.param("a 90.00, b 80.00, c 80.00, d 70.00", "b", ("10.00", "0.01"), id="who ties is behind at once"),
        pytest.param("a 90.00, b 90.00, c 80.00", "a", (None, "0.01"), id="a shared first place is the first"),
        pytest.param("a 90.00, b 90.00, c 80.00", "c", ("10.00", None), id="drawing level passes both"),
        pytest.param("a 5.00, b 0.00", "a", (None, None), id="no total falls below 0"),
        pytest.param("a 0.00, b 0.00", "a", (None, None), id="nor do two"),
        pytest.param("a 5.00", "a", (None, None), id="alone"),
    ],
)
def test_worked(totals, key, expected):
    assert shift(totals, key) == expected


def test_nobody_ranked_shifts_nobody():
    assert shifts({}) == {}


# small totals, so that ties, neighbours and the floor all come up
rankings = st.dictionaries(
    st.sampled_from("abcdefgh"), st.integers(0, 12).map(lambda n: Decimal(n).scaleb(-2)), min_size=1
)


def place_with(totals: dict, key: str, change: Decimal) -> int:
    return places(totals | {key: totals[key] + change})[key]


@given(rankings, st.data())
def test_rising_so_much_betters_the_place_and_a_hundredth_less_does_not(totals, data):
    key = data.draw(st.sampled_from(sorted(totals)))
    now, by = places(totals)[key], shifts(totals)[key].up_by
    if by is None:
        assert now == 1
        return
    assert place_with(totals, key, by) < now
    assert place_with(totals, key, by - STEP) == now


@given(rankings, st.data())
def test_falling_so_much_worsens_the_place_and_a_hundredth_less_does_not(totals, data):
    key = data.draw(st.sampled_from(sorted(totals)))
    now, by = places(totals)[key], shifts(totals)[key].down_by
    if by is None:  # not even nothing at all would
        assert place_with(totals, key, -totals[key]) == now
        return
    assert totals[key] >= by
    assert place_with(totals, key, -by) > now
    assert place_with(totals, key, STEP - by) == now


@given(rankings)
def test_those_who_tie_shift_alike(totals):
    found: dict[Decimal, set[Shift]] = {}
    for key, each in shifts(totals).items():
        found.setdefault(totals[key], set()).add(each)
    assert {total for total, those in found.items() if len(those) > 1} == set()
