"""Submitting a visit."""

import json
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import marshmallow as ma
import pytest
from factories import JIANGZI, LUOJIANG, MAYI, ROUND_BODY, answered, answers, content, picture, visit

from audit.base.body import pointers as json_pointers
from audit.base.body import strict_json
from audit.base.problems import ValidationError
from audit.inspections import answers as reading
from audit.inspections.models import Inspection, KeptAside, Revision
from audit.inspections.schemas import InspectionIn
from audit.scoring.standard import Edition


def slug(answer) -> str:
    return answer.json["type"].rpartition("/")[2]


def pointers(answer) -> set[str]:
    return {each["pointer"] for each in answer.json["errors"]}


def loaded(body: dict) -> dict:
    """The body as the route hands it on."""
    return InspectionIn().load(strict_json(json.dumps(body).encode()))


def faults_of(body: dict) -> set[str]:
    """The places in the body that are refused for their form."""
    with pytest.raises(ma.ValidationError) as refused:
        loaded(body)
    return set(json_pointers(refused.value.messages))


def flags_of(answer) -> set[str]:
    return {each["flag"] for each in answer.json["flags"]}


def test_a_visit_gets_a_receipt(tashi):
    answer = tashi.submit(uuid4(), visit())
    assert answer.status_code == 201, answer.json
    assert answer.json["missing_photos"] == []


def test_a_receipt_names_what_was_stored(tashi):
    inspection = uuid4()
    receipt = tashi.submit(inspection, visit()).json
    stored = Revision.get(Revision.inspection == inspection)
    assert (receipt["id"], receipt["revision"], receipt["digest"]) == (str(inspection), 1, stored.digest)


def test_the_last_missing_photo_completes_the_visit(tashi):
    inspection, (digest, data) = uuid4(), picture()
    receipt = tashi.submit(inspection, visit(photos={"TA01": [digest]}))
    assert receipt.json["missing_photos"] == [digest]
    assert tashi.send_photo(digest, data).status_code == 201
    assert tashi.get(f"/inspections/{inspection}").json["state"] == "submitted"


# --- again, and at once ----------------------------------------------------------------------------------------


