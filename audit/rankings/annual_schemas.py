"""What goes in and out of the annual assessment."""

from __future__ import annotations

import marshmallow as ma

from audit.base.fields import Code
from audit.inspections.explain import points, shown
from audit.rankings.card_schemas import COUNTY, CardRef


class AnnualQuery(ma.Schema):
    area = Code(COUNTY, metadata={"description": "Division code; else your own, or the prefecture it lies in"})


class PeriodOut(ma.Schema):
    round = ma.fields.String(attribute="code", required=True)
    name = ma.fields.String(required=True)
    version = ma.fields.Integer(required=True)
    period_end = ma.fields.String(required=True)
    digest = ma.fields.String(required=True)
    imported = ma.fields.Boolean(required=True)


def _exact(name: str):
    return ma.fields.Function(lambda rules: shown(getattr(rules, name)), required=True, metadata={"type": "string"})


class AnnualRules(ma.Schema):
    """Figures as the policy has them, exact."""

    k = _exact("k")
    floor = _exact("floor")
    cap = _exact("cap")
    per_card = ma.fields.Function(
        lambda rules: {key: shown(value) for key, value in rules.per_card.items()},
        required=True,
        metadata={"type": "object"},
    )


def _figure(name: str):
    return ma.fields.Function(
        lambda line: points(getattr(line.figures, name)), required=True, metadata={"type": ["string", "null"]}
    )


class AnnualLine(ma.Schema):
    """A county's year, each figure rounded once by itself: parts need not add up to the printed total."""

    code = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    scores = ma.fields.Dict(
        ma.fields.String(),
        ma.fields.String(allow_none=True),
        required=True,
        metadata={"description": "By round; null: not ranked there, and not counted"},
    )
    mean = _figure("mean")
    converted = _figure("converted")
    card_points = _figure("points")
    total = _figure("total")
    held = ma.fields.Boolean(
        attribute="figures.held", required=True, metadata={"description": "Floor or cap decided the total"}
    )
    cards = ma.fields.List(ma.fields.Nested(CardRef), required=True)


class AnnualOut(ma.Schema):
    """年度考核折算: a suggestion until the office confirms it."""

    year = ma.fields.Integer(required=True)
    area = ma.fields.String(required=True)
    area_name = ma.fields.String(required=True)
    sample = ma.fields.Boolean(required=True)
    suggestion = ma.fields.Constant(True)
    periods = ma.fields.List(ma.fields.Nested(PeriodOut), required=True)
    policy = ma.fields.String(attribute="policy.id", dump_default=None, allow_none=True, required=True)
    rules = ma.fields.Nested(AnnualRules, allow_none=True, required=True)
    rows = ma.fields.List(ma.fields.Nested(AnnualLine), attribute="lines", required=True)
