"""What waits for each role on the start page: how many, and where to go."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from towns import FAULTY, GADONG, LUOJIANG, ORDER

from audit.accounts.models import Account, Token
from audit.checklists.models import Baseline
from audit.followup.models import Finding
from audit.inspections.models import Inspection
from audit.rankings.models import Step
from audit.rounds.models import Round

NOTICE = re.compile(r'<li( class="urgent")?><a href="([^"]+)">([^<]+)</a></li>')


@pytest.fixture
def notices(browse):
    """{words: path} of somebody's notices, those that cannot wait with a ! in front."""

    def read(name: str, language: str = "zh") -> dict[str, str]:
        page = browse(name).speak(language).get("/home").text
        waits = page.split('id="waits"')[1].split('id="places"')[0]
        return {("!" if urgent else "") + words: path for urgent, path, words in NOTICE.findall(waits)}

    return read


# --- the county --------------------------------------------------------------------------------------------------


def test_a_county_reads_what_it_has_to_mend(ordered, notices):
    found = notices("bailang")
    assert found["1 项整改正在办理，最早一项还有15个工作日"] == "/findings?state=ordered&amp;overdue=false"
    assert "1 finding to mend, the first 15 working days left" in notices("bailang", "en")
    assert not any("整改" in words for words in notices("jiangzi"))


@pytest.mark.parametrize(
    ("days", "words"), [(0, "!1 项整改即将到期，最早一项今天到期"), (-5, "!1 项整改已逾期")], ids=["today", "past"]
)
def test_a_county_reads_what_presses(ordered, notices, due, days, words):
    due(days)
    assert words in notices("bailang")


def test_each_notice_leads_to_as_many_as_it_says(ordered, town, browse, notices, due):
    town.do("office", "order", "T4", **ORDER)
    due(-5)
    for words, path in notices("bailang").items():
        if path.startswith("/findings"):
            page = browse("bailang").get(path.replace("&amp;", "&")).text
            assert f"共 {words.strip('!')[0]} 项" in page


def test_a_county_reads_of_returned_reports_decided_appeals_and_approved_visits(reported, town, fault, notices):
    town.do("reviewer", "verification", decision="return", note="照片看不清")
    town.freeze()
    number = town.appeal(fault, item="T4").json["id"]
    town.people["office"].post(f"/appeals/{number}/decision", json={"decision": "dismiss", "reason": "证据充分"})
    found = notices("bailang")
    assert found["!1 项整改被退回重改"] == "/findings?state=ordered&amp;returned=true"
    assert found["近两周有 1 件申诉决定维持"] == "/appeals?state=dismissed"
    assert found["近两周有 1 次检查通过复核"] == "/counties"


# --- reviewers and inspectors ------------------------------------------------------------------------------------


def test_a_reviewer_reads_of_visits_but_not_of_their_own(town, notices):
    town.send(LUOJIANG, *FAULTY)
    town.send(GADONG, *FAULTY, team=["reviewing-inspector"])
    assert notices("reviewer")["2 次检查待复核"] == "/review?state=submitted"
    assert "1 次检查待复核" in notices("reviewing-inspector")


def test_a_reviewer_reads_of_what_is_late(town, notices):
    town.send(LUOJIANG, *FAULTY, at=datetime(2026, 9, 1, 3, tzinfo=UTC))
    assert notices("reviewer")["1 次检查逾期或未列入计划，待准入"] == "/review?risk=gates"


def test_a_reviewer_reads_of_a_fraud_that_somebody_else_proposed(town, fault, people, notices):
    tag = people["office"].get(f"/inspections/{fault}").headers["ETag"]
    body = {"why": "fraud", "reason": "照片系伪造"}
    assert (
        people["office"].post(f"/inspections/{fault}/voiding", json=body, headers={"If-Match": tag}).status_code == 201
    )
    assert any(path == f"/inspections/{fault}/voiding" for path in notices("reviewer").values())
    assert not any("voiding" in path for path in notices("office").values())


