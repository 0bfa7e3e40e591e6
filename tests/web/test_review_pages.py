"""The reviewers' desk: what waits, what is decided by its forms, and what became of a version that moved on."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from factories import GADONG, LUOJIANG, MAYI, NOW, ROUND_BODY, answered, approved, picture, visit
from states import made_once

from audit.base.trail import TrailLine
from audit.evidence import queries as evidence
from audit.inspections.models import Inspection, ItemDecision, Review
from audit.rounds import actions as rounds
from audit.rounds.models import Round
from audit.web.seen import Seen

CJK = re.compile(r"[一-鿿]+")
NAMES = "嘎东镇便民服务中心|洛江镇便民服务中心|白朗县|2026年第四季度|中文"
NO_FIX = {"fix": None, "no_fix_reason": "楼内无信号"}


@made_once
def waiting(tashi):
    """Visits of tashi's by name: `clean`, `flagged` (no position), `partly` (one of its two photos is there)."""
    here, missing = picture("here"), picture("missing")
    bodies = {
        "clean": visit(LUOJIANG),
        "flagged": visit(GADONG, **NO_FIX),
        "partly": visit(LUOJIANG, photos={"TA02": [here[0], missing[0]]}),
    }
    tashi.send_photo(*here)
    ids = {name: uuid4() for name in bodies}
    assert [tashi.submit(ids[name], body).status_code for name, body in bodies.items()] == [201] * 3
    return ids


@pytest.fixture
def desk(browse):
    """The reviewer at the desk."""
    return browse("reviewer")


def version(inspection) -> int:
    return Inspection.get_by_id(inspection).version


def shown(page: str) -> dict[str, str]:
    """What the forms of a page say of its version."""
    return {name: re.search(f'name="{name}" value="([^"]+)"', page)[1] for name in ("version", "seen")}


def state(inspection) -> str:
    return Inspection.get_by_id(inspection).state


def rows(page: str) -> list[str]:
    return re.findall(r"<tr>.*?</tr>", page.partition("<tbody>")[2].partition("</tbody>")[0], re.DOTALL)


# --- the queue ---------------------------------------------------------------------------------------------------


def test_the_queue_says_what_to_look_at_in_words(desk, waiting):
    clean, flagged, partly = rows(desk.get("/review").text)
    assert f'name="visit-{waiting["clean"]}"' in clean and "▲" not in clean
    assert "无定位" in flagged and "no-fix" not in flagged and "须逐项复核" in flagged
    assert "1/2" in partly and "disabled" in partly and "照片未到齐（1/2）" in partly


def test_what_has_not_all_its_photos_is_refused_by_the_api_too(reviewer, waiting):
    assert reviewer.review(waiting["partly"]).status_code == 409


NARROWED = {
    "county=540228": {"clean", "flagged", "partly"},
    "county=540222": set(),
    "round=2026Q4&county=&risk=": {"clean", "flagged", "partly"},
    "round=none": set(),
    "state=waiting": {"partly"},
    "risk=none": {"clean", "partly"},
    "risk=place": {"flagged"},
    "risk=photos": {"partly"},
    "risk=duplicates": set(),
    "age=3": set(),
    "page=1&page_size=1": {"clean"},
}


def test_the_queue_is_narrowed(desk, waiting):
    pages = {query: desk.get(f"/review?{query}").text for query in NARROWED}
    found = {query: {name for name, it in waiting.items() if f"/review/{it}" in page} for query, page in pages.items()}
    assert found == NARROWED


def test_what_is_no_filter_is_refused(desk):
    queries = ("risk=all", "state=x", "county=1", "age=0", "page=x", "other=1")
    assert {desk.get(f"/review?{query}").status_code for query in queries} == {400}


def test_the_queue_takes_as_many_queries_for_three_as_for_one(desk, waiting, queries_of):
    one, three = (queries_of(lambda query=query: desk.get(f"/review{query}")) for query in ("?state=waiting", ""))
    assert one == three


def test_at_once_goes_what_is_clean_and_the_others_are_told_one_by_one(desk, waiting):
    ticked = {f"visit-{each}": str(version(each)) for each in waiting.values()} | {f"visit-{uuid4()}": "1"}
    page = desk.post("/review", ticked).text
    assert [state(each) for each in waiting.values()] == ["approved", "submitted", "waiting"]
    assert "已通过 1 件" in page and "未通过 3 件" in page
    assert "有提示或不适用项，须逐项复核" in page and "照片未到齐" in page and "未找到" in page
    assert TrailLine.select().where(TrailLine.action == "inspection.approve").count() == 1


def test_at_once_wants_the_version_that_was_shown(desk, waiting):
    page = desk.post("/review", {f"visit-{waiting['clean']}": "99"}).text
    assert "已通过 0 件" in page and state(waiting["clean"]) == "submitted"


