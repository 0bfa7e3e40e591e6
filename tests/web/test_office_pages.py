"""Rounds on pages: opened, closed, frozen and published by two people, with what stands in the way."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from factories import GADONG, JIANGZI, LUOJIANG
from ranked_rounds import A, B, close, decide, done, opened, propose, published
from states import made_once

from audit.base.trail import TrailLine
from audit.centres.models import Division
from audit.rankings.models import Step
from audit.rounds.models import Draw, IssuedList, Plan, Round

HAN = re.compile("[一-鿿]+")
FORM = {
    "code": "2027Q2", "name": "二季度", "area": "540200", "opens_on": "2027-04-01", "closes_on": "2027-06-30",
    "township": "township-2026.1", "village": "village-2026.1", "ranking_policy": "ranking-2026.1",
    "card_policy": "cards-2026.1",
}  # fmt: skip


@made_once
def contest(people):
    """An open round of 岗巴县 with two townships visited."""
    made = opened(people)
    made.visit(A, 90)
    made.visit(B, 80)
    return made


@made_once
def frozen(contest):
    """The same, frozen."""
    close(contest)
    done(contest, "freeze")
    return contest


def lines(action: str) -> int:
    return TrailLine.select().where(TrailLine.action == action).count()


# --- the list and a new round ------------------------------------------------------------------------------------


def test_the_list_says_how_far_each_round_has_come(browse, contest):
    page = browse("office").get("/rounds").text
    assert "2026年简表轮次" in page and "进行中" in page and re.search(r">2 / 5<", page)


def test_a_county_sees_how_far_it_has_come_itself(browse, contest):
    page = browse("bailang").get("/rounds").text
    assert 'href="/rounds/2026Q4"' in page and "PLAIN" not in page and re.search(r">0 / 11<", page)


def test_the_list_is_filtered_by_state(browse, contest):
    assert "没有符合条件的轮次" in browse("office").get("/rounds?state=frozen").text


def test_a_bad_filter_is_refused(browse, contest):
    assert browse("office").get("/rounds?state=gone").status_code == 400


def test_the_office_opens_a_round(browse):
    answer = browse("office").post("/rounds", FORM)
    assert (answer.status_code, answer.location) == (303, "/rounds/2027Q2")
    assert (Round.get(Round.code == "2027Q2").sample, lines("round.open")) == (False, 2)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"closes_on": "2027-01-01"}, "截止日期</b> 早于开始日期"),
        ({"code": "a b"}, "编号</b> 须为 2 至 32 个字母"),
        ({"name": ""}, "名称</b> 必填"),
        ({"area": "999999"}, "区域</b> 999999：没有该行政区划"),
        ({"card_policy": "ranking-2026.1"}, "亮牌规则（按得分）</b> 没有已发布的这一规则"),
    ],
)
def test_a_form_that_is_wrong_says_where_and_opens_nothing(browse, change, said):
    answer = browse("office").post("/rounds", FORM | change)
    assert answer.status_code == 422 and said in answer.text
    assert Round.get_or_none(Round.name == "二季度") is None


def test_only_the_office_finds_the_form(browse):
    assert ('action="/rounds" class' in browse("office").get("/rounds").text) is True
    assert ('action="/rounds" class' in browse("bailang").get("/rounds").text) is False


# --- one round ---------------------------------------------------------------------------------------------------


def test_a_round_out_of_sight_is_not_found(browse, contest):
    assert browse("bailang").get("/rounds/PLAIN").status_code == 404


def test_the_office_closes_a_round(browse, contest):
    office = browse("office")
    unsure = office.post("/rounds/PLAIN/closing")
    assert unsure.status_code == 422 and "请勾选确认" in unsure.text and lines("round.close") == 0
    assert "今天早于计划截止日期" in office.get("/rounds/PLAIN").text
    assert office.post("/rounds/PLAIN/closing", {"sure": "on"}).location == "/rounds/PLAIN"
    page = office.get("/rounds/PLAIN").text
    assert "轮次已截止" in page and "冻结前核对事项" in page and "实际截止" in page and lines("round.close") == 1


def test_what_stands_in_the_way_is_named_with_its_visit(browse, contest):
    visit = contest.send("540237201", 70)
    close(contest)
    page = browse("office").get("/rounds/PLAIN").text
    assert "有检查尚未复核，冻结后不再计入（1）" in page and f'href="/inspections/{visit}/record"' in page
    assert 'name="accept"' in page


def test_what_is_not_accepted_is_not_proposed(browse, contest):
    contest.send("540237201", 70)
    close(contest)
    answer = browse("office").post("/rounds/PLAIN/steps", {"what": "freeze", "note": "会议纪要"})
    assert answer.status_code == 409 and "有检查尚未复核" in answer.text and Step.select().count() == 0
    taken = browse("office").post("/rounds/PLAIN/steps", {"what": "freeze", "note": "会议纪要", "accept": "on"})
    assert (taken.status_code, Step.select().count()) == (303, 1)


def test_a_round_in_which_nothing_counts_is_not_frozen_without_a_word(browse, people):
    made = opened(people)
    close(made)
    assert "没有计分的检查，排名将没有任何名次" in browse("office").get("/rounds/PLAIN").text
    assert browse("office").post("/rounds/PLAIN/steps", {"what": "freeze", "note": "会议纪要"}).status_code == 409


def test_a_step_without_a_note_is_refused(browse, contest):
    close(contest)
    answer = browse("office").post("/rounds/PLAIN/steps", {"what": "freeze"})
    assert answer.status_code == 422 and "说明</b> 必填" in answer.text


def test_nobody_confirms_their_own_proposal_and_the_page_says_why(browse, contest):
    close(contest)
    step, office = propose(contest).json["id"], browse("office")
    page = office.get("/rounds/PLAIN").text
    assert "由您本人提出，须由考核办另一人确认" in page and f"/steps/{step}/confirmation" not in page
    answer = office.post(f"/steps/{step}/confirmation")
    assert answer.status_code == 403 and "由您本人提出，须由考核办另一人确认" in answer.text
    assert Round.get(Round.code == "PLAIN").state == "closed"


def test_a_second_person_confirms(browse, contest):
    close(contest)
    step, second = propose(contest).json["id"], browse("office2")
    assert f"/steps/{step}/confirmation" in second.get("/rounds/PLAIN").text
    assert second.post(f"/steps/{step}/confirmation").location == "/rounds/PLAIN"
    assert "轮次已冻结" in second.get("/rounds/PLAIN").text and lines("round.freeze") == 1


def test_a_proposal_is_withdrawn(browse, contest):
    close(contest)
    step, office = propose(contest).json["id"], browse("office")
    assert office.post(f"/steps/{step}/withdrawal").location == "/rounds/PLAIN"
    page = office.get("/rounds/PLAIN").text
    assert "提议已撤回" in page and "以往的提议（1）" in page and lines("round.withdraw") == 1


def test_publishing_shows_what_changed_since_the_freeze(browse, frozen):
    office = browse("office")
    assert "与冻结时的试算相同" in office.get("/rounds/PLAIN").text
    office.post("/rounds/PLAIN/steps", {"what": "publish", "note": "公布"})
    assert browse("office2").post(f"/steps/{Step.select().count()}/confirmation").status_code == 303
    page = office.get("/rounds/PLAIN").text
    assert "第1版" in page and "各行名次、得分、亮牌均与第1版相同" in page
    assert 'href="/rounds/PLAIN/publications/1/cards"' in page


def test_what_differs_from_the_last_version_is_shown_row_by_row(browse, frozen):
    done(frozen, "publish")
    decide(frozen, B, 100, item="T1")
    page = browse("office").get("/rounds/PLAIN").text
    assert "名次、得分或亮牌有变化的共 2 行" in page and "85.00" in page and "← 80.00" in page


def test_a_county_sees_versions_and_no_decisions(browse, moved, frozen):
    moved("bailang", "540237")
    done(frozen, "publish")
    page = browse("bailang").get("/rounds/PLAIN").text
    assert "第1版" in page and "下一步" not in page and '<form method="post" action="/rounds' not in page


def test_the_page_of_a_round_asks_the_same_number_of_questions_however_many_visits(browse, contest, queries_of):
    office = browse("office")
    few = queries_of(lambda: office.get("/rounds/PLAIN"))
    for code in ("540237201", "540237202", "540237203"):
        contest.send(code, 70)
    assert queries_of(lambda: office.get("/rounds/PLAIN")) == few


def test_the_list_asks_the_same_number_of_questions_however_many_rounds(browse, contest, queries_of):
    office = browse("office")
    few = queries_of(lambda: office.get("/rounds"))
    for number in range(3):
        office.post("/rounds", FORM | {"code": f"R{number}"})
    assert queries_of(lambda: office.get("/rounds")) == few


def test_in_english_nothing_is_left_in_chinese_but_names(browse, frozen):
    office = browse("office").speak("en")
    propose(frozen, "publish", note="a note")
    for path in ("/rounds", "/rounds/PLAIN", "/rounds/PLAIN/plans", "/rounds/PLAIN/lists"):
        found = set(HAN.findall(re.sub(r"<[^>]*>", " ", office.get(path).text)))
        assert found <= {"中文", "年简表轮次", "年第四季度", "会议纪要", "简表", "简则"} | names(), path


def names() -> set[str]:
    """What data brings in Chinese alone: names of areas."""
    return {each.name for each in Division.select().where(Division.level.in_(("prefecture", "county")))}


# --- plans, draws and lists --------------------------------------------------------------------------------------

DRAW = {"level": "village", "kind": "spot", "by": "count", "how": "2", "due_on": "2026-12-01", "seed": "lottery-7",
        "go-tashi": "on", "go-drolma": "on", "bar-540228-tashi": "on"}  # fmt: skip


def test_the_office_draws_and_the_page_draws_again(browse):
    office = browse("office")
    answer = office.post("/rounds/2026Q4/draws", DRAW)
    drawn = Draw.get()
    assert (answer.status_code, answer.location) == (303, f"/rounds/2026Q4/draws/{drawn.id}")
    page = office.get(answer.location).text
    assert "结果一致" in page and drawn.digest in page and "lottery-7" in page
    assert (Plan.select().count(), lines("round.draw")) == (36, 1)
    assert "抽取" in office.get("/rounds/2026Q4/plans").text


def test_an_inspector_is_kept_from_several_counties(browse):
    office, name = browse("office"), "reviewing-inspector"
    page = office.get("/rounds/2026Q4/plans").text
    boxes = {f"bar-{county}-{name}": "on" for county in ("540228", "540222")}
    assert all(f'name="{each}"' in page for each in boxes)
    office.post("/rounds/2026Q4/draws", DRAW | boxes | {f"go-{name}": "on", "bar-540237-pema": "on"})
    assert Draw.get().asked["barred"] == {name: ["540222", "540228"], "tashi": ["540228"]}
    assert {each.inspector.name for each in Plan.select() if each.centre.code[:6] == "540228"} == {"drolma"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"how": "2", "by": "share"}, "比例</b>"),
        ({"go-tashi": "", "go-drolma": ""}, "检查员</b>"),
        ({"due_on": "2026-01-01"}, "早于轮次开始日期"),
        ({"go-nobody": "on"}, "没有该检查员"),
    ],
)
def test_a_draw_that_is_wrong_says_where_and_plans_nothing(browse, change, said):
    answer = browse("office").post("/rounds/2026Q4/draws", DRAW | change)
    assert answer.status_code == 422 and said in answer.text and Plan.select().count() == 0


def test_plans_are_filtered_and_paged(browse):
    office = browse("office")
    office.post("/rounds/2026Q4/draws", DRAW)
    page = office.get("/rounds/2026Q4/plans?county=540228&page_size=1").text
    assert "共 2 次" in page and 'aria-current="page">1<' in page


VISIT = {"centre": str(GADONG), "inspector": "tashi", "kind": "check", "due_on": "2026-12-10"}


@pytest.fixture
def planned(browse):
    """A visit that the office planned by hand."""
    answer = browse("office").post("/rounds/2026Q4/plans", VISIT)
    assert (answer.status_code, answer.location) == (303, "/rounds/2026Q4/plans?county=540228")
    return Plan.get()


def test_the_office_plans_a_visit_to_a_centre_of_the_county_that_it_chose(browse, planned):
    office = browse("office")
    page = office.get("/rounds/2026Q4/plans?county=540228").text
    assert (
        f'<option value="{GADONG}">嘎东镇便民服务中心 · 540228101<' in page
        and f'<option value="{JIANGZI}">' not in page
    )
    assert 'href="/rounds/2026Q4/plans" aria-current' in page and f'href="/plans/{planned.id}"' in page
    assert "请先在上面选择县区" in office.get("/rounds/2026Q4/plans").text
    assert (planned.kind, planned.due_on, lines("plan.enter")) == ("check", "2026-12-10", 1)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"due_on": "2026-01-10"}, "最迟完成</b> 早于轮次开始日期"),
        ({"inspector": "nobody"}, "检查员</b> 没有可去该中心的这一检查员"),
        ({"centre": "x"}, "中心</b>"),
    ],
)
def test_a_visit_that_cannot_be_planned_says_why(browse, change, said):
    answer = browse("office").post("/rounds/2026Q4/plans", VISIT | change)
    assert answer.status_code == 422 and said in answer.text and Plan.select().count() == 0


def test_somebody_else_goes_and_the_first_plan_stays_on_record(browse, planned):
    office = browse("office")
    page = office.get(f"/plans/{planned.id}").text
    assert '<option value="drolma">' in page and '<option value="tashi">' not in page
    answer = office.post(f"/plans/{planned.id}/replacement", {"inspector": "drolma", "reason": "请假"})
    assert (answer.status_code, lines("plan.replace")) == (303, 1)
    assert [(each.inspector.name, each.state) for each in Plan.select().order_by(Plan.id)] == [
        ("tashi", "replaced"), ("drolma", "planned"),
    ]  # fmt: skip
    assert "该计划不能再改" in office.get(f"/plans/{planned.id}").text


def test_a_plan_made_by_hand_moves_to_another_centre_of_its_county(browse, planned):
    office, path = browse("office"), f"/plans/{planned.id}"
    page = office.get(path).text
    assert f'<option value="{LUOJIANG}">' in page and f'<option value="{JIANGZI}">' not in page
    assert "请选择另一名检查员或另一个中心" in office.post(f"{path}/replacement", {"reason": "道路中断"}).text
    answer = office.post(f"{path}/replacement", {"centre": str(LUOJIANG), "reason": "道路中断"})
    new = Plan.get(Plan.replaces == planned.id)
    assert (answer.status_code, new.centre_id, new.inspector.name) == (303, LUOJIANG, "tashi")


def test_a_reason_has_one_line_as_the_service_takes_it(browse, planned):
    page = browse("office").get(f"/plans/{planned.id}").text
    assert page.count('name="reason" maxlength="500" required>') == 2 and "<textarea" not in page


def test_planned_centres_lead_to_their_pages_for_whom_those_are(browse, planned):
    path, way = "/rounds/2026Q4/plans", f'href="/centres/{GADONG}?'
    assert way in browse("bailang").get(path).text
    page = browse("tashi").get(path).text
    assert "嘎东镇便民服务中心" in page and way not in page


def test_what_was_drawn_gives_way_to_the_next_of_its_order(browse):
    office = browse("office")
    office.post("/rounds/2026Q4/draws", DRAW)
    first = Plan.select().order_by(Plan.id).get()
    page = office.get(f"/plans/{first.id}").text
    assert "按抽取次序换下一个中心" in page and 'name="centre"' not in page
    assert office.post(f"/plans/{first.id}/replacement", {"reason": "道路中断"}).status_code == 303
    assert Plan.get(Plan.replaces == first.id).centre_id != first.centre_id


def test_a_plan_is_withdrawn_with_its_reason(browse, planned):
    office = browse("office")
    assert office.post(f"/plans/{planned.id}/withdrawal", {}).status_code == 422
    answer = office.post(f"/plans/{planned.id}/withdrawal", {"reason": "已停用"})
    assert (answer.status_code, lines("plan.withdraw")) == (303, 1)
    page = office.get(answer.location).text
    assert "已撤回" in page and "已停用" in page


def test_a_plan_of_nobody_is_not_found(browse):
    assert browse("office").get("/plans/7").status_code == 404


def test_a_county_sees_no_draws(browse):
    assert "双随机抽取" not in browse("bailang").get("/rounds/2026Q4/plans").text
    assert browse("bailang").get("/rounds/2026Q4/draws/1").status_code == 403


LIST = {"division": "540228", "item": "TM01", "m": "120", "title": "白政办〔2026〕1号", "issued_on": "2026-10-01"}


def test_the_office_enters_a_list_with_its_document(browse):
    office = browse("office")
    pdf = (BytesIO(b"%PDF-1.7 a list"), "清单.pdf")
    answer = office.post("/rounds/2026Q4/lists", LIST | {"document": pdf}, content_type="multipart/form-data")
    assert (answer.status_code, answer.location) == (303, "/rounds/2026Q4/lists")
    page, entered = office.get("/rounds/2026Q4/lists").text, IssuedList.get()
    assert entered.m == 120 and f"/api/v1/documents/{entered.document_id}" in page and "白政办〔2026〕1号" in page
    assert lines("list.enter") == 1


def test_a_list_is_taken_back_with_the_reason(browse):
    office = browse("office")
    office.post("/rounds/2026Q4/lists", LIST, content_type="multipart/form-data")
    path = f"/lists/{IssuedList.get().id}/withdrawal"
    assert office.post(path).status_code == 422
    assert office.post(path, {"reason": "录错了"}).location == "/rounds/2026Q4/lists"
    assert "尚未录入清单" in office.get("/rounds/2026Q4/lists").text and lines("list.withdraw") == 1


def test_a_list_that_is_wrong_says_where_and_enters_nothing(browse):
    answer = browse("office").post("/rounds/2026Q4/lists", LIST | {"m": "many"}, content_type="multipart/form-data")
    assert answer.status_code == 422 and "请填整数" in answer.text and IssuedList.select().count() == 0


def test_a_county_enters_no_list(browse):
    assert 'name="division"' not in browse("bailang").get("/rounds/2026Q4/lists").text
    assert browse("bailang").post("/rounds/2026Q4/lists", LIST).status_code == 403


def test_a_published_round_says_where_its_files_are(browse, contest):
    published(contest)
    page = browse("office").get("/rounds/PLAIN").text
    assert (
        'href="/rounds/PLAIN/exports?version=1"' in page and 'href="/rounds/PLAIN/ranking/counties?version=1"' in page
    )
