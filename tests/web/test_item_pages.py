"""One item of a visit on a page: its photos beside those of the demonstration site and of the round before, and the way
to object."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from contest_pages import HAN, fact, main, words
from factories import GADONG, LUOJIANG, ROUND_BODY, answered, picture, visit
from ranked_rounds import opened
from states import made_once

from audit.accounts.models import Account
from audit.rounds.models import Round

ITEM = "TA02"  # yes or no, with a photo
SITE, OWN, BEFORE = "the site", "a plan", "an older plan"


def proven(people, centre, seed: str, *, round_: str = "2026Q4", at: str | None = None, **answer) -> str:
    """An approved visit that proves TA02 by one photo: its id."""
    digest, data = picture(seed)
    tashi, inspection = people["tashi"], uuid4()
    tashi.send_photo(digest, data)
    moments = {"started_at": f"{at}T10:00:00+08:00", "finished_at": f"{at}T11:00:00+08:00"} if at else {}
    body = visit(centre, photos={ITEM: [digest]}, round=round_, **moments)
    said = {"yes": True, "photos": [digest], "note": "图纸在二楼"} | answer
    said_of_photo = {"digest": digest, "taken_at": body["started_at"], "source": "camera", "fix": body["fix"]}
    body = answered(body, ITEM, **said) | {"photos": [said_of_photo]}
    assert tashi.submit(inspection, body).status_code == 201
    assert people["reviewer"].review(inspection).status_code == 201
    return str(inspection)


@made_once
def visited(people) -> str:
    """洛江镇 with a photo, measured against 嘎东镇, which has one too: the visit's id."""
    site = proven(people, GADONG, SITE)
    answer = people["office"].post("/rounds/2026Q4/baselines", json={"inspection": site})
    assert answer.json["adopted"], answer.json
    return proven(people, LUOJIANG, OWN)


@made_once
def again(visited, people) -> str:
    """The same centre in a round that ended before: the id of that visit."""
    body = {key: str(value) if hasattr(value, "year") else value for key, value in ROUND_BODY.items()}
    earlier = body | {"code": "2026Q3", "name": "2026年第三季度", "opens_on": "2026-07-01", "closes_on": "2026-12-30"}
    assert people["office"].post("/rounds", json=earlier).status_code == 201
    return proven(people, LUOJIANG, BEFORE, round_="2026Q3", at="2026-09-10")


@pytest.fixture
def frozen(visited):
    """The round has been frozen since so many days: `frozen(0)`."""

    def freeze(days: int) -> None:
        moment = datetime.now(UTC) - timedelta(days=days)
        Round.update(state="frozen", frozen_at=moment, followup_policy="followup-2026.1").where(
            Round.code == "2026Q4"
        ).execute()

    return freeze


def page_of(inspection: str, item: str = ITEM) -> str:
    return f"/inspections/{inspection}/items/{item}"


def pictures(page: str) -> list[str]:
    return re.findall(r'<img src="([^"]+)"', page)


# --- side by side ----------------------------------------------------------------------------------------------------


def test_three_columns_stand_side_by_side(browse, visited, again):
    page = main(browse("office").get(page_of(visited)))
    own, site, before = (picture(seed)[0] for seed in (OWN, SITE, BEFORE))
    baseline = re.search(r"/api/v1/baselines/(\d+)/", page)[1]
    assert pictures(page) == [
        f"/api/v1/inspections/{visited}/photos/{own}?size=320",
        f"/api/v1/baselines/{baseline}/photos/{site}?size=320",
        f"/api/v1/inspections/{again}/photos/{before}?size=320",
    ]


def test_every_picture_and_every_link_to_one_is_there(browse, visited, again):
    office = browse("bailang")
    page = main(office.get(page_of(visited)))
    links = {*pictures(page), *re.findall(r'href="(/api/v1/[^"]*/photos/[^"]+)"', page)}
    assert len(links) == 9 and sum("size=original" in each for each in links) == 2
    for each in links:
        with office.get(each) as answer:
            assert (answer.status_code, answer.mimetype) == (200, "image/jpeg"), each


def test_from_the_board_an_original_is_three_clicks_away(browse, visited):
    county = browse("bailang")
    board = main(county.get("/rounds/2026Q4/counties/540228"))
    centre = re.search(rf'href="(/centres/{LUOJIANG}[^"]*)"', board)[1]
    item = re.search(rf'href="(/inspections/{visited}/items/{ITEM})"', main(county.get(centre)))[1]
    original = re.search(r'href="([^"]+size=original)"', main(county.get(item)))[1]
    with county.get(original) as answer:
        assert answer.status_code == 200 and answer.get_data()[:2] == b"\xff\xd8"


