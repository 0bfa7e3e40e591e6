"""双随机 over HTTP: drawn once, drawn again by anybody, nobody where they must not go."""

from __future__ import annotations

import hashlib

import pytest
from factories import GADONG, LUOJIANG
from test_plans import last_line, plan, replace, withdraw
from test_round_calendar import opened

from audit.base.trail import TrailLine
from audit.centres.models import Centre
from audit.rounds.models import Draw, Plan, Round

DRAWS = "/rounds/2026Q4/draws"
ASKED = {
    "level": "township",
    "kind": "spot",
    "per_county": {"count": 2},
    "inspectors": ["tashi", "drolma"],
    "due_on": "2026-12-10",
}
WHY = "首次抽取名单误含已撤并乡镇"


def drawn(office, **changes) -> dict:
    answer = office.post(DRAWS, json=ASKED | changes)
    assert answer.status_code == 201, answer.json
    return answer.json


def holds(office, made: dict) -> dict:
    return office.get(f"{DRAWS}/{made['id']}/check").json


def by_hand(codes: list[str], seed: str) -> list[str]:
    return sorted(codes, key=lambda code: hashlib.sha256(f"{seed}:{code}".encode()).hexdigest())


def test_each_county_gets_its_number_and_each_centre_a_visit(office):
    made = drawn(office)
    counties = [each["centre"]["county"] for each in made["result"]]
    assert {counties.count(county) for county in made["frame"]} == {2} and len(made["frame"]) == 18
    assert {each["inspector"]["name"] for each in made["result"]} == {"tashi", "drolma"}
    assert Plan.select().where(Plan.draw == made["id"], Plan.state == "planned").count() == 36


def test_anybody_draws_the_same_from_what_is_shown(office):
    made = drawn(office, seed="20261123-3-17-28")
    found = {each["centre"]["code"] for each in made["result"]}
    assert found == {code for codes in made["frame"].values() for code in by_hand(codes, made["seed"])[:2]}


def test_a_draw_without_a_seed_shows_the_one_it_made(office):
    made = drawn(office)
    assert len(made["seed"]) == 32
    assert office.get(f"{DRAWS}/{made['id']}").json == made


def test_the_same_question_is_not_drawn_until_it_pleases(office):
    first, lines = drawn(office), TrailLine.select().count()
    again = office.post(DRAWS, json=ASKED)
    assert (again.status_code, again.json, TrailLine.select().count()) == (200, first, lines)


def test_another_seed_is_another_draw_and_both_are_on_record(office):
    first = drawn(office, seed="one-seed")
    second = drawn(office, seed="another-seed", reason=WHY)
    assert [each["id"] for each in office.get(DRAWS).json] == [second["id"], first["id"]]


@pytest.mark.parametrize("change", [{"seed": "another-seed"}, {"per_county": {"count": 3}}, {"inspectors": ["tashi"]}])
def test_drawing_anew_wants_a_reason(office, change):
    drawn(office, seed="one-seed")
    answer = office.post(DRAWS, json=ASKED | {"seed": "one-seed"} | change)
    assert (answer.status_code, [each["pointer"] for each in answer.json["errors"]]) == (422, ["/reason"])
    assert Draw.select().count() == 1


@pytest.mark.parametrize("change", [{"level": "village"}, {"kind": "check"}])
def test_another_level_or_kind_is_drawn_for_the_first_time(office, change):
    drawn(office)
    assert drawn(office, **change)["reason"] is None


def test_the_reason_of_a_second_draw_is_shown_and_kept_in_the_trail(office):
    drawn(office, seed="one-seed")
    second = drawn(office, seed="another-seed", reason=WHY)
    assert (second["reason"], office.get(DRAWS).json[0]["reason"], last_line().detail["reason"]) == (WHY, WHY, WHY)
    assert holds(office, second)["holds"]


def test_a_second_draw_sent_twice_is_one(office):
    drawn(office, seed="one-seed")
    second, lines = drawn(office, seed="another-seed", reason=WHY), TrailLine.select().count()
    again = office.post(DRAWS, json=ASKED | {"seed": "another-seed", "reason": WHY})
    assert (again.status_code, again.json, TrailLine.select().count()) == (200, second, lines)


