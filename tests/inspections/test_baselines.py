"""Adopting what a demonstration site reached, and scoring the round against it."""

from io import BytesIO
from uuid import uuid4

import pytest
from factories import GADONG, LUOJIANG, MAYI, answered, approved, picture, visit
from PIL import Image
from states import made_once

from audit.accounts.models import Account
from audit.accounts.queries import Actor
from audit.base.trail import TrailLine
from audit.centres.queries import by_code
from audit.checklists.models import Baseline
from audit.inspections import waiting
from audit.inspections.models import Inspection, Score
from audit.rounds.models import Round


def slug(answer) -> str:
    return answer.json["type"].rpartition("/")[2]


def adopt(person, inspection, code: str = "2026Q4"):
    return person.post(f"/rounds/{code}/baselines", json={"inspection": str(inspection)})


def confirm(person, baseline: int, items: list[str], code: str = "2026Q4"):
    return person.post(f"/rounds/{code}/baselines/{baseline}/confirmation", json={"items": items})


def told(person, inspection) -> dict:
    return person.get(f"/inspections/{inspection}/score").json


def approve(inspector, reviewer, body: dict):
    inspection = uuid4()
    assert inspector.submit(inspection, body).status_code == 201
    assert reviewer.review(inspection).status_code == 201
    return inspection


@made_once
def exemplary(tashi, reviewer):
    """An approved visit to 嘎东镇 that meets every standard."""
    return approved(tashi, reviewer)


@made_once
def odd(tashi, reviewer):
    """An approved visit to 嘎东镇 with one value out of range and one below the standard."""
    body = answered(answered(visit(), "TA01", value=5000), "TP02", value=1)
    return approve(tashi, reviewer, body)


def test_an_approved_visit_to_the_site_becomes_the_baseline(office, exemplary):
    answer = adopt(office, exemplary)
    assert (answer.status_code, answer.json["adopted"], answer.json["unusual"]) == (201, True, [])
    assert (answer.json["version"], answer.json["rescored"], answer.json["sample"]) == (1, 1, False)


def test_from_then_on_visits_are_held_against_the_baseline(office, tashi, exemplary):
    baseline = adopt(office, exemplary).json["baseline"]
    against = told(tashi, exemplary)["against"]
    assert (against["kind"], against["baseline"], against["version"], against["sample"]) == (
        "baseline",
        baseline,
        1,
        False,
    )
    assert "嘎东" in against["centre"]


def test_the_site_itself_has_100_against_its_own_baseline(office, tashi, reviewer, proven):
    inspection = proven(tashi, GADONG)
    reviewer.review(inspection)
    adopt(office, inspection)
    assert told(tashi, inspection)["total"] == "100.00"


def test_who_meets_the_standard_and_is_smaller_than_the_site_has_less(office, tashi, reviewer, proven, exemplary):
    other = proven(tashi, LUOJIANG, TA01={"value": 150})
    assert told(tashi, other)["total"] == "100.00"
    adopt(office, exemplary)
    area = next(each for each in told(tashi, other)["items"] if each["code"] == "TA01")
    assert (area["reference"], area["reference_from"], area["credit"], area["verdict"]) == (
        "165",
        "baseline",
        "10/11",
        "met",
    )


def test_what_is_stored_is_scored_again(office, tashi, proven, exemplary):
    other = proven(tashi, LUOJIANG, TA01={"value": 150})
    before = Score.get_by_id(other).total
    baseline = adopt(office, exemplary).json["baseline"]
    after = Score.get_by_id(other)
    assert (before, after.baseline_id) == (10000, baseline)
    assert f"{after.total / 100:.2f}" == told(tashi, other)["total"] != "100.00"


def test_visits_after_the_adoption_are_scored_against_it(office, tashi, exemplary):
    baseline = adopt(office, exemplary).json["baseline"]
    later = uuid4()
    tashi.submit(later, visit(LUOJIANG))
    assert Score.get_by_id(later).baseline_id == baseline


def test_each_level_has_its_own_baseline(office, tashi, reviewer, exemplary, a_village_site):
    village = approved(tashi, reviewer, a_village_site(MAYI))
    adopt(office, village)
    assert (told(tashi, village)["against"]["kind"], told(tashi, exemplary)["against"]["kind"]) == (
        "baseline",
        "standard",
    )


