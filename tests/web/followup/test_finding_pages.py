"""Findings in a browser: the list, what is ordered, reported with photos, verified, opened again; refusals in words."""

import hashlib
import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from factories import large_photo
from towns import FAULTY, GADONG, LUOJIANG, ORDER

from audit.evidence.models import Photo
from audit.followup.models import FindingStep


def steps(verb: str) -> int:
    return FindingStep.select().where(FindingStep.verb == verb).count()


# --- the list ----------------------------------------------------------------------------------------------------


def test_the_list_shows_what_the_api_says(ordered, town, browse):
    page = browse("office").get(f"/findings?round={town.code}").text
    for each in town.findings():
        assert f'href="/findings/{each["id"]}"' in page and f">{each['lost']}<" in page
        assert each["due_on"] is None or each["due_on"] in page


def test_the_head_of_the_list_counts_where_findings_stand(ordered, town, browse, due):
    due(-5)
    page = browse("office").get(f"/findings?round={town.code}&item=T1&state=closed").text
    wanted = {"state=open": "0", "state=ordered": "1", "overdue=true": "1"}
    assert {state: page.split(f'{state}">')[1].split("<")[0] for state in wanted} == wanted


def test_centres_lead_to_their_pages_for_whom_those_are(ordered, browse):
    for path in ("/findings", ordered):
        assert 'href="/centres/' in browse("bailang").get(path).text
        page = browse("tashi").get(path).text
        assert 'href="/centres/' not in page and "洛江镇便民服务中心" in page


@pytest.mark.parametrize(("days", "words"), [(0, "今天到期"), (-5, "已逾期5天"), (-1, "已逾期1天")])
def test_a_deadline_is_said_in_words(ordered, browse, due, days, words):
    due(days)
    assert words in browse("bailang").get("/findings").text
    assert words in browse("bailang").get(ordered).text


def test_days_that_are_left_are_working_days(ordered, browse):
    assert "还有15个工作日" in browse("bailang").get(ordered).text
    assert "15 working days left" in browse("bailang").speak("en").get(ordered).text


@pytest.mark.parametrize(
    ("asked", "items"),
    [
        ("item=T4", {"T4"}),
        ("kind=long-term", {"T4"}),
        ("state=ordered", {"T1", "T4"}),
        ("overdue=true", set()),
        ("county=540222", set()),
        ("state=&item=&overdue=", {"T1", "T4"}),
    ],
)
def test_a_list_is_narrowed(ordered, town, browse, asked, items):
    town.do("office", "order", "T4", kind="long-term", **ORDER)
    page = browse("office").get(f"/findings?{asked}").text
    shown = {item for item in ("T1", "T4") if f'">{item} ' in page.split("<tbody>")[-1]}
    assert (shown, "没有符合条件的问题" in page) == (items, not items)


def test_a_list_has_pages(ordered, browse):
    page = browse("office").get("/findings?page_size=1&page=2").text
    assert 'rel="prev"' in page and 'aria-current="page">2<' in page


def test_a_filter_that_is_none_is_told_in_words(browse):
    answer = browse("office").get("/findings?state=gone")
    assert answer.status_code == 400 and "请从所列各项中选择" in answer.text and "<b>状态</b>" in answer.text


def test_another_countys_findings_are_not_there(ordered, browse):
    jiangzi = browse("jiangzi")
    assert "没有符合条件的问题" in jiangzi.get("/findings").text
    assert jiangzi.get(ordered).status_code == 404
    assert jiangzi.post(f"{ordered}/report", {"note": "已扩建"}).status_code == 404
    assert steps("report") == 0


def test_the_list_asks_the_same_however_long_it_is(ordered, town, browse, queries_of):
    office = browse("office")
    few = queries_of(lambda: office.get("/findings"))
    town.visit(GADONG, *FAULTY)
    assert queries_of(lambda: office.get("/findings")) == few


@pytest.mark.parametrize("path", ["/findings", "/findings?round=TOWN&county=540228"])
def test_the_english_list_has_no_chinese_but_names(ordered, browse, chinese, names, path):
    assert chinese(browse("office").speak("en").get(path).text, names) == set()


# --- orders ------------------------------------------------------------------------------------------------------


