"""Rankings of townships, villages and counties: places, who is ranked, and which visit counts."""

from datetime import timedelta

import pytest
from contest import BAILANG, FIRST, GANGBA, JIANGZI, TOWNSHIPS, VILLAGES, YADONG
from factories import answers as shipped_answers

from audit.centres.models import Centre
from audit.inspections.models import Inspection

A, B, C, D, E = TOWNSHIPS


def places(rows: list[dict]) -> list:
    return [(row["place"], row["total"]) for row in rows]


def test_ties_share_a_place_and_the_next_is_skipped(contest):
    for code, mark in ((A, 80), (B, 90), (C, 80), (D, 70)):
        contest.visit(code, mark)
    expected = [(1, "90.00"), (2, "80.00"), (2, "80.00"), (4, "70.00"), (None, None)]
    assert places(contest.rows()) == expected


def test_those_who_tie_stand_in_the_order_of_their_codes(contest):
    for code in (C, A, B):
        contest.visit(code, 80)
    assert [row["code"] for row in contest.rows()[:3]] == [A, B, C]


def test_places_go_by_the_printed_total(contest):
    contest.visit(A, 80.004)
    contest.visit(B, 80.001)
    assert places(contest.rows())[:2] == [(1, "80.00"), (1, "80.00")]


def test_a_centre_not_visited_is_listed_last_without_score_or_place(contest):
    contest.visit(E, 0)
    last = contest.rows()[-1]
    shown = {key: last[key] for key in ("visited", "total", "place", "place_in_county", "card", "inspection")}
    assert shown == dict.fromkeys(shown) | {"visited": False}
    assert contest.rows()[0]["total"] == "0.00"


def test_a_row_says_what_was_found(contest):
    inspection = contest.visit(A, 100, 80, 60, 40, bonus=True)
    row = contest.row(A)
    assert row["inspection"] == str(inspection)
    assert row["dimensions"] == {"area": "100.00", "staff": "80.00", "matters": "60.00", "authorisation": "40.00"}
    assert (row["total"], row["adjustments"], row["met"], row["assessable"]) == ("72.00", "2.00", 1, 4)


def test_a_row_counts_the_inspectors(contest):
    contest.visit(A, 80, team=["drolma"])
    assert contest.row(A)["inspectors"] == 2


@pytest.mark.parametrize(
    ("mark", "card"), [(95, "blue"), (94.99, "green"), (85, "green"), (84.99, "yellow"), (70, "yellow"), (69.99, "red")]
)
def test_a_printed_total_decides_the_card(contest, mark, card):
    contest.visit(A, mark)
    assert contest.row(A)["card"] == card


@pytest.mark.parametrize(
    ("marks", "total", "card"),
    [
        pytest.param((79.99, 79.99, 80, 80), "80.00", "yellow", id="SC03 79.995"),
        pytest.param((79.98, 79.99, 80, 80), "79.99", "yellow", id="SC03 79.9925"),
        pytest.param((84.99, 84.99, 85, 85), "85.00", "green", id="SC03 84.995"),
        pytest.param((2.67, 2.68, 2.67, 2.68), "2.68", "red", id="SC03 2.675"),
        pytest.param((1, 1.01, 1, 1.01), "1.01", "red", id="SC03 1.005"),
    ],
)
def test_half_a_hundredth_is_rounded_up_on_either_database(contest, marks, total, card):
    contest.visit(A, *marks)
    assert (contest.row(A)["total"], contest.row(A)["card"]) == (total, card)


def test_without_veto_items_nobody_is_vetoed(contest):
    contest.visit(A, 10)
    assert contest.row(A)["vetoes"] == []


def test_places_within_a_county_are_its_own(city):
    for code, mark in (("540233100", 90), ("540228100", 80), ("540233101", 70)):
        city.visit(code, mark)
    assert [row["place_in_county"] for row in city.rows()[:3]] == [1, 1, 2]


# --- which visit counts -----------------------------------------------------------------------------------------


def test_a_visit_counts_once_it_is_approved(contest):
    inspection = contest.send(A, 90)
    assert contest.row(A)["visited"] is False
    contest.people["reviewer"].review(inspection)
    assert contest.row(A)["total"] == "90.00"


def test_of_two_visits_the_one_finished_last_counts(contest):
    contest.visit(A, 70, at=FIRST + timedelta(hours=5))
    contest.visit(A, 90, at=FIRST)
    assert contest.row(A)["total"] == "70.00"


