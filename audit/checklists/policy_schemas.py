"""What a policy file in checklists/ may contain: rankings, cards, calendars, appeals and rectification."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import marshmallow as ma

from audit.base.fields import Code, Several, Text, Whole
from audit.checklists.values import DAY, EDITION_ID, Exact, Words


class GroupIn(ma.Schema):
    """Counties that are also ranked among themselves, such as cities or border counties."""

    key = Code(r"[a-z]{1,16}", required=True)
    zh = Text(10, required=True)
    en = Text(30, required=True)
    counties = Several(Code(r"[0-9]{6}"), 1, 200, required=True)


class RankingFile(ma.Schema):
    kind = ma.fields.String(required=True, validate=ma.validate.Equal("ranking"))
    id = Code(EDITION_ID, required=True)
    title = ma.fields.Nested(Words, required=True)
    township_weight = Exact(0, 1, required=True)
    village_weight = Exact(0, 1, required=True)
    village_floor_count = Whole(1, 10_000, required=True)
    village_floor_share = Exact(0, 1, required=True)
    coverage_floor = Exact(0, 1, required=True)
    county_duty_deduction = Exact(0, 100, required=True)
    counted_kinds = Several(ma.fields.String(), 1, 10, required=True)
    groups = Several(ma.fields.Nested(GroupIn), 1, 20)

    @ma.validates_schema(skip_on_field_errors=True)
    def weights_sum_to_one(self, content, **_):
        if Fraction(content["township_weight"]) + Fraction(content["village_weight"]) != 1:
            raise ma.ValidationError("the two weights must sum to 1", "township_weight")

    @ma.validates_schema(skip_on_field_errors=True)
    def a_county_is_in_one_group(self, content, **_):
        groups = content.get("groups", ())
        named = [code for each in groups for code in each["counties"]]
        if len(set(named)) < len(named) or len({each["key"] for each in groups}) < len(groups):
            raise ma.ValidationError("each key once, each county in one group at most", "groups")


class BandIn(ma.Schema):
    key = Code(r"[a-z]{1,16}", required=True)
    zh = Text(10, required=True)
    en = Text(20, required=True)
    word = ma.fields.Nested(Words, required=True)
    lowest = Code(
        r"[0-9]{1,3}(\.[0-9]{1,2})?",
        required=True,
        metadata={"description": "Printed score, at most 2 decimals"},
    )
    despite_veto = ma.fields.Boolean(required=True)
    fill = Code(r"#[0-9A-F]{6}", required=True)
    ink = Code(r"#[0-9A-F]{6}", required=True)
    shape = Text(2, required=True)
    effect = ma.fields.Nested(Words, required=True)


class Escalation(ma.Schema):
    running = Whole(2, 12, required=True)
    from_ = ma.fields.String(required=True, data_key="from", attribute="from")
    to = ma.fields.String(required=True)


class CardsFile(ma.Schema):
    """What a card rests on is its `basis`: how good a centre or county is (`level`, printed score), or how far its
    rectification has come (`progress`, percent of what was due that was closed in time)."""

    kind = ma.fields.String(required=True, validate=ma.validate.Equal("cards"))
    basis = ma.fields.String(validate=ma.validate.OneOf(["level", "progress"]))
    id = Code(EDITION_ID, required=True)
    title = ma.fields.Nested(Words, required=True)
    bands = Several(ma.fields.Nested(BandIn), 2, 10, required=True)
    escalation = ma.fields.Nested(Escalation)

    @ma.validates_schema(skip_on_field_errors=True)
    def bands_go_down(self, content, **_):
        bounds = [Fraction(each["lowest"]) for each in content["bands"]]
        keys = [each["key"] for each in content["bands"]]
        if bounds != sorted(set(bounds), reverse=True) or len(set(keys)) < len(keys):
            raise ma.ValidationError("bands go from best to worst, each with its own key and bound", "bands")
        rule = content.get("escalation")
        if rule and not {rule["from"], rule["to"]} <= set(keys):
            raise ma.ValidationError("escalation names bands that are not there", "escalation")


class CalendarFile(ma.Schema):
    """A year's public holidays, and the weekend days that are worked for them."""

    kind = ma.fields.String(required=True, validate=ma.validate.Equal("calendar"))
    id = Code(EDITION_ID, required=True)
    title = ma.fields.Nested(Words, required=True)
    year = Whole(2000, 2999, required=True)
    source = Text(200, required=True)
    holidays = Several(Code(DAY), 1, 100, required=True)
    workdays = Several(Code(DAY), 0, 50, required=True)

    @ma.validates_schema(skip_on_field_errors=True)
    def days_are_of_the_year(self, content, **_):
        for name in ("holidays", "workdays"):
            for text in content[name]:
                _day_of(content["year"], text, name)
        if set(content["holidays"]) & set(content["workdays"]):
            raise ma.ValidationError("a day is a holiday or a workday", "workdays")


def _day_of(year: int, text: str, name: str) -> None:
    try:
        right = date.fromisoformat(text).year == year
    except ValueError:
        right = False
    if not right:
        raise ma.ValidationError(f"{text} is no day of {year}", name)


class AnnualIn(ma.Schema):
    """score / 100 × k, then the points of the year's cards, then held between `floor` and `cap`."""

    k = Exact(0, 100, required=True)
    per_card = ma.fields.Dict(ma.fields.String(), Exact(-100, 100), required=True)
    floor = Exact(-100, 100, required=True)
    cap = Exact(0, 200, required=True)


class FollowupFile(ma.Schema):
    """Days for appeals and rectification, in working days; what a year's scores bring to the annual assessment."""

    kind = ma.fields.String(required=True, validate=ma.validate.Equal("followup"))
    id = Code(EDITION_ID, required=True)
    title = ma.fields.Nested(Words, required=True)
    appeal_days = Whole(1, 250, required=True)
    decision_days = Whole(1, 250, required=True)
    order_days = Whole(1, 250, required=True)
    long_term_days = Whole(1, 1000, required=True)
    annual = ma.fields.Nested(AnnualIn, required=True)
