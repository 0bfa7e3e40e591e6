"""audit verify: a publication holds, and whatever somebody changed of it, or of what it rests on, is found."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

if (there := str(Path(__file__).parent.parent / "rankings")) not in sys.path:
    sys.path.append(there)

from contest import FIRST, NOW, TOWNSHIPS, VILLAGES, Contest, checklist, policy
from states import made_once
from versions import close, decide, done, of_form_1, propose, published

from audit.base import clock
from audit.base.db import digest_of
from audit.centres.models import Centre
from audit.checklists import actions as checklists
from audit.inspections.models import Inspection
from audit.rankings import drafts
from audit.rankings import published as published_versions
from audit.rankings.models import Publication, PublishedRow, Step
from audit.rounds.models import Round, RoundCentre

A, B, C, D, E = TOWNSHIPS


@made_once
def contest(people) -> Contest:
    """Three townships and a village of 岗巴县, visited and published."""
    for content in (checklist("township"), checklist("village"), policy()):
        checklists.publish(content, actor=None, now=NOW)
    contest = Contest(people, "PLAIN")
    contest.visit(A, 90, 80, 70, 60, bonus=True)
    contest.visit(B, 80, team=["drolma"])
    contest.visit(B, 75, at=FIRST.replace(hour=9))
    contest.visit(VILLAGES[0], 70)
    return published(contest)


def row(code: str) -> PublishedRow:
    return PublishedRow.get(PublishedRow.code == code, PublishedRow.part != "counties")


def resealed(publication: Publication | None = None) -> None:
    """Work out every digest of a publication anew, as who changes something would, but for the trail's."""
    publication = publication or Publication.get()
    for each in PublishedRow.select().where(PublishedRow.publication == publication.id):
        each.digest = digest_of([each.content, each.basis])
        each.save()
    publication.digest = drafts.digest(publication.head, published_versions.digests_of(publication))
    publication.save()
    Step.update(digest=publication.digest).where(Step.what == "publish").execute()


def test_a_publication_holds(contest, verify):
    code, said = verify()
    assert code == 0, said
    assert "publications: 1 checked, 0 faults" in said and "steps: 2 checked, 0 faults" in said


def test_it_holds_after_a_correction(contest, verify):
    decide(contest, B, 100)
    done(contest, "publish")
    assert "publications: 2 checked, 0 faults" in verify()[1]


# --- what was published ------------------------------------------------------------------------------------------


def test_a_changed_total_is_found(contest, found):
    changed = row(A)
    changed.content["total"] = "99.99"
    changed.save()
    found("PLAIN version 1: township line 1: not what was published")


def test_a_changed_total_with_every_digest_worked_out_anew_is_found(contest, found):
    changed = row(A)
    changed.content["total"] = "99.99"
    changed.save()
    resealed()
    found("the trail does not tell that it was published so")
    found("township line 1: differs from its recomputation in total")


@pytest.mark.parametrize(
    "change", [{"place": 9}, {"card": "red"}, {"escalated": "red"}, {"movement": 3}, {"place_in_county": 4}]
)
def test_a_changed_place_or_card_is_worked_out_again(contest, found, change):
    changed = row(A)
    changed.content |= change
    changed.save()
    resealed()
    found(f"differs from its recomputation in {next(iter(change))}")


def test_a_changed_answer_is_worked_out_again(contest, found):
    changed = row(A)
    changed.basis["answers"]["T1"] = {"value": "100"}
    changed.save()
    resealed()
    found("differs from its recomputation in answers")


def test_a_changed_explanation_is_worked_out_again(contest, found):
    changed = row(A)
    changed.basis["explanation"]["items"][0]["points"] = "25.00"
    changed.save()
    resealed()
    found("differs from its recomputation in explanation")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"digest": "0" * 64}, "revision 1 with the digest 000"),
        ({"revision": 2}, "revision 2 with the digest"),
        (
            {"decisions": [{"item": "T1", "answer": {"value": "100"}, "reason": "x", "by": "reviewer"}]},
            "other decisions",
        ),
        ({"lists": {"T4": 9}}, "other lists than were issued"),
        ({"tier": "demonstration"}, "differs from its recomputation in tier"),
        ({"counts": {"T1": 5}}, "differs from its recomputation in explanation"),
    ],
)
def test_other_inputs_than_there_were_are_found(contest, found, change, fault):
    changed = row(A)
    changed.basis |= change
    changed.save()
    resealed()
    found(fault)


def test_a_line_that_was_removed_is_found(contest, found):
    PublishedRow.delete().where(PublishedRow.code == D).execute()
    found("a line before it is missing")


def test_a_publication_that_was_removed_is_found(contest, found):
    PublishedRow.delete().execute()
    Publication.delete().execute()
    found("what it tells of, PLAIN version 1, is gone")


@pytest.mark.parametrize("change", [{"name": "x"}, {"period_end": "2020-01-01"}, {"area": "540200"}, {"version": 2}])
def test_a_column_that_is_not_the_heads_is_found(contest, found, change):
    Publication.update(change).execute()
    found(f"differs from its head in {next(iter(change))}")