def test_a_round_names_its_baselines(office, exemplary):
    baseline = adopt(office, exemplary).json["baseline"]
    levels = {each["level"]: each["baseline"] for each in office.get("/rounds/2026Q4").json["levels"]}
    assert levels == {"township": baseline, "village": None}


def test_adopting_twice_changes_nothing(office, exemplary):
    first = adopt(office, exemplary)
    again = adopt(office, exemplary)
    assert (again.status_code, again.json, Baseline.select().count()) == (201, first.json, 1)


def test_a_later_visit_replaces_the_baseline(office, tashi, reviewer, exemplary):
    adopt(office, exemplary)
    later = approve(tashi, reviewer, answered(visit(), "TA01", value=200))
    assert adopt(office, later).json["version"] == 2
    assert told(tashi, exemplary)["against"]["version"] == 2


# --- what cannot be adopted ------------------------------------------------------------------------------------


def test_what_nobody_approved_is_not_adopted(office, a_visit):
    answer = adopt(office, a_visit)
    assert (answer.status_code, slug(answer)) == (409, "baseline-not-adoptable")


def test_a_centre_that_is_no_demonstration_site_is_not_adopted(office, tashi, reviewer):
    answer = adopt(office, approved(tashi, reviewer, LUOJIANG))
    assert (answer.status_code, slug(answer)) == (409, "baseline-not-adoptable")


def test_a_closed_round_keeps_its_baseline(office, exemplary):
    office.post("/rounds/2026Q4/closing")
    answer = adopt(office, exemplary)
    assert (answer.status_code, slug(answer)) == (409, "round-closed")


def test_made_up_data_is_no_baseline_of_a_real_round(office, tashi, reviewer, another_round):
    another_round("2026S", sample=True)
    answer = adopt(office, approved(tashi, reviewer, round="2026S"))
    assert (answer.status_code, slug(answer)) == (409, "baseline-not-adoptable")


def test_made_up_data_is_the_baseline_of_a_made_up_round(office, tashi, reviewer, another_round):
    another_round("2026S", sample=True)
    answer = adopt(office, approved(tashi, reviewer, round="2026S"), "2026S")
    assert (answer.status_code, answer.json["sample"]) == (201, True)


def test_what_was_refused_leaves_nothing(office, a_visit):
    adopt(office, a_visit)
    assert Baseline.select().count() == TrailLine.select().where(TrailLine.action.contains("baseline")).count() == 0


# --- who is told -------------------------------------------------------------------------------------------------


def announced(person, division: str | None = None) -> list[str]:
    """The codes of the rounds in which a baseline waits for somebody."""
    area = division and by_code(division).id
    actor = Actor(Account.get(Account.name == person).id, person, person, frozenset({"office"}), area, "a desk", 0)
    return [code for code, _ in waiting.baselines_to_confirm(actor)]


def test_the_second_person_is_told_in_the_round_that_measures_whichever_the_visit_was_of(office, odd, another_round):
    another_round("2027Q1")
    Round.update(state="closed").where(Round.code == "2026Q4").execute()
    assert adopt(office, odd, "2027Q1").json["adopted"] is False
    assert (announced("office2"), announced("office")) == (["2027Q1"], [])


def test_a_round_that_takes_no_baseline_is_not_named(office, odd, another_round):
    adopt(office, odd)
    another_round("county", area="540222")
    another_round("over")
    Round.update(state="closed").where(Round.code == "over").execute()
    assert announced("office2") == ["2026Q4", "county"]
    assert announced("office2", "540228") == []


def test_made_up_data_waits_for_nobody_in_a_real_round(office, tashi, reviewer, another_round):
    another_round("2026S", sample=True)
    body = answered(visit(round="2026S"), "TA01", value=5000)
    adopt(office, approve(tashi, reviewer, body), "2026S")
    assert announced("office2") == ["2026S"]


def test_nobody_is_told_of_a_baseline_whose_visit_does_not_stand(office, odd):
    adopt(office, odd)
    Inspection.update(state="void").where(Inspection.id == odd).execute()
    assert announced("office2") == []


