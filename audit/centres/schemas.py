"""What goes in and out of centres."""

from __future__ import annotations

import re

import marshmallow as ma

from audit.base.fields import Code, Text, Whole
from audit.base.paging import Paged
from audit.centres.columns import HEADINGS, TITLES
from audit.centres.datums import READ_AS

TIERS = ("demonstration", "standard")
DATUMS = ("WGS-84", "CGCS2000")  # less than a hand apart here; any other is converted first


class Position(ma.fields.String):
    """`lat,lon` in decimal degrees, as a query parameter."""

    def _deserialize(self, value, attr, data, **kwargs):
        match = re.fullmatch(r"(-?\d{1,2}(?:\.\d{1,10})?),(-?\d{1,3}(?:\.\d{1,10})?)", value, re.ASCII)
        if not match:
            raise ma.ValidationError("lat,lon in decimal degrees is wanted")
        lat, lon = float(match[1]), float(match[2])
        if abs(lat) > 90 or abs(lon) > 180:
            raise ma.ValidationError("not a position on this planet")
        return lat, lon


class CentreQuery(Paged):
    county = Code(r"[0-9]{6}", metadata={"description": "County code"})
    level = ma.fields.String(validate=ma.validate.OneOf(["township", "village"]))
    tier = ma.fields.String(validate=ma.validate.OneOf(TIERS))
    status = ma.fields.String(validate=ma.validate.OneOf(["active", "closed"]), load_default="active")
    q = Text(100, metadata={"description": "Part of a centre's or township's name, or of a code"})
    near = Position(metadata={"description": "lat,lon; nearest first", "pattern": r"^-?[0-9.]+,-?[0-9.]+$"})
    datum = ma.fields.String(
        validate=ma.validate.OneOf(DATUMS), metadata={"description": "Datum of near; default WGS-84"}
    )


class DivisionQuery(Paged):
    level = ma.fields.String(validate=ma.validate.OneOf(["prefecture", "county", "township", "village"]))
    parent = Whole(1, metadata={"description": "Division id"})


class TableQuery(ma.Schema):
    """How a table that was sent is read; without `mapped` columns are where they seem to be."""

    class Meta:
        include = {f"at_{column}": Whole(0, 25) for column in HEADINGS}

    sheet = ma.fields.String(validate=ma.validate.Length(1, 100))
    line = Whole(1, TITLES)
    datum = ma.fields.String(validate=ma.validate.OneOf(list(READ_AS)))
    mapped = ma.fields.String(validate=ma.validate.OneOf(["yes"]))


class DivisionRef(ma.Schema):
    id = ma.fields.Integer(required=True)
    code = ma.fields.String(required=True)
    name = ma.fields.String(required=True)


class DivisionOut(DivisionRef):
    scheme = ma.fields.String(required=True)
    edition = ma.fields.Integer(required=True)
    level = ma.fields.String(required=True)
    parent = ma.fields.Integer(attribute="parent_id", allow_none=True)
    traits = ma.fields.List(ma.fields.String())


class PointOut(ma.Schema):
    lat = ma.fields.Float(required=True)
    lon = ma.fields.Float(required=True)
    datum = ma.fields.String(attribute="point_datum", required=True)
    source = ma.fields.String(attribute="point_source", allow_none=True)
    confidence = ma.fields.String(attribute="point_confidence", allow_none=True)


class CentreOut(ma.Schema):
    id = ma.fields.UUID(required=True)
    name = ma.fields.String(required=True)
    level = ma.fields.String(required=True)
    tier = ma.fields.String(required=True)
    demonstration = ma.fields.Boolean(required=True)
    status = ma.fields.String(required=True)
    division = ma.fields.Nested(DivisionOut, required=True)
    township = ma.fields.Nested(DivisionRef, required=True)
    county = ma.fields.Nested(DivisionRef, required=True)
    closed = ma.fields.Method("get_closed", metadata={"type": ["object", "null"], "description": "why and merged_into"})
    population = ma.fields.Integer(allow_none=True)
    population_source = ma.fields.String(allow_none=True)
    point = ma.fields.Method("get_point", metadata={"type": ["object", "null"]})
    distance_m = ma.fields.Function(
        lambda centre: None if getattr(centre, "distance", None) is None else round(centre.distance),
        metadata={"type": ["integer", "null"], "description": "Geodesic metres from near"},
    )

    def get_closed(self, centre):
        if centre.status != "closed":
            return None
        into = centre.merged_into_id
        return {"why": centre.closed_why, "merged_into": into and str(into)}

    def get_point(self, centre):
        return PointOut().dump(centre) if centre.lat is not None else None
