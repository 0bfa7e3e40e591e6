"""Submitting a visit: its receipt, again and at once, where and with what."""

import json
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from factories import JIANGZI, LUOJIANG, MAYI, ROUND_BODY, answered, picture, visit
from submissions import pointers, slug

from audit.inspections import actions
from audit.inspections.models import KeptAside, Revision


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


def test_the_reviewer_reads_what_was_kept_aside(tashi, reviewer):
    inspection = uuid4()
    tashi.submit(inspection, visit())
    tashi.submit(inspection, visit(kind="spot"))
    (kept,) = reviewer.get(f"/inspections/{inspection}/kept-aside").json
    assert (kept["sender"], kept["body"]["kind"]) == ("Tashi", "spot")


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


def test_a_visit_stays_in_the_area_of_its_round(tashi, office):
    body = json.loads(json.dumps(ROUND_BODY, default=str)) | {"code": "jiangzi-only", "area": "540222"}
    assert office.post("/rounds", json=body).status_code == 201
    answer = tashi.submit(uuid4(), visit(round="jiangzi-only"))
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/round")


# --- too many (IN16) ---------------------------------------------------------------------------------------------


def test_a_phone_that_floods_is_told_to_wait(tashi, monkeypatch):
    monkeypatch.setattr(actions, "MOST_A_MINUTE", 2)
    answers = [tashi.submit(uuid4(), visit()) for _ in range(3)]
    assert [each.status_code for each in answers] == [201, 201, 429]
    assert answers[-1].headers["Retry-After"] == "60"


def test_what_was_sent_before_is_answered_however_many_came(tashi, monkeypatch):
    monkeypatch.setattr(actions, "MOST_A_MINUTE", 1)
    inspection, body = uuid4(), visit()
    assert [tashi.submit(inspection, body).status_code for _ in range(3)] == [201, 200, 200]


def test_one_flood_stops_nobody_else(tashi, drolma, monkeypatch):
    monkeypatch.setattr(actions, "MOST_A_MINUTE", 1)
    assert [each.submit(uuid4(), visit()).status_code for each in (tashi, drolma)] == [201, 201]
