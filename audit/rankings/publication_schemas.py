"""What goes in and out of steps and publications."""

from __future__ import annotations

import marshmallow as ma

from audit.base.fields import Moment, Text, YesNo
from audit.base.paging import Paged
from audit.rankings.schemas import CentreRanking, CountyRanking


class RoundStepIn(ma.Schema):
    what = ma.fields.String(required=True, validate=ma.validate.OneOf(["freeze", "publish"]))
    note = Text(1000, lines=True, required=True)
    accept = YesNo(load_default=False, metadata={"description": "Take responsibility for what the checks found"})


class ReadinessOut(ma.Schema):
    check = ma.fields.String(required=True)
    weight = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf(["blocks", "asks", "tells"]),
        metadata={"description": "Forbids the step, wants to be accepted, or is only told"},
    )
    count = ma.fields.Integer(required=True)
    ids = ma.fields.List(ma.fields.String(), required=True, metadata={"description": "At most 50 visits of them"})
    zh = ma.fields.String(required=True)
    en = ma.fields.String(required=True)


class RoundStepOut(ma.Schema):
    id = ma.fields.Integer(required=True)
    round = ma.fields.String(attribute="round.code", required=True)
    what = ma.fields.String(required=True)
    note = ma.fields.String(required=True)
    checks = ma.fields.List(ma.fields.Nested(ReadinessOut), required=True)
    digest = ma.fields.String(required=True, metadata={"description": "Of the ranking that was proposed"})
    proposed_by = ma.fields.String(attribute="proposed_by.display", required=True)
    proposed_at = Moment(required=True)
    confirmed_by = ma.fields.Function(
        lambda step: step.confirmed_by and step.confirmed_by.display, metadata={"type": ["string", "null"]}
    )
    confirmed_at = Moment(allow_none=True)
    withdrawn_at = Moment(allow_none=True)


class StepsQuery(Paged):
    pass


class PublicationsQuery(Paged):
    pass


class PublicationOut(ma.Schema):
    version = ma.fields.Integer(required=True)
    code = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    area = ma.fields.String(required=True)
    period_end = ma.fields.String(required=True)
    digest = ma.fields.String(required=True)
    note = ma.fields.String(required=True)
    published_at = Moment(required=True)
    proposed_by = ma.fields.String(attribute="proposer", allow_none=True)
    confirmed_by = ma.fields.String(attribute="confirmer", allow_none=True)


class PublicationDetail(PublicationOut):
    head = ma.fields.Dict(
        required=True, metadata={"description": "What the digest is over, beside the digests of the rows"}
    )


class OfVersion(ma.Schema):
    version = ma.fields.Integer(required=True)
    digest = ma.fields.String(required=True)
    note = ma.fields.String(required=True)
    published_at = Moment(required=True)


class PublishedCounties(CountyRanking, OfVersion):
    pass


class PublishedCentres(CentreRanking, OfVersion):
    pass
