"""What goes out of agreement. Scores, percents and κ are strings with 2 decimals; null where nothing can be said."""

from __future__ import annotations

import marshmallow as ma

from audit.rankings.schemas import About


class ItemAgreement(ma.Schema):
    item = ma.fields.String(required=True)
    dimension = ma.fields.String(required=True)
    text = ma.fields.Dict(required=True)
    pairs = ma.fields.Integer(required=True, metadata={"description": "Those that at least one visit could assess"})
    unassessed = ma.fields.Integer(
        required=True, metadata={"description": "Pairs that neither visit could assess: none of `pairs`"}
    )
    agreeing = ma.fields.Integer(required=True, metadata={"description": "Pairs with one verdict"})
    percent = ma.fields.String(allow_none=True, required=True)
    kappa = ma.fields.String(
        allow_none=True,
        required=True,
        metadata={"description": "Cohen's κ of the verdicts; null when every visit came to the same one"},
    )
    valued = ma.fields.Integer(required=True, metadata={"description": "Pairs with two numbers"})
    near = ma.fields.Integer(required=True, metadata={"description": "Of them, within 5 % of the larger"})
    difference = ma.fields.String(
        allow_none=True, required=True, metadata={"description": "Median absolute difference, in the item's unit"}
    )


class TotalSpread(ma.Schema):
    pairs = ma.fields.Integer(required=True)
    mean = ma.fields.String(allow_none=True, required=True, metadata={"description": "Of first minus second, points"})
    deviation = ma.fields.String(allow_none=True, required=True, metadata={"description": "Of the same; from 2 pairs"})


class PlaceRange(ma.Schema):
    code = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    total = ma.fields.String(required=True)
    place = ma.fields.Integer(required=True)
    best = ma.fields.Integer(required=True)
    worst = ma.fields.Integer(required=True)


class CentreRange(PlaceRange):
    centre = ma.fields.UUID(required=True)


class CountyRange(PlaceRange):
    measured = ma.fields.List(
        ma.fields.String(),
        required=True,
        metadata={"description": "Levels whose disagreement went in; another is taken as exact, so that this is least"},
    )


class LevelAgreement(ma.Schema):
    level = ma.fields.String(required=True)
    pairs = ma.fields.Integer(required=True, metadata={"description": "Centres with a counted and a blind visit"})
    unreviewed = ma.fields.Integer(required=True, metadata={"description": "Blind visits that nobody has reviewed yet"})
    items = ma.fields.List(ma.fields.Nested(ItemAgreement), required=True)
    totals = ma.fields.Nested(TotalSpread, required=True)
    places = ma.fields.List(
        ma.fields.Nested(CentreRange),
        required=True,
        metadata={"description": "How far each place could move: ± 1.96 deviations / √2 on the centre's own total"},
    )


class AgreementOut(About):
    levels = ma.fields.List(ma.fields.Nested(LevelAgreement), required=True)
    counties = ma.fields.List(
        ma.fields.Nested(CountyRange),
        required=True,
        metadata={
            "description": "How far each ranked county could move: its centres' disagreement, through the means and "
            "weights of its score. The draw of its villages adds to that, and is not in it"
        },
    )
