"""Finding centres and divisions, within what the actor may reach."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import peewee

from audit.base.db import contains, page_of
from audit.base.fields import spelling
from audit.base.problems import InvalidParameter, NotFound
from audit.centres import distance
from audit.centres.models import Centre, CentreTable, Division
from audit.centres.tables import KEPT, Table, unpacked

County = Division.alias()
Township = Division.alias()
Parent = Division.alias()
CHUNK = 5_000  # values per IN; SQLite takes at most 32,766
# a great circle is at most 0.57 % away from the geodesic: what it calls further than this ratio is further
SURELY_FURTHER = 1.012


def within(division: int | None, county=Centre.county) -> peewee.Expression:
    """The condition that a centre, or what else has its `county`, lies in a county or prefecture (None: anywhere)."""
    if division is None:
        return peewee.SQL("1 = 1")
    counties = Division.select(Division.id).where((Division.id == division) | (Division.parent == division))
    return county.in_(counties)


def lies_within(centre: Centre, division: int | None) -> bool:
    """Whether a centre lies in a county or prefecture (None: anywhere)."""
    return Centre.select().where(Centre.id == centre.id, within(division)).exists()


def visible_to(actor, centre_id: UUID) -> Centre:
    """The centre, or NotFound when it is not there or out of the actor's area."""
    found = _listed().where(Centre.id == centre_id, within(actor.division)).first()
    if found is None:
        raise NotFound()
    return found


def _listed():
    return (
        Centre.select(Centre, Division, County, Township)
        .join(Division, on=(Centre.division == Division.id))
        .switch(Centre)
        .join(County, on=(Centre.county == County.id))
        .switch(Centre)
        .join(Township, on=(Centre.township == Township.id))
    )


def search(actor, asked: dict):
    """(centres of the page, number of all) for the filters of a list: county, level, tier, q, near."""
    query = _listed().where(within(actor.division), *_filters(asked))
    if asked.get("near"):
        return _nearest(query, asked)
    page, size = asked["page"], asked["page_size"]
    return page_of(query.order_by(Centre.code, Centre.id), page, size)


def _filters(asked: dict):
    if asked.get("county"):
        yield County.code == asked["county"]
    for name in ("level", "tier", "status"):
        if asked.get(name):
            yield getattr(Centre, name) == asked[name]
    if asked.get("q"):
        text = asked["q"]
        yield (
            contains(peewee.fn.LOWER(Centre.spelling), spelling(text))
            | contains(Township.name, text)
            | contains(Centre.code, text)
        )


def _nearest(query, asked: dict):
    """Nearest first; centres without a point follow in the order of their codes, for they may be near too."""
    here, far = asked["near"], float("inf")
    light = query.clone().select(Centre.id, Centre.lat, Centre.lon, Centre.code)
    rows = sorted(
        (distance.order(here, (lat, lon)) if lat is not None else far, code, centre_id, (lat, lon))
        for centre_id, lat, lon, code in light.tuples()
    )
    page, size = asked["page"], asked["page_size"]
    # the exact distance costs six times the cheap one, so only those that may come up to this page are measured
    furthest = max((row[0] for row in rows[: page * size]), default=0) * SURELY_FURTHER
    measured = sorted(
        (distance.metres(here, point) if cheap < far else far, code, centre_id)
        for cheap, code, centre_id, point in rows
        if cheap <= furthest
    )
    wanted = {centre_id: metres for metres, _, centre_id in measured[(page - 1) * size : page * size]}
    found = {centre.id: centre for centre in _listed().where(Centre.id.in_(list(wanted)))}
    for centre_id, centre in found.items():
        centre.distance = wanted[centre_id] if wanted[centre_id] < far else None
    return [found[each] for each in wanted], len(rows)


def divisions(actor, asked: dict):
    """Divisions in the actor's area by level and parent, in the order of their codes."""
    query = Division.select().where(inside(actor.division))
    query = query.order_by(Division.code, Division.edition, Division.id)
    if asked.get("level"):
        query = query.where(Division.level == asked["level"])
    if asked.get("parent"):
        query = query.where(Division.parent == asked["parent"])
    return query


def areas() -> list[Division]:
    """Prefectures and counties, each in its newest edition, with their parents: what an account may be limited to."""
    query = Division.select(Division, Parent).join(Parent, peewee.JOIN.LEFT_OUTER, on=(Division.parent == Parent.id))
    found = query.where(Division.level.in_(("prefecture", "county"))).order_by(Division.edition)
    newest = {(each.scheme, each.code): each for each in found}
    return sorted(newest.values(), key=lambda each: (each.code, each.id))


def named(ids: set[int]) -> dict[int, Division]:
    """Divisions by their ids."""
    return {each.id: each for each in Division.select().where(Division.id.in_(list(ids)))}


