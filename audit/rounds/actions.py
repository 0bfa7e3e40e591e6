"""Open and close a round; measure a centre with another tier."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

import peewee

from audit.base.db import batches
from audit.base.problems import InvalidParameter, RoundClosed, RoundExists, ValidationError
from audit.base.trail import write
from audit.centres import queries as centres
from audit.centres.models import Centre, Division
from audit.checklists.models import Edition
from audit.rounds import queries
from audit.rounds.models import Round, RoundCentre, RoundLevel

LATER = ("progress_policy", "followup_policy")  # a round may have none


def open_round(body: dict, *, actor, now: datetime) -> Round:
    """Open a round; from now on it counts the centres that are active in its area, with the tier that each has.

    Raises RoundExists, and ValidationError for editions or policies that are not published.
    """
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
        seal = queries.seal_of(opened) | {"centres": queries.opening_of(_count_all(opened))}
        trail.record("round.open", opened.code, actor=actor, at=now, detail=seal)
    return opened


def _count_all(opened: Round) -> list[RoundCentre]:
    active = Centre.select().where(Centre.status == "active", centres.within(opened.area_id)).order_by(Centre.id)
    rows = [RoundCentre(round=opened, centre=each.id, tier=each.tier) for each in active]
    for some in batches(rows, 500):
        RoundCentre.bulk_create(some)
    return rows


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
            **{name: body.get(name) for name in LATER},
            created_at=now,
        )
    except peewee.IntegrityError as error:  # PostgreSQL: somebody opened it between the look and the insert
        raise RoundExists(body["code"]) from error


def _check_published(body: dict) -> None:
    wanted = list(_wanted(body))
    found = {each.id: each for each in Edition.select().where(Edition.id.in_([edition for _, edition, *_ in wanted]))}
    faults = {
        pointer: f"no published {kind} of that name" + (f" for the {detail} level" if kind == "checklist" else "")
        for pointer, edition, kind, detail in wanted
        if edition not in found or not _fits(found[edition], kind, detail)
    }
    if faults:
        raise ValidationError(errors=faults)


def _wanted(body: dict) -> Iterator[tuple[str, str, str, str | None]]:
    """(where it stands, edition, kind, the level of a checklist or the basis of cards)."""
    yield from ((f"/editions/{level}", edition, "checklist", level) for level, edition in body["editions"].items())
    yield "/ranking_policy", body["ranking_policy"], "ranking", None
    yield "/card_policy", body["card_policy"], "cards", "level"
    if body.get("progress_policy"):
        yield "/progress_policy", body["progress_policy"], "cards", "progress"
    if body.get("followup_policy"):
        yield "/followup_policy", body["followup_policy"], "followup", None


def _fits(edition: Edition, kind: str, detail: str | None) -> bool:
    if edition.kind != kind:
        return False
    return detail == (edition.content.get("basis", "level") if kind == "cards" else edition.level)


def close_round(code: str, *, actor, now: datetime) -> Round:
    """Close a round: later visits are kept and flagged late, baselines stay as they are."""
    with write() as trail:
        closed = queries.whole(code, actor)
        if closed.state != "open":
            trail.nothing()
            return closed
        closed.state = "closed"
        closed.save(only=[Round.state])
        trail.record("round.close", code, actor=actor, at=now)
    return closed


def set_tier(code: str, centre_id: UUID, body: dict, *, actor, now: datetime) -> RoundCentre:
    """Measure a centre with another tier in an open round. Visits that came before keep theirs (decision 0004)."""
    with write() as trail:
        round_ = queries.whole(code, actor)
        queries.refuse_frozen(round_)
        if round_.state != "open":
            raise RoundClosed("a tier may be set until the round closes")
        counted = queries.counted_centre(round_, centre_id)
        if counted.tier == body["tier"]:
            trail.nothing()
            return counted
        told = {"old": counted.tier, "new": body["tier"], "reason": body["reason"]}
        counted.tier = body["tier"]
        counted.save(only=[RoundCentre.tier])
        trail.record("round.tier", f"{code}/{centre_id}", actor=actor, at=now, detail=told)
    return counted