def test_a_finding_is_ordered(town, fault, browse, lines):
    path = f"/findings/{town.finding()['id']}"
    answer = browse("office").post(f"{path}/order", ORDER | {"kind": "long-term", "note": "先列计划\r\n再报"})
    assert (answer.status_code, answer.location) == (303, path)
    told = town.finding()
    assert (told["state"], told["kind"], told["unit"]) == ("ordered", "long-term", ORDER["unit"])
    assert told["steps"][-1]["note"] == "先列计划\n再报"
    assert lines("finding.order") == 1


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({}, "<b>责任单位</b> 必填"),
        ({"unit": "x" * 101}, "<b>责任单位</b> 须为 1 至 100 个字"),
        (ORDER | {"due_on": "2020-01-01"}, "<b>整改期限</b> 早于今天"),
        (ORDER | {"due_on": "soon"}, "<b>整改期限</b> 格式不正确"),
        (ORDER | {"due_on": "9999-12-31"}, "<b>整改期限</b> 超过 3 年，最迟为 "),
        (ORDER | {"kind": "never"}, "<b>类别</b> 请从所列各项中选择"),
    ],
)
def test_an_order_that_cannot_be_is_told_in_words(town, fault, browse, form, sentence):
    answer = browse("office").post(f"/findings/{town.finding()['id']}/order", form)
    assert (answer.status_code, sentence in answer.text, steps("order")) == (422, True, 0)


def test_many_are_ordered_at_once(town, fault, browse, lines):
    office, path = browse("office"), f"/findings?round={town.code}&county=540228"
    assert "待下达 2 项" in office.get(path).text
    form = ORDER | {"round": town.code, "county": "540228", "kind": "normal", "item-T4": "yes"}
    answer = office.post("/findings/orders", form)
    assert (answer.status_code, answer.location) == (303, f"{path}&state=ordered")
    assert "已下达 1 项整改" in office.get(answer.location).text
    assert {each["item"]: each["state"] for each in town.findings()} == {"T1": "open", "T4": "ordered"}
    assert lines("finding.order-all") == 1
    office.post("/findings/orders", form)
    assert "没有待下达的问题" in office.get(path).text


def test_orders_for_no_round_are_not_found(town, fault, browse):
    assert browse("office").post("/findings/orders", ORDER | {"county": "540228"}).status_code == 404


def test_only_the_office_is_offered_to_order(ordered, town, browse):
    assert f'action="{ordered}/order"' in browse("office").get(ordered).text
    for name in ("bailang", "reviewer", "tashi"):
        assert f'action="{ordered}/order"' not in browse(name).get(ordered).text
        assert "/findings/orders" not in browse(name).get(f"/findings?round={town.code}&county=540228").text


# --- reports -----------------------------------------------------------------------------------------------------


def test_a_report_brings_its_photos_from_the_browser(ordered, town, browse, picture, lines):
    bailang = browse("bailang")
    form = {"note": "已扩建\r\n并已挂牌", "photos": [picture("one"), picture("two"), picture("one")]}
    answer = bailang.post(f"{ordered}/report", form)
    assert (answer.status_code, answer.location) == (303, ordered)
    told = town.finding()
    step = told["steps"][-1]
    assert (told["state"], step["note"], len(step["photos"])) == ("reported", "已扩建\n并已挂牌", 2)
    assert (lines("photo.keep"), lines("finding.report")) == (2, 1)
    page = bailang.get(ordered).text
    assert "整改已上报" in page and page.count(step["photos"][0]) >= 3
    with bailang.get(f"/api/v1{ordered}/photos/{step['photos'][0]}?size=320") as shown:
        assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")


def test_a_report_need_not_wait_for_checkers(ordered, town, browse, picture, app, monkeypatch):
    monkeypatch.setitem(app.extensions, "intake", replace(app.extensions["intake"], at_once=False))
    answer = browse("bailang").post(f"{ordered}/report", {"note": "已扩建", "photos": picture()})
    assert (answer.status_code, town.finding()["state"]) == (303, "reported")


