"""What goes out of evidence."""

from __future__ import annotations

import marshmallow as ma

from audit.base.fields import Moment


class PhotoOut(ma.Schema):
    digest = ma.fields.String(required=True, metadata={"description": "sha256 of the bytes that were kept"})
    state = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf(["accepted", "removed"]),
        metadata={
            "description": "accepted: durable and decoded, the phone may let go of it; removed: kept long enough"
        },
    )
    media_type = ma.fields.String(required=True)
    bytes = ma.fields.Integer(required=True)
    width = ma.fields.Integer(required=True)
    height = ma.fields.Integer(required=True)
    exif = ma.fields.Dict(required=True)
    received_at = Moment(required=True)
