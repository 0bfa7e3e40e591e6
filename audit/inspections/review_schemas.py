"""What goes in and out of reviews, decisions on items, admissions and voidings."""

from __future__ import annotations

import marshmallow as ma

from audit.base.fields import Code, Moment, Number, Several, Text, Whole, YesNo

MOST_ANSWERS = 600
WHYS = ("wrong-centre", "test", "fraud")


class AnswerFormIn(ma.Schema):
    """`value`, or `n` and `m`, or `yes`, or `choice`, or `not_applicable` with its reason."""

    value = Number(0, 10**9, 4)
    n = Whole(0, 10**9)
    m = Whole(0, 10**9)
    yes = YesNo()
    choice = ma.fields.String(validate=ma.validate.Length(1, 32))
    not_applicable = Text(500, metadata={"description": "The reason"})


class ReasonIn(ma.Schema):
    item = ma.fields.String(required=True, validate=ma.validate.Length(1, 16))
    reason = Text(1000, lines=True, required=True)


class ReviewIn(ma.Schema):
    decision = ma.fields.String(required=True, validate=ma.validate.OneOf(["approve", "return"]))
    comment = Text(2000, lines=True)
    reasons = Several(ma.fields.Nested(ReasonIn), 0, MOST_ANSWERS, load_default=list)

    @ma.validates_schema
    def a_return_says_why(self, review, **_):
        if (review.get("decision") == "return") != bool(review.get("reasons")):
            raise ma.ValidationError("a return wants a reason for at least one item, an approval has none", "reasons")


class ReviewOut(ma.Schema):
    revision = ma.fields.Integer(required=True)
    decision = ma.fields.String(required=True)
    reviewer = ma.fields.String(attribute="reviewer.display", required=True)
    comment = ma.fields.String(allow_none=True)
    reasons = ma.fields.List(ma.fields.Nested(ReasonIn), required=True)
    at = Moment(required=True)


class KeptAsideOut(ma.Schema):
    """A conflicting body, as it came."""

    revision = ma.fields.Integer(attribute="number", required=True)
    digest = ma.fields.String(required=True)
    sender = ma.fields.String(attribute="sender.display", required=True)
    received_at = Moment(required=True)
    body = ma.fields.Dict(required=True)


class ItemDecisionIn(ma.Schema):
    item = Code("[A-Z]{1,4}[0-9]{1,4}", required=True)
    answer = ma.fields.Nested(AnswerFormIn, required=True)
    reason = Text(1000, lines=True, required=True)


class ItemDecisionOut(ma.Schema):
    """Another answer than the one that was sent, which stays beside it."""

    revision = ma.fields.Integer(required=True)
    item = ma.fields.String(required=True)
    sent = ma.fields.Dict(required=True, allow_none=True)
    answer = ma.fields.Dict(required=True)
    reason = ma.fields.String(required=True)
    by = ma.fields.String(attribute="decided_by.display", required=True)
    at = Moment(attribute="decided_at", required=True)
    appeal = ma.fields.Integer(
        required=True, allow_none=True, metadata={"description": "The appeal that it came from; null: a review"}
    )


class AdmissionIn(ma.Schema):
    reason = Text(1000, lines=True, required=True)


class AdmissionOut(ma.Schema):
    """A late or unassigned visit was let in."""

    reason = ma.fields.String(required=True)
    by = ma.fields.String(attribute="admitted_by.display", required=True)
    at = Moment(attribute="admitted_at", required=True)


class VoidingIn(ma.Schema):
    why = ma.fields.String(required=True, validate=ma.validate.OneOf(WHYS))
    reason = Text(1000, lines=True, required=True)


class VoidingOut(ma.Schema):
    """A visit taken out. For fraud it is `open`, and changes nothing, until a second person confirms it."""

    id = ma.fields.Integer(required=True)
    why = ma.fields.String(required=True, validate=ma.validate.OneOf(WHYS))
    reason = ma.fields.String(required=True)
    open = ma.fields.Function(lambda voiding: not voiding.settled, metadata={"type": "boolean"})
    proposed_by = ma.fields.String(attribute="proposed_by.display", required=True)
    proposed_at = Moment(required=True)
    confirmed_by = ma.fields.String(attribute="confirmed_by.display", allow_none=True, dump_default=None)
    confirmed_at = Moment(required=True, allow_none=True)
