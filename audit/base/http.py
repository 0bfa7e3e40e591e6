"""HTTP as this house speaks it: flask-smorest with problem+json, strict bodies, ETags and safe headers."""

from __future__ import annotations

import gzip
import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import wraps
from http import HTTPStatus
from urllib.parse import SplitResult, quote, urlsplit

import flask_smorest
import marshmallow as ma
import peewee
from flask import Flask, Response, current_app, g, request
from flask import json as flask_json
from flask_smorest.etag import IF_NONE_MATCH_HEADER
from flask_smorest.utils import prepare_response
from werkzeug.exceptions import HTTPException, SecurityError

from audit.base import db, problems
from audit.base.body import Parser
from audit.base.problems import Problem

log = logging.getLogger("audit")

PROBLEM_JSON = "application/problem+json"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}
COOKIE = "audit"  # the token of a browser
WAITING = "Audit-Waiting"  # of a phone's request: how many photos are on the phone alone
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
NO_STORE = {"Cache-Control": "no-store"}  # for answers that carry a secret
WITH_BODIES = ("POST", "PUT", "PATCH")
WORTH_PACKING = 2000  # bytes
PACKED = ("application/json", "text/html")
PIECE = 64 * 1024
MOST_BYTES, MOST_SECONDS = 32 * 1024 * 1024, 20  # of a refused body; more than a photo may have
READING_OFF = threading.BoundedSemaphore(32)  # so that strangers who trickle cannot hold every thread
BY_STATUS = {
    400: problems.BadRequest,
    401: problems.AuthenticationRequired,
    403: problems.Forbidden,
    404: problems.NotFound,
    405: problems.MethodNotAllowed,
    406: problems.NotAcceptable,
    413: problems.PayloadTooLarge,
    415: problems.UnsupportedMediaType,
    503: problems.TemporarilyUnavailable,
}


class FieldFault(ma.Schema):
    pointer = ma.fields.String(metadata={"description": "JSON pointer into what was sent"})
    detail = ma.fields.String()


class ProblemSchema(ma.Schema):
    """RFC 9457, with `retry`: never (show it), later (send again unchanged), after-fix (ask the inspector)."""

    type = ma.fields.String(required=True, metadata={"format": "uri-reference"})
    title = ma.fields.String(required=True)
    status = ma.fields.Integer(required=True)
    detail = ma.fields.String()
    retry = ma.fields.String(required=True, validate=ma.validate.OneOf(["never", "later", "after-fix"]))
    errors = ma.fields.List(ma.fields.Nested(FieldFault))


class Blueprint(flask_smorest.Blueprint):
    """A capability's routes. Bodies and queries are read strictly."""

    ARGUMENTS_PARSER = Parser()

    @staticmethod
    def problems(*statuses: int) -> Callable:
        """Document the refusals a route may give beyond those every route may give."""

        def decorate(function):
            doc = function._apidoc = deepcopy(getattr(function, "_apidoc", {}))
            responses = doc.setdefault("response", {}).setdefault("responses", {})
            for status in statuses:
                responses.setdefault(status, []).append(HTTPStatus(status).name)
            return function

        return decorate

    def arguments(self, schema, *, location="json", **kwargs):
        """smorest's, but a bad query parameter is 400: the path is wrong, not the content."""
        if location == "query":
            kwargs.setdefault("error_status_code", 400)
        return super().arguments(schema, location=location, **kwargs)

    @staticmethod
    def header(parameter: dict) -> Callable:
        """Document a request header beside the parameters that `arguments` documents."""

        def decorate(function):
            doc = function._apidoc = deepcopy(getattr(function, "_apidoc", {}))
            doc.setdefault("arguments", {}).setdefault("parameters", []).append(dict(parameter))
            return function

        return decorate


class Api(flask_smorest.Api):
    """OpenAPI 3.1 whose errors are problem+json everywhere."""

    ERROR_SCHEMA = ProblemSchema

    def _register_responses(self):
        # smorest documents errors as application/json; ours have a type of their own
        named = {status.name: status.phrase for status in HTTPStatus} | {"DEFAULT_ERROR": "Any other refusal"}
        for name, phrase in named.items():
            response = {"description": phrase, "schema": ProblemSchema}
            if name in ("NO_CONTENT", "NOT_MODIFIED"):
                del response["schema"]
            prepare_response(response, self.spec, PROBLEM_JSON)
            self.spec.components.response(name, response, lazy=True)

    def handle_http_exception(self, error):
        return refuse(_as_problem(error))


