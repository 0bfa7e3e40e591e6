"""A county's board and the list of counties: the numbers of the API and of the workbook, in words that say where a
county stands and what pays most."""

from __future__ import annotations

import io
import re
from decimal import Decimal

import openpyxl
import pytest
from contest_pages import HAN, after, fact, main, words
from factories import LUOJIANG, approved
from ranked_rounds import GANGBA, VILLAGES, A, B, C, Contest, D, decide, opened, published, table, tied
from states import made_once

from audit.web.amendments import COSTS

BOARD = f"/rounds/PLAIN/counties/{GANGBA}"
SHEET = ("面积", "人员", "事项进驻", "授权", "总分")


@made_once
def ranked(people) -> Contest:
    """岗巴县: 97, 80, 80 and 60 in four townships of five, a village with 90."""
    return tied(people)


@made_once
def out(ranked) -> Contest:
    """The same, published as version 1."""
    return published(ranked)


@made_once
def city(people) -> Contest:
    """白朗县 80, 江孜县 90: one township each in a round of the whole city."""
    made = opened(people, area="540200")
    made.visit("540228100", 80)
    made.visit("540222100", 90)
    return made


@made_once
def faulty(people) -> Contest:
    """One township of 岗巴县 below its standards, in a round that has deadlines."""
    made = opened(people, followup_policy="followup-2026.1")
    made.visit(A, 90, 100, 100, 50)
    return made


# --- the same numbers everywhere -------------------------------------------------------------------------------------


def test_the_board_says_what_the_api_says(browse, ranked):
    page, board = main(browse("office").get(BOARD)), ranked.board()
    line = board["line"]
    assert fact(page, "综合得分") == line["total"]
    assert fact(page, "名次").startswith(f"{line['place']}/{board['ranked']}")
    covered = f"乡镇 {line['townships_visited']}/{line['townships']}（{line['coverage']} %）"
    assert fact(page, "覆盖").startswith(covered)


def test_the_centres_are_those_of_the_api_and_of_the_workbook(browse, ranked, office):
    page = after(main(browse("office").get(BOARD)), "乡镇中心")
    api = [row for row in ranked.board()["townships"] if row["visited"]]
    with office.get(f"/rounds/PLAIN/counties/{GANGBA}/exports/ranking.xlsx") as answer:
        sheet = table(openpyxl.load_workbook(io.BytesIO(answer.get_data()))["乡镇排名"])
    figures = [tuple(row[3:8]) for row in page]
    assert figures == [(*row["dimensions"].values(), row["total"]) for row in api]
    in_file = [tuple(f"{Decimal(str(row[name])):.2f}" for name in SHEET) for row in sheet if row["总分"] is not None]
    assert figures == in_file


def test_the_gaps_are_those_of_the_api_in_its_order(browse, ranked):
    page = main(browse("office").get(BOARD))
    gains = re.findall(r'<b class="number gain">\+?([^<]+)</b>', page)
    told = [each["gain"] for each in ranked.board()["gaps"]]
    assert gains == [gain if gain != "0.00" else "—" for gain in told]
    assert [each["centres"] for each in ranked.board()["gaps"]] == [
        int(number) for number in re.findall(r"(\d+) 个中心未达到", page)
    ]


def test_the_findings_are_as_many_as_the_list_has(browse, faulty, office):
    page = main(browse("office").get(BOARD))
    listed = office.get("/findings", query_string={"round": "PLAIN", "county": GANGBA, "state": "open"})
    assert f'<b class="number">{listed.headers["X-Total-Count"]}</b> 待下达' in page
    assert after(page, "乡镇中心")[0][-1] == listed.headers["X-Total-Count"]


def test_the_dimensions_are_drawn_and_stand_in_a_table(browse, ranked):
    page, told = main(browse("office").get(BOARD)), ranked.board()["dimensions"]["rows"]
    assert [(row[0], row[1]) for row in after(page, 'id="dimensions"')] == [
        (each["zh"], each["value"]) for each in told
    ]
    drawn = page.split('<svg class="drawn small"')[1].split("</svg>")[0]
    assert all(f">{each['value']}</text>" in drawn for each in told)