def test_at_once_wants_something_that_is_ticked(desk):
    assert {desk.post("/review", ticked).status_code for ticked in ({}, {"visit-none": "1"})} == {422}


# --- a visit -----------------------------------------------------------------------------------------------------


def test_the_page_shows_the_score_and_the_items_of_the_api(desk, reviewer, waiting):
    score = reviewer.get(f"/inspections/{waiting['clean']}/score").json
    page = desk.get(f"/review/{waiting['clean']}").text
    assert score["total"] in page and all(f'id="{each["code"]}"' in page for each in score["items"])
    assert "通过本次核查" in page and "退回已填原因的条目" in page


def test_what_hinders_an_approval_is_said_and_its_button_rests(desk, waiting):
    page = desk.get(f"/review/{waiting['partly']}").text
    assert re.search(r'class="main" disabled aria-describedby="against-1 ">', page)
    assert "照片未到齐（1/2）" in page and "还没有收到" in page and 'id="return"' not in page


def test_it_is_approved_with_a_comment(desk, waiting):
    typed = shown(desk.get(f"/review/{waiting['clean']}").text) | {"opinion": "属实"}
    answer = desk.post(f"/review/{waiting['clean']}/approval", typed)
    assert (answer.status_code, answer.location) == (303, "/review")
    assert Review.get().comment == "属实" and state(waiting["clean"]) == "approved"


def test_it_is_returned_with_the_reasons_of_its_items(desk, reviewer, waiting):
    typed = {"because-TA02": "unclear", "reason-TA02": "请靠近拍", "reason-TA06": "座位数不符"}
    answer = desk.post(
        f"/review/{waiting['flagged']}/return", shown(desk.get(f"/review/{waiting['flagged']}").text) | typed
    )
    reasons = reviewer.get(f"/inspections/{waiting['flagged']}").json["reviews"][0]["reasons"]
    assert answer.status_code == 303 and [each["item"] for each in reasons] == ["TA02", "TA06"]
    assert reasons[0]["reason"].startswith("照片模糊") and reasons[0]["reason"].endswith("请靠近拍")


def test_nothing_is_returned_without_a_reason(desk, waiting):
    for typed in ({}, {"comment": "不行"}, {"reason-TA02": "  "}, {"because-TA02": "none"}):
        answer = desk.post(f"/review/{waiting['clean']}/return", {"version": version(waiting["clean"])} | typed)
        assert answer.status_code == 422 and "原因" in answer.text and state(waiting["clean"]) == "submitted"


TYPED = {
    "TA01": ({"value": "９８.5"}, {"value": 98.5}),
    "TA02": ({"yes": "no"}, {"yes": False}),
    "TA03": ({"choice": "second_floor"}, {"choice": "second_floor"}),
    "TA05": ({"n": "3", "m": "5"}, {"n": 3, "m": 5}),
    "TP01": ({"m": "5", "not_applicable": "当日休息"}, {"not_applicable": "当日休息"}),
}


def of_item(item: str, **fields: str) -> dict[str, str]:
    """The fields of an item as the page names them, with its button pressed."""
    return {"item": item} | {f"{name}-{item}": value for name, value in fields.items()}


def test_an_item_is_decided_by_its_type(desk, reviewer, waiting):
    for item, (typed, _) in TYPED.items():
        form = {"version": version(waiting["clean"]), "m-TA06": "5"} | of_item(item, **typed, **{"as": "plan"})
        answer = desk.post(f"/review/{waiting['clean']}/decisions", form)
        assert (answer.status_code, answer.location) == (303, f"/review/{waiting['clean']}#{item}"), answer.text
    made = reviewer.get(f"/inspections/{waiting['clean']}").json["decisions"]
    assert {each["item"]: each["answer"] for each in made} == {item: decided for item, (_, decided) in TYPED.items()}
    assert {each["reason"] for each in made} == {"以平面图或测绘资料为准。"}
    assert "复核改定" in desk.get(f"/review/{waiting['clean']}").text


NO_DECISIONS = (
    of_item("TA01", value="98"),
    of_item("TA01", grounds="复测"),
    of_item("TA01", grounds="复测", value="很大"),
    of_item("TA05", grounds="复测", n="6", m="5"),
    of_item("XX01", grounds="复测", value="1"),
    of_item("TA01", grounds="复测") | of_item("TA05", value="1") | {"item": "TA01"},
)


def test_what_is_no_decision_is_refused_and_not_kept(desk, waiting):
    for typed in NO_DECISIONS:
        answer = desk.post(f"/review/{waiting['clean']}/decisions", {"version": version(waiting["clean"])} | typed)
        assert (answer.status_code, answer.mimetype) == (422, "text/html"), typed
    assert not ItemDecision.select().exists()


