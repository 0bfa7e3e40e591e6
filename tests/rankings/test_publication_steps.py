"""Freezing and publishing: two people, checks before, and nothing that moved in between."""

import pytest
from contest import FIRST, TOWNSHIPS
from states import made_once
from versions import checks, close, confirm, done, frozen, propose, slug, state

from audit.base.trail import TrailLine
from audit.inspections.models import Inspection
from audit.rankings import readiness
from audit.rankings.queries import whole_frame

A, B, C, D, E = TOWNSHIPS


@made_once
def visited(contest):
    """Two townships visited in a round that is closed."""
    contest.visit(A, 90)
    contest.visit(B, 80)
    close(contest)
    return contest


def test_two_people_freeze_a_round(visited):
    done(visited, "freeze")
    assert state(visited) == "frozen"


def test_nobody_confirms_their_own_proposal(visited):
    answer = confirm(visited, propose(visited).json["id"], who="office")
    assert (answer.status_code, slug(answer), state(visited)) == (403, "separation-of-duties", "closed")


def test_a_proposal_alone_changes_nothing(visited):
    propose(visited)
    assert state(visited) == "closed"


def test_a_round_that_is_open_is_not_frozen(contest):
    contest.visit(A, 90)
    answer = propose(contest, accept=True)
    assert (answer.status_code, slug(answer), checks(answer)) == (409, "not-ready", {"state": 1})


def test_a_round_that_is_not_frozen_is_not_published(visited):
    answer = propose(visited, "publish")
    assert (answer.status_code, checks(answer)) == (409, {"state": 1})


def test_a_frozen_round_is_not_frozen_again(visited):
    done(visited, "freeze")
    assert checks(propose(visited)) == {"state": 1}


def test_a_step_says_what_it_is_and_who_proposed_it(visited):
    step = propose(visited, note="经会议研究").json
    shown = {key: step[key] for key in ("round", "what", "note", "checks", "proposed_by", "confirmed_by")}
    assert shown == {
        "round": "PLAIN", "what": "freeze", "note": "经会议研究", "checks": [], "proposed_by": "Office",
        "confirmed_by": None,
    }  # fmt: skip


def test_the_second_person_finds_it_in_the_list(visited):
    step = propose(visited).json
    assert visited.people["office2"].get("/rounds/PLAIN/steps").json == [step]


def test_proposing_twice_changes_nothing(visited):
    first, again = propose(visited), propose(visited, who="office2", note="other words")
    assert (first.status_code, again.status_code, again.json) == (201, 200, first.json)


def test_confirming_twice_changes_nothing(visited):
    step = propose(visited).json["id"]
    first, lines = confirm(visited, step), TrailLine.select().count()
    again = confirm(visited, step)
    assert (again.status_code, again.json, TrailLine.select().count()) == (200, first.json, lines)


def test_what_is_withdrawn_is_not_confirmed(visited):
    step = propose(visited).json["id"]
    answers = [visited.people["office"].delete(f"/steps/{step}").status_code for _ in range(2)]
    assert answers == [204, 204]
    assert slug(confirm(visited, step)) == "step-over"


def test_what_is_confirmed_is_not_withdrawn(visited):
    step = done(visited, "freeze")["id"]
    answer = visited.people["office"].delete(f"/steps/{step}")
    assert (answer.status_code, slug(answer)) == (409, "step-over")


# --- the checks --------------------------------------------------------------------------------------------------


@made_once
def unreviewed(contest):
    """A visit approved and one that waits for its review, in a round that is closed."""
    contest.visit(A, 90)
    contest.waiting = contest.send(B, 80)
    close(contest)
    return contest


def test_visits_without_a_review_are_named_before_a_freeze(unreviewed):
    answer = propose(unreviewed)
    assert (answer.status_code, slug(answer)) == (409, "not-ready")
    (check,) = answer.json["checks"]
    assert (check["check"], check["weight"], check["ids"]) == ("unreviewed", "asks", [str(unreviewed.waiting)])


def test_they_may_be_accepted_with_the_reason(unreviewed):
    answer = propose(unreviewed, accept=True)
    assert (answer.status_code, checks(answer)) == (201, {"unreviewed": 1})
    assert confirm(unreviewed, answer.json["id"]).status_code == 200


def test_more_than_was_accepted_is_not_confirmed(unreviewed):
    step = propose(unreviewed, accept=True).json["id"]
    unreviewed.send(C, 70)
    answer = confirm(unreviewed, step)
    assert (answer.status_code, slug(answer), checks(answer)) == (
        409,
        "not-ready",
        {"unreviewed": 2, "not-admitted": 1},
    )


def test_a_visit_whose_photos_are_missing_is_named(contest):
    contest.visit(B, 80)
    contest.send(A, 90, answers=with_photo(contest))
    close(contest)
    assert checks(propose(contest)) == {"photos-missing": 1}


def with_photo(contest) -> list[dict]:
    from contest import answers

    first, *others = answers("township", (90,))
    return [first | {"photos": ["a" * 64]}, *others]


@pytest.mark.parametrize("change", [{"kind": "self"}, {"blind": True}])
def test_visits_that_never_count_are_not_waited_for(unreviewed, change):
    Inspection.update(change).where(Inspection.id == unreviewed.waiting).execute()
    assert propose(unreviewed).status_code == 201


