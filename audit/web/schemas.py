"""What pages are asked for in their address, where no list of the API has it."""

from __future__ import annotations

import marshmallow as ma

from audit.base.fields import Code, Text

SORTS = (
    "place", "name", "county", "total", "movement", "coverage", "township_mean", "village_mean",
    "area", "staff", "matters", "authorisation", "met",
)  # fmt: skip


class VersionQuery(ma.Schema):
    """Which copy of a ranking: a published version, or `trial` for what stands now."""

    version = Code(r"trial|[1-9][0-9]{0,8}")


class RankingQuery(VersionQuery):
    """The same, of one county, in another order: sorting never changes a place."""

    county = Code(r"[0-9]{6}")
    sort = ma.fields.String(validate=ma.validate.OneOf(SORTS), load_default="place")
    order = ma.fields.String(validate=ma.validate.OneOf(["up", "down"]), load_default="up")


class BasisQuery(ma.Schema):
    """What the cards of a version rest on."""

    basis = ma.fields.String(validate=ma.validate.OneOf(["level", "progress"]), load_default="level")


class OfRound(ma.Schema):
    """Of which round: its code; the newest in sight by default."""

    round = ma.fields.String(validate=ma.validate.Length(1, 32))


class EffectQuery(ma.Schema):
    """On which round an edition is tried."""

    round = ma.fields.String(required=True, validate=ma.validate.Length(1, 32))


class CentresQuery(OfRound):
    """The centres of a page that has no leaves, and where one stands in a round."""

    county = Code(r"[0-9]{6}")
    level = ma.fields.String(validate=ma.validate.OneOf(["township", "village"]))
    q = Text(100)
    view = ma.fields.String(validate=ma.validate.OneOf(["list", "map"]), load_default="list")
