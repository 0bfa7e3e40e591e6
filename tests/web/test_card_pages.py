"""Cards on pages: what would be issued, the sheet, acknowledged by the county, withdrawn by a second person."""

from __future__ import annotations

import re

import pytest
from ranked_rounds import GANGBA, A, B, Contest, card, cards, decide, issued, published, republished, tied
from states import made_once

from audit.base.trail import TrailLine
from audit.rankings.models import Card

ISSUE = "/rounds/PLAIN/publications/1/cards"
HAN = re.compile("[一-鿿]+")


@made_once
def out(people):
    """岗巴县 published: 97, 80, 80 and 60 in its townships, 90 in a village; the county 82.48."""
    return published(tied(people))


@made_once
def given(out):
    """The same with its cards issued."""
    issued(out)
    return out


@pytest.fixture
def county(moved):
    """Whoever acts for 岗巴县."""
    return moved("bailang", GANGBA)


def lines(action: str) -> int:
    return TrailLine.select().where(TrailLine.action == action).count()


def test_what_would_be_issued_is_shown_and_nothing_is_issued(browse, out):
    page = browse("office").get(ISSUE).text
    facts = [re.sub(r"<[^>]*>", " ", each).split() for each in page.split('class="facts"')[1].split("</div>")[:5]]
    assert {each[-2]: each[-1] for each in facts} == {
        "将发": "6",
        "示范": "1",
        "达标": "1",
        "限期整改": "3",
        "挂牌督办": "1",
    }
    assert "没有因连续亮牌而升级的" in page and Card.select().count() == 0


def test_the_office_issues_them(browse, out):
    office = browse("office")
    answer = office.post(ISSUE, {"basis": "level", "appeal_days": "10", f"to-{GANGBA}": "岗巴县人民政府"})
    assert (answer.status_code, answer.location) == (303, "/cards?round=PLAIN")
    page = office.get("/cards?round=PLAIN").text
    assert "第1期已发出，共6张" in page and lines("cards.issue") == 1
    assert {each["sent_to"] for each in cards(out)} == {"岗巴县人民政府"}
    assert "本版已发出" in office.get(ISSUE).text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"basis": "level"}, "申诉期</b> 本轮未设时限规则，请填写申诉期"),
        ({"basis": "level", "appeal_days": "x"}, "申诉期</b> 请填整数"),
        ({"appeal_days": "10"}, "依据</b> 必填"),
        ({"basis": "progress", "appeal_days": "10"}, "依据</b> 本轮未设这一类亮牌规则"),
        ({"basis": "level", "appeal_days": "10", "to-999999": "x"}, "主送单位</b> 不是本轮次的县区：999999"),
    ],
)
def test_a_form_that_is_wrong_says_where_and_issues_nothing(browse, out, form, said):
    answer = browse("office").post(ISSUE, form)
    assert answer.status_code == 422 and said in answer.text and Card.select().count() == 0


def test_a_run_that_escalates_is_named_before_it_is_issued(browse, people):
    first = published(tied(people))
    issued(first)
    later = Contest(people, "LATER", closes_on="2028-01-31")
    later.visit(B, 80)
    published(later)
    page = browse("office").get("/rounds/LATER/publications/1/cards").text
    escalated = page.split("连续升级</h2>")[1].split("</ul>")[0]
    assert later.row(B)["name"] in escalated and "红" in escalated
    ranking = browse("office").get("/rounds/LATER/ranking/townships").text
    assert "升级，本期得分为黄牌" in ranking


def test_a_later_version_issues_only_what_changed(browse, given):
    decide(given, B, 100)
    republished(given)
    page = browse("office").get("/rounds/PLAIN/publications/2/cards").text
    assert "将发</dt><dd>1<" in page.replace("\n", "")


def test_an_earlier_version_issues_nothing_any_more(browse, out):
    republished_with(out)
    page = browse("office").get(ISSUE).text
    assert "应按新版亮牌" in page and "appeal_days" not in page
    assert browse("office").post(ISSUE, {"basis": "level", "appeal_days": "10"}).status_code == 409


def republished_with(contest) -> None:
    """Version 2, in which B has another score."""
    decide(contest, B, 100)
    republished(contest)


def test_the_list_says_colour_word_and_state(browse, given):
    page = browse("office").get("/cards?round=PLAIN").text
    assert "共 6 张" in page and "限期整改" in page and "有效" in page and "未签收" in page
    assert "共 1 张" in browse("office").get("/cards?colour=red").text
    assert "没有符合条件的亮牌" in browse("office").get("/cards?state=withdrawn").text


def test_the_sheet_says_what_the_api_says(browse, given):
    told = card(given, A)
    page = browse("office").get(f"/cards/{told['id']}").text
    for words in (told["subject"], told["why"]["total"], told["appeal_until"], told["why"]["effect"]["zh"], "蓝牌"):
        assert words in page, words
    assert "（单位盖章）" in page and told["sent_to"] in page


def test_a_county_sees_and_acknowledges_its_card_once(browse, given, county):
    number, own = card(given, GANGBA)["id"], browse("bailang")
    assert "签收</button>" in own.get(f"/cards/{number}").text
    assert own.post(f"/cards/{number}/acknowledgement").location == f"/cards/{number}"
    page = own.get(f"/cards/{number}").text
    assert "已签收" in page and "签收</button>" not in page and lines("card.acknowledge") == 1


def test_another_countys_card_is_not_found(browse, given):
    number, other = card(given, GANGBA)["id"], browse("jiangzi")
    assert other.get(f"/cards/{number}").status_code == 404
    assert other.post(f"/cards/{number}/acknowledgement").status_code == 404
    assert "没有符合条件的亮牌" in other.get("/cards").text


def test_who_issued_a_card_does_not_withdraw_it_and_the_page_says_why(browse, given):
    number, office = card(given, A)["id"], browse("office")
    page = office.get(f"/cards/{number}").text
    assert "由考核办另一人办理" in page and 'name="reason"' not in page
    answer = office.post(f"/cards/{number}/withdrawal", {"reason": "认定有误"})
    assert answer.status_code == 403 and "须由考核办另一人撤销" in answer.text


def test_a_second_person_withdraws_it_with_the_reason(browse, given):
    number, second = card(given, A)["id"], browse("office2")
    assert second.post(f"/cards/{number}/withdrawal").status_code == 422
    assert second.post(f"/cards/{number}/withdrawal", {"reason": "认定有误"}).location == f"/cards/{number}"
    page = second.get(f"/cards/{number}").text
    assert "已撤销" in page and "认定有误" in page and lines("card.withdraw") == 1


def test_the_list_asks_the_same_number_of_questions_however_many_cards(browse, out, queries_of):
    office = browse("office")
    before = queries_of(lambda: office.get("/cards"))
    issued(out)
    few = queries_of(lambda: office.get("/cards?page_size=1"))
    assert queries_of(lambda: office.get("/cards")) == few >= before


def test_in_english_nothing_is_left_in_chinese_but_names(browse, given):
    office, one = browse("office").speak("en"), card(given, A)
    known = {word for each in cards(given) for word in HAN.findall(str(each))} | {"中文", "年简表轮次", "岗巴县"}
    for path in ("/cards?round=PLAIN", f"/cards/{one['id']}", ISSUE):
        text = re.sub(r"<[^>]*>", " ", office.get(path).text.split("<main")[1])
        assert set(HAN.findall(text)) <= known | counties(office), path


def counties(office) -> set[str]:
    """The names that the filter offers."""
    return {each["name"] for each in office.client.get("/api/v1/divisions?level=county").json}
