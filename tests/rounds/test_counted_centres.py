"""Whom a round counts, and with which tier: as they were when it opened."""

from __future__ import annotations

from uuid import uuid4

import pytest
from factories import GADONG, JIANGZI, LUOJIANG, MAYI, visit
from test_round_calendar import opened

from audit.base.trail import TrailLine
from audit.centres.models import Centre
from audit.inspections.models import Inspection
from audit.rounds import queries
from audit.rounds.models import Round, RoundCentre

CENTRES = "/rounds/2026Q4/centres"
TIER = f"{CENTRES}/{LUOJIANG}"
CHANGE = {"tier": "demonstration", "reason": "县里改定"}


@pytest.fixture
def later(app):
    """嘎东镇, as if it came to be after the round had opened."""
    RoundCentre.delete().where(RoundCentre.centre == GADONG).execute()
    return Centre.get_by_id(GADONG)


def tier_in(round_: str, centre) -> str | None:
    rows = RoundCentre.select().join(Round).where(Round.code == round_, RoundCentre.centre == centre)
    return next((each.tier for each in rows), None)


def test_a_round_counts_every_active_centre_of_its_area(office):
    Centre.update(status="closed").where(Centre.id == LUOJIANG).execute()
    opened(office, area="540228")
    counted = RoundCentre.select().join(Round).where(Round.code == "2027Q1")
    assert counted.count() == Centre.select().where(Centre.code.startswith("540228"), Centre.status == "active").count()
    assert (tier_in("2027Q1", LUOJIANG), tier_in("2027Q1", JIANGZI)) == (None, None)


def test_a_tier_that_changes_in_the_registry_leaves_open_rounds_alone(office):
    Centre.update(tier="demonstration").where(Centre.id == LUOJIANG).execute()
    opened(office)
    assert (tier_in("2026Q4", LUOJIANG), tier_in("2027Q1", LUOJIANG)) == ("standard", "demonstration")


def test_the_centres_of_a_round_are_listed_by_code(office):
    listed = office.get(f"{CENTRES}?county=540228&level=township")
    codes = [each["centre"]["code"] for each in listed.json]
    assert codes == sorted(codes) and listed.headers["X-Total-Count"] == str(len(codes))
    assert {each["centre"]["county"] for each in listed.json} == {"540228"}
    assert next(each["tier"] for each in listed.json if each["centre"]["id"] == str(GADONG)) == "demonstration"


@pytest.mark.parametrize(("name", "sees"), [("tashi", True), ("bailang", True), ("jiangzi", False), ("pema", False)])
def test_everybody_sees_the_centres_of_their_area(people, name, sees):
    listed = people[name].get(f"{CENTRES}?county=540228")
    assert (listed.status_code, listed.headers["X-Total-Count"] != "0") == (200, sees)


def test_queries_do_not_grow_with_the_centres(office, queries_of):
    office.get(f"{CENTRES}?page_size=1")
    assert queries_of(lambda: office.get(f"{CENTRES}?page_size=1")) == queries_of(
        lambda: office.get(f"{CENTRES}?page_size=500")
    )


def test_the_office_measures_a_centre_with_another_tier(office):
    answer = office.put(TIER, json=CHANGE)
    assert (answer.status_code, answer.json["tier"]) == (200, "demonstration")
    line = TrailLine.select().order_by(TrailLine.seq.desc()).first()
    assert (line.action, line.subject) == ("round.tier", f"2026Q4/{LUOJIANG}")
    assert line.detail == {"old": "standard", "new": "demonstration", "reason": "县里改定"}


def test_the_same_tier_again_changes_nothing(office):
    office.put(TIER, json=CHANGE)
    lines = TrailLine.select().count()
    assert (office.put(TIER, json=CHANGE).status_code, TrailLine.select().count()) == (200, lines)


@pytest.mark.parametrize(
    ("state", "problem"),
    [("closed", "round-closed"), ("frozen", "round-frozen"), ("published", "round-frozen")],
)
def test_a_tier_stands_once_the_round_is_closed(office, state, problem):
    Round.update(state=state).execute()
    answer = office.put(TIER, json=CHANGE)
    assert (answer.status_code, answer.json["type"]) == (409, f"/problems/{problem}")


@pytest.mark.parametrize(
    ("change", "pointer"), [({"tier": "golden"}, "/tier"), ({"reason": " "}, "/reason"), ({"at": 1}, "/at")]
)
def test_a_change_that_makes_no_sense_is_named(office, change, pointer):
    answer = office.put(TIER, json=CHANGE | change)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, pointer)


@pytest.mark.parametrize("centre", [uuid4(), JIANGZI])
def test_a_centre_that_the_round_does_not_count_is_not_found(office, centre):
    opened(office, area="540228")
    assert office.put(f"/rounds/2027Q1/centres/{centre}", json=CHANGE).status_code == 404


def test_the_office_of_one_county_does_not_decide_over_the_citys_round(moved):
    assert moved("office2", "540228").put(TIER, json=CHANGE).status_code == 404


def test_a_visit_is_measured_with_the_tier_of_its_round(office, tashi):
    office.put(TIER, json=CHANGE)
    tashi.submit(inspection := uuid4(), visit(LUOJIANG))
    assert Inspection.get_by_id(inspection).tier == "demonstration"


def test_a_centre_that_came_later_is_counted_from_its_first_visit_on(later, tashi):
    assert tashi.submit(uuid4(), visit()).status_code == 201
    assert tier_in("2026Q4", GADONG) == later.tier


def test_a_centre_keeps_the_tier_it_was_first_counted_with(later):
    first = queries.tier_of(1, later)
    later.tier = "another"
    assert queries.tier_of(1, later) == first == "demonstration"


def test_villages_are_counted_too(office):
    listed = office.get(f"{CENTRES}?county=540228&level=village&page_size=500").json
    assert str(MAYI) in {each["centre"]["id"] for each in listed}
