"""What other policies would make of a round: told, marked, and kept apart."""

import pytest
from acts import another_card_policy
from contest import BAILANG, JIANGZI, NOW, policy
from states import made_once

from audit.base.trail import TrailLine
from audit.checklists import actions as checklists

A_TOWN, B_TOWN, A_VILLAGE = "540228100", "540222100", "540228101201"


def another_ranking_policy(key: str = "plain-2026.9", **changes) -> str:
    return checklists.publish(policy(id=key, **changes), actor=None, now=NOW).id


@made_once
def two(city):
    """白朗县 90.00 and 50.00 in its village: 78.00; 江孜县 80.00."""
    city.visit(A_TOWN, 90)
    city.visit(A_VILLAGE, 50)
    city.visit(B_TOWN, 80)
    return city


def ask(contest, who: str = "office", **body):
    return contest.people[who].post(f"/rounds/{contest.code}/whatif", json=body)


def told(contest, part: str, *names: str, **body) -> dict[str, tuple]:
    """The rows with a total before or then, by code."""
    answer = ask(contest, **body)
    assert answer.status_code == 200, answer.json
    rows = [row for row in answer.json[part] if row["total"] or row["total_before"]]
    return {row["code"]: tuple(row[name] for name in names) for row in rows}


def test_other_weights_give_other_places(two):
    other = another_ranking_policy(township_weight="0.9", village_weight="0.1")
    found = told(two, "counties", "place_before", "place", "total_before", "total", ranking_policy=other)
    assert found == {BAILANG: (2, 1, "78.00", "86.00"), JIANGZI: (1, 2, "80.00", "80.00")}


def test_another_weight_alone_gives_other_places(two):
    found = told(two, "counties", "place_before", "place", "total", township_weight="0.9")
    assert found == {BAILANG: (2, 1, "86.00"), JIANGZI: (1, 2, "80.00")}


def test_what_the_townships_weighed_is_told(two):
    weights = [ask(two, **body).json["township_weight"] for body in ({}, {"township_weight": "1/4"})]
    assert weights == ["0.7", "0.25"]


def test_a_weight_beyond_the_whole_is_refused(two):
    assert ask(two, township_weight="1.1").status_code == 422


def test_other_kinds_count_other_visits(two):
    two.visit(A_TOWN, 100, kind="recheck")
    other = another_ranking_policy(counted_kinds=["check"])
    found = told(two, "townships", "total_before", "total", "place_before", "place", ranking_policy=other)
    assert found == {A_TOWN: ("100.00", "90.00", 1, 1), B_TOWN: ("80.00", "80.00", 2, 2)}


def test_a_higher_floor_takes_places_away(two):
    other = another_ranking_policy(coverage_floor="0.5")
    found = told(two, "counties", "place_before", "place", ranking_policy=other)
    assert found == {BAILANG: (2, None), JIANGZI: (1, None)}


def test_other_bounds_give_other_cards_and_the_same_places(two):
    bands = [
        {"key": key, "zh": key, "en": key, "word": {"zh": key, "en": key}, "lowest": lowest, "despite_veto": True,
         "fill": "#000000", "ink": "#FFFFFF", "shape": "●", "effect": {"zh": key, "en": key}}
        for key, lowest in (("passed", "85"), ("failed", "0"))
    ]  # fmt: skip
    other = another_card_policy(bands=bands, escalation={"running": 2, "from": "failed", "to": "failed"})
    found = told(two, "townships", "card_before", "card", "place_before", "place", card_policy=other)
    assert found == {A_TOWN: ("green", "passed", 1, 1), B_TOWN: ("yellow", "failed", 2, 2)}


def test_the_answer_says_that_it_is_a_what_if_and_by_which_policies(two):
    other = another_ranking_policy()
    answer = ask(two, ranking_policy=other).json
    assert (answer["what_if"], answer["ranking_policy"], answer["card_policy"]) == (True, other, "cards-2026.1")
    assert answer["own"] == {"ranking_policy": "plain-2026.1", "card_policy": "cards-2026.1"}


def test_the_rounds_own_policies_change_nothing(two):
    own = {"ranking_policy": "plain-2026.1", "card_policy": "cards-2026.1"}
    for part in ("counties", "townships", "villages"):
        for row in ask(two, **own).json[part]:
            assert [row[name] for name in ("place", "total", "card")] == [
                row[f"{name}_before"] for name in ("place", "total", "card")
            ]


def test_nothing_is_stored_and_the_ranking_stays(two):
    other = another_ranking_policy(township_weight="0.9", village_weight="0.1")
    rows, lines = two.rows("counties"), TrailLine.select().count()
    ask(two, ranking_policy=other)
    assert (two.rows("counties"), TrailLine.select().count()) == (rows, lines)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"ranking_policy": "never-2026.1"}, "/ranking_policy"),
        ({"ranking_policy": "cards-2026.1"}, "/ranking_policy"),
        ({"card_policy": "ranking-2026.1"}, "/card_policy"),
        ({"card_policy": "progress-2026.1"}, "/card_policy"),
        ({"edition": "township-2026.1"}, "/edition"),
    ],
)
def test_what_is_no_policy_of_its_kind_is_refused(two, body, pointer):
    answer = ask(two, **body)
    assert (answer.status_code, [each["pointer"] for each in answer.json["errors"]]) == (422, [pointer])


@pytest.mark.parametrize(("who", "status"), [("bailang", 403), ("reviewer", 403), ("office2", 404)])
def test_only_the_whole_areas_office_asks(two, moved, who, status):
    moved("office2", BAILANG)
    assert ask(two, who=who, ranking_policy="plain-2026.1").status_code == status