def test_a_late_visit_is_admitted_and_then_approved(desk, tashi, office):
    office.post("/rounds/2026Q4/closing")
    late = uuid4()
    assert tashi.submit(late, visit(LUOJIANG)).status_code == 201
    assert "须先准入" in desk.get(f"/review/{late}").text
    assert desk.post(f"/review/{late}/admission", {}).status_code == 422
    assert desk.post(f"/review/{late}/admission", {"reason": "山路中断"}).status_code == 303
    assert desk.post(f"/review/{late}/approval", shown(desk.get(f"/review/{late}").text)).status_code == 303
    assert state(late) == "approved"


def test_the_team_is_told_that_somebody_else_reviews_it(browse, people):
    inspection = uuid4()
    people["reviewing-inspector"].submit(inspection, visit(LUOJIANG))
    own = browse("reviewing-inspector")
    page = own.get(f"/review/{inspection}").text
    assert "须由他人复核" in page and 'action="/review/' not in page and "须由他人复核" in own.get("/review").text


def test_a_frozen_round_leaves_only_fraud(desk, waiting):
    Round.update(state="frozen").execute()
    page = desk.get(f"/review/{waiting['clean']}").text
    assert (
        "轮次已冻结" in page
        and 'id="return"' not in page
        and re.findall(r'name="why" value="(.*?)"', page) == ["fraud"]
    )


def test_twins_are_looked_for_once_and_not_at_all_where_none_are_shown(desk, waiting, monkeypatch):
    searched, twins = [], evidence.twins
    monkeypatch.setattr(evidence, "twins", lambda digests: searched.append(digests) or twins(digests))
    for path, times in ((f"/review/{waiting['partly']}", 1), (f"/inspections/{waiting['partly']}/voiding", 0)):
        searched.clear()
        assert (desk.get(path).status_code, len(searched)) == (200, times)


def test_nobody_looks_beyond_their_area(waiting, browse, moved):
    moved("reviewer", "530112")
    assert browse("reviewer").get(f"/review/{waiting['clean']}").status_code == 404


def test_the_page_takes_as_many_queries_for_many_photos_as_for_one(desk, tashi, queries_of):
    some = [picture(f"some {each}") for each in range(3)]
    for each in some:
        tashi.send_photo(*each)
    digests = [digest for digest, _ in some]
    proofs = ({"TA02": digests[:1]}, {item: digests for item in ("TA01", "TA02", "TA05")})
    ids = [uuid4() for _ in proofs]
    for inspection, photos in zip(ids, proofs, strict=True):
        tashi.submit(inspection, visit(LUOJIANG, photos=photos))
    one, many = (queries_of(lambda it=it: desk.get(f"/review/{it}")) for it in ids)
    assert one == many


def test_a_visit_shows_its_photos_large_and_where_they_stand_elsewhere(desk, tashi, waiting):
    again = uuid4()
    tashi.submit(again, visit(MAYI, photos={"VA02": [picture("here")[0]]}))
    page = desk.get(f"/review/{again}").text
    assert f'<img src="/api/v1/inspections/{again}/photos/{picture("here")[0]}?size=1600"' in page
    assert "同一照片也用于另外 1 次检查" in page and "洛江镇便民服务中心 2026Q4 TA02" in page


def test_other_content_under_the_same_number_is_told(desk, tashi, waiting):
    assert tashi.submit(waiting["clean"], answered(visit(LUOJIANG), "TA01", value=12)).status_code == 409
    page = desk.get(f"/review/{waiting['clean']}").text
    assert "另有 1 份" in page and "12 m²（采用的是 165 m²）" in page


def test_what_was_returned_before_says_why(desk, tashi, reviewer, waiting):
    reviewer.review(waiting["flagged"], "return", reasons=[{"item": "TA01", "reason": "请复测"}])
    tashi.submit(waiting["flagged"], visit(GADONG, **NO_FIX) | {"revision": 2})
    page = desk.get(f"/review/{waiting['flagged']}").text
    assert '<dt>上次退回</dt><dd class="verbatim">请复测' in page and "第 2 次提交" in page


def test_the_round_before_stands_beside_it(desk, reviewer, tashi):
    rounds.open_round(ROUND_BODY | {"code": "2026Q3", "name": "2026年第三季度"}, actor=None, now=NOW)
    approved(tashi, reviewer, LUOJIANG, round="2026Q3")
    now, times = uuid4(), {"started_at": "2026-11-21T10:00:00+08:00", "finished_at": "2026-11-21T11:00:00+08:00"}
    tashi.submit(now, answered(visit(LUOJIANG, **times), "TA01", value=77))
    page = desk.get(f"/review/{now}").text
    assert "<dt>上期</dt><dd>165 m²" in page and "77 m²" in page


# --- a version that moved on -------------------------------------------------------------------------------------


