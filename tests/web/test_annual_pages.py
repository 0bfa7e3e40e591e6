"""The annual assessment and what audits cost, on pages: the figures of the API, a county's own for a county."""

from __future__ import annotations

import re
from html import unescape
from uuid import uuid4

import pytest
from factories import GADONG, JIANGZI, LUOJIANG, visit
from ranked_rounds import GANGBA, A, done, issued, opened
from states import made_once

from audit.centres.models import Division

HAN = re.compile("[一-鿿]+")


@made_once
def a_year(people):
    """A period of 岗巴县 that ends in 2027, published with its cards."""
    contest = opened(people, closes_on="2027-01-28", followup_policy="followup-2026.1")
    contest.visit(A, 75)
    for town in ("540237200", "540237201"):
        contest.visit(town, 90)
    people["office"].post("/rounds/PLAIN/closing")
    done(contest, "freeze")
    done(contest, "publish")
    issued(contest)
    return contest


@made_once
def visits(people):
    """Two visits to 嘎东镇, one to 洛江镇 and one to 江孜镇."""
    for centre, who in ((GADONG, "tashi"), (GADONG, "tashi"), (LUOJIANG, "tashi"), (JIANGZI, "pema")):
        people[who].submit(uuid4(), visit(centre))


def words(page) -> str:
    return re.sub(r"<[^>]*>", " ", unescape(page.text))


def test_a_year_shows_the_figures_of_the_api(browse, people, a_year):
    (row,) = people["office"].get("/annual/2027").json["rows"]
    page = words(browse("office").get("/annual/2027"))
    figures = r"\s+".join(row[name] for name in ("mean", "converted", "card_points", "total"))
    assert row["code"] == GANGBA and re.search(figures, page)


def test_the_cards_that_count_are_named_and_lead_to_their_sheets(browse, people, a_year):
    (row,) = people["office"].get("/annual/2027").json["rows"]
    (card,) = row["cards"]
    page = browse("office").get("/annual/2027").text
    assert f'href="/cards/{card["id"]}">{card["year"]}年第{card["number"]}期 绿牌<' in page


def test_the_formula_stands_in_words_beneath(browse, a_year):
    page = browse("office").get("/annual/2027").text
    assert "折算分＝各期得分的平均÷100×k，k＝5" in page and "不低于0，不高于5" in page
    assert 'href="/api/v1/annual/2027/export.xlsx?area=540237"' in page and "待考核办确认" in page


def test_a_county_has_no_file_and_sees_its_own_line(browse, moved, a_year):
    moved("bailang", "540237")
    page = browse("bailang").get("/annual/2027").text
    assert "岗巴县" in page and "export.xlsx" not in page


def test_another_countys_year_is_not_found(browse, a_year):
    assert browse("bailang").get("/annual/2027").status_code == 404
    assert "还没有公布的轮次" in browse("bailang").get("/annual").text


def test_the_years_lead_to_their_pages(browse, a_year):
    assert 'href="/annual/2027?area=540237"' in browse("office").get("/annual").text


def test_a_year_of_which_nothing_was_published_is_not_found(browse):
    assert browse("office").get("/annual/2020").status_code == 404


def test_a_bad_area_is_refused(browse, a_year):
    assert browse("office").get("/annual/2027?area=x").status_code == 400


def test_the_burden_shows_the_figures_of_the_api(browse, people, visits):
    told = people["office"].get("/burden?year=2026").json
    page = words(browse("office").get("/burden?year=2026"))
    for each in told["counties"]:
        numbers = (each[name] for name in ("visits", "centres", "visits_per_centre", "most", "minutes_per_visit"))
        assert re.search(each["name"] + r"\s+" + r"\s+".join(map(str, numbers)), page)
    assert "Tashi" not in page


def test_a_county_sees_its_own_burden(browse, visits):
    page = browse("bailang").get("/burden?year=2026").text.partition('id="counties-title"')[2]
    assert "白朗县" in page and "江孜县" not in page


def test_the_centres_of_one_county_are_shown_page_by_page(browse, visits):
    page = browse("office").get("/burden?year=2026&county=540228&page_size=1").text
    centres = page.partition('id="centres-title"')[2]
    assert "嘎东镇" in centres and "洛江镇" not in centres and 'aria-current="page">1<' in centres


def test_a_year_without_visits_says_so(browse):
    assert "这一年还没有核查" in browse("office").get("/burden?year=2020").text
    assert browse("office").get("/burden?year=never").status_code == 400


@pytest.mark.parametrize(("name", "path"), [("reviewer", "/annual"), ("admin", "/burden"), ("tashi", "/burden")])
def test_others_do_not_see_them(browse, name, path):
    assert browse(name).get(path).status_code == 403


def test_the_pages_ask_the_same_number_of_questions_however_many_visits(browse, people, visits, queries_of):
    office = browse("office")
    few = queries_of(lambda: office.get("/burden?year=2026"))
    people["tashi"].submit(uuid4(), visit(LUOJIANG))
    assert queries_of(lambda: office.get("/burden?year=2026")) == few


def test_in_english_nothing_is_left_in_chinese_but_names(browse, a_year, visits):
    office = browse("office").speak("en")
    names = {each.name for each in Division.select()} | {"中文", "年简表轮次"}
    for path in ("/annual", "/annual/2027", "/burden?year=2026"):
        found = {each.replace("便民服务中心", "") for each in HAN.findall(words(office.get(path)))}
        assert found <= names | {""}, path
