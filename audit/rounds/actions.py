"""Open and close a round."""

from __future__ import annotations

from datetime import datetime

import peewee

from audit.base.problems import InvalidParameter, RoundExists, ValidationError
from audit.base.trail import write
from audit.centres import queries as centres
from audit.centres.models import Division
from audit.checklists.models import Edition
from audit.rounds import queries
from audit.rounds.models import Round, RoundLevel


def open_round(body: dict, *, actor, now: datetime) -> Round:
    """Open a round. Raises RoundExists, and ValidationError for editions or policies that are not published."""
    with write() as trail:
        try:
            area = centres.by_code(body["area"])
        except InvalidParameter as error:
            raise ValidationError(errors={"/area": error.detail}) from error
        if not centres.reaches(actor, area):
            raise ValidationError(errors={"/area": f"{area.code}: no such division in your area"})
        if Round.get_or_none(Round.code == body["code"]):
            raise RoundExists(body["code"])
        _check_published(body)
        opened = _create(body, area, now)
        for level, edition in body["editions"].items():
            RoundLevel.create(round=opened, level=level, edition=edition)
        trail.record("round.open", opened.code, actor=actor, at=now, detail=queries.seal_of(opened))
    return opened


def _create(body: dict, area: Division, now: datetime) -> Round:
    try:
        return Round.create(
            code=body["code"],
            name=body["name"],
            area=area,
            opens_on=body["opens_on"].isoformat(),
            closes_on=body["closes_on"].isoformat(),
            state="open",
            sample=body["sample"],
            ranking_policy=body["ranking_policy"],
            card_policy=body["card_policy"],
            created_at=now,
        )
    except peewee.IntegrityError as error:  # PostgreSQL: somebody opened it between the look and the insert
        raise RoundExists(body["code"]) from error


def _check_published(body: dict) -> None:
    wanted = {f"/editions/{level}": (edition, "checklist", level) for level, edition in body["editions"].items()}
    wanted["/ranking_policy"] = (body["ranking_policy"], "ranking", None)
    wanted["/card_policy"] = (body["card_policy"], "cards", None)
    found = {each.id: each for each in Edition.select().where(Edition.id.in_([each[0] for each in wanted.values()]))}
    faults = {
        pointer: f"no published {kind} of that name" + (f" for the {level} level" if level else "")
        for pointer, (edition, kind, level) in wanted.items()
        if edition not in found or (found[edition].kind, found[edition].level) != (kind, level)
    }
    if faults:
        raise ValidationError(errors=faults)


def close_round(code: str, *, actor, now: datetime) -> Round:
    """Close a round: later visits are kept and flagged late, baselines stay as they are."""
    with write() as trail:
        closed = queries.whole(code, actor)
        if closed.state == "closed":
            trail.nothing()
            return closed
        closed.state = "closed"
        closed.save(only=[Round.state])
        trail.record("round.close", code, actor=actor, at=now)
    return closed
