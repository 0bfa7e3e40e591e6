"""Rankings on pages: the same figures as the API and the workbook, places that no sorting changes."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from ranked_rounds import (
    NOW,
    VILLAGES,
    A,
    B,
    C,
    Contest,
    D,
    E,
    centre_of,
    decide,
    done,
    frozen,
    opened,
    policy,
    published,
    table,
    tied,
)
from states import made_once

from audit.base.trail import TrailLine
from audit.checklists import actions as checklists
from audit.rankings.models import PublishedRow

CELL = re.compile(r"<t[dh][^>]*>(.*?)</t[dh]>", re.DOTALL)
HAN = re.compile("[一-鿿]+")


@made_once
def ranked(people):
    """岗巴县: 97, 80, 80 and 60 in four townships of five, a village with 90."""
    return tied(people)


@made_once
def out(ranked):
    """The same, published as version 1."""
    return published(ranked)


@made_once
def city(people):
    """白朗县 90, 江孜县 80: one township each in a round of the whole city."""
    made = opened(people, area="540200")
    made.visit("540228100", 90)
    made.visit("540222100", 80)
    return made


def rows(page: str) -> list[list[str]]:
    """The body of the first table, its cells as text."""
    body = page.split('class="scroll ranking')[1].split("<tbody>")[1].split("</tbody>")[0]
    return [[_text(cell) for cell in CELL.findall(row)] for row in body.split("<tr>")[1:]]


def _text(cell: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", cell).split())


def columns(page: str, *numbers: int) -> list[tuple]:
    return [tuple(row[number] for number in numbers) for row in rows(page)]


# --- one ranking -------------------------------------------------------------------------------------------------


def test_equal_scores_share_a_place_and_the_next_one_skips(browse, ranked):
    page = browse("office").get("/rounds/PLAIN/ranking/townships").text
    assert columns(page, 0, 4) == [("1", "97.00"), ("2 并列", "80.00"), ("2 并列", "80.00"), ("4", "60.00")]


def test_the_page_says_what_the_api_says(browse, ranked):
    office = browse("office")
    for what, name in (("townships", 4), ("villages", 4), ("counties", 3)):
        told = ranked.rows(what)
        shown = [(cells[0].split()[0], cells[name]) for cells in rows(office.get(f"/rounds/PLAIN/ranking/{what}").text)]
        assert shown == [(str(row["place"]), row["total"]) for row in told if row["place"]], what


def test_page_api_and_workbook_agree_on_a_published_version(browse, out):
    office = browse("office")
    told = out.get("publications/1/rankings/townships").json["rows"]
    book = openpyxl.load_workbook(io.BytesIO(out.export(version=1).data))
    sheet = [(str(row["全市排名"]), f"{row['总分']:.2f}") for row in table(book["乡镇排名"])]
    shown = [(row[0].split()[0], row[4]) for row in rows(office.get("/rounds/PLAIN/ranking/townships?version=1").text)]
    assert shown == sheet == [(str(row["place"]), row["total"]) for row in told if row["place"]]


@pytest.mark.parametrize(
    ("query", "first"), [("sort=total", "60.00"), ("sort=total&order=down", "97.00"), ("sort=area", "60.00")]
)
def test_sorting_changes_the_order_and_no_place(browse, ranked, query, first):
    office = browse("office")
    plain, other = (office.get(f"/rounds/PLAIN/ranking/townships{each}").text for each in ("", f"?{query}"))
    assert sorted(columns(plain, 0, 1)) == sorted(columns(other, 0, 1)) and columns(other, 4)[0] == (first,)
    assert "aria-sort" in other


def test_what_was_not_visited_stands_apart(browse, ranked):
    page = browse("office").get("/rounds/PLAIN/ranking/townships").text
    apart = page.split('id="apart-unvisited"')[1]
    assert "未核查（1）" in page and str(ranked.row(E)["name"]) in apart and str(ranked.row(A)["name"]) not in apart


def test_villages_that_were_not_drawn_stand_apart_from_those_not_visited(browse, people, ranked):
    body = {"centre": str(centre_of(VILLAGES[1])), "inspector": "tashi", "kind": "spot", "due_on": "2026-12-01"}
    assert people["office"].post("/rounds/PLAIN/plans", json=body).status_code == 201
    page = browse("office").get("/rounds/PLAIN/ranking/villages").text
    assert "未核查（1）" in page and "未抽取（28）" in page


def test_how_near_a_better_place_is_stands_beside_it(browse, ranked):
    assert columns(browse("office").get("/rounds/PLAIN/ranking/townships").text, -1) == [
        ("—",), ("再得 17.00 分",), ("再得 17.00 分",), ("再得 20.00 分",),
    ]  # fmt: skip


def test_the_rules_stand_under_the_ranking_in_words(browse, ranked):
    page = browse("office").get("/rounds/PLAIN/ranking/counties").text
    assert "县区得分＝70%×乡镇均分＋30%×村级均分－扣分" in page and "95分及以上蓝牌（示范）" in page
    assert "连续2期黄牌的，升级为红牌" in page and "尚无示范点基线，以标准代替" in page


def test_the_newest_version_is_shown_unless_another_copy_is_asked_for(browse, out):
    decide(out, D, 100)
    done(out, "publish")
    office, path = browse("office"), "/rounds/PLAIN/ranking/townships"
    newest, first, live = (office.get(f"{path}{each}").text for each in ("", "?version=1", "?version=trial"))
    assert ("第2版（已公布）" in newest, "第1版（已公布）" in first, "试算（未公布）" in live) == (True, True, True)
    assert columns(newest, 4) == columns(live, 4) != columns(first, 4)
    assert office.get(f"{path}?version=3").status_code == 404


def test_movement_is_an_arrow_and_a_number(browse, people, out):
    second = opened_again(people)
    page = browse("office").get(f"/rounds/{second.code}/ranking/townships").text
    assert columns(page, 0, 3) == [("1", "▲ 升 1"), ("2", "▼ 降 1")]


def opened_again(people):
    """A later round: B before A."""

    later = Contest(people, "LATER", closes_on="2028-01-31")
    later.visit(B, 99)
    later.visit(A, 90)
    return later


def test_a_county_sees_its_own_rows_with_their_places_in_the_whole(browse, city):
    page = browse("jiangzi").get("/rounds/PLAIN/ranking/townships").text
    assert columns(page, 0, 2) == [("2", "江孜县")] and "白朗县" not in page and "再得" not in page


def test_a_county_out_of_the_round_finds_nothing(browse, ranked):
    assert browse("bailang").get("/rounds/PLAIN/ranking/counties").status_code == 404


def test_one_county_is_shown_alone(browse, city):
    page = browse("office").get("/rounds/PLAIN/ranking/townships?county=540222").text
    assert columns(page, 0, 2) == [("2", "江孜县")]


@pytest.mark.parametrize("query", ["sort=nothing", "version=x", "county=1", "x=1"])
def test_what_nobody_understands_is_refused(browse, ranked, query):
    assert browse("office").get(f"/rounds/PLAIN/ranking/townships?{query}").status_code == 400


def test_an_empty_ranking_says_so(browse):
    assert "还没有可排名的结果" in browse("office").get("/rounds/2026Q4/ranking/counties").text


def test_paper_names_the_ranking_on_every_sheet(browse, out):
    page = browse("office").get("/rounds/PLAIN/ranking/counties").text
    head = page.split("<thead>")[1].split("</thead>")[0]
    assert 'class="on-paper"' in head and "县区排名（第1版）" in head and "SHA-256" in head


@pytest.mark.parametrize("path", ["ranking/townships", "ranking/counties", "exports", "sensitivity", "agreement"])
def test_questions_are_as_many_however_many_rows(browse, people, queries_of, path):
    made, office = opened(people), browse("office")
    made.visit(A, 90)
    made.visit(B, 80)
    few = queries_of(lambda: office.get(f"/rounds/PLAIN/{path}"))
    for code in (C, D, E):
        made.visit(code, 70)
    assert queries_of(lambda: office.get(f"/rounds/PLAIN/{path}")) == few


# --- copies ------------------------------------------------------------------------------------------------------


def test_the_preview_shows_the_first_lines_of_the_workbook(browse, out):
    page = browse("office").get("/rounds/PLAIN/exports").text
    book = openpyxl.load_workbook(io.BytesIO(out.export(version=1).data))
    assert [each for each in book.sheetnames if f'<span lang="zh-CN">{each}</span>' not in page] == []
    first = table(book["乡镇排名"])[0]
    assert f">{first['中心']}<" in page and f">{first['总分']:.2f}<" in page
    assert out.get("publications/1").json["digest"] in page


def test_files_of_a_version_and_of_the_trial_are_told_apart(browse, out):
    office = browse("office")
    version, trial = (office.get(f"/rounds/PLAIN/exports?version={each}").text for each in ("1", "trial"))
    assert "/api/v1/rounds/PLAIN/publications/1/exports/ranking.xlsx" in version
    assert '"/api/v1/rounds/PLAIN/exports/ranking.xlsx"' in trial and "试算稿，未公布" in trial


def test_the_photos_are_those_of_the_copy(browse, out):
    office = browse("office")
    version, trial = (office.get(f"/rounds/PLAIN/exports?version={each}").text for each in ("1", "trial"))
    assert '"/api/v1/rounds/PLAIN/publications/1/counties/540237/evidence.zip"' in version
    assert '"/api/v1/rounds/PLAIN/counties/540237/evidence.zip"' in trial
    assert ("以实时得分为准" in version, "以实时得分为准" in trial) == (False, True)


def test_every_file_that_the_page_names_is_there(browse, out):
    office = browse("office")
    paths = set(re.findall(r'href="(/api/v1/[^"]+)"', office.get("/rounds/PLAIN/exports").text))
    found = {path: status(office, path) for path in paths if "pdf" not in path}
    assert len(found) == 8 and set(found.values()) == {200}


def status(browser, path: str) -> int:
    with browser.client.get(path) as answer:
        answer.get_data()
    return answer.status_code


def test_a_county_gets_its_own_files_alone(browse, city):
    page = browse("jiangzi").get("/rounds/PLAIN/exports").text
    assert "本县文件" in page and "考核办文件" not in page and "白朗县" not in page
    assert "/api/v1/rounds/PLAIN/counties/540222/exports/ranking.xlsx" in page


# --- how near, what if, how exact --------------------------------------------------------------------------------


def test_how_near_is_what_the_api_says(browse, ranked):
    page = browse("office").get("/rounds/PLAIN/sensitivity").text
    for row in ranked.get("sensitivity").json["townships"]:
        assert row["up_by"] is None or f">+{row['up_by']}<" in page


def test_other_weights_are_reckoned_beside_and_stored_nowhere(browse, ranked):
    lines = TrailLine.select().count()
    page = browse("office").get("/rounds/PLAIN/sensitivity?township_weight=0.00").text
    assert "假设测算：不是排名" in page and "90.00" in page.split('id="then-counties"')[1]
    told = ranked.people["office"].post("/rounds/PLAIN/whatif", json={"township_weight": "0"}).json
    assert (told["counties"][0]["total"], told["township_weight"]) == ("90.00", "0")
    assert TrailLine.select().count() == lines


def test_another_policy_is_reckoned_beside(browse, ranked):
    checklists.publish(policy(id="plain-2026.9", coverage_floor="1"), actor=None, now=NOW)
    page = browse("office").get("/rounds/PLAIN/sensitivity?ranking_policy=plain-2026.9").text
    assert "不排名" in page.split('id="then-counties"')[1]


@pytest.mark.parametrize("query", ["township_weight=2", "ranking_policy=none", "card_policy=ranking-2026.1", "x=1"])
def test_a_what_if_that_is_none_is_refused(browse, ranked, query):
    assert browse("office").get(f"/rounds/PLAIN/sensitivity?{query}").status_code == 422


def test_agreement_is_told_by_item_and_names_nobody(browse, ranked):
    page = browse("office").get("/rounds/PLAIN/agreement").text
    assert "本层级没有盲测" in page and "Tashi" not in page


@pytest.mark.parametrize("path", ["sensitivity", "agreement"])
def test_how_near_the_others_are_is_for_the_office(browse, ranked, path):
    assert browse("jiangzi").get(f"/rounds/PLAIN/{path}").status_code == 403


def test_in_english_nothing_is_left_in_chinese_but_names(browse, out):
    office = browse("office").speak("en")
    known = {word for row in PublishedRow.select() for word in HAN.findall(str(row.content))}
    known |= {"中文", "日喀则市", "岗巴县", "年简表轮次", "面积一项", "人员一项", "事项进驻一项", "授权一项"}
    for path in ("ranking/counties", "ranking/townships", "sensitivity?township_weight=0.50", "agreement"):
        found = set(HAN.findall(re.sub(r"<[^>]*>", " ", office.get(f"/rounds/PLAIN/{path}").text)))
        assert found <= known, path


def test_a_frozen_round_says_that_it_is_a_trial(browse, ranked):
    frozen(ranked)
    page = browse("office").get("/rounds/PLAIN/ranking/counties").text
    assert "已冻结" in page and "试算（未公布）" in page