def test_a_photo_older_than_the_finding_is_refused_with_the_reason(town, people, browse, picture):
    data, _ = picture("old")
    bailang = browse("bailang")
    sent = people["bailang"].send_photo(_digest(data), data.getvalue())
    assert sent.status_code == 201
    town.visit(GADONG, *FAULTY)
    town.do("office", "order", **ORDER)
    path = f"/findings/{town.finding()['id']}"
    answer = bailang.post(f"{path}/report", {"note": "已扩建", "photos": [picture("new"), picture("old")]})
    assert (answer.status_code, town.finding()["state"]) == (422, "ordered")
    assert "<b>第2张照片</b>" in answer.text and "早于问题发现时间" in answer.text
    english = bailang.speak("en").post(f"{path}/report", {"note": "x", "photos": picture("old")}).text
    assert "<b>Photo 1</b> it came at" in english and "before the finding" in english


def _digest(file: io.BytesIO) -> str:
    return hashlib.sha256(file.getvalue()).hexdigest()


def test_what_is_no_photo_is_told_by_its_name(ordered, town, browse, picture):
    form = {"note": "已扩建", "photos": [picture(), (io.BytesIO(b"a letter"), "报告.docx")]}
    answer = browse("bailang").post(f"{ordered}/report", form)
    assert answer.status_code == 422 and "<b>第2张照片</b> 报告.docx：不支持的图片格式" in answer.text
    assert (town.finding()["state"], Photo.select().count()) == ("ordered", 1)
    form = {"note": "x", "photos": (io.BytesIO(b"x"), "a.txt")}
    english = browse("bailang").speak("en").post(f"{ordered}/report", form).text
    assert "<b>Photo 1</b> a.txt: Photos are JPEG, PNG, WebP or HEIC" in english


@pytest.mark.parametrize(("form", "sentence"), [({"note": "已扩建"}, "<b>照片</b> 必填"), ({}, "<b>说明</b> 必填")])
def test_a_report_without_words_or_photos_keeps_nothing(ordered, browse, picture, form, sentence):
    photos = {} if "note" in form else {"photos": picture()}
    answer = browse("bailang").post(f"{ordered}/report", form | photos)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert (steps("report"), Photo.select().count()) == (0, 0)


def test_a_form_that_is_too_large_is_refused_before_it_is_read(ordered, browse, app, monkeypatch):
    monkeypatch.setitem(app.extensions, "intake", replace(app.extensions["intake"], limit=1_000))
    form = {"note": "已扩建", "photos": (io.BytesIO(large_photo(20_000)), "a.jpg")}
    answer = browse("bailang").post(f"{ordered}/report", form)
    assert (answer.status_code, "请求内容过大" in answer.text, Photo.select().count()) == (413, True, 0)


# --- verification ------------------------------------------------------------------------------------------------


def test_what_was_reported_is_closed(reported, town, browse, lines):
    other = browse("reviewing-inspector")
    assert f'action="{reported}/verification"' in other.get(reported).text
    answer = other.post(f"{reported}/verification", {"decision": "close", "note": "现场核实"})
    assert (answer.status_code, town.finding()["state"], lines("finding.close")) == (303, "closed", 1)
    assert "已核验销号" in other.get(reported).text


def test_an_inspector_brings_a_photo_of_the_verification(reported, town, browse, picture):
    form = {"decision": "close", "note": "现场核实", "photos": picture("on site")}
    assert browse("drolma").post(f"{reported}/verification", form).status_code == 303
    assert len(town.finding()["steps"][-1]["photos"]) == 1


def test_what_was_returned_says_so(reported, town, browse):
    form = {"decision": "return", "note": "照片看不清"}
    assert browse("reviewer").post(f"{reported}/verification", form).status_code == 303
    assert town.finding()["state"] == "ordered"
    page = browse("bailang").get("/findings?returned=true").text
    assert "只显示被退回重改的问题" in page and f'href="{reported}"' in page


def test_who_was_on_the_visit_reads_why_they_do_not_verify(reported, town, browse):
    tashi = browse("tashi")
    page = tashi.get(reported).text
    assert "/verification" not in page and "参与本次检查的人员不得核验" in page
    answer = tashi.post(f"{reported}/verification", {"decision": "close", "note": "属实"})
    assert (answer.status_code, "参与本次检查的人员不得核验" in answer.text) == (403, True)
    assert town.finding()["state"] == "reported"


