"""Values, deadlines and refusals in the words of both languages; an answer typed into a form."""

from __future__ import annotations

import inspect
import re
from datetime import date
from decimal import Decimal

import pytest

from audit.accounts import actions
from audit.base.problems import FindingMovedOn, ValidationError
from audit.followup.days import Calendar
from audit.web import states
from audit.web.days_left import left
from audit.web.findings import in_words
from audit.web.sentences import SENTENCES
from audit.web.values import answer, found, standard, typed, unit
from audit.web.wording import Vocabulary, place, sentence, spoken

MEASURE = {"answer": "measure", "unit": "m²"}
COUNT = {"answer": "count", "unit": "个"}
SHARE = {"answer": "share"}
YES_NO = {"answer": "yes_no"}
CHOICE = {
    "answer": "choice",
    "choices": [
        {"code": "one", "zh": "一楼", "en": "ground floor", "credit": 1},
        {"code": "two", "zh": "二楼", "en": "one floor up", "credit": "0.5"},
    ],
}
HOLIDAY = {2026: Calendar(frozenset({date(2026, 11, 23), date(2026, 11, 24)}), frozenset())}
SUNDAY = date(2026, 11, 22)


def mark(**changes) -> dict:
    return {"possible": "1.00", "reason": "full-marks", "value": None, "n": None, "m": None, "standard": None} | changes


@pytest.mark.parametrize(
    ("line", "item", "words"),
    [
        (mark(value="120.5"), MEASURE, ("120.5 m²", "120.5 m²")),
        (mark(value="3"), COUNT, ("3 个", "3")),
        (mark(n="1", m="3"), SHARE, ("1 / 3 (33.3%)", "1 / 3 (33.3%)")),
        (mark(n="0", m="0"), SHARE, ("0 / 0", "0 / 0")),
        (mark(value=True), YES_NO, ("是", "yes")),
        (mark(value="one"), CHOICE, ("一楼", "ground floor")),
        (mark(value="gone"), CHOICE, ("gone", "gone")),
        (mark(reason="not-applicable", sent={"not_applicable": "无"}), SHARE, ("不适用：无", "not applicable: 无")),
        (mark(reason="not-applicable"), SHARE, ("不适用", "not applicable")),
        (mark(), SHARE, ("—", "—")),
        ({"sent": {"yes": False}}, YES_NO, ("否", "no")),
        ({"sent": None}, YES_NO, ("—", "—")),
    ],
)
def test_a_value_is_said_as_its_item_means_it(line, item, words):
    assert found(line, item) == words


def test_what_the_demonstration_site_sets_stands_beside_the_standard():
    line = mark(value="84") | {"standard": "100", "reference": "165", "reference_from": "baseline"}
    told = in_words(line, MEASURE)
    assert (told["standard"][0], told["reference"][0]) == ("不低于 100 m²", "不低于 165 m²")
    assert in_words(line | {"reference": "100", "reference_from": "standard"}, MEASURE)["reference"] is None


@pytest.mark.parametrize(
    ("asked", "item", "words"),
    [
        ("100", MEASURE, ("不低于 100 m²", "at least 100 m²")),
        ("2", COUNT | {"better": "lower"}, ("不高于 2 个", "at most 2")),
        ("0.8", SHARE, ("不低于 80%", "at least 80%")),
        ("1/3", SHARE, ("不低于 33.3%", "at least 33.3%")),
        (True, YES_NO, ("是", "yes")),
        ("one", CHOICE, ("一楼", "ground floor")),
        ("two", CHOICE, ("二楼（或更好）", "one floor up (or better)")),
        (None, SHARE, ("—", "—")),
    ],
)
def test_a_standard_is_said_with_its_direction(asked, item, words):
    assert standard(mark(standard=asked), item) == words


@pytest.mark.parametrize(
    ("fields", "wire"),
    [
        ({"answer-value": "120.50"}, {"value": Decimal("120.50")}),
        ({"answer-value": "１２０"}, {"value": 120}),
        ({"answer-value": "1e9"}, {"value": "1e9"}),
        ({"answer-n": "3", "answer-m": "5"}, {"n": 3, "m": 5}),
        ({"answer-m": "5"}, {}),
        ({"answer-yes": "yes"}, {"yes": True}),
        ({"answer-yes": "no"}, {"yes": False}),
        ({"answer-choice": "one"}, {"choice": "one"}),
        ({"answer-value": "1", "answer-not_applicable": "无"}, {"not_applicable": "无"}),
        ({"reason": "属实"}, {}),
    ],
)
def test_an_answer_is_read_from_a_form(fields, wire):
    assert typed(fields) == wire


def test_an_answer_of_the_api_is_said_likewise():
    assert answer({"n": 1, "m": 2}, SHARE) == ("1 / 2 (50%)", "1 / 2 (50%)")
    assert answer(None, SHARE) == ("—", "—")
    assert (unit(COUNT), unit(SHARE)) == (("个", ""), ("", ""))