def test_a_stale_version_shows_what_changed_and_goes_on_from_there(desk, reviewer, tashi, waiting):
    inspection = waiting["flagged"]
    looked = shown(desk.get(f"/review/{inspection}").text)
    reviewer.review(inspection, "return", reasons=[{"item": "TA01", "reason": "请复测"}])
    tashi.submit(inspection, answered(visit(GADONG, **NO_FIX), "TA01", value=168, note="复测") | {"revision": 2})
    answer = desk.post(f"/review/{inspection}/approval", looked | {"opinion": "属实", "reason-TA01": "再看"})
    assert answer.status_code == 412 and state(inspection) == "submitted"
    assert "165 m²" in answer.text and "168 m²" in answer.text and "请复测" in answer.text and "TA02" not in answer.text
    assert '<dd class="verbatim">属实' in answer.text and '<dd class="verbatim">再看' not in answer.text
    assert '<input type="hidden" name="reason-TA01" value="再看">' in answer.text
    assert desk.post(f"/review/{inspection}/approval", shown(answer.text) | {"opinion": "属实"}).status_code == 303
    assert state(inspection) == "approved"


def test_what_somebody_else_decided_is_told_item_by_item(desk, reviewer, waiting):
    inspection = waiting["clean"]
    looked = shown(desk.get(f"/review/{inspection}").text)
    body = {"item": "TA06", "answer": {"value": 4}, "reason": "清点"}
    reviewer.post(f"/inspections/{inspection}/decisions", json=body, headers={"If-Match": f'"{version(inspection)}"'})
    page = desk.post(f"/review/{inspection}/return", looked | {"because-TA01": "figure"}).text
    assert "改定 TA06" in page and "填报数值与照片或资料不一致" in page and "看过变化" in page


def test_what_was_decided_meanwhile_is_not_decided_again(desk, reviewer, waiting):
    looked = shown(desk.get(f"/review/{waiting['clean']}").text)
    reviewer.review(waiting["clean"])
    page = desk.post(f"/review/{waiting['clean']}/approval", looked).text
    assert "待复核 → 已通过" in page and "看过变化" not in page


def test_a_forged_look_breaks_nothing(desk, waiting):
    for seen in ("", "x", "submitted.9.0.0.0.0", "submitted.1.99.99.1.99"):
        typed = {"version": "77", "seen": seen}
        assert desk.post(f"/review/{waiting['clean']}/approval", typed).status_code == 412


def test_what_was_seen_is_spelt_and_read():
    seen = Seen("submitted", 2, 1, 3, True, 7)
    assert Seen.read(str(seen)) == seen and Seen.read("submitted.2") is None


# --- taken out ---------------------------------------------------------------------------------------------------


def test_a_test_is_taken_out_at_once(desk, waiting):
    form = shown(desk.get(f"/review/{waiting['clean']}").text) | {"why": "test", "reason": "培训"}
    assert desk.post(f"/inspections/{waiting['clean']}/voiding", form).status_code == 303
    assert state(waiting["clean"]) == "void" and "已作废" in desk.get(f"/inspections/{waiting['clean']}/voiding").text


def test_a_fraud_waits_for_a_second_person(desk, browse, waiting):
    path, office = f"/inspections/{waiting['clean']}/voiding", browse("office")
    form = shown(desk.get(f"/review/{waiting['clean']}").text) | {"why": "fraud", "reason": "摆拍"}
    desk.post(path, form)
    assert state(waiting["clean"]) == "submitted" and "须由另一人确认" in desk.get(path).text
    confirmation = re.search(r'action="([^"]+/confirmation)"', office.get(path).text)[1]
    assert desk.post(confirmation).status_code == 403
    assert office.post(confirmation).status_code == 303 and state(waiting["clean"]) == "void"


def test_the_office_takes_out_for_fraud_alone(browse, waiting):
    page = browse("office").get(f"/inspections/{waiting['clean']}/voiding").text
    assert re.findall(r'name="why" value="(.*?)"', page) == ["fraud"]


# --- in English --------------------------------------------------------------------------------------------------


def test_the_english_pages_have_no_chinese_but_names(browse, tashi, waiting):
    english = browse("reviewer").speak("en")
    clean = waiting["clean"]
    stale = english.post(
        f"/review/{clean}/return", {"version": "9", "seen": "submitted.1.0.0.0.0", "because-TA01": "old"}
    )
    assert stale.status_code == 412
    paths = (
        "/review?county=540228",
        f"/review/{waiting['flagged']}",
        f"/review/{clean}",
        f"/inspections/{clean}/voiding",
    )
    for page in (stale.text, *(english.get(path).text for path in paths)):
        words = re.sub(r'<select id="(county|round)".*?</select>', "", page)
        assert CJK.findall(re.sub(NAMES, "", words)) == []
