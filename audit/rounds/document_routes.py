"""Documents behind lists."""

from __future__ import annotations

import re

from flask import request, send_file

from audit.accounts.guard import allow
from audit.accounts.permissions import Can
from audit.base import clock
from audit.base.http import Blueprint, current_actor, extension, refuse_packed, upload_place
from audit.base.problems import NotFound, PayloadTooLarge
from audit.rounds import documents as actions
from audit.rounds.schemas import DocumentOut, DocumentQuery

documents = Blueprint("documents", __name__, url_prefix="/api/v1", description="Documents behind issued lists")
FILE = {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}
BODY = {"required": True, "content": {"application/octet-stream": FILE}}
ANSWER = {
    "200": {
        "description": "The document, as it was sent",
        "content": {each: FILE for each in actions.MEDIA_TYPES.values()},
    }
}


@documents.put("/documents/<string(length=64):digest>")
@allow(Can.MANAGE_ROUNDS)
@documents.doc(requestBody=BODY)
@documents.arguments(DocumentQuery, location="query")
@documents.response(201, DocumentOut)
@documents.alt_response(200, schema=DocumentOut, description="Sent before; nothing changed", success=True)
@documents.problems(404, 413, 415, 422, 503, 507)
def put_document(asked, digest):
    """Send a PDF, JPEG, PNG, xlsx or docx under the sha256 of its bytes, at most 25 MiB; safe to repeat.

    The body is the file itself. 2xx means that its bytes are on disk.
    """
    if not re.fullmatch("[0-9a-f]{64}", digest, re.ASCII):
        raise NotFound("a document is named by 64 lower-case hex digits")
    refuse_packed()
    if (request.content_length or 0) > actions.LIMIT:
        raise PayloadTooLarge(f"{request.content_length} bytes; at most {actions.LIMIT}")
    with upload_place():
        return actions.keep(
            digest, asked["name"], request.stream, storage=extension("storage"), actor=current_actor(), now=clock.now()
        )


@documents.get("/documents/<string(length=64):digest>")
@allow(Can.READ_DOCUMENTS)
@documents.doc(responses=ANSWER)
@documents.problems(404)
def get_document(digest):
    """A document that you sent, or that a list of your area rests on, as a file to keep."""
    document, file = actions.opened(digest, current_actor(), extension("storage"))
    name = actions.file_name(document)
    return send_file(file, mimetype=document.media_type, as_attachment=True, download_name=name)
