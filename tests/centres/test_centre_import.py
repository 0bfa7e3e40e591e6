"""audit import-centres: all of a table, or nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from centre_tables import LUOJIANG, POINT, as_csv, as_workbook
from click.testing import CliRunner
from factories import LUOJIANG as LUOJIANG_ID
from peewee import IntegrityError

from audit.base import db, trail
from audit.base.problems import DuplicateCentre, ValidationError
from audit.centres import actions, queries
from audit.centres.models import Centre, Division
from audit.cli import main

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
VILLAGE = "540228101201"


@pytest.fixture
def command(stage, people, tmp_path, monkeypatch):
    """Runs `audit import-centres …` on the stage."""
    monkeypatch.setenv("AUDIT_DATABASE_URL", stage[0])

    def run(*arguments):
        db.database.close_all()
        return CliRunner().invoke(main, ["--data", str(tmp_path), "import-centres", *map(str, arguments)])

    return run


def take(path, dry_run=False):
    return actions.import_centres(path, dry_run=dry_run, actor=None, now=NOW)


def refused(path) -> dict[str, str]:
    with pytest.raises(ValidationError) as problem:
        take(path)
    return {each["pointer"]: each["detail"] for each in problem.value.errors}


@pytest.mark.parametrize("write", [as_csv, as_workbook, lambda *a: as_csv(*a, encoding="gbk")])
def test_a_table_changes_a_centre(command, office, tmp_path, write):
    ran = command(write(tmp_path, LUOJIANG | POINT))
    centre = office.get(f"/centres/{LUOJIANG_ID}").json
    assert (ran.exit_code, "1 changed" in ran.output) == (0, True), ran.output
    assert (centre["tier"], centre["population"]) == ("demonstration", 3900)
    assert centre["point"] == {
        "lat": 29.2131, "lon": 89.179, "datum": "WGS-84", "source": "laser survey 2026", "confidence": "imported",
    }  # fmt: skip


def test_a_second_run_finds_everything_as_it_was(command, tmp_path):
    path = as_csv(tmp_path, LUOJIANG | POINT, {"division_code": VILLAGE, "name": "马义村第二便民服务站"})
    assert "1 centres added, 1 changed, 0 as they were" in command(path).output
    assert "0 centres added, 0 changed, 2 as they were" in command(path).output


def test_a_dry_run_stores_nothing(command, tmp_path):
    before = list(Centre.select().order_by(Centre.id).dicts())
    ran = command(as_csv(tmp_path, LUOJIANG, {"division_code": VILLAGE, "name": "新站"}), "--dry-run")
    assert "1 centres would be added, 1 would be changed" in ran.output
    assert list(Centre.select().order_by(Centre.id).dicts()) == before


def test_a_dry_run_of_a_registry_stores_nothing(command):
    ran = command("--registry", "xishan", "--dry-run")
    assert "138 divisions and 137 centres would be added" in ran.output
    assert not Division.select().where(Division.code == "530112").exists()


def test_a_registry_says_its_source_and_licence(command):
    ran = command("--registry", "shigatse")
    assert "National Bureau of Statistics" in ran.output and "CC BY 4.0" in ran.output
    assert "0 divisions and 0 centres added, 0 changed, 1899 as they were" in ran.output


@pytest.mark.parametrize("arguments", [(), ("--registry", "atlantis"), ("missing.csv",)])
def test_a_wrong_call_is_a_sentence(command, arguments):
    ran = command(*arguments)
    assert ran.exit_code in (1, 2) and "Error: " in ran.output and "Traceback" not in ran.output


def test_one_bad_row_of_a_hundred_and_nothing_is_stored(command, tmp_path):
    villages = [each.code for each in Division.select().where(Division.level == "village").order_by(Division.id)]
    rows = [{"division_code": code, "population": "100"} for code in villages[:100]]
    rows[57]["population"] = "1.9"
    ran = command(as_csv(tmp_path, *rows))
    assert (ran.exit_code, "row 59, population: " in ran.output) == (1, True), ran.output
    assert not Centre.select().where(Centre.population.is_null(False)).exists()


@pytest.mark.parametrize("dry_run", [[], ["--dry-run"]])
def test_every_fault_is_printed_however_many(command, tmp_path, dry_run):
    rows = [{"division_code": "999999999" if n % 2 else "1"} for n in range(120)]
    ran = command(as_csv(tmp_path, *rows), *dry_run)
    listed = [line for line in ran.output.splitlines() if line.startswith("row ")]
    assert [int(line.split()[1].rstrip(",")) for line in listed] == list(range(2, 122))


def test_a_long_table_is_looked_up_in_pieces(people, tmp_path, monkeypatch):
    # SQLite takes at most 32,766 values in one statement
    monkeypatch.setattr(queries, "CHUNK", 2)
    rows = [{"division_code": f"54022810120{n}", "population": "100"} for n in range(1, 6)]
    assert take(as_csv(tmp_path, *rows)).changed == 5


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"division_code": "540228199"}, "division_code"),
        ({"division_code": "540228101299"}, "division_code"),
        (LUOJIANG | POINT | {"lat": "0", "lon": "0"}, "lat"),
        (LUOJIANG | POINT | {"lat": "89.179", "lon": "29.2131"}, "lat"),
        (LUOJIANG | POINT | {"lat": "39.9", "lon": "116.4"}, "lat"),
        (LUOJIANG | POINT | {"lat": "-29.2131"}, "lat"),
    ],
)
def test_what_the_registry_does_not_know_is_a_fault(people, tmp_path, row, column):
    assert set(refused(as_csv(tmp_path, row))) == {f"/2/{column}"}


def test_null_island_is_refused_where_no_bounds_are_known(people, tmp_path):
    actions.load_registry("xishan", actor=None, now=NOW)
    row = POINT | {"division_code": "530112001", "lat": "0", "lon": "0.0"}
    assert set(refused(as_csv(tmp_path, row))) == {"/2/lat"}


def _division(code: str, **changes) -> Division:
    values = {"scheme": "other", "edition": 2023, "name": "另一个", "level": "township", "parent": None, "traits": []}
    return Division.create(code=code, **(values | changes))


def test_a_code_of_two_schemes_is_ambiguous(people, tmp_path):
    _division("540228100", parent=_division("540228", level="county"))
    assert refused(as_csv(tmp_path, LUOJIANG)) == {"/2/division_code": "ambiguous between code sets"}


def test_a_code_of_two_editions_of_a_scheme_means_the_newest(people, tmp_path):
    county = _division("540228", level="county", scheme="cn-stats", edition=2024)
    newest = _division("540228100", scheme="cn-stats", edition=2024, parent=county)
    assert take(as_csv(tmp_path, {"division_code": "540228100", "name": "新厅"})).added == 1
    added = Centre.get(Centre.name == "新厅")
    assert (added.division_id, added.county_id) == (newest.id, county.id)


def test_another_schemes_county_code_confuses_nobody(people, tmp_path):
    _division("540228", level="county")
    take(as_csv(tmp_path, {"division_code": VILLAGE, "name": "新站"}))
    added = Centre.get(Centre.name == "新站")
    assert (added.county.scheme, added.township.code) == ("cn-stats", "540228101")


@pytest.mark.parametrize("level", ["county", "township"])
def test_a_division_outside_every_county_has_no_centre(people, tmp_path, level):
    _division("110101001", level=level)
    assert set(refused(as_csv(tmp_path, {"division_code": "110101001"}))) == {"/2/division_code"}


@pytest.mark.parametrize("second", ["洛江镇便民服务中心", "洛江镇 便民服务中心", ""])
def test_one_centre_in_two_rows_is_a_fault(people, tmp_path, second):
    again = {"division_code": "540228100", "tier": "standard", "name": second}
    assert set(refused(as_csv(tmp_path, {"division_code": "540228100"}, again))) == {"/3/name"}


def test_a_new_centre_in_two_rows_is_a_fault(people, tmp_path):
    rows = [{"division_code": VILLAGE, "name": name} for name in ("第A站", "第Ａ 站")]
    assert set(refused(as_csv(tmp_path, *rows))) == {"/3/name"}


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("Cafe\u0301 站", id="CE06 composed otherwise"),
        pytest.param("Ｃａｆé 站", id="CE06 full-width"),
        pytest.param("CAFÉ\u3000站", id="CE06 other case and space"),
        pytest.param(" Café站 ", id="CE06 without spaces"),
    ],
)
def test_a_name_that_looks_like_a_standing_one_means_that_centre(people, tmp_path, written):
    take(as_csv(tmp_path, {"division_code": VILLAGE, "name": "Café 站"}))
    outcome = take(as_csv(tmp_path, {"division_code": VILLAGE, "name": written}))
    assert (outcome.added, outcome.changed, outcome.unchanged) == (0, 0, 1)


def test_two_centres_of_a_division_never_share_a_spelling(people):  # CE06
    standing = Centre.get(Centre.id == LUOJIANG_ID)
    twin = dict(standing.__data__) | {"id": uuid4(), "name": "洛江镇　便民服务中心"}
    with pytest.raises(IntegrityError), db.database.atomic():
        Centre.create(**twin)


def test_another_name_makes_a_second_centre(office, tmp_path):
    take(as_csv(tmp_path, {"division_code": VILLAGE, "name": "马义村第二便民服务站"}))
    found = office.get(f"/centres?q={VILLAGE}").json
    assert {each["name"] for each in found} == {"马义村便民服务站", "马义村第二便民服务站"}


def test_of_several_centres_a_row_says_which(people, tmp_path):
    take(as_csv(tmp_path, {"division_code": VILLAGE, "name": "马义村第二便民服务站"}))
    assert refused(as_csv(tmp_path, {"division_code": VILLAGE, "status": "closed"})) == {
        "/2/name": "the division has several centres: say which by name"
    }


def test_a_closed_centre_leaves_the_list_and_can_be_asked_for(office, tmp_path):
    take(as_csv(tmp_path, {"division_code": "540228100", "status": "closed"}))
    assert office.get("/centres?county=540228&level=township").headers["X-Total-Count"] == "10"
    assert [each["id"] for each in office.get("/centres?status=closed").json] == [str(LUOJIANG_ID)]


def test_a_new_point_does_not_keep_the_source_of_the_old_one(office, tmp_path):
    take(as_csv(tmp_path, {"division_code": "540228101"} | POINT | {"point_source": ""}))
    (gadong,) = office.get("/centres?q=540228101&level=township").json
    assert (gadong["point"]["source"], gadong["point"]["confidence"]) == (None, "imported")


def test_a_new_population_does_not_keep_the_source_of_the_old_one(office, tmp_path):
    take(as_csv(tmp_path, LUOJIANG | {"population_source": "census 2020"}))
    take(as_csv(tmp_path, LUOJIANG | {"population": "4000"}))
    centre = office.get(f"/centres/{LUOJIANG_ID}").json
    assert (centre["population"], centre["population_source"]) == (4000, None)


def test_a_name_that_looks_like_a_formula_is_only_a_name(office, tmp_path):
    take(as_csv(tmp_path, {"division_code": VILLAGE, "name": "=1+1"}))
    assert "=1+1" in {each["name"] for each in office.get(f"/centres?q={VILLAGE}").json}


@pytest.mark.parametrize(("dry_run", "lines"), [(False, 1), (True, 0)])
def test_an_import_leaves_one_line_in_the_trail(people, tmp_path, dry_run, lines):
    take(as_csv(tmp_path, LUOJIANG), dry_run=dry_run)
    assert trail.TrailLine.select().where(trail.TrailLine.action == "centres.import").count() == lines


def test_who_loses_a_race_is_told_and_stores_nothing(people, tmp_path, monkeypatch):
    monkeypatch.setattr(queries, "standing", lambda codes: {})
    with pytest.raises(DuplicateCentre):
        take(as_csv(tmp_path, {"division_code": VILLAGE, "name": "新站"}, {"division_code": "540228100"}))
    assert not Centre.select().where(Centre.name == "新站").exists()
