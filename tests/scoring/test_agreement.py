"""How far two visits agree: worked examples, and what holds for any pairs."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.scoring.agreement import agreement, error, kappa, near, place_range, spread
from audit.scoring.ranking import places

VERDICTS = st.sampled_from(["met", "not_met", "not_assessable"])
PAIRS = st.lists(st.tuples(VERDICTS, VERDICTS), max_size=40)
TOTALS = st.decimals(0, 105, places=2)
DEVIATIONS = st.decimals(0, 30, places=2)


def both(met: int, first_only: int, second_only: int, neither: int) -> list[tuple[str, str]]:
    return (
        [("met", "met")] * met
        + [("met", "not_met")] * first_only
        + [("not_met", "met")] * second_only
        + [("not_met", "not_met")] * neither
    )


def own(totals: dict, deviation) -> dict:
    """The error of each centre's own total."""
    return dict.fromkeys(totals, error((Fraction(1), Decimal(deviation), 1)))


def test_kappa_of_a_textbook_table():
    """20 met by both, 5 and 10 by one, 15 by neither: p_o = 35/50; p_e = (25·30 + 25·20)/50² = 1/2; κ = 0.4."""
    assert kappa(both(20, 5, 10, 15)) == Fraction(2, 5)


def test_kappa_below_chance():
    """Each says what the other does not: p_o = 0, p_e = 1/2, κ = −1."""
    assert kappa(both(0, 5, 5, 0)) == -1


@pytest.mark.parametrize("pairs", [[], both(9, 0, 0, 0), both(0, 0, 0, 4)])
def test_where_all_is_one_verdict_there_is_no_kappa(pairs):
    assert kappa(pairs) is None


def test_an_item_of_nobody_says_nothing():
    nothing = agreement([])
    assert (nothing.pairs, nothing.share, nothing.kappa, nothing.difference) == (0, None, None, None)


def test_what_neither_visit_could_assess_is_no_agreement():
    """Two of four pairs were judged by nobody: of the other two one agrees, and κ is that of these two alone."""
    pairs = both(1, 1, 0, 0) + [("not_assessable", "not_assessable")] * 2
    found = agreement(pairs)
    assert (found.pairs, found.unassessed, found.agreeing, found.share) == (2, 2, 1, Fraction(1, 2))
    assert found.kappa == kappa(both(1, 1, 0, 0)) == 0


def test_what_one_visit_alone_could_assess_is_a_disagreement():
    found = agreement([("met", "not_assessable"), ("met", "met")])
    assert (found.pairs, found.unassessed, found.agreeing) == (2, 0, 1)


def test_values_are_near_within_five_per_cent_of_the_larger():
    """150 and 142.5 m² are 5 % apart, 150 and 142.4 a little more; the median of 7.5, 7.6 and 0 is 7.5."""
    values = [(Fraction(150), Fraction("142.5")), (Fraction("142.4"), Fraction(150)), (Fraction(0), Fraction(0))]
    found = agreement(both(2, 1, 0, 0), values)
    assert (found.agreeing, found.share, found.valued, found.near) == (2, Fraction(2, 3), 3, 2)
    assert found.difference == Fraction("7.5")


def test_the_spread_of_totals():
    """Differences 1, −1, 3: mean 1, variance (0 + 4 + 4)/2 = 4, deviation 2."""
    found = spread([(Decimal(81), Decimal(80)), (Decimal(70), Decimal(71)), (Decimal(93), Decimal(90))])
    assert (found.pairs, found.mean, found.deviation) == (3, Decimal("1.00"), Decimal("2.00"))


def test_one_pair_has_no_deviation_and_none_no_mean():
    assert spread([(Decimal(81), Decimal(80))]).deviation is None
    assert spread([]).mean is None


def test_how_far_places_could_move():
    """Deviation 2: ± 1.96·2/√2 = 2.77. 90 could be 92.77 (2nd still, behind 93) or 87.23 (3rd, behind 93 and 89)."""
    totals = {"a": Decimal(93), "b": Decimal(90), "c": Decimal(89), "d": Decimal(70)}
    assert place_range(totals, own(totals, 2)) == {"a": (1, 1), "b": (2, 3), "c": (2, 3), "d": (4, 4)}


