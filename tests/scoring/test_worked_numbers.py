"""Worked examples of measures, counts and shares, with rows of the shipped editions.

The visit that each example changes meets every standard exactly and has every photo: 100.00. The weights of a level's
items sum to 100, so the weight of an item is what it brings: township 面积 20, 人员 25, 事项进驻 30, 授权 25; village
面积 20, 人员 30, 事项进驻 30, 授权 20. Where nothing else is said the centre is 示范型 and no baseline is adopted.
"""

from fractions import Fraction

import pytest
from editions import DEMONSTRATION, STANDARD, item, number, perfect, picked, share, small, township, village


@pytest.mark.parametrize("visit", [township(), township(STANDARD), village(), village(STANDARD)])
def test_a_centre_that_meets_every_standard_prints_100(visit):
    assert visit.printed == "100.00"


# --- measures: TA01 大厅面积 (6 points), TM07 时限压缩 (2), VA01 站点面积 (6) ---


def test_a_hall_of_100_of_150_square_metres_earns_two_thirds():
    """TA01 大厅面积, 示范型 150 m²: 100/150 = 2/3, so 2 of its 6 points go."""
    visit = township().but(TA01=number(100))
    assert (visit.item("TA01").credit, visit.printed) == (Fraction(2, 3), "98.00")


def test_the_same_hall_is_large_enough_for_the_other_tier():
    """TA01 大厅面积, 标准型 100 m²: 100/100 = 1."""
    visit = township(STANDARD).but(TA01=number(100))
    assert (visit.item("TA01").credit, visit.item("TA01").verdict, visit.printed) == (1, "met", "100.00")


def test_a_hall_of_60_square_metres_is_not_below_its_floor():
    """TA01 大厅面积: 60/150 = 2/5; 面积 = (14 + 6 × 2/5)/20 = 82, and 6 × 3/5 = 3.6 points go."""
    visit = township().but(TA01=number(60))
    assert (visit.dimension("area").value, visit.printed) == (82, "96.40")


def test_a_hall_below_60_square_metres_holds_the_area_at_60():
    """TA01 大厅面积: 59/150; 面积 = (14 + 6 × 59/150)/20 = 81.8, held at 60: 80 + 20 × 0.6 = 92."""
    area = township().but(TA01=number(59)).dimension("area")
    assert (area.before_cap, area.value, area.capped_by) == (Fraction("81.8"), 60, ("TA01",))


def test_what_a_small_hall_costs_altogether():
    """TA01 大厅面积 59 m²: 80 for the other dimensions + 20 × 0.6 = 92."""
    assert township().but(TA01=number(59)).printed == "92.00"


def test_a_cap_takes_nothing_from_a_dimension_that_is_lower_already():
    """TA01 大厅面积 30 m² earns 6 × 1/5 = 1.2; without TA03, TA05, TA11 (7 points) 面积 = 8.2/20 = 41."""
    visit = township().but(TA01=number(30), TA03=picked("scattered"), TA05=share(0, 5), TA11=picked("none"))
    assert (visit.dimension("area").value, visit.dimension("area").capped_by) == (41, ())


def test_a_cut_of_time_limits_by_40_of_50_per_cent_earns_four_fifths():
    """TM07 承诺时限压缩 40 %: 40/50 = 4/5, so 0.4 of 2 points go."""
    assert township().but(TM07=number(40)).printed == "99.60"


def test_a_village_station_below_15_square_metres_holds_its_area_at_60():
    """VA01 站点面积 12 of 30 m²: 面积 = (14 + 6 × 2/5)/20 = 82, held at 60: 80 + 12 = 92."""
    assert village().but(VA01=number(12)).printed == "92.00"


# --- counts: TP02 专职人员 (5), TA06 座位 (1), TM09 体外循环 (2), TZ07 再跑 (2), VP02 代办员 (6), VM04 代办件 (4) ---


def test_two_of_three_dedicated_staff_earn_two_thirds():
    """TP02 专职工作人员: 2/3, so 5/3 = 1.67 of 5 points go."""
    visit = township().but(TP02=number(2))
    assert (visit.item("TP02").points, visit.printed) == (Fraction(10, 3), "98.33")


def test_more_staff_than_the_reference_earn_no_more_than_all():
    """TP02 专职工作人员: min(1, 9/3) = 1."""
    assert township().but(TP02=number(9)).printed == "100.00"


def test_seats_beyond_the_standard_are_not_asked_even_if_the_demonstration_site_has_them():
    """TA06 等候座位: full_marks_at = standard, so 10 of 10 although the baseline counts 30."""
    visit = township().against(TA06=number(30))
    assert (visit.item("TA06").reference, visit.item("TA06").credit) == (10, 1)