def test_sending_twice_changes_nothing(tashi):
    inspection, body = uuid4(), visit()
    first = tashi.submit(inspection, body)
    again = tashi.submit(inspection, body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json == first.json


def test_the_order_of_keys_is_not_content(tashi):
    inspection, body = uuid4(), visit()
    tashi.submit(inspection, body)
    assert tashi.submit(inspection, dict(reversed(body.items()))).status_code == 200


def test_twenty_lines_at_once_make_one_visit(app, tashi):
    inspection, body = uuid4(), visit()

    def send(_):
        return type(tashi)(tashi.name, app.test_client(), tashi.token).submit(inspection, body)

    with ThreadPoolExecutor(20) as lines:
        sent = list(lines.map(send, range(20)))
    assert sorted(each.status_code for each in sent) == [200] * 19 + [201]
    assert all(each.json == sent[0].json for each in sent)


def test_twenty_different_bodies_at_once_make_one_visit(app, tashi):
    inspection = uuid4()

    def send(number):
        line = type(tashi)(tashi.name, app.test_client(), tashi.token)
        return line.submit(inspection, answered(visit(), "TA06", value=number)).status_code

    with ThreadPoolExecutor(20) as lines:
        assert sorted(lines.map(send, range(20))) == [201] + [409] * 19


def test_other_content_under_the_same_id_is_refused(tashi, a_visit):
    answer = tashi.submit(a_visit, answered(visit(), "TA06", value=3))
    assert (answer.status_code, slug(answer), answer.json["retry"]) == (409, "inspection-conflict", "after-fix")


def test_other_content_changes_nothing_of_what_stands(tashi, a_visit):
    before = tashi.get(f"/inspections/{a_visit}").json
    tashi.submit(a_visit, answered(visit(), "TA06", value=3))
    assert tashi.get(f"/inspections/{a_visit}").json == before | {"kept_aside": 1}


def test_other_content_is_kept_aside_once_for_the_reviewer(tashi, reviewer, a_visit):
    for _ in range(3):
        tashi.submit(a_visit, answered(visit(), "TA06", value=3))
    assert reviewer.get(f"/inspections/{a_visit}").json["kept_aside"] == 1
    assert KeptAside.get().body["answers"][-1]["value"] == "3"


def test_somebody_else_s_id_is_not_there(tashi, pema, a_visit):
    taken, unknown = pema.submit(a_visit, visit(JIANGZI)), pema.get(f"/inspections/{uuid4()}")
    assert (taken.status_code, taken.json) == (404, unknown.json)


def test_somebody_else_s_id_takes_nothing_in(pema, a_visit):
    pema.submit(a_visit, visit(JIANGZI))
    assert (Revision.select().count(), KeptAside.select().count()) == (1, 0)


@pytest.mark.parametrize("form", ["urn:uuid:{}", "{{{}}}", "{}0", "no-uuid"])
def test_an_id_is_a_plain_uuid(tashi, form):
    assert tashi.submit(form.format(uuid4()), visit()).status_code == 404


@pytest.mark.parametrize("form", ["urn:uuid:{}", "{{{}}}", "{}0"])
def test_a_centre_is_a_plain_uuid(tashi, form):
    answer = tashi.submit(uuid4(), visit() | {"centre": form.format(LUOJIANG)})
    assert (answer.status_code, pointers(answer)) == (422, {"/centre"})


# --- time ------------------------------------------------------------------------------------------------------


def test_a_visit_does_not_end_before_it_began(tashi):
    body = visit(started_at="2026-11-20T11:00:00+08:00", finished_at="2026-11-20T10:59:59+08:00")
    answer = tashi.submit(uuid4(), body)
    assert (answer.status_code, pointers(answer)) == (422, {"/finished_at"})


def test_order_is_order_of_moments_not_of_digits(tashi):
    body = visit(started_at="2026-11-20T11:00:00+08:00", finished_at="2026-11-20T04:00:00+00:00")
    assert tashi.submit(uuid4(), body).status_code == 201


@pytest.mark.parametrize(
    ("field", "moment"),
    [
        ("started_at", "1970-01-01T00:00:00+08:00"),
        ("finished_at", "2099-01-01T00:00:00+08:00"),
    ],
)
def test_a_wrong_clock_is_flagged_and_never_refused(tashi, field, moment):
    receipt = tashi.submit(uuid4(), visit(**{field: moment}))
    assert receipt.status_code == 201
    assert "clock-skew" in flags_of(receipt)


@pytest.mark.parametrize(
    "moment",
    [
        "2026-11-20T10:30:00",
        "2016-12-31T23:59:60Z",
        "2026-11-20T10:30:00+24:00",
        "2026-11-20T10:30:00+14:30",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+08:00",
        "9999-12-31T23:59:59Z",
        "10000-01-01T00:00:00Z",
        "2026-11-20",
        1763600000,
        None,
    ],
)
def test_a_moment_that_cannot_be_kept_is_refused(moment):
    assert faults_of(visit(started_at=moment, finished_at=moment)) == {"/started_at", "/finished_at"}


@pytest.mark.parametrize("moment", ["0001-01-02T00:00:00Z", "9999-12-31T23:59:59Z", "2026-11-20T10:30:00"])
def test_the_moment_of_a_fix_can_be_kept_too(moment):
    body = visit()
    assert faults_of(body | {"fix": body["fix"] | {"taken_at": moment}}) == {"/fix/taken_at"}


@pytest.mark.parametrize("offset", ["+14:00", "-12:00", "+05:45", "Z"])
def test_every_offset_there_is_means_a_moment(tashi, offset):
    receipt = tashi.submit(uuid4(), visit(finished_at=f"2026-11-21T10:30:00{offset}"))
    assert receipt.status_code == 201


def test_a_moment_is_shown_in_utc(tashi, a_visit):
    assert tashi.get(f"/inspections/{a_visit}").json["started_at"].startswith("2026-11-20T02:00:00")


@pytest.mark.parametrize("day", ["2026-09-01", "2027-12-31"])
def test_a_visit_outside_the_days_of_its_round_is_flagged(tashi, day):
    receipt = tashi.submit(uuid4(), visit(started_at=f"{day}T10:00:00+08:00", finished_at=f"{day}T11:00:00+08:00"))
    assert receipt.status_code == 201
    assert "late" in flags_of(receipt)


def test_a_visit_of_a_closed_round_is_taken_and_flagged(tashi, office):
    office.post("/rounds/2026Q4/closing")
    receipt = tashi.submit(uuid4(), visit())
    assert (receipt.status_code, flags_of(receipt)) == (201, {"late"})


def test_a_visit_without_a_position_is_flagged(tashi):
    assert flags_of(tashi.submit(uuid4(), visit(fix=None, no_fix_reason="室内无信号"))) == {"no-fix"}


def test_an_implausible_value_is_flagged(tashi):
    receipt = tashi.submit(uuid4(), answered(visit(), "TA01", value=5000))
    assert (receipt.status_code, flags_of(receipt)) == (201, {"implausible"})


# --- where and with what ---------------------------------------------------------------------------------------


def test_a_centre_outside_one_s_area_is_not_there(pema):
    answer = pema.submit(uuid4(), visit(LUOJIANG))
    assert (answer.status_code, slug(answer)) == (404, "not-found")


def test_an_edition_that_nobody_published_is_refused(tashi):
    answer = tashi.submit(uuid4(), visit(edition="township-1999.1"))
    assert (answer.status_code, slug(answer)) == (422, "unknown-checklist")


def test_a_policy_is_no_checklist(tashi):
    assert slug(tashi.submit(uuid4(), visit(edition="ranking-2026.1"))) == "unknown-checklist"


def test_an_edition_of_the_other_level_is_refused(tashi):
    answer = tashi.submit(uuid4(), visit(edition="village-2026.1"))
    assert (answer.status_code, pointers(answer)) == (422, {"/edition"})


def test_a_round_that_does_not_exist_is_refused(tashi):
    answer = tashi.submit(uuid4(), visit(round="1999Q1"))
    assert (answer.status_code, pointers(answer)) == (422, {"/round"})


def test_a_village_is_visited_with_the_edition_of_villages(tashi):
    assert tashi.submit(uuid4(), visit(MAYI)).status_code == 201


def test_only_inspectors_submit(people):
    for name in ("reviewer", "bailang", "office", "admin", "auditor"):
        assert people[name].submit(uuid4(), visit()).status_code == 403, name


# --- answers ---------------------------------------------------------------------------------------------------


def at(body: dict, item: str) -> str:
    return f"/answers/{[each['item'] for each in body['answers']].index(item)}"


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
    assert (refused.status_code, pointers(refused)) == (422, {f"/answers/{item}" for item in missing})


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


# --- photos ----------------------------------------------------------------------------------------------------


def test_photos_may_come_before_the_form(tashi):
    digest, data = picture()
    tashi.send_photo(digest, data)
    receipt = tashi.submit(uuid4(), visit(photos={"TA01": [digest], "TA03": [digest]}))
    assert (receipt.json["missing_photos"], receipt.json["state"]) == ([], "submitted")


def test_missing_photos_are_each_named_once(tashi):
    receipt = tashi.submit(uuid4(), visit(photos={"TA01": ["a" * 64, "b" * 64], "TA03": ["b" * 64]}))
    assert (receipt.json["missing_photos"], receipt.json["state"]) == (["a" * 64, "b" * 64], "waiting")


def test_a_photo_of_a_stranger_is_missing_as_if_nobody_had_sent_it(tashi, pema):
    digest, data = picture()
    pema.send_photo(digest, data)
    receipt = tashi.submit(uuid4(), visit(photos={"TA01": [digest], "TA03": ["0" * 64]}))
    assert receipt.json["missing_photos"] == [digest, "0" * 64]


def test_a_stranger_s_photo_does_not_complete_the_visit(pema, tashi, a_waiting_visit):
    inspection, digest, data = a_waiting_visit
    pema.send_photo(digest, data)
    assert tashi.get(f"/inspections/{inspection}").json["state"] == "waiting"


def test_one_photo_completes_every_visit_that_waits_for_it(tashi):
    visits, (digest, data) = [uuid4(), uuid4()], picture()
    for inspection, centre in zip(visits, (LUOJIANG, MAYI), strict=True):
        body = visit(centre, photos={("VA01" if centre == MAYI else "TA01"): [digest]})
        tashi.submit(inspection, body)
    tashi.send_photo(digest, data)
    assert [tashi.get(f"/inspections/{each}").json["state"] for each in visits] == ["submitted", "submitted"]


def test_all_but_one_photo_do_not_complete_a_visit(tashi):
    inspection, (digest, data) = uuid4(), picture()
    tashi.submit(inspection, visit(photos={"TA02": [digest, "f" * 64]}))
    tashi.send_photo(digest, data)
    shown = tashi.get(f"/inspections/{inspection}").json
    assert (shown["state"], shown["missing_photos"]) == ("waiting", ["f" * 64])


# --- the team --------------------------------------------------------------------------------------------------


def test_a_photo_of_the_team_counts(tashi, drolma):
    inspection, (digest, data) = uuid4(), picture()
    tashi.submit(inspection, visit(team=["drolma"], photos={"TA01": [digest]}))
    drolma.send_photo(digest, data)
    assert tashi.get(f"/inspections/{inspection}").json["state"] == "submitted"


def test_a_photo_that_the_team_sent_before_counts(tashi, drolma):
    digest, data = picture()
    drolma.send_photo(digest, data)
    receipt = tashi.submit(uuid4(), visit(team=["drolma"], photos={"TA01": [digest]}))
    assert (receipt.json["missing_photos"], receipt.json["state"]) == ([], "submitted")


def test_the_team_reads_the_visit(tashi, drolma):
    inspection = uuid4()
    tashi.submit(inspection, visit(team=["drolma"]))
    assert drolma.get(f"/inspections/{inspection}").json["team"] == ["Tashi", "Drolma"]


def test_the_team_may_send_the_visit_again(tashi, drolma):
    inspection, body = uuid4(), visit(team=["drolma"])
    first = tashi.submit(inspection, body)
    again = drolma.submit(inspection, body)
    assert (again.status_code, again.json) == (200, first.json)


def test_an_inspector_who_was_not_there_reads_nothing(drolma, a_visit):
    assert drolma.get(f"/inspections/{a_visit}").status_code == 404


@pytest.mark.parametrize("name", ["nobody-knows", "reviewer", "bailang", "Tashi"])
def test_a_team_is_made_of_inspectors(tashi, name):
    answer = tashi.submit(uuid4(), visit(team=["drolma", name]))
    assert (answer.status_code, pointers(answer)) == (422, {"/team/1"})


def test_naming_oneself_in_the_team_is_harmless(tashi):
    inspection = uuid4()
    tashi.submit(inspection, visit(team=["tashi", "tashi"]))
    assert tashi.get(f"/inspections/{inspection}").json["team"] == ["Tashi"]


def test_a_visit_stays_in_the_area_of_its_round(tashi, office):
    body = json.loads(json.dumps(ROUND_BODY, default=str)) | {"code": "jiangzi-only", "area": "540222"}
    assert office.post("/rounds", json=body).status_code == 201
    answer = tashi.submit(uuid4(), visit(round="jiangzi-only"))
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/round")


def test_the_reviewer_reads_what_was_kept_aside(tashi, reviewer):
    inspection = uuid4()
    tashi.submit(inspection, visit())
    tashi.submit(inspection, visit(kind="spot"))
    (kept,) = reviewer.get(f"/inspections/{inspection}/kept-aside").json
    assert (kept["sender"], kept["body"]["kind"]) == ("Tashi", "spot")
