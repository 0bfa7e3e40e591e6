"""Finding rounds and what they measure with."""

from __future__ import annotations

import peewee

from audit.base.db import page_of
from audit.base.problems import NotFound
from audit.centres import queries as centres
from audit.centres.models import Division
from audit.checklists.models import Baseline, Edition
from audit.rounds.models import Round, RoundLevel


def in_sight(actor) -> peewee.Expression:
    """The condition that the areas of a round and of the actor overlap: one and the same, or one right below the
    other. The command line (None) sees every round."""
    if actor is None or actor.division is None:
        return peewee.SQL("1 = 1")
    above = Division.select(Division.parent).where(Division.id == actor.division, Division.parent.is_null(False))
    below = Division.select(Division.id).where(Division.parent == actor.division)
    return (Round.area == actor.division) | Round.area.in_(above) | Round.area.in_(below)


def by_code(code: str, actor) -> Round:
    """The round, with its area; NotFound when out of the actor's sight (None: the command line)."""
    found = Round.select(Round, Division).join(Division).where(Round.code == code, in_sight(actor)).first()
    if found is None:
        raise NotFound()
    return found


def whole(code: str, actor) -> Round:
    """The round, when all of its area is the actor's; NotFound otherwise: it is nobody else's to decide over or to
    publish."""
    found = by_code(code, actor)
    if not centres.reaches(actor, found.area):
        raise NotFound()
    return found


def listed(actor, asked: dict) -> tuple[list[Round], int]:
    """One page of the rounds in sight with their levels, newest first; and how many there are."""
    query = Round.select(Round, Division).join(Division).where(in_sight(actor))
    if asked.get("state"):
        query = query.where(Round.state == asked["state"])
    rows, total = page_of(query.order_by(Round.opens_on.desc(), Round.code), asked["page"], asked["page_size"])
    return with_levels(rows), total


def with_levels(rounds: list[Round]) -> list[Round]:
    """The same rounds, each with its levels, township first: one query however many rounds."""
    found: dict[int, list[RoundLevel]] = {each.id: [] for each in rounds}
    for level in RoundLevel.select().where(RoundLevel.round.in_(list(found))).order_by(RoundLevel.level):
        found[level.round_id].append(level)
    for each in rounds:
        each.levels = found[each.id]
    return rounds


def measures_with(baseline_id: int, actor) -> bool:
    """Whether a round in the actor's sight uses the baseline."""
    return RoundLevel.select().join(Round).where(RoundLevel.baseline == baseline_id, in_sight(actor)).exists()


def seal_of(round_: Round) -> dict:
    """What the trail keeps of a round when it is opened: what never changes of it afterwards."""
    levels = RoundLevel.select(RoundLevel.level, RoundLevel.edition).where(RoundLevel.round == round_.id)
    return {
        "name": round_.name,
        "area": round_.area_id,
        "opens_on": round_.opens_on,
        "closes_on": round_.closes_on,
        "sample": round_.sample,
        "editions": {each.level: each.edition_id for each in levels},
        "ranking_policy": round_.ranking_policy_id,
        "card_policy": round_.card_policy_id,
    }


def level_of(round_id: int, level: str) -> RoundLevel:
    """The edition and baseline (fetched with it) of a level."""
    found = (
        RoundLevel.select(RoundLevel, Edition, Baseline)
        .join(Edition, on=(RoundLevel.edition == Edition.id))
        .switch(RoundLevel)
        .left_outer_join(Baseline, on=(RoundLevel.baseline == Baseline.id))
        .where(RoundLevel.round == round_id, RoundLevel.level == level)
        .first()
    )
    if found is None:
        raise NotFound()
    return found
