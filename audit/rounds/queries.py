"""Finding rounds and what they measure with."""

from __future__ import annotations

from audit.base.problems import NotFound
from audit.centres.models import Division
from audit.checklists.models import Baseline, Edition
from audit.rounds.models import Round, RoundLevel


def by_code(code: str) -> Round:
    """The round, with its area and policies; NotFound otherwise."""
    found = Round.select(Round, Division).join(Division).where(Round.code == code).first()
    if found is None:
        raise NotFound()
    return found


def listed(asked: dict):
    query = Round.select(Round, Division).join(Division).order_by(Round.opens_on.desc(), Round.code)
    if asked.get("state"):
        query = query.where(Round.state == asked["state"])
    return query


def with_levels(rounds: list[Round]) -> list[Round]:
    """The same rounds, each with its levels, township first: one query however many rounds."""
    found: dict[int, list[RoundLevel]] = {each.id: [] for each in rounds}
    for level in RoundLevel.select().where(RoundLevel.round.in_(list(found))).order_by(RoundLevel.level):
        found[level.round_id].append(level)
    for each in rounds:
        each.levels = found[each.id]
    return rounds


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
