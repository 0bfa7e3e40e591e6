"""Worked examples of totals: bonus and deductions, dimensions that are not scored, 达标率.

The visit that each example changes is the one of test_worked_numbers.py: 100.00, 示范型, no baseline.
"""

from dataclasses import replace
from fractions import Fraction

from editions import NO, YES, item, number, perfect, share, small, township, village

from audit.scoring.standard import Extra

ALL_BONUSES = {"TA08": YES, "TB01": YES, "TB02": YES, "TB03": YES}


# --- bonus and deductions ---


def test_all_bonuses_together_add_five():
    """TA08 1 + TB01 2 + TB02 1 + TB03 1 = 5."""
    assert township().but(**ALL_BONUSES).printed == "105.00"


def test_bonuses_add_no_more_than_the_cap():
    """The same four under a cap of 4."""
    visit = township().but(**ALL_BONUSES)
    assert replace(visit, edition=replace(visit.edition, bonus_cap=Fraction(4))).printed == "104.00"


def test_a_bonus_without_its_photo_adds_nothing():
    """TB02 马背/流动服务."""
    visit = township().but(TB02=YES).with_photos(TB02=0)
    assert (visit.score().extras, visit.printed) == ((("TB02", 0, "no-evidence"),), "100.00")


def test_a_bonus_that_is_not_claimed_adds_nothing():
    """VB01 流动代办: no."""
    assert village().but(VB01=NO).score().extras == (("VB01", 0, "nothing"),)


def test_deductions_are_taken_per_case():
    """TD02 媒体曝光 −5, TD03 有效投诉 2 × −2."""
    assert township().but(TD02=YES, TD03=number(2)).printed == "91.00"


def test_deductions_want_no_photo():
    """VD01 被市级通报 −2."""
    assert village().but(VD01=YES).with_photos(VD01=0).printed == "98.00"


def test_a_missing_photo_waives_no_deduction():
    """An edition may ask for the photo of a notice; without it the 2 points go all the same."""
    notice = Extra("D", "yes_no", Fraction(-2), photos=1)
    visit = perfect(small(item("A", "yes_no", standards=True), extras=[notice])).but(D=YES)
    assert visit.with_photos(D=0).printed == "98.00"


def test_a_bonus_is_capped_before_deductions_are_taken():
    """5 of 5 bonus points − 5 for TD02 媒体曝光, under a cap of 4: 100 + 4 − 5."""
    visit = township().but(**ALL_BONUSES, TD02=YES)
    assert replace(visit, edition=replace(visit.edition, bonus_cap=Fraction(4))).printed == "99.00"


def test_deductions_never_print_less_than_nothing():
    """TD03 有效投诉 60 × −2 = −120."""
    assert township().but(TD03=number(60)).printed == "0.00"


# --- dimensions that are not scored ---


def test_running_and_supervision_give_verdicts_and_no_points():
    """TE05 网络 no, TS01 好差评 no."""
    visit = township().but(TE05=NO, TS01=NO)
    assert (visit.item("TE05").verdict, visit.item("TS01").verdict, visit.printed) == ("not_met", "not_met", "100.00")


def test_an_item_that_is_not_scored_shows_no_points():
    """VS01 好差评二维码 yes: met, 0 of 0 points."""
    mark = village().item("VS01")
    assert (mark.verdict, mark.possible, mark.points) == ("met", 0, 0)


def test_only_scored_dimensions_are_listed():
    assert [each.code for each in township().score().dimensions] == ["area", "staff", "matters", "authorisation"]


# --- 达标率 ---


def test_items_met_are_counted_beside_the_score():
    """Of 22 village items, VA04 座位 2/4 and VM05 上门代办 no are not met, VZ02 账号 0/0 is the county's duty."""
    score = village().but(VA04=number(2), VM05=NO, VZ02=share(0, 0)).score()
    counts = {verdict: score.count(verdict) for verdict in ("met", "not_met", "not_assessable")}
    assert counts == {"met": len(score.items) - 3, "not_met": 2, "not_assessable": 1}


def test_items_can_be_found_by_their_reason():
    assert township().but(TM01=share(0, 0), TZ01=share(0, 0)).score().with_reason("county-duty") == ("TM01", "TZ01")