def test_a_self_assessment_never_counts(contest):
    contest.visit(A, 100, kind="self", at=FIRST + timedelta(hours=5))
    assert contest.row(A)["visited"] is False


@pytest.mark.parametrize("kind", ["check", "spot", "covert", "recheck"])
def test_every_other_kind_counts(contest, kind):
    contest.visit(A, 90, kind=kind)
    assert contest.row(A)["total"] == "90.00"


def test_a_returned_visit_does_not_count(contest):
    contest.visit(A, 70)
    returned = contest.send(A, 100, at=FIRST + timedelta(hours=5))
    reasons = [{"item": "T1", "reason": "量错了"}]
    assert contest.people["reviewer"].review(returned, "return", reasons=reasons).status_code == 201
    assert contest.row(A)["total"] == "70.00"


def test_a_visit_with_another_edition_never_counts(contest):
    inspection = contest.send(A, 90, edition="township-2026.1", answers=shipped_answers())
    refused = contest.people["reviewer"].review(inspection)
    assert (refused.status_code, contest.row(A)["visited"]) == (409, False)


def test_a_visit_of_another_round_does_not_count(contest, plain):
    contest.visit(A, 90)
    assert plain("OTHER").row(A)["visited"] is False


def test_a_centre_that_closes_stays_in_a_round_that_counts_it(contest):
    contest.visit(A, 90)
    Centre.update(status="closed").where(Centre.code.in_([A, B])).execute()
    assert (contest.row(A)["place"], contest.row(B)["visited"]) == (1, False)


def test_a_centre_that_was_closed_when_the_round_opened_is_not_in_it(plain):
    Centre.update(status="closed").where(Centre.code == A).execute()
    assert A not in {row["code"] for row in plain().rows()}


@pytest.mark.parametrize("change", [{"blind": True}, {"state": "void"}])
def test_what_is_blind_or_void_does_not_count(contest, change):
    last = contest.visit(A, 100, at=FIRST + timedelta(hours=5))
    contest.visit(A, 70)
    Inspection.update(change).where(Inspection.id == last).execute()
    assert contest.row(A)["total"] == "70.00"


def test_a_closed_round_is_still_ranked(contest):
    contest.visit(A, 90)
    assert contest.people["office"].post(f"/rounds/{contest.code}/closing").status_code == 200
    assert contest.row(A)["place"] == 1
    assert contest.get("rankings/townships").json["state"] == "closed"


# --- counties ---------------------------------------------------------------------------------------------------


def test_a_county_is_the_weighted_mean_of_its_centres(contest):
    for code, mark in ((A, 80), (B, 90), (VILLAGES[0], 60)):
        contest.visit(code, mark)
    (county,) = contest.rows("counties")
    assert (county["township_mean"], county["village_mean"], county["total"]) == ("85.00", "60.00", "77.50")
    assert (county["townships_visited"], county["townships"], county["coverage"]) == (2, 5, "40.00")


def test_counties_tie_like_centres(city):
    for code, mark in (("540233100", 80), ("540228100", 90), ("540222100", 80), ("540237100", 70)):
        city.visit(code, mark)
    ranked = [(row["place"], row["code"]) for row in city.rows("counties") if row["ranked"]]
    assert ranked == [(1, BAILANG), (2, JIANGZI), (2, YADONG), (4, GANGBA)]


def test_a_county_without_a_visit_is_neither_scored_nor_ranked(city):
    city.visit("540233100", 80)
    last = city.rows("counties")[-1]
    assert (last["total"], last["place"], last["card"], last["ranked"]) == (None, None, None, False)
    assert city.get("rankings/counties").json["ranked"] == 1


def test_a_county_below_the_coverage_floor_is_listed_unranked(plain):
    contest = plain(policy_is={"coverage_floor": "0.6"})
    contest.visit(A, 80)
    contest.visit(B, 80)
    (below,) = contest.rows("counties")
    contest.visit(C, 80)
    (at_it,) = contest.rows("counties")
    assert (below["total"], below["place"], below["card"]) == ("80.00", None, None)
    assert (at_it["place"], at_it["card"]) == (1, "yellow")


