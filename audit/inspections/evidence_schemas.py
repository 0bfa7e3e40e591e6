"""What goes out of the evidence of a visit, and of the points that are learnt from visits."""

from __future__ import annotations

import marshmallow as ma

from audit.base.fields import Moment
from audit.inspections.schemas import SOURCES, FlagOut


class VerdictOut(ma.Schema):
    """Where a position lies against the centre's fence. A fence advises, it never blocks."""

    verdict = ma.fields.String(required=True, validate=ma.validate.OneOf(["inside", "outside", "cannot-tell"]))
    distance_m = ma.fields.Float(required=True, allow_none=True, metadata={"description": "Geodesic, after conversion"})
    r95_m = ma.fields.Float(required=True, metadata={"description": "Its error, brought to 95 %"})
    fence_m = ma.fields.Float(required=True)
    point_uncertainty_m = ma.fields.Float(required=True, allow_none=True)
    bearing = ma.fields.Float(
        required=True, allow_none=True, metadata={"description": "Degrees, from the centre to it"}
    )
    looks_like = ma.fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The datum that would bring it inside; not what it says"},
    )
    looks_like_m = ma.fields.Float(required=True, allow_none=True)


class ExifPositionOut(VerdictOut):
    lat = ma.fields.Float(required=True)
    lon = ma.fields.Float(required=True)


class FixPositionOut(ExifPositionOut):
    """The phone's fix as it was sent, and where it lies."""

    accuracy_m = ma.fields.Float(required=True)
    confidence = ma.fields.String(required=True)
    datum = ma.fields.String(required=True)
    taken_at = ma.fields.String(required=True)


class CentrePositionOut(ma.Schema):
    lat = ma.fields.Float(required=True)
    lon = ma.fields.Float(required=True)
    datum = ma.fields.String(required=True, allow_none=True)
    source = ma.fields.String(required=True, allow_none=True)
    confidence = ma.fields.String(required=True, allow_none=True)
    uncertainty_m = ma.fields.Float(required=True)


class VisitPositionsOut(ma.Schema):
    fix = ma.fields.Nested(FixPositionOut, required=True, allow_none=True)
    centre = ma.fields.Nested(CentrePositionOut, required=True, allow_none=True)


class PhotoPositionsOut(VisitPositionsOut):
    """Kept apart and never merged."""

    fix_after = ma.fields.Nested(FixPositionOut, required=True, allow_none=True)
    exif = ma.fields.Nested(ExifPositionOut, required=True, allow_none=True)


class TwinOut(ma.Schema):
    """The same or nearly the same photo in another visit that you may see."""

    digest = ma.fields.String(required=True)
    same_bytes = ma.fields.Boolean(required=True)
    distance_bits = ma.fields.Integer(required=True, metadata={"description": "Of 64; 0 also for the same bytes"})
    inspection = ma.fields.UUID(required=True)
    centre = ma.fields.UUID(required=True)
    centre_name = ma.fields.String(required=True)
    round = ma.fields.String(required=True)
    item = ma.fields.String(required=True)
    url = ma.fields.String(required=True)


class ExifOut(ma.Schema):
    """As the camera wrote it; missing is normal."""

    make = ma.fields.String(required=True, allow_none=True)
    model = ma.fields.String(required=True, allow_none=True)
    software = ma.fields.String(required=True, allow_none=True)
    taken_at = ma.fields.String(required=True, allow_none=True)
    offset = ma.fields.String(required=True, allow_none=True)


class PhotoEvidenceOut(ma.Schema):
    item = ma.fields.String(required=True)
    digest = ma.fields.String(required=True)
    state = ma.fields.String(
        required=True, validate=ma.validate.OneOf(["missing", "received", "accepted", "rejected", "removed"])
    )
    exif = ma.fields.Nested(ExifOut, required=True)
    taken_at = ma.fields.String(required=True, allow_none=True, metadata={"description": "As the phone said"})
    source = ma.fields.String(required=True, allow_none=True, validate=ma.validate.OneOf(SOURCES))
    positions = ma.fields.Nested(PhotoPositionsOut, required=True)
    flags = ma.fields.List(ma.fields.Nested(FlagOut), required=True)
    twins = ma.fields.List(ma.fields.Nested(TwinOut), required=True)


class EvidenceOut(ma.Schema):
    inspection = ma.fields.UUID(required=True)
    centre = ma.fields.UUID(required=True)
    centre_name = ma.fields.String(required=True)
    positions = ma.fields.Nested(VisitPositionsOut, required=True)
    fence_m = ma.fields.Float(required=True)
    flags = ma.fields.List(ma.fields.Nested(FlagOut), required=True)
    photos = ma.fields.List(ma.fields.Nested(PhotoEvidenceOut), required=True)


class ProposalOut(ma.Schema):
    """A learnt point, proposed by one person and confirmed by another."""

    id = ma.fields.Integer(required=True)
    centre = ma.fields.UUID(attribute="centre_id", required=True)
    lat = ma.fields.Float(required=True)
    lon = ma.fields.Float(required=True)
    datum = ma.fields.Constant("WGS-84")
    visits = ma.fields.Integer(required=True)
    first_on = ma.fields.String(required=True)
    last_on = ma.fields.String(required=True)
    spread_m = ma.fields.Integer(required=True)
    moves_m = ma.fields.Integer(required=True, allow_none=True)
    proposed_by = ma.fields.String(attribute="proposed_by.display", required=True)
    proposed_at = Moment(required=True)
    confirmed_by = ma.fields.Function(
        lambda proposal: proposal.confirmed_by and proposal.confirmed_by.display,
        metadata={"type": ["string", "null"]},
    )
    confirmed_at = Moment(allow_none=True)


class LearntPointOut(ma.Schema):
    """The median of the good fixes of approved visits; all null while there are none."""

    centre = ma.fields.UUID(required=True)
    visits = ma.fields.Integer(required=True, metadata={"description": "Approved visits with a fix within 30 m (95 %)"})
    lat = ma.fields.Float(required=True, allow_none=True)
    lon = ma.fields.Float(required=True, allow_none=True)
    datum = ma.fields.Constant("WGS-84")
    first_on = ma.fields.String(required=True, allow_none=True)
    last_on = ma.fields.String(required=True, allow_none=True)
    spread_m = ma.fields.Integer(
        required=True, allow_none=True, metadata={"description": "How far the furthest visit lies from the median"}
    )
    moves_m = ma.fields.Integer(
        required=True, allow_none=True, metadata={"description": "How far it lies from the centre's present point"}
    )
    present = ma.fields.Nested(CentrePositionOut, required=True, allow_none=True)
    proposal = ma.fields.Nested(
        ProposalOut, required=True, allow_none=True, metadata={"description": "Waits for a second person"}
    )
