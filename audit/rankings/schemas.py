"""What goes out of rankings. Scores are strings with 2 decimals; null means 未核查 or not ranked."""

from __future__ import annotations

import marshmallow as ma

from audit.base.fields import Moment
from audit.inspections.explain import points
from audit.scoring.score import printed

LEVEL_CARD = {"description": "What the score earns by itself"}
ESCALATED = {"description": "What a run of such cards makes of it, as cards of earlier periods stand; null: as earned"}

DRAWN = {
    "description": "In rankings of villages. False: 未抽取, where villages are drawn or planned; before the freeze "
    "also of those that only a covert visit is planned to"
}


class Nothing(ma.Schema):
    """No query parameters: what is asked for beyond the path is refused, not ignored."""


class Moved(ma.Schema):
    """Where a row stood in the ranking of the period before, and how far it moved since."""

    previous_place = ma.fields.Integer(allow_none=True, required=True)
    movement = ma.fields.Raw(
        allow_none=True,
        required=True,
        metadata={
            "type": ["integer", "string"],
            "description": 'Places gained, below 0 lost; "new" the first time; null: nothing to compare with',
        },
    )


class CentreRow(Moved):
    place = ma.fields.Integer(allow_none=True, required=True)
    place_in_county = ma.fields.Integer(allow_none=True, required=True)
    centre = ma.fields.UUID(required=True)
    code = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    township = ma.fields.String(required=True)
    county = ma.fields.String(required=True)
    tier = ma.fields.String(required=True)
    visited = ma.fields.Boolean(required=True)
    drawn = ma.fields.Boolean(metadata=DRAWN)
    inspection = ma.fields.UUID(allow_none=True, required=True)
    total = ma.fields.String(allow_none=True, required=True)
    dimensions = ma.fields.Dict(required=True)
    adjustments = ma.fields.String(allow_none=True)
    vetoes = ma.fields.List(ma.fields.String())
    met = ma.fields.Integer(allow_none=True)
    assessable = ma.fields.Integer(allow_none=True)
    card = ma.fields.String(allow_none=True, required=True, metadata=LEVEL_CARD)
    escalated = ma.fields.String(allow_none=True, required=True, metadata=ESCALATED)
    visited_on = Moment(allow_none=True)
    inspectors = ma.fields.Integer(allow_none=True)


def _share(value) -> str:
    return str(printed(value * 100))


class CountyOut(Moved):
    place = ma.fields.Integer(allow_none=True, required=True)
    code = ma.fields.String(attribute="county.code", required=True)
    name = ma.fields.String(attribute="county.name", required=True)
    total = ma.fields.Function(
        lambda row: None if row.total is None else str(row.total), required=True, metadata={"type": ["string", "null"]}
    )
    ranked = ma.fields.Boolean(attribute="score.ranked", required=True)
    townships = ma.fields.Integer(attribute="score.townships.there_are", required=True)
    townships_visited = ma.fields.Function(lambda row: len(row.score.townships.scores), metadata={"type": "integer"})
    coverage = ma.fields.Function(
        lambda row: _share(row.score.coverage), metadata={"type": "string", "description": "Percent of townships"}
    )
    township_mean = ma.fields.Function(
        lambda row: points(row.score.townships.mean), metadata={"type": ["string", "null"]}
    )
    villages = ma.fields.Integer(attribute="score.villages.there_are", required=True)
    villages_drawn = ma.fields.Function(lambda row: len(row.score.villages.scores), metadata={"type": "integer"})
    village_mean = ma.fields.Function(
        lambda row: points(row.score.villages.mean), metadata={"type": ["string", "null"]}
    )
    villages_count = ma.fields.Boolean(
        attribute="score.villages_count",
        metadata={"description": "False: too few drawn, their weight is the townships'"},
    )
    county_duties = ma.fields.List(ma.fields.String())
    deduction = ma.fields.Function(lambda row: points(row.score.deduction), metadata={"type": "string"})
    card = ma.fields.String(allow_none=True, required=True, metadata=LEVEL_CARD)
    escalated = ma.fields.String(allow_none=True, required=True, metadata=ESCALATED)
    group = ma.fields.String(allow_none=True, metadata={"description": "Of the ranking policy, where it has any"})
    place_in_group = ma.fields.Integer(allow_none=True)


class About(ma.Schema):
    """What the figures are of and what they are measured against; `sample` is 示例 data."""

    round = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    area = ma.fields.String(required=True)
    state = ma.fields.String(required=True)
    sample = ma.fields.Boolean(required=True)
    against = ma.fields.Dict(required=True)
    ranking_policy = ma.fields.String(required=True)
    card_policy = ma.fields.String(required=True)


class CentreRanking(About):
    ranked = ma.fields.Integer(required=True)
    rows = ma.fields.List(ma.fields.Nested(CentreRow), required=True)


class CountyRanking(About):
    ranked = ma.fields.Integer(required=True)
    rows = ma.fields.List(ma.fields.Nested(CountyOut), required=True)


class EnoughGap(ma.Schema):
    level = ma.fields.String(required=True)
    item = ma.fields.String(required=True)
    text = ma.fields.Dict(required=True)
    gain = ma.fields.String(required=True)


class Near(ma.Schema):
    """By how many points the county's printed total must rise, all others as they are, for a better place, and fall
    for a worse one; null: it cannot."""

    up_by = ma.fields.String(attribute="shift.up_by", allow_none=True, required=True)
    down_by = ma.fields.String(attribute="shift.down_by", allow_none=True, required=True)
    enough = ma.fields.List(
        ma.fields.Nested(EnoughGap),
        required=True,
        metadata={"description": "Gaps any one of which, mended in every centre, brings a better place by itself"},
    )


class Board(About):
    ranked = ma.fields.Integer(required=True, metadata={"description": "How many counties have a place"})
    ties = ma.fields.Dict(
        required=True,
        metadata={"description": "counties, township, village: the places that more than one of the whole has"},
    )
    dimensions = ma.fields.Dict(
        required=True,
        metadata={"description": "rows: value, of each level, of the demonstration sites, of the period before"},
    )
    line = ma.fields.Nested(CountyOut, required=True)
    townships = ma.fields.List(ma.fields.Nested(CentreRow), required=True)
    villages = ma.fields.List(ma.fields.Nested(CentreRow), required=True)
    gaps = ma.fields.List(ma.fields.Dict(), required=True)
    sensitivity = ma.fields.Nested(
        Near, allow_none=True, required=True, metadata={"description": "null: the county has no place"}
    )