def _as_problem(error: HTTPException) -> Problem:
    if isinstance(error, SecurityError):
        return problems.BadHost()
    kind = BY_STATUS.get(error.code, problems.BadRequest if (error.code or 500) < 500 else problems.InternalError)
    kept = {"Allow": ", ".join(sorted(error.valid_methods))} if getattr(error, "valid_methods", None) else {}
    return kind(headers=kept)


def language() -> str:
    """zh unless the client prefers English."""
    return request.accept_languages.best_match(["zh", "zh-CN", "en"], "zh")[:2]


def refuse(problem: Problem) -> Response:
    """The one place where problems become answers: for whoever would rather read a page, a page."""
    wanted = request.accept_mimetypes
    if wanted["text/html"] > wanted["application/json"] and (page := current_app.extensions.get("refusal_page")):
        return page(problem)
    body = flask_json.dumps(problem.document(language()), ensure_ascii=False)
    headers = dict(problem.headers)
    if problem.status == 401:
        headers.setdefault("WWW-Authenticate", 'Bearer realm="audit"')
    if problem.status in (429, 503, 507):
        headers.setdefault("Retry-After", "5")
    return Response(body, problem.status, headers, content_type=PROBLEM_JSON)


def _fault(error: Exception) -> Response:
    reference = secrets.token_hex(6)
    log.exception("fault %s in %s %r", reference, request.method, request.path)
    return refuse(problems.InternalError(f"reference {reference}"))


def _database_fault(error: Exception) -> Response:
    return refuse(problem) if (problem := db.refusal(error)) else _fault(error)


def _os_fault(error: OSError) -> Response:
    if error.errno in (28, 122):  # ENOSPC, EDQUOT
        return refuse(problems.StorageFull(headers={"Retry-After": "60"}))
    if error.errno in (5, 30):  # EIO, EROFS
        return refuse(problems.TemporarilyUnavailable(headers={"Retry-After": "60"}))
    return _fault(error)


def install(app: Flask) -> None:
    """Errors, headers and connections of every request."""
    app.register_error_handler(Problem, refuse)
    app.register_error_handler(peewee.PeeweeException, _database_fault)
    app.register_error_handler(db.MaxConnectionsExceeded, _database_fault)  # the pool's own, and a ValueError
    app.register_error_handler(OSError, _os_fault)
    app.register_error_handler(Exception, _fault)

    @app.before_request
    def readable_path() -> None:
        # PostgreSQL takes no NUL in a text, so that looking up what is so named would fail
        if "\x00" in request.path:
            raise problems.NotFound()

    @app.after_request
    def safe_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if request.path.startswith("/api/"):
            kept = response.headers.get("Cache-Control", "no-cache")
            response.headers["Cache-Control"] = kept if "private" in kept or "no-store" in kept else f"private, {kept}"
            response.vary.update(("Authorization", "Cookie", "Accept-Language"))
        _pack(response)
        return response

    app.after_request(_answer_first)
    app.wsgi_app = _host_in_lower_case(app.wsgi_app)

    @app.teardown_request
    def give_connection_back(_error) -> None:
        db.release()


def _pack(response: Response) -> None:
    """Pack a long answer for those who take it so: a list of 500 centres is 250 kB, and 20 kB packed.

    No page of another site can make these requests: phones carry a bearer token, and a cookie that is Lax goes along
    only when the person goes there. So what is in an answer cannot be guessed from its length.
    """
    if response.mimetype not in PACKED or response.is_streamed or "Content-Encoding" in response.headers:
        return
    response.vary.add("Accept-Encoding")
    if request.accept_encodings.quality("gzip") > 0 and (response.content_length or 0) >= WORTH_PACKING:
        response.set_data(gzip.compress(response.get_data(), 5, mtime=0))
        response.headers["Content-Encoding"] = "gzip"


def _host_in_lower_case(application: Callable) -> Callable:
    """Names have no case (RFC 9110 4.2.3), and TRUSTED_HOSTS are compared letter for letter."""

    def inner(environ, start_response):
        if "HTTP_HOST" in environ:
            environ["HTTP_HOST"] = environ["HTTP_HOST"].lower()
        return application(environ, start_response)

    return inner


def _answer_first(response: Response) -> Response:
    """A refusal goes out first, and then what is left of the body is read off: who sends none does not wait for it."""
    if response.status_code >= 400 and request.method in WITH_BODIES:
        body = response.get_data()
        response.response, response.content_length = _then_read_off(body, request.stream), len(body)
    return response


def _then_read_off(body: bytes, stream) -> Iterator[bytes]:
    yield body
    _read_off(stream)


