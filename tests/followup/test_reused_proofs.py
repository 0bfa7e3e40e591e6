"""One photo does not close everything: not after it was sent back, and never unseen."""

from datetime import UTC, datetime

import pytest
from playhouse.migrations import Runner
from states import made_once
from towns import GADONG, ORDER

from audit.base import migrations
from audit.base.db import database
from audit.followup import proofs, queries
from audit.followup.models import FindingStep, StepPhoto


@made_once
def both_ordered(town, a_fault):
    """The findings on T1 and T4 of 洛江镇, both ordered."""
    for item in ("T1", "T4"):
        assert town.do("office", "order", item, **ORDER).status_code == 200
    return town


def report(town, item: str, *photos: str):
    return town.do("bailang", "report", item, note="已整改", photos=list(photos))


def send_back(town, item: str) -> None:
    answer = town.do("reviewer", "verification", item, decision="return", note="看不出面积")
    assert answer.status_code == 200, answer.json


@pytest.fixture
def sent_back(both_ordered, bailang, photo) -> str:
    """A photo of a report on T1 that was returned."""
    proof = photo(bailang, "refused")
    report(both_ordered, "T1", proof)
    send_back(both_ordered, "T1")
    return proof


@pytest.mark.parametrize("item", ["T1", "T4"])
def test_a_photo_that_was_sent_back_proves_nothing_any_more(both_ordered, sent_back, bailang, photo, item):
    answer = report(both_ordered, item, photo(bailang, "new"), sent_back)
    (fault,) = answer.json["errors"]
    assert (answer.status_code, fault["pointer"], "已被退回" in fault["detail"]) == (422, "/photos/1", True)
    assert both_ordered.finding(item)["state"] == "ordered"


def test_another_photo_proves_it(both_ordered, sent_back, bailang, photo):
    assert report(both_ordered, "T1", photo(bailang, "new")).status_code == 200


def test_what_was_closed_proves_another_thing_too(both_ordered, bailang, photo):
    proof = photo(bailang)
    report(both_ordered, "T1", proof)
    both_ordered.do("reviewer", "verification", "T1", decision="close", note="属实")
    assert report(both_ordered, "T4", proof).status_code == 200


def test_who_verifies_sees_that_a_photo_proves_something_else_too(both_ordered, bailang, reviewer, photo):
    shared, own = photo(bailang, "shared"), photo(bailang, "own")
    report(both_ordered, "T1", shared, own)
    report(both_ordered, "T4", shared)
    first, other = both_ordered.finding("T1"), both_ordered.finding("T4")
    (found,) = reviewer.get(f"/findings/{first['id']}").json["used_elsewhere"]
    assert found == {
        "photo": shared,
        "finding": other["id"],
        "item": "T4",
        "centre": other["centre"],
        "centre_name": other["centre_name"],
    }


def test_a_photo_of_another_centre_is_seen_too(both_ordered, office, bailang, photo):
    both_ordered.visit(GADONG, 90, 100, 100, 100)
    (found,) = [each for each in both_ordered.findings() if each["state"] == "open"]
    path, proof = f"/findings/{found['id']}", photo(bailang)
    office.post(f"{path}/order", json=ORDER)
    bailang.post(f"{path}/report", json={"note": "已整改", "photos": [proof]})
    report(both_ordered, "T4", proof)
    assert [each["item"] for each in office.get(path).json["used_elsewhere"]] == ["T4"]


def test_a_photo_of_one_report_alone_is_nowhere_else(town, reported):
    assert town.finding()["used_elsewhere"] == []


@pytest.fixture
def many_reports(both_ordered) -> list[str]:
    """The photos of twenty returned reports on T1, twenty each; nobody has sent them."""
    finding, at = both_ordered.finding()["id"], datetime.now(UTC)
    named = [f"{number:064x}" for number in range(400)]
    for start in range(0, 400, 20):
        for verb, photos in (("report", named[start : start + 20]), ("return", [])):
            step = FindingStep.create(
                finding=finding, verb=verb, by=1, at=at, note="x", photos=photos, due_on="2027-01-01"
            )
            proofs.note(step)
    return named


def test_a_finding_is_shown_however_many_reports_were_sent_back(both_ordered, many_reports, reviewer):
    answer = reviewer.get(f"/findings/{both_ordered.finding()['id']}")
    assert (answer.status_code, len(answer.json["steps"]), answer.json["used_elsewhere"]) == (200, 42, [])


def test_a_report_follows_however_many_were_sent_back(both_ordered, many_reports, bailang, photo):
    assert report(both_ordered, "T1", photo(bailang, "new")).status_code == 200


def test_photos_of_steps_are_found_by_their_digest(both_ordered, sent_back, many_reports):
    assert queries.named_photos() == {sent_back, *many_reports}
    assert (queries.names_photo(sent_back), queries.names_photo("f" * 64)) == (True, False)


def test_photos_of_steps_from_before_they_were_looked_up_are_found_too(both_ordered, sent_back):
    before = set(StepPhoto.select(StepPhoto.step, StepPhoto.digest).tuples())
    Runner(database.obj, str(migrations.folder("migrations"))).down("0016_centres_close")
    migrations.migrate()
    assert set(StepPhoto.select(StepPhoto.step, StepPhoto.digest).tuples()) == before != set()
