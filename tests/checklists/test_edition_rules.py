"""What an edition or policy file may say: each rule with one broken copy."""

from __future__ import annotations

import pytest
from broken_editions import FOLDER, broken, item, shipped

from audit.base.problems import ValidationError
from audit.checklists import editions


def faults_of(content: dict) -> dict[str, str]:
    """What is wrong with it, by pointer, items by their codes."""
    with pytest.raises(ValidationError) as refused:
        editions.check(content)
    return {each["pointer"]: each["detail"] for each in refused.value.errors}


def index_of(code: str, part: str = "items") -> str:
    codes = [each["code"] for each in shipped("township")[part]]
    return f"/{part}/{codes.index(code)}"


@pytest.mark.parametrize("name", ["township", "village", "ranking", "cards", "calendar", "followup", "progress"])
def test_what_ships_is_valid(name):
    assert editions.check(shipped(name))["id"] == f"{name}-2026.1"


# TA01 measure, TA03 choice, TA02 yes_no, TP02 share
@pytest.mark.parametrize(
    ("code", "changes", "key"),
    [
        ("TA01", {"weight": -1}, "weight"),
        ("TA01", {"weight": 101}, "weight"),
        ("TA01", {"weight": 6.0}, "weight"),
        ("TA01", {"weight": "NaN"}, "weight"),
        ("TA01", {"weight": "６"}, "weight"),
        ("TA01", {"weight": "1e999999999"}, "weight"),
        ("TA01", {"weight": "1_0"}, "weight"),
        ("TA01", {"weight": "1/0"}, "weight"),
        ("TA01", {"weight": True}, "weight"),
        ("TA01", {"weight": None}, "weight"),
        pytest.param("TA01", {"weight": float("nan")}, "weight", id="CH01 NaN"),
        pytest.param("TA01", {"weight": float("inf")}, "weight", id="CH01 infinity"),
        pytest.param("TA01", {"weight": "-0.01"}, "weight", id="CH01 negative"),
        pytest.param("TA01", {"weight": "100.01"}, "weight", id="CH01 over the limit"),
        ("TA01", {"code": "ta01"}, "code"),
        ("TA01", {"code": "ＴＡ０１"}, "code"),
        ("TA01", {"code": "TA01\n"}, "code"),
        ("TA01", {"dimension": None}, "dimension"),
        ("TA01", {"standard": {"demonstration": 150.5}}, "standard/demonstration/value"),
        ("TA01", {"standard": {"best": 150}}, "standard/best/key"),
        ("TA01", {"standard": {"demonstration": 0}}, "standard"),
        ("TA01", {"standard": {"demonstration": -1}}, "standard"),
        ("TA01", {"standard": {"demonstration": "large"}}, "standard"),
        ("TA01", {"standard": {"demonstration": True}}, "standard"),
        ("TA01", {"standard": {"demonstration": "1e99999999"}}, "standard"),
        ("TA01", {"plausible": [1000, 10]}, "plausible"),
        ("TA01", {"plausible": [10]}, "plausible"),
        ("TA01", {"plausible": [-1, 10]}, "plausible/0"),
        ("TA01", {"better": "lower"}, "per_unit"),
        ("TA01", {"better": "sideways"}, "better"),
        ("TA01", {"choices": []}, "choices"),
        ("TA01", {"meets_from": "large"}, "choices"),
        ("TA01", {"photos": -1}, "photos"),
        ("TA01", {"photos": "5"}, "photos"),
        ("TA01", {"photos": 1.9}, "photos"),
        ("TA01", {"photos_when": "never"}, "photos_when"),
        ("TA01", {"not_applicable": "sometimes"}, "not_applicable"),
        ("TA01", {"methods": ["guess"]}, "methods/0"),
        ("TA01", {"text": {"zh": "面积"}}, "text/en"),
        pytest.param("TA01", {"text": {"zh": "面积", "en": "x" * 1_000_000}}, "text/en", id="CH04 text of 1 MB"),
        ("TA01", {"text": {"zh": "面\u200b积", "en": "area"}}, "text/zh"),
        ("TA01", {"remedy": None}, "remedy"),
        ("TA01", {"remedy": {"zh": "扩建", "en": "extend", "cost": "free"}}, "remedy/cost"),
        ("TA01", {"source": None}, "source"),
        ("TA01", {"rule": "v/r"}, "rule"),
        ("TA01", {"__class__": "x"}, "__class__"),
        ("TA02", {"standard": {"demonstration": 1}}, "standard"),
        ("TA02", {"standard": {"demonstration": "yes"}}, "standard"),
        ("TA03", {"choices": None}, "choices"),
        ("TA03", {"meets_from": "attic"}, "meets_from"),
        ("TA03", {"meets_from": "scattered"}, "meets_from"),
        ("TA03", {"meets_from": None}, "meets_from"),
        ("TA03", {"cap_below": "scattered"}, "cap_below"),
        ("TA03", {"cap_below": "attic"}, "cap_below"),
        ("TS04", {"standard": {"demonstration": "1.01"}}, "standard"),
        ("TS04", {"standard": {"demonstration": "0"}}, "standard"),
        ("TS04", {"standard": {"demonstration": 95}}, "standard"),
        ("TS04", {"cap_below": 70}, "standard"),
        ("TS04", {"when_m_zero": None}, "when_m_zero"),
        ("TS04", {"when_m_zero": "ignore"}, "when_m_zero"),
        ("TS04", {"of": 0}, "of"),
    ],
)
def test_a_broken_item_is_named(code, changes, key):
    assert list(faults_of(broken(code, **changes))) == [f"{index_of(code)}/{key}"]


