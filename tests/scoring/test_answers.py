"""What phones send, and what is wrong with it."""

from fractions import Fraction

import pytest
from editions import (
    NO,
    TOWNSHIP,
    VILLAGE,
    YES,
    does_not_apply,
    item,
    number,
    perfect,
    picked,
    share,
    small,
    township,
    village,
)

from audit.scoring.answers import LARGEST, Answer, faults, form_fault

TRAITS = ("bilingual", "plateau")


def found(visit, traits=TRAITS):
    return faults(visit.edition, visit.answers, traits)


@pytest.mark.parametrize("visit", [township(), village(), township("standard"), village("standard")])
def test_answers_that_meet_every_standard_have_no_fault(visit):
    assert found(visit) == {}


def test_an_item_without_an_answer_is_a_fault():
    visit = village()
    del visit.answers["VA01"]
    assert found(visit) == {"VA01": "not answered"}


def test_every_item_without_an_answer_is_named():
    assert set(faults(VILLAGE, {})) == {each.code for each in VILLAGE.items}


def test_bonuses_and_deductions_may_be_left_unanswered():
    assert not {each.code for each in TOWNSHIP.extras} & set(faults(TOWNSHIP, {}))


def test_an_unknown_item_is_a_fault():
    visit = village()
    assert faults(VILLAGE, visit.answers | {"XX99": YES}, TRAITS) == {"XX99": "not an item of this edition"}


def test_more_than_all_is_a_fault():
    """TM01 进驻 21/20."""
    assert set(found(township().but(TM01=share(21, 20)))) == {"TM01"}


def test_all_of_all_is_none():
    assert found(township().but(TM01=share(20, 20))) == {}


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("TP02", number("2.5")),
        ("TM01", share("1.5", 20)),
        ("TM01", share(1, "2.5")),
        ("TP02", number(-1)),
        ("TA01", number(-1)),
        ("TM01", share(-1, 20)),
        ("TM01", share(0, -20)),
        ("TP02", number(LARGEST + 1)),
        ("TA01", number(LARGEST + 1)),
        ("TM01", share(1, LARGEST + 1)),
        ("TD03", number(-1)),
        ("TD03", number("0.5")),
    ],
    ids=lambda each: each if isinstance(each, str) else f"{each.value}/{each.m}" if each.m else str(each.value),
)
def test_a_number_that_cannot_be_is_a_fault(code, answer):
    assert set(found(township().but(**{code: answer}))) == {code}


def test_a_measure_need_not_be_whole():
    assert found(township().but(TA01=number("112.35"))) == {}


def test_the_largest_number_is_no_fault():
    assert found(township().but(TA01=number(LARGEST))) == {}


@pytest.mark.parametrize("m", [4, 6, 0])
def test_the_whole_of_a_share_of_fixed_size_is_not_free(m):
    """TA05 功能分区: n of 5 zones."""
    assert set(found(township().but(TA05=share(0, m)))) == {"TA05"}


def test_a_sample_takes_no_more_cases_than_it_says():
    """TZ03 抽20件."""
    assert set(found(township().but(TZ03=share(12, 21)))) == {"TZ03"}


@pytest.mark.parametrize("m", [20, 7, 0])
def test_a_sample_may_find_fewer_cases(m):
    assert found(township().but(TZ03=share(0, m))) == {}


def test_nothing_to_count_is_no_fault():
    """TM01 进驻 0/0: the county issued no list."""
    assert found(township().but(TM01=share(0, 0))) == {}


def test_an_item_that_always_applies_cannot_be_set_aside():
    """TA01 大厅面积, never."""
    assert set(found(township().but(TA01=does_not_apply("no hall")))) == {"TA01"}


def test_an_item_may_be_set_aside_with_a_reason():
    """TP01 在岗人数, with_reason."""
    assert found(township().but(TP01=does_not_apply("午休"))) == {}


@pytest.mark.parametrize("reason", ["", " ", "\n\t"])
def test_setting_aside_wants_a_reason(reason):
    assert set(found(township().but(TP01=does_not_apply(reason)))) == {"TP01"}