def test_what_was_reported_waits_for_those_who_had_no_part_in_it(reported, notices):
    assert notices("drolma") == {"1 项整改待核验": "/findings?state=reported"}
    assert notices("tashi") == {}


def test_an_appeal_waits_for_those_who_may_decide_it(town, fault, notices):
    town.freeze()
    number = town.appeal(fault).json["id"]
    assert notices("reviewing-inspector")["1 件申诉待您决定"] == f"/appeals/{number}"
    assert not any("申诉" in words for words in notices("reviewer"))


def test_an_inspector_reads_of_returned_visits(town, notices, reviewer):
    visit = town.send(LUOJIANG, *FAULTY)
    reviewer.review(visit, "return", reasons=[{"item": "T1", "reason": "照片不清"}])
    assert notices("tashi") == {"!1 次检查被退回，请在核查应用中更正": "/app/"}


# --- the office and the administrator ----------------------------------------------------------------------------


def test_the_office_reads_what_to_order_and_which_rounds_are_past_their_day(town, fault, notices):
    Round.update(closes_on="2026-10-31").where(Round.code == town.code).execute()
    found = notices("office")
    assert found["2 项问题待下达整改"] == "/findings?state=open"
    assert found["1 个轮次已过截止日，尚未关闭"] == f"/rounds/{town.code}"


def test_what_cannot_be_ordered_yet_does_not_wait_for_the_office(town, fault, notices):
    town.visit(GADONG, *FAULTY, kind="covert")
    assert notices("office")["2 项问题待下达整改"] == "/findings?state=open"


def test_a_step_waits_for_its_second_person(town, fault, people, notices):
    people["office"].post(f"/rounds/{town.code}/closing")
    body = {"what": "freeze", "note": "会议纪要", "accept": True}
    assert people["office"].post(f"/rounds/{town.code}/steps", json=body).status_code == 201
    assert Step.select().count() == 1
    assert notices("office2")["!TOWN：冻结提议待您确认"] == "/rounds/TOWN"
    assert not any("冻结" in words for words in notices("office"))


def test_a_baseline_waits_for_its_second_person(town, people, notices):
    visit = town.visit(GADONG, *FAULTY)
    assert people["office"].post(f"/rounds/{town.code}/baselines", json={"inspection": str(visit)}).status_code == 201
    assert Baseline.select().where(Baseline.adopted_at.is_null()).count() == 1
    assert notices("office2")["TOWN：1 个基线提议待第二人确认"] == "/rounds/TOWN/baselines"
    assert not any("基线" in words for words in notices("office"))


def test_an_administrator_reads_of_first_passwords_and_waiting_photos(app, notices):
    assert notices("admin") == {}
    Account.update(must_change=True).where(Account.name.in_(["pema", "drolma"])).execute()
    Token.update(waiting=3, waiting_at=datetime.now(UTC)).where(Token.id == 1).execute()
    assert notices("admin") == {
        "2 个账号尚未修改初始密码": "/accounts",
        "1 台设备上有照片尚未上传": "/accounts/devices",
    }
    assert "2 accounts with a password to change" in notices("admin", "en")


# --- all of them -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["bailang", "office", "reviewing-inspector", "admin"])
def test_a_start_page_asks_the_same_however_much_waits(town, fault, browse, queries_of, name):
    person = browse(name)
    few = queries_of(lambda: person.get("/home"))
    town.visit(GADONG, *FAULTY)
    Finding.update(state="ordered", due_on="2026-11-01").execute()
    Inspection.update(received_at=datetime.now(UTC) - timedelta(days=1)).execute()
    # a day off the calendar is asked for once more, where something falls due
    assert queries_of(lambda: person.get("/home")) <= few + 1


@pytest.mark.parametrize("name", ["bailang", "office", "reviewer"])
def test_notices_have_an_english(reported, fault, town, notices, chinese, browse, names, name):
    town.do("reviewer", "verification", decision="return", note="x")
    assert chinese(browse(name).speak("en").get("/home").text, names) == set()