def test_a_draw_says_which_of_its_centres_another_draw_has_planned(office):
    everywhere = {"per_county": {"share": "1"}, "inspectors": ["tashi"]}
    first = drawn(office, seed="one-seed")
    assert first["also_planned"] == []
    second = drawn(office, seed="another-seed", reason=WHY, **everywhere)
    twice = {each["id"] for each in second["also_planned"]}
    assert twice == {each["id"] for each in first["result"]}
    withdraw(office, first["result"][0])
    assert len(office.get(f"{DRAWS}/{second['id']}").json["also_planned"]) == len(twice) - 1


def test_a_share_of_a_county_is_rounded_up(office):
    made = drawn(office, level="village", per_county={"share": "1/50"})
    for county, codes in made["frame"].items():
        counted = [each for each in made["result"] if each["centre"]["county"] == county]
        assert len(counted) == -(-len(codes) // 50), county


def test_nobody_visits_their_own_county(office):
    made = drawn(office, exclusions={"tashi": ["540228", "540222"]})
    theirs = {each["centre"]["county"] for each in made["result"] if each["inspector"]["name"] == "tashi"}
    assert theirs and not theirs & {"540228", "540222"}


def test_an_inspector_of_one_county_is_drawn_there_alone(office):
    made = drawn(office, inspectors=["tashi", "pema"])
    assert {each["centre"]["county"] for each in made["result"] if each["inspector"]["name"] == "pema"} == {"540222"}


def test_where_nobody_may_go_nothing_is_drawn(office):
    answer = office.post(DRAWS, json=ASKED | {"inspectors": ["pema"]})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/inspectors")
    assert (Draw.select().count(), Plan.select().count()) == (0, 0)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"level": "county"}, "/level"),
        ({"kind": "self"}, "/kind"),
        ({"per_county": {}}, "/per_county/count"),
        ({"per_county": {"count": 1, "share": "1/2"}}, "/per_county/count"),
        ({"per_county": {"count": 0}}, "/per_county/count"),
        ({"per_county": {"share": "3/2"}}, "/per_county/share"),
        ({"per_county": {"share": "0.0"}}, "/per_county/share"),
        ({"per_county": {"share": 0.5}}, "/per_county/share"),
        ({"inspectors": []}, "/inspectors"),
        ({"inspectors": ["tashi", "reviewer"]}, "/inspectors/1"),
        ({"exclusions": {"pema": ["540228"]}}, "/exclusions/pema"),
        ({"exclusions": {"tashi": ["530112"]}}, "/exclusions/tashi"),
        ({"due_on": "2020-01-01"}, "/due_on"),
        ({"due_on": "2099-01-01"}, "/due_on"),
        ({"reason": ""}, "/reason"),
        ({"seed": "a b c d"}, "/seed"),
        ({"blind": True}, "/blind"),  # nothing is planned
        ({"frame": []}, "/frame"),
    ],
)
def test_what_makes_no_draw_is_named(office, change, pointer):
    answer = office.post(DRAWS, json=ASKED | change)
    assert (answer.status_code, [each["pointer"] for each in answer.json["errors"]]) == (422, [pointer])


@pytest.mark.parametrize(
    ("name", "reads"), [("nobody", 401), ("tashi", 403), ("bailang", 403), ("admin", 403), ("reviewer", 200)]
)
def test_draws_are_for_the_office_and_reviewers(people, name, reads):
    made = drawn(people["office"])
    assert people[name].get(f"{DRAWS}/{made['id']}").status_code == reads
    assert people[name].get(f"{DRAWS}/{made['id']}/check").status_code == reads
    assert people[name].post(DRAWS, json=ASKED).status_code == min(reads, 403) if reads != 200 else 403


def test_the_office_of_a_county_sees_no_draw_of_the_citys_round(office, moved):
    made, other = drawn(office), moved("office2", "540228")
    assert [other.get(f"{DRAWS}/{made['id']}").status_code, other.get(DRAWS).status_code] == [404, 404]


def test_a_draw_is_found_in_its_own_round_only(office):
    made = drawn(office)
    opened(office)
    assert office.get(f"/rounds/2027Q1/draws/{made['id']}").status_code == 404


@pytest.mark.parametrize("state", ["frozen", "published"])
def test_nothing_is_drawn_once_the_round_is_frozen(office, state):
    Round.update(state=state).execute()
    assert office.post(DRAWS, json=ASKED).json["type"] == "/problems/round-frozen"


