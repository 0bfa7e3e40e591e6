"""What a file in checklists/ may contain. The same shape is served to phones."""

from __future__ import annotations

from fractions import Fraction

import marshmallow as ma

from audit.base.fields import Code, Moment, Several, Text, Whole, spelling
from audit.base.paging import Paged
from audit.checklists.policy_schemas import CalendarFile, CardsFile, FollowupFile, RankingFile
from audit.checklists.values import EDITION_ID, Exact, Words, exact
from audit.scoring.standard import TIERS, Edition

MOST_ITEMS = 500
# $ alone would let a final line break pass
CODE = r"[A-Z]{1,4}[0-9]{1,4}"
METHODS = ("site", "documents", "system", "call", "covert")
COSTS = ("none", "low", "medium", "long_term")


class Bar(ma.fields.Raw):
    """A standard, floor or choice: true, an exact number, or the code of a choice."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.metadata.setdefault("type", ["boolean", "integer", "string"])

    def _deserialize(self, value, attr, data, **kwargs):
        short = (isinstance(value, str) and len(value) <= 32) or (type(value) is int and abs(value) < 10**12)
        if value is True or short:
            return value
        raise ma.ValidationError("true, a whole number, an exact string or the code of a choice is wanted")


class DimensionIn(ma.Schema):
    code = Code(r"[a-z]{1,20}", required=True)
    zh = Text(20, required=True)
    en = Text(40, required=True)
    weight = Exact(0, 100, required=True)
    scored = ma.fields.Boolean(required=True)


class ChoiceIn(ma.Schema):
    code = Code(r"[a-z][a-z0-9_]{0,31}", required=True)
    zh = Text(200, required=True)
    en = Text(200, required=True)
    credit = Exact(0, 1, required=True)


class Remedy(Words):
    cost = ma.fields.String(required=True, validate=ma.validate.OneOf(COSTS))


class ItemIn(ma.Schema):
    code = Code(CODE, required=True)
    dimension = ma.fields.String(required=True)
    text = ma.fields.Nested(Words, required=True)
    answer = ma.fields.String(
        required=True, validate=ma.validate.OneOf(["measure", "count", "share", "yes_no", "choice"])
    )
    unit = Text(10)
    methods = ma.fields.List(ma.fields.String(validate=ma.validate.OneOf(METHODS)), required=True)
    better = ma.fields.String(validate=ma.validate.OneOf(["higher", "lower"]))
    standard = ma.fields.Dict(keys=ma.fields.String(validate=ma.validate.OneOf(TIERS)), values=Bar())
    weight = Exact(0, 100, required=True)
    photos = Whole(0, 50, required=True)
    photos_when = ma.fields.String(validate=ma.validate.OneOf(["always", "claimed"]))
    photo_hint = ma.fields.Nested(Words)
    plausible = ma.fields.List(Exact(0, 10**9), validate=ma.validate.Length(equal=2))
    full_marks_at = ma.fields.String(validate=ma.validate.OneOf(["baseline", "standard"]))
    per_unit = Exact(0, 1)
    cap_below = Bar()
    of = Whole(1, 1000)
    sample = Whole(1, 1000)
    when_m_zero = ma.fields.String(validate=ma.validate.OneOf(["county_duty", "zero", "not_applicable"]))
    not_applicable = Code(r"(never|with_reason|outside:[a-z]{1,20})")
    choices = Several(ma.fields.Nested(ChoiceIn), 2, 20)
    meets_from = ma.fields.String()
    veto = ma.fields.Boolean()
    remedy = ma.fields.Nested(Remedy, required=True)
    source = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String(), required=True)

    @ma.validates_schema
    def fits_its_type(self, item, **_):
        for name, fault in _item_faults(item):
            raise ma.ValidationError(fault, name)


def _item_faults(item: dict):
    """(field, what is wrong) where parts of an item contradict each other."""
    kind, standards = item["answer"], item.get("standard", {})
    if kind == "choice":
        codes = [each["code"] for each in item.get("choices", ())]
        credits = {each["code"]: Fraction(each["credit"]) for each in item.get("choices", ())}
        if len(set(codes)) < len(codes) or not codes:
            yield "choices", "a choice wants choices with different codes"
        if not credits.get(item.get("meets_from")):
            yield "meets_from", "must name a choice with credit"
        if "cap_below" in item and not credits.get(item["cap_below"]):
            yield "cap_below", "must name a choice with credit: nothing lies below the others"
        return
    if "choices" in item or "meets_from" in item:
        yield "choices", f"a {kind} item has none"
    if kind == "yes_no":
        if any(value is not True for value in (*standards.values(), item.get("cap_below", True))):
            yield "standard", "must be true"
        return
    yield from _number_faults(item, standards)


def _number_faults(item: dict, standards: dict):
    share, lower = item["answer"] == "share", item.get("better") == "lower"
    bars = [*standards.values(), *([item["cap_below"]] if "cap_below" in item else [])]
    numbers = [exact(bar) for bar in bars if bar is not True]
    if len(numbers) < len(bars) or None in numbers or any(number < 0 for number in numbers):
        yield "standard", "must be exact numbers"
        return
    if share and any(number > 1 for number in numbers):
        yield "standard", "a share lies between 0 and 1"
    if not lower and any(number == 0 for number in numbers):
        yield "standard", "0 is no standard where higher is better"
    if lower and not share and "per_unit" not in item:
        yield "per_unit", "a count where lower is better says what each one costs"
    if share and "of" not in item and "when_m_zero" not in item:
        yield "when_m_zero", "must be said for every share whose whole can be 0"
    low, high = map(Fraction, item.get("plausible", (0, 0)))
    if low > high:
        yield "plausible", "low is above high"


class ExtraIn(ma.Schema):
    code = Code(CODE, required=True)
    text = ma.fields.Nested(Words, required=True)
    answer = ma.fields.String(required=True, validate=ma.validate.OneOf(["yes_no", "count"]))
    points = Exact(-100, 100, required=True)
    photos = Whole(0, 50, required=True)
    photo_hint = ma.fields.Nested(Words)
    source = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String(), required=True)


class ChecklistFile(ma.Schema):
    kind = ma.fields.String(required=True, validate=ma.validate.Equal("checklist"))
    id = Code(EDITION_ID, required=True)
    level = ma.fields.String(required=True, validate=ma.validate.OneOf(["township", "village"]))
    title = ma.fields.Nested(Words, required=True)
    dimension_cap = Exact(0, 100, required=True)
    bonus_cap = Exact(0, 100, required=True)
    sources = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.String(), required=True)
    dimensions = Several(ma.fields.Nested(DimensionIn), 1, 20, required=True)
    items = Several(ma.fields.Nested(ItemIn), 1, MOST_ITEMS, required=True)
    bonus = Several(ma.fields.Nested(ExtraIn), 0, 50)
    deductions = Several(ma.fields.Nested(ExtraIn), 0, 50)

    @ma.validates_schema(skip_on_field_errors=True)
    def holds_together(self, content, **_):
        faults = dict(_edition_faults(content))
        if faults:
            raise ma.ValidationError(faults)


def _edition_faults(content: dict):
    extras = [*content.get("bonus", ()), *content.get("deductions", ())]
    codes = [spelling(each["code"]) for each in (*content["items"], *extras)]
    if len(set(codes)) < len(codes):
        yield "items", "two codes differ in nothing but case or width"
    edition = Edition.of(content)
    known = {each.code: each for each in edition.dimensions}
    if len(known) < len(edition.dimensions):
        yield "dimensions", "two dimensions have one code"
        return
    if strangers := {each.dimension for each in edition.items} - set(known):
        yield "dimensions", f"items name dimensions that are not there: {', '.join(sorted(strangers))}"
        return
    for each in edition.dimensions:
        reached = sum(item.weight for item in edition.items if item.dimension == each.code)
        if each.scored and reached != each.weight:
            yield "dimensions", f"{each.code}: items weigh {reached}, the dimension says {each.weight}"
    if sum(each.weight for each in edition.dimensions if each.scored) != 100:
        yield "dimensions", "the weights of the scored dimensions must sum to 100"
    yield from _extra_faults(content, extras)


def _extra_faults(content: dict, extras: list[dict]):
    named = {
        name for each in (*content["items"], *extras) for text in each["source"].values() for name in text.split("+")
    }
    if missing := named - set(content["sources"]):
        yield "sources", f"not in the legend: {', '.join(sorted(missing))}"
    if any(Fraction(each["points"]) <= 0 for each in content.get("bonus", ())):
        yield "bonus", "a bonus brings points"
    if any(Fraction(each["points"]) >= 0 for each in content.get("deductions", ())):
        yield "deductions", "a deduction takes points"


FILES = {
    "checklist": ChecklistFile,
    "ranking": RankingFile,
    "cards": CardsFile,
    "calendar": CalendarFile,
    "followup": FollowupFile,
}


class EditionQuery(Paged):
    kind = ma.fields.String(validate=ma.validate.OneOf(list(FILES)))
    level = ma.fields.String(validate=ma.validate.OneOf(["township", "village"]))


class EditionRef(ma.Schema):
    id = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)
    level = ma.fields.String(allow_none=True)
    title = ma.fields.Function(
        lambda edition: edition.content["title"], metadata={"type": "object", "description": "zh, en"}
    )
    digest = ma.fields.String(required=True)
    published_at = Moment(required=True)


class EditionOut(EditionRef):
    content = ma.fields.Dict(required=True, metadata={"description": "As published; see checklists/README.md"})


class BaselineOut(ma.Schema):
    """What the demonstration site reached; `sample` is 示例 data, never to be published."""

    id = ma.fields.Integer(required=True)
    edition = ma.fields.String(attribute="edition_id", required=True)
    version = ma.fields.Integer(required=True)
    inspection = ma.fields.UUID(required=True, allow_none=True, metadata={"description": "Where you may see it"})
    centre = ma.fields.String(attribute="centre_name", required=True)
    sample = ma.fields.Boolean(required=True)
    answers = ma.fields.Dict(required=True)
    unusual = ma.fields.List(ma.fields.Dict(), required=True)
    adopted_at = Moment(allow_none=True)