@pytest.mark.parametrize(
    "change", [{"note": "x"}, {"confirmed_by": 1}, {"published_at": "2026-11-20T01:00:00.000000Z"}]
)
def test_another_note_person_or_moment_is_found(contest, found, change):
    Publication.update(change).execute()
    found("the trail does not tell that it was published so, by whom and when")


def test_a_head_that_was_changed_is_found(contest, found):
    publication = Publication.get()
    publication.head["round"]["opens_on"] = "2020-01-01"
    publication.save()
    found("its digest is not that of its head and lines")


@pytest.mark.parametrize("anew", [False, True])
def test_another_state_of_a_finding_is_found(contest, found, anew):
    changed = PublishedRow.get(PublishedRow.part == "findings")
    changed.content["findings"][0]["state"] = "closed"
    changed.save()
    if anew:
        resealed()
    fault = "the trail does not tell that it was published so" if anew else "findings line 1: not what was published"
    found(fault)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"draws": [{"seed": "1234"}]}, "it tells of other draws than were made"),
        ({"round": {"closed_on": "2020-01-01"}}, "it was not closed on the day that it says"),
    ],
)
def test_other_circumstances_than_there_were_are_found(contest, found, change, fault):
    publication = Publication.get()
    publication.head |= {
        name: publication.head[name] | each if name == "round" else each for name, each in change.items()
    }
    publication.save()
    resealed(publication)
    found(fault)


def test_a_version_of_an_earlier_program_holds_and_so_does_its_correction(people, verify, monkeypatch):
    for content in (checklist("township"), checklist("village"), policy()):
        checklists.publish(content, actor=None, now=NOW)
    contest = Contest(people, "PLAIN")
    contest.visit(A, 75)
    with monkeypatch.context() as patch:
        of_form_1(patch)
        published(contest)
    decide(contest, A, 100)
    done(contest, "publish")
    said = verify()[1]
    assert "publications: 2 checked, 0 faults" in said, said
    assert "form" not in Publication.get(Publication.version == 1).head


# --- what it rests on --------------------------------------------------------------------------------------------


def visit_of(code: str) -> Inspection:
    of_centre = Inspection.select().join(Centre).where(Centre.code == code)
    return of_centre.order_by(Inspection.finished_at.desc()).first()


def test_a_visit_that_counted_and_is_no_longer_approved_is_found(contest, found):
    Inspection.update(state="returned").where(Inspection.id == visit_of(B).id).execute()
    found("the visit that counted is")


def test_a_centre_that_was_left_out_is_found(contest, found):
    PublishedRow.delete().where(PublishedRow.code == E).execute()
    for number, each in enumerate(PublishedRow.select().where(PublishedRow.part == "township").order_by("number"), 1):
        PublishedRow.update(number=number).where(PublishedRow.id == each.id).execute()
    resealed()
    found("a centre of the round, is not in it")


def test_a_centre_that_the_round_never_counted_is_found(contest, found):
    RoundCentre.delete().where(RoundCentre.centre == Centre.get(Centre.code == E).id).execute()
    found("is no centre of the round")


def test_a_fraud_found_out_later_leaves_what_was_published(contest, verify):
    """What counted on the day of the publication counted, and a later version says otherwise."""
    voided = visit_of(B)
    reviewer = contest.people["reviewer"]
    tag = reviewer.get(f"/inspections/{voided.id}").headers["ETag"]
    proposed = reviewer.post(
        f"/inspections/{voided.id}/voiding", json={"why": "fraud", "reason": "摆拍"}, headers={"If-Match": tag}
    )
    assert proposed.status_code == 201, proposed.json
    confirmed = contest.people["reviewing-inspector"].put(
        f"/inspections/{voided.id}/voiding/{proposed.json['id']}/confirmation"
    )
    assert confirmed.status_code == 200, confirmed.json
    done(contest, "publish")
    code, said = verify()
    assert "publications: 2 checked, 0 faults" in said, said
    assert code == 0, said


# --- steps -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", [{"note": "x"}, {"checks": [1]}, {"proposed_by": 1}, {"digest": "0" * 64}])
def test_a_changed_step_is_found(contest, found, change):
    Step.update(change).where(Step.what == "freeze").execute()
    found("step 1 of PLAIN: the trail does not tell that it was proposed so")


def test_one_person_in_both_places_is_found(contest, found):
    Step.update(confirmed_by=Step.proposed_by).execute()
    found("who confirmed it is who proposed it")


def test_a_step_that_nobody_withdrew_is_found(contest, found):
    Step.update(withdrawn_at=clock.now()).where(Step.what == "freeze").execute()
    found("the trail does not tell that it was withdrawn")


@pytest.mark.parametrize(
    "change", [{"state": "frozen"}, {"state": "closed"}, {"published_at": None}, {"frozen_at": None}]
)
def test_a_round_whose_state_no_step_gave_is_found(contest, found, change):
    Round.update(change).execute()
    found("steps: PLAIN: ")


def test_steps_that_were_withdrawn_hold(people, verify):
    for content in (checklist("township"), checklist("village"), policy()):
        checklists.publish(content, actor=None, now=NOW)
    contest = Contest(people, "PLAIN")
    close(contest)
    step = propose(contest, accept=True).json["id"]
    assert people["office"].delete(f"/steps/{step}").status_code == 204
    code, said = verify()
    assert code == 0, said
