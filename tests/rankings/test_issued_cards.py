"""Cards as official acts: issued for a version, acknowledged, withdrawn, replaced."""

import io
import re
from datetime import date

import openpyxl
import pytest
from acts import act, another_card_policy, card, cards, colours, corrected, issue, issued, voided, withdrawn
from contest import BAILANG, GANGBA, JIANGZI, NOW, TOWNSHIPS, VILLAGES, table, told
from states import made_once
from versions import done, frozen, of_form_1, published, slug

from audit.accounts.queries import Actor
from audit.base.clock import BEIJING
from audit.base.trail import TrailLine
from audit.followup.days import add_working_days
from audit.followup.queries import calendars
from audit.rankings import issuing
from audit.rankings.models import Card, Publication
from audit.rankings.published import Version
from audit.rounds.models import Round

A, B, C, D, E = TOWNSHIPS
LUOJIANG, GADONG = "540228100", "540228101"
MARKS = {A: 97, B: 88, C: 75, D: 60, VILLAGES[0]: 80}
OFFICE = Actor(0, "office", "office", frozenset({"office"}), None, "a test", 0)
EARNED = {A: "blue", B: "green", C: "yellow", D: "red", VILLAGES[0]: "yellow"}


def visited(contest, marks: dict = MARKS) -> dict:
    """The visits, by the code of their centre; their round published as version 1."""
    visits = {code: contest.visit(code, mark) for code, mark in marks.items()}
    published(contest)
    return visits


@made_once
def ranked(contest):
    """岗巴县 published: four townships and a village; the county 79.90, yellow."""
    contest.visits = visited(contest)
    return contest


@pytest.fixture
def periods(plain):
    """Publishes a round of 岗巴县 and issues its cards: `periods("Q1", {code: mark})`, one period after the other."""

    def period(code: str, marks: dict, **changes):
        day = f"2027-{Round.select().count():02}-28"  # the stage has a round of its own
        contest = plain(code, closes_on=day, **changes)
        visited(contest, marks)
        issued(contest)
        return contest

    return period


@made_once
def first(periods):
    """Q1: A and the county yellow."""
    return periods("Q1", {A: 75})


@made_once
def running(first, periods):
    """Q1 and Q2, in both of which A and the county earned yellow."""
    return first, periods("Q2", {A: 75})


@made_once
def beside(periods):
    """Q1 and Q2, in both of which A earned yellow, B and the county green."""
    return tuple(periods(code, {A: 75, B: 90}) for code in ("Q1", "Q2"))


def test_every_ranked_county_and_visited_centre_gets_the_card_of_its_score(ranked):
    told = issued(ranked)
    assert colours(ranked) == EARNED | {GANGBA: "yellow"}
    assert (told["issued"], told["colours"]) == (6, {"yellow": 3, "blue": 1, "green": 1, "red": 1})


def test_a_version_is_read_once_to_issue_its_cards(ranked, monkeypatch):
    read, rows = [], Version.rows
    monkeypatch.setattr(Version, "rows", lambda version, *parts: read.append(parts) or rows(version, *parts))
    issuing.draft(ranked.code, 1, "level", actor=OFFICE, now=NOW)
    assert len(read) == 1
    issued(ranked)
    assert len(read) == 2


def test_a_card_says_what_it_is_and_what_it_rests_on(ranked):
    issued(ranked, sent_to={GANGBA: "岗巴县人民政府办公室"})
    publication, found = Publication.get(), card(ranked, C)
    told = {key: found[key] for key in ("basis", "policy", "round", "version", "code", "county", "colour", "sent_to")}
    assert told == {
        "basis": "level", "policy": "cards-2026.1", "round": "PLAIN", "version": 1, "code": C, "county": GANGBA,
        "colour": "yellow", "sent_to": "岗巴县人民政府办公室",
    }  # fmt: skip
    policy = publication.head["policies"]["card"]["digest"]
    assert found["why"] == {
        "total": "75.00", "place": 3, "vetoes": [], "publication": publication.digest, "policy": policy,
        "earned": "yellow", "before": [], "escalated": False,
        "card": {"zh": "黄", "en": "yellow"}, "word": {"zh": "限期整改", "en": "rectify by a date"},
        "effect": {"zh": "提醒，15个工作日内整改", "en": "reminder; rectify within 15 working days"},
    }  # fmt: skip