@pytest.mark.parametrize("code", ["1999Q1", "..", "%00"])
def test_a_round_that_does_not_exist_is_not_found(office, exemplary, code):
    assert adopt(office, exemplary, code).status_code == 404


def test_a_visit_that_does_not_exist_is_not_found(office):
    assert adopt(office, uuid4()).status_code == 404


def test_an_office_of_another_county_finds_nothing(newcomer, exemplary):
    assert adopt(newcomer("office", "540222"), exemplary).status_code == 404


def test_only_the_office_adopts(people, exemplary):
    for name in ("tashi", "reviewer", "bailang", "admin", "auditor"):
        assert (adopt(people[name], exemplary).status_code, confirm(people[name], 1, []).status_code) == (403, 403)


# --- unusual values --------------------------------------------------------------------------------------------


def test_unusual_values_are_listed_and_only_proposed(office, tashi, odd):
    answer = adopt(office, odd)
    assert (answer.status_code, answer.json["adopted"], answer.json["rescored"]) == (201, False, 0)
    assert answer.json["unusual"] == [
        {"item": "TA01", "why": "outside the plausible range"},
        {"item": "TP02", "why": "worse than the demonstration standard"},
    ]
    assert told(tashi, odd)["against"]["kind"] == "standard"


@pytest.mark.parametrize(
    ("item", "answer", "unusual"),
    [
        ("TP01", {"n": 0, "m": 0}, ["TP01"]),
        ("TM01", {"n": 0, "m": 0}, []),
        ("TZ08", {"not_applicable": "尚未开通"}, []),
        ("TZ06", {"n": 9, "m": 20}, ["TZ06"]),
        ("TM02", {"choice": "outdated"}, ["TM02"]),
        ("TA02", {"yes": False}, ["TA02"]),
    ],
)
def test_what_is_unusual(office, tashi, reviewer, item, answer, unusual):
    proposal = adopt(office, approve(tashi, reviewer, answered(visit(), item, **answer)))
    assert [each["item"] for each in proposal.json["unusual"]] == unusual


def test_a_second_person_confirms_them_and_adopts(office, office2, tashi, odd):
    baseline = adopt(office, odd).json["baseline"]
    answer = confirm(office2, baseline, ["TP02", "TA01"])
    assert (answer.status_code, answer.json["adopted"], answer.json["rescored"]) == (200, True, 1)
    assert told(tashi, odd)["against"]["baseline"] == baseline


def test_confirming_again_changes_nothing(office, office2, newcomer, odd):
    baseline = adopt(office, odd).json["baseline"]
    confirm(office2, baseline, ["TA01", "TP02"])
    before = Baseline.get_by_id(baseline).__data__
    answer = confirm(newcomer("office", "540200"), baseline, ["TA01", "TP02"])
    assert (answer.status_code, answer.json["adopted"], answer.json["rescored"]) == (200, True, 0)
    assert Baseline.get_by_id(baseline).__data__ == before


def test_the_same_person_does_not_confirm(office, odd):
    answer = confirm(office, adopt(office, odd).json["baseline"], ["TA01", "TP02"])
    assert (answer.status_code, slug(answer)) == (403, "separation-of-duties")


@pytest.mark.parametrize("items", [[], ["TA01"], ["TA01", "TP02", "TP03"], ["TA01", "TA01", "TP02"]])
def test_exactly_the_unusual_items_are_confirmed(office, office2, odd, items):
    answer = confirm(office2, adopt(office, odd).json["baseline"], items)
    assert (answer.status_code, [each["pointer"] for each in answer.json["errors"]]) == (422, ["/items"])


def test_proposing_again_does_not_adopt(office, office2, odd):
    adopt(office, odd)
    again = adopt(office2, odd)
    assert (again.json["adopted"], Baseline.select().count()) == (False, 1)


def test_a_proposal_is_not_confirmed_once_the_round_is_closed(office, office2, odd):
    baseline = adopt(office, odd).json["baseline"]
    office.post("/rounds/2026Q4/closing")
    assert slug(confirm(office2, baseline, ["TA01", "TP02"])) == "round-closed"


