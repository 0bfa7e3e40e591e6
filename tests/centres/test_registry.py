"""The registries that ship."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from uuid import UUID

import pytest
from factories import GADONG

from audit.base.problems import NotFound
from audit.centres import actions, registry
from audit.centres.models import Centre, Division

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(("level", "number"), [("prefecture", 1), ("county", 18), ("township", 206), ("village", 1693)])
def test_shigatse_has_its_divisions(office, level, number):
    answer = office.get(f"/divisions?level={level}&page_size=1")
    assert answer.headers["X-Total-Count"] == str(number)


def test_a_county_sees_its_own_divisions_only(bailang):
    codes = {each["code"] for each in bailang.get("/divisions?page_size=500").json}
    assert (len(codes), {code[:6] for code in codes}) == (1 + 11 + 111, {"540228"})


def test_every_township_and_village_has_its_usual_centre(office):
    totals = [
        office.get(f"/centres?level={level}&page_size=1").headers["X-Total-Count"] for level in ("township", "village")
    ]
    assert totals == ["206", "1693"]


def test_gadong_is_the_one_demonstration_site(office):
    (site,) = office.get("/centres?tier=demonstration").json
    assert (site["id"], site["division"]["code"], site["demonstration"]) == (str(GADONG), "540228101", True)


def test_gadong_has_fourteen_villages(office):
    villages = office.get("/centres?level=village&q=540228101").json
    assert [each["division"]["code"] for each in villages] == [f"540228101{number}" for number in range(201, 215)]


@pytest.mark.parametrize(
    ("division", "level", "name"),
    [
        ("嘎东镇", "township", "嘎东镇便民服务中心"),
        ("马义村", "village", "马义村便民服务站"),
        ("马义村村民委员会", "village", "马义村便民服务站"),
        ("金碧社区居委会", "village", "金碧社区便民服务站"),
        ("城南居民委员会", "village", "城南便民服务站"),
        ("帕嘎村委会", "village", "帕嘎便民服务站"),
    ],
)
def test_a_centre_is_named_after_its_division(division, level, name):
    assert registry.usual_name(division, level) == name


def test_no_shipped_centre_is_named_after_a_committee(people):
    assert not Centre.select().where(Centre.name.contains("委会") | Centre.name.contains("委员会")).exists()


def test_codes_are_text(office):
    (site,) = office.get("/centres?tier=demonstration").json
    assert [site[each]["code"] for each in ("division", "township", "county")] == ["540228101", "540228101", "540228"]


def test_ids_are_the_same_in_every_installation(office):
    sites = {each["division"]["code"]: each["id"] for each in office.get("/centres?county=540228&page_size=500").json}
    assert sites["540228101"] == "e7591e04-2e88-528b-8237-3d9c8df1329e"
    assert all(UUID(each).version == 5 for each in sites.values())


def test_names_are_no_keys(office):
    found = office.get("/centres?q=扎西岗乡&level=township").json
    assert len(found) == 3
    assert {each["county"]["name"] for each in found} == {"拉孜县", "萨迦县", "定结县"}


def test_sixty_four_points_name_their_source(office):
    centres = office.get("/centres?level=township&page_size=500").json
    points = [each["point"] for each in centres if each["point"]]
    assert len(points) == 64
    assert {(each["source"].split()[0], each["datum"], each["confidence"]) for each in points} == {
        ("GeoNames", "WGS-84", "unverified")
    }


def test_every_shipped_point_lies_inside_the_bounds(office):
    south, west, north, east = map(float, registry.registries()["shigatse"]["bounds"])
    points = [each["point"] for each in office.get("/centres?level=township&page_size=500").json if each["point"]]
    assert all(south <= each["lat"] <= north and west <= each["lon"] <= east for each in points)


def test_all_of_shigatse_is_bilingual_and_on_the_plateau(office):
    (site,) = office.get("/centres?tier=demonstration").json
    assert site["division"]["traits"] == ["bilingual", "plateau"]


@pytest.mark.parametrize("name", ["shigatse", "xishan"])
def test_a_registry_names_source_and_licence(name):
    about = registry.registries()[name]
    assert "National Bureau of Statistics" in about["source"] and "(MIT)" in about["source"]
    assert "points" not in about or "CC BY 4.0" in about["points_licence"]


def test_no_population_is_invented(people):
    assert not Centre.select().where(Centre.population.is_null(False)).exists()


@pytest.mark.parametrize("name", ["shigatse", "xishan"])
def test_the_files_are_whole(name):
    rows = list(registry.rows(registry.registries()[name]["divisions"]))
    codes = Counter(row["division_code"] for row in rows)
    lengths = {"prefecture": 4, "county": 6, "township": 9, "village": 12}
    assert max(codes.values()) == 1
    assert all(row["parent_code"] in codes for row in rows[1:])
    assert all(len(row["division_code"]) in (6, lengths[row["level"]]) for row in rows)


def test_loading_twice_changes_nothing(people):
    before = Centre.select().count(), Division.select().count()
    outcome = actions.load_registry("shigatse", actor=None, now=NOW)
    assert (outcome.divisions, outcome.added, outcome.unchanged) == (0, 0, 206 + 1693)
    assert (Centre.select().count(), Division.select().count()) == before


def test_xishan_loads_beside_it(admin):
    outcome = actions.load_registry("xishan", actor=None, now=NOW)
    assert (outcome.divisions, outcome.added) == (1 + 11 + 126, 11 + 126)
    assert admin.get("/centres?county=530112&page_size=1").headers["X-Total-Count"] == "137"


def test_another_registry_is_out_of_an_offices_area(office):
    actions.load_registry("xishan", actor=None, now=NOW)
    assert office.get("/centres?page_size=1").headers["X-Total-Count"] == "1899"


def test_a_registry_that_does_not_ship_is_not_found(people):
    with pytest.raises(NotFound, match="shigatse, xishan"):
        actions.load_registry("atlantis", actor=None, now=NOW)