def test_a_county_is_addressed_by_its_name_unless_somebody_is_named(ranked):
    issued(ranked)
    assert {each["sent_to"] for each in cards(ranked)} == {"岗巴县"}


def test_an_issue_has_a_number_of_the_year(ranked):
    told = issued(ranked)
    assert told["number"] == 1
    assert re.fullmatch(rf"{told['year']}年第1期", card(ranked, A)["issue"])


def test_issuing_again_is_the_same_issue(ranked):
    first, lines = issue(ranked), TrailLine.select().count()
    again = issue(ranked, appeal_days=3)
    assert (first.status_code, again.status_code, again.json) == (201, 200, first.json)
    assert (Card.select().count(), TrailLine.select().count()) == (6, lines)


def test_numbers_of_an_area_run_on_without_gaps(periods):
    rounds = [periods(code, {A: 90}) for code in ("Q1", "Q2", "Q3")]
    assert [card(each, A)["number"] for each in rounds] == [1, 2, 3]


def test_made_up_cards_have_numbers_of_their_own(periods):
    rounds = [periods("Q1", {A: 90}), periods("DEMO", {A: 90}, sample=True), periods("Q2", {A: 90})]
    told = [card(each, A) for each in rounds]
    assert [(each["number"], each["sample"]) for each in told] == [(1, False), (1, True), (2, False)]


def test_a_county_that_is_not_ranked_gets_no_card(plain):
    contest = plain(policy_is={"coverage_floor": "0.6"})
    visited(contest, {A: 90})
    issued(contest)
    assert colours(contest) == {A: "green"}


@pytest.mark.parametrize(
    ("who", "code", "version", "status"),
    [
        ("office", "PLAIN", 2, 404),
        ("office", "NONE", 1, 404),
        ("bailang", "PLAIN", 1, 403),
        ("reviewer", "PLAIN", 1, 403),
    ],
)
def test_only_the_office_issues_and_only_for_what_was_published(ranked, who, code, version, status):
    ranked.code = code
    assert issue(ranked, version=version, who=who).status_code == status