def test_the_trail_keeps_what_it_was_drawn_from_and_what_came_of_it(office):
    made = drawn(office)
    line = last_line()
    assert (line.action, line.subject, line.detail["seed"]) == ("round.draw", str(made["id"]), made["seed"])
    assert {"frame", "asked", "result"} <= set(line.detail) and line.detail["frame"] == made["digest"]


# --- drawn again ---------------------------------------------------------------------------------------------------


def test_drawn_again_it_holds(office):
    assert holds(office, drawn(office)) == {"holds": True, "faults": []}


def test_another_inspector_than_was_drawn_is_found(office):
    made = drawn(office)
    other = Plan.get(Plan.draw == made["id"], Plan.id != made["result"][0]["id"]).inspector_id
    for each in Plan.select().where(Plan.draw == made["id"], Plan.inspector != other).limit(1):
        Plan.update(inspector=other).where(Plan.id == each.id).execute()
    assert holds(office, made)["faults"][0].startswith("drawn again it gives others")


def test_a_centre_that_was_slipped_in_is_found(office):
    made = drawn(office)
    chosen = {each["centre"]["id"] for each in made["result"]}
    stranger = Centre.get(Centre.level == "township", Centre.id.not_in(list(chosen)), Centre.code.startswith("540228"))
    Plan.update(centre=stranger.id).where(Plan.id == made["result"][0]["id"]).execute()
    assert not holds(office, made)["holds"]


@pytest.mark.parametrize("change", [{"seed": "another"}, {"frame": {"540228": ["540228101"]}}])
def test_a_seed_or_frame_that_was_changed_is_found(office, change):
    made = drawn(office)
    Draw.update(change).execute()
    assert not holds(office, made)["holds"]


# --- replaced ------------------------------------------------------------------------------------------------------


def test_a_drawn_centre_gives_way_to_the_next_in_the_order(office):
    made = drawn(office, seed="seed-1")
    first = made["result"][0]
    codes = by_hand(made["frame"][first["centre"]["county"]], "seed-1")
    new = replace(office, first, reason="道路中断")
    assert (new.status_code, new.json["centre"]["code"], new.json["draw"]) == (201, codes[2], made["id"])
    assert new.json["inspector"] == first["inspector"]
    assert holds(office, made)["holds"]


def test_a_drawn_centre_is_not_exchanged_for_one_of_choice(office):
    first = drawn(office)["result"][0]
    answer = replace(office, first, centre=str(LUOJIANG))
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/centre")


def test_where_all_were_drawn_there_is_no_next_one(office):
    first = drawn(office, per_county={"share": "1"})["result"][0]
    assert replace(office, first).json["errors"][0]["pointer"] == "/centre"


def test_somebody_else_may_go_to_a_drawn_centre_unless_the_draw_kept_them_from_it(office):
    made = drawn(office, exclusions={"tashi": ["540228"]})
    own = next(each for each in made["result"] if each["centre"]["county"] == "540228")
    assert replace(office, own, inspector="tashi").json["errors"][0]["pointer"] == "/inspector"
    assert replace(office, own, inspector="reviewing-inspector").status_code == 201
    assert holds(office, made)["holds"]


# --- blind second visits -------------------------------------------------------------------------------------------


def test_blind_visits_are_drawn_from_those_that_are_planned_and_go_to_somebody_else(office):
    made = drawn(office, seed="first")
    second = drawn(office, blind=True, kind="recheck", per_county={"count": 1})
    first = {each["centre"]["code"]: each["inspector"]["name"] for each in made["result"]}
    for each in second["result"]:
        assert each["blind"] and each["inspector"]["name"] != first[each["centre"]["code"]]
    assert sorted(code for codes in second["frame"].values() for code in codes) == sorted(first)


def test_what_was_withdrawn_is_not_visited_a_second_time(office):
    plan(office)
    withdraw(office, plan(office, centre=str(LUOJIANG)))
    second = drawn(office, blind=True, per_county={"share": "1"})
    assert [each["centre"]["id"] for each in second["result"]] == [str(GADONG)]


def test_a_blind_visit_is_never_handed_to_who_makes_the_first(office):
    plan(office, inspector="reviewing-inspector")
    (second,) = drawn(office, blind=True)["result"]
    assert replace(office, second, inspector="reviewing-inspector").json["errors"][0]["pointer"] == "/inspector"


def test_counties_see_no_draw_of_covert_visits(office, bailang):
    drawn(office, kind="covert")
    assert bailang.get("/rounds/2026Q4/plans").json == []
