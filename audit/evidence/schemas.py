"""What comes in and goes out of evidence."""

from __future__ import annotations

import marshmallow as ma

from audit.base import problems
from audit.base.fields import Digest, Moment, Several

STATES = ["received", "accepted", "rejected", "removed"]
MOST_ASKED = 500


def _problem(photo) -> dict | None:
    """Why the photo was rejected."""
    if not photo.problem:
        return None
    problem = problems.again(photo.problem)
    return {"type": f"/problems/{problem.slug}", "zh": problem.zh, "en": problem.en, "detail": problem.detail}


class PhotoOut(ma.Schema):
    digest = ma.fields.String(required=True, metadata={"description": "sha256 of the bytes that were kept"})
    state = ma.fields.String(
        required=True,
        validate=ma.validate.OneOf(STATES),
        metadata={
            "description": "received: durable, and waits for its check; keep the bytes. accepted: decoded; the phone "
            "may let go of it. rejected: no evidence, see problem. removed: kept long enough"
        },
    )
    media_type = ma.fields.String(required=True)
    bytes = ma.fields.Integer(required=True)
    width = ma.fields.Integer(required=True)
    height = ma.fields.Integer(required=True)
    exif = ma.fields.Dict(required=True)
    problem = ma.fields.Function(_problem, metadata={"type": ["object", "null"]})
    received_at = Moment(required=True)


class PreviewOut(ma.Schema):
    digest = ma.fields.String(required=True, metadata={"description": "sha256 of the original that is still to come"})
    stored = ma.fields.Boolean(
        required=True,
        metadata={"description": "false: you have sent the original already, and a preview of it is not wanted"},
    )


class QuestionIn(ma.Schema):
    digests = Several(Digest(), 1, MOST_ASKED, required=True)


class AnswerOut(ma.Schema):
    """Of the photos asked for: those to send, those that wait for their check, those that are no evidence."""

    lacking = ma.fields.List(ma.fields.String(), required=True)
    received = ma.fields.List(ma.fields.String(), required=True)
    accepted = ma.fields.List(ma.fields.String(), required=True)
    rejected = ma.fields.List(ma.fields.Nested(PhotoOut), required=True)