def test_a_place_that_is_shared_stays_shared_without_disagreement():
    totals = {"a": Decimal(80), "b": Decimal(80), "c": Decimal(70)}
    assert place_range(totals, own(totals, 0)) == {"a": (1, 1), "b": (1, 1), "c": (3, 3)}


def test_a_mean_errs_less_than_its_centres():
    """Deviation 2: a centre errs by 2/√2, the mean of 4 by half of that."""
    one, mean = (error((Fraction(1), Decimal(2), number)) for number in (1, 4))
    assert (round(one, 4), round(mean, 4)) == (Decimal("1.4142"), Decimal("0.7071"))


def test_the_parts_of_a_county_err_each_for_themselves():
    """0.7 of 8 townships (deviation 4), 0.3 of 3 villages (6): √(0.49·16/16 + 0.09·36/6) = √1.03."""
    found = error((Fraction(7, 10), Decimal(4), 8), (Fraction(3, 10), Decimal(6), 3))
    assert found == Decimal("1.03").sqrt()


def test_only_what_has_an_error_has_a_range():
    totals = {"a": Decimal(90), "b": Decimal(89)}
    assert place_range(totals, {"b": Decimal(1)}) == {"b": (1, 2)}


# --- for any pairs ----------------------------------------------------------------------------------------------


@given(PAIRS)
def test_kappa_lies_between_minus_one_and_one(pairs):
    found = kappa(pairs)
    assert found is None or -1 <= found <= 1


@given(PAIRS)
def test_kappa_does_not_ask_who_came_first(pairs):
    assert kappa(pairs) == kappa([(second, first) for first, second in pairs])


@given(PAIRS, st.permutations(["met", "not_met", "not_assessable"]))
def test_kappa_does_not_ask_what_verdicts_are_called(pairs, names):
    renamed = dict(zip(["met", "not_met", "not_assessable"], names, strict=True))
    assert kappa(pairs) == kappa([(renamed[first], renamed[second]) for first, second in pairs])


@given(st.lists(VERDICTS, min_size=2).filter(lambda verdicts: len(set(verdicts)) > 1))
def test_full_agreement_on_different_verdicts_is_one(verdicts):
    assert kappa([(each, each) for each in verdicts]) == 1


@given(PAIRS)
def test_every_pair_is_judged_or_unassessed(pairs):
    found = agreement(pairs)
    assert found.pairs + found.unassessed == len(pairs)


@given(PAIRS)
def test_kappa_is_never_above_the_share_of_agreement(pairs):
    found = agreement(pairs)
    assert found.kappa is None or found.kappa <= found.share


@given(st.fractions(0, 1000), st.fractions(0, 1000))
def test_being_near_goes_both_ways(first, second):
    assert near(first, second) == near(second, first)
    assert near(first, first)


@given(st.lists(st.tuples(TOTALS, TOTALS), min_size=2, max_size=20))
def test_the_deviation_does_not_ask_who_came_first(pairs):
    assert spread(pairs).deviation == spread([(second, first) for first, second in pairs]).deviation


@given(st.dictionaries(st.integers(), TOTALS, max_size=20), DEVIATIONS)
def test_the_place_lies_in_its_range(totals, deviation):
    ranges = place_range(totals, own(totals, deviation))
    for key, place in places(totals).items():
        assert 1 <= ranges[key][0] <= place <= ranges[key][1] <= len(totals)


@given(st.dictionaries(st.integers(), TOTALS, max_size=20), DEVIATIONS, DEVIATIONS)
def test_more_disagreement_never_narrows_a_range(totals, one, other):
    narrow, wide = (place_range(totals, own(totals, each)) for each in sorted((one, other)))
    assert all(wide[key][0] <= narrow[key][0] and narrow[key][1] <= wide[key][1] for key in totals)