@pytest.mark.parametrize(
    ("code", "part", "points", "pointer"),
    [("TA08", "bonus", -1, "/bonus"), ("TA08", "bonus", 0, "/bonus"), ("TD01", "deductions", 2, "/deductions")],
)
def test_a_bonus_brings_points_and_a_deduction_takes_them(code, part, points, pointer):
    assert list(faults_of(broken(code, points=points))) == [pointer]


def test_a_weight_that_breaks_the_sum_names_its_dimension():
    assert "area: items weigh 21" in faults_of(broken("TA01", weight=7))["/dimensions"]


def test_the_scored_dimensions_sum_to_a_hundred():
    content = broken("TA01", weight=7)
    content["dimensions"][0]["weight"] = 21
    assert faults_of(content) == {"/dimensions": "the weights of the scored dimensions must sum to 100"}


def test_no_weight_at_all_is_no_edition():
    content = shipped("township")
    for each in (*content["items"], *content["dimensions"]):
        each["weight"] = 0
    assert "/dimensions" in faults_of(content)


def test_an_item_in_a_dimension_that_is_not_there():
    assert faults_of(broken("TA01", dimension="roof")) == {
        "/dimensions": "items name dimensions that are not there: roof"
    }


@pytest.mark.parametrize("code", ["TA02", "TA08", "TD01"])
def test_a_code_stands_once_in_items_bonus_and_deductions(code):
    assert "/items" in faults_of(broken("TA01", code=code))


def test_a_source_must_be_in_the_legend():
    content = broken("TA01", source={"item": "D1+D99"})
    assert faults_of(content) == {"/sources": "not in the legend: D99"}


@pytest.mark.parametrize("number", [0, -1])
def test_a_dimension_stands_once(number):
    content = shipped("township")
    content["dimensions"].append(dict(content["dimensions"][number]))
    assert faults_of(content) == {"/dimensions": "two dimensions have one code"}


@pytest.mark.parametrize("code", ["TA03"])
def test_two_choices_of_one_code(code):
    content = shipped("township")
    item(content, code)["choices"][1]["code"] = item(content, code)["choices"][0]["code"]
    assert f"{index_of(code)}/choices" in faults_of(content)


@pytest.mark.parametrize(
    "twin",
    [
        pytest.param("TA02", id="CH03 twice"),
        pytest.param("ta02", id="CH03 another case"),
        pytest.param("ＴＡ０２", id="CH03 another width"),
    ],
)
def test_no_two_items_share_a_code_however_it_is_written(twin):
    assert {"/items", f"{index_of('TA01')}/code"} & faults_of(broken("TA01", code=twin)).keys()


@pytest.mark.parametrize("twin", ["SCATTERED", "ｓｃａｔｔｅｒｅｄ"], ids=["CH03 another case", "CH03 another width"])
def test_no_two_choices_share_a_code_however_it_is_written(twin):
    content = shipped("township")
    item(content, "TA03")["choices"][0]["code"] = twin
    assert f"{index_of('TA03')}/choices/0/code" in faults_of(content)


def test_ten_thousand_items_are_too_many_before_one_is_looked_at():  # CH04
    content = shipped("township")
    content["items"] = [{"code": "no code"}] * 10_000
    assert list(faults_of(content)) == ["/items"]


@pytest.mark.parametrize("kind", [None, "recipe", [], {"a": 1}, 1])
def test_an_unknown_kind_is_refused(kind):
    assert list(faults_of(shipped("township") | {"kind": kind})) == ["/kind"]