# --- what it says ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("closed", [False, True])
def test_a_round_stands_where_the_pages_of_the_office_say(browse, ranked, closed):
    if closed:
        browse("office").post("/rounds/PLAIN/closing", {"sure": "on"})
    centre = ranked.board()["townships"][0]["centre"]
    said = '<span class="badge warn">已截止</span>' if closed else '<span class="badge good">进行中</span>'
    for path in ("/counties?round=PLAIN", BOARD, f"/centres/{centre}?round=PLAIN", "/rounds/PLAIN"):
        assert said in browse("office").get(path).text, path


def test_what_it_costs_to_mend_is_said_as_in_the_checklist(browse, faulty):
    costs = {zh for zh, _ in COSTS.values()}
    assert set(re.findall(r"经费：([^<]+)<", browse("office").get(BOARD).text)) <= costs
    assert set(re.findall("|".join(costs), browse("office").get("/editions/township-2026.1").text)) == costs


def test_findings_are_counted_by_the_names_of_their_states(browse, faulty):
    office = browse("office")
    board, listed = office.get(BOARD).text, office.get("/findings?round=PLAIN").text
    for name in ("待下达", "整改中", "待核验", "已销号"):
        assert f"</b> {name}</a>" in board and f"<dt>{name}</dt>" in listed


def test_equal_scores_share_a_place_and_the_next_one_skips(browse, ranked):
    rows = after(main(browse("office").get(BOARD)), "乡镇中心")
    assert [row[0] for row in rows] == ["1", "2 并列", "2 并列", "4"]


def test_the_card_has_its_word_beside_its_colour(browse, ranked):
    page = main(browse("office").get(BOARD))
    assert "黄" in fact(page, "亮牌") and "限期整改" in fact(page, "亮牌") and "<svg" in page


def test_where_no_item_is_enough_by_itself_it_says_so(browse, city):
    page = main(browse("office").get("/rounds/PLAIN/counties/540228"))
    assert "再提高 10.00 分即可升名次" in words(page) and "没有哪一项单独整改就能升名次" in page
    assert "单项即够</span>" not in page


def test_what_is_enough_by_itself_is_marked(browse, city):
    city.visit("540233100", 82)
    page = main(browse("office").get("/rounds/PLAIN/counties/540228"))
    enough = city.board("540228")["sensitivity"]["enough"]
    assert len(enough) == 4 and page.count("单项即够</span>") == 4
    assert "标有“单项即够”的 4 项" in words(page)


def test_the_first_has_nobody_to_pass(browse, city):
    assert "已在首位；降低 10.01 分将失去当前名次" in words(main(browse("office").get("/rounds/PLAIN/counties/540222")))


def test_five_gaps_stand_open_and_the_others_are_folded(browse, faulty):
    for code in (B, C):
        faulty.visit(code, 80, 70, 60, 50)
    faulty.visit(VILLAGES[0], 50, 50, 50, 50)
    page = main(browse("office").get(BOARD)).split('id="gains"')[1]
    opened_ones = page.split("</ol>")[0]
    assert opened_ones.count('class="number gain"') == 5 and "其余可提分条目" in page


def test_a_gap_leads_to_the_photos_of_each_centre(browse, ranked):
    page = main(browse("office").get(BOARD))
    for each in ranked.board()["gaps"][0]["where"]:
        assert f'href="/inspections/{each["inspection"]}/items/{ranked.board()["gaps"][0]["item"]}"' in page


def test_a_round_without_visits_says_so(browse, people):
    opened(people)
    page = main(browse("office").get(BOARD))
    assert "本期尚无经复核的核查" in page and fact(page, "综合得分") == "—" and "提分最多" not in page


def test_what_was_not_visited_is_listed_apart(browse, ranked):
    page = main(browse("office").get(BOARD))
    assert "未核查 1 个" in words(page) and "未核查 29 个" in words(page)


def test_the_files_are_for_those_who_may_have_them(browse, ranked):
    assert f"/api/v1/rounds/PLAIN/counties/{GANGBA}/evidence.zip" in browse("office").get(BOARD).text
    assert "evidence.zip" not in browse("reviewer").get(BOARD).text


