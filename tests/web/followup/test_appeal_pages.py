"""Appeals in a browser: filed while there is time, decided by somebody else, withdrawn; refusals in words."""

import re
from datetime import UTC, datetime

import pytest
from towns import LUOJIANG, SOUND

from audit.evidence.models import Photo
from audit.followup.models import Appeal
from audit.inspections.models import ItemDecision

SEPTEMBER = datetime(2026, 9, 18, 9, 0, tzinfo=UTC)  # a Friday: five working days later is the 24th


@pytest.fixture
def form(town, fault) -> str:
    """The path of the form on T1, in a round that was frozen a moment ago."""
    town.freeze()
    return f"/inspections/{fault}/items/T1/appeal"


@pytest.fixture
def filed(form, town, fault) -> str:
    """The path of 白朗县's appeal on T1."""
    return f"/appeals/{town.appeal(fault).json['id']}"


# --- filing ------------------------------------------------------------------------------------------------------


def test_the_form_shows_the_score_and_the_days_that_are_left(form, fault, people, browse):
    page = browse("bailang").get(form).text
    score = people["bailang"].get(f"/inspections/{fault}/score").json
    mark = next(each for each in score["items"] if each["code"] == "T1")
    assert f"<dd>{mark['value']} 分</dd>" in page and f"<dd>{mark['points']} / {mark['possible']}</dd>" in page
    assert f"<dd>{score['total']}</dd>" in page and "还有5个工作日" in page and "提交申诉" in page
    gain = next(each["reference_gain"] for each in score["gaps"] if each["item"] == "T1")
    assert f"<dd>+{gain} " in page


def test_a_county_appeals_with_the_value_it_asks_for_and_a_photo(form, town, browse, picture, lines):
    bailang = browse("bailang")
    fields = {"reason": "已扩建\r\n见照片", "answer-value": "100", "photos": picture()}
    answer = bailang.post(form, fields)
    told = town.people["office"].get("/appeals").json[0]
    assert (answer.status_code, answer.location) == (303, f"/appeals/{told['id']}")
    assert (told["item"], told["reason"]) == ("T1", "要求认定为：100 分\n已扩建\n见照片")
    assert (len(told["photos"]), lines("appeal.file")) == (1, 1)
    page = bailang.get(answer.location).text
    assert "申诉已提交" in page and told["photos"][0] in page and "还有10个工作日" in page


@pytest.mark.parametrize(("item", "field", "most"), [("T1", "value", 15), ("T4", "n", 12), ("T4", "m", 12)])
def test_a_value_takes_no_more_than_it_may_have(form, browse, item, field, most):
    page = browse("bailang").get(form.replace("T1", item)).text
    assert re.search(f'<input id="answer-{field}" name="answer-{field}" [^>]*maxlength="{most}"', page)


def test_an_appeal_needs_neither_a_value_nor_a_photo(form, town, browse):
    assert browse("bailang").post(form, {"reason": "不符"}).status_code == 303
    assert town.people["office"].get("/appeals").json[0]["reason"] == "不符"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"answer-value": "100"}, "<b>理由</b> 必填"),
        ({"reason": "不符", "answer-value": "很大"}, "请填数字"),
        ({"reason": "不符", "answer-yes": "yes"}, "请按本条目的填报方式填写认定值"),
        ({"reason": "不符", "answer-not_applicable": "没有大厅"}, "本条目不得填不适用"),
    ],
)
def test_an_appeal_that_cannot_be_keeps_nothing(form, browse, picture, fields, sentence):
    answer = browse("bailang").post(form, fields | {"photos": picture()})
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert (Appeal.select().count(), Photo.select().count()) == (0, 0)


def test_after_the_last_day_the_button_is_gone_and_the_form_refused(town, fault, browse):
    town.freeze(SEPTEMBER)
    bailang, path = browse("bailang"), f"/inspections/{fault}/items/T1/appeal"
    page = bailang.get(path).text
    assert "申诉期已于 2026-09-24 结束" in page and "提交申诉" not in page
    assert "/appeal" not in bailang.get(f"/findings/{town.finding()['id']}").text.replace('"/appeals"', "")
    answer = bailang.post(path, {"reason": "不符"})
    assert (answer.status_code, "申诉期已于2026-09-24结束" in answer.text) == (403, True)
    english = bailang.speak("en").post(path, {"reason": "no"}).text
    assert "the last day for appeals was 2026-09-24" in english and "申诉期" not in english


def test_before_the_freeze_there_is_no_form(town, fault, browse):
    bailang, path = browse("bailang"), f"/inspections/{fault}/items/T1/appeal"
    assert "尚未进入申诉期" in bailang.get(path).text
    assert bailang.post(path, {"reason": "不符"}).status_code == 403


def test_an_item_with_an_appeal_leads_to_it(form, filed, browse):
    page = browse("bailang").get(form).text
    assert f'href="{filed}"' in page and "提交申诉" not in page
    answer = browse("bailang").post(form, {"reason": "另有理由"})
    assert (answer.status_code, f"申诉 {filed[9:]}（T1）：待决定" in answer.text) == (409, True)


def test_a_visit_that_does_not_count_has_no_form(town, fault, browse):
    town.visit(LUOJIANG, *SOUND, at=datetime(2026, 11, 21, 3, tzinfo=UTC))
    town.freeze()
    bailang, path = browse("bailang"), f"/inspections/{fault}/items/T1/appeal"
    page = bailang.get(path).text
    assert "以另一次检查计分" in page and "提交申诉" not in page
    answer = bailang.post(path, {"reason": "不符"})
    assert (answer.status_code, "该中心另有计分的检查" in answer.text) == (409, True)