@pytest.mark.parametrize(("code", "traits"), [("TP11", ["plateau"]), ("TE07", ["bilingual"]), ("TP11", [])])
def test_an_item_for_some_divisions_may_be_set_aside_in_the_others(code, traits):
    """TP11 双语人员 outside bilingual, TE07 取暖/供氧 outside plateau."""
    assert found(township().but(**{code: does_not_apply("elsewhere")}), traits) == {}


@pytest.mark.parametrize(("code", "trait"), [("TP11", "bilingual"), ("TE07", "plateau")])
def test_an_item_for_some_divisions_applies_there(code, trait):
    assert set(found(township().but(**{code: does_not_apply("elsewhere")}), [trait])) == {code}


def test_setting_aside_in_another_division_wants_a_reason_too():
    assert set(found(township().but(TP11=does_not_apply(" ")), [])) == {"TP11"}


def test_a_bonus_cannot_be_set_aside():
    assert set(found(township().but(TB01=does_not_apply("unknown")))) == {"TB01"}


def test_every_fault_is_told_at_once():
    visit = township().but(TM01=share(21, 20), TP02=number("0.5"), TA01=does_not_apply())
    assert set(found(visit)) == {"TM01", "TP02", "TA01"}


FORMS = {
    "TA01": {"value": "150"},
    "TP02": {"value": 3},
    "TM01": {"n": 14, "m": 20},
    "TA02": {"yes": True},
    "TM02": {"choice": "current"},
}


@pytest.mark.parametrize("code", FORMS)
def test_each_type_of_item_takes_its_own_form(code):
    assert form_fault(TOWNSHIP.item[code], FORMS[code]) is None


@pytest.mark.parametrize(
    ("code", "wire"), [(code, wire) for code in FORMS for wire in FORMS.values() if set(wire) != set(FORMS[code])]
)
def test_each_type_of_item_refuses_the_form_of_another(code, wire):
    assert form_fault(TOWNSHIP.item[code], wire) is not None


@pytest.mark.parametrize(
    "wire", [{}, {"n": 1}, {"m": 1}, {"n": 1, "m": 2, "value": 3}, {"n": 1, "m": 2, "not_applicable": ""}]
)
def test_half_a_form_or_two_at_once_are_a_fault(wire):
    assert form_fault(TOWNSHIP.item["TM01"], wire) is not None


def test_every_item_takes_the_form_of_not_applicable():
    assert {form_fault(each, {"not_applicable": "午休"}) for each in TOWNSHIP.items} == {None}


def test_a_choice_that_the_item_does_not_offer_is_a_fault():
    assert form_fault(TOWNSHIP.item["TM02"], {"choice": "excellent"}) is not None


def test_a_deduction_per_case_takes_a_number():
    assert form_fault(TOWNSHIP.item["TD03"], {"value": 2}) is None


@pytest.mark.parametrize(
    ("wire", "answer"),
    [
        ({"value": "112.35"}, number("112.35")),
        ({"value": 3}, number(3)),
        ({"n": 14, "m": "20"}, share(14, 20)),
        ({"yes": True}, YES),
        ({"yes": False}, NO),
        ({"choice": "current"}, picked("current")),
        ({"not_applicable": "午休"}, does_not_apply("午休")),
    ],
)
def test_what_phones_send_is_read_exactly(wire, answer):
    assert Answer.of(wire) == answer


def test_a_decimal_is_read_without_a_binary_remainder():
    assert Answer.of({"value": 0.1}).value == Fraction(1, 10)


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("TA01", number("112.35")),
        ("TP02", number(3)),
        ("TM01", share(14, 20)),
        ("TA02", NO),
        ("TM02", picked("outdated")),
        ("TP01", does_not_apply("午休")),
        ("TD03", number(2)),
        ("TB01", YES),
    ],
)
def test_an_answer_written_and_read_again_is_the_same(code, answer):
    assert Answer.of(answer.wire(TOWNSHIP.item[code])) == answer


def test_a_small_edition_is_checked_like_a_large_one():
    edition = small(item("A", "share", standards=Fraction(1), sample=Fraction(3)))
    assert found(perfect(edition).but(A=share(3, 4))) == {"A": "the sample has at most 3 cases"}