def test_half_of_the_wanted_cases_earn_half_whatever_the_baseline():
    """VM04 近12个月代办件数: 6/12 although the baseline counts 300; 2 of 4 points go."""
    assert village().against(VM04=number(300)).but(VM04=number(6)).printed == "98.00"


@pytest.mark.parametrize(("tier", "credit"), [(DEMONSTRATION, Fraction(1, 2)), (STANDARD, 1)])
def test_one_agent_is_half_for_one_tier_and_enough_for_the_other(tier, credit):
    """VP02 代办员人数: 示范型 wants 2, 标准型 wants 1."""
    assert village(tier).but(VP02=number(1)).item("VP02").credit == credit


@pytest.mark.parametrize(("matters", "credit"), [(0, 1), (1, Fraction(1, 2)), (2, 0), (3, 0)])
def test_each_matter_handled_outside_costs_half(matters, credit):
    """TM09 “体外循环”事项数, lower is better: 1 − 0.5 × (n − 0), never below 0."""
    assert township().but(TM09=number(matters)).item("TM09").credit == credit


def test_three_matters_for_which_people_go_again_leave_a_quarter():
    """TZ07 群众需再跑上级的事项数: 1 − 0.25 × 3 = 1/4, so 1.5 of 2 points go."""
    assert township().but(TZ07=number(3)).printed == "98.50"


def test_a_baseline_that_is_worse_than_none_outside_does_not_forgive_one():
    """TM09 “体外循环”: the baseline found 2, the standard is 0; 1 − 0.5 × (1 − 0) = 1/2."""
    assert township().against(TM09=number(2)).but(TM09=number(1)).item("TM09").credit == Fraction(1, 2)


def test_a_baseline_of_none_is_a_perfect_reference_where_lower_is_better():
    """TM09 “体外循环”: 0 found at the demonstration site."""
    assert township().against(TM09=number(0)).item("TM09").reference_from == "baseline"


# --- shares: TP01 在岗 (6), TA05 分区 (3), TM01 进驻 (8), TZ03 办结 (5), TZ06 转报 (2), TP07 满一年 (1) ---


def test_three_of_four_at_their_windows_earn_three_quarters():
    """TP01 窗口在岗人数 3/4, so 1.5 of 6 points go."""
    assert township().but(TP01=share(3, 4)).printed == "98.50"


def test_half_the_staff_present_is_not_below_the_floor():
    """TP01 窗口在岗人数 2/4 = 1/2: 3 of 6 points go and nothing is capped."""
    assert township().but(TP01=share(2, 4)).printed == "97.00"


def test_less_than_half_the_staff_present_holds_staffing_at_60():
    """TP01 窗口在岗人数 1/4: 人员 = (19 + 1.5)/25 = 82, held at 60: 75 + 25 × 0.6 = 90."""
    assert township().but(TP01=share(1, 4)).printed == "90.00"


def test_three_of_five_zones_earn_three_quarters_of_four_of_five():
    """TA05 功能分区: (3/5)/(4/5) = 3/4, so 0.75 of 3 points go."""
    visit = township().but(TA05=share(3, 5))
    assert (visit.item("TA05").credit, visit.printed) == (Fraction(3, 4), "99.25")


def test_three_of_ten_with_a_year_in_the_post_earn_half_of_three_fifths():
    """TP07 满1年比例: (3/10)/(3/5) = 1/2, so 0.5 of 1 point goes."""
    assert township().but(TP07=share(3, 10)).printed == "99.50"


def test_seventy_per_cent_of_the_matters_are_not_below_the_floor():
    """TM01 进驻事项 14/20 = 7/10: 8 × 3/10 = 2.4 points go."""
    assert township().but(TM01=share(14, 20)).printed == "97.60"


def test_less_than_seventy_per_cent_of_the_matters_hold_them_at_60():
    """TM01 进驻事项 13/20: 事项进驻 = (22 + 8 × 13/20)/30 = 90.67, held at 60: 70 + 30 × 0.6 = 88."""
    assert township().but(TM01=share(13, 20)).printed == "88.00"


def test_six_of_twenty_decided_on_site_are_half_and_not_below_the_floor():
    """TZ03 抽20件办结 6/20 against 12/20 = 1/2, so 2.5 of 5 points go."""
    assert township().but(TZ03=share(6, 20)).printed == "97.50"


def test_five_of_twenty_decided_on_site_hold_the_authorisation_at_60():
    """TZ03 抽20件办结 5/20: 授权 = (20 + 5 × 5/12)/25 = 88.33, held at 60: 75 + 25 × 0.6 = 90."""
    assert township().but(TZ03=share(5, 20)).printed == "90.00"


def test_six_of_ten_cases_are_as_good_as_twelve_of_twenty():
    """TZ03 抽20件办结: there were only 10 cases; 6/10 = 12/20."""
    visit = township().but(TZ03=share(6, 10))
    assert (visit.item("TZ03").credit, visit.item("TZ03").verdict) == (1, "met")