@pytest.mark.parametrize("item", ["T77", "none"])
def test_an_item_that_is_none_is_not_found(form, browse, item):
    path = form.replace("T1", item)
    assert browse("bailang").get(path).status_code == 404
    assert browse("bailang").post(path, {"reason": "不符"}).status_code == 422


def test_a_finding_leads_to_the_form_while_there_is_time(form, town, browse):
    path = f"/findings/{town.finding()['id']}"
    assert f'href="{form}"' in browse("bailang").get(path).text
    assert f'href="{form}"' not in browse("office").get(path).text


def test_another_county_finds_nothing(form, filed, browse):
    jiangzi = browse("jiangzi")
    paths = (form, filed)
    assert [jiangzi.get(path).status_code for path in paths] == [404, 404]
    assert [jiangzi.post(path, {"reason": "x"}).status_code for path in (form, f"{filed}/withdrawal")] == [404, 404]


# --- deciding ----------------------------------------------------------------------------------------------------


def test_an_upheld_appeal_shows_the_score_then_and_now(filed, town, browse, lines):
    office = browse("office")
    before = office.get(filed).text
    assert "<dd>90 分</dd>" in before and "<dd>85.00</dd>" in before
    answer = office.post(f"{filed}/decision", {"decision": "uphold", "reason": "经查属实", "answer-value": "100"})
    assert (answer.status_code, lines("appeal.uphold")) == (303, 1)
    page = office.get(filed).text
    assert "<dd>90 分</dd>" in page and "<dd>100 分</dd>" in page
    assert "<dd>85.00 → 87.50</dd>" in page and "经查属实" in page
    assert town.people["office"].get(f"/api/v1{filed}"[7:]).json["answer"] == {"value": 100}


def test_a_dismissed_appeal_changes_nothing_whatever_was_typed(filed, town, browse, lines):
    office = browse("office")
    office.post(f"{filed}/decision", {"decision": "dismiss", "reason": "证据充分", "answer-value": "100"})
    told = town.people["office"].get(filed).json
    assert (told["state"], told["answer"], lines("appeal.dismiss")) == ("dismissed", None, 1)
    assert ItemDecision.select().count() == 0 and "证据充分" in office.get(filed).text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"decision": "uphold", "reason": "属实"}, "变更须填认定值"),
        ({"decision": "uphold", "reason": "属实", "answer-value": "-1"}, "请填数字"),
        ({"decision": "uphold", "reason": "属实", "answer-n": "1", "answer-m": "2"}, "请按本条目的填报方式"),
        ({"decision": "dismiss"}, "<b>理由</b> 必填"),
        ({"reason": "属实"}, "<b>处理意见</b> 必填"),
    ],
)
def test_a_decision_that_cannot_be_is_told_in_words(filed, browse, fields, sentence):
    answer = browse("office").post(f"{filed}/decision", fields)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert Appeal.get().state == "open"


def test_who_reviewed_the_visit_reads_why_they_do_not_decide(filed, browse):
    reviewer = browse("reviewer")
    page = reviewer.get(filed).text
    assert "/decision" not in page and "复核过本次检查的人员不得决定" in page
    answer = reviewer.post(f"{filed}/decision", {"decision": "dismiss", "reason": "x"})
    assert (answer.status_code, "复核过本次检查的人员不得决定" in answer.text) == (403, True)
    assert "待您决定" not in reviewer.get("/appeals").text
    assert "待您决定" in browse("reviewing-inspector").get("/appeals").text


def test_what_was_decided_is_told_by_its_outcome(filed, browse):
    office = browse("office")
    for form in ({"decision": "dismiss", "reason": "一"}, {"decision": "dismiss", "reason": "二"}):
        answer = office.post(f"{filed}/decision", form)
    assert (answer.status_code, "当前状态：维持" in answer.text) == (409, True)


def test_an_appeal_is_withdrawn(filed, browse, lines):
    bailang = browse("bailang")
    assert f'action="{filed}/withdrawal"' in bailang.get(filed).text
    assert bailang.post(f"{filed}/withdrawal").status_code == 303
    page = bailang.get(filed).text
    assert "申诉已撤回" in page and f'action="{filed}/withdrawal"' not in page and lines("appeal.withdraw") == 1


# --- the list ----------------------------------------------------------------------------------------------------


def test_the_list_shows_what_the_api_says(filed, town, browse):
    (told,) = town.people["office"].get("/appeals").json
    page = browse("office").get("/appeals").text
    assert f'href="{filed}"' in page and told["decide_by"] in page and told["centre_name"] in page
    assert "受理至" in page and "还有5个工作日" in page


@pytest.mark.parametrize(("asked", "found"), [("state=open", True), ("state=upheld", False), ("county=540222", False)])
def test_a_list_is_narrowed(filed, browse, asked, found):
    assert (f'href="{filed}"' in browse("office").get(f"/appeals?{asked}").text) is found


def test_the_list_asks_the_same_however_long_it_is(filed, town, fault, browse, queries_of):
    office = browse("office")
    few = queries_of(lambda: office.get("/appeals"))
    town.appeal(fault, item="T4")
    assert queries_of(lambda: office.get("/appeals")) == few


@pytest.mark.parametrize("who", ["office", "bailang", "reviewer"])
def test_the_english_pages_have_no_chinese_but_names(form, filed, browse, chinese, names, who):
    person = browse(who).speak("en")
    paths = ["/appeals", filed, *([form, form.replace("T1", "T4")] if who == "bailang" else [])]
    assert [chinese(person.get(path).text, names) for path in paths] == [set()] * len(paths)