def test_another_areas_office_issues_nothing(ranked, moved):
    moved("office2", "530112")
    assert issue(ranked, who="office2").status_code == 404


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"sent_to": {BAILANG: "白朗县"}}, "/sent_to"),
        ({"appeal_days": None}, "/appeal_days"),
        ({"basis": "progress"}, "/basis"),
        ({"appeal_days": 0}, "/appeal_days"),
        ({"basis": "mood"}, "/basis"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_issued(ranked, body, pointer):
    answer = issue(ranked, **body)
    assert (answer.status_code, [each["pointer"] for each in answer.json["errors"]]) == (422, [pointer])
    assert Card.select().count() == 0


# --- until when ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "asked"), [(5, {"appeal_days": None}), (7, {"appeal_days": 7})])
def test_appeals_run_for_working_days_of_the_policy_or_as_asked(plain, days, asked):
    contest = plain(followup_policy="followup-2026.1")
    visited(contest, {A: 100})
    until = issued(contest, **asked)["appeal_until"]
    issued_on = Card.get().issued_at.astimezone(BEIJING).date()
    assert date.fromisoformat(until) == add_working_days(issued_on, days, calendars())


# --- running ------------------------------------------------------------------------------------------------------


def test_two_yellows_running_are_a_red_card(beside):
    first, second = beside
    assert (colours(first)[A], colours(second)[A], colours(second)[B]) == ("yellow", "red", "green")


def test_an_escalated_card_says_after_which_card_it_was(running):
    why = card(running[1], A)["why"]
    assert (why["earned"], why["escalated"], why["card"]["zh"], why["word"]["zh"]) == ("yellow", True, "红", "挂牌督办")
    (before,) = why["before"]
    year = before.pop("year")
    assert before == {"round": "Q1", "number": 1, "colour": "yellow", "earned": "yellow"}
    assert year == Card.get().year


def test_the_third_yellow_running_is_red_too(running, periods):
    rounds = [*running, periods("Q3", {A: 75})]
    assert [card(each, A)["colour"] for each in rounds] == ["yellow", "red", "red"]


def test_a_green_card_ends_the_run(first, periods):
    rounds = [first, *(periods(code, {A: mark}) for code, mark in (("Q2", 90), ("Q3", 75)))]
    assert [card(each, A)["colour"] for each in rounds] == ["yellow", "green", "yellow"]


def test_counties_escalate_as_centres_do(running):
    assert [card(each, GANGBA)["colour"] for each in running] == ["yellow", "red"]


def test_a_withdrawn_card_is_no_part_of_a_run(first, periods):
    withdrawn(first, A)
    assert card(periods("Q2", {A: 75}), A)["colour"] == "yellow"


def test_the_ranking_shows_what_the_score_earns_and_what_a_run_makes_of_it(beside):
    first, second = beside
    told = {code: (second.row(code)["card"], second.row(code)["escalated"]) for code in (A, B)}
    assert told == {A: ("yellow", "red"), B: ("green", None)}
    assert (first.row(A)["card"], first.row(A)["escalated"]) == ("yellow", None)


def test_what_was_published_has_the_colours_that_are_issued(periods):
    rounds = [periods(code, MARKS) for code in ("Q1", "Q2", "Q3")]
    for each in rounds:
        parts = [each.get(f"publications/1/rankings/{part}").json for part in ("counties", "townships", "villages")]
        rows = [row for part in parts for row in part["rows"] if row["card"]]
        assert {row["code"]: row["escalated"] or row["card"] for row in rows} == colours(each)


def test_the_published_workbook_says_which_cards_a_run_has_changed(first, periods):
    book = openpyxl.load_workbook(io.BytesIO(periods("Q2", {A: 75, B: 90}).export(version=1).data))
    townships, (county,) = table(book["乡镇排名"]), table(book["县区排名"])
    assert [row["亮牌"] for row in townships] == ["●绿·达标", "■红·挂牌督办（升级）"]
    assert (county["亮牌"], county["备注"]) == ("■红·挂牌督办（升级）", "本期得分为黄牌，连续2次黄牌升级为红牌")
    notice = "".join(cell.value or "" for cell in book["封面"]["A"])
    assert "乡镇绿牌（达标）1个、红牌（挂牌督办）1个。其中连续2次黄牌升级为红牌的县（区）1个、乡镇1个。" in notice


def test_cards_that_are_withdrawn_later_leave_what_was_published(running):
    first, second = running
    withdrawn(first, A)
    (row,) = (row for row in second.get("publications/1/rankings/townships").json["rows"] if row["code"] == A)
    assert (row["escalated"], second.row(A)["escalated"]) == ("red", None)


def test_a_version_that_does_not_know_of_runs_says_so(first, periods, monkeypatch):
    of_form_1(monkeypatch)
    book = openpyxl.load_workbook(io.BytesIO(periods("Q2", {A: 75}).export(version=1).data))
    assert [row["亮牌"] for row in table(book["乡镇排名"])] == ["▲黄·限期整改"]
    notice = "".join(cell.value or "" for cell in book["封面"]["A"])
    assert "以上为本期得分等级，未计连续2次黄牌升级为红牌。" in notice
    assert "以正式发牌为准" in told(book["说明"])["亮牌升级"]


def test_whoever_publishes_before_the_last_periods_cards_are_out_is_told(plain):
    for number, code in enumerate(("Q1", "Q2"), 1):
        contest = plain(code, closes_on=f"2027-0{number}-28")
        contest.visit(A, 75)
        frozen(contest)
        step = done(contest, "publish")
    (check,) = (each for each in step["checks"] if each["check"] == "earlier-cards-missing")
    assert (check["weight"], check["zh"]) == ("tells", "上期尚未发牌，连续亮牌无法计入")


def test_many_runs_cost_no_more_queries_than_one(periods, plain, queries_of):
    periods("Q1", {A: 75, B: 76, C: 77})
    contest = plain("Q2", closes_on="2027-06-30")
    contest.visit(A, 75)
    one = queries_of(contest.rows)
    for code in (B, C):
        contest.visit(code, 75)
    assert queries_of(contest.rows) == one


def test_how_many_make_a_run_is_the_policys(periods):
    policy = another_card_policy(escalation={"running": 3, "from": "yellow", "to": "red"})
    rounds = [periods(code, {A: 75}, card_policy=policy) for code in ("Q1", "Q2", "Q3")]
    assert [card(each, A)["colour"] for each in rounds] == ["yellow", "yellow", "red"]


# --- version 2 ----------------------------------------------------------------------------------------------------


@made_once
def second(ranked):
    """Cards of version 1 issued, and version 2 published, in which B has 81.00 and not 88.00: yellow."""
    issued(ranked)
    corrected(ranked, ranked.visits[B], "T1", 60)
    return ranked


def test_a_correction_replaces_only_the_cards_whose_colour_changed(second):
    told = issued(second, version=2)
    assert (told["number"], told["issued"], told["colours"]) == (2, 1, {"yellow": 1})
    assert {each["code"] for each in told["confirmed"]} == {GANGBA, A, C, D, VILLAGES[0]}
    new, old = (
        next(each for each in cards(second, state=state) if each["code"] == B) for state in ("standing", "replaced")
    )
    assert (new["colour"], new["version"], old["colour"], old["replaced_by"]) == ("yellow", 2, "green", new["id"])


def test_issuing_a_correction_again_is_the_same_issue(second):
    first, again = issue(second, version=2), issue(second, version=2)
    assert (first.status_code, again.status_code, again.json) == (201, 200, first.json)


def test_a_correction_that_changes_no_colour_uses_no_number(ranked):
    issued(ranked)
    corrected(ranked, ranked.visits[B], "T1", 89)
    answer = issue(ranked, version=2)
    assert (answer.status_code, answer.json["number"], answer.json["issued"]) == (200, None, 0)
    assert len(answer.json["confirmed"]) == 6
    assert issue(ranked, version=1).json["number"] == 1


def test_a_correction_does_not_run_with_the_card_it_corrects(contest):
    visits = visited(contest, {A: 75})
    issued(contest)
    corrected(contest, visits[A], "T1", 76)
    assert (issue(contest, version=2).json["issued"], colours(contest)[A]) == (0, "yellow")


def test_a_card_that_has_lost_its_ground_stands_until_it_is_withdrawn_and_is_named(ranked):
    issued(ranked)
    voided(ranked, ranked.visits[D])
    told = issue(ranked, version=2).json
    assert [each["code"] for each in told["lapsed"]] == [D]
    assert issue(ranked, version=2).json["lapsed"] == told["lapsed"]
    withdrawn(ranked, D)
    assert issue(ranked, version=2).json["lapsed"] == []


def test_what_was_superseded_gets_no_cards(ranked):
    corrected(ranked, ranked.visits[B], "T1", 60)
    answer = issue(ranked, version=1)
    assert (answer.status_code, slug(answer), Card.select().count()) == (409, "publication-superseded", 0)


def test_a_card_that_was_withdrawn_is_issued_anew_with_the_next_version(second):
    withdrawn(second, A)
    told = issued(second, version=2)
    assert (told["issued"], colours(second, state="standing")[A]) == (2, "blue")


# --- acknowledged and withdrawn ------------------------------------------------------------------------------------


@made_once
def bailangs(plain):
    """A round of 白朗县 with cards: green 洛江镇, yellow 嘎东镇, and the county yellow."""
    contest = plain(area=BAILANG)
    visited(contest, {LUOJIANG: 90, GADONG: 75})
    issued(contest)
    return contest


@made_once
def citys(city):
    """A round of the prefecture with cards for 白朗县 and 江孜县."""
    visited(city, {LUOJIANG: 90, "540222100": 75})
    issued(city)
    return city


def test_the_county_acknowledges_its_card_once(bailangs):
    first = act(bailangs, LUOJIANG, "acknowledgement", "bailang")
    again = act(bailangs, LUOJIANG, "acknowledgement", "bailang")
    assert (first.status_code, first.json["acknowledged_by"], again.json) == (200, "Bailang", first.json)
    assert TrailLine.select().where(TrailLine.action == "card.acknowledge").count() == 1


@pytest.mark.parametrize(("who", "status"), [("jiangzi", 404), ("office", 403), ("tashi", 403)])
def test_nobody_else_acknowledges_it(bailangs, who, status):
    number = card(bailangs, LUOJIANG)["id"]
    assert bailangs.people[who].post(f"/cards/{number}/acknowledgement").status_code == status


def test_a_second_person_withdraws_a_card_with_the_reason(bailangs):
    told = withdrawn(bailangs, LUOJIANG)
    assert (told["state"], told["withdrawn_by"], told["withdrawn_why"]) == ("withdrawn", "Office2", "认定有误")
    assert card(bailangs, LUOJIANG) == told


def test_who_issued_a_card_does_not_withdraw_it(bailangs):
    answer = act(bailangs, LUOJIANG, "withdrawal", "office", reason="认定有误")
    assert (answer.status_code, slug(answer)) == (403, "separation-of-duties")


def test_withdrawing_again_changes_nothing(bailangs):
    assert withdrawn(bailangs, LUOJIANG) == withdrawn(bailangs, LUOJIANG)
    assert TrailLine.select().where(TrailLine.action == "card.withdraw").count() == 1


@pytest.mark.parametrize(
    ("what", "who", "body"), [("acknowledgement", "bailang", {}), ("withdrawal", "office2", {"reason": "x"})]
)
def test_what_was_withdrawn_takes_no_other_act(bailangs, what, who, body):
    withdrawn(bailangs, LUOJIANG)
    answer = act(bailangs, LUOJIANG, what, who, **body)
    assert (answer.status_code, slug(answer)) == (409, "card-not-standing")


def test_a_countys_office_sees_its_cards_and_withdraws_none_of_the_citys(citys, moved):
    own, number = moved("office2", BAILANG), card(citys, LUOJIANG)["id"]
    assert own.get(f"/cards/{number}").status_code == 200
    assert own.post(f"/cards/{number}/withdrawal", json={"reason": "不服"}).status_code == 404


# --- who sees them -------------------------------------------------------------------------------------------------


def test_a_county_sees_its_own_cards(citys):
    assert set(colours(citys, who="bailang")) == {BAILANG, LUOJIANG}
    theirs = card(citys, JIANGZI)["id"]
    assert citys.people["bailang"].get(f"/cards/{theirs}").status_code == 404


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ({"colour": "yellow"}, {BAILANG, GADONG}),
        ({"county": BAILANG}, {BAILANG, LUOJIANG, GADONG}),
        ({"county": JIANGZI}, set()),
        ({"round": "OTHER"}, set()),
        ({"basis": "progress"}, set()),
        ({"state": "withdrawn"}, set()),
    ],
)
def test_cards_are_listed_by_round_county_colour_basis_and_state(bailangs, asked, codes):
    assert set(colours(bailangs, **asked)) == codes


def test_an_issue_is_listed_in_the_order_of_its_ranking_and_in_pages(bailangs):
    assert [each["code"] for each in cards(bailangs)] == [BAILANG, LUOJIANG, GADONG]
    answer = bailangs.people["office"].get("/cards?page=2&page_size=2")
    assert ([each["code"] for each in answer.json], answer.headers["X-Total-Count"]) == ([GADONG], "3")


def test_many_cards_cost_no_more_queries_than_one(bailangs, queries_of):
    few, many = (queries_of(lambda size=size: cards(bailangs, page_size=size)) for size in (1, 3))
    assert few == many
