"""红黄绿蓝: which card a printed score gets."""

from decimal import Decimal

import pytest

from audit.scoring.cards import CardPolicy, card

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
