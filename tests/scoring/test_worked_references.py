"""Worked examples of what an item is measured against: the standard of its tier and the baseline.

The visit that each example changes is the one of test_worked_numbers.py: 100.00, 示范型, no baseline.
"""

import pytest
from editions import DEMONSTRATION, NO, STANDARD, YES, does_not_apply, number, picked, share, township

# --- a tier without a standard ---


def test_a_toilet_is_not_asked_of_the_standard_tier():
    """TA10 卫生间, 标准型: neither standard nor baseline, so a verdict of neither and its point leaves."""
    visit = township(STANDARD).but(TA10=NO)
    mark = visit.item("TA10")
    assert (mark.verdict, mark.reason, mark.credit, visit.printed) == ("not_assessable", "no-standard", None, "100.00")


def test_its_point_goes_to_the_other_items_of_the_dimension():
    """TA10 leaves 19 of 20: without TA02 平面图 (1) 面积 = 18/19, so 20/19 = 1.05 points go."""
    assert township(STANDARD).but(TA02=NO).printed == "98.95"


def test_a_baseline_gives_a_scale_where_the_tier_has_no_standard():
    """TA10 卫生间, 标准型: open at the demonstration site, so 1 point goes, and still no verdict."""
    visit = township(STANDARD).against(TA10=YES).but(TA10=NO)
    assert (visit.item("TA10").verdict, visit.printed) == ("not_assessable", "99.00")


@pytest.mark.parametrize(("tier", "verdict"), [(DEMONSTRATION, "not_met"), (STANDARD, "not_assessable")])
def test_wifi_and_parking_are_asked_of_one_tier_only(tier, verdict):
    """TE06 公共Wi-Fi、停车位 1/2."""
    assert township(tier).but(TE06=share(1, 2)).item("TE06").verdict == verdict


# --- the baseline ---


def test_a_larger_demonstration_site_raises_the_bar_of_the_score_but_not_of_the_verdict():
    """TA01 大厅面积 150 m², baseline 200: 150/200 = 3/4, so 1.5 of 6 points go; the standard of 150 is met."""
    visit = township().against(TA01=number(200))
    assert (visit.item("TA01").verdict, visit.printed) == ("met", "98.50")


def test_a_smaller_demonstration_site_lowers_nobodys_bar():
    """TA01 大厅面积, baseline 120 under the standard of 150: 120/150 = 4/5, so 1.2 of 6 points go."""
    visit = township().against(TA01=number(120)).but(TA01=number(120))
    assert (visit.item("TA01").reference_from, visit.printed) == ("standard", "98.80")


def test_the_bar_is_the_one_of_the_centres_own_tier():
    """TA01 大厅面积, baseline 120: above the 100 of 标准型, so 100/120 = 5/6 and 20 × 6/19 × 1/6 = 1.05 points go."""
    visit = township(STANDARD).against(TA01=number(120))
    assert (visit.item("TA01").reference_from, visit.printed) == ("baseline", "98.95")


@pytest.mark.parametrize(
    ("code", "baseline"),
    [
        ("TA01", number(0)),
        ("TA04", NO),
        ("TM01", share(0, 20)),
        ("TM01", share(0, 0)),
        ("TM02", picked("none")),
        ("TP11", does_not_apply()),
    ],
    ids=["TA01 面积 0", "TA04 布局 no", "TM01 进驻 0/20", "TM01 进驻 0/0", "TM02 清单 none", "TP11 双语 N/A"],
)
def test_a_baseline_that_gives_no_scale_leaves_the_standard(code, baseline):
    mark = township().against(**{code: baseline}).item(code)
    assert (mark.reference, mark.reference_from) == (mark.standard, "standard")


def test_an_item_that_the_baseline_lacks_is_measured_by_its_standard():
    """TP02 专职工作人员: the baseline knows TA01 only."""
    assert township().against(TA01=number(200)).item("TP02").reference_from == "standard"
