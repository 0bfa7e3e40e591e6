"""A returned visit is sent again; what was sent before stays."""

from uuid import uuid4

import pytest
from factories import LUOJIANG, answered, picture, visit

from audit.inspections.models import Revision

REASONS = [{"item": "TA06", "reason": "请补拍座位"}]


def slug(answer) -> str:
    return answer.json["type"].rpartition("/")[2]


@pytest.fixture
def a_returned_visit(reviewer, a_visit):
    assert reviewer.review(a_visit, "return", reasons=REASONS).status_code == 201
    return a_visit


def test_a_returned_visit_takes_the_next_revision(tashi, a_returned_visit):
    receipt = tashi.submit(a_returned_visit, visit(revision=2))
    assert (receipt.status_code, receipt.json["revision"], receipt.json["state"]) == (201, 2, "submitted")


def test_a_mended_visit_can_be_approved(tashi, reviewer, a_returned_visit):
    tashi.submit(a_returned_visit, visit(revision=2))
    assert reviewer.review(a_returned_visit).status_code == 201


def test_both_revisions_are_kept(tashi, a_returned_visit):
    tashi.submit(a_returned_visit, answered(visit(revision=2), "TA06", value=3))
    assert [each.number for each in Revision.select().order_by(Revision.number)] == [1, 2]


def test_what_stands_is_what_was_sent_last(tashi, a_returned_visit):
    tashi.submit(a_returned_visit, answered(visit(revision=2), "TA06", value=3))
    shown = tashi.get(f"/inspections/{a_returned_visit}").json
    assert {"item": "TA06", "value": 3} in shown["answers"]


def test_a_superseded_revision_gets_its_own_receipt_again(tashi, reviewer, a_returned_visit):
    first = Revision.get(Revision.inspection == a_returned_visit)
    tashi.submit(a_returned_visit, answered(visit(revision=2), "TA06", value=3))
    again = tashi.submit(a_returned_visit, visit())
    assert (again.status_code, again.json["revision"], again.json["digest"]) == (200, 1, first.digest)


def test_the_receipt_of_a_superseded_revision_tells_nothing_of_the_one_that_stands(tashi, a_returned_visit):
    tashi.submit(a_returned_visit, answered(visit(revision=2, fix=None, no_fix_reason="室内"), "TA06", value=3))
    again = tashi.submit(a_returned_visit, visit()).json
    assert (again["state"], again["flags"]) == ("superseded", [])
    assert again["score"] == {"state": "provisional", "total": None}


@pytest.mark.parametrize("number", [2, 3])
def test_a_visit_that_was_not_returned_takes_no_revision(tashi, a_visit, number):
    answer = tashi.submit(a_visit, visit(revision=number))
    assert (answer.status_code, slug(answer)) == (409, "inspection-final")


def test_a_visit_that_waits_for_a_photo_is_mended_by_its_team(tashi, a_waiting_visit):
    answer = tashi.submit(a_waiting_visit[0], visit(revision=2))
    assert (answer.status_code, answer.json["state"], answer.json["missing_photos"]) == (201, "submitted", [])


def test_a_visit_that_waits_is_nobody_elses_to_mend(drolma, a_waiting_visit):
    assert drolma.submit(a_waiting_visit[0], visit(revision=2)).status_code == 404


def test_a_mended_visit_waits_no_more_for_what_only_its_older_revision_names(tashi, reviewer, a_waiting_visit):
    inspection, digest, data = a_waiting_visit
    tashi.submit(inspection, visit(revision=2))
    tag = reviewer.get(f"/inspections/{inspection}").headers["ETag"]
    tashi.send_photo(digest, data)
    assert reviewer.get(f"/inspections/{inspection}").headers["ETag"] == tag


def test_a_waiting_visit_leaves_no_revision_out(tashi, a_waiting_visit):
    answer = tashi.submit(a_waiting_visit[0], visit(revision=3))
    assert (answer.status_code, slug(answer)) == (409, "inspection-final")


def test_an_approved_visit_takes_no_revision(tashi, reviewer, a_visit):
    reviewer.review(a_visit)
    answer = tashi.submit(a_visit, visit(revision=2))
    assert (answer.status_code, slug(answer)) == (409, "inspection-final")


def test_no_revision_is_left_out(tashi, a_returned_visit):
    answer = tashi.submit(a_returned_visit, visit(revision=3))
    assert (answer.status_code, slug(answer)) == (409, "inspection-final")


def test_the_first_revision_is_1(tashi):
    answer = tashi.submit(uuid4(), visit(revision=2))
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/revision")


def test_a_returned_visit_takes_its_old_revision_with_other_content_no_more(tashi, a_returned_visit):
    answer = tashi.submit(a_returned_visit, answered(visit(), "TA06", value=3))
    assert (answer.status_code, slug(answer)) == (409, "inspection-conflict")


def test_a_visit_stays_with_its_centre(tashi, a_returned_visit):
    answer = tashi.submit(a_returned_visit, visit(LUOJIANG, revision=2))
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/centre")


def test_a_revision_waits_for_its_new_photos(tashi, a_returned_visit):
    digest, data = picture()
    tashi.submit(a_returned_visit, visit(revision=2, photos={"TA06": [digest]}))
    assert tashi.get(f"/inspections/{a_returned_visit}").json["state"] == "waiting"
    tashi.send_photo(digest, data)
    assert tashi.get(f"/inspections/{a_returned_visit}").json["state"] == "submitted"


def test_the_reasons_of_the_return_stay_with_the_visit(tashi, a_returned_visit):
    tashi.submit(a_returned_visit, visit(revision=2))
    reviews = tashi.get(f"/inspections/{a_returned_visit}").json["reviews"]
    assert [(each["revision"], each["decision"], each["reasons"]) for each in reviews] == [(1, "return", REASONS)]


def test_the_team_sends_the_revision_and_the_photos_of_both_count(tashi, drolma, reviewer):
    inspection, (digest, data) = uuid4(), picture()
    tashi.send_photo(digest, data)
    tashi.submit(inspection, visit(team=["drolma"], photos={"TA06": [digest]}))
    reviewer.review(inspection, "return", reasons=REASONS)
    receipt = drolma.submit(inspection, visit(revision=2, photos={"TA06": [digest]}))
    assert (receipt.json["missing_photos"], receipt.json["state"]) == ([], "submitted")
