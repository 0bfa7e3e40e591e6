"""JSON bodies have one meaning, or are refused (bad inputs GE01 to GE15)."""

import io
import json
import time

import pytest

from audit.base import http

SIGN_IN = {"name": "tashi", "password": "a long enough Passw0rd", "device": "phone"}
NESTED = b'{"name": ' + b"[" * 64 + b"]" * 64 + b"}"


def body(**changes) -> bytes:
    return json.dumps(SIGN_IN | changes).encode()


def slug(answer) -> str:
    return answer.json["type"].removeprefix("/problems/")


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"[" * 100_000, id="GE01 opening brackets"),
        pytest.param(b'{"a":' * 100_000, id="GE01 opening braces"),
        pytest.param(NESTED, id="GE02 64 levels"),
        pytest.param(b'{"name": ' + b"9" * 5_000 + b"}", id="GE03 5,000 digits"),
        pytest.param(b'{"name": 0.' + b"9" * 5_000 + b"}", id="GE03 5,000 decimals"),
        pytest.param(b'{"name": NaN}', id="GE05 NaN"),
        pytest.param(b'{"name": -Infinity}', id="GE05 Infinity"),
        pytest.param(b'{"name": 1e999}', id="GE05 1e999"),
        pytest.param(b'{"name": 1e-999}', id="GE05 1e-999"),
        pytest.param(b'{"name": 1e99999999999999999999}', id="GE05 endless exponent"),
        pytest.param(b'{"name": 0e99999}', id="GE05 nothing with an exponent"),
        pytest.param(json.dumps(SIGN_IN).encode("utf-16"), id="GE06 UTF-16"),
        pytest.param(json.dumps(SIGN_IN).encode("utf-16-le"), id="GE06 UTF-16 without mark"),
        pytest.param(json.dumps(SIGN_IN).encode("utf-32"), id="GE06 UTF-32"),
        pytest.param(b"\xef\xbb\xbf" + body(), id="GE06 byte order mark"),
        pytest.param('{"name": "扎西"}'.encode("gbk"), id="GE06 GBK"),
        pytest.param(b'{"name": "\xc0\xaf"}', id="GE06 overlong UTF-8"),
        pytest.param(b'{"name": "\xed\xa0\x80"}', id="GE06 surrogate in UTF-8"),
        pytest.param(b'{"name": 1, "name": 2}', id="GE09 key twice"),
        pytest.param(b'{"x": {"score": 1, "sc\\u006fre": 2}}', id="GE09 key twice, spelled differently"),
        pytest.param(b"", id="GE12 empty"),
        pytest.param(b"  \n", id="GE12 only spaces"),
        pytest.param(body() + b"{}", id="two documents"),
        pytest.param(body()[:-1], id="cut off"),
        pytest.param(b'{"name": "a\nb"}', id="line break in a string"),
        pytest.param(b'{"name": 01}', id="leading zero"),
        pytest.param(b"{'name': 1}", id="single quotes"),
    ],
)
def test_what_is_not_json_is_malformed(send, raw):
    answer = send(raw)
    assert (answer.status_code, slug(answer)) == (400, "malformed-json")


@pytest.mark.parametrize(
    ("raw", "pointer"),
    [
        pytest.param(body(name=10**30), "/name", id="GE04 a number for a text"),
        pytest.param(body(name="\ud800"), "/name", id="GE07 lone surrogate"),
        pytest.param(b'{"\\udc00": 1}', "", id="GE07 lone surrogate in a key"),
        pytest.param(body(device=["a", {"b": "\udfff"}]), "/device/1/b", id="GE07 lone surrogate far inside"),
        pytest.param(body(name="a\x00b"), "/name", id="GE08 NUL"),
        pytest.param(b'{"a\\u0000b": 1}', "", id="GE08 NUL in a key"),
        pytest.param(body(is_admin=True), "/is_admin", id="GE10 unknown field"),
        pytest.param(body(**{"a/b~c": 1}), "/a~1b~0c", id="GE10 unknown field with a slash"),
        pytest.param(b"null", "", id="GE11 null"),
        pytest.param(b"[]", "", id="GE11 list"),
        pytest.param(b'"x"', "", id="GE11 text"),
        pytest.param(b"1", "", id="GE11 number"),
        pytest.param(b"true", "", id="GE11 true"),
        pytest.param(body(name=None), "/name", id="null for a text"),
        pytest.param(body(name={}), "/name", id="object for a text"),
    ],
)
def test_what_is_json_but_not_ours_is_named_by_its_pointer(send, raw, pointer):
    answer = send(raw)
    assert (answer.status_code, slug(answer)) == (422, "validation-error")
    assert pointer in [each["pointer"] for each in answer.json["errors"]]


