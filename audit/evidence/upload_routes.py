"""Photos in pieces, from phones whose line breaks off: tus 1.0.0."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import format_datetime
from functools import wraps

from flask import Response, request, url_for

from audit.accounts.guard import allow, public
from audit.accounts.permissions import Can, Public
from audit.base import clock
from audit.base.http import Blueprint, current_actor, extension, upload_place
from audit.base.problems import TusVersionUnknown
from audit.evidence import tus
from audit.evidence import uploads as actions
from audit.evidence.parts import Upload

uploads = Blueprint(
    "uploads", __name__, url_prefix="/api/v1/uploads", description="Photos in pieces, as tus 1.0.0 has it"
)


def _header(name: str, schema: dict, description: str, *, required: bool = True) -> Callable:
    what = {"name": name, "in": "header", "required": required, "schema": schema, "description": description}
    return Blueprint.header(what)


NUMBER = {"type": "integer", "minimum": 0, "maximum": 10**15 - 1}
BYTES = {"content": {tus.MEDIA_TYPE: {"schema": {"type": "string", "contentMediaType": tus.MEDIA_TYPE}}}}
MISMATCH = {
    "460": {
        "description": "The body does not have the checksum that the request names; none of it was taken",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
}
ANSWERS = {
    name: {"schema": {"type": "string"}, "description": description}
    for name, description in {
        "Tus-Resumable": "The version of tus that is spoken",
        "Upload-Offset": "So many bytes are on the disk; all of them once the photo is kept",
        "Upload-Expires": "Until then it may be gone on with; every byte puts it off",
    }.items()
}
TOLD = ANSWERS | {
    name: {"schema": {"type": "string"}, "description": description}
    for name, description in {
        "Upload-Length": "So many bytes the photo has",
        "Upload-Metadata": "As it was announced",
    }.items()
}
OFFERED = ("Tus-Resumable", "Tus-Version", "Tus-Extension", "Tus-Max-Size", "Tus-Checksum-Algorithm")
OFFER = {name: {"schema": {"type": "string"}} for name in OFFERED}
checksum = _header(
    "Upload-Checksum",
    {
        "type": "string",
        "pattern": "^(sha256 [A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=|sha1 [A-Za-z0-9+/]{26}[AEIMQUYcgkosw048]=)$",
    },
    "sha256 or sha1, and its base64, of the bytes of this request",
    required=False,
)


def resumable(view: Callable) -> Callable:
    """Only for who speaks our version of tus."""

    @wraps(view)
    def inner(*args, **kwargs):
        # X-HTTP-Method-Override is not heard: what stands before us, and the table of who may do what, go by the
        # method that was sent, and every browser that the phones have can PATCH
        if request.headers.get("Tus-Resumable") != tus.VERSION:
            raise TusVersionUnknown(headers={"Tus-Version": tus.VERSION})
        return view(*args, **kwargs)

    version = _header("Tus-Resumable", {"type": "string", "enum": [tus.VERSION]}, "The version of tus that is spoken")
    return version(Blueprint.problems(412)(inner))


@uploads.after_request
def speak_tus(response: Response) -> Response:
    """Refusals too name the version; no offset is ever cached."""
    response.headers["Tus-Resumable"] = tus.VERSION
    response.headers["Cache-Control"] = "no-store"
    return response


# these two come first: a route of its own answers OPTIONS too, and the first one that fits is taken
@uploads.route("", methods=["OPTIONS"])
@public(Public.RESUMABLE)
@uploads.response(204, headers=OFFER)
def offer():
    """What of tus is offered here."""
    return _offered()


@uploads.route("/<uuid:upload_id>", methods=["OPTIONS"])
@public(Public.RESUMABLE)
@uploads.response(204, headers=OFFER)
def offer_again(upload_id):
    """The same, asked of an upload."""
    return _offered()


@uploads.post("")
@allow(Can.SEND_PHOTOS)
@resumable
@_header("Upload-Length", NUMBER | {"minimum": 1}, "So many bytes the photo has")
@_header(
    "Upload-Metadata",
    {"type": "string", "pattern": "^sha256 [A-Za-z0-9+/]{86}==$"},
    "`sha256` and base64 of its 64 lower-case hex digits; further pairs, such as filename, are given back as they came",
)
@checksum
@uploads.doc(requestBody=BYTES | {"required": False}, responses=MISMATCH)
@uploads.response(201, headers=TOLD | {"Location": {"schema": {"type": "string"}}})
@uploads.problems(400, 413, 415, 422, 429, 503, 507)
def begin():
    """Announce a photo that comes in pieces; its first bytes may come along.

    The photo's sha256 is in the metadata. One that this account has sent before is whole at once: `Upload-Offset` is
    its length, and nothing is left to send.
    """
    announced = tus.announced(request.headers, extension("intake").limit)
    body = tus.body(request.headers, request.stream, request.content_length, optional=True)
    with upload_place():
        upload = actions.begin(announced, body, **_around())
    return _answer(201, upload, Location=url_for(".look", upload_id=upload.id))


@uploads.route("/<uuid:upload_id>", methods=["HEAD"])
@allow(Can.SEND_PHOTOS)
@resumable
@uploads.response(200, headers=TOLD)
@uploads.problems(404, 410)
def look(upload_id):
    """How far an upload has come.

    `Upload-Offset` is its length only when the photo was kept; what became of it is told at /api/v1/photos.
    """
    return _answer(200, actions.find(upload_id, **_where()))


@uploads.patch("/<uuid:upload_id>")
@allow(Can.SEND_PHOTOS)
@resumable
@_header("Upload-Offset", NUMBER, "Where these bytes belong: where the upload ends by now")
@checksum
@uploads.doc(requestBody=BYTES | {"required": True}, responses=MISMATCH)
@uploads.response(204, headers=ANSWERS)
@uploads.problems(400, 404, 409, 410, 413, 415, 422, 423, 503, 507)
def go_on(upload_id):
    """Send the next bytes of an upload.

    With the last of them the photo is kept, like one sent whole: the answer is 204, or the problem that says why it
    can be no evidence, and then the upload is gone. After 503 or 507 the last byte is to be sent once more.
    """
    body = tus.body(request.headers, request.stream, request.content_length)
    offset = tus.number(request.headers, "Upload-Offset")
    with upload_place():
        return _answer(204, actions.send(upload_id, body, offset=offset, **_around()))


@uploads.delete("/<uuid:upload_id>")
@allow(Can.SEND_PHOTOS)
@resumable
@uploads.response(204)
@uploads.problems(404, 409, 410, 423)
def end(upload_id):
    """Give up an upload; a photo that was kept stays."""
    actions.end(upload_id, **_where())
    return Response(status=204)


def _where() -> dict:
    return {"uploads": extension("uploads"), "actor": current_actor(), "now": clock.now()}


def _around() -> dict:
    return _where() | {"intake": extension("intake")}


def _offered() -> Response:
    values = (tus.VERSION, tus.VERSION, tus.EXTENSIONS, str(extension("intake").limit), ",".join(tus.ALGORITHMS))
    return Response(status=204, headers=dict(zip(OFFERED, values, strict=True)))


def _answer(status: int, upload: Upload, **headers: str) -> Response:
    told = {
        "Upload-Offset": str(upload.offset),
        "Upload-Length": str(upload.announced.length),
        "Upload-Metadata": upload.announced.metadata,
        "Upload-Expires": format_datetime(upload.expires_at, usegmt=True),
    }
    return Response(status=status, headers=told | headers)