def test_the_files_of_a_version_are_its_own(browse, out):
    office = browse("office")
    for query, way in (("", f"PLAIN/publications/1/counties/{GANGBA}"), ("?version=trial", f"PLAIN/counties/{GANGBA}")):
        files = re.findall(r'href="/api/v1/rounds/([^"]+)"', main(office.get(f"{BOARD}{query}")).split('id="files"')[1])
        assert files == [f"{way}/exports/ranking.xlsx", f"{way}/evidence.zip"]


# --- versions --------------------------------------------------------------------------------------------------------


def test_what_was_published_is_shown_as_it_was(browse, out):
    office = browse("office")
    before = main(office.get(BOARD))
    decide(out, D, 100)
    scores, mending = main(office.get(BOARD)).split('id="mending"')
    assert scores == before.split('id="mending"')[0] and "整改情况为当前数据" in mending
    assert "已公布" in scores and "第1版" in words(scores)
    trial = main(office.get(f"{BOARD}?version=trial"))
    assert fact(trial, "综合得分") == out.board()["line"]["total"] != fact(before, "综合得分")
    assert "正式结果以公布的版本为准" in trial


@pytest.mark.parametrize(("query", "status"), [("version=2", 404), ("version=x", 400), ("other=1", 400)])
def test_what_is_no_version_is_refused_with_a_page(browse, out, query, status):
    answer = browse("office").get(f"{BOARD}?{query}")
    assert (answer.status_code, answer.mimetype) == (status, "text/html")


# --- who sees it -----------------------------------------------------------------------------------------------------


def test_a_county_is_led_to_its_own_board(browse):
    answer = browse("bailang").get("/counties")
    assert (answer.status_code, answer.location) == (303, "/rounds/2026Q4/counties/540228")
    assert browse("bailang").get(answer.location).status_code == 200


def test_a_county_is_led_to_the_newest_round_that_visited_it(browse, city):
    assert browse("bailang").get("/counties").location == "/rounds/PLAIN/counties/540228"


def test_the_menu_marks_the_boards_on_a_board(browse, city):
    page = browse("office").get("/rounds/PLAIN/counties/540228").text
    assert [name for name in re.findall(r'aria-current="page">([^<]*)</a></li>', page)] == ["县区看板"]


def test_another_countys_board_is_not_there(browse, city):
    answer = browse("bailang").get("/rounds/PLAIN/counties/540222")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")


def test_the_list_says_what_the_api_says(browse, city):
    rows = after(main(browse("office").get("/counties?round=PLAIN")), "各县（区）得分")
    api = city.rows("counties")
    assert [(row[2], row[3]) for row in rows] == [(each["name"], each["total"] or "—") for each in api]
    assert [row[0] for row in rows][:3] == ["1", "2", "—"]


def test_the_list_leads_to_the_boards(browse, city):
    page = main(browse("office").get("/counties?round=PLAIN"))
    assert len(re.findall(r'href="/rounds/PLAIN/counties/\d{6}"', page)) == 18


def test_lists_without_a_round_named_are_of_the_newest_that_has_visits(browse, city):
    for path in ("/counties", "/centres"):
        assert 'value="PLAIN" selected' in browse("office").get(path).text, path


# --- as a page -------------------------------------------------------------------------------------------------------


def test_an_english_board_is_english(browse, people):
    approved(people["tashi"], people["reviewer"], LUOJIANG)
    page = main(browse("office").speak("en").get("/rounds/2026Q4/counties/540228"))
    names = re.findall(r">([^<>]*(?:便民服务中心|便民服务站|县|市|镇|乡|街道|区|季度)[^<>]*)<", page)
    left = words(re.sub("|".join(sorted(map(re.escape, names), key=len, reverse=True)), "", page))
    assert HAN.findall(left) == []


def test_a_board_asks_the_same_few_queries_however_many_centres(browse, faulty, queries_of):
    office = browse("office")
    one = queries_of(lambda: office.get(BOARD))
    for code in (B, C, D, VILLAGES[0], VILLAGES[1]):
        faulty.visit(code, 80, 70, 60, 50)
    assert queries_of(lambda: office.get(BOARD)) == one < 60
