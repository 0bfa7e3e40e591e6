"""What goes in and out of plans and draws."""

from __future__ import annotations

from fractions import Fraction

import marshmallow as ma

from audit.base.fields import Code, Moment, Several, Text, Uuid, Whole, YesNo
from audit.base.paging import Paged
from audit.rounds.schemas import COUNTY, LEVELS, CentreRef

KINDS = ["check", "spot", "covert", "recheck"]  # 核查 抽查 暗访 复查; a 自评 is nobody's to plan
STATES = ["planned", "replaced", "withdrawn"]
SHARE = r"(1|0\.[0-9]{1,6}|[1-9][0-9]{0,5}/[1-9][0-9]{0,5})"
NAME = ma.validate.Length(1, 64)


def _kind():
    return ma.fields.String(required=True, validate=ma.validate.OneOf(KINDS))


class PlanIn(ma.Schema):
    centre = Uuid(required=True)
    inspector = ma.fields.String(required=True, validate=NAME, metadata={"description": "Account name"})
    kind = _kind()
    due_on = ma.fields.Date(required=True)


class ReplacementIn(ma.Schema):
    """Another inspector, or (of a plan made by hand) another centre; neither: the next centre of the draw's order."""

    inspector = ma.fields.String(validate=NAME)
    centre = Uuid()
    reason = Text(500, required=True)


class PlanWithdrawalIn(ma.Schema):
    reason = Text(500, required=True)


class InspectorRef(ma.Schema):
    name = ma.fields.String(required=True)
    display = ma.fields.String(required=True)


class PlanOut(ma.Schema):
    id = ma.fields.Integer(required=True)
    round = ma.fields.Pluck("RoundRef", "code", required=True)
    centre = ma.fields.Nested(CentreRef, required=True)
    inspector = ma.fields.Nested(InspectorRef, required=True)
    kind = ma.fields.String(required=True)
    due_on = ma.fields.String(required=True)
    blind = ma.fields.Boolean(required=True, metadata={"description": "A second visit, which never counts"})
    draw = ma.fields.Integer(attribute="draw_id", required=True, allow_none=True)
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(STATES))
    reason = ma.fields.String(required=True, allow_none=True, metadata={"description": "Of its end"})
    replaces = ma.fields.Integer(attribute="replaces_id", required=True, allow_none=True)


class RoundRef(ma.Schema):
    code = ma.fields.String(required=True)


class PlanQuery(Paged):
    mine = YesNo(load_default=False)
    county = Code(COUNTY, metadata={"description": "County code"})
    state = ma.fields.String(validate=ma.validate.OneOf(STATES))


class PerCounty(ma.Schema):
    """How many centres of each county: a number, or a share of those there are, rounded up."""

    count = Whole(1, 10_000)
    share = Code(SHARE, "a share such as 0.1 or 1/10 is wanted", metadata={"description": 'Such as "0.1" or "1/10"'})

    @ma.validates_schema(skip_on_field_errors=True)
    def one_of_them(self, asked, **_):
        if len(asked) != 1:
            raise ma.ValidationError("count or share, one of them", "count")
        if Fraction(asked.get("share", 1)) > 1 or not Fraction(asked.get("share", 1)):
            raise ma.ValidationError("more than 0, at most 1", "share")


class DrawIn(ma.Schema):
    level = ma.fields.String(required=True, validate=ma.validate.OneOf(LEVELS))
    kind = _kind()
    per_county = ma.fields.Nested(PerCounty, required=True)
    inspectors = Several(ma.fields.String(validate=NAME), 1, 200, required=True)
    exclusions = ma.fields.Dict(
        ma.fields.String(validate=NAME),
        Several(Code(COUNTY), 1, 200),
        load_default=dict,
        metadata={"description": "By inspector, the counties where they must not go, such as their own"},
    )
    due_on = ma.fields.Date(required=True)
    seed = Code(
        r"[0-9A-Za-z._-]{4,64}",
        "4 to 64 letters, digits, dots, dashes and underscores",
        metadata={"description": "Such as the number of a public lottery; without one the program makes it"},
    )
    reason = Text(
        500, metadata={"description": "Why it is drawn anew: of every draw of a level and kind but the first"}
    )
    blind = YesNo(
        load_default=False,
        metadata={"description": "Second visits, by somebody else, to centres whose visit is planned"},
    )


class DrawRef(ma.Schema):
    id = ma.fields.Integer(required=True)
    seed = ma.fields.String(required=True)
    asked = ma.fields.Dict(required=True, metadata={"description": "With `barred`: what is not for each inspector"})
    reason = ma.fields.Function(
        lambda row: row.asked.get("reason"),
        metadata={"type": ["string", "null"], "description": "Why it was drawn anew; null of a first draw"},
    )
    digest = ma.fields.String(required=True, metadata={"description": "sha256 of the frame as canonical JSON"})
    made_at = Moment(required=True)


class DrawOut(DrawRef):
    frame = ma.fields.Dict(required=True, metadata={"description": "{county: [centre]}, what was drawn from"})
    result = ma.fields.List(ma.fields.Nested(PlanOut), required=True, metadata={"description": "In the order drawn"})
    also_planned = ma.fields.List(
        ma.fields.Nested(PlanOut),
        required=True,
        metadata={"description": "Visits that other draws have planned to the same centres: these are visited twice"},
    )


class DrawnAgain(ma.Schema):
    holds = ma.fields.Boolean(required=True)
    faults = ma.fields.List(ma.fields.String(), required=True)
