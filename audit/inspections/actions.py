"""Submit, join, complete. Everything a phone sends can be sent twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import peewee

from audit.accounts import queries as accounts
from audit.base.db import digest_of
from audit.base.problems import (
    InspectionConflict,
    InspectionFinal,
    NotFound,
    RateLimited,
    ValidationError,
)
from audit.base.trail import write
from audit.centres import queries as centres
from audit.checklists import queries as checklists
from audit.evidence import place
from audit.evidence.models import PhotoSender
from audit.inspections import answers as reading
from audit.inspections import flags, queries, scores
from audit.inspections.models import Inspection, ItemPhoto, KeptAside, Participant, Revision, Score
from audit.rounds import queries as rounds

MOST_A_MINUTE = 600  # new visits and revisions of one account


def submit(inspection_id: UUID, body: dict, *, actor, now: datetime) -> tuple[dict, int]:
    """Take in a visit: 201 with its receipt, 200 with the same receipt when it was sent before.

    Raises InspectionConflict for other content under the same id and revision (kept aside for the reviewer),
    InspectionFinal for a new revision of what neither waits nor was returned, NotFound for another team's visit.
    """
    digest = digest_of(body)
    again = _receipt_again(inspection_id, body["revision"], digest, actor)
    if again:
        return again, 200
    with write() as trail:
        _refuse_flood(actor, now)
        again = _receipt_again(inspection_id, body["revision"], digest, actor)
        if again:  # the same body came by another connection in the meantime
            trail.nothing()
            return again, 200
        standing = Inspection.get_or_none(Inspection.id == inspection_id)
        conflict = standing is not None and body["revision"] <= standing.revision
        if conflict:
            _keep_aside(standing, body, digest, trail, actor=actor, now=now)
        else:
            taken = _take_in(inspection_id, standing, body, digest, actor=actor, now=now)
            sealed = {"revision": body["revision"], "digest": digest} | queries.seal_of(taken)
            trail.record("inspection.submit", inspection_id, actor=actor, at=now, detail=sealed)
    if conflict:
        raise InspectionConflict(f"revision {body['revision']} was received before with other content")
    return _receipt_again(inspection_id, body["revision"], digest, actor), 201


def _refuse_flood(actor, now: datetime) -> None:
    """No phone has so many visits; what was sent before is answered all the same, so that no queue is stuck."""
    minute = Revision.received_at > now - timedelta(minutes=1)
    if Revision.select().where(Revision.sender == actor.id, minute).count() >= MOST_A_MINUTE:
        raise RateLimited(headers={"Retry-After": "60"})


def _receipt_again(inspection_id: UUID, number: int, digest: str, actor) -> dict | None:
    standing = Inspection.get_or_none(Inspection.id == inspection_id)
    if standing is None:
        return None
    if actor.id not in queries.team(inspection_id):
        raise NotFound()
    found = Revision.get_or_none(Revision.inspection == inspection_id, Revision.number == number)
    if found is None or found.digest != digest:
        return None
    return _receipt(standing, found)


def _receipt(inspection: Inspection, revision: Revision) -> dict:
    current = revision.number == inspection.revision
    # score, state and flags are those of the revision that stands; one that was superseded has none of its own
    score = Score.get_or_none(Score.inspection == inspection.id) if current else None
    missing, unchecked = queries.wanting(revision.body, queries.joined(inspection.id))
    return {
        "id": inspection.id,
        "revision": revision.number,
        "received_at": revision.received_at,
        "digest": revision.digest,
        "state": inspection.state if current else "superseded",
        "missing_photos": missing,
        "unchecked_photos": unchecked,
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
    round_, crew = _round(body, centre, standing, actor), _crew(body, centre, actor)
    plan = rounds.planned(round_.id, centre.id, crew)
    values = {
        "round": round_,
        "centre": centre,
        "edition": body["edition"],
        "level": centre.level,
        "tier": rounds.tier_of(round_.id, centre),
        "kind": body["kind"],
        "state": "waiting",
        "revision": body["revision"],
        "version": standing.version + 1 if standing else 1,
        "started_at": body["started_at"],
        "finished_at": body["finished_at"],
        "received_at": now,
        "flags": _flags(body, round_, centre, plan, now=now) + flags.of_answers(edition, answers),
        # a blind visit stays one, whatever becomes of its plan: it must not count after all
        "blind": standing.blind if standing else plan is not None and plan.blind,
    }
    Score.delete().where(Score.inspection == inspection_id).execute()  # of the revision that was returned
    inspection = Inspection(id=inspection_id, **values)
    inspection.save(force_insert=standing is None)
    Revision.create(
        inspection=inspection_id, number=body["revision"], digest=digest, body=body, sender=actor.id, received_at=now
    )
    _write_team(inspection_id, crew, actor=actor, now=now)
    _write_photos(inspection_id, body)
    _complete(inspection, body, now=now)
    return inspection


def _flags(body: dict, round_, centre, plan, *, now: datetime) -> list[dict]:
    """Flags of the round and its plans, of the place, and of the lists that were issued."""
    level = rounds.level_of(round_.id, centre.level)
    return (
        flags.of_visit(body, round_, level.edition_id, now=now)
        + flags.of_plan(body["kind"], plan is not None or not rounds.has_plans(round_.id, centre.level))
        + flags.of_place(place.judge(place.fix_of(body["fix"]), place.point_of(centre)))
        + flags.of_lists(checklists.checklist(body["edition"]), body["answers"], rounds.issued(round_.id, centre))
    )


def _check_head(standing: Inspection | None, centre, edition, body: dict) -> None:
    if edition.level != centre.level:
        raise ValidationError(errors={"/edition": f"is for a {edition.level}, the centre is a {centre.level}'s"})
    if standing is None and body["revision"] != 1:
        raise ValidationError(errors={"/revision": "the first one is 1"})
    if standing is None:
        return
    if standing.centre_id != centre.id:
        raise ValidationError(errors={"/centre": "a visit stays with its centre"})
    # what waits has not been handed in whole: a photo may have been rejected, or never come off a broken phone
    if standing.state not in ("returned", "waiting") or body["revision"] != standing.revision + 1:
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


def _crew(body: dict, centre, actor) -> set[int]:
    """The accounts of the team: inspectors of the area, the sender among them."""
    known = [each for each in accounts.by_names(body["team"]) if "inspector" in each.roles]
    found = {each.name: each for each in known if centres.lies_within(centre, each.division_id)}
    strangers = {f"/team/{index}": "no such inspector" for index, name in enumerate(body["team"]) if name not in found}
    if strangers:
        raise ValidationError(errors=strangers)
    return {actor.id} | {each.id for each in found.values()}


def _write_team(inspection_id: UUID, crew: set[int], *, actor, now: datetime) -> None:
    standing = set(queries.team(inspection_id))
    for account in sorted(crew - standing):
        Participant.create(inspection=inspection_id, account=account)
    _write_joined(inspection_id, actor, now)


def _write_joined(inspection_id: UUID, actor, now: datetime) -> bool:
    own = (Participant.inspection == inspection_id) & (Participant.account == actor.id)
    return bool(Participant.update(joined_at=now).where(own, Participant.joined_at.is_null()).execute())


def join(inspection_id: UUID, *, actor, now: datetime) -> dict:
    """Say that one was on a visit that names one: from now on one's photos count for it. Safe to repeat."""
    with write() as trail:
        if actor.id not in queries.team(inspection_id):
            raise NotFound()
        inspection = Inspection.get_by_id(inspection_id)
        standing = queries.revision(inspection)
        if _write_joined(inspection_id, actor, now):
            if inspection.state == "waiting":
                _complete(inspection, standing.body, now=now)
            trail.record("inspection.join", inspection_id, actor=actor, at=now)
        else:
            trail.nothing()
    return _receipt(Inspection.get_by_id(inspection_id), standing)


