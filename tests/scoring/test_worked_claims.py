"""Worked examples of choices, of yes and no, of what does not apply, and of the photos that prove a claim.

The visit that each example changes is the one of test_worked_numbers.py: 100.00, 示范型, no baseline.
"""

from fractions import Fraction

from editions import NO, does_not_apply, number, picked, share, township, village

# --- choices: TM02 清单 (2), TA11 名称 (2), VP01 值守 (10) ---


def test_a_list_out_of_date_earns_half_and_does_not_meet_the_standard():
    """TM02 进驻事项清单 过期: credit 0.5, so 1 of 2 points goes."""
    visit = township().but(TM02=picked("outdated"))
    mark = visit.item("TM02")
    assert (mark.credit, mark.verdict, visit.printed) == (Fraction(1, 2), "not_met", "99.00")


def test_a_weak_choice_at_the_demonstration_site_does_not_lower_the_bar():
    """TA11 名称牌 仅汉文 at both: the standard (藏汉双文) stays the reference, so 1 of 2 points goes."""
    assert township().against(TA11=picked("chinese_only")).but(TA11=picked("chinese_only")).printed == "99.00"


def test_a_station_on_call_earns_half_and_is_not_below_the_floor():
    """VP01 有联系牌30分钟内到岗: credit 0.5, so 5 of 10 points go."""
    assert village().but(VP01=picked("on_call")).printed == "95.00"


def test_a_station_where_nobody_is_holds_its_staffing_at_60():
    """VP01 无人: 人员 = 20/30 = 66.67, held at 60: 70 + 30 × 0.6 = 88."""
    assert village().but(VP01=picked("nobody")).printed == "88.00"


# --- yes or no: TA02 平面图 (1), VZ03 有人无事 (5) ---


def test_a_missing_floor_plan_costs_its_point():
    """TA02 平面图: no = 0 of 1 point."""
    visit = township().but(TA02=NO)
    assert (visit.item("TA02").reason, visit.printed) == ("nothing", "99.00")


def test_staff_without_anything_to_do_hold_the_authorisation_at_60():
    """VZ03 有人无事: 授权 = 15/20 = 75, held at 60: 80 + 20 × 0.6 = 92."""
    assert village().but(VZ03=NO).printed == "92.00"


# --- not applicable ---


def test_what_does_not_apply_leaves_its_weight_to_the_dimension():
    """TP11 双语人员 outside Tibetan areas leaves 24 of 25: TP02 2/3 now costs 25 × 5/24 × 1/3 = 1.74 points."""
    assert township().but(TP11=does_not_apply("not a bilingual division"), TP02=number(2)).printed == "98.26"


def test_what_does_not_apply_costs_nothing_and_says_so():
    """VZ05 材料送取, nothing had to be sent up."""
    visit = village().but(VZ05=does_not_apply("nothing had to be sent up"))
    mark = visit.item("VZ05")
    assert (mark.reason, mark.credit, visit.printed) == ("not-applicable", None, "100.00")


def test_what_does_not_apply_is_neither_met_nor_not_met():
    """VP01 值守, at lunch break."""
    assert village().but(VP01=does_not_apply()).item("VP01").verdict == "not_assessable"


# --- photos ---


def test_a_missing_photo_earns_nothing():
    """TA11 名称牌 wants 1 photo: 2 points go, and a good sign without it counts as not met."""
    visit = township().with_photos(TA11=0)
    mark = visit.item("TA11")
    assert (mark.verdict, mark.reason, mark.credit, visit.printed) == ("not_met", "no-evidence", 0, "98.00")


def test_four_photos_of_five_earn_as_little_as_none():
    """TA01 大厅面积 wants 5 photos; unproven it lies below its floor: 面积 = 14/20 = 70, held at 60."""
    assert township().with_photos(TA01=4).printed == "92.00"


def test_what_is_not_claimed_wants_no_photo():
    """TA12 消防设施, claimed: a no has nothing to show, so it earns nothing for itself and not for its photo."""
    mark = township().but(TA12=NO).with_photos(TA12=0).item("TA12")
    assert (mark.photos_wanted, mark.reason) == (0, "nothing")


def test_what_is_claimed_wants_its_photo():
    """TA12 消防设施, claimed: a yes without its photo."""
    mark = township().with_photos(TA12=0).item("TA12")
    assert (mark.photos_wanted, mark.reason) == (1, "no-evidence")


def test_no_relayed_case_wants_no_photo_of_one():
    """TZ06 转报件占比 0/20, claimed: full credit with nothing to show."""
    assert township().but(TZ06=share(0, 20)).with_photos(TZ06=0).item("TZ06").credit == 1


def test_a_no_that_always_wants_a_photo_lacks_evidence_without_it():
    """TA09 无障碍通道, always: the steps at the entrance are to be shown."""
    assert township().but(TA09=NO).with_photos(TA09=0).item("TA09").reason == "no-evidence"
