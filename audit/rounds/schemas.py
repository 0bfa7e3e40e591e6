"""What goes in and out of rounds."""

from __future__ import annotations

import marshmallow as ma

from audit.base.fields import Code, Digest, Moment, Text, Whole, YesNo
from audit.base.paging import Paged
from audit.scoring.answers import LARGEST
from audit.scoring.standard import TIERS

CODE = r"[0-9A-Za-z][0-9A-Za-z._-]{1,31}"
CODE_FAULT = "2 to 32 letters and digits, with dots, dashes and underscores in between"
COUNTY = r"[0-9]{6}"
STATES = ["open", "closed", "frozen", "published"]
LEVELS = ["township", "village"]


class LevelsIn(ma.Schema):
    township = ma.fields.String(required=True, metadata={"description": "Edition id"})
    village = ma.fields.String(required=True, metadata={"description": "Edition id"})


class RoundIn(ma.Schema):
    code = Code(CODE, CODE_FAULT, required=True)
    name = Text(64, required=True)
    area = Code(COUNTY, required=True, metadata={"description": "Division code"})
    opens_on = ma.fields.Date(required=True)
    closes_on = ma.fields.Date(required=True)
    sample = YesNo(load_default=False)
    editions = ma.fields.Nested(LevelsIn, required=True)
    ranking_policy = ma.fields.String(required=True)
    card_policy = ma.fields.String(required=True, metadata={"description": "Cards by score (basis level)"})
    progress_policy = ma.fields.String(metadata={"description": "Cards by rectification (basis progress)"})
    followup_policy = ma.fields.String(metadata={"description": "Days for appeals and rectification"})

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
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(STATES))
    sample = ma.fields.Boolean(required=True, metadata={"description": "示例: made-up data for a demonstration"})
    levels = ma.fields.List(ma.fields.Nested(LevelOut), required=True)
    ranking_policy = ma.fields.String(attribute="ranking_policy_id", required=True)
    card_policy = ma.fields.String(attribute="card_policy_id", required=True)
    progress_policy = ma.fields.String(attribute="progress_policy_id", required=True, allow_none=True)
    followup_policy = ma.fields.String(attribute="followup_policy_id", required=True, allow_none=True)


class AreaRef(ma.Schema):
    code = ma.fields.String(required=True)


class RoundQuery(Paged):
    state = ma.fields.String(validate=ma.validate.OneOf(STATES))


# --- whom a round counts -------------------------------------------------------------------------------------------


class CentreRef(ma.Schema):
    id = ma.fields.UUID(required=True)
    code = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    level = ma.fields.String(required=True)
    county = ma.fields.Pluck("AreaRef", "code", required=True)


class CountedOut(ma.Schema):
    centre = ma.fields.Nested(CentreRef, required=True)
    tier = ma.fields.String(required=True, metadata={"description": "The one that measures it in this round"})


class CountedQuery(Paged):
    county = Code(COUNTY, metadata={"description": "County code"})
    level = ma.fields.String(validate=ma.validate.OneOf(LEVELS))


class TierIn(ma.Schema):
    tier = ma.fields.String(required=True, validate=ma.validate.OneOf(TIERS))
    reason = Text(500, required=True)


# --- what counties issued ------------------------------------------------------------------------------------------


class ListIn(ma.Schema):
    division = Code(
        r"[0-9]{6}([0-9]{3})?",
        "6 digits name a county and 9 a township",
        required=True,
        metadata={"description": "County or township code"},
    )
    item = ma.fields.String(required=True, validate=ma.validate.Length(1, 16))
    m = Whole(0, LARGEST, required=True, metadata={"description": "How many entries the list has"})
    title = Text(200, required=True)
    issued_on = ma.fields.Date(required=True)
    document = Digest(metadata={"description": "sha256 of a document that you sent or may read"})


class ListOut(ma.Schema):
    id = ma.fields.Integer(required=True)
    division = ma.fields.Nested("DivisionOfList", required=True)
    item = ma.fields.String(required=True)
    version = ma.fields.Integer(required=True)
    m = ma.fields.Integer(required=True)
    title = ma.fields.String(required=True)
    issued_on = ma.fields.String(required=True)
    document = ma.fields.String(attribute="document_id", required=True, allow_none=True)
    entered_at = Moment(required=True)
    withdrawn_at = Moment(required=True, allow_none=True)
    reason = ma.fields.String(required=True, allow_none=True, metadata={"description": "Of the withdrawal"})


class ListWithdrawalIn(ma.Schema):
    reason = Text(500, required=True)


class DivisionOfList(ma.Schema):
    code = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    level = ma.fields.String(required=True)


class ListQuery(Paged):
    county = Code(COUNTY, metadata={"description": "County code: its own lists and those of its townships"})


class DocumentQuery(ma.Schema):
    name = Text(200, required=True, metadata={"description": "What the file is called"})


class DocumentOut(ma.Schema):
    digest = ma.fields.String(required=True, metadata={"description": "sha256 of the bytes that were kept"})
    name = ma.fields.String(required=True)
    media_type = ma.fields.String(required=True)
    bytes = ma.fields.Integer(required=True)