@pytest.mark.parametrize(
    ("due_on", "zh", "en", "kind"),
    [
        (date(2026, 11, 17), "已逾期5天", "5 days overdue", "risky"),
        (date(2026, 11, 21), "已逾期1天", "1 day overdue", "risky"),
        (SUNDAY, "今天到期", "due today", "risky"),
        (date(2026, 11, 24), "还有2天（休息日）", "2 days left (days off)", "risky"),
        (date(2026, 11, 25), "还有1个工作日", "1 working day left", "warn"),
        (date(2026, 12, 2), "还有6个工作日", "6 working days left", "calm"),
    ],
)
def test_a_deadline_is_counted_in_working_days(due_on, zh, en, kind):
    told = left(due_on, SUNDAY, HOLIDAY)
    assert (told.zh, told.en, told.kind) == (zh, en, kind)


@pytest.mark.parametrize(
    ("text", "zh"),
    [
        ("it is frozen", "当前状态：已冻结"),
        ("it is returned", "当前状态：已退回"),
        ("appeal 3 on TA01: open", "申诉 3（TA01）：待决定"),
        ("a number is wanted; Unknown field.", "请填数字；不是本表的内容"),
        ("100 × 100; at most 64 Mpx for JPEG", "100 × 100；JPEG 最多 64 百万像素"),
        ("nothing that is known", "nothing that is known"),
        ("检查已作废 · the visit was taken out", "检查已作废"),
        ("must have 1 to 128 characters", "须为 1 至 128 个字"),
        ("Not a valid integer.", "格式不正确"),
        ("not readable text", "含有无法识别的字符"),
        ("more than 1000000 bytes", "超过 1000000 字节"),
        ("it is neither late nor unassigned", "既未逾期，也不是未指派，无需准入"),
        ("late, not-assigned", "逾期、未指派"),
        ("on 2026-11-03 09:30", "2026-11-03 09:30 已清理"),
        ("the decoder was killed", "暂时无法核验照片"),
        ("many exports are being made", "正在生成的文件较多"),
        ("it was drawn: name none, and the next of the draw's order comes", "抽取的计划按次序递补，不能另选中心"),
        ("is for a village", "该清单适用于村级"),
    ],
)
def test_a_sentence_is_told_in_chinese(text, zh):
    assert sentence(text, "zh") == zh


def test_no_sentence_stands_behind_one_that_takes_its_place():
    plain = [(text, zh) for text, zh in SENTENCES if not set(text) & set("()|[]+*?\\")]
    assert len(plain) > 90
    assert [text for text, zh in plain if sentence(text, "zh") != zh] == []


def test_every_refusal_of_accounts_is_told_in_chinese():
    said = re.findall(r'(?:Forbidden|errors=\{"/\w+":) ?\(?"([^"]+)"', inspect.getsource(actions))
    assert len(said) >= 7
    assert [text for text in said if sentence(text, "zh") == text] == []


@pytest.mark.parametrize(
    ("of", "zh"),
    [(states.FINDINGS, "待下达"), (states.APPEALS, "待决定"), (states.ROUNDS, "进行中")],
)
def test_a_state_is_told_as_the_page_calls_it(of, zh):
    assert sentence("it is open", "zh", Vocabulary(states=of)) == f"当前状态：{zh}"


def test_a_field_is_called_what_the_page_calls_it():
    own = Vocabulary({"kind": ("类别", "Kind of deadline")})
    assert (place("/kind", "zh"), place("/kind", "zh", own), place("/kind", "en", own)) == (
        "方式",
        "类别",
        "Kind of deadline",
    )


def test_a_sentence_is_told_in_english():
    assert sentence("检查已作废 · the visit was taken out", "en") == "the visit was taken out"
    assert sentence("it is ordered", "en") == "it is ordered"


@pytest.mark.parametrize(
    ("pointer", "zh", "en"),
    [
        ("/photos/0", "第1张照片", "Photo 1"),
        ("/photos", "照片", "Photos"),
        ("/answer/value", "认定值：数值", "Value: Number"),
        ("/7/note", "第 7 行 说明", "row 7, Note"),
        ("/other", "other", "other"),
        ("", "", ""),
    ],
)
def test_a_field_is_called_by_its_name(pointer, zh, en):
    assert (place(pointer, "zh"), place(pointer, "en")) == (zh, en)


def test_a_refusal_is_another_one_in_other_words():
    refusal = ValidationError(errors={"/unit": "Missing data for required field."})
    told = spoken(refusal, "zh")
    assert told.errors == [{"pointer": "责任单位", "detail": "必填"}] and refusal.errors[0]["pointer"] == "/unit"
    assert spoken(FindingMovedOn("it is closed"), "zh", Vocabulary(states=states.FINDINGS)).detail == "当前状态：已销号"
