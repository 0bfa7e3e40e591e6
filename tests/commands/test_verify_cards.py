"""audit verify: cards hold, and whatever somebody changed of them, or of what became of them, is found."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

if (there := str(Path(__file__).parent.parent / "rankings")) not in sys.path:
    sys.path.append(there)

from acts import act, card, corrected, issued, withdrawn
from contest import GANGBA, NOW, TOWNSHIPS, Contest, checklist, policy
from states import made_once
from versions import published

from audit.base.trail import TrailLine, write
from audit.checklists import actions as checklists
from audit.rankings import cards
from audit.rankings.models import Card, Publication

A, B, C, D, E = TOWNSHIPS


@made_once
def contest(people) -> Contest:
    """Two periods of 岗巴县 with cards; in the second A is red after two yellows, and B is corrected to yellow."""
    for content in (checklist("township"), checklist("village"), policy()):
        checklists.publish(content, actor=None, now=NOW)
    first, second = (Contest(people, code, closes_on=day) for code, day in (("Q1", "2027-01-28"), ("Q2", "2027-02-28")))
    for each in (first, second):
        visits = {code: each.visit(code, mark) for code, mark in ((A, 75), (B, 88), (C, 97))}
        issued(published(each))
    withdrawn(first, C)
    corrected(second, visits[B], "T1", 60)
    issued(second, version=2)
    return second


def change(contest: Contest, whose: str, **columns) -> Card:
    """Change the newest card of somebody behind the trail."""
    found = Card.get_by_id(card(contest, whose)["id"])
    for name, value in columns.items():
        setattr(found, name, value)
    found.save()
    return found


def sealed_anew(issue: Card) -> None:
    """Write a line of the trail that tells of an issue as it now is, as who holds the program could."""
    publication = issue.publication
    detail = cards.seal_of_issue(publication, cards.of_issue(publication, issue.basis)) | {"basis": issue.basis}
    subject = cards.issue_of(publication, issue.year, issue.number)
    with write() as trail:
        trail.record("cards.issue", subject, actor=None, at=issue.issued_at, detail=detail)
    TrailLine.update(actor_id=issue.issued_by_id).where(TrailLine.subject == subject).execute()


def test_cards_that_were_escalated_withdrawn_and_replaced_hold(contest, verify):
    assert card(contest, A)["colour"] == "red"
    code, said = verify()
    assert code == 0, said
    assert f"cards: {Card.select().count()} checked, 0 faults" in said


@pytest.mark.parametrize(
    "columns",
    [
        {"colour": "green"},
        {"sent_to": "别处"},
        {"appeal_until": "2030-01-01"},
        {"subject": "别的中心"},
        {"policy": "progress-2026.1"},
    ],
    ids=lambda each: next(iter(each)),
)
def test_a_changed_card_is_found(contest, found, columns):
    change(contest, A, **columns)
    found("540237 2026-2: the trail tells of other cards")


def test_a_changed_moment_or_issuer_is_found(contest, found):
    change(contest, A, issued_by=Card.get().issued_by_id + 1)
    found("the trail tells of other cards, or of nobody's")


@pytest.mark.parametrize(
    ("columns", "name"),
    [({"colour": "green"}, "colour"), ({"policy": "progress-2026.1"}, "policy"), ({"subject": "别的中心"}, "subject")],
)
def test_what_does_not_follow_is_found_though_the_trail_was_written_for_it(contest, found, columns, name):
    issue = change(contest, A, **columns)
    sealed_anew(issue)
    found(f"card {issue.id} of {A}: differs in {name} from what follows")


def test_a_why_that_does_not_follow_is_found(contest, found):
    issue = change(contest, A, why=Card.get_by_id(card(contest, A)["id"]).why | {"total": "99.00", "before": []})
    found(f"card {issue.id} of {A}: differs in total, why")


def test_a_card_that_its_version_does_not_give_is_found(contest, found):
    issue = change(contest, A, centre=None, code=GANGBA + "999")
    found(f"card {issue.id} of {GANGBA}999: its version has no card for it")


def test_a_card_that_was_removed_is_found(contest, found):
    Card.delete().where(Card.id == card(contest, A)["id"]).execute()
    found("540237 2026-2: the trail tells of other cards")


def test_an_issue_that_was_removed_is_found_with_its_gap(contest, found):
    Card.update(replaced_by=None).execute()
    Card.delete().where(Card.number == 2).execute()
    found("what it tells of, 540237 2026-2, is gone")
    found("540237 2026: of its issues, those are there: [1, 3]")


# --- what became of it ---------------------------------------------------------------------------------------------


def test_an_acknowledgement_that_nobody_gave_is_found(contest, found):
    issue = change(contest, A, acknowledged_by=1, acknowledged_at=NOW)
    found(f"card {issue.id} of {A}: the trail does not tell that it was acknowledged so")


def test_an_acknowledgement_that_was_taken_out_is_found(contest, moved, found):
    moved("bailang", GANGBA)
    assert act(contest, A, "acknowledgement", "bailang").status_code == 200
    change(contest, A, acknowledged_by=None, acknowledged_at=None)
    found("the trail does not tell that it was acknowledged so")


def test_a_withdrawal_that_nobody_made_is_found(contest, found):
    change(contest, A, withdrawn_by=1, withdrawn_at=NOW, withdrawn_why="不算")
    found("the trail does not tell that it was withdrawn so")


@pytest.mark.parametrize("columns", [{"withdrawn_why": "别的理由"}, {"withdrawn_at": NOW}, {"withdrawn_at": None}])
def test_a_changed_withdrawal_is_found(contest, found, columns):
    Card.update(columns).where(Card.withdrawn_at.is_null(False)).execute()
    found("the trail does not tell that it was withdrawn so")


def test_another_replacement_is_found(contest, found):
    old = Card.get(Card.replaced_by.is_null(False), Card.code == B)
    Card.update(replaced_by=card(contest, A)["id"]).where(Card.id == old.id).execute()
    found(f"card {old.id} of {B}: what replaced it is no card of a later version for the same")


def test_a_replacement_that_was_taken_out_is_found(contest, found):
    Card.update(replaced_by=None).execute()
    found("540237 2026-3: the trail tells of other cards")


def test_cards_of_another_version_are_found(contest, found):
    later = Publication.get(Publication.code == "Q2", Publication.version == 2)
    Card.update(publication=later.id).where(Card.number == 2).execute()
    found("the trail tells of other cards")
