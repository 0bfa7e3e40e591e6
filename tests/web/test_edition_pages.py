"""Checklists and policies on pages: as a tree, compared, tried on a round, and published by the administrator."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO

import pytest
from factories import GADONG, NOW, ROOT, ROUND_BODY, approved
from states import made_once

from audit.base.trail import TrailLine
from audit.checklists import actions as checklists
from audit.checklists import editions
from audit.checklists.models import Edition
from audit.web.amendments import between, label

SHIPPED = (ROOT / "checklists" / "township-2026.1.toml").read_text("utf-8")
HAN = re.compile("[一-鿿]+")
# what data brings in Chinese alone, or beside its English: cards, the name of a round, the source of a calendar
DATA = {"中文", "红", "黄", "绿", "蓝", "年第四季度", "年", "月", "日", "国务院办公厅关于", "年部分节假日安排的通知"}
NEXT = SHIPPED.replace('id = "township-2026.1"', 'id = "township-2026.2"')


def next_edition() -> str:
    """The same with another standard of TA01, and without TB03."""
    mended = NEXT.replace("{ demonstration = 150, standard = 100 }", "{ demonstration = 160, standard = 100 }", 1)
    assert mended != NEXT
    return mended[: mended.index('[[bonus]]\ncode = "TB03"')] + mended[mended.index("# ---- 倒扣") :]


@made_once
def two_editions(people):
    """A visit that counts, and another edition of the township checklist beside the one that ships."""
    content = editions.parse("next", next_edition().encode())
    approved(people["tashi"], people["reviewer"], GADONG)
    checklists.publish(content, actor=None, now=NOW)


def send(browser, text: str | bytes):
    raw = text if isinstance(text, bytes) else text.encode()
    return browser.post("/editions/drafts", {"file": (BytesIO(raw), "new.toml")}, content_type="multipart/form-data")


def lines() -> int:
    return TrailLine.select().where(TrailLine.action == "edition.publish", TrailLine.actor == "admin").count()


def words(page) -> str:
    return re.sub(r"<[^>]*>", " ", unescape(page.text))


# --- reading -----------------------------------------------------------------------------------------------------


def test_everything_published_is_listed_by_kind(browse):
    page = browse("reviewer").get("/editions").text
    for each in Edition.select():
        assert f'href="/editions/{each.id}"' in page
    assert "核查清单" in page and "发布新版本" not in page


@pytest.mark.parametrize("name", [each.stem for each in sorted((ROOT / "checklists").glob("*.toml"))])
def test_every_edition_has_a_page_in_both_languages(browse, name):
    for language in ("zh", "en"):
        page = browse("office").speak(language).get(f"/editions/{name}")
        assert page.status_code == 200
    assert set(HAN.findall(words(page))) <= DATA


def test_a_checklist_says_what_its_weights_come_to(browse):
    page = words(browse("bailang").get("/editions/township-2026.1"))
    assert "计分权重合计" in page and "✓ 相符" in page
    assert re.search(r"面积\s+\d+\s+20\s+20\s+计分", page)


def test_an_item_stands_with_its_standards_photos_remedy_and_source(browse):
    row = browse("office").get("/editions/township-2026.1").text.partition('id="TA01"')[2].partition("</tr>")[0]
    for told in ("不低于 150 m²", "不低于 100 m²", ">6<", ">5<", "腾退相邻办公室", "D1"):
        assert told in row


def test_the_baseline_of_the_newest_round_stands_beside_the_standard(browse, people, two_editions):
    visit = people["office"].get("/inspections").json[0]["id"]
    people["office"].post("/rounds/2026Q4/baselines", json={"inspection": visit})
    page = browse("office").get("/editions/township-2026.1").text
    assert "嘎东镇便民服务中心 第1版" in page and "165 m²" in page.partition('id="TA01"')[2].partition("</tr>")[0]


def test_the_tree_leads_to_the_blank_form(browse):
    assert 'href="/editions/township-2026.1/form"' in browse("office").get("/editions/township-2026.1").text


def test_what_is_not_published_is_not_found(browse):
    assert browse("office").get("/editions/none").status_code == 404


def test_the_tree_asks_the_same_number_of_questions_however_many_items(browse, queries_of):
    office = browse("office")
    few = queries_of(lambda: office.get("/editions/village-2026.1"))
    assert queries_of(lambda: office.get("/editions/township-2026.1")) == few


def test_the_tree_asks_the_same_number_of_questions_however_many_rounds(browse, people, queries_of):
    office, path = browse("office"), "/editions/township-2026.1"
    few = queries_of(lambda: office.get(path))
    body = {key: str(value) if hasattr(value, "year") else value for key, value in ROUND_BODY.items()}
    for code, area in (("R1", "540200"), ("R2", "540228"), ("R3", "540222")):
        assert people["office"].post("/rounds", json=body | {"code": code, "area": area}).status_code == 201
    assert queries_of(lambda: office.get(path)) == few and 'value="R3"' in office.get(path).text


def test_the_effect_is_asked_of_rounds_that_are_wholly_in_the_area(browse, moved):
    office, path = browse("office"), "/editions/township-2026.1"
    assert 'value="2026Q4"' in office.get(path).text
    moved("office", "540228")
    assert 'value="2026Q4"' not in office.get(path).text


# --- differences -------------------------------------------------------------------------------------------------


def test_two_editions_are_compared_field_by_field(browse, two_editions):
    page = words(browse("office").get("/editions/township-2026.2/differences/township-2026.1"))
    assert re.search(r"标准 · 示范型\s+150\s+160", page)
    assert "加分项：取消" in page and "TB03" in page and "加分项：新增" not in page


def test_the_other_way_round_what_went_is_new(browse, two_editions):
    page = words(browse("office").get("/editions/township-2026.1/differences/township-2026.2"))
    assert "加分项：新增" in page and re.search(r"标准 · 示范型\s+160\s+150", page)


def test_an_edition_beside_itself_is_the_same(browse):
    assert "内容没有差异" in browse("office").get("/editions/cards-2026.1/differences/cards-2026.1").text


def test_what_is_of_another_level_is_not_compared(browse):
    assert browse("office").get("/editions/township-2026.1/differences/village-2026.1").status_code == 404


def test_what_a_list_holds_is_compared_by_its_codes():
    before = {"title": {"zh": "甲", "en": "A"}, "items": [{"code": "A1", "photos": 1}, {"code": "A2", "photos": 1}]}
    after = {"title": {"zh": "甲", "en": "A"}, "items": [{"code": "A2", "photos": 2}, {"code": "A1", "photos": 1}]}
    (items,) = between(before, after)["lists"]
    assert [each["item"]["code"] for each in items["changed"]] == ["A2"]
    assert items["changed"][0]["fields"] == [{"label": label(("photos",)), "before": ("1", "1"), "after": ("2", "2")}]


# --- the effect on a round ---------------------------------------------------------------------------------------


def test_the_effect_on_a_round_is_what_the_api_tells(browse, people, two_editions):
    asked = {"level": "township", "edition": "township-2026.2"}
    told = people["office"].post("/rounds/2026Q4/editions/preview", json=asked).json
    page = browse("office").get("/editions/township-2026.2/effect?round=2026Q4").text
    (row,) = told["rows"]
    assert re.search(rf"{row['name']}.*?>{row['before']}<.*?>{row['after']}<", page, re.S)


def test_an_effect_wants_a_round_in_reach(browse, two_editions):
    office = browse("office")
    assert office.get("/editions/township-2026.2/effect").status_code == 400
    assert office.get("/editions/township-2026.2/effect?round=none").status_code == 404
    assert office.get("/editions/cards-2026.1/effect?round=2026Q4").status_code == 404
    assert browse("reviewer").get("/editions/township-2026.2/effect?round=2026Q4").status_code == 403


# --- publishing --------------------------------------------------------------------------------------------------


def test_a_file_is_tried_and_nothing_stored(browse):
    answer = send(browse("admin"), next_edition())
    assert answer.status_code == 200 and "与最近发布的 township-2026.1 的差异" in answer.text
    assert "文件没有错误，尚未发布" in answer.text and Edition.get_or_none(Edition.id == "township-2026.2") is None


def test_what_was_tried_is_published_as_the_command_line_would(browse):
    admin = browse("admin")
    page = send(admin, next_edition()).text
    text = unescape(re.search(r'name="text" value="([^"]*)"', page)[1])
    # as browsers send line breaks
    answer = admin.post("/editions", {"text": re.sub(r"\r?\n", "\r\n", text)})
    made = Edition.get(Edition.id == "township-2026.2")
    assert (answer.status_code, answer.location, lines()) == (303, "/editions/township-2026.2", 1)
    assert made.content == editions.parse("next", next_edition().encode()) and made.digest in page


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (NEXT.replace("weight = 6\n", "weight = 7\n", 1), "条目权重合计"),
        (NEXT.replace("plausible = [10, 1000]", "plausible = [1000, 10]", 1), "TA01 · 合理范围"),
        (NEXT.replace('answer = "measure"', 'answer = "guess"', 1), "TA01 · 填报方式"),
        (NEXT.replace('kind = "checklist"', 'kind = "novel"', 1), "须为所列种类之一"),
        ("[[", "整个文件"),
        (b"\xff\xfe", "整个文件"),
    ],
)
def test_a_file_at_fault_says_where_and_is_not_published(browse, text, said):
    admin = browse("admin")
    answer = send(admin, text)
    assert answer.status_code == 422 and said in answer.text and 'action="/editions"' not in answer.text
    refused = admin.post("/editions", {"text": text if isinstance(text, str) else ""})
    assert refused.status_code == 422 and lines() == 0


def test_a_published_id_is_not_given_other_content(browse):
    admin, other = browse("admin"), SHIPPED.replace("photos = 5\n", "photos = 4\n", 1)
    assert "已发布过另一内容" in send(admin, other).text
    assert admin.post("/editions", {"text": other}).status_code == 409
    assert "这一版本已经发布" in send(admin, SHIPPED).text


def test_a_form_without_a_file_is_refused(browse):
    answer = browse("admin").post("/editions/drafts", {}, content_type="multipart/form-data")
    assert answer.status_code == 422 and "请选择一个文件" in answer.text


def test_a_file_that_no_edition_needs_is_refused_by_its_size(browse):
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="new.toml"\r\n\r\n'
    form, kind = head + b"#" * 1_000_001 + b"\r\n--x--\r\n", "multipart/form-data; boundary=x"
    answer = browse("admin").post("/editions/drafts", form, content_type=kind)
    assert answer.status_code == 413 and "超过 1000000 字节" in answer.text


@pytest.mark.parametrize("name", ["office", "reviewer", "bailang", "auditor"])
def test_only_the_administrator_publishes(browse, name):
    assert send(browse(name), NEXT).status_code == 403
    assert browse(name).post("/editions", {"text": NEXT}).status_code == 403


def test_in_english_nothing_is_left_in_chinese(browse, two_editions):
    office, admin = browse("office").speak("en"), browse("admin").speak("en")
    pages = [office.get("/editions"), office.get("/editions/township-2026.2/differences/township-2026.1")]
    pages += [admin.get("/editions"), send(admin, NEXT.replace("2026.2", "2026.3")), send(admin, "[[")]
    for page in pages:
        assert set(HAN.findall(words(page))) <= {"中文"}
