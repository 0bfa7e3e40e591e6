"""What becomes of a visit that was handed in: approved or returned, admitted, taken out. Never by its own team."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from audit.accounts.models import Account
from audit.base.problems import (
    EditionMismatch,
    Forbidden,
    NotAdmitted,
    NotFound,
    NotReviewable,
    PhotosIncomplete,
    SeparationOfDuties,
    ValidationError,
    VersionMismatch,
    VisitMeasures,
)
from audit.base.trail import write
from audit.checklists import queries as checklists
from audit.inspections import flags, news, queries, rulings, scores
from audit.inspections.models import Admission, Inspection, Review, Score, Voiding
from audit.rounds import queries as rounds

AFTER = {"approve": "approved", "return": "returned"}


def take_up(inspection_id: UUID, version: int | None, actor) -> Inspection:
    """The visit with its centre, county and round, for somebody who was not on it and saw the version that stands."""
    inspection = _of_others(inspection_id, actor)
    _check_version(inspection, version)
    return inspection


def _check_version(inspection: Inspection, version: int | None) -> None:
    if version != inspection.version:
        raise VersionMismatch(headers={"ETag": f'"{inspection.version}"'})


def _of_others(inspection_id: UUID, actor) -> Inspection:
    inspection = queries.get(actor, inspection_id)
    if actor.id in queries.team(inspection_id):
        raise SeparationOfDuties()
    return inspection


def move_on(inspection: Inspection, state: str | None = None) -> None:
    """The next version of a visit, in another state if one is given; inside the caller's transaction."""
    inspection.state, inspection.version = state or inspection.state, inspection.version + 1
    inspection.save(only=[Inspection.state, Inspection.version])


def review(inspection_id: UUID, version: int | None, body: dict, *, actor, now: datetime) -> Review:
    """Approve a visit, or return it with a reason per item.

    Raises SeparationOfDuties to those who were on it, VersionMismatch when it moved on, RoundFrozen, PhotosIncomplete,
    NotReviewable, NotAdmitted, EditionMismatch.
    """
    with write() as trail:
        inspection = take_up(inspection_id, version, actor)
        rounds.refuse_frozen(inspection.round)
        _check_reviewable(inspection, body)
        decided = Review.create(
            inspection=inspection_id,
            revision=inspection.revision,
            reviewer=actor.id,
            decision=body["decision"],
            comment=body.get("comment"),
            reasons=body["reasons"],
            at=now,
        )
        move_on(inspection, AFTER[body["decision"]])
        if inspection.state == "approved":
            news.tell("approved", inspection, now)
        detail = queries.seal_of_review(decided)
        trail.record(f"inspection.{body['decision']}", inspection_id, actor=actor, at=now, detail=detail)
    return decided


def _check_reviewable(inspection: Inspection, body: dict) -> None:
    if inspection.state == "waiting":
        missing, unchecked = queries.wanting(queries.revision(inspection).body, queries.joined(inspection.id))
        raise PhotosIncomplete(missing_photos=missing, unchecked_photos=unchecked)
    if inspection.state != "submitted":
        raise NotReviewable(f"it is {inspection.state}")
    edition = checklists.checklist(inspection.edition_id)
    strangers = {
        f"/reasons/{index}/item": "not an item of the edition"
        for index, each in enumerate(body["reasons"])
        if each["item"] not in edition.item
    }
    if strangers:
        raise ValidationError(errors=strangers)
    if body["decision"] == "approve":
        _check_approvable(inspection)


def _check_approvable(inspection: Inspection) -> None:
    if scores.level_of(inspection) is None:
        raise EditionMismatch(inspection.edition_id)
    gates = flags.gates(inspection.flags)
    if gates and rulings.admission(inspection.id) is None:
        raise NotAdmitted(", ".join(gates))


