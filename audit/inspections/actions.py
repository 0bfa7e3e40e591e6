"""Submit, complete, review. Everything a phone sends can be sent twice."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import peewee

from audit.accounts import queries as accounts
from audit.base.db import digest_of
from audit.base.problems import (
    EditionMismatch,
    InspectionConflict,
    InspectionFinal,
    NotFound,
    NotReviewable,
    PhotosIncomplete,
    SeparationOfDuties,
    ValidationError,
    VersionMismatch,
)
from audit.base.trail import write
from audit.centres import queries as centres
from audit.checklists import queries as checklists
from audit.inspections import answers as reading
from audit.inspections import flags, queries, scores
from audit.inspections.models import Inspection, ItemPhoto, KeptAside, Participant, Review, Revision, Score
from audit.rounds import queries as rounds


def submit(inspection_id: UUID, body: dict, *, actor, now: datetime) -> tuple[dict, int]:
    """Take in a visit: 201 with its receipt, 200 with the same receipt when it was sent before.

    Raises InspectionConflict for other content under the same id and revision (kept aside for the reviewer),
    InspectionFinal for a new revision of what was not returned, NotFound for another team's visit.
    """
    digest = digest_of(body)
    again = _receipt_again(inspection_id, body["revision"], digest, actor)
    if again:
        return again, 200
    with write() as trail:
        again = _receipt_again(inspection_id, body["revision"], digest, actor)
        if again:  # the same body came by another connection in the meantime
            trail.nothing()
            return again, 200
        standing = Inspection.get_or_none(Inspection.id == inspection_id)
        conflict = standing is not None and body["revision"] <= standing.revision
        if conflict:
            _keep_aside(standing, body, digest, trail, actor=actor, now=now)
        else:
            tier = _take_in(inspection_id, standing, body, digest, actor=actor, now=now).tier
            sealed = {"revision": body["revision"], "digest": digest, "tier": tier}
            trail.record("inspection.submit", inspection_id, actor=actor, at=now, detail=sealed)
    if conflict:
        raise InspectionConflict(f"revision {body['revision']} was received before with other content")
    return _receipt_again(inspection_id, body["revision"], digest, actor), 201


def _receipt_again(inspection_id: UUID, number: int, digest: str, actor) -> dict | None:
    standing = Inspection.get_or_none(Inspection.id == inspection_id)
    if standing is None:
        return None
    crew = queries.team(inspection_id)
    if actor.id not in crew:
        raise NotFound()
    found = Revision.get_or_none(Revision.inspection == inspection_id, Revision.number == number)
    if found is None or found.digest != digest:
        return None
    return _receipt(standing, found, crew)


def _receipt(inspection: Inspection, revision: Revision, crew: list[int]) -> dict:
    current = revision.number == inspection.revision
    # score, state and flags are those of the revision that stands; one that was superseded has none of its own
    score = Score.get_or_none(Score.inspection == inspection.id) if current else None
    return {
        "id": inspection.id,
        "revision": revision.number,
        "received_at": revision.received_at,
        "digest": revision.digest,
        "state": inspection.state if current else "superseded",
        "missing_photos": queries.missing(revision.body, crew),
        "flags": inspection.flags if current else [],
        "score": {
            "state": "final" if current and inspection.state == "approved" else "provisional",
            "total": str(scores.decimal(score.total)) if score and score.total is not None else None,
        },
    }


def _keep_aside(standing: Inspection, body: dict, digest: str, trail, *, actor, now: datetime) -> None:
    values = {"inspection": standing.id, "number": body["revision"], "digest": digest}
    if KeptAside.get_or_none(**values):
        trail.nothing()
        return
    sealed = {"revision": body["revision"], "digest": digest}
    KeptAside.create(**values, body=body, sender=actor.id, received_at=now)
    trail.record("inspection.keep-aside", standing.id, actor=actor, at=now, detail=sealed)


def _take_in(
    inspection_id: UUID, standing: Inspection | None, body: dict, digest: str, *, actor, now: datetime
) -> Inspection:
    centre = centres.visible_to(actor, body["centre"])
    edition = checklists.checklist(body["edition"])
    _check_head(standing, centre, edition, body)
    answers = reading.read(edition, body["answers"], centres.traits(centre))
    round_, crew = _round(body, centre, standing, actor), _crew(body, actor)
    level = rounds.level_of(round_.id, centre.level)
    values = {
        "round": round_,
        "centre": centre,
        "edition": body["edition"],
        "level": centre.level,
        "tier": centre.tier,
        "kind": body["kind"],
        "state": "waiting",
        "revision": body["revision"],
        "version": standing.version + 1 if standing else 1,
        "started_at": body["started_at"],
        "finished_at": body["finished_at"],
        "received_at": now,
        "flags": flags.of_visit(body, round_, level.edition_id, now=now) + flags.of_answers(edition, answers),
    }
    Score.delete().where(Score.inspection == inspection_id).execute()  # of the revision that was returned
    inspection = Inspection(id=inspection_id, **values)
    inspection.save(force_insert=standing is None)
    Revision.create(
        inspection=inspection_id, number=body["revision"], digest=digest, body=body, sender=actor.id, received_at=now
    )
    _write_team(inspection_id, crew)
    _write_photos(inspection_id, body)
    # the whole team, and not only whom this revision names: what was sent for an earlier one counts
    _complete(inspection, body, queries.team(inspection_id), now=now)
    return inspection


def _check_head(standing: Inspection | None, centre, edition, body: dict) -> None:
    if edition.level != centre.level:
        raise ValidationError(errors={"/edition": f"is for a {edition.level}, the centre is a {centre.level}'s"})
    if standing is None and body["revision"] != 1:
        raise ValidationError(errors={"/revision": "the first one is 1"})
    if standing is None:
        return
    if standing.centre_id != centre.id:
        raise ValidationError(errors={"/centre": "a visit stays with its centre"})
    if standing.state != "returned" or body["revision"] != standing.revision + 1:
        raise InspectionFinal(f"it is {standing.state} at revision {standing.revision}")


def _round(body: dict, centre, standing: Inspection | None, actor):
    try:
        round_ = rounds.by_code(body["round"], actor)
    except NotFound as error:
        raise ValidationError(errors={"/round": "no such round"}) from error
    if standing is not None and standing.round_id != round_.id:
        raise ValidationError(errors={"/round": "a visit stays in its round"})
    if round_.area_id not in (centre.county_id, centre.county.parent_id):
        raise ValidationError(errors={"/round": "the centre lies outside the round's area"})
    return round_


def _crew(body: dict, actor) -> set[int]:
    found = {each.name: each for each in accounts.by_names(body["team"]) if "inspector" in each.roles}
    strangers = {f"/team/{index}": "no such inspector" for index, name in enumerate(body["team"]) if name not in found}
    if strangers:
        raise ValidationError(errors=strangers)
    return {actor.id} | {each.id for each in found.values()}


def _write_team(inspection_id: UUID, crew: set[int]) -> None:
    standing = set(queries.team(inspection_id))
    for account in sorted(crew - standing):
        Participant.create(inspection=inspection_id, account=account)


def _write_photos(inspection_id: UUID, body: dict) -> None:
    ItemPhoto.delete().where(ItemPhoto.inspection == inspection_id).execute()
    rows = [
        {"inspection": inspection_id, "item": item, "digest": digest}
        for item, digests in reading.photos(body["answers"]).items()
        for digest in digests
    ]
    for chunk in peewee.chunked(rows, 500):
        ItemPhoto.insert_many(chunk).execute()


def _complete(inspection: Inspection, body: dict, crew: list[int], *, now: datetime) -> None:
    """Complete what has all its photos: from here it can be reviewed, and has a score."""
    if queries.missing(body, crew):
        return
    Inspection.update(state="submitted", version=Inspection.version + 1).where(Inspection.id == inspection.id).execute()
    level = scores.level_of(inspection)
    if level is not None:
        scores.keep([inspection], level, now=now)


def photo_arrived(digest: str, actor, now: datetime) -> None:
    """Complete the visits that waited for this photo of this sender; inside the transaction that keeps it."""
    waiting = (
        Inspection.select()
        .join(ItemPhoto)
        .switch(Inspection)
        .join(Participant)
        .where(Inspection.state == "waiting", ItemPhoto.digest == digest, Participant.account == actor.id)
        .distinct()
    )
    for inspection in list(waiting):
        _complete(inspection, queries.revision(inspection).body, queries.team(inspection.id), now=now)


def review(inspection_id: UUID, version: int | None, body: dict, *, actor, now: datetime) -> Review:
    """Approve a visit, or return it with a reason per item.

    Raises SeparationOfDuties to those who were on it, VersionMismatch when it moved on, PhotosIncomplete,
    NotReviewable, EditionMismatch.
    """
    with write() as trail:
        inspection = queries.get(actor, inspection_id)
        if actor.id in queries.team(inspection_id):
            raise SeparationOfDuties()
        if version != inspection.version:
            raise VersionMismatch(headers={"ETag": f'"{inspection.version}"'})
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
        state = "approved" if body["decision"] == "approve" else "returned"
        Inspection.update(state=state, version=Inspection.version + 1).where(Inspection.id == inspection_id).execute()
        trail.record(
            f"inspection.{body['decision']}", inspection_id, actor=actor, at=now, detail=queries.seal_of(decided)
        )
    return decided


def _check_reviewable(inspection: Inspection, body: dict) -> None:
    if inspection.state == "waiting":
        gone = queries.missing(queries.revision(inspection).body, queries.team(inspection.id))
        raise PhotosIncomplete(missing_photos=gone)
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
    if body["decision"] == "approve" and scores.level_of(inspection) is None:
        raise EditionMismatch(inspection.edition_id)
