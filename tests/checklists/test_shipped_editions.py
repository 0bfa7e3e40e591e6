"""What the editions that ship say: facts that nobody should change by accident."""

from __future__ import annotations

import pytest
from broken_editions import item, shipped

LEVELS = ["township", "village"]
# the draft tables: how many demands each part has, numbered from 01
DRAFT = {
    "township": {"TA": 12, "TE": 7, "TM": 13, "TP": 11, "TS": 4, "TZ": 9},
    "village": {"VA": 6, "VM": 6, "VP": 6, "VS": 2, "VZ": 5},
}


def codes(level: str) -> list[str]:
    content = shipped(level)
    return [each["code"] for each in (*content["items"], *content["bonus"], *content["deductions"])]


@pytest.mark.parametrize(("level", "number"), [("township", 56), ("village", 25)])
def test_every_row_of_the_draft_is_there(level, number):
    drafted = {f"{part}{n:02}" for part, most in DRAFT[level].items() for n in range(1, most + 1)}
    assert len(drafted) == number
    assert drafted <= set(codes(level))


@pytest.mark.parametrize(
    ("level", "weights"),
    [
        ("township", {"area": 20, "staff": 25, "matters": 30, "authorisation": 25}),
        ("village", {"area": 20, "staff": 30, "matters": 30, "authorisation": 20}),
    ],
)
def test_the_four_dimensions_weigh_what_the_draft_says(level, weights):
    assert {each["code"]: each["weight"] for each in shipped(level)["dimensions"] if each["scored"]} == weights


@pytest.mark.parametrize(
    ("level", "dimensions"), [("township", {"operation", "supervision"}), ("village", {"supervision"})]
)
def test_running_and_supervision_give_verdicts_only(level, dimensions):
    assert {each["code"] for each in shipped(level)["dimensions"] if not each["scored"]} == dimensions


def test_a_24_hour_area_is_a_bonus():
    assert (item(shipped("township"), "TA08")["points"], shipped("township")["bonus_cap"]) == (1, 5)


@pytest.mark.parametrize("level", LEVELS)
def test_every_item_speaks_two_languages_and_has_a_remedy(level):
    for each in shipped(level)["items"]:
        assert all(each[part][language] for part in ("text", "remedy") for language in ("zh", "en")), each["code"]


@pytest.mark.parametrize("level", LEVELS)
def test_every_figure_names_its_source(level):
    figures = ("weight", "photos", "plausible", "cap_below", "per_unit", "sample", "when_m_zero")
    for each in shipped(level)["items"]:
        wanted = {figure for figure in figures if figure in each} | {"item"}
        wanted |= {"standard"} if "standard" in each or "meets_from" in each else set()
        assert wanted <= set(each["source"]), each["code"]


@pytest.mark.parametrize("level", LEVELS)
def test_every_source_of_the_legend_has_words(level):
    assert all(len(words) > 20 for words in shipped(level)["sources"].values())


@pytest.mark.parametrize("level", LEVELS)
def test_vetoes_ship_off(level):
    assert not any(each.get("veto") for each in shipped(level)["items"])


@pytest.mark.parametrize("level", LEVELS)
def test_what_takes_photos_says_of_what(level):
    assert all(each["photo_hint"]["zh"] for each in shipped(level)["items"] if each["photos"])


@pytest.mark.parametrize(
    ("level", "code", "standard"),
    [
        ("township", "TA01", {"demonstration": 150, "standard": 100}),
        ("village", "VA01", {"demonstration": 30, "standard": 30}),
    ],
)
def test_the_floor_area_that_meets_the_standard(level, code, standard):
    assert item(shipped(level), code)["standard"] == standard


def test_the_county_weighs_townships_seven_to_three():
    policy = shipped("ranking")
    assert (policy["township_weight"], policy["village_weight"], policy["coverage_floor"]) == ("0.7", "0.3", "0.6")


def test_the_cards_are_blue_green_yellow_red():
    bands = shipped("cards")["bands"]
    assert [(each["zh"], each["lowest"]) for each in bands] == [("蓝", "95"), ("绿", "85"), ("黄", "70"), ("红", "0")]
    assert shipped("cards")["escalation"] == {"running": 2, "from": "yellow", "to": "red"}
