"""年度考核折算: mean / 100 × k, plus the cards' points, held between floor and cap."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.scoring.annual import Annual, AnnualPolicy, annual
from audit.scoring.score import printed

POLICY = AnnualPolicy.of(
    {"k": "5", "per_card": {"red": "-2", "yellow": "-1", "green": "0", "blue": "0.5"}, "floor": "0", "cap": "5"}
)


def line(scores: str, cards: str = "") -> tuple:
    """(mean, converted, points, total), printed."""
    found = annual([Decimal(each) for each in scores.split()], cards.split(), POLICY)
    figures = (found.mean, found.converted, found.points, found.total)
    return tuple(None if each is None else str(printed(each)) for each in figures)


@pytest.mark.parametrize(
    ("scores", "cards", "expected"),
    [
        pytest.param("88.00", "", ("88.00", "4.40", "0.00", "4.40"), id="88 of 100 are 4.40 of 5"),
        pytest.param("88.00 92.00", "green", ("90.00", "4.50", "0.00", "4.50"), id="the mean of two periods"),
        pytest.param("88.00", "yellow", ("88.00", "4.40", "-1.00", "3.40"), id="a yellow card costs a point"),
        pytest.param("88.00", "yellow red red", ("88.00", "4.40", "-5.00", "0.00"), id="never below the floor"),
        pytest.param("98.00", "blue", ("98.00", "4.90", "0.50", "5.00"), id="never above the cap"),
        pytest.param("88.00", "violet", ("88.00", "4.40", "0.00", "4.40"), id="a colour without points"),
        pytest.param("", "red", (None, None, "-2.00", None), id="no score, no assessment"),
        pytest.param("88.00 88.00 89.00", "", ("88.33", "4.42", "0.00", "4.42"), id="thirds are exact"),
        # the mean is 80.045, the rest 4.00225 and 4.50225: half a hundredth goes up, a quarter of one down
        pytest.param("80.04 80.05", "blue", ("80.05", "4.00", "0.50", "4.50"), id="each figure is rounded once"),
    ],
)
def test_worked(scores, cards, expected):
    assert line(scores, cards) == expected


def test_without_a_policy_nothing_is_converted():
    assert annual([Decimal("88.00")], ["red"], None) == Annual(Fraction(88), None, Fraction(0), None)


def test_nothing_is_rounded_on_the_way():
    found = annual([Decimal("88.00"), Decimal("88.00"), Decimal("89.00")], [], POLICY)
    assert (found.mean, found.total) == (Fraction(265, 3), Fraction(53, 12))


@pytest.mark.parametrize(("cards", "held"), [([], False), (["red"] * 3, True)])
def test_a_total_says_whether_a_bound_decided_it(cards, held):
    assert annual([Decimal("88.00")], cards, POLICY).held is held


scores = st.lists(st.integers(0, 10_500).map(lambda number: Decimal(number).scaleb(-2)), min_size=1, max_size=6)
colours = st.lists(st.sampled_from(["red", "yellow", "green", "blue"]), max_size=8)


@given(scores, colours)
def test_every_total_lies_between_floor_and_cap(given_scores, cards):
    assert POLICY.floor <= annual(given_scores, cards, POLICY).total <= POLICY.cap


@given(scores, colours, st.randoms())
def test_the_order_of_periods_and_cards_does_not_matter(given_scores, cards, chance):
    mixed, turned = list(given_scores), list(cards)
    chance.shuffle(mixed)
    chance.shuffle(turned)
    assert annual(mixed, turned, POLICY) == annual(given_scores, cards, POLICY)


@given(scores, colours)
def test_one_more_red_card_never_helps(given_scores, cards):
    assert annual(given_scores, [*cards, "red"], POLICY).total <= annual(given_scores, cards, POLICY).total
