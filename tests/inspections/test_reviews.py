"""Reviews: somebody else than the visitors decides, on the version that they saw."""

from uuid import uuid4

import peewee
import pytest
from factories import LUOJIANG, NOW, picture, visit
from playhouse.pool import MaxConnectionsExceeded

from audit.accounts.models import Account
from audit.accounts.policy import Policy
from audit.accounts.queries import actor_of
from audit.base.problems import NotReviewable
from audit.base.trail import TrailLine
from audit.inspections import at_once, news, reviewing
from audit.inspections.models import Inspection

REASONS = [{"item": "TA06", "reason": "照片看不清"}]


def slug(answer) -> str:
    return answer.json["type"].rpartition("/")[2]


def decide(person, inspection, body, **headers):
    return person.post(f"/inspections/{inspection}/reviews", json=body, headers=headers)


def test_a_complete_visit_is_approved(reviewer, a_visit):
    answer = reviewer.review(a_visit, comment="属实")
    assert (answer.status_code, answer.json["decision"], answer.json["reviewer"]) == (201, "approve", "Reviewer")
    assert reviewer.get(f"/inspections/{a_visit}").json["state"] == "approved"


def test_a_visit_is_returned_with_a_reason_per_item(reviewer, tashi, a_visit):
    answer = reviewer.review(a_visit, "return", reasons=REASONS)
    shown = tashi.get(f"/inspections/{a_visit}").json
    assert (answer.status_code, shown["state"], shown["reviews"][0]["reasons"]) == (201, "returned", REASONS)


def test_a_review_moves_the_version_on(reviewer, a_visit):
    before = reviewer.get(f"/inspections/{a_visit}").headers["ETag"]
    reviewer.review(a_visit)
    assert reviewer.get(f"/inspections/{a_visit}").headers["ETag"] != before


def test_a_review_leaves_one_line_in_the_trail(reviewer, a_visit):
    reviewer.review(a_visit)
    assert TrailLine.select().where(TrailLine.action == "inspection.approve").count() == 1


def test_a_review_names_the_version_it_is_about(reviewer, a_visit):
    answer = decide(reviewer, a_visit, {"decision": "approve"})
    assert (answer.status_code, slug(answer)) == (428, "precondition-required")


@pytest.mark.parametrize("tag", ['"1"', '"99"', '"a"', "*", 'W/"2"', '"2", "3"'])
def test_a_review_of_another_version_is_refused(reviewer, a_visit, tag):
    answer = decide(reviewer, a_visit, {"decision": "approve"}, **{"If-Match": tag})
    assert (answer.status_code, slug(answer)) == (412, "version-mismatch")


def test_the_photo_that_completes_a_visit_moves_its_version_on(reviewer, tashi, a_waiting_visit):
    inspection, digest, data = a_waiting_visit
    tag = reviewer.get(f"/inspections/{inspection}").headers["ETag"]
    tashi.send_photo(digest, data)
    assert decide(reviewer, inspection, {"decision": "approve"}, **{"If-Match": tag}).status_code == 412


def test_nobody_reviews_their_own_visit(reviewing_inspector):
    inspection = uuid4()
    reviewing_inspector.submit(inspection, visit())
    answer = reviewing_inspector.review(inspection)
    assert (answer.status_code, slug(answer)) == (403, "separation-of-duties")


def test_nobody_reviews_a_visit_of_their_team(tashi, reviewing_inspector):
    inspection = uuid4()
    tashi.submit(inspection, visit(team=["reviewing-inspector"]))
    answer = reviewing_inspector.review(inspection)
    assert (answer.status_code, slug(answer)) == (403, "separation-of-duties")


def test_who_left_the_team_still_does_not_review_the_visit(tashi, reviewer, reviewing_inspector):
    inspection = uuid4()
    tashi.submit(inspection, visit(team=["reviewing-inspector"]))
    reviewer.review(inspection, "return", reasons=REASONS)
    tashi.submit(inspection, visit(revision=2))
    assert reviewing_inspector.review(inspection).status_code == 403


def test_an_inspector_who_reviews_may_review_others(reviewing_inspector, a_visit):
    assert reviewing_inspector.review(a_visit).status_code == 201


@pytest.mark.parametrize("decision", [{"decision": "approve"}, {"decision": "return", "reasons": REASONS}])
def test_a_visit_that_waits_for_photos_is_not_reviewed(reviewer, a_waiting_visit, decision):
    inspection, digest, _ = a_waiting_visit
    answer = reviewer.review(inspection, **decision)
    assert (answer.status_code, slug(answer)) == (409, "photos-incomplete")
    assert answer.json["missing_photos"] == [digest]


@pytest.mark.parametrize("decision", [{"decision": "approve"}, {"decision": "return", "reasons": REASONS}])
def test_what_is_approved_is_not_reviewed_again(reviewer, a_visit, decision):
    reviewer.review(a_visit)
    answer = reviewer.review(a_visit, **decision)
    assert (answer.status_code, slug(answer)) == (409, "not-reviewable")


