"""Finding centres and divisions, within what the actor may reach."""

from __future__ import annotations

from uuid import UUID

import peewee

from audit.base.db import like
from audit.base.fields import spelling
from audit.base.paging import headers
from audit.base.problems import InvalidParameter, NotFound
from audit.centres import distance
from audit.centres.models import Centre, Division

County = Division.alias()
Township = Division.alias()


def within(division: int | None) -> peewee.Expression:
    """The condition that a centre lies in a county or prefecture (None: anywhere)."""
    if division is None:
        return peewee.SQL("1 = 1")
    counties = Division.select(Division.id).where((Division.id == division) | (Division.parent == division))
    return Centre.county.in_(counties)


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
    """(centres, status, headers) for the filters of a list: county, level, tier, q, near."""
    query = _listed().where(within(actor.division), *_filters(asked))
    if asked.get("near"):
        return _nearest(query, asked)
    page, size = asked["page"], asked["page_size"]
    rows = list(query.order_by(Centre.code, Centre.id).paginate(page, size))
    return rows, 200, headers(page, size, query.count())


def _filters(asked: dict):
    if asked.get("county"):
        yield County.code == asked["county"]
    for name in ("level", "tier", "status"):
        if asked.get(name):
            yield getattr(Centre, name) == asked[name]
    if asked.get("q"):
        text, escaped = asked["q"], peewee.SQL("ESCAPE '\\'")
        found = peewee.fn.LOWER(Centre.spelling)
        names = [
            peewee.NodeList((column, peewee.SQL("LIKE"), peewee.Value(like(pattern)), escaped))
            for column, pattern in ((found, spelling(text)), (Township.name, text), (Centre.code, text))
        ]
        yield names[0] | names[1] | names[2]


def _nearest(query, asked: dict):
    """Nearest first; centres without a point follow in the order of their codes, for they may be near too."""
    here = asked["near"]
    light = query.clone().select(Centre.id, Centre.lat, Centre.lon, Centre.code).order_by(Centre.code, Centre.id)
    far = float("inf")
    rows = [
        (distance.order(here, (lat, lon)) if lat is not None else far, code, centre_id)
        for centre_id, lat, lon, code in light.tuples()
    ]
    rows.sort()
    page, size = asked["page"], asked["page_size"]
    wanted = [centre_id for _, _, centre_id in rows[(page - 1) * size : page * size]]
    found = {centre.id: centre for centre in _listed().where(Centre.id.in_(wanted))}
    for centre in found.values():
        centre.distance = distance.metres(here, (centre.lat, centre.lon)) if centre.lat is not None else None
    return [found[each] for each in wanted], 200, headers(page, size, len(rows))


def divisions(actor, asked: dict):
    """Divisions in the actor's area by level and parent, in the order of their codes."""
    query = Division.select().order_by(Division.code, Division.edition, Division.id)
    if asked.get("level"):
        query = query.where(Division.level == asked["level"])
    if asked.get("parent"):
        query = query.where(Division.parent == asked["parent"])
    if actor.division is not None:
        inside = Division.select(Division.id).where(
            (Division.id == actor.division) | (Division.parent == actor.division)
        )
        query = query.where((Division.id.in_(inside)) | (Division.parent.in_(inside)))
    return query


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