def _write_photos(inspection_id: UUID, body: dict) -> None:
    ItemPhoto.delete().where(ItemPhoto.inspection == inspection_id).execute()
    rows = [
        {"inspection": inspection_id, "item": item, "digest": digest}
        for item, digests in reading.photos(body["answers"]).items()
        for digest in digests
    ]
    for chunk in peewee.chunked(rows, 500):
        ItemPhoto.insert_many(chunk).execute()


def _complete(inspection: Inspection, body: dict, *, now: datetime) -> None:
    """Complete what has all its photos, all of them accepted: from here it can be reviewed, and has a score."""
    # all who joined, and not only whom this revision names: what was sent for an earlier one counts
    if any(queries.wanting(body, queries.joined(inspection.id))):
        return
    Inspection.update(state="submitted", version=Inspection.version + 1).where(Inspection.id == inspection.id).execute()
    level = scores.level_of(inspection)
    if level is not None:
        scores.keep([inspection], level, now=now)


def photo_accepted(digest: str, now: datetime) -> None:
    """Complete the visits that waited for this photo of one of their team; inside the transaction that accepts it."""
    waiting = (
        Inspection.select()
        .join(ItemPhoto)
        .switch(Inspection)
        .join(Participant)
        .join(PhotoSender, on=(PhotoSender.account == Participant.account))
        .where(Inspection.state == "waiting", ItemPhoto.digest == digest, PhotoSender.photo == digest)
        .where(Participant.joined_at.is_null(False))
        .distinct()
    )
    for inspection in list(waiting):
        _complete(inspection, queries.revision(inspection).body, now=now)