def _read_off(stream) -> None:
    """Read what is left of a refused body, and throw it away.

    Whoever is still sending when the connection closes sees a broken line, or a proxy's 502, and never the answer:
    a phone that has to sign in again would send the same photo for ever.
    """
    if not READING_OFF.acquire(blocking=False):
        return
    end, left = time.monotonic() + MOST_SECONDS, MOST_BYTES
    try:
        while left > 0 and time.monotonic() < end and (piece := stream.read(min(left, PIECE))):
            left -= len(piece)
    except (OSError, HTTPException):  # the sender has gone
        pass
    finally:
        READING_OFF.release()


def guarded(view: Callable, check: Callable[[], object], permission, **doc) -> Callable:
    """The view behind a check that names who asks; `check` runs before any of the body is read."""

    @wraps(view)
    def inner(*args, **kwargs):
        g.actor = check()
        # the body may come at a few kB/s; no connection waits for it
        db.release()
        return view(*args, **kwargs)

    inner = flask_smorest.Blueprint.doc(security=[{"bearer": []}], **doc)(Blueprint.problems(401, 403)(inner))
    inner.permission = permission
    return inner


def extension(name: str):
    """What app.py wired for this application under a name."""
    return current_app.extensions[name]


def refuse_packed() -> None:
    """Refuse a raw body that would have to be unpacked first, before any of it is read."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise problems.UnsupportedContentEncoding()


@contextmanager
def upload_place() -> Iterator[None]:
    """One of the places for uploads in flight, so that slow ones leave threads for everybody else."""
    places = extension("upload_places")
    if not places.acquire(blocking=False):
        raise problems.TemporarilyUnavailable("too many uploads at once", headers={"Retry-After": "10"})
    try:
        db.release()
        yield
    finally:
        places.release()


def download(lines: Iterable[str], media_type: str, name: str, plain: str | None = None) -> Response:
    """Text lines as a file with a name that may be in any script; `plain` is one in ASCII, where it is not."""
    response = Response(lines, content_type=f"{media_type}; charset=utf-8")
    return named(response, name, plain or name)


def named(response: Response, name: str, plain: str) -> Response:
    """The answer as a file to keep, under a name in any script and a `plain` one, in ASCII without quotes, for programs
    that read no other."""
    response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    return response


def current_actor():
    """Who asks, in a guarded route."""
    return g.actor


def credential() -> str | None:
    """The token of this request: a phone's bearer, or else a browser's cookie; never taken from the query string.

    A browser sends its cookie along whoever made the page that asks: what changes anything must come from our own.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip() or None
    cookie = request.cookies.get(COOKIE)
    if cookie and request.method in UNSAFE:
        own_page()
    return cookie or None


def waiting_photos() -> int | None:
    """How many photos still wait on the device that asks; None where it does not say, or says no number."""
    told = request.headers.get(WAITING, "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 7 else None


def parts_of(address: str | None) -> SplitResult | None:
    """The parts of an address that a browser tells; None for what is none."""
    try:
        return urlsplit(address or "")
    except ValueError:
        return None


def own_page() -> None:
    """Refuse what a page of another site sends. Browsers say where a form comes from, and pages cannot change it."""
    origin = request.headers.get("Origin")
    if origin is None:
        own = request.headers.get("Sec-Fetch-Site") == "same-origin"
    else:
        parts = parts_of(origin)
        own = parts is not None and parts.netloc.lower() == request.host
    if not own:
        raise problems.ForeignPage()


def tagged(tag: str, body: Callable[[], object]):
    """(body, 200, headers), or a bare 304 without making the body when the client has this `tag` already."""
    quoted = f'"{tag}"'
    if request.if_none_match.contains_weak(tag):
        return Response(status=304, headers={"ETag": quoted})
    return body(), 200, {"ETag": quoted}


def conditional(view: Callable) -> Callable:
    """Tag the answer with the digest of its bytes; a client that has them gets 304."""

    @wraps(view)
    def inner(*args, **kwargs):
        response = view(*args, **kwargs)
        response.add_etag()
        return response.make_conditional(request)

    return Blueprint.problems(304)(Blueprint.header(IF_NONE_MATCH_HEADER)(inner))


def named_version() -> int:
    """The version that If-Match names; PreconditionRequired without one, VersionMismatch for what no version is."""
    if not request.if_match:
        raise problems.PreconditionRequired()
    tags = [tag for tag in request.if_match.as_set() if tag.isascii() and tag.isdigit()]
    if len(tags) != 1:
        raise problems.VersionMismatch()
    return int(tags[0])
