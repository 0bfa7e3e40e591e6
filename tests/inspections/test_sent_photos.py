"""The photos of a visit that is sent, and the team that sends them."""

from uuid import uuid4

import pytest
from factories import LUOJIANG, MAYI, picture, visit
from submissions import pointers

from audit.base.trail import TrailLine


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


def test_a_photo_of_a_colleague_who_joined_counts(tashi, drolma):
    inspection, (digest, data) = uuid4(), picture()
    tashi.submit(inspection, visit(team=["drolma"], photos={"TA01": [digest]}))
    joined = drolma.put(f"/inspections/{inspection}/membership")
    drolma.send_photo(digest, data)
    assert (joined.status_code, tashi.get(f"/inspections/{inspection}").json["state"]) == (200, "submitted")


def test_a_photo_that_a_colleague_sent_before_counts_once_they_join(tashi, drolma):
    inspection, (digest, data) = uuid4(), picture()
    drolma.send_photo(digest, data)
    before = tashi.submit(inspection, visit(team=["drolma"], photos={"TA01": [digest]})).json
    after = drolma.put(f"/inspections/{inspection}/membership").json
    assert [(each["missing_photos"], each["state"]) for each in (before, after)] == [
        ([digest], "waiting"),
        ([], "submitted"),
    ]


def test_naming_somebody_is_no_key_to_their_photos(tashi, drolma):
    inspection, (digest, data) = uuid4(), picture()
    drolma.send_photo(digest, data)
    tashi.submit(inspection, visit(team=["drolma"], photos={"TA01": [digest]}))
    assert tashi.get(f"/inspections/{inspection}/photos/{digest}?size=original").status_code == 404


def test_who_sends_the_next_revision_has_joined(tashi, drolma, reviewer):
    inspection, (digest, data) = uuid4(), picture()
    tashi.submit(inspection, visit(team=["drolma"]))
    reviewer.review(inspection, "return", reasons=[{"item": "TA01", "reason": "again"}])
    drolma.send_photo(digest, data)
    receipt = drolma.submit(inspection, visit(revision=2, team=["tashi"], photos={"TA01": [digest]}))
    assert receipt.json["state"] == "submitted"


def test_joining_twice_changes_nothing(tashi, drolma):
    inspection = uuid4()
    tashi.submit(inspection, visit(team=["drolma"]))
    first = drolma.put(f"/inspections/{inspection}/membership")
    lines = TrailLine.select().count()
    again = drolma.put(f"/inspections/{inspection}/membership")
    assert (again.json == first.json, TrailLine.select().count()) == (True, lines)


def test_nobody_joins_who_was_not_named(drolma, a_visit):
    assert drolma.put(f"/inspections/{a_visit}/membership").status_code == 404


def test_a_colleague_of_another_county_is_nobody(tashi, pema):
    answer = tashi.submit(uuid4(), visit(team=["pema"]))
    assert (answer.status_code, pointers(answer)) == (422, {"/team/0"})


def test_who_was_named_does_not_review_even_without_having_joined(tashi, reviewing_inspector):
    inspection = uuid4()
    tashi.submit(inspection, visit(team=[reviewing_inspector.name]))
    assert reviewing_inspector.review(inspection).status_code == 403


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
