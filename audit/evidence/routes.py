"""Photos, from the phones that took them."""

from __future__ import annotations

import re
from contextlib import contextmanager

from flask import current_app, request

from audit.accounts.guard import allow
from audit.accounts.permissions import Can
from audit.base import clock, db
from audit.base.http import Blueprint, current_actor
from audit.base.problems import (
    NotFound,
    PhotoTooLarge,
    TemporarilyUnavailable,
    UnsupportedContentEncoding,
)
from audit.evidence import actions, queries
from audit.evidence.schemas import PhotoOut

evidence = Blueprint("evidence", __name__, url_prefix="/api/v1", description="Photos as evidence")
BODY = {
    "required": True,
    "content": {"image/*": {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}},
}


@evidence.put("/photos/<string(length=64):digest>")
@allow(Can.SUBMIT)
@evidence.doc(requestBody=BODY)
@evidence.response(201, PhotoOut)
@evidence.alt_response(200, schema=PhotoOut, description="Sent before; nothing changed", success=True)
@evidence.problems(404, 413, 415, 422, 503, 507)
def put_photo(digest):
    """Send a photo under the sha256 of its bytes; safe to repeat.

    The body is the file itself. 2xx means that its bytes are on disk and were decoded.
    """
    _check_head(digest)
    with _place():
        photo, status = actions.keep(
            digest,
            request.stream,
            limit=current_app.config["MAX_PHOTO_BYTES"],
            storage=current_app.extensions["storage"],
            arrived=current_app.extensions["photo_arrived"],
            actor=current_actor(),
            now=clock.now(),
        )
    return photo, status


@evidence.get("/photos/<string(length=64):digest>")
@allow(Can.SUBMIT)
@evidence.response(200, PhotoOut)
@evidence.problems(404)
def get_photo(digest):
    """Whether a photo of yours arrived; 404 for what you did not send, whoever else did."""
    return queries.sent_by(current_actor(), digest)


def _check_head(digest: str) -> None:
    if not re.fullmatch("[0-9a-f]{64}", digest, re.ASCII):
        raise NotFound("a photo is named by 64 lower-case hex digits")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedContentEncoding()
    limit = current_app.config["MAX_PHOTO_BYTES"]
    if (request.content_length or 0) > limit:
        raise PhotoTooLarge(f"{request.content_length} bytes; at most {limit}")


@contextmanager
def _place():
    """One of the places for uploads in flight, so that slow ones leave threads for everybody else."""
    places = current_app.extensions["upload_places"]
    if not places.acquire(blocking=False):
        raise TemporarilyUnavailable("too many uploads at once", headers={"Retry-After": "10"})
    try:
        db.release()
        yield
    finally:
        places.release()
