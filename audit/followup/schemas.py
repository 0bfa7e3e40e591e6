"""What comes in and goes out of findings, rectification and appeals."""

from __future__ import annotations

import marshmallow as ma

from audit.base.fields import Code, Digest, Moment, Several, Text, Uuid, YesNo
from audit.base.paging import Paged
from audit.followup.course import RULED
from audit.inspections.answers import as_sent
from audit.inspections.explain import REASONS
from audit.inspections.review_schemas import AnswerFormIn

STATES = ("open", "ordered", "reported", "closed", "withdrawn")
KINDS = ("normal", "long-term")  # long-term: what wants building or posts
APPEALS = ("open", *RULED, "withdrawn")
ITEM = "[A-Z]{1,4}[0-9]{1,4}"
COUNTY = r"[0-9]{6}"
MOST_PHOTOS = 20
DUE = "By default the round's days for the kind, in working days; at most three years ahead"
DAY = {"format": "date", "description": "Day in Beijing"}
GUESSED = {"description": "Years up to the deadline without a published calendar: only their weekends are taken off"}


def photos(least: int) -> ma.fields.List:
    """A list of digests, each once."""
    required = {"required": True} if least else {"load_default": list}
    rules = [ma.validate.Length(least, MOST_PHOTOS), _each_once]
    return ma.fields.List(Digest(), validate=rules, metadata={"uniqueItems": True}, **required)


def _each_once(digests: list[str]) -> None:
    if len(set(digests)) < len(digests):
        raise ma.ValidationError("a photo stands twice")


# --- findings ----------------------------------------------------------------------------------------------------


class FindingQuery(Paged):
    round = ma.fields.String(validate=ma.validate.Length(1, 32))
    county = Code(COUNTY)
    state = ma.fields.String(validate=ma.validate.OneOf(STATES))
    overdue = YesNo()
    kind = ma.fields.String(validate=ma.validate.OneOf(KINDS))
    item = Code(ITEM)
    returned = YesNo(metadata={"description": "Reported once, and sent back to be mended better"})
    centre = Uuid()


class OrderIn(ma.Schema):
    unit = Text(100, required=True, metadata={"description": "Who is responsible for mending it"})
    due_on = ma.fields.Date(metadata={"description": DUE})
    kind = ma.fields.String(validate=ma.validate.OneOf(KINDS), load_default="normal")
    note = Text(2000, lines=True)


class OrdersIn(OrderIn):
    county = Code(COUNTY, required=True)
    items = Several(Code(ITEM), 1, 200)


class OrdersOut(ma.Schema):
    ordered = ma.fields.Integer(required=True, metadata={"description": "How many findings"})
    due_on = ma.fields.String(required=True, metadata=DAY)
    weekends_only = ma.fields.List(ma.fields.Integer(), required=True, metadata=GUESSED)


class ReportIn(ma.Schema):
    note = Text(2000, lines=True, required=True)
    photos = photos(1)


class VerificationIn(ma.Schema):
    decision = ma.fields.String(required=True, validate=ma.validate.OneOf(["close", "return"]))
    note = Text(2000, lines=True, required=True)
    photos = photos(0)
    due_on = ma.fields.Date(metadata={"description": "Of a return; by default the round's days again"})


class ReopeningIn(ma.Schema):
    reason = Text(2000, lines=True, required=True)


class WhereOut(ma.Schema):
    """A county, by the code and name of its division."""

    code = ma.fields.String(required=True)
    name = ma.fields.String(required=True)


class FindingOut(ma.Schema):
    """An item below its standard. `lost` is what it cost of the total, in points."""

    id = ma.fields.Integer(required=True)
    round = ma.fields.Function(lambda row: row.round.code, metadata={"type": "string"})
    sample = ma.fields.Function(lambda row: row.round.sample, metadata={"type": "boolean"})
    county = ma.fields.Nested(WhereOut, required=True)
    centre = ma.fields.UUID(attribute="centre_id", required=True)
    centre_name = ma.fields.Function(lambda row: row.centre.name, metadata={"type": "string"})
    inspection = ma.fields.UUID(attribute="inspection_id", required=True)
    item = ma.fields.String(required=True)
    text = ma.fields.Function(lambda row: row.words["text"], metadata={"type": "object", "description": "zh, en"})
    remedy = ma.fields.Function(
        lambda row: row.words["remedy"], metadata={"type": "object", "description": "What helps, with its cost class"}
    )
    reason = ma.fields.String(required=True)
    why = ma.fields.Function(
        lambda row: dict(zip(("zh", "en"), REASONS[row.reason], strict=True)), metadata={"type": "object"}
    )
    lost = ma.fields.Function(lambda row: f"{row.lost / 100:.2f}", metadata={"type": "string"})
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(STATES))
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(KINDS))
    unit = ma.fields.String(required=True, allow_none=True)
    due_on = ma.fields.String(required=True, allow_none=True, metadata=DAY)
    overdue = ma.fields.Boolean(required=True)
    weekends_only = ma.fields.List(ma.fields.Integer(), required=True, metadata=GUESSED)
    opened_at = Moment(required=True)
    closed_at = Moment(required=True, allow_none=True)
    reopened = ma.fields.Integer(required=True, metadata={"description": "How often"})
    repeats = ma.fields.Integer(
        attribute="repeats_id",
        required=True,
        allow_none=True,
        metadata={"description": "The finding on the same item in an earlier round"},
    )