def admit(inspection_id: UUID, reason: str, *, actor, now: datetime) -> tuple[Admission, int]:
    """Let a late or unassigned visit count, with the reason: 201, or 200 with the admission that stands.

    Raises SeparationOfDuties to those who were on it, RoundFrozen, NotReviewable for what needs no admission.
    """
    with write() as trail:
        inspection = _of_others(inspection_id, actor)
        if standing := rulings.admission(inspection_id):
            trail.nothing()
            return standing, 200
        rounds.refuse_frozen(inspection.round)
        if inspection.state in ("approved", "void"):
            raise NotReviewable(f"it is {inspection.state}")
        if not flags.gates(inspection.flags):
            raise NotReviewable("it is neither late nor unassigned")
        made = Admission.create(inspection=inspection_id, reason=reason, admitted_by=actor.id, admitted_at=now)
        move_on(inspection)
        trail.record("inspection.admit", inspection_id, actor=actor, at=now, detail=rulings.seal_of_admission(made))
    return rulings.admission(inspection_id), 201


def void(inspection_id: UUID, version: int | None, body: dict, *, actor, now: datetime) -> tuple[Voiding, int]:
    """Take a visit out, or propose to for fraud, until a second person confirms it: `body` is {why, reason}.

    201; 200 with the one that was made when the actor sends it again, and with the proposal that waits already. Raises
    SeparationOfDuties to those who were on it, VersionMismatch, NotReviewable for what is void, VisitMeasures; but for
    fraud also Forbidden to all but reviewers, and RoundFrozen.
    """
    with write() as trail:
        inspection = _of_others(inspection_id, actor)
        # before the version: the first time moved it on
        if standing := rulings.voided_so(inspection_id, body, actor):
            trail.nothing()
            return standing, 200
        _check_version(inspection, version)
        _check_voidable(inspection, body["why"], actor)
        fraud = body["why"] == "fraud"
        if fraud and (standing := rulings.open_voiding(inspection_id)):
            trail.nothing()
            return standing, 200
        made = Voiding.create(inspection=inspection_id, **body, proposed_by=actor.id, proposed_at=now)
        if fraud:
            move_on(inspection)
        else:
            _take_out(inspection, now=now)
        verb = "inspection.propose-voiding" if fraud else "inspection.void"
        trail.record(verb, inspection_id, actor=actor, at=now, detail=rulings.seal_of_voiding(made))
    return rulings.voiding(inspection_id, made.id), 201


def _check_voidable(inspection: Inspection, why: str, actor) -> None:
    if why != "fraud":
        if "reviewer" not in actor.roles:
            raise Forbidden()
        rounds.refuse_frozen(inspection.round)
    if inspection.state == "void":
        raise NotReviewable("it is void")


def confirm(inspection_id: UUID, voiding_id: int, *, actor, now: datetime) -> Voiding:
    """Void a visit for fraud, as somebody else than who proposed it, also in a round that is frozen or published.

    What was confirmed stays as it is. Raises SeparationOfDuties, VisitMeasures.
    """
    with write() as trail:
        inspection = _of_others(inspection_id, actor)
        voiding = rulings.voiding(inspection_id, voiding_id)
        if voiding is None:
            raise NotFound()
        if voiding.proposed_by_id == actor.id:
            raise SeparationOfDuties("a second person confirms a fraud")
        if voiding.settled:
            trail.nothing()
            return voiding
        voiding.confirmed_by, voiding.confirmed_at = Account.get_by_id(actor.id), now
        voiding.save()
        _take_out(inspection, now=now)
        detail = rulings.seal_of_voiding(voiding)
        trail.record("inspection.confirm-voiding", inspection_id, actor=actor, at=now, detail=detail)
    return voiding


def _take_out(inspection: Inspection, *, now: datetime) -> None:
    # a closed round keeps the measure it was closed with: only an open one can take another
    if rulings.measures(inspection.id):
        raise VisitMeasures()
    Score.delete().where(Score.inspection == inspection.id).execute()
    move_on(inspection, "void")
    news.tell("voided", inspection, now)
