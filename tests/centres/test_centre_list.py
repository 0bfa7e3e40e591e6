"""Listing centres and reading one."""

from __future__ import annotations

import pytest
from factories import GADONG, JIANGZI, LUOJIANG, MAYI
from geopy.distance import geodesic

HERE = (29.21273, 89.17835)  # 嘎东镇
NEAR = "near=29.21273,89.17835"
BAD = [
    "county=54022",
    "county=540228%0A",
    "county=５４０２２８",
    "level=county",
    "tier=best",
    "q=",
    "q=%E3%80%80",
    "q=a%00",
    "q=%E2%80%8B",
    "page=0",
    "page_size=501",
    "sort=name",
    "level=village&level=township",
    "near=29.2",
    "near=29.2,",
    "near=29.2, 89.1",
    "near=91,89",
    "near=29,181",
    "near=nan,89",
    "near=1e1,89",
    "near=２９,89",
    f"{NEAR}&datum=GCJ-02",
    f"{NEAR}&datum=BD-09",
]


def total(answer) -> int:
    assert answer.status_code == 200, answer.json
    return int(answer.headers["X-Total-Count"])


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ("county=540228", 122),
        ("county=540228&level=township", 11),
        ("county=540228&level=village&tier=demonstration", 0),
        ("tier=demonstration", 1),
        ("status=closed", 0),
        ("county=999999", 0),
        ("q=嘎东", 15),
        ("q=540228101201", 1),
        ("q=嘎 东　镇便民", 1),
    ],
)
def test_filters(office, asked, number):
    assert total(office.get(f"/centres?{asked}")) == number


def test_wildcards_are_only_characters(office):
    asked = ["%25", "_", "%5C", "嘎_镇", "嘎%25", "％", "'", "%5C'"]
    assert {q: total(office.get(f"/centres?q={q}")) for q in asked} == dict.fromkeys(asked, 0)


def test_a_bad_parameter_is_refused(office):
    answers = {asked: office.get(f"/centres?{asked}") for asked in BAD}
    refused = {asked: (answer.status_code, answer.json["type"]) for asked, answer in answers.items()}
    assert refused == dict.fromkeys(BAD, (400, "/problems/invalid-parameter"))


@pytest.mark.parametrize("asked", ["county=540228&", f"county=540228&{NEAR}&"])
def test_paging_through_gives_each_centre_once(office, asked):
    pages = [office.get(f"/centres?{asked}page_size=50&page={page}").json for page in (1, 2, 3, 4)]
    ids = [each["id"] for page in pages for each in page]
    assert [len(page) for page in pages] == [50, 50, 22, 0]
    assert len(set(ids)) == 122


def test_the_links_lead_through_the_list(office):
    link = office.get(f"/centres?county=540228&{NEAR}&page_size=50&page=2").headers["Link"]
    assert [part.split("rel=")[1] for part in link.split(", ")] == ['"first"', '"prev"', '"next"', '"last"']
    assert "county=540228" in link and "page=3" in link


def test_a_list_is_in_the_order_of_codes(office):
    codes = [each["division"]["code"] for each in office.get("/centres?county=540228&page_size=500").json]
    assert codes == sorted(codes)


def test_near_gives_the_nearest_first_with_geodesic_metres(office):
    found = office.get(f"/centres?{NEAR}&page_size=64").json
    away = [geodesic(HERE, (each["point"]["lat"], each["point"]["lon"])).meters for each in found]
    assert (found[0]["id"], found[0]["distance_m"]) == (str(GADONG), 0)
    assert [each["distance_m"] for each in found] == [round(each) for each in away]
    assert away == sorted(away)


def test_pages_of_near_continue_one_another(office):
    whole = office.get(f"/centres?level=township&{NEAR}&page_size=100").json
    parts = [office.get(f"/centres?level=township&{NEAR}&page_size=20&page={page}").json for page in range(1, 6)]
    assert [each["id"] for part in parts for each in part] == [each["id"] for each in whole]


def test_centres_without_a_point_follow_by_code(office):
    found = office.get(f"/centres?level=township&{NEAR}&page_size=500").json
    codes = [each["division"]["code"] for each in found[64:]]
    assert {each["distance_m"] for each in found[64:]} == {None}
    assert (len(codes), codes) == (206 - 64, sorted(codes))


def test_without_near_there_is_no_distance(office):
    assert office.get("/centres?tier=demonstration").json[0]["distance_m"] is None


def test_a_hit_shows_where_it_is(office):
    (hit,) = office.get("/centres?q=540228101201").json
    assert [hit[each]["name"] for each in ("division", "township", "county")] == ["马义村", "嘎东镇", "白朗县"]


@pytest.mark.parametrize("asked", ["county=540228", "q=白朗", "q=540228", "q=嘎东", "tier=demonstration"])
def test_a_county_never_lists_another_countys_centres(jiangzi, asked):
    assert total(jiangzi.get(f"/centres?{asked}")) == 0


@pytest.mark.parametrize("asked", ["", f"{NEAR}&"])
def test_a_county_pages_through_its_own_centres_only(jiangzi, asked):
    found = jiangzi.get(f"/centres?{asked}page_size=500").json
    assert {each["county"]["code"] for each in found} == {"540222"}
    assert len(found) == 19 + 155


@pytest.mark.parametrize("centre", [GADONG, LUOJIANG, MAYI])
def test_a_centre_of_another_county_is_not_found(jiangzi, centre):
    assert jiangzi.get(f"/centres/{centre}").status_code == 404


def test_an_inspector_of_one_county_reads_its_centres(pema):
    answer = pema.get(f"/centres/{JIANGZI}")
    assert (answer.status_code, answer.json["county"]["name"]) == (200, "江孜县")


@pytest.mark.parametrize("centre", ["00000000-0000-0000-0000-000000000000", "嘎东镇", "1"])
def test_an_unknown_centre_is_not_found(office, centre):
    assert office.get(f"/centres/{centre}").status_code == 404


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"], ids=lambda method: f"CE09 {method}")
@pytest.mark.parametrize("name", ["admin", "office"])
def test_nobody_removes_or_changes_a_centre_over_http(people, name, method):
    own = {"Authorization": f"Bearer {people[name].token}"}
    answer = people[name].client.open(f"/api/v1/centres/{GADONG}", method=method, headers=own, json={})
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert people[name].get(f"/centres/{GADONG}").status_code == 200


@pytest.mark.parametrize("path", ["/centres", f"/centres?{NEAR}", f"/centres/{GADONG}", "/divisions"])
def test_who_has_the_answer_already_gets_304(office, path):
    tag = office.get(path).headers["ETag"]
    again = office.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


def test_the_tag_follows_the_content(office, jiangzi):
    assert office.get("/centres").headers["ETag"] != jiangzi.get("/centres").headers["ETag"]


@pytest.mark.parametrize("path", ["/centres?", f"/centres?{NEAR}&", "/divisions?"])
def test_queries_do_not_grow_with_the_page(office, queries_of, path):
    one, many = (queries_of(lambda size=size: office.get(f"{path}page_size={size}")) for size in (1, 200))
    assert one == many


@pytest.mark.parametrize(("name", "status"), [("nobody", 401), ("auditor", 403), ("admin", 200), ("tashi", 200)])
def test_who_may_read_centres(people, name, status):
    assert people[name].get("/centres?page_size=1").status_code == status
