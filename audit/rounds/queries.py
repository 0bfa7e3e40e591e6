"""Finding rounds, what they measure with, and whom they count."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

import peewee

from audit.base.db import digest_of, page_of
from audit.base.problems import NotFound, RoundFrozen
from audit.centres import queries as centres
from audit.centres.models import Centre, Division
from audit.checklists.models import Baseline, Edition
from audit.rounds.models import IssuedList, Plan, Round, RoundCentre, RoundLevel

FROZEN = ("frozen", "published")
Newer = IssuedList.alias()


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


def refuse_frozen(round_: Round) -> None:
    """Raises RoundFrozen once the trial ranking stands: from then on only appeals and fraud change anything."""
    if round_.state in FROZEN:
        raise RoundFrozen(f"it is {round_.state}")


def listed(actor, asked: dict) -> tuple[list[Round], int]:
    """One page of the rounds in sight with their levels, newest first; and how many there are."""
    query = Round.select(Round, Division).join(Division).where(in_sight(actor))
    if asked.get("state"):
        query = query.where(Round.state == asked["state"])
    rows, total = page_of(query.order_by(Round.opens_on.desc(), Round.code), asked["page"], asked["page_size"])
    return with_levels(rows), total


def past_closing(actor, day: str) -> list[Round]:
    """The rounds of the actor's area that are open though their last day has passed, the oldest first. One query."""
    query = Round.select(Round, Division).join(Division).where(Round.state == "open", Round.closes_on < day)
    return list(query.where(centres.inside(actor.division)).order_by(Round.closes_on, Round.code))


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


def measure_of(edition_id: str, actor) -> Baseline | None:
    """The baseline with which the newest round in the actor's sight measures an edition; None without any."""
    found = (
        RoundLevel.select(RoundLevel, Baseline)
        .join(Round)
        .switch(RoundLevel)
        .join(Baseline, on=(RoundLevel.baseline == Baseline.id))
        .where(RoundLevel.edition == edition_id, in_sight(actor))
        .order_by(Round.opens_on.desc(), Round.id.desc())
        .first()
    )
    return found and found.baseline


def seal_of(round_: Round) -> dict:
    """What the trail keeps of a round when it is opened: what never changes of it afterwards."""
    levels = RoundLevel.select(RoundLevel.level, RoundLevel.edition).where(RoundLevel.round == round_.id)
    seal = {
        "name": round_.name,
        "area": round_.area_id,
        "opens_on": round_.opens_on,
        "closes_on": round_.closes_on,
        "sample": round_.sample,
        "editions": {each.level: each.edition_id for each in levels},
        "ranking_policy": round_.ranking_policy_id,
        "card_policy": round_.card_policy_id,
    }
    # only where there are any: rounds were opened before there were these two
    later = {"progress_policy": round_.progress_policy_id, "followup_policy": round_.followup_policy_id}
    return seal | {name: policy for name, policy in later.items() if policy is not None}


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


# --- whom a round counts -------------------------------------------------------------------------------------------


def counted(round_: Round, actor, asked: dict):
    """The centres that a round counts, in the actor's area, by code; `county` and `level` narrow them."""
    query = _with_centres().where(RoundCentre.round == round_.id, centres.within(actor.division))
    if asked.get("county"):
        query = query.where(centres.County.code == asked["county"])
    if asked.get("level"):
        query = query.where(Centre.level == asked["level"])
    return query.order_by(Centre.code, Centre.id)


def sizes(round_ids: Collection[int], division: int | None) -> dict[tuple[int, str], int]:
    """{(round, level): how many centres it counts}, in a division (None: everywhere); one query however many rounds."""
    query = (
        RoundCentre.select(RoundCentre.round, Centre.level, peewee.fn.COUNT(RoundCentre.id))
        .join(Centre)
        .where(RoundCentre.round.in_(list(round_ids)), centres.within(division))
        .group_by(RoundCentre.round, Centre.level)
    )
    return {(round_id, level): number for round_id, level, number in query.tuples()}


def counted_centre(round_: Round, centre_id: UUID) -> RoundCentre:
    """One of them; NotFound for a centre that the round does not count."""
    found = _with_centres().where(RoundCentre.round == round_.id, RoundCentre.centre == centre_id).first()
    if found is None:
        raise NotFound()
    return found


def _with_centres():
    return (
        RoundCentre.select(RoundCentre, Centre, centres.County)
        .join(Centre)
        .join(centres.County, on=(Centre.county == centres.County.id))
    )


def tier_of(round_id: int, centre: Centre) -> str:
    """The tier that measures a centre in a round. One that came after it opened is counted from its first visit on,
    with the tier it has then: to be called inside that visit's transaction."""
    row = (RoundCentre.round == round_id) & (RoundCentre.centre == centre.id)
    tier = RoundCentre.select(RoundCentre.tier).where(row).scalar()
    if tier is None:
        tier = centre.tier
        RoundCentre.create(round=round_id, centre=centre.id, tier=tier)
    return tier


def opening_of(counted_at_first: Iterable[RoundCentre]) -> dict:
    """What the trail keeps of the centres that a round counted when it opened: how many, and the digest of each one's
    id and tier in the order of the rows."""
    told = [[str(each.centre_id), each.tier] for each in counted_at_first]
    return {"number": len(told), "digest": digest_of(told)}


# --- what counties issued ------------------------------------------------------------------------------------------


def newest() -> peewee.Expression:
    """The condition that a list is the newest version of its round, division and item, and was not withdrawn."""
    last = Newer.select(peewee.fn.MAX(Newer.version)).where(
        Newer.round == IssuedList.round, Newer.division == IssuedList.division, Newer.item == IssuedList.item
    )
    return (IssuedList.version == last) & IssuedList.withdrawn_at.is_null()


def issued(round_id: int, centre: Centre) -> dict[str, int]:
    """m by item, from the list in force of the nearest division: the centre's township before its county."""
    return issued_for(round_id, [centre])[centre.id]


def issued_for(round_id: int, wanted: Collection[Centre]) -> dict[UUID, dict[str, int]]:
    """The same for many centres: one query however many."""
    return {
        centre: {item: each.m for item, each in found.items()} for centre, found in lists_for(round_id, wanted).items()
    }


def lists_for(round_id: int, wanted: Collection[Centre]) -> dict[UUID, dict[str, IssuedList]]:
    """By centre and item these lists themselves, each with its division."""
    rows = IssuedList.select(IssuedList, Division).join(Division).where(IssuedList.round == round_id, newest())
    found: dict[int, dict[str, IssuedList]] = {}
    for each in rows:
        found.setdefault(each.division_id, {})[each.item] = each
    return {each.id: found.get(each.county_id, {}) | found.get(each.township_id, {}) for each in wanted}


# --- who visits whom -----------------------------------------------------------------------------------------------


def planned(round_id: int, centre_id: UUID, account_ids: Collection[int]) -> Plan | None:
    """The visit that is planned for a centre and one of these inspectors; one that counts before a blind one."""
    query = Plan.select().where(
        Plan.round == round_id,
        Plan.centre == centre_id,
        Plan.inspector.in_(list(account_ids)),
        Plan.state == "planned",
    )
    return query.order_by(Plan.blind, Plan.id).first()


def has_plans(round_id: int, level: str) -> bool:
    """Whether any visit to a centre of that level is planned in the round."""
    rows = Plan.select().join(Centre).where(Plan.round == round_id, Centre.level == level, Plan.state == "planned")
    return rows.exists()
