"""红黄绿蓝: which card a printed score gets."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.scoring.cards import CardPolicy, card, earned, escalated

BANDS = [
    {"key": "blue", "lowest": 95, "despite_veto": False},
    {"key": "green", "lowest": 85, "despite_veto": True},
    {"key": "yellow", "lowest": 70, "despite_veto": True},
    {"key": "red", "lowest": 0, "despite_veto": True},
]
POLICY = CardPolicy.of({"bands": BANDS, "escalation": {"running": 2, "from": "yellow", "to": "red"}})


@pytest.mark.parametrize(
    ("total", "key"),
    [
        ("105.00", "blue"),
        ("95.00", "blue"),
        ("94.99", "green"),
        ("85.00", "green"),
        ("84.99", "yellow"),
        ("70.00", "yellow"),
        ("69.99", "red"),
        ("0.00", "red"),
    ],
)
def test_a_band_begins_at_its_lowest_printed_score(total, key):
    assert card(POLICY, Decimal(total)) == key


def test_no_score_gets_no_card():
    assert card(POLICY, None) is None


def test_no_score_gets_no_card_after_a_yellow_one_either():
    assert card(POLICY, None, before=["yellow"]) is None


def test_a_veto_forbids_blue():
    assert card(POLICY, Decimal("99.00"), vetoed=True) == "green"


@pytest.mark.parametrize(("total", "key"), [("90.00", "green"), ("75.00", "yellow"), ("10.00", "red")])
def test_a_veto_changes_nothing_below_blue(total, key):
    assert card(POLICY, Decimal(total), vetoed=True) == key


def test_two_yellows_running_are_red():
    assert card(POLICY, Decimal("75.00"), before=["yellow"]) == "red"


def test_the_first_yellow_stays_yellow():
    assert card(POLICY, Decimal("75.00"), before=[]) == "yellow"


def test_yellows_with_a_green_between_do_not_run():
    assert card(POLICY, Decimal("75.00"), before=["green", "yellow"]) == "yellow"


def test_only_the_newest_earlier_card_counts_for_two_running():
    assert card(POLICY, Decimal("75.00"), before=["yellow", "blue"]) == "red"


def test_a_better_card_is_not_escalated():
    assert card(POLICY, Decimal("88.00"), before=["yellow", "yellow"]) == "green"


@pytest.mark.parametrize(("before", "key"), [(["yellow"], "yellow"), (["yellow", "yellow"], "red")])
def test_a_policy_may_want_three_running(before, key):
    policy = CardPolicy.of({"bands": BANDS, "escalation": {"running": 3, "from": "yellow", "to": "red"}})
    assert card(policy, Decimal("75.00"), before=before) == key


def test_a_policy_may_do_without_escalation():
    assert card(CardPolicy.of({"bands": BANDS}), Decimal("75.00"), before=["yellow"]) == "yellow"


def test_colours_and_bounds_are_the_policys_own():
    passed = {"key": "passed", "lowest": "59.5", "despite_veto": True}
    failed = {"key": "failed", "lowest": 0, "despite_veto": True}
    policy = CardPolicy.of({"bands": [passed, failed]})
    assert (card(policy, Decimal("59.50")), card(policy, Decimal("59.49"))) == ("passed", "failed")


# --- what was earned, and what is issued ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("totals", "issued"),
    [
        (["75.00", "75.00", "75.00"], ["yellow", "red", "red"]),
        (["75.00", "90.00", "75.00"], ["yellow", "green", "yellow"]),
        (["60.00", "75.00", "75.00"], ["red", "yellow", "red"]),
        (["75.00", "60.00", "75.00"], ["yellow", "red", "yellow"]),
    ],
    ids=["the third is as red as the second", "a green ends the run", "a red begins none", "a red ends it"],
)
def test_a_run_is_of_what_was_earned(totals, issued):
    before: list[str] = []
    for total, colour in zip(totals, issued, strict=True):
        assert card(POLICY, Decimal(total), before=before) == colour
        before.insert(0, earned(POLICY, Decimal(total)))


hundredths = st.integers(0, 10_500).map(lambda number: Decimal(number) / 100)
keys = st.sampled_from([each["key"] for each in BANDS])


@given(hundredths, st.booleans(), st.lists(keys, max_size=4))
def test_escalation_touches_nothing_but_its_own_colour(total, vetoed, before):
    plain = earned(POLICY, total, vetoed)
    assert escalated(POLICY, plain, before) == plain or (plain, before[:1]) == ("yellow", ["yellow"])


@given(hundredths, hundredths, st.booleans())
def test_a_better_score_never_earns_a_worse_card(one, other, vetoed):
    order = [each["key"] for each in reversed(BANDS)]
    low, high = sorted((one, other))
    assert order.index(earned(POLICY, low, vetoed)) <= order.index(earned(POLICY, high, vetoed))