@pytest.mark.parametrize("value", ["10" + "0" * 29, "true", "1.9", '"12"', "[1]", "-1"])
def test_a_whole_number_is_nothing_else(admin, value):
    raw = '{"name":"new","display":"New","roles":["county"],"password":"long enough","division":' + value + "}"
    answer = admin.post("/accounts", data=raw, content_type="application/json")
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/division")


def test_a_body_of_32_levels_is_read(send):
    answer = send(b'{"name": ' + b"[" * 31 + b"]" * 31 + b"}")
    assert answer.status_code == 422


def test_brackets_inside_a_text_are_no_levels(send):
    answer = send(body(surname='\\"' + "[{" * 100))
    assert [each["pointer"] for each in answer.json["errors"]] == ["/surname"]


def test_a_pair_of_surrogates_is_one_character(send):
    answer = send(b'{"extra": "\\ud83d\\ude00"}')
    assert "/extra" in [each["pointer"] for each in answer.json["errors"]]


@pytest.mark.parametrize("raw", [b'"' + b'\\"' * 400_000, b'"' * 900_000, b"\\" * 900_000, b'{"a":"' + b"[" * 900_000])
def test_a_hostile_body_costs_no_more_than_its_length(send, raw):
    before = time.process_time()
    assert send(raw).status_code == 400
    assert time.process_time() - before < 3  # the square of its length would be hours


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", None]
)
def test_json_under_another_name_is_refused(send, content_type):
    answer = send(body(), content_type=content_type)
    assert (answer.status_code, slug(answer)) == (415, "unsupported-media-type")


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "identity, gzip", "GZIP"])
def test_packed_bodies_are_not_unpacked(send, encoding):
    answer = send(b"\x1f\x8b\x08", headers={"Content-Encoding": encoding})
    assert (answer.status_code, slug(answer)) == (415, "unsupported-content-encoding")


def test_a_body_over_the_limit_is_refused_by_its_length(send):
    answer = send(b" " * 1_000_001)
    assert (answer.status_code, slug(answer)) == (413, "payload-too-large")


def test_a_body_at_the_limit_is_read(send):
    assert send(b" " * 1_000_000).status_code == 400


def chunked(door, stream):
    """A request without a Content-Length, as a server hands over chunked framing."""
    return door.post(
        "/api/v1/tokens",
        input_stream=stream,
        content_type="application/json",
        headers={"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )


def test_a_chunked_body_over_the_limit_is_refused(door):
    answer = chunked(door, io.BytesIO(b" " * 1_000_001))
    assert (answer.status_code, slug(answer)) == (413, "payload-too-large")


def test_an_endless_body_is_thrown_away_and_not_for_ever(door):
    class Endless(io.RawIOBase):
        given = 0

        def tell(self):
            return 0

        def seek(self, *where):
            return 0

        def read(self, size=-1):
            Endless.given += size
            return b" " * size

    assert chunked(door, Endless()).status_code == 413
    assert Endless.given <= 1_000_001 + http.MOST_BYTES


class Trickle(io.BytesIO):
    """Gives three bytes at a time however many are asked for, as a slow connection does."""

    def read(self, size=-1):
        return super().read(min(size, 3))

    def readinto(self, buffer):
        return super().readinto(memoryview(buffer)[:3])


def test_a_chunked_body_that_trickles_in_is_read_whole(door):
    answer = chunked(door, Trickle(body(extra=1)))
    assert [each["pointer"] for each in answer.json["errors"]] == ["/extra"]


def test_a_body_that_trickles_in_is_read_whole(door):
    raw = body(extra=1)
    answer = door.post("/api/v1/tokens", input_stream=Trickle(raw), content_type="application/json")
    assert [each["pointer"] for each in answer.json["errors"]] == ["/extra"]


def test_a_body_shorter_than_announced_is_refused(door):
    raw = body()
    answer = door.post(
        "/api/v1/tokens",
        data=raw,
        content_type="application/json",
        environ_overrides={"CONTENT_LENGTH": str(len(raw) + 1)},
    )
    assert (answer.status_code, slug(answer)) == (400, "bad-request")
