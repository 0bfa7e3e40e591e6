"""What is typed on a visit's page is not lost: each button sends all of it, and what it does not take comes back."""

from __future__ import annotations

import re
from itertools import pairwise
from uuid import uuid4

import pytest
from factories import LUOJIANG, answered, visit
from states import made_once
from test_review_pages import CJK, NAMES, of_item, shown, state, version

from audit.inspections.models import ItemDecision, Review

MORE = {
    "reason-TA02": "请靠近拍",
    "because-TA02": "unclear",
    "comment": "共一处",
    "opinion": "基本属实",
    "value-TA06": "7",
    "as-TA06": "slip",
    "grounds-TA06": "清点",
    "yes-TA04": "no",
    "choice-TA03": "second_floor",
    "not_applicable-TP01": "当日休息",
}
TA01 = of_item("TA01", value="98", grounds="复测")


@made_once
def inspection(tashi):
    """A visit that waits for its review."""
    number = uuid4()
    assert tashi.submit(number, visit(LUOJIANG)).status_code == 201
    return number


@pytest.fixture
def desk(browse):
    return browse("reviewer")


@pytest.fixture
def path(inspection) -> str:
    return f"/review/{inspection}"


def filled(page: str) -> dict[str, str]:
    """What the fields of a visit's page hold, but for totals that are given."""
    fields = re.findall(r'<textarea id="[^"]+" name="([^"]+)"[^>]*>([^<]+)</textarea>', page)
    fields += re.findall(r'<input id="[^"]+" name="([^"]+)"[^>]* value="([^"]+)">', page)
    fields += re.findall(r'<input type="radio" name="([^"]+)" value="([^"]+)"[^>]* checked>', page)
    for name, options in re.findall(r'<select id="[^"]+" name="([^"]+)"[^>]*>(.*?)</select>', page):
        fields += [(name, chosen) for chosen in re.findall(r'value="([^"]+)" selected', options)]
    return dict(fields)


def opened(page: str) -> list[tuple[str, str]]:
    """The parts of items that are open: (r or d, code)."""
    return re.findall(r'data-key="(\w)" open>.*?unseen"> (\w+)<', page)


def test_what_is_typed_for_other_items_outlives_a_decision(desk, inspection, path):
    answer = desk.post(f"{path}/decisions", shown(desk.get(path).text) | MORE | TA01)
    assert (answer.status_code, ItemDecision.select().count()) == (200, 1)
    assert "TA01 已改定，得分已重算；其余已填内容仍在" in answer.text and filled(answer.text) == MORE
    assert opened(answer.text) == [("r", "TA02"), ("d", "TA03"), ("d", "TA04"), ("d", "TA06"), ("d", "TP01")]
    assert desk.post(f"{path}/return", shown(answer.text) | filled(answer.text)).status_code == 303
    assert (Review.get().comment, state(inspection)) == ("共一处", "returned")


def test_the_english_page_with_what_is_typed_has_no_chinese_but_names(desk, path):
    english, typed = desk.speak("en"), {"as-TA06": "slip", "because-TA02": "unclear", "n-TA05": "3"}
    answer = english.post(f"{path}/decisions", shown(english.get(path).text) | typed | TA01 | {"grounds-TA01": "again"})
    assert answer.status_code == 200 and CJK.findall(re.sub(NAMES, "", answer.text)) == []


def test_what_is_typed_outlives_an_admission(desk, tashi, office):
    office.post("/rounds/2026Q4/closing")
    late = uuid4()
    tashi.submit(late, visit(LUOJIANG))
    answer = desk.post(f"/review/{late}/admission", MORE | {"reason": "山路中断"})
    assert answer.status_code == 200 and "已准入" in answer.text and filled(answer.text) == MORE


def test_what_is_typed_outlives_a_decision_on_a_stale_version(desk, reviewer, inspection, path):
    looked = shown(desk.get(path).text)
    body = {"item": "TA06", "answer": {"value": 4}, "reason": "清点"}
    reviewer.post(f"/inspections/{inspection}/decisions", json=body, headers={"If-Match": f'"{version(inspection)}"'})
    stale = desk.post(f"{path}/decisions", looked | MORE | TA01)
    assert stale.status_code == 412 and "TA01 改定的理由" in stale.text and ">请靠近拍" not in stale.text
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)">', stale.text)
    answer = desk.post(f"{path}/decisions", dict(hidden))
    assert answer.status_code == 200 and filled(answer.text) == MORE


def test_every_field_and_button_of_a_visit_goes_with_the_same_form(desk, path):
    main = re.search(r"<main.*</main>", desk.get(path).text, re.DOTALL)[0]
    alone = re.sub(r"<(form|dialog).*?</\1>|<button type=\"button\"", "", main, flags=re.DOTALL)
    fields = re.findall(r"<(?:button|input|select|textarea)\b[^>]*>", alone)
    assert len(fields) > 200 and [each for each in fields if ' form="desk"' not in each] == []


def test_enter_in_a_field_presses_no_button_that_decides(desk, path):
    first = re.search(r"<button[^>]*>", desk.get(path).text.partition("<main")[2])[0]
    assert first == "<button hidden disabled>"


def test_a_long_reason_for_every_item_is_taken(desk, path):
    page = desk.get(path).text
    reasons = {name: "看不清" * 250 for name in re.findall(r'name="(reason-\w+)"', page)}
    assert len(reasons) > 30
    assert desk.post(f"{path}/return", shown(page) | reasons).status_code == 303


def test_the_address_of_a_form_leads_back_to_the_visit(desk, path):
    answers = [desk.get(f"{path}/{form}") for form in ("approval", "return", "decisions", "admission")]
    assert {(each.status_code, each.location) for each in answers} == {(303, path)}


def test_a_total_that_is_given_cannot_be_typed_over(desk, path):
    total = re.search(r'<input id="m-TA05"[^>]*>', desk.get(path).text)[0]
    assert 'value="5" readonly' in total and 'maxlength="12"' in total


def test_headings_leave_out_no_level(desk, tashi, inspection, path):
    tashi.submit(inspection, answered(visit(LUOJIANG), "TA01", value=12))
    levels = [int(each) for each in re.findall(r"<h(\d)", desk.get(path).text)]
    assert levels[0] == 1 and max(after - before for before, after in pairwise(levels)) == 1