def test_what_was_returned_waits_for_its_revision(reviewer, a_visit):
    reviewer.review(a_visit, "return", reasons=REASONS)
    assert slug(reviewer.review(a_visit)) == "not-reviewable"


@pytest.mark.parametrize(
    "body",
    [
        {"decision": "return"},
        {"decision": "return", "reasons": []},
        {"decision": "return", "reasons": [{"item": "TA06"}]},
        {"decision": "return", "reasons": [{"item": "TA06", "reason": "  "}]},
        {"decision": "return", "reasons": [{"item": "VA01", "reason": "没有此条"}]},
        {"decision": "approve", "reasons": REASONS},
        {"decision": "void"},
        {"decision": "approve", "score": 100},
        {},
    ],
)
def test_a_review_that_says_too_little_or_too_much_is_refused(reviewer, a_visit, body):
    tag = reviewer.get(f"/inspections/{a_visit}").headers["ETag"]
    answer = decide(reviewer, a_visit, body, **{"If-Match": tag})
    assert (answer.status_code, slug(answer)) == (422, "validation-error")


def test_a_reason_for_an_unknown_item_is_refused_at_its_place(reviewer, a_visit):
    answer = reviewer.review(a_visit, "return", reasons=[*REASONS, {"item": "TA99", "reason": "没有此条"}])
    assert [each["pointer"] for each in answer.json["errors"]] == ["/reasons/1/item"]


def test_a_reviewer_of_another_county_finds_nothing(newcomer, a_visit):
    stranger = newcomer("reviewer", "540222")
    answer = decide(stranger, a_visit, {"decision": "approve"}, **{"If-Match": '"2"'})
    assert (answer.status_code, slug(answer)) == (404, "not-found")


def test_a_reviewer_of_the_county_decides(newcomer, a_visit):
    assert newcomer("reviewer", "540228").review(a_visit).status_code == 201


def test_only_reviewers_review(people, a_visit):
    for name in ("tashi", "bailang", "office", "admin", "auditor"):
        answer = decide(people[name], a_visit, {"decision": "approve"}, **{"If-Match": '"2"'})
        assert (answer.status_code, slug(answer)) == (403, "forbidden"), name


def test_a_photo_that_two_items_name_is_enough_for_a_review(tashi, reviewer):
    inspection, (digest, data) = uuid4(), picture()
    tashi.submit(inspection, visit(photos={"TA02": [digest], "TA04": [digest]}))
    tashi.send_photo(digest, data)
    assert reviewer.review(inspection).status_code == 201


@pytest.mark.parametrize("decision", [{"decision": "approve"}, {"decision": "return", "reasons": REASONS}])
def test_in_a_frozen_round_nothing_is_reviewed(reviewer, a_visit, freeze, decision):
    freeze()
    answer = reviewer.review(a_visit, **decision)
    assert (answer.status_code, slug(answer)) == (409, "round-frozen")


def test_an_approval_is_told_to_those_above(reviewer, a_visit, told):
    reviewer.review(a_visit)
    assert told == [("approved", str(a_visit))]


def test_a_return_is_no_news(reviewer, a_visit, told):
    reviewer.review(a_visit, "return", reasons=REASONS)
    assert told == []


def test_what_a_listener_refuses_is_not_approved(reviewer, a_visit, monkeypatch):
    def refuse(event, visit, now):
        raise NotReviewable(event)

    monkeypatch.setattr(news, "listeners", [refuse])
    assert reviewer.review(a_visit).status_code == 409
    assert reviewer.get(f"/inspections/{a_visit}").json["state"] == "submitted"


# --- many at once -------------------------------------------------------------------------------------------------


@pytest.fixture
def failing(tashi, monkeypatch):
    """Approves three clean visits at once, while the review of the second ends in an error: {visit: why it was not}."""

    def approve(error: Exception) -> dict:
        ids, review = [uuid4() for _ in range(3)], reviewing.review
        assert [tashi.submit(each, visit(LUOJIANG)).status_code for each in ids] == [201] * 3

        def reviewed(visit_id, *args, **more):
            if visit_id == ids[1]:
                raise error
            return review(visit_id, *args, **more)

        monkeypatch.setattr(reviewing, "review", reviewed)
        wanted = {each: Inspection.get_by_id(each).version for each in ids}
        reviewer = actor_of(Account.get(Account.name == "reviewer"), "a desk", 0, policy=Policy(), now=NOW)
        return {each.id: each.why and each.why["en"] for each in at_once.approve(wanted, actor=reviewer, now=NOW)}

    return approve


@pytest.mark.parametrize("error", [peewee.OperationalError("database is locked"), MaxConnectionsExceeded("24")])
def test_one_that_the_database_cannot_take_stops_none_of_the_others(failing, error):
    told = failing(error)
    assert [Inspection.get_by_id(each).state for each in told] == ["approved", "submitted", "approved"]
    assert [why is None for why in told.values()] == [True, False, True]


def test_a_mistake_in_the_program_is_no_outcome(failing):
    with pytest.raises(peewee.OperationalError):
        failing(peewee.OperationalError("no such column: x"))
