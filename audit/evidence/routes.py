"""Photos, from the phones that took them."""

from __future__ import annotations

import re

from flask import request

from audit.accounts.guard import allow
from audit.accounts.permissions import Can
from audit.base import clock
from audit.base.http import Blueprint, current_actor, extension, refuse_packed, upload_place
from audit.base.problems import NotFound, PhotoTooLarge
from audit.evidence import actions, previews, queries
from audit.evidence.schemas import AnswerOut, PhotoOut, PreviewOut, QuestionIn

evidence = Blueprint("evidence", __name__, url_prefix="/api/v1", description="Photos as evidence")
BODY = {
    "required": True,
    "content": {"image/*": {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}},
}


@evidence.put("/photos/<string(length=64):digest>")
@allow(Can.SEND_PHOTOS)
@evidence.doc(requestBody=BODY)
@evidence.response(201, PhotoOut)
@evidence.alt_response(200, schema=PhotoOut, description="Sent before; nothing changed", success=True)
@evidence.problems(404, 413, 415, 422, 503, 507)
def put_photo(digest):
    """Send a photo under the sha256 of its bytes; safe to repeat.

    The body is the file itself. 2xx means that its bytes are on disk; `state` says whether they were decoded too.
    """
    check_head(digest, extension("intake").limit)
    with upload_place():
        return actions.keep(digest, request.stream, intake=extension("intake"), actor=current_actor(), now=clock.now())


@evidence.put("/photos/<string(length=64):digest>/preview")
@allow(Can.SUBMIT)
@evidence.doc(requestBody=BODY)
@evidence.response(201, PreviewOut)
@evidence.alt_response(200, schema=PreviewOut, description="Sent before, or not wanted; nothing changed", success=True)
@evidence.problems(404, 413, 415, 422, 429, 503, 507)
def put_preview(digest):
    """Send a small picture ahead of an original that takes long, under the original's sha256; safe to repeat.

    JPEG, PNG or WebP, at most 1 MiB and 2048 px on its longer side. It shows what is coming and proves nothing: the
    photo stays missing until its original comes, and then the preview goes. The first one that is sent stays.
    """
    check_head(digest, previews.LIMIT)
    with upload_place():
        return previews.keep(digest, request.stream, length=request.content_length, **_around())


@evidence.get("/photos/<string(length=64):digest>")
@allow(Can.SEND_PHOTOS)
@evidence.response(200, PhotoOut)
@evidence.problems(404)
def get_photo(digest):
    """Whether a photo of yours arrived, and what became of it; 404 for what you did not send, whoever else did."""
    return queries.sent_by(current_actor(), digest)


@evidence.post("/photos/questions")
@allow(Can.SEND_PHOTOS)
@evidence.arguments(QuestionIn)
@evidence.response(200, AnswerOut)
def ask(body):
    """Which of these photos are still to be sent? Ask before sending many. Stores nothing."""
    return queries.answer(current_actor(), body["digests"])


def _around() -> dict:
    return {"storage": extension("intake").storage, "actor": current_actor(), "now": clock.now()}


def check_head(digest: str, limit: int) -> None:
    """Refuse by what the head says, before any of the body is read."""
    if not re.fullmatch("[0-9a-f]{64}", digest, re.ASCII):
        raise NotFound("a photo is named by 64 lower-case hex digits")
    refuse_packed()
    if (request.content_length or 0) > limit:
        raise PhotoTooLarge(f"{request.content_length} bytes; at most {limit}")