def test_too_few_villages_leave_their_weight_to_the_townships(plain):
    contest = plain(policy_is={"village_floor_count": 3, "village_floor_share": "0.05"})
    for code, mark in ((A, 80), (VILLAGES[0], 20), (VILLAGES[1], 20)):
        contest.visit(code, mark)
    (county,) = contest.rows("counties")
    assert (county["villages_drawn"], county["villages_count"], county["total"]) == (2, False, "80.00")
    contest.visit(VILLAGES[2], 20)
    (county,) = contest.rows("counties")
    assert (county["villages_count"], county["total"]) == (True, "62.00")


def test_a_list_that_the_county_never_issued_stands_on_its_line(plain):
    contest = plain(policy_is={"county_duty_deduction": "1.5"})
    contest.visit(A, 80, 80, 80, None)
    contest.visit(B, 80)
    (county,) = contest.rows("counties")
    assert (county["county_duties"], county["deduction"], county["total"]) == (["T4"], "1.50", "78.50")
    assert contest.row(A)["total"] == "80.00"


def test_villages_have_a_ranking_of_their_own(contest):
    contest.visit(VILLAGES[0], 60)
    contest.visit(VILLAGES[1], 70)
    contest.visit(A, 90)
    rows = contest.rows("villages")
    assert places(rows)[:3] == [(1, "70.00"), (2, "60.00"), (None, None)]
    assert len(rows) == 30


# --- who sees what ----------------------------------------------------------------------------------------------


def test_a_county_sees_its_own_centres_with_their_places_in_the_whole(city):
    for code, mark in (("540222100", 90), ("540228100", 80), ("540228101", 70)):
        city.visit(code, mark)
    rows = city.rows("townships", who="bailang")
    assert [row["place"] for row in rows[:2]] == [2, 3]
    assert {row["county"] for row in rows} == {"白朗县"}


def test_a_county_sees_only_its_own_line(city):
    city.visit("540222100", 90)
    city.visit("540228100", 80)
    answer = city.get("rankings/counties", who="bailang").json
    assert [(row["code"], row["place"]) for row in answer["rows"]] == [(BAILANG, 2)]
    assert answer["ranked"] == 2


@pytest.mark.parametrize("what", ["townships", "villages", "counties"])
def test_inspectors_see_no_rankings(contest, what):
    assert contest.get(f"rankings/{what}", who="tashi").status_code == 403


@pytest.mark.parametrize("what", ["townships", "villages", "counties"])
def test_an_unknown_round_has_no_ranking(office, what):
    answer = office.get(f"/rounds/2031Q1/rankings/{what}")
    assert (answer.status_code, answer.json["type"].split("/")[-1]) == (404, "not-found")


@pytest.mark.parametrize("asked", ["year=99999", "county=*"], ids=lambda asked: f"RA05 {asked}")
@pytest.mark.parametrize(
    "what",
    ["rankings/townships", "rankings/counties", f"counties/{GANGBA}", "exports/ranking.xlsx", "exports/counties.csv"],
)
def test_a_parameter_that_means_nothing_is_refused(contest, what, asked):
    answer = contest.get(f"{what}?{asked}")
    assert (answer.status_code, answer.json["type"].split("/")[-1]) == (400, "invalid-parameter")


def test_a_sample_round_says_so(plain):
    assert plain("DEMO", sample=True).get("rankings/townships").json["sample"] is True


def test_a_ranking_says_what_it_is_measured_against(contest):
    told = contest.get("rankings/counties").json
    assert told["against"]["township"] == {"kind": "standard", "edition": "plaintownship-2026.1"}
    assert (told["ranking_policy"], told["card_policy"]) == ("plain-2026.1", "cards-2026.1")


# --- what it costs ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["rankings/townships", "rankings/counties"])
def test_an_unchanged_ranking_is_not_sent_again(contest, what):
    contest.visit(A, 90)
    tag = contest.get(what).headers["ETag"]
    again = contest.get(what, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


def test_a_changed_ranking_is_sent_again(contest):
    tag = contest.get("rankings/townships").headers["ETag"]
    contest.visit(A, 90)
    assert contest.get("rankings/townships", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("what", ["rankings/townships", "rankings/counties", f"counties/{GANGBA}"])
def test_eight_visits_per_centre_cost_no_more_queries_than_one(contest, queries_of, what):
    contest.visit(A, 90)
    contest.visit(B, 80)
    one = queries_of(lambda: contest.get(what))
    for code in (A, B):
        for _ in range(7):
            contest.visit(code, 70)
    assert queries_of(lambda: contest.get(what)) == one