def test_a_fraud_is_undecided_until_the_visit_is_out(contest):
    contest.visit(A, 90)
    suspect, reviewer = contest.visit(B, 80), contest.people["reviewer"]
    close(contest)
    found = []
    for why in ("fraud", "test"):
        tag = {"If-Match": reviewer.get(f"/inspections/{suspect}").headers["ETag"]}
        body = {"why": why, "reason": "摆拍"}
        assert reviewer.post(f"/inspections/{suspect}/voiding", json=body, headers=tag).status_code == 201
        found.append([each["check"] for each in readiness.checks(whole_frame("PLAIN", None), "freeze")])
    assert found == [["fraud-undecided"], []]


# --- what moved --------------------------------------------------------------------------------------------------


def test_a_ranking_that_moved_is_not_frozen(visited):
    waiting = visited.send(C, 70)
    step = propose(visited, accept=True).json["id"]
    admit(visited, waiting)
    visited.people["reviewer"].review(waiting)
    answer = confirm(visited, step)
    assert (answer.status_code, slug(answer), state(visited)) == (409, "ranking-moved", "closed")


def admit(contest, visit) -> None:
    reviewer = contest.people["reviewer"]
    tag = reviewer.get(f"/inspections/{visit}").headers["ETag"]
    answer = reviewer.post(f"/inspections/{visit}/admission", json={"reason": "路断"}, headers={"If-Match": tag})
    assert answer.status_code in (200, 201), answer.json


def test_a_ranking_that_moved_is_proposed_again_and_the_first_step_is_over(visited):
    waiting = visited.send(C, 70)
    first = propose(visited, accept=True).json["id"]
    admit(visited, waiting)
    visited.people["reviewer"].review(waiting)
    second = propose(visited)
    assert (second.status_code, slug(confirm(visited, first))) == (201, "step-over")
    assert confirm(visited, second.json["id"]).status_code == 200


# --- publishing --------------------------------------------------------------------------------------------------


def test_two_people_publish_version_one(visited):
    done(visited, "freeze")
    done(visited, "publish")
    (version,) = visited.people["office"].get("/rounds/PLAIN/publications").json
    assert (state(visited), version["version"], version["proposed_by"]) == ("published", 1, "Office")


def test_what_was_proposed_is_what_is_published(visited):
    done(visited, "freeze")
    step = done(visited, "publish")
    assert visited.people["office"].get("/rounds/PLAIN/publications/1").json["digest"] == step["digest"]


def test_the_same_again_is_no_new_version(visited):
    published_once = published_after(visited)
    answer = propose(published_once, "publish", note="再次公布")
    assert (answer.status_code, checks(answer)) == (409, {"unchanged": 1})


def published_after(contest):
    done(contest, "freeze")
    done(contest, "publish")
    return contest


def test_the_trail_tells_of_every_step(visited):
    published_after(visited)
    lines = TrailLine.select().where(TrailLine.subject == "PLAIN").order_by(TrailLine.seq)
    assert [line.action for line in lines] == [
        "round.open", "round.close", "round.propose", "round.freeze", "round.propose", "round.publish",
    ]  # fmt: skip
    version = visited.people["office"].get("/rounds/PLAIN/publications/1").json
    assert lines[-1].detail.items() >= {"version": 1, "digest": version["digest"]}.items()


def test_many_steps_cost_no_more_queries_than_one(visited, queries_of):
    listed = lambda: visited.people["office"].get("/rounds/PLAIN/steps").json  # noqa: E731
    propose(visited, who="office2")
    one = queries_of(listed)
    visited.people["office2"].delete(f"/steps/{listed()[0]['id']}")
    published_after(visited)
    assert queries_of(listed) == one
    assert [(each["what"], each["proposed_by"], each["confirmed_by"]) for each in listed()] == [
        ("publish", "Office", "Office2"),
        ("freeze", "Office", "Office2"),
        ("freeze", "Office2", None),
    ]


def test_a_round_knows_when_it_was_frozen_and_published_first(visited):
    from audit.rounds.models import Round

    published_after(visited)
    found = Round.get(Round.code == "PLAIN")
    assert FIRST < found.frozen_at <= found.published_at


# --- who may -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["bailang", "tashi", "reviewer", "admin", "auditor"])
def test_only_the_office_proposes(visited, who):
    assert propose(visited, who=who).status_code == 403


@pytest.mark.parametrize(("area", "status"), [("540200", 200), ("540228", 404), ("530112", 404)])
def test_only_who_reaches_the_whole_round_confirms(visited, moved, area, status):
    step = propose(visited).json["id"]
    moved("office2", area)
    assert confirm(visited, step).status_code == status


def test_a_step_that_is_none_is_not_there(office):
    assert office.put("/steps/999/confirmation").status_code == 404


def test_a_note_is_wanted(visited):
    assert visited.people["office"].post("/rounds/PLAIN/steps", json={"what": "freeze"}).status_code == 422


def test_a_frozen_round_stays_frozen_when_it_is_closed_again(contest):
    frozen(contest, accept=True)
    close(contest)
    assert state(contest) == "frozen"


def test_a_round_without_visits_is_published_by_who_accepts_it(contest):
    close(contest)
    assert checks(propose(contest)) == {"nothing-counts": 1}
    done(contest, "freeze", accept=True)
    done(contest, "publish")
    assert state(contest) == "published"
