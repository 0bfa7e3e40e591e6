"""Reading JSON bodies and query strings strictly: one meaning per request, or a clear refusal."""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from io import BytesIO
from urllib.parse import unquote_to_bytes

import marshmallow as ma
from flask import current_app, request
from webargs.flaskparser import FlaskParser
from webargs.multidictproxy import MultiDictProxy

from audit.base.problems import (
    BadRequest,
    InvalidParameter,
    MalformedJson,
    PayloadTooLarge,
    UnsupportedContentEncoding,
    UnsupportedMediaType,
    ValidationError,
)

DEEPEST = 32
# possessive, and a string without an end is one too: otherwise 1 MB of \" takes the square of its length
_STRINGS = re.compile(rb'"(?:[^"\\]+|\\.)*+"?', re.DOTALL)
_BRACKETS = re.compile(rb"[\[\]{}]")
# what PostgreSQL cannot keep, and no file either
UNFIT = re.compile("[\x00\ud800-\udfff]")


def read_limited(limit: int) -> bytes:
    """The whole body, at most `limit` bytes, in either framing; a body shorter than announced is refused."""
    length = request.content_length
    if length is not None and length > limit:
        raise PayloadTooLarge(f"{length} bytes; at most {limit}")
    raw = bytearray()
    # a stream may give less than it was asked for; only nothing is its end
    while len(raw) <= limit and (part := request.stream.read(min(65_536, limit + 1 - len(raw)))):
        raw += part
    if len(raw) > limit:
        raise PayloadTooLarge(f"more than {limit} bytes")
    if length is not None and len(raw) < length:
        raise BadRequest("the body ended early")
    return bytes(raw)


def read_form(limit: int) -> dict[str, str]:
    """The fields of a web form, at most `limit` bytes, in either framing; what is no form has none."""
    raw = read_limited(limit)
    # the parser by itself takes a body that came without a length for an empty one
    parser = request.make_form_data_parser()
    _, form, files = parser.parse(BytesIO(raw), request.mimetype, len(raw), request.mimetype_params)
    for _, file in files.items(multi=True):
        file.close()
    return form.to_dict()


def strict_json(raw: bytes):
    """Parse a body: UTF-8, at most 32 levels, no duplicate keys, no NaN, no lone surrogates, no NUL."""
    value = parsed(raw)
    check_strings(value)
    return value


def parsed(raw: bytes):
    """The same, but for surrogates and NUL: for what holds many bodies, of which one may be refused alone."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedJson("not UTF-8") from error
    if text.startswith("\ufeff"):
        raise MalformedJson("starts with a byte order mark")
    _check_depth(raw)
    try:
        # the text, not the bytes: json.loads would guess UTF-16 from NULs that are UTF-8 too
        return json.loads(
            text,
            parse_float=_number,
            parse_int=_integer,
            parse_constant=_refuse_constant,
            object_pairs_hook=_without_duplicates,
        )
    except (ValueError, RecursionError) as error:
        raise MalformedJson(str(error)[:200]) from error


def _check_depth(raw: bytes) -> None:
    depth = 0
    for bracket in _BRACKETS.findall(_STRINGS.sub(b"", raw)):
        depth += 1 if bracket in b"[{" else -1
        if depth > DEEPEST:
            raise MalformedJson(f"more than {DEEPEST} levels deep")


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ValueError("a number that cannot be kept") from error
    if len(text) > 40 or not -30 < number.adjusted() < 30:
        raise ValueError("a number that cannot be kept")
    return number


def _integer(text: str) -> int:
    if len(text) > 40:
        raise ValueError("a number that cannot be kept")
    return int(text)


def _refuse_constant(text: str):
    raise ValueError(f"{text} is not JSON")


def _without_duplicates(pairs):
    keys = [key for key, _ in pairs]
    if len(set(keys)) < len(keys):
        raise ValueError("a key stands twice")
    return dict(pairs)


def check_strings(value, pointer: str = "") -> None:
    """Refuse what PostgreSQL cannot keep, or no file: ValidationError names the first."""
    if isinstance(value, str):
        if UNFIT.search(value):
            raise ValidationError(errors={pointer: "has NUL or a lone surrogate"})
    elif isinstance(value, list):
        for index, each in enumerate(value):
            check_strings(each, f"{pointer}/{index}")
    elif isinstance(value, dict):
        for key, each in value.items():
            check_strings(key, pointer)
            check_strings(each, f"{pointer}/{escape(key)}")


def escape(key) -> str:
    """A key as a JSON pointer spells it."""
    return str(key).replace("~", "~0").replace("/", "~1")


def pointers(messages, at: str = "") -> dict[str, str]:
    """marshmallow's nested messages as JSON pointers."""
    if isinstance(messages, dict):
        found: dict[str, str] = {}
        for key, each in messages.items():
            found |= pointers(each, at if key == "_schema" else f"{at}/{escape(key)}")
        return found
    return {at: "; ".join(map(str, messages)) if isinstance(messages, list) else str(messages)}


def load(schema: ma.Schema, value):
    """The value as the schema understands it; ValidationError names every place, as a route does."""
    try:
        return schema.load(value)
    except ma.ValidationError as error:
        raise ValidationError(errors=pointers(error.messages)) from error


def query(schema: ma.Schema) -> dict:
    """The address of a page as a list's schema understands it; what a filter leaves empty was not asked for."""
    given = request.args.copy()
    for name, value in request.args.items():
        if "\x00" in value:
            raise InvalidParameter(errors={f"/{escape(name)}": "not readable text"})
        if not value.strip():
            given.poplist(name)
    try:
        return schema.load(MultiDictProxy(given, schema))
    except ma.ValidationError as error:
        raise InvalidParameter(errors=pointers(error.messages)) from error


class Parser(FlaskParser):
    """webargs, with our own reading and our own refusals."""

    DEFAULT_UNKNOWN_BY_LOCATION = dict.fromkeys(FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, ma.RAISE)

    def load_json(self, req, schema):
        if req.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise UnsupportedContentEncoding()
        if req.mimetype != "application/json":
            raise UnsupportedMediaType()
        return strict_json(read_limited(current_app.config["MAX_JSON_BYTES"]))

    def load_querystring(self, req, schema):
        try:
            unquote_to_bytes(req.query_string).decode("utf-8")
        except UnicodeDecodeError as error:
            raise InvalidParameter("not UTF-8") from error
        for name, values in req.args.lists():
            if len(values) > 1:
                raise InvalidParameter(errors={f"/{escape(name)}": "stands twice"})
            if "\x00" in values[0]:
                raise InvalidParameter(errors={f"/{escape(name)}": "not readable text"})
        return MultiDictProxy(req.args, schema)

    def handle_error(self, error, req, schema, *, error_status_code, error_headers):
        location, messages = next(iter(error.messages.items()))
        kind = InvalidParameter if location == "query" else ValidationError
        raise kind(errors=pointers(messages))
