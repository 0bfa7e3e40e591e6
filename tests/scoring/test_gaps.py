"""What to mend first, and what it brings."""

from fractions import Fraction

import pytest
from editions import NO, STANDARD, YES, does_not_apply, item, number, perfect, picked, share, small, township, village


def test_a_visit_that_lacks_nothing_has_no_gap():
    assert township().gaps() == {}


def test_gaps_come_dearest_first():
    """TM04 暗访 0/5 brings 4.00, TP02 专职 2/3 brings 1.67, TA02 平面图 brings 1.00."""
    found = township().but(TA02=NO, TP02=number(2), TM04=share(0, 5)).gaps()
    assert [(code, str(gap.reference_gain)) for code, gap in found.items()] == [
        ("TM04", "4.00"), ("TP02", "1.67"), ("TA02", "1.00"),
    ]  # fmt: skip


def test_of_equal_gains_the_one_that_brings_more_by_its_standard_comes_first():
    """VA06 网络 brings 2.00 either way; VA01 30 of 45 m² brings 2.00, all of it beyond its standard."""
    found = village().against(VA01=number(45)).but(VA01=number(30), VA06=NO).gaps()
    assert [(code, str(gap.standard_gain)) for code, gap in found.items()] == [("VA06", "2.00"), ("VA01", "0.00")]


def test_equal_gaps_come_by_their_code():
    assert list(township().but(TP06=NO, TA12=NO, TM12=NO, TZ09=NO).gaps()) == ["TA12", "TM12", "TP06", "TZ09"]


def test_a_gap_names_item_dimension_and_reason():
    gap = village().but(VP02=number(1)).gaps()["VP02"]
    assert (gap.code, gap.dimension, gap.reason) == ("VP02", "staff", "below-reference")


def test_where_only_photos_are_missing_the_target_is_the_present_answer():
    """TA11 名称牌 is right; its photo brings both points."""
    gap = township().with_photos(TA11=0).gaps()["TA11"]
    assert (gap.to_standard, gap.to_reference, gap.reason) == (picked("proper"), picked("proper"), "no-evidence")


def test_a_missing_photo_tells_what_it_would_bring():
    assert str(township().with_photos(TA11=0).gaps()["TA11"].reference_gain) == "2.00"


def test_without_photos_a_hall_beyond_its_reference_need_not_grow():
    assert township().but(TA01=number(180)).with_photos(TA01=0).gaps()["TA01"].to_reference == number(180)


def test_an_item_that_meets_its_standard_has_only_its_reference_to_reach():
    """TA01 大厅面积 150 m², baseline 200."""
    gap = township().against(TA01=number(200)).gaps()["TA01"]
    assert (gap.to_standard, gap.standard_gain, gap.to_reference) == (None, 0, number(200))


def test_the_standard_and_the_reference_are_two_steps():
    """TA01 100 m²: 150 brings 6 × (150 − 100)/200 = 1.50, the 200 of the baseline bring 3.00."""
    gap = township().against(TA01=number(200)).but(TA01=number(100)).gaps()["TA01"]
    assert (gap.to_standard, str(gap.standard_gain)) == (number(150), "1.50")
    assert (gap.to_reference, str(gap.reference_gain)) == (number(200), "3.00")


def test_a_gap_says_what_the_cap_would_give_back():
    """TA01 59 m² holds 面积 at 60 (12 points): a hall of 150 m² brings 8.00, not only its own 3.64."""
    assert str(township().but(TA01=number(59)).gaps()["TA01"].reference_gain) == "8.00"


def test_under_a_cap_an_item_alone_brings_nothing():
    """TM01 13/20 holds 事项进驻 at 60; TM04 暗访 alone would leave it there."""
    assert str(township().but(TM01=share(13, 20), TM04=share(0, 5)).gaps()["TM04"].reference_gain) == "0.00"


def test_a_cap_does_not_hide_what_the_dimension_brings_together():
    """TM01 alone brings 26 − 18 = 8, TM04 alone 0, both together 30 − 18 = 12."""
    visit = township().but(TM01=share(13, 20), TM04=share(0, 5))
    assert (str(visit.gaps()["TM01"].reference_gain), str(visit.gaps_together()["matters"])) == ("8.00", "12.00")


def test_dimensions_come_dearest_first_and_only_where_something_is_to_be_mended():
    together = township().but(TA02=NO, TM04=share(0, 5)).gaps_together()
    assert [(code, str(gain)) for code, gain in together.items()] == [("matters", "4.00"), ("area", "1.00")]


def test_the_countys_duty_is_no_gap_of_the_centre():
    assert township().but(TM01=share(0, 0), TZ01=share(0, 0)).gaps() == {}