def test_a_proposal_that_does_not_exist_is_not_found(office2):
    assert confirm(office2, 99, []).status_code == 404


def test_a_weak_site_lowers_nobody_s_bar(office, office2, tashi, odd, proven):
    confirm(office2, adopt(office, odd).json["baseline"], ["TA01", "TP02"])
    staff = next(each for each in told(tashi, odd)["items"] if each["code"] == "TP02")
    assert (staff["reference"], staff["reference_from"]) == ("3", "standard")


# --- cost ------------------------------------------------------------------------------------------------------


def test_scoring_a_round_again_costs_one_write_per_visit_and_no_more_reads(office, tashi, exemplary, queries_of):
    adopt(office, exemplary)
    one = queries_of(lambda: adopt(office, exemplary))
    for centre in (LUOJIANG, GADONG, LUOJIANG):
        tashi.submit(uuid4(), visit(centre))
    assert queries_of(lambda: adopt(office, exemplary)) == one + 3


# --- who sees one ------------------------------------------------------------------------------------------------


@made_once
def of_bailang_alone(another_round, proven, tashi, reviewer, office):
    """The number of a baseline that only a round of 白朗县 measures with."""
    another_round("county", area="540228")
    inspection = proven(tashi, round="county")
    reviewer.review(inspection)
    return office.post("/rounds/county/baselines", json={"inspection": str(inspection)}).json["baseline"]


@pytest.mark.parametrize(
    ("name", "status"), [("bailang", 200), ("tashi", 200), ("office", 200), ("jiangzi", 404), ("pema", 404)]
)
def test_a_baseline_is_for_those_whom_a_round_measures_with_it(people, of_bailang_alone, name, status):
    assert people[name].get(f"/baselines/{of_bailang_alone}").status_code == status


def test_the_visit_behind_a_baseline_is_named_to_those_who_may_see_it(people, proven, tashi, reviewer, office):
    inspection = proven(tashi)
    reviewer.review(inspection)
    number = office.post("/rounds/2026Q4/baselines", json={"inspection": str(inspection)}).json["baseline"]
    told = {name: people[name].get(f"/baselines/{number}").json["inspection"] for name in ("bailang", "pema")}
    assert told == {"bailang": str(inspection), "pema": None}


def test_nobody_makes_the_measure_out_of_their_own_visit(tashi, proven, reviewer):
    inspection = proven(tashi)
    reviewer.review(inspection)
    Account.update(roles=["inspector", "office"]).where(Account.name == "tashi").execute()
    answer = tashi.post("/rounds/2026Q4/baselines", json={"inspection": str(inspection)})
    assert (answer.status_code, answer.json["type"]) == (403, "/problems/separation-of-duties")


def shown(person, baseline: int) -> list[dict]:
    return person.get(f"/baselines/{baseline}/photos").json


@made_once
def with_photos(office, tashi, reviewer):
    """The baseline of a site that was photographed."""
    digest, data = picture("as it should look")
    tashi.send_photo(digest, data)
    return adopt(office, approved(tashi, reviewer, photos={"TA02": [digest]})).json["baseline"]


def test_everybody_who_is_measured_with_a_baseline_sees_its_photos(with_photos, pema):
    assert shown(pema, with_photos) == [{"item": "TA02", "digest": picture("as it should look")[0]}]


def test_an_example_comes_small_and_without_metadata(with_photos, pema):
    digest = shown(pema, with_photos)[0]["digest"]
    answer = pema.get(f"/baselines/{with_photos}/photos/{digest}", buffered=True)
    picture = Image.open(BytesIO(answer.data))
    assert (answer.status_code, max(picture.size) <= 320, dict(picture.getexif())) == (200, True, {})


def test_an_example_has_no_original(with_photos, pema):
    digest = shown(pema, with_photos)[0]["digest"]
    assert pema.get(f"/baselines/{with_photos}/photos/{digest}?size=original").status_code == 400


def test_a_photo_of_another_visit_is_no_example(with_photos, tashi, pema):
    digest, data = picture("no example")
    tashi.send_photo(digest, data)
    assert pema.get(f"/baselines/{with_photos}/photos/{digest}").status_code == 404
