"""The score of a visit, as it is told: every point explained."""

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from factories import GADONG, LUOJIANG, MAYI, answered, content, visit

from audit.base.db import digest_of
from audit.checklists import actions as checklists
from audit.inspections import scores
from audit.inspections.explain import shown
from audit.inspections.models import Inspection, Score
from audit.rounds import queries as rounds
from audit.scoring.score import score


def told(person, inspection) -> dict:
    answer = person.get(f"/inspections/{inspection}/score")
    assert answer.status_code == 200, answer.json
    return answer.json


def item(person, inspection, code: str) -> dict:
    return next(each for each in told(person, inspection)["items"] if each["code"] == code)


def test_a_score_is_provisional_until_the_visit_is_approved(tashi, reviewer, a_visit):
    assert told(tashi, a_visit)["state"] == "provisional"
    reviewer.review(a_visit)
    assert told(tashi, a_visit)["state"] == "final"


def test_a_receipt_gives_the_score_that_is_told(tashi, a_visit):
    receipt = tashi.submit(a_visit, visit()).json
    assert receipt["score"] == {"state": "provisional", "total": told(tashi, a_visit)["total"]}


def test_a_waiting_visit_is_scored_by_the_photos_that_came(tashi, a_waiting_visit):
    inspection, digest, data = a_waiting_visit
    assert item(tashi, inspection, "TA02")["reason"] == "no-evidence"
    tashi.send_photo(digest, data)
    assert item(tashi, inspection, "TA02")["reason"] == "full-marks"


def test_a_waiting_visit_has_no_stored_score(a_waiting_visit):
    assert Score.select().count() == 0


@pytest.mark.parametrize("centre", [GADONG, LUOJIANG, MAYI])
def test_who_meets_every_standard_with_proof_has_100(tashi, proven, centre):
    score_ = told(tashi, proven(tashi, centre))
    assert (score_["total"], score_["met"], score_["gaps"]) == ("100.00", score_["assessable"], [])


def test_until_a_baseline_is_adopted_the_standard_stands_in(tashi, a_visit):
    assert told(tashi, a_visit)["against"] == {"kind": "standard", "edition": "township-2026.1"}


def test_an_item_says_what_it_was_held_against(tashi, proven):
    found = item(tashi, proven(tashi, GADONG, TA01={"value": 120}), "TA01")
    assert (found["value"], found["standard"], found["reference"], found["reference_from"]) == (
        "120",
        "150",
        "150",
        "standard",
    )
    assert (found["credit"], found["verdict"], found["reason"]) == ("4/5", "not_met", "below-reference")


def test_a_share_says_what_it_was_made_of(tashi, proven):
    found = item(tashi, proven(tashi, GADONG, TP01={"n": 6, "m": 8}), "TP01")
    assert (found["value"], found["n"], found["m"]) == ("0.75", "6", "8")


def test_a_measure_has_no_parts(tashi, a_visit):
    found = item(tashi, a_visit, "TA01")
    assert (found["n"], found["m"]) == (None, None)


@pytest.mark.parametrize(
    ("value", "text"),
    [("1234567.1234", "1234567.1234"), ("0.0001", "0.0001"), ("100", "100"), ("-2.5", "-2.5"), ("1/3", "1/3")],
)
def test_a_figure_is_told_to_its_last_digit(value, text):
    assert shown(Fraction(value)) == text


def test_an_item_says_why_in_two_languages(tashi, proven):
    found = item(tashi, proven(tashi, GADONG, TA01={"value": 120}), "TA01")
    assert found["why"] == {"zh": "低于参照值，按比例得分", "en": "Below the reference: part of the marks"}
    assert set(found["text"]) >= {"zh", "en"}


def test_an_item_names_the_source_of_its_standard(tashi, a_visit):
    wanted = next(each["source"] for each in content()["items"] if each["code"] == "TA01")
    assert item(tashi, a_visit, "TA01")["source"] == wanted


def test_an_item_names_its_photos(tashi, a_waiting_visit):
    inspection, digest, _ = a_waiting_visit
    assert item(tashi, inspection, "TA02")["evidence"] == [digest]


def test_an_item_without_enough_photos_earns_nothing(tashi, a_visit):
    found = item(tashi, a_visit, "TA01")
    assert (found["reason"], found["points"], found["verdict"]) == ("no-evidence", "0.00", "not_met")
    assert (found["photos"], found["photos_wanted"]) == (0, 5)


def test_the_points_add_up_to_the_total(tashi, proven):
    given = {"TA06": {"value": 3}, "TP02": {"value": 1}, "TM02": {"choice": "outdated"}, "TZ04": {"yes": False}}
    found = told(tashi, proven(tashi, GADONG, **given))
    items = [each for each in found["items"] if each["credit"] is not None]
    exact = sum(Decimal(each["points"]) for each in items)
    assert abs(exact - Decimal(found["total"])) <= Decimal("0.005") * (len(items) + 1)


