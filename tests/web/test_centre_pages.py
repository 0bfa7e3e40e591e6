"""Centres on pages: all of them on one, their map, and one over the rounds with every point it lost."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from contest_pages import HAN, fact, main, words
from factories import GADONG, JIANGZI, LUOJIANG, approved
from ranked_rounds import NOW, A, B, C, Contest, decide, done, opened, published
from states import made_once

from audit.centres.models import Centre
from audit.centres.registry import centre_id
from audit.checklists import actions as checklists
from audit.inspections.models import Inspection


@made_once
def visited(people) -> str:
    """An approved visit to 洛江镇 that proves nothing: its id."""
    return str(approved(people["tashi"], people["reviewer"], LUOJIANG))


@made_once
def plain(people) -> Contest:
    """A township of 岗巴县 with 70 points in a plain round."""
    made = opened(people)
    made.visit(A, 70)
    return made


@made_once
def out(plain) -> Contest:
    """The same with 80 points in a second township, published as version 1."""
    plain.visit(B, 80)
    return published(plain)


def of(code: str) -> str:
    return f"/centres/{centre_id('cn-stats', code, 'township')}"


# --- the list --------------------------------------------------------------------------------------------------------


def test_all_centres_stand_on_one_page_that_is_small_enough_to_send(browse, visited):
    answer = browse("office").get("/centres", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip" and len(answer.data) < 150_000
    page = main(browse("office").get("/centres"))
    assert page.count('<th scope="row"') == 1899 and '<b class="number">1899</b>' in page


def test_the_list_says_where_each_stands_as_the_api_does(browse, visited, office):
    page = main(browse("office").get("/centres?county=540228&level=township"))
    rows = [words(row) for row in page.split("<tbody>")[1].split("<tr>")[1:]]
    api = office.get("/rounds/2026Q4/rankings/townships").json["rows"]
    (told,) = [each for each in api if each["visited"]]
    assert [row for row in rows if "未核查" not in row] == [next(row for row in rows if "洛江镇" in row)]
    assert told["total"] in words(page) and len(rows) == 11


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=嘎东镇&level=township", {"嘎东镇便民服务中心"}),
        ("q=540228100&level=township", {"洛江镇便民服务中心"}),
        ("q=没有", set()),
    ],
)
def test_the_list_is_narrowed(browse, people, query, names):
    page = main(browse("office").get(f"/centres?{query}"))
    assert set(re.findall(r'href="/centres/[0-9a-f-]{36}">([^<]+)<', page)) == names
    assert names or "没有符合条件的中心" in page


def test_a_county_sees_its_own_centres_alone(browse, people):
    page = main(browse("jiangzi").get("/centres"))
    assert page.count('<th scope="row"') == Centre.select().where(Centre.code.startswith("540222")).count()
    assert "白朗县" not in page


@pytest.mark.parametrize("query", ["county=54", "level=county", "view=globe", "other=1", "round=" + "x" * 40])
def test_a_bad_filter_is_refused_with_a_page(browse, people, query):
    answer = browse("office").get(f"/centres?{query}")
    assert (answer.status_code, answer.mimetype) == (400, "text/html")


def test_a_round_out_of_sight_is_not_there(browse, people):
    assert browse("office").get("/centres?round=NONE").status_code == 404


def test_the_list_asks_the_same_few_queries_however_many_were_visited(browse, plain, queries_of):
    office = browse("office")
    one = queries_of(lambda: office.get("/centres?round=PLAIN"))
    for code in (B, C):
        plain.visit(code, 90)
    assert queries_of(lambda: office.get("/centres?round=PLAIN")) == one


# --- the map ---------------------------------------------------------------------------------------------------------


def test_the_map_marks_every_centre_that_has_a_point(browse, visited):
    page = main(browse("office").get("/centres?view=map"))
    there_are = Centre.select().where(Centre.lat.is_null(False)).count()
    assert page.count('<g class="site"') == there_are + 1  # and the legend's
    assert "不表示行政区域界线" in page and "洛江镇便民服务中心 · " in page


def test_marks_differ_by_shape_and_say_their_card(browse, visited, office):
    page = main(browse("office").get("/centres?view=map&county=540228"))
    (total,) = re.findall(r"洛江镇便民服务中心 · (?:\S+) (?:\S+) ([0-9.]+)</title>", page)
    api = office.get("/rounds/2026Q4/rankings/townships").json["rows"]
    assert total == next(each["total"] for each in api if each["visited"])
    assert "嘎东镇便民服务中心 · 未核查</title><circle" in page


def test_a_map_without_a_point_says_so(browse, people):
    assert "所选中心都没有坐标" in main(browse("office").get("/centres?view=map&q=洛江镇&level=village"))


# --- one centre ------------------------------------------------------------------------------------------------------


def test_a_centre_says_what_the_api_says_of_its_visit(browse, visited, office):
    page, score = main(browse("office").get(f"/centres/{LUOJIANG}")), office.get(f"/inspections/{visited}/score").json
    assert f"<dd>{score['total']}</dd>" in page and f"{score['met']}/{score['assessable']}" in page
    for each in score["dimensions"]:
        assert each["value"] is None or each["value"] in page


def test_its_items_come_the_dearest_first_with_what_each_lost(browse, visited, office):
    page, items = (
        main(browse("office").get(f"/centres/{LUOJIANG}")),
        office.get(f"/inspections/{visited}/score").json["items"],
    )
    lost = {each["code"]: Decimal(each["possible"]) - Decimal(each["points"]) for each in items}
    shown = [
        (code, Decimal(number.replace("−", "")))
        for number, code in re.findall(r'gain">−([0-9.]+)</b><div>\s*<p><span class="digest">(\w+)<', page)
    ]
    assert dict(shown) == {code: points for code, points in lost.items() if points}
    assert [points for _, points in shown] == sorted((points for _, points in shown), reverse=True)


def test_it_says_why_in_words_and_what_the_measure_is(browse, visited):
    page = words(main(browse("office").get(f"/centres/{LUOJIANG}")))
    assert "佐证照片不足，不得分" in page and "（本类中心标准）" in page and "暂无示范点基线" in page


def test_a_centre_without_a_visit_says_so(browse, people):
    page = main(browse("office").get(f"/centres/{GADONG}"))
    assert "本期尚无经复核的核查" in page and "尚无核查" in page and "示范点" in page


def test_a_centre_of_another_county_is_not_there(browse, people):
    for path in (f"/centres/{JIANGZI}", f"/centres/{uuid4()}"):
        answer = browse("bailang").get(path)
        assert (answer.status_code, answer.mimetype) == (404, "text/html")


def test_its_findings_and_visits_lead_on(browse, plain):
    page = main(browse("office").get(of(A)))
    assert len(re.findall(r'href="/findings/\d+"', page)) == 4
    assert len(re.findall(r'href="/inspections/[0-9a-f-]{36}/record"', page)) == 1 and "计分" in page


# --- as it was published -----------------------------------------------------------------------------------------


def test_a_published_centre_stands_as_the_lists_have_it(browse, out):
    decide(out, A, 100)
    page = main(browse("office").get(of(A)))
    lists = main(browse("office").get("/centres?county=540237&round=PLAIN"))
    assert fact(page, "总分") == "70.00" and fact(page, "名次").startswith("2/2") and ">70.00<" in lists
    assert fact(page, "亮牌") in words(lists) and "第1版，" in page


def test_what_changed_since_it_was_published_is_told_once(browse, out):
    assert "公布后有变更" not in main(browse("office").get(of(A))).split('id="trend"')[0]
    decide(out, A, 100)
    page = words(main(browse("office").get(of(A))).split('id="trend"')[0])
    told = f"公布后有变更：按当前数据为 {out.row(A)['total']} 分、第 2/2 名、"
    assert page.count("公布后有变更") == 1 and told in page and "正式结果以公布的版本为准" in page


def test_a_place_that_others_took_since_is_told_too(browse, out):
    decide(out, B, 0)
    decide(out, B, 0, item="T2")
    page = main(browse("office").get(of(A)))
    assert fact(page, "名次").startswith("2/2") and "70.00 分、第 1/2 名" in words(page)


def test_the_next_version_is_what_stands_and_nothing_has_changed_since(browse, out):
    decide(out, A, 100)
    done(out, "publish", note="更正")
    page = main(browse("office").get(of(A)))
    assert fact(page, "总分") == out.row(A)["total"] and "第2版，" in page
    assert "公布后有变更" not in page.split('id="trend"')[0]


def test_a_centre_whose_visit_was_voided_since_stands_as_published(browse, out):
    Inspection.update(state="void").where(Inspection.centre == centre_id("cn-stats", A, "township")).execute()
    page = main(browse("office").get(f"{of(A)}?round=PLAIN"))
    assert fact(page, "总分") == "70.00" and "按当前数据没有计分的核查" in page and "条目</h2>" not in page


def test_what_changed_is_told_in_english(browse, out):
    decide(out, A, 100)
    page = words(main(browse("office").speak("en").get(of(A))))
    assert "version 1, published" in page and f"it has {out.row(A)['total']} points, place 2/2" in page
    assert "公布" not in page


def test_an_english_centre_is_english(browse, visited):
    page = main(browse("office").speak("en").get(f"/centres/{LUOJIANG}"))
    names = "洛江镇便民服务中心|白朗县|洛江镇|2026年第四季度"
    assert HAN.findall(re.sub(names, "", words(page))) == []


# --- the trend -------------------------------------------------------------------------------------------------------


def test_one_round_makes_no_trend(browse, plain):
    assert "暂无走势" in main(browse("office").get(of(A)))


def test_rounds_that_were_measured_alike_are_joined(browse, plain):
    Contest(plain.people, "LATER", closes_on="2028-01-31").visit(A, 90)
    page = main(browse("office").get(of(A)))
    assert 'class="series"' in page and 'class="break"' not in page and ">70.00</text>" in page


def test_another_edition_breaks_the_line_and_says_so(browse, plain):
    from contest import checklist

    checklists.publish(checklist("township", id="plaintownship-2026.2"), actor=None, now=NOW)
    editions = {"township": "plaintownship-2026.2", "village": "plainvillage-2026.1"}
    later = Contest(plain.people, "LATER", closes_on="2028-01-31", editions=editions)
    later.visit(A, 90, edition="plaintownship-2026.2")
    page = main(browse("office").get(of(A)))
    assert 'class="series"' not in page and page.count('class="break"') == 1 and "口径变更</text>" in page


def test_made_up_rounds_do_not_stand_beside_real_ones(browse, plain):
    Contest(plain.people, "SAMPLE", closes_on="2028-01-31", sample=True).visit(A, 90)
    page = main(browse("office").get(f"{of(A)}?round=PLAIN"))
    assert "暂无走势" in page and "示例数据" not in page
    assert "示例数据" in main(browse("office").get(f"{of(A)}?round=SAMPLE"))


def test_another_round_is_a_click_away(browse, plain):
    later = Contest(plain.people, "LATER", closes_on="2028-01-31")
    later.visit(A, 90, at=NOW - timedelta(days=1))
    assert "<dd>90.00</dd>" in main(browse("office").get(of(A)))
    assert "<dd>70.00</dd>" in main(browse("office").get(f"{of(A)}?round=PLAIN"))


def test_a_centre_asks_the_same_few_queries_however_many_rounds(browse, plain, queries_of):
    office = browse("office")
    one = queries_of(lambda: office.get(of(A)))
    for number in range(3):
        Contest(plain.people, f"R{number}", closes_on="2028-01-31").visit(A, 50)
    assert queries_of(lambda: office.get(of(A))) == one
