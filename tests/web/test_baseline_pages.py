"""Baselines on pages: adopted with their effect in sight, and by two people where a value is unusual."""

from __future__ import annotations

import re
from html import unescape
from uuid import uuid4

import pytest
from factories import LUOJIANG, answered, approved, visit
from states import made_once

from audit.base.trail import TrailLine
from audit.centres.models import Division
from audit.checklists.models import Baseline
from audit.rounds.models import Round, RoundLevel

HERE = "/rounds/2026Q4/baselines"
HAN = re.compile("[一-鿿]+")


@made_once
def exemplary(people):
    """An approved visit to 嘎东镇 that meets every standard, and one to 洛江镇."""
    other = uuid4()
    people["tashi"].submit(other, answered(visit(LUOJIANG), "TA01", value=120))
    return approved(people["tashi"], people["reviewer"])


@made_once
def odd(people):
    """An approved visit to 嘎东镇 with one value out of range and one below the standard."""
    inspection = uuid4()
    people["tashi"].submit(inspection, answered(answered(visit(), "TA01", value=5000), "TP02", value=1))
    people["reviewer"].review(inspection)
    return inspection


def lines(action: str) -> int:
    return TrailLine.select().where(TrailLine.action == action).count()


def proposed(browse, odd) -> int:
    assert browse("office").post(HERE, {"inspection": str(odd)}).status_code == 303
    return Baseline.get().id


def adopted() -> int | None:
    return RoundLevel.get(RoundLevel.level == "township").baseline_id


def test_a_round_without_a_baseline_says_what_stands_in(browse):
    page = browse("office").get(HERE).text
    assert "尚无示范点基线，以本中心类型的标准代替" in page and "还没有可采纳的检查" in page


def test_the_visits_that_could_be_adopted_are_listed(browse, exemplary):
    page = browse("office").get(HERE).text
    assert f'href="{HERE}/{exemplary}"' in page and page.count("预览影响") == 1


def test_the_preview_shows_what_the_api_tells_and_stores_nothing(browse, people, exemplary):
    told = people["office"].post("/rounds/2026Q4/baselines/preview", json={"inspection": str(exemplary)}).json
    page = browse("office").get(f"{HERE}/{exemplary}").text
    for row in told["rows"]:
        assert re.search(rf"{row['name']}.*?>{row['before']}<.*?>{row['after']}<", page, re.S)
    assert f"{told['summary']['mean_before']} → {told['summary']['mean_after']}" in page
    assert "没有异常值" in page and Baseline.select().count() == 0


def test_the_preview_says_what_it_comes_to_by_county(browse, exemplary):
    county = (
        browse("office").get(f"{HERE}/{exemplary}").text.partition('id="effect-counties"')[2].partition("</table>")[0]
    )
    assert re.search(r"白朗县</th><td class=\"n\">2</td>", county)


def test_a_visit_becomes_the_baseline(browse, exemplary):
    office = browse("office")
    answer = office.post(HERE, {"inspection": str(exemplary)})
    assert (answer.status_code, answer.location, lines("baseline.adopt")) == (303, HERE, 1)
    page = office.get(HERE).text
    assert "第1版基线已采纳，重算得分 2 次" in page and "本轮现用" in page and "无异常，无需确认" in page
    assert "这就是本轮现用的第1版基线" in office.get(f"{HERE}/{exemplary}").text


def test_unusual_values_are_listed_with_why(browse, odd):
    page = browse("office").get(f"{HERE}/{odd}").text
    table = page.partition('id="odd-title"')[2].partition("<details>")[0]
    assert "5000 m²" in table and "超出合理范围" in table and "低于示范型标准" in table and "提出为基线" in page


def test_with_unusual_values_it_is_proposed_and_waits(browse, odd):
    proposed(browse, odd)
    page = browse("office").get(HERE).text
    assert "待另一人确认" in page and (adopted(), lines("baseline.propose")) == (None, 1)
    assert "由您本人提出，须由考核办另一人确认" in browse("office").get(f"{HERE}/{odd}").text


def test_nobody_confirms_what_they_proposed(browse, odd):
    number = proposed(browse, odd)
    answer = browse("office").post(f"{HERE}/{number}/confirmation", {"item-TA01": "on", "item-TP02": "on"})
    assert answer.status_code == 403 and "由您本人提出" in answer.text and adopted() is None


def test_a_second_person_confirms_item_by_item(browse, odd):
    number, second = proposed(browse, odd), browse("office2")
    assert f'action="{HERE}/{number}/confirmation"' in second.get(f"{HERE}/{odd}").text
    left = second.post(f"{HERE}/{number}/confirmation", {"item-TA01": "on"})
    assert left.status_code == 422 and "须逐项核对并勾选所列全部条目" in left.text and adopted() is None
    both = second.post(f"{HERE}/{number}/confirmation", {"item-TA01": "on", "item-TP02": "on"})
    assert (both.location, adopted(), lines("baseline.confirm")) == (HERE, number, 1)
    assert "Office2" in second.get(HERE).text


def test_what_is_no_visit_is_refused(browse, exemplary):
    answer = browse("office").post(HERE, {"inspection": "none"})
    assert answer.status_code == 422 and Baseline.select().count() == 0


def test_what_cannot_be_adopted_says_why(browse, people):
    other = approved(people["tashi"], people["reviewer"], LUOJIANG)
    answer = browse("office").get(f"{HERE}/{other}")
    assert answer.status_code == 409 and "不是示范点" in answer.text


def test_once_the_round_is_closed_nothing_is_adopted(browse, exemplary):
    Round.update(state="closed").where(Round.code == "2026Q4").execute()
    page = browse("office").get(HERE).text
    assert "轮次已截止，基线不再变动" in page and "预览影响" not in page
    assert browse("office").post(HERE, {"inspection": str(exemplary)}).status_code == 409


def test_a_round_that_is_not_wholly_theirs_is_not_found(browse, moved, exemplary):
    moved("office", "540228")
    assert browse("office").get(HERE).status_code == 404


@pytest.mark.parametrize("name", ["bailang", "reviewer", "admin"])
def test_only_the_office_sees_them(browse, name):
    assert browse(name).get(HERE).status_code == 403


def test_the_pages_ask_the_same_number_of_questions_however_many_visits(browse, people, exemplary, queries_of):
    office = browse("office")
    few = [queries_of(lambda path=path: office.get(path)) for path in (HERE, f"{HERE}/{exemplary}")]
    approved(people["tashi"], people["reviewer"])
    people["tashi"].submit(uuid4(), visit(LUOJIANG))
    assert [queries_of(lambda path=path: office.get(path)) for path in (HERE, f"{HERE}/{exemplary}")] == few


def test_in_english_nothing_is_left_in_chinese_but_names(browse, odd):
    number = proposed(browse, odd)
    second = browse("office2").speak("en")
    names = {each.name for each in Division.select()} | {"中文", "年第四季度", "便民服务中心"}
    for path in (HERE, f"{HERE}/{odd}"):
        found = HAN.findall(re.sub(r"<[^>]*>", " ", unescape(second.get(path).text)))
        assert {each.replace("便民服务中心", "") for each in found} <= names | {""}, (path, number)
