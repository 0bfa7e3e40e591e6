"""What goes in and out of rounds."""

from __future__ import annotations

import marshmallow as ma

from audit.base.fields import Code, Text, YesNo
from audit.base.paging import Paged

CODE = r"[0-9A-Za-z][0-9A-Za-z._-]{1,31}"


class LevelsIn(ma.Schema):
    township = ma.fields.String(required=True, metadata={"description": "Edition id"})
    village = ma.fields.String(required=True, metadata={"description": "Edition id"})


class RoundIn(ma.Schema):
    code = Code(CODE, required=True)
    name = Text(64, required=True)
    area = Code(r"[0-9]{6}", required=True, metadata={"description": "Division code"})
    opens_on = ma.fields.Date(required=True)
    closes_on = ma.fields.Date(required=True)
    sample = YesNo(load_default=False)
    editions = ma.fields.Nested(LevelsIn, required=True)
    ranking_policy = ma.fields.String(required=True)
    card_policy = ma.fields.String(required=True)

    @ma.validates_schema(skip_on_field_errors=True)
    def opens_before_it_closes(self, body, **_):
        if body["opens_on"] > body["closes_on"]:
            raise ma.ValidationError("lies before opens_on", "closes_on")


class LevelOut(ma.Schema):
    level = ma.fields.String(required=True)
    edition = ma.fields.String(attribute="edition_id", required=True)
    baseline = ma.fields.Integer(attribute="baseline_id", allow_none=True)


class RoundOut(ma.Schema):
    code = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    area = ma.fields.Pluck("AreaRef", "code", required=True)
    opens_on = ma.fields.String(required=True)
    closes_on = ma.fields.String(required=True)
    state = ma.fields.String(required=True)
    sample = ma.fields.Boolean(required=True, metadata={"description": "示例: made-up data for a demonstration"})
    levels = ma.fields.List(ma.fields.Nested(LevelOut), required=True)
    ranking_policy = ma.fields.String(attribute="ranking_policy_id", required=True)
    card_policy = ma.fields.String(attribute="card_policy_id", required=True)


class AreaRef(ma.Schema):
    code = ma.fields.String(required=True)


class RoundQuery(Paged):
    state = ma.fields.String(validate=ma.validate.OneOf(["open", "closed"]))