def test_what_does_not_apply_is_no_gap():
    assert village().but(VZ05=does_not_apply()).gaps() == {}


def test_what_the_tier_does_not_ask_is_no_gap():
    """TA10 卫生间, 标准型."""
    assert township(STANDARD).but(TA10=NO).gaps() == {}


def test_what_only_the_demonstration_site_has_is_a_gap_without_a_standard():
    """TA10 卫生间, 标准型, open at the demonstration site."""
    gap = township(STANDARD).against(TA10=YES).but(TA10=NO).gaps()["TA10"]
    assert (gap.to_standard, gap.to_reference, str(gap.reference_gain)) == (None, YES, "1.00")


def test_a_gap_in_a_dimension_that_is_not_scored_is_told_and_brings_nothing():
    """TE05 网络."""
    gap = township().but(TE05=NO).gaps()["TE05"]
    assert (gap.to_standard, str(gap.standard_gain), str(gap.reference_gain)) == (YES, "0.00", "0.00")


def test_a_dimension_that_is_not_scored_has_no_gain_together():
    assert township().but(TE05=NO).gaps_together() == {}


@pytest.mark.parametrize(
    ("code", "found", "wanted"),
    [
        ("TP07", share(2, 7), share(5, 7)),
        ("TZ03", share(3, 13), share(8, 13)),
        ("TZ06", share(10, 13), share(5, 13)),
        ("TA05", share(1, 5), share(4, 5)),
        ("TP02", number(1), number(3)),
        ("TM09", number(4), number(0)),
    ],
    ids=["TP07 3/5 of 7 up", "TZ03 12/20 of 13 up", "TZ06 8/20 of 13 down", "TA05 分区", "TP02 专职", "TM09 体外循环"],
)
def test_a_target_is_the_nearest_whole_number_that_is_enough(code, found, wanted):
    assert township().but(**{code: found}).gaps()[code].to_standard == wanted


def test_a_target_from_a_baseline_share_is_whole_too():
    """TM01 进驻 is 1 in every standard; TP07 满1年: baseline 5/6 of 13 staff is 10.83, so 11."""
    gap = township().against(TP07=share(5, 6)).but(TP07=share(2, 13)).gaps()["TP07"]
    assert gap.to_reference == share(11, 13)


def test_a_standard_of_two_and_a_half_persons_wants_three():
    visit = perfect(small(item("A", "count", standards=Fraction(5, 2)))).but(A=number(1))
    assert visit.gaps()["A"].to_standard == number(3)


def test_a_measure_is_asked_for_exactly():
    visit = perfect(small(item("A", "measure", standards=Fraction("30.5")))).but(A=number(1))
    assert visit.gaps()["A"].to_standard == number("30.5")


def test_a_choice_aims_at_the_nearest_that_meets_the_standard():
    assert village().but(VP01=picked("nobody")).gaps()["VP01"].to_standard == picked("attended")


@pytest.mark.parametrize(("code", "wanted"), [("TP01", share(1, 1)), ("TZ03", share(12, 20)), ("TP09", share(2, 2))])
def test_where_nobody_was_there_the_target_takes_the_sample_or_one(code, wanted):
    assert township().but(**{code: share(0, 0)}).gaps()[code].to_standard == wanted


def test_nothing_to_count_is_no_gap_where_the_tier_sets_no_standard():
    """§4.3: no standard for the tier and no usable baseline: verdict only, the weight leaves; also with m = 0."""
    only_demonstration = {"demonstration": Fraction(1)}
    edition = small(item("A", "share", standards=only_demonstration), item("B", "yes_no", standards=True))
    assert perfect(edition, STANDARD).but(A=share(0, 0)).gaps() == {}


def test_nothing_to_count_has_only_a_reference_to_reach_where_the_tier_sets_no_standard():
    edition = small(item("A", "share", standards={"demonstration": Fraction(1)}), item("B", "yes_no", standards=True))
    visit = perfect(edition, STANDARD).against(A=share(1, 2)).but(A=share(0, 0))
    assert (visit.gaps()["A"].to_standard, visit.gaps()["A"].to_reference) == (None, share(1, 1))


def test_a_gap_that_is_not_scored_is_told_even_where_there_is_no_score():
    """§4.6: nothing assessable is no score; the verdicts of 运行 and 监督 remain."""
    edition = small(item("A", "yes_no", standards=True), item("S", "yes_no", dimension="operation", standards=True))
    visit = perfect(edition).but(A=does_not_apply(), S=NO)
    assert visit.gaps()["S"].to_standard == YES