def test_what_can_be_earned_adds_up_to_100(tashi, a_visit):
    possible = sum(Decimal(each["possible"]) for each in told(tashi, a_visit)["items"])
    assert abs(possible - 100) <= Decimal("0.30")


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("TA01", {"value": 70.5}),
        ("TA03", {"choice": "scattered"}),
        ("TP01", {"n": 1, "m": 7}),
        ("TM09", {"value": 1}),
        ("TZ06", {"n": 19, "m": 20}),
        ("TZ04", {"yes": False}),
    ],
)
def test_a_gap_promises_what_mending_it_brings(tashi, proven, code, given):
    before = told(tashi, proven(tashi, GADONG, **{code: given}))
    gap = next(each for each in before["gaps"] if each["item"] == code)
    wire = {key: Decimal(each) if key in ("value", "n", "m") else each for key, each in gap["to_reference"].items()}
    plain = {key: int(each) if isinstance(each, Decimal) else each for key, each in wire.items()}
    after = told(tashi, proven(tashi, GADONG, **{code: plain}))
    assert Decimal(after["total"]) - Decimal(before["total"]) == Decimal(gap["reference_gain"])


def test_gaps_come_dearest_first_each_with_its_remedy(tashi, a_visit):
    found = told(tashi, a_visit)["gaps"]
    gains = [Decimal(each["reference_gain"]) for each in found]
    assert gains == sorted(gains, reverse=True)
    assert all({"zh", "en", "cost"} <= set(each["remedy"]) for each in found)


def test_the_gaps_of_a_dimension_together_say_what_they_bring(tashi, a_visit):
    found = told(tashi, a_visit)["dimension_gaps"]
    assert {each["dimension"] for each in found} == {"area", "staff", "matters", "authorisation"}


def test_a_county_that_owes_the_list_is_no_fault_of_its_centre(tashi, proven):
    inspection = proven(tashi, GADONG, TM01={"n": 0, "m": 0})
    found = item(tashi, inspection, "TM01")
    assert (found["reason"], found["credit"], told(tashi, inspection)["total"]) == ("county-duty", None, "100.00")


def test_an_item_that_does_not_apply_leaves_its_weight_to_the_others(tashi, proven):
    inspection = proven(tashi, GADONG, TZ08={"not_applicable": "尚未开通"})
    assert (item(tashi, inspection, "TZ08")["reason"], told(tashi, inspection)["total"]) == ("not-applicable", "100.00")


def test_a_score_counts_what_did_not_apply(tashi, proven):
    inspection = proven(tashi, GADONG, TZ08={"not_applicable": "尚未开通"}, TP01={"not_applicable": "午休"})
    assert told(tashi, inspection)["not_applicable"] == {"count": 2, "codes": ["TP01", "TZ08"]}


def test_a_score_counts_none_where_everything_applied(tashi, a_visit):
    assert told(tashi, a_visit)["not_applicable"] == {"count": 0, "codes": []}


def test_a_visit_with_another_edition_than_its_round_has_no_score(app, tashi, proven):
    checklists.publish(content() | {"id": "township-2026.2"}, actor=None, now=datetime(2026, 11, 1, tzinfo=UTC))
    inspection = proven(tashi, GADONG, edition="township-2026.2")
    found = told(tashi, inspection)
    assert (found["total"], found["against"], found["items"]) == (None, {"kind": "other-edition"}, [])
    assert Score.select().count() == 0


def test_a_stored_score_is_its_recomputation(tashi, proven):
    inspection = Inspection.get_by_id(proven(tashi, GADONG, TA01={"value": 111.1}))
    stored, level = Score.get(), rounds.level_of(inspection.round_id, "township")
    ((_, made_from),) = scores.inputs([inspection], level)
    again = scores.row(score(*made_from), level.baseline_id)
    assert {name: getattr(stored, "baseline_id" if name == "baseline" else name) for name in again} == again


def test_a_stored_score_is_the_one_that_is_told(tashi, proven):
    inspection = proven(tashi, GADONG, TA01={"value": 111.1})
    stored, shown = Score.get(), told(tashi, inspection)
    assert (Decimal(stored.total) / 100, digest_of(stored.explanation)) == (Decimal(shown["total"]), stored.digest)
    assert all(
        kept.items() <= said.items() for kept, said in zip(stored.explanation["items"], shown["items"], strict=True)
    )


def test_a_mended_visit_is_scored_anew(tashi, reviewer, a_visit):
    reviewer.review(a_visit, "return", reasons=[{"item": "TZ07", "reason": "重数"}])
    tashi.submit(a_visit, answered(visit(revision=2), "TZ07", value=2))
    assert item(tashi, a_visit, "TZ07")["credit"] == "1/2"
    assert next(each for each in Score.get().explanation["items"] if each["code"] == "TZ07")["credit"] == "1/2"
