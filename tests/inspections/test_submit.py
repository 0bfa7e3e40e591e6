"""Submitting a visit."""

from uuid import uuid4

from factories import picture, visit


def test_a_visit_gets_a_receipt(tashi):
    answer = tashi.submit(uuid4(), visit())
    assert answer.status_code == 201, answer.json
    assert answer.json["missing_photos"] == []


def test_sending_twice_changes_nothing(tashi):
    inspection, body = uuid4(), visit()
    first = tashi.submit(inspection, body)
    again = tashi.submit(inspection, body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json == first.json


def test_the_last_missing_photo_completes_the_visit(tashi):
    inspection, (digest, data) = uuid4(), picture()
    receipt = tashi.submit(inspection, visit(photos={"TA01": [digest]}))
    assert receipt.json["missing_photos"] == [digest]
    assert tashi.send_photo(digest, data).status_code == 201
    assert tashi.get(f"/inspections/{inspection}").json["state"] == "submitted"