@pytest.mark.parametrize("code", ["__import__('os').system('true')", "{{7*7}}", "${jndi:x}", "<script>"])
def test_code_in_a_text_is_only_text(code):
    content = broken("TA01", text={"zh": code, "en": code})
    assert item(editions.check(content), "TA01")["text"]["zh"] == code


@pytest.mark.parametrize("key", ["weight", "cap_below"])
@pytest.mark.parametrize("code", ["__import__('os')", "1+1", "9**9**9"])
def test_code_is_no_number(key, code):
    assert faults_of(broken("TA01", **{key: code}))


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"township_weight": "0.8"}, "/township_weight"),
        ({"township_weight": 0.7}, "/township_weight"),
        ({"township_weight": "1.7", "village_weight": "-0.7"}, "/township_weight"),
        ({"coverage_floor": "1.1"}, "/coverage_floor"),
        ({"village_floor_count": 0}, "/village_floor_count"),
        ({"county_duty_deduction": "-1"}, "/county_duty_deduction"),
        ({"counted_kinds": []}, "/counted_kinds"),
        ({"id": "ranking"}, "/id"),
        ({"id": "ranking-2026.1\n"}, "/id"),
        ({"formula": "a+b"}, "/formula"),
    ],
)
def test_a_broken_ranking_policy_is_named(changes, pointer):
    assert pointer in faults_of(shipped("ranking") | changes)


@pytest.mark.parametrize(
    ("band", "changes", "pointer"),
    [
        (1, {"lowest": "95"}, "/bands"),
        (1, {"lowest": "96"}, "/bands"),
        (1, {"key": "blue"}, "/bands"),
        (1, {"lowest": "85.005"}, "/bands/1/lowest"),
        (1, {"lowest": 85}, "/bands/1/lowest"),
        (1, {"fill": "green"}, "/bands/1/fill"),
        (1, {"fill": "#34A57A;}"}, "/bands/1/fill"),
        (2, {"key": "amber"}, "/escalation"),
    ],
)
def test_a_broken_card_policy_is_named(band, changes, pointer):
    content = shipped("cards")
    content["bands"][band] |= changes
    assert list(faults_of(content)) == [pointer]


@pytest.mark.parametrize("rule", [{"to": "black"}, {"from": "black"}, {"running": 1}, {"running": None}])
def test_a_broken_escalation_is_named(rule):
    content = shipped("cards")
    content["escalation"] |= rule
    assert next(iter(faults_of(content))).startswith("/escalation")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"kind = 'checklist'\n#" + b"x" * 1_000_000, "larger than 1000000 bytes"),
        (b"\xff\xfe", "utf-8"),
        (b"kind = ", "Invalid value"),
        (b"a = 1\na = 2", "overwrite"),
        (b"a = " + b"[" * 100_000, "recursion|nest"),
        (b"a = " + b"9" * 5_000, "digits"),
        (b"", "not valid"),
    ],
)
def test_what_is_no_edition_file_is_refused(tmp_path, content, why):
    path = tmp_path / "township-2026.2.toml"
    path.write_bytes(content)
    with pytest.raises(ValidationError, match=why):
        editions.read(path)


def test_a_file_is_named_by_its_id():
    assert {editions.read(path)["id"] for path in FOLDER.glob("*.toml")} == {
        path.stem for path in FOLDER.glob("*.toml")
    }


# --- calendars, groups, days for appeals ------------------------------------------------------------------------------

CALENDAR = editions.read(FOLDER / "calendar-2026.1.toml")
RANKING = editions.read(FOLDER / "ranking-2026.1.toml")
FOLLOWUP = editions.read(FOLDER / "followup-2026.1.toml")
CITY = {"key": "city", "zh": "城区", "en": "city", "counties": ["540202"]}


@pytest.mark.parametrize(
    ("content", "changes", "pointer"),
    [
        (CALENDAR, {"holidays": ["2027-01-01"]}, "/holidays"),
        (CALENDAR, {"holidays": ["2026-02-30"]}, "/holidays"),
        (CALENDAR, {"workdays": ["2026-10-01"]}, "/workdays"),
        (RANKING, {"groups": [CITY, CITY]}, "/groups"),
        (RANKING, {"groups": [CITY, CITY | {"key": "border"}]}, "/groups"),
        (FOLLOWUP, {"appeal_days": 0}, "/appeal_days"),
        (FOLLOWUP, {"annual": FOLLOWUP["annual"] | {"k": 5.5}}, "/annual/k"),
    ],
)
def test_a_policy_that_does_not_hold_together_is_refused(content, changes, pointer):
    with pytest.raises(ValidationError) as refused:
        editions.check(content | changes)
    assert [each["pointer"] for each in refused.value.errors] == [pointer]
