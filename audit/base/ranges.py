"""Downloads that go on after a cut: one range of bytes (RFC 9110 section 14), by a strong ETag."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from flask import Response, request

from audit.base.http import named
from audit.base.problems import RangeNotSatisfiable


class Content(Protocol):
    """Bytes that are made as they are sent; the same ones under the same tag."""

    length: int
    tag: str

    def pieces(self, start: int, stop: int) -> Iterator[bytes]: ...


def send(content: Content, media_type: str, names: tuple[str, str], done: Callable[[], None]) -> Response:
    """The content, or with Range a part of it, under names as `http.named` takes them; `done` is called when no more of
    it is wanted, maybe twice.

    What another version of the content was cut off from is sent whole (If-Range), as is what asks for several ranges.
    """
    try:
        span = _asked(content)
    except RangeNotSatisfiable:
        done()
        raise
    start, stop = span or (0, content.length)
    response = Response(_told(content.pieces(start, stop), done), 206 if span else 200, content_type=media_type)
    # also when the body is never begun: HEAD, or a client that has gone
    response.call_on_close(done)
    response.content_length = stop - start
    response.headers["Accept-Ranges"] = "bytes"
    response.set_etag(content.tag)
    if span:
        response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{content.length}"
    return named(response, *names)


def _told(pieces: Iterator[bytes], done: Callable[[], None]) -> Iterator[bytes]:
    try:
        yield from pieces
    finally:
        done()


def _asked(content: Content) -> tuple[int, int] | None:
    """The range to send; None: everything. RangeNotSatisfiable for one that begins behind the end."""
    asked, unless = request.range, request.headers.get("If-Range")
    if request.method != "GET" or asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        return None
    if unless is not None and unless.strip() != f'"{content.tag}"':
        return None
    found = asked.range_for_length(content.length)
    if found is None:
        raise RangeNotSatisfiable(headers={"Content-Range": f"bytes */{content.length}"})
    return found
