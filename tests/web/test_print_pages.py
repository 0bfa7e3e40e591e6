"""The record of a visit and the blank form of an edition, as sheets of paper."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from factories import LUOJIANG, answered, content, picture, visit
from states import made_once

from audit.rounds.models import Round

CJK = re.compile(r"[一-鿿]+")
NAMES = "洛江镇便民服务中心|白朗县|中文"


@made_once
def recorded(tashi, reviewer):
    """The id of a visit with a photo for two items, and another one decided on."""
    here, inspection = picture("here"), uuid4()
    tashi.send_photo(*here)
    body = visit(LUOJIANG, photos={"TA02": [here[0]], "TA04": [here[0]]})
    assert tashi.submit(inspection, answered(body, "TA06", value=11, note="含折叠椅")).status_code == 201
    decision = {"item": "TA06", "answer": {"value": 4}, "reason": "以照片所示为准"}
    headers = {"If-Match": reviewer.get(f"/inspections/{inspection}").headers["ETag"]}
    assert reviewer.post(f"/inspections/{inspection}/decisions", json=decision, headers=headers).status_code == 201
    return inspection


def test_the_record_says_what_the_api_says(browse, reviewer, recorded):
    told, score = (reviewer.get(f"/inspections/{recorded}{part}").json for part in ("", "/score"))
    page = browse("reviewer").get(f"/inspections/{recorded}/record").text
    assert score["total"] in page and told["centre_name"] in page and str(recorded) in page
    assert all(f">{each['code']}<" in page and f"{each['points']} / {each['possible']}" in page
               for each in score["items"] if each["possible"] != "0.00")  # fmt: skip


def test_the_record_has_photos_decisions_and_a_place_to_sign(browse, tashi, recorded):
    page, digest = browse("tashi").get(f"/inspections/{recorded}/record").text, picture("here")[0]
    assert page.count(f"/photos/{digest}?size=320") == 2 and "TA02-1" in page
    assert "含折叠椅" in page and "认定：4" in page and "以照片所示为准" in page
    assert "检查员（签字）" in page and "中心负责人（签字）" in page
    receipt = tashi.submit(recorded, answered(_sent(), "TA06", value=11, note="含折叠椅")).json
    assert f"sha256：{receipt['digest']}" in page


def _sent() -> dict:
    here = picture("here")[0]
    return visit(LUOJIANG, photos={"TA02": [here], "TA04": [here]})


def test_what_did_not_come_is_said(browse, tashi):
    inspection = uuid4()
    tashi.submit(inspection, visit(LUOJIANG, photos={"TA02": [picture("gone")[0]]}))
    page = browse("tashi").get(f"/inspections/{inspection}/record").text
    assert "其中 1 张未收到" in page and "<img" not in page


@pytest.mark.parametrize(
    ("name", "status"), [("tashi", 200), ("bailang", 200), ("office", 200), ("jiangzi", 404), ("pema", 404)]
)
def test_the_record_is_for_who_may_read_the_visit(browse, recorded, name, status):
    assert browse(name).get(f"/inspections/{recorded}/record").status_code == status


def test_the_record_of_a_covert_visit_names_nobody_to_its_county(browse, tashi):
    covert = uuid4()
    tashi.submit(covert, visit(LUOJIANG, kind="covert"))
    assert browse("bailang").get(f"/inspections/{covert}/record").status_code == 404
    Round.update(state="published").execute()
    page = browse("bailang").get(f"/inspections/{covert}/record").text
    assert "Tashi" not in page and "暗访" in page


def test_the_record_takes_as_many_queries_with_many_photos(browse, tashi, recorded, queries_of):
    some, full = [picture(f"some {each}") for each in range(3)], uuid4()
    for each in some:
        tashi.send_photo(*each)
    tashi.submit(full, visit(LUOJIANG, photos={"TA01": [digest for digest, _ in some]}))
    reader = browse("tashi")
    one, many = (queries_of(lambda it=it: reader.get(f"/inspections/{it}/record")) for it in (recorded, full))
    assert many <= one


@pytest.mark.parametrize("level", ["township", "village"])
def test_the_blank_form_has_every_item_with_its_boxes(browse, level):
    page, wanted = browse("tashi").get(f"/editions/{level}-2026.1/form").text, content(level)
    every = [*wanted["items"], *wanted["bonus"], *wanted["deductions"]]
    assert all(f">{each['code']}<" in page and each["text"]["zh"] in page for each in every)
    assert all(choice["zh"] in page for each in wanted["items"] for choice in each.get("choices", ()))
    assert "示范型" in page and "不适用，原因：" in page and "检查员（签字）" in page


@pytest.mark.parametrize("edition", ["cards-2026.1", "none"])
def test_there_is_no_form_of_what_is_no_checklist(browse, edition):
    assert browse("tashi").get(f"/editions/{edition}/form").status_code == 404


def test_the_english_sheets_have_no_chinese_but_names(browse, recorded):
    english = browse("reviewer").speak("en")
    for path in (f"/inspections/{recorded}/record", "/editions/township-2026.1/form", "/editions/village-2026.1/form"):
        page = re.sub("含折叠椅|以照片所示为准", "", english.get(path).text)
        assert CJK.findall(re.sub(NAMES, "", page)) == [], path
