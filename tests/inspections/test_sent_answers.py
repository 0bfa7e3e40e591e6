"""The answers of a visit that is sent."""

from uuid import uuid4

import pytest
from factories import answered, answers, content, visit
from submissions import at, faults_of, loaded, pointers, slug

from audit.base.problems import ValidationError
from audit.inspections import answers as reading
from audit.inspections.models import Inspection, Revision
from audit.scoring.standard import Edition


@pytest.mark.parametrize(
    ("item", "answer"),
    [
        ("TA99", {"yes": True}),
        ("VA01", {"value": 3}),
        ("TA01", {"n": 1, "m": 2}),
        ("TA01", {"value": 3, "yes": True}),
        ("TA01", {}),
        ("TA02", {"value": 1}),
        ("TA03", {"choice": "third_floor"}),
        ("TA05", {"value": 3}),
        ("TA05", {"n": 3}),
        ("TA05", {"n": 3, "m": 4}),
        ("TP01", {"n": 7, "m": 6}),
        ("TM04", {"n": 6, "m": 6}),
        ("TA06", {"value": 3.5}),
        ("TA01", {"not_applicable": "没有大厅"}),
        ("TP11", {"not_applicable": "无双语需要"}),
    ],
)
def test_an_answer_that_cannot_be_scored_is_refused_at_its_place(item, answer):
    body = answered(visit(), item, **answer)
    with pytest.raises(ValidationError) as refused:
        reading.read(Edition.of(content()), loaded(body)["answers"], frozenset({"bilingual", "plateau"}))
    assert [each["pointer"] for each in refused.value.errors] == [at(body, item)]


@pytest.mark.parametrize(
    ("item", "field", "value"),
    [
        ("TA01", "value", -1),
        ("TA01", "value", "165"),
        ("TA01", "value", 1.00001),
        ("TA01", "value", 10**10),
        ("TA01", "value", None),
        ("TA01", "value", True),
        ("TA02", "yes", "true"),
        ("TA01", "photos", ["no digest"]),
        ("TA01", "flag", "urgent"),
        ("TA01", "photos", ["A" * 64]),
        ("TA01", "photos", ["a" * 64, "a" * 64]),
        ("TA01", "photos", [f"{number:064x}" for number in range(51)]),
        ("TA01", "points", 6),
        ("TA01", "note", "a\u202eb"),
    ],
)
def test_a_field_that_cannot_be_read_is_refused_at_its_place(item, field, value):
    given = next(each for each in answers() if each["item"] == item) | {field: value}
    body = answered(visit(), **given)
    found = faults_of(body)
    assert found
    assert all(pointer.startswith(f"{at(body, item)}/{field}") for pointer in found)


def test_n_and_m_are_whole(tashi):
    body = answered(visit(), "TP01", n=1.5, m=2)
    assert pointers(tashi.submit(uuid4(), body)) == {f"{at(body, 'TP01')}/n"}


def test_every_item_wants_an_answer(tashi):
    body = visit()
    missing = {"TA01", "TZ09", "TS04"}
    body["answers"] = [each for each in body["answers"] if each["item"] not in missing]
    refused = tashi.submit(uuid4(), body)
    assert refused.status_code == 422
    assert refused.json["errors"] == [{"pointer": "/answers", "detail": "not answered: TA01, TZ09, TS04"}]


def test_all_faults_are_told_at_once(tashi):
    body = answered(answered(visit(), "TA01", yes=True), "TA02", value=1)
    assert pointers(tashi.submit(uuid4(), body)) == {at(body, "TA01"), at(body, "TA02")}


def test_an_item_is_answered_once(tashi):
    body = visit()
    body["answers"].append(body["answers"][0])
    refused = tashi.submit(uuid4(), body)
    assert (refused.status_code, pointers(refused)) == (422, {"/answers"})


def test_not_everything_can_be_not_applicable(tashi):
    body = visit()
    body["answers"] = [{"item": each["item"], "not_applicable": "不适用"} for each in body["answers"]]
    assert tashi.submit(uuid4(), body).status_code == 422


@pytest.mark.parametrize("field", ["score", "total", "state", "flags", "received_at", "sender", "tier", "id"])
def test_what_the_server_decides_is_not_taken_from_a_phone(field):
    assert faults_of(visit() | {field: "100.00"}) == {f"/{field}"}


def test_a_score_from_a_phone_is_refused(tashi):
    answer = tashi.submit(uuid4(), visit() | {"score": {"total": "100.00"}})
    assert (answer.status_code, slug(answer), pointers(answer)) == (422, "validation-error", {"/score"})


def test_a_refused_visit_is_not_stored(tashi):
    inspection = uuid4()
    tashi.submit(inspection, answered(visit(), "TA01", yes=True))
    assert (Inspection.select().count(), tashi.submit(inspection, visit()).status_code) == (0, 201)


@pytest.mark.parametrize("value", [0.1, 150, 99.9999, 0, 1e2, 1000000000])
def test_a_value_is_shown_as_the_number_that_was_sent(tashi, value):
    inspection = uuid4()
    tashi.submit(inspection, answered(visit(), "TA01", value=value))
    shown = tashi.get(f"/inspections/{inspection}").json["answers"]
    assert next(each["value"] for each in shown if each["item"] == "TA01") == value


def test_a_value_is_kept_in_the_digits_that_were_sent(tashi):
    inspection = uuid4()
    tashi.submit(inspection, answered(visit(), "TA01", value=0.1))
    assert Revision.get().body["answers"][-1]["value"] == "0.1"


def test_a_fix_is_shown_as_the_numbers_that_were_sent(tashi, a_visit):
    fix = tashi.get(f"/inspections/{a_visit}").json["fix"]
    assert (fix["lat"], fix["lon"], fix["accuracy_m"]) == (29.21273, 89.17835, 12)


def test_an_inspector_flags_an_item_for_others_to_look_at(tashi):
    inspection = uuid4()
    tashi.submit(inspection, answered(visit(), "TA01", value=100, flag="escalate"))
    told = tashi.get(f"/inspections/{inspection}").json["answers"]
    assert next(each for each in told if each["item"] == "TA01")["flag"] == "escalate"
