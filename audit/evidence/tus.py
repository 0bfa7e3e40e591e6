"""What clients say in the headers of tus 1.0.0 (tus.io/protocols/resumable-upload), read strictly."""

from __future__ import annotations

import binascii
import hashlib
import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

from audit.base.problems import (
    BadRequest,
    PhotoEmpty,
    PhotoTooLarge,
    UnsupportedContentEncoding,
    UnsupportedMediaType,
    ValidationError,
)

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,expiration,termination"
MEDIA_TYPE = "application/offset+octet-stream"
# the protocol wants sha1 of every server, and some clients (tuspy) know no other
ALGORITHMS = {"sha256": hashlib.sha256, "sha1": hashlib.sha1}
MOST_METADATA = 4096
# what may stand in a header, so that it can be given back in one
METADATA = r"[!-+\--~]+( [A-Za-z0-9+/]*={0,2})?(, ?[!-+\--~]+( [A-Za-z0-9+/]*={0,2})?)*"


@dataclass(frozen=True, slots=True)
class Announced:
    """What is to come: so many bytes with this sha256; `metadata` as it was sent."""

    length: int
    digest: str
    metadata: str


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the bytes of one request must have."""

    algorithm: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Body:
    """The bytes of one request as they come; `size` where it was announced."""

    stream: BinaryIO
    size: int | None
    checksum: Checksum | None


def announced(headers: Mapping[str, str], limit: int) -> Announced:
    """What a creation announces; the problem that says why it cannot be a photo."""
    if "Upload-Defer-Length" in headers:
        raise BadRequest("Upload-Defer-Length: the length must be known")
    length, text = number(headers, "Upload-Length"), headers.get("Upload-Metadata", "").strip()
    digest = _digest(_metadata(text))
    if length > limit:
        raise PhotoTooLarge(f"{length} bytes; at most {limit}")
    if not length:
        raise PhotoEmpty()
    return Announced(length, digest, text)


def number(headers: Mapping[str, str], name: str) -> int:
    """The whole number that a header has to hold."""
    text = headers.get(name, "")
    if not re.fullmatch(r"\d{1,15}", text, re.ASCII):
        raise BadRequest(f"{name}: a whole number is wanted")
    return int(text)


def body(headers: Mapping[str, str], stream: BinaryIO, size: int | None, *, optional: bool = False) -> Body:
    """The body of a request; an `optional` one without bytes needs no type."""
    if headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedContentEncoding()
    kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    empty = not size and "Transfer-Encoding" not in headers
    if kind != MEDIA_TYPE and not (optional and empty):
        raise UnsupportedMediaType(f"{MEDIA_TYPE} is wanted")
    return Body(stream, size, _checksum(headers))


def _metadata(text: str) -> dict[str, str]:
    """Values, still in base64, by key."""
    if len(text) > MOST_METADATA or (text and not re.fullmatch(METADATA, text, re.ASCII)):
        raise BadRequest("Upload-Metadata: pairs of a key and base64 are wanted, with commas between")
    pairs = [pair.strip().partition(" ") for pair in text.split(",")]
    values = {key: value for key, _, value in pairs}
    if len(values) < len(pairs):
        raise BadRequest("Upload-Metadata: a key stands twice")
    return values


def _digest(values: Mapping[str, str]) -> str:
    found = _decoded(values.get("sha256", "")) or b""
    if not re.fullmatch(rb"[0-9a-f]{64}", found):
        raise ValidationError("Upload-Metadata must have sha256: base64 of the digest in 64 lower-case hex digits")
    return found.decode()


def _checksum(headers: Mapping[str, str]) -> Checksum | None:
    text = headers.get("Upload-Checksum")
    if text is None:
        return None
    algorithm, _, encoded = text.strip().partition(" ")
    if algorithm not in ALGORITHMS:
        raise BadRequest(f"Upload-Checksum: one of {', '.join(ALGORITHMS)} is wanted")
    value = _decoded(encoded)
    if value is None or len(value) != ALGORITHMS[algorithm]().digest_size:
        raise BadRequest(f"Upload-Checksum: base64 of a {algorithm} is wanted")
    return Checksum(algorithm, value)


def _decoded(text: str) -> bytes | None:
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