def inside(division: int | None) -> peewee.Expression:
    """The condition that a division is this one or lies in it (None: anywhere), as deep as prefecture, county,
    township, village."""
    if division is None:
        return peewee.SQL("1 = 1")
    near = Parent.select(Parent.id).where((Parent.id == division) | (Parent.parent == division))
    below = Township.select(Township.id).where(Township.parent.in_(near))
    return (Division.id == division) | Division.parent.in_(near) | Division.parent.in_(below)


def reaches(actor, division: Division) -> bool:
    """Whether a division lies in the actor's area; the command line (None) reaches everything."""
    if actor is None or actor.division is None:
        return True
    return Division.select().where(Division.id == division.id, inside(actor.division)).exists()


def reached(actor, ids: set[int]) -> set[int]:
    """Of these divisions those that lie in the actor's area, by id: one query, as `reaches` says of one."""
    if actor is None or actor.division is None:
        return ids
    lying = Division.select(Division.id).where(Division.id.in_(list(ids)), inside(actor.division))
    return {number for (number,) in lying.tuples()}


def by_codes(codes: set[str]) -> dict[str, list[Division]]:
    """Divisions with their parents, by code: of every scheme that has it, the newest edition."""
    newest: dict[str, dict[str, Division]] = {}
    query = Division.select(Division, Parent).join(Parent, peewee.JOIN.LEFT_OUTER, on=(Division.parent == Parent.id))
    for some in peewee.chunked(sorted(codes), CHUNK):
        for each in query.where(Division.code.in_(some)).order_by(Division.edition):
            newest.setdefault(each.code, {})[each.scheme] = each
    return {code: list(schemes.values()) for code, schemes in newest.items()}


def standing(codes: set[str]) -> dict[str, list[Centre]]:
    """The centres of every county (the first six digits) that has one of these codes, by code."""
    found: dict[str, list[Centre]] = {}
    for some in peewee.chunked(sorted({code[:6] for code in codes}), CHUNK):
        for each in Centre.select().where(peewee.fn.SUBSTR(Centre.code, 1, 6).in_(some)).order_by(Centre.id):
            found.setdefault(each.code, []).append(each)
    return found


def by_ids(ids: set[UUID]) -> list[Centre]:
    """The centres with these ids."""
    return [each for some in peewee.chunked(sorted(ids), CHUNK) for each in Centre.select().where(Centre.id.in_(some))]


def table_of(actor, digest: str, *, now: datetime) -> Table:
    """The table of that sha256 that the actor sent; NotFound for anybody else's, and after a day."""
    mine = CentreTable.digest == digest, CentreTable.account == actor.id
    found = CentreTable.get_or_none(*mine, CentreTable.sent_at > now - KEPT)
    if found is None:
        raise NotFound("the table was kept for a day; send it again")
    return Table(found.name, unpacked(found.packed))


def old_tables(before: datetime) -> int:
    """How many tables were sent before then."""
    return CentreTable.select().where(CentreTable.sent_at < before).count()


def every() -> list[Centre]:
    """All centres by code."""
    return list(Centre.select().order_by(Centre.code, Centre.id))


def counted() -> dict[tuple[str, str], int]:
    """How many centres there are by (level, status)."""
    query = Centre.select(Centre.level, Centre.status, peewee.fn.COUNT(Centre.id)).group_by(Centre.level, Centre.status)
    return {(level, status): number for level, status, number in query.tuples()}


def closed(limit: int) -> list[Centre]:
    """Closed centres by code, with their counties and those that they went into; at most so many."""
    into = Centre.alias()
    query = (
        Centre.select(Centre, County, into)
        .join(County, on=(Centre.county == County.id))
        .switch(Centre)
        .join(into, peewee.JOIN.LEFT_OUTER, on=(Centre.merged_into == into.id), attr="merged_into")
    )
    return list(query.where(Centre.status == "closed").order_by(Centre.code, Centre.id).limit(limit))


def by_code(code: str) -> Division:
    """The division of a code in its newest edition; InvalidParameter when none or several schemes have it."""
    found = list(Division.select().where(Division.code == code).order_by(Division.edition.desc()))
    if not found or len({each.scheme for each in found}) > 1:
        raise InvalidParameter(f"{code}: {'no such division' if not found else 'ambiguous between code sets'}")
    return found[0]


def counties_of(division: Division) -> list[Division]:
    """The counties a round in this division ranks: itself when it is one."""
    if division.level == "county":
        return [division]
    return list(
        Division.select().where(Division.parent == division, Division.level == "county").order_by(Division.code)
    )


def traits(centre: Centre) -> frozenset[str]:
    """What holds where the centre stands, such as "bilingual"."""
    return frozenset(centre.county.traits)
