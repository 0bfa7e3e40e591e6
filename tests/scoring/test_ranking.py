"""Places, and what a county is made of."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.scoring.ranking import Part, RankingPolicy, county_score, places
from audit.scoring.score import printed

POLICY = RankingPolicy.of(
    {
        "township_weight": "0.7",
        "village_weight": "0.3",
        "village_floor_count": 3,
        "village_floor_share": "0.05",
        "coverage_floor": "0.6",
        "county_duty_deduction": "0",
    }
)
NO_VILLAGES = Part(40)

rules = settings(max_examples=60, deadline=None, derandomize=True, database=None)
printed_totals = st.integers(0, 400).map(lambda quarters: Decimal(quarters) / 4)
counties = st.dictionaries(st.integers(0, 99), printed_totals, max_size=12)


def part(there_are, *scores):
    return Part(there_are, tuple(map(Decimal, scores)))


def test_equal_totals_share_a_place_and_the_next_is_skipped():
    totals = {"A": Decimal("95.00"), "B": Decimal("90.00"), "C": Decimal("90.00"), "D": Decimal("80.00")}
    assert places(totals) == {"A": 1, "B": 2, "C": 2, "D": 4}


def test_all_equal_are_all_first():
    assert set(places(dict.fromkeys("ABC", Decimal("77.70"))).values()) == {1}


def test_nobody_to_rank_gives_no_places():
    assert places({}) == {}


def test_totals_that_print_alike_share_a_place():
    """79.995 and 80 both print as 80.00."""
    assert places({"A": printed(Fraction("79.995")), "B": printed(Fraction(80))}) == {"A": 1, "B": 1}


def test_a_hundredth_decides():
    assert places({"A": Decimal("79.99"), "B": Decimal("80.00")}) == {"A": 2, "B": 1}


@rules
@given(counties, st.data())
def test_the_order_of_arrival_does_not_matter(totals, data):
    shuffled = dict(data.draw(st.permutations(list(totals.items()))))
    assert places(shuffled) == places(totals)


@rules
@given(counties)
def test_a_place_is_one_more_than_those_who_are_better(totals):
    better = {key: sum(other > total for other in totals.values()) for key, total in totals.items()}
    assert places(totals) == {key: 1 + count for key, count in better.items()}


def test_a_county_is_seven_tenths_townships_and_three_tenths_villages():
    """0.7 × (82 + 78)/2 + 0.3 × (95 + 90 + 85)/3 = 56 + 27."""
    assert county_score(POLICY, part(2, "82.00", "78.00"), part(40, "95.00", "90.00", "85.00")).total == 83


def test_a_county_is_made_of_printed_scores():
    """(80.01 + 80.02)/2 + nothing hidden behind the second decimal."""
    assert county_score(POLICY, part(2, "80.01", "80.02"), NO_VILLAGES).total == Fraction("80.015")


@pytest.mark.parametrize(
    ("drawn", "there_are", "counts"),
    [(2, 10, False), (3, 10, True), (3, 60, True), (3, 61, False), (4, 61, True), (0, 0, False)],
    ids=["2 of 10", "3 of 10", "3 of 60 is 5 %", "3 of 61 is less", "4 of 61", "no villages"],
)
def test_the_village_part_counts_from_three_drawn_and_five_per_cent(drawn, there_are, counts):
    villages = part(there_are, *["90.00"] * drawn)
    assert county_score(POLICY, part(1, "80.00"), villages).villages_count is counts


def test_too_few_villages_leave_their_weight_to_the_townships():
    assert county_score(POLICY, part(1, "80.00"), part(40, "20.00", "20.00")).total == 80


def test_both_parts_are_kept_for_printing_even_where_one_does_not_count():
    score = county_score(POLICY, part(1, "80.00"), part(40, "20.00", "30.00"))
    assert (score.villages.mean, len(score.villages.scores), score.villages.there_are) == (25, 2, 40)


def test_a_county_with_three_of_five_townships_is_ranked():
    assert county_score(POLICY, part(5, "80.00", "80.00", "80.00"), NO_VILLAGES).ranked is True


def test_a_county_below_the_coverage_floor_is_listed_and_not_ranked():
    score = county_score(POLICY, part(5, "80.00", "80.00"), NO_VILLAGES)
    assert (score.total, score.coverage, score.ranked) == (80, Fraction(2, 5), False)


def test_villages_do_not_make_up_for_townships_that_were_not_visited():
    assert county_score(POLICY, Part(5), part(40, "90.00", "90.00", "90.00")).ranked is False


def test_a_township_that_was_not_visited_is_no_zero():
    """One of two visited: 80, not 40."""
    assert county_score(POLICY, part(2, "80.00"), NO_VILLAGES).total == 80


def test_a_county_that_was_not_visited_has_no_score_and_no_place():
    score = county_score(POLICY, Part(5), NO_VILLAGES)
    assert (score.total, score.ranked) == (None, False)


def test_a_county_without_townships_covers_nothing():
    score = county_score(POLICY, Part(0), NO_VILLAGES)
    assert (score.coverage, score.ranked) == (0, False)


def test_the_countys_own_duties_cost_nothing_as_shipped():
    score = county_score(POLICY, part(1, "80.00"), NO_VILLAGES, county_duties=3)
    assert (score.county_duties, score.deduction, score.total) == (3, 0, 80)


def test_a_policy_may_deduct_for_each_duty_that_the_county_neglected():
    """3 × 0.5."""
    policy = replace(POLICY, county_duty_deduction=Fraction("0.5"))
    assert county_score(policy, part(1, "80.00"), NO_VILLAGES, county_duties=3).total == Fraction("78.5")


def test_duties_never_take_a_county_below_nothing():
    policy = replace(POLICY, county_duty_deduction=Fraction(50))
    assert county_score(policy, part(1, "80.00"), NO_VILLAGES, county_duties=2).total == 0


@rules
@given(st.lists(printed_totals, min_size=1, max_size=9), st.data())
def test_the_order_of_the_visits_does_not_matter(scores, data):
    shuffled = tuple(data.draw(st.permutations(scores)))
    assert county_score(POLICY, Part(9, shuffled), NO_VILLAGES).total == (
        county_score(POLICY, Part(9, tuple(scores)), NO_VILLAGES).total
    )


@rules
@given(st.lists(printed_totals, min_size=1, max_size=9), st.lists(printed_totals, max_size=9))
def test_a_county_lies_between_its_worst_and_its_best_centre(townships, villages):
    total = county_score(POLICY, Part(9, tuple(townships)), Part(9, tuple(villages))).total
    assert min(townships + villages) <= total <= max(townships + villages)