class StepOut(ma.Schema):
    """What was done; `by` is null where the score of a visit did it."""

    verb = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf(["open", "order", "report", "close", "return", "reopen", "withdraw"]),
    )
    by = ma.fields.Function(lambda row: row.by.display if row.by else None, metadata={"type": ["string", "null"]})
    at = Moment(required=True)
    note = ma.fields.String(required=True, allow_none=True)
    kind = ma.fields.String(required=True, allow_none=True)
    unit = ma.fields.String(required=True, allow_none=True)
    due_on = ma.fields.String(required=True, allow_none=True, metadata=DAY)
    photos = ma.fields.List(ma.fields.String(), required=True)


class UsedElsewhere(ma.Schema):
    """A photo of this finding's reports that the report of another finding rests on too."""

    photo = ma.fields.String(required=True)
    finding = ma.fields.Integer(required=True)
    item = ma.fields.String(required=True)
    centre = ma.fields.UUID(required=True)
    centre_name = ma.fields.String(required=True)


class FindingDetailOut(FindingOut):
    steps = ma.fields.List(ma.fields.Nested(StepOut), attribute="history", required=True)
    used_elsewhere = ma.fields.List(
        ma.fields.Nested(UsedElsewhere),
        required=True,
        metadata={"description": "For who verifies: one photo may prove two things, or nothing twice"},
    )


class ProofQuery(ma.Schema):
    size = ma.fields.String(validate=ma.validate.OneOf(["320", "1600", "original"]), load_default="1600")


# --- appeals -----------------------------------------------------------------------------------------------------


class AppealQuery(Paged):
    round = ma.fields.String(validate=ma.validate.Length(1, 32))
    state = ma.fields.String(validate=ma.validate.OneOf(APPEALS))
    county = Code(COUNTY)


class AppealIn(ma.Schema):
    item = Code(ITEM, required=True)
    reason = Text(4000, lines=True, required=True)
    photos = photos(0)


class RulingIn(ma.Schema):
    decision = ma.fields.String(required=True, validate=ma.validate.OneOf(["dismiss", "uphold"]))
    reason = Text(4000, lines=True, required=True)
    answer = ma.fields.Nested(AnswerFormIn, metadata={"description": "What counts for the item, when upheld"})

    @ma.validates_schema(skip_on_field_errors=True)
    def upheld_has_an_answer(self, ruling, **_):
        if (ruling["decision"] == "uphold") != bool(ruling.get("answer")):
            raise ma.ValidationError("an appeal that is upheld has an answer, one that is dismissed has none", "answer")


class AppealOut(ma.Schema):
    id = ma.fields.Integer(required=True)
    round = ma.fields.Function(lambda row: row.round.code, metadata={"type": "string"})
    sample = ma.fields.Function(lambda row: row.round.sample, metadata={"type": "boolean"})
    county = ma.fields.Nested(WhereOut, required=True)
    centre = ma.fields.Function(lambda row: str(row.inspection.centre_id), metadata={"type": "string"})
    centre_name = ma.fields.Function(lambda row: row.inspection.centre.name, metadata={"type": "string"})
    inspection = ma.fields.UUID(attribute="inspection_id", required=True)
    item = ma.fields.String(required=True)
    text = ma.fields.Function(lambda row: row.words["text"], metadata={"type": "object", "description": "zh, en"})
    reason = ma.fields.String(required=True, metadata={"description": "Why the county objects"})
    photos = ma.fields.List(ma.fields.String(), required=True)
    filed_by = ma.fields.Function(lambda row: row.filed_by.display, metadata={"type": "string"})
    filed_at = Moment(required=True)
    decide_by = ma.fields.String(required=True, metadata=DAY)
    weekends_only = ma.fields.List(ma.fields.Integer(), required=True, metadata=GUESSED)
    overdue = ma.fields.Boolean(required=True, metadata={"description": "Open, and past the day for deciding"})
    state = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf(APPEALS),
        metadata={"description": "dismissed: 维持; upheld: 变更"},
    )
    decision = ma.fields.Function(
        lambda row: row.state if row.state in RULED else None,
        metadata={"type": ["string", "null"], "enum": [*RULED, None], "description": "Null until somebody decides"},
    )
    decision_reason = ma.fields.String(
        attribute="decision", required=True, allow_none=True, metadata={"description": "Why it was decided so"}
    )
    answer = ma.fields.Function(
        lambda row: row.answer and as_sent(row.answer),
        metadata={"type": ["object", "null"], "description": "What counts for the item, when upheld"},
    )
    decided_by = ma.fields.Function(
        lambda row: row.decided_by and row.decided_by.display, metadata={"type": ["string", "null"]}
    )
    decided_at = Moment(required=True, allow_none=True)