def test_a_relay_share_falls_in_a_line_to_nothing_at_all_of_all():
    """TZ06 转报件占比 14/20 against 8/20: 1 − (7/10 − 2/5)/(1 − 2/5) = 1/2, so 1 of 2 points goes."""
    visit = township().but(TZ06=share(14, 20))
    assert (visit.item("TZ06").credit, visit.printed) == (Fraction(1, 2), "99.00")


def test_a_centre_that_relays_everything_earns_nothing():
    """TZ06 转报件占比 20/20."""
    assert township().but(TZ06=share(20, 20)).item("TZ06").credit == 0


def test_a_relay_share_within_the_standard_may_still_fall_short_of_the_demonstration_site():
    """TZ06 转报件占比 8/20, baseline 5/20: 1 − (2/5 − 1/4)/(1 − 1/4) = 4/5, so 0.4 of 2 points go, and it is met."""
    visit = township().against(TZ06=share(5, 20)).but(TZ06=share(8, 20))
    mark = visit.item("TZ06")
    assert (mark.credit, mark.verdict, visit.printed) == (Fraction(4, 5), "met", "99.60")


def test_two_of_three_receipts_earn_two_thirds():
    """VM06 受理回执 2/3, so 1 of 3 points goes."""
    assert village().but(VM06=share(2, 3)).printed == "99.00"


# --- m = 0, three ways ---


def test_a_list_that_the_county_never_issued_is_not_held_against_the_township():
    """TM01 进驻事项 0/0, county_duty: its 8 points leave to the other 22 of 事项进驻."""
    visit = township().but(TM01=share(0, 0))
    mark = visit.item("TM01")
    assert (mark.verdict, mark.reason, mark.credit, visit.printed) == ("not_assessable", "county-duty", None, "100.00")


def test_other_matters_weigh_more_when_the_county_issued_no_list():
    """TM01 0/0 and TM04 暗访 0/5: 事项进驻 = 18/22, so 30 × 4/22 = 5.45 points go."""
    assert township().but(TM01=share(0, 0), TM04=share(0, 5)).printed == "94.55"


def test_nobody_on_duty_is_the_fault_itself():
    """TP01 窗口在岗 0/0, zero: 人员 = 19/25 = 76, held at 60: 75 + 25 × 0.6 = 90."""
    visit = township().but(TP01=share(0, 0))
    assert (visit.item("TP01").reason, visit.item("TP01").verdict, visit.printed) == ("nobody", "not_met", "90.00")


def test_no_bad_review_to_put_right_is_not_applicable():
    """TS02 差评按期整改率 0/0, not_applicable."""
    mark = township().but(TS02=share(0, 0)).item("TS02")
    assert (mark.verdict, mark.reason, mark.credit) == ("not_assessable", "not-applicable", None)


def test_nothing_to_count_leaves_with_its_weight_where_there_is_neither_standard_nor_baseline():
    """§4.3, 标准型: no scale for any answer, so none for 0/0 either."""
    edition = small(item("A", "share", standards={DEMONSTRATION: Fraction(1)}), item("B", "yes_no", standards=True))
    visit = perfect(edition, STANDARD).but(A=share(0, 0))
    assert (visit.item("A").verdict, visit.item("A").credit, visit.printed) == ("not_assessable", None, "100.00")


def test_nothing_to_count_is_a_fault_against_a_baseline_and_still_no_verdict():
    """§4.9, 标准型: the baseline gives a scale, but there is no standard to meet; one of two equal items is lost."""
    edition = small(item("A", "share", standards={DEMONSTRATION: Fraction(1)}), item("B", "yes_no", standards=True))
    visit = perfect(edition, STANDARD).against(A=share(1, 2)).but(A=share(0, 0))
    assert (visit.item("A").verdict, visit.item("A").credit, visit.printed) == ("not_assessable", 0, "50.00")


def test_a_share_keeps_what_it_was_made_of():
    """TP01 窗口在岗人数 6/8: its value is 3/4, and 6 and 8 are told beside it."""
    mark = township().but(TP01=share(6, 8)).item("TP01")
    assert (mark.value, mark.n, mark.m) == (Fraction(3, 4), 6, 8)


def test_a_share_of_nothing_keeps_its_noughts():
    """TM01 进驻事项 0/0: no value, and yet 0 of 0."""
    mark = township().but(TM01=share(0, 0)).item("TM01")
    assert (mark.value, mark.n, mark.m) == (None, 0, 0)


def test_what_is_no_share_has_no_parts():
    """TA01 大厅面积 is measured."""
    mark = township().item("TA01")
    assert (mark.n, mark.m) == (None, None)