def test_a_decision_without_words_is_refused(reported, browse):
    answer = browse("reviewer").post(f"{reported}/verification", {"decision": "close"})
    assert (answer.status_code, "<b>说明</b> 必填" in answer.text, steps("close")) == (422, True, 0)


def test_what_moved_on_is_told_by_where_it_stands(reported, browse, picture):
    answer = browse("bailang").post(f"{reported}/report", {"note": "又改", "photos": picture("more")})
    assert (answer.status_code, "当前状态：待核验" in answer.text) == (409, True)


def test_a_closed_finding_is_opened_again(reported, town, browse, lines):
    browse("reviewer").post(f"{reported}/verification", {"decision": "close", "note": "属实"})
    office = browse("office")
    assert "<b>理由</b> 必填" in office.post(f"{reported}/reopening", {}).text
    assert office.post(f"{reported}/reopening", {"reason": "复查又不达标"}).status_code == 303
    assert (town.finding()["state"], lines("finding.reopen")) == ("open", 1)
    assert "重新打开 1 次" in office.get(reported).text


# --- one page ----------------------------------------------------------------------------------------------------


def test_the_page_says_what_was_found(ordered, town, fault, people, browse):
    page = browse("bailang").get(ordered).text
    score = people["bailang"].get(f"/inspections/{fault}/score").json
    mark = next(each for each in score["items"] if each["code"] == "T1")
    assert f"<dd>{mark['value']} 分</dd>" in page and f"<dd>不低于 {mark['standard']} 分</dd>" in page
    assert mark["why"]["zh"] in page and f"<dd>{town.finding()['lost']}</dd>" in page


def test_who_does_not_see_the_visit_is_told_so(ordered, browse):
    assert "仅限本次检查人员" in browse("drolma").get(ordered).text
    assert "仅限本次检查人员" not in browse("tashi").get(ordered).text


@pytest.mark.parametrize("name", ["office", "bailang", "reviewer", "drolma", "tashi"])
def test_the_english_page_has_no_chinese_but_names(reported, browse, chinese, names, name):
    assert chinese(browse(name).speak("en").get(reported).text, names) == set()


def test_what_a_score_did_is_told_in_one_language(reported, town, browse, chinese, names):
    town.visit(LUOJIANG, 100, at=datetime(2026, 11, 21, 3, tzinfo=UTC))
    page = browse("office").speak("en").get(reported).text
    assert "met at the visit of" in page and chinese(page, names) == set()
    assert "检查时已达标" in browse("office").speak("zh").get(reported).text


def test_a_page_asks_the_same_however_long_its_course_is(reported, town, browse, picture, queries_of):
    office = browse("office")
    few = queries_of(lambda: office.get(reported))
    town.do("reviewer", "verification", decision="return", note="照片看不清")
    town.do("office", "order", unit="白朗县住建局")
    browse("bailang").post(f"{reported}/report", {"note": "又改", "photos": [picture("a"), picture("b")]})
    assert queries_of(lambda: office.get(reported)) == few


def test_a_photo_that_proves_two_things_is_told(reported, town, browse, picture):
    town.do("office", "order", "T4", **ORDER)
    other = f"/findings/{town.finding('T4')['id']}"
    browse("bailang").post(f"{other}/report", {"note": "也已改", "photos": picture()})
    assert f'佐证照片也用于：<a href="{other}">' in browse("reviewer").get(reported).text


def test_what_a_covert_visit_found_is_not_ordered_before_it_may_be_known(town, browse):
    town.visit(LUOJIANG, *FAULTY, kind="covert")
    office, path = browse("office"), f"/findings/{town.finding()['id']}"
    page = office.get(path).text
    assert "公布后方可下达整改" in page and f'action="{path}/order"' not in page
    answer = office.post(f"{path}/order", ORDER)
    assert (answer.status_code, "暗访发现的问题，公布后方可下达" in answer.text) == (409, True)
    assert "没有待下达的问题" in office.get(f"/findings?round={town.code}&county=540228").text
    bailang = browse("bailang")
    assert (bailang.get(path).status_code, "2 项" in bailang.get("/findings").text) == (404, False)
    assert not any("通过复核" in page for page in [bailang.get("/home").text])
