"""What goes in and out of cards, sensitivity and what-ifs."""

from __future__ import annotations

import marshmallow as ma

from audit.base.fields import Code, Moment, Text, Whole
from audit.base.paging import Paged
from audit.checklists.values import Exact
from audit.rankings.schemas import About

CODE = r"[0-9A-Za-z][0-9A-Za-z._-]{1,31}"
COUNTY = r"[0-9]{6}"
STATES = ["standing", "withdrawn", "replaced"]
BASIS = ma.validate.OneOf(["level", "progress"])


class IssueIn(ma.Schema):
    basis = ma.fields.String(
        required=True,
        validate=BASIS,
        metadata={"description": "level: counties and centres by score; progress: counties by rectification in time"},
    )
    sent_to = ma.fields.Dict(
        ma.fields.String(),
        Text(100),
        metadata={"description": "County code: whom its cards go to; else the county's name"},
    )
    appeal_days = Whole(1, 250, metadata={"description": "Working days; else what the follow-up policy says"})


class CardRef(ma.Schema):
    id = ma.fields.Integer(required=True)
    year = ma.fields.Integer(required=True)
    number = ma.fields.Integer(required=True)
    code = ma.fields.String(required=True)
    subject = ma.fields.String(required=True)
    colour = ma.fields.String(required=True)


class IssueOut(ma.Schema):
    """One issue (第N期); year and number are null where every card of the version before stands as it is."""

    round = ma.fields.String(required=True)
    version = ma.fields.Integer(required=True)
    basis = ma.fields.String(required=True)
    year = ma.fields.Integer(allow_none=True, required=True)
    number = ma.fields.Integer(allow_none=True, required=True)
    appeal_until = ma.fields.String(allow_none=True, required=True)
    issued = ma.fields.Integer(required=True, metadata={"description": "How many cards this issue has"})
    colours = ma.fields.Dict(ma.fields.String(), ma.fields.Integer(), required=True)
    confirmed = ma.fields.List(
        ma.fields.Nested(CardRef), required=True, metadata={"description": "Of earlier versions, and standing"}
    )
    lapsed = ma.fields.List(
        ma.fields.Nested(CardRef),
        required=True,
        metadata={"description": "Standing, though this version has no card for them: to be withdrawn"},
    )


class CardOut(CardRef):
    """A card as it was issued. `why` says what it rests on; `earned` is the colour before any escalation."""

    issue = ma.fields.Function(
        lambda card: f"{card.year}年第{card.number}期", required=True, metadata={"type": "string"}
    )
    round = ma.fields.String(attribute="publication.code", required=True)
    version = ma.fields.Integer(attribute="publication.version", required=True)
    sample = ma.fields.Function(
        lambda card: card.publication.head["round"]["sample"], required=True, metadata={"type": "boolean"}
    )
    basis = ma.fields.String(required=True)
    policy = ma.fields.String(required=True)
    county = ma.fields.String(attribute="county.code", required=True)
    centre = ma.fields.UUID(attribute="centre_id", allow_none=True, required=True)
    why = ma.fields.Dict(required=True)
    issued_by = ma.fields.String(attribute="people.issued_by", required=True)
    issued_at = Moment(required=True)
    sent_to = ma.fields.String(required=True)
    appeal_until = ma.fields.String(required=True)
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(STATES))
    acknowledged_by = ma.fields.String(attribute="people.acknowledged_by", allow_none=True)
    acknowledged_at = Moment(allow_none=True)
    withdrawn_by = ma.fields.String(attribute="people.withdrawn_by", allow_none=True)
    withdrawn_at = Moment(allow_none=True)
    withdrawn_why = ma.fields.String(allow_none=True)
    replaced_by = ma.fields.Integer(attribute="replaced_by_id", allow_none=True)


class CardQuery(Paged):
    round = Code(CODE)
    county = Code(COUNTY)
    colour = Code(r"[a-z]{1,16}")
    basis = ma.fields.String(validate=BASIS)
    state = ma.fields.String(validate=ma.validate.OneOf(STATES))


class WithdrawalIn(ma.Schema):
    reason = Text(1000, lines=True, required=True)


# --- how near, and what if -----------------------------------------------------------------------------------------


class NearRow(ma.Schema):
    centre = ma.fields.UUID(allow_none=True, required=True, metadata={"description": "null for a county"})
    code = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    place = ma.fields.Integer(required=True)
    total = ma.fields.String(required=True)
    up_by = ma.fields.String(attribute="shift.up_by", allow_none=True, required=True)
    down_by = ma.fields.String(attribute="shift.down_by", allow_none=True, required=True)


class SensitivityOut(About):
    counties = ma.fields.List(ma.fields.Nested(NearRow), required=True)
    townships = ma.fields.List(ma.fields.Nested(NearRow), attribute="township", required=True)
    villages = ma.fields.List(ma.fields.Nested(NearRow), attribute="village", required=True)


class WhatIfIn(ma.Schema):
    """Ids of published policies, or another weight alone; what is left out stays the round's own."""

    ranking_policy = ma.fields.String()
    card_policy = ma.fields.String()
    township_weight = Exact(
        0,
        1,
        metadata={
            "description": "Of townships in a county's score; villages have the rest",
            "minimum": 0,
            "maximum": 1,
            "pattern": r"^(0(\.[0-9]{1,6})?|1(\.0{1,6})?)$",  # of one that comes as a string
        },
    )


class WhatIfRow(ma.Schema):
    centre = ma.fields.UUID(allow_none=True, required=True, metadata={"description": "null for a county"})
    code = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    place_before = ma.fields.Integer(attribute="before.place", allow_none=True, required=True)
    place = ma.fields.Integer(allow_none=True, required=True)
    total_before = ma.fields.String(attribute="before.total", allow_none=True, required=True)
    total = ma.fields.String(allow_none=True, required=True)
    card_before = ma.fields.String(attribute="before.card", allow_none=True, required=True)
    card = ma.fields.String(allow_none=True, required=True)


class OwnPolicies(ma.Schema):
    ranking_policy = ma.fields.String(required=True)
    card_policy = ma.fields.String(required=True)


class WhatIfOut(About):
    """No ranking: what other policies would make of the round. Stored nowhere."""

    what_if = ma.fields.Boolean(required=True)
    own = ma.fields.Nested(OwnPolicies, required=True, metadata={"description": "The policies of the round itself"})
    township_weight = ma.fields.String(required=True, metadata={"description": "Exact, as it was reckoned with"})
    counties = ma.fields.List(ma.fields.Nested(WhatIfRow), required=True)
    townships = ma.fields.List(ma.fields.Nested(WhatIfRow), attribute="township", required=True)
    villages = ma.fields.List(ma.fields.Nested(WhatIfRow), attribute="village", required=True)