def test_the_facts_are_those_of_the_api(browse, visited, office):
    page, score = main(browse("office").get(page_of(visited, "TA01"))), office.get(f"/inspections/{visited}/score").json
    mark = next(each for each in score["items"] if each["code"] == "TA01")
    assert fact(page, "得分").startswith(f"{mark['points']}/{mark['possible']}")
    assert fact(page, "核查值") == f"{mark['value']} m²" and fact(page, "参照值").endswith("示范点基线")


def test_it_says_what_the_inspector_noted_and_when_the_photo_was_taken(browse, visited):
    page = words(main(browse("office").get(page_of(visited))))
    assert "检查员备注：图纸在二楼" in page and "2026-11-20 10:00 · 现场拍摄" in page


def test_positions_are_for_reviewers_alone(browse, visited):
    assert "手机定位" in main(browse("reviewer").get(page_of(visited)))
    for name in ("office", "bailang"):
        assert "手机定位" not in main(browse(name).get(page_of(visited)))


@pytest.mark.parametrize(("name", "sees"), [("drolma", False), ("tashi", True)])
def test_an_inspector_who_also_is_of_the_county_or_office_sees_the_page_as_the_api_lets_them(
    browse, visited, people, name, sees
):
    Account.update(roles=["inspector", "county", "office"]).where(Account.name == name).execute()
    page = main(browse(name).get(page_of(visited)))
    assert ("手机定位" in page) is sees
    assert (people[name].get(f"/inspections/{visited}/evidence").status_code == 200) is sees


def test_an_inspector_is_led_to_no_page_that_is_not_theirs(browse, visited):
    page = browse("tashi").get(page_of(visited)).text
    assert "/centres/" not in page and f'href="/centres/{LUOJIANG}?' in browse("office").get(page_of(visited)).text


def test_without_a_baseline_and_an_earlier_visit_it_says_so(browse, people):
    page = main(browse("office").get(page_of(proven(people, LUOJIANG, OWN))))
    assert "尚未采用示范点基线" in page and "没有更早的核查" in page


def test_an_item_without_a_photo_says_so(browse, visited):
    assert "没有照片" in main(browse("office").get(page_of(visited, "TA03")))


def test_the_demonstration_site_is_drawn_on_the_board(browse, visited, office):
    told = office.get("/rounds/2026Q4/counties/540228").json["dimensions"]
    assert told["sites"] == {"township": "嘎东镇便民服务中心"}
    assert {each["sites"]["township"] for each in told["rows"]} == {"100.00"}
    page = main(browse("office").get("/rounds/2026Q4/counties/540228"))
    assert page.count('<line class="goal"') == 5  # and the legend's


@pytest.mark.parametrize("item", ["TA99", "x", "封顶"])
def test_what_is_no_item_is_not_there(browse, visited, item):
    answer = browse("office").get(page_of(visited, item))
    assert (answer.status_code, answer.mimetype) == (404, "text/html")


def test_another_countys_visit_is_not_there(browse, visited):
    assert browse("jiangzi").get(page_of(visited)).status_code == 404


def test_neighbouring_items_are_a_click_away(browse, visited):
    page = main(browse("office").get(page_of(visited)))
    assert f'href="{page_of(visited, "TA01")}" rel="prev"' in page and f'href="{page_of(visited, "TA03")}"' in page
    assert 'rel="prev"' not in main(browse("office").get(page_of(visited, "TA01")))


def test_an_item_beside_the_dimensions_has_a_page_too(browse, people):
    contest = opened(people)
    page = main(browse("office").get(page_of(contest.visit("540237100", 90, bonus=True), "T9")))
    assert fact(page, "核查值") == "是" and fact(page, "得分") == "2.00"


def test_an_english_item_is_english(browse, visited, again):
    page = words(main(browse("reviewer").speak("en").get(page_of(visited))))
    names = "洛江镇便民服务中心|嘎东镇便民服务中心|2026年第[三四]季度|图纸在二楼"
    assert HAN.findall(re.sub(names, "", page)) == []


# --- objecting -------------------------------------------------------------------------------------------------------


def test_the_county_may_object_while_there_is_time(browse, visited, frozen):
    way = f'href="{page_of(visited)}/appeal"'
    assert way not in browse("bailang").get(page_of(visited)).text
    frozen(0)
    page = main(browse("bailang").get(page_of(visited)))
    assert way in page and "截止" in page
    assert way not in browse("office").get(page_of(visited)).text


def test_after_the_last_day_the_button_is_gone(browse, visited, frozen):
    frozen(60)
    page = main(browse("bailang").get(page_of(visited)))
    assert '/appeal"' not in page and "申诉期已于" in page


def test_who_has_objected_is_led_to_the_appeal(browse, visited, frozen, bailang):
    frozen(0)
    filed = bailang.post(f"/inspections/{visited}/appeals", json={"item": ITEM, "reason": "已补图"}).json
    page = main(browse("bailang").get(page_of(visited)))
    assert f'href="/appeals/{filed["id"]}"' in page and f'{page_of(visited)}/appeal"' not in page
