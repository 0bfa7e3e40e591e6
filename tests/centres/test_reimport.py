"""A table sent again: renamed, moved, merged and closed centres stay who they are, and nothing is lost silently."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from centre_tables import POINT, as_csv
from click.testing import CliRunner
from factories import GADONG, LUOJIANG, MAYI

from audit.base import db
from audit.base.problems import ValidationError
from audit.base.trail import TrailLine
from audit.centres import actions, imports, matching
from audit.centres.actions import Source
from audit.centres.matching import LEARNT_STAYS, STILL_CLOSED
from audit.centres.models import Centre
from audit.cli import main

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
VILLAGE, NEXT = "540228101201", "540228101202"


@pytest.fixture
def take(people, tmp_path):
    """Takes in a table of these rows, as the page does."""

    def import_rows(*rows: dict, dry_run: bool = False):
        read = imports.read(as_csv(tmp_path, *({"division_code": ""} | row for row in rows)))
        source = Source("centres.csv", "d" * 64, all_decided=True)
        return actions.import_rows(read, source, dry_run=dry_run, actor=None, now=NOW)

    return import_rows


def centre(code: str) -> Centre:
    return Centre.get(Centre.code == code)


def refused(take, *rows) -> dict[str, str]:
    with pytest.raises(ValidationError) as problem:
        take(*rows)
    return {each["pointer"]: each["detail"] for each in problem.value.errors}


def told() -> dict:
    """What the trail says of the last import."""
    return TrailLine.select().where(TrailLine.action == "centres.import").order_by(TrailLine.seq.desc()).get().detail


# --- renamed and moved ---------------------------------------------------------------------------------------------


def test_another_name_is_proposed_as_a_renaming_and_stores_nothing_before_somebody_says_so(take):
    row = {"division_code": VILLAGE, "name": "马义村党群便民服务站"}
    (proposal,) = take(row, dry_run=True).proposals
    assert (proposal.number, [each.id for each in proposal.candidates]) == (2, [MAYI])
    assert set(refused(take, row)) == {"/2/name"}


def test_a_renamed_centre_keeps_its_id(take):
    row = {"division_code": VILLAGE, "name": "马义村党群便民服务站", "centre_id": str(MAYI)}
    assert take(row).changed == 1
    assert Centre.get_by_id(MAYI).name == "马义村党群便民服务站"
    assert told()["renamed"] == {str(MAYI): ["马义村便民服务站", "马义村党群便民服务站"]}
    assert take({"division_code": VILLAGE, "name": "马义村党群便民服务站"}).unchanged == 1


def test_a_new_one_beside_it_has_to_be_said_too(take):
    assert take({"division_code": VILLAGE, "name": "马义村第二便民服务站", "centre_id": "new"}).added == 1
    assert Centre.select().where(Centre.code == VILLAGE).count() == 2


def test_each_row_is_spelled_once_however_many_centres_stand(take, monkeypatch):
    spelled, spell = [], matching.spelling
    monkeypatch.setattr(matching, "spelling", lambda name: spelled.append(name) or spell(name))
    villages = [each.code for each in Centre.select().where(Centre.code.startswith("540228101")).order_by(Centre.code)]
    rows = [{"division_code": code, "name": f"{code}党群服务站"} for code in villages[1:]]
    assert len(take(*rows, dry_run=True).proposals) == len(rows) > 5
    assert sorted(spelled) == sorted(row["name"] for row in rows)


def test_who_stands_in_the_table_is_nobodys_old_name(take):
    outcome = take(
        {"division_code": VILLAGE, "name": "马义村第二便民服务站"},
        {"division_code": VILLAGE, "name": "马义村便民服务站"},
        dry_run=True,
    )
    assert (outcome.proposals, outcome.added, outcome.unchanged) == ([], 1, 1)


def test_a_name_under_another_code_of_the_township_is_proposed_as_a_new_code(take):
    name, number = centre(NEXT).name, centre(NEXT).id
    first = {"division_code": VILLAGE, "name": name}
    (proposal,) = take(first, dry_run=True).proposals
    assert [each.id for each in proposal.candidates] == [number, MAYI]
    assert take(first | {"centre_id": str(number)}).changed == 1
    moved = Centre.get_by_id(number)
    assert (moved.code, moved.division.code, moved.township.code) == (VILLAGE, VILLAGE, VILLAGE[:9])
    assert told()["moved"] == {str(number): [NEXT, VILLAGE]}


@pytest.mark.parametrize(
    ("row", "pointer"),
    [
        ({"division_code": "540228100", "centre_id": str(MAYI)}, "/2/division_code"),
        ({"division_code": "540222100", "centre_id": str(LUOJIANG)}, "/2/division_code"),
        ({"division_code": VILLAGE, "centre_id": "00000000-0000-4000-8000-000000000000"}, "/2/centre_id"),
        ({"centre_id": str(MAYI), "lat": "39.9", "lon": "116.4", "datum": "WGS-84"}, "/2/lat"),
    ],
)
def test_a_centre_stays_in_its_county_and_on_its_level(take, row, pointer):
    assert set(refused(take, row)) == {pointer}


def test_a_name_that_a_neighbour_has_is_refused(take):
    take({"division_code": VILLAGE, "name": "新站", "centre_id": "new"})
    assert set(refused(take, {"centre_id": str(MAYI), "name": "新站"})) == {"/2/name"}


# --- closed and merged ---------------------------------------------------------------------------------------------


def test_what_the_table_leaves_out_is_listed_and_stays(take):
    outcome = take({"division_code": "540228100"})
    assert [each.code for each in outcome.missing] == [f"540228{n}" for n in (101, *range(200, 209))]
    assert not Centre.select().where(Centre.status == "closed").exists()


def test_a_merged_centre_is_closed_with_its_heir(take, office):
    row = {"centre_id": str(MAYI), "status": "closed", "closed_why": "并村", "merged_into": NEXT}
    assert take(row).changed == 1
    heir = str(centre(NEXT).id)
    (shown,) = office.get("/centres?status=closed").json
    assert (shown["id"], shown["closed"]) == (str(MAYI), {"why": "并村", "merged_into": heir})
    assert told()["closed"] == {str(MAYI): {"why": "并村", "into": heir}}
    assert take(row).unchanged == 1


def test_an_opened_one_has_no_reason_and_no_heir(take):
    take({"centre_id": str(MAYI), "status": "closed", "closed_why": "并村", "merged_into": NEXT})
    outcome = take({"division_code": VILLAGE}, dry_run=True)
    assert outcome.lines[0].notes == [STILL_CLOSED]
    take({"division_code": VILLAGE, "status": "active"})
    again = Centre.get_by_id(MAYI)
    assert (again.status, again.closed_why, again.merged_into_id) == ("active", None, None)


def test_two_may_go_into_a_new_one_of_the_same_table(take):
    gone = [
        {"centre_id": str(centre(code).id), "status": "closed", "merged_into": "540228101203"}
        for code in (VILLAGE, NEXT)
    ]
    take({"centre_id": str(centre("540228101203").id), "name": "联合便民服务站"}, *gone)
    heirs = {each.merged_into.name for each in Centre.select().where(Centre.status == "closed")}
    assert heirs == {"联合便民服务站"}


@pytest.mark.parametrize(
    "into", [VILLAGE, "540228100", str(MAYI), str(LUOJIANG), "00000000-0000-4000-8000-000000000000"]
)
def test_an_heir_is_another_active_centre_of_the_level(take, into):
    row = {"centre_id": str(MAYI), "status": "closed", "merged_into": into}
    assert set(refused(take, row)) == {"/2/merged_into"}


def test_a_demonstration_site_is_not_closed(take):
    assert set(refused(take, {"division_code": "540228101", "status": "closed"})) == {"/2/status"}
    assert take({"division_code": "540228101", "status": "closed", "demonstration": "no"}).changed == 1


# --- points --------------------------------------------------------------------------------------------------------


def test_a_learnt_point_stays(take):
    learnt = {"lat": 29.2, "lon": 89.1, "point_datum": "WGS-84", "point_source": "learnt", "point_confidence": "learnt"}
    Centre.update(**learnt).where(Centre.id == LUOJIANG).execute()
    outcome = take({"division_code": "540228100", "population": "7"} | POINT)
    assert (outcome.changed, outcome.lines[0].notes) == (1, [LEARNT_STAYS])
    stands = Centre.get_by_id(LUOJIANG)
    assert (stands.population, {name: getattr(stands, name) for name in learnt}) == (7, learnt)


def test_a_point_that_is_sent_back_as_it_stands_changes_nothing(take):
    site = Centre.get_by_id(GADONG)
    row = {"division_code": "540228101", "lat": str(site.lat), "lon": str(site.lon), "datum": "WGS-84"}
    assert take(row).unchanged == 1
    assert Centre.get_by_id(GADONG).point_confidence == "unverified"


def test_the_point_that_a_demonstration_site_had_is_kept_in_the_trail(take):
    before = Centre.get_by_id(GADONG)
    take({"division_code": "540228101"} | POINT)
    assert told()["points"][str(GADONG)] == {
        "lat": before.lat, "lon": before.lon, "point_source": before.point_source, "point_confidence": "unverified",
    }  # fmt: skip


# --- a table of ours -----------------------------------------------------------------------------------------------


def test_the_command_line_names_what_it_takes_for_new(people, stage, tmp_path, monkeypatch):
    monkeypatch.setenv("AUDIT_DATABASE_URL", stage[0])
    path = as_csv(tmp_path, {"division_code": VILLAGE, "name": "马义村党群便民服务站"})
    db.database.close_all()
    ran = CliRunner().invoke(main, ["--data", str(tmp_path), "import-centres", str(path), "--dry-run"])
    assert (
        f"row 2: 马义村党群便民服务站 would be counted as new; centre_id would say that it is {VILLAGE}" in ran.output
    )
    assert "111 active centres of these counties and levels are not in the table and stay" in ran.output
