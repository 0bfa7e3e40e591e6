"""What is about S3 alone: settings, refusals, stores that promise less than AWS, and a server that is not there."""

from __future__ import annotations

import hashlib
import logging
import socket
import traceback
from base64 import b64encode
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from uuid import uuid4

import pytest

from audit.base.bucket import Bucket
from audit.base.problems import StorageFull, TemporarilyUnavailable
from audit.base.s3 import Unusable

KEY = "ab/cd/abcd.jpg"


def put(bucket, data: bytes = b"bytes", key: str = KEY) -> bool:
    with bucket.spool() as spool:
        spool.write(data)
        return bucket.put(key, spool)


def get(bucket, key: str = KEY) -> bytes:
    with bucket.open(key) as file:
        return file.read()


@pytest.fixture
def bucket(swift, credentials, tmp_path):
    """An empty one on a real server."""
    return Bucket.of(swift.url(str(uuid4())), tmp_path)


# --- the setting -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "must look like s3://BUCKET"),
        ("https://host/photos", "must look like s3://BUCKET"),
        ("s3://", "must look like s3://BUCKET"),
        ("s3://a b", "must look like s3://BUCKET"),
        ("s3://photos#x", "must look like s3://BUCKET"),
        ("s3://photos?endpint=http://h", "knows no endpint"),
        ("s3://photos?endpoint=host:9000", "the endpoint must look like https://host:port"),
        ("s3://photos?endpoint=ftp://host", "the endpoint must look like https://host:port"),
        ("s3://key:t0psecret@photos", "AWS_SECRET_ACCESS_KEY"),
        ("s3://photos?endpoint=http://key:t0psecret@host", "AWS_SECRET_ACCESS_KEY"),
    ],
)
def test_a_bad_url_is_refused_in_a_sentence_without_secrets(url, sentence, tmp_path):
    with pytest.raises(ValueError, match=sentence) as refused:
        Bucket.of(url, tmp_path)
    assert "t0psecret" not in str(refused.value)


@pytest.mark.parametrize("query", ["", "?region=eu-central-1", "?endpoint=https://[::1]:9000/&region=cn-north-1"])
def test_a_good_url_asks_nothing_of_the_store(query, credentials, tmp_path):
    assert Bucket.of(f"s3://photos/xigaze{query}", tmp_path).name == "photos"


def test_a_prefix_keeps_two_apart(swift, credentials, tmp_path):
    one, two = (Bucket.of(swift.url(f"{uuid4()}/"), tmp_path) for _ in range(2))
    put(one)
    assert (one.exists(KEY), two.exists(KEY)) == (True, False)
    assert ([each.key for each in one.listed()], list(two.listed())) == ([KEY], [])


def test_a_bucket_may_be_used_whole(swift, credentials, tmp_path):
    whole, part = Bucket.of(swift.url(), tmp_path), Bucket.of(swift.url("part"), tmp_path)
    put(part)
    assert get(whole, f"part/{KEY}") == b"bytes"
    assert f"part/{KEY}" in {each.key for each in whole.listed()}


def test_a_listing_goes_on_after_the_first_page(bucket, monkeypatch):
    for n in range(5):
        put(bucket, key=f"aa/bb/{n}")
    paginator = bucket._s3.get_paginator

    def by_two(name):
        pages = paginator(name)
        whole = pages.paginate
        pages.paginate = lambda **kwargs: whole(**kwargs, PaginationConfig={"PageSize": 2})
        return pages

    monkeypatch.setattr(bucket._s3, "get_paginator", by_two)
    assert [each.key for each in bucket.listed()] == [f"aa/bb/{n}" for n in range(5)]


# --- at start ----------------------------------------------------------------------------------------------------


def test_a_bucket_that_can_be_used_passes(bucket):
    bucket.check()


@pytest.mark.parametrize(
    ("name", "value"), [("AWS_SECRET_ACCESS_KEY", "t0psecret"), ("AWS_ACCESS_KEY_ID", "test:nobody-t0psecret")]
)
def test_wrong_credentials_are_told_without_them(swift, credentials, tmp_path, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(ValueError, match="photos cannot be used: the credentials are refused") as refused:
        Bucket.of(swift.url(), tmp_path).check()
    assert "t0psecret" not in "".join(traceback.format_exception(refused.value))


def test_no_credentials_are_told(swift, credentials, tmp_path, monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(ValueError, match="Unable to locate credentials"):
        Bucket.of(swift.url(), tmp_path).check()


def test_a_missing_bucket_is_told(swift, credentials, tmp_path):
    with pytest.raises(ValueError, match="nowhere cannot be used: there is no such bucket"):
        Bucket.of(swift.url(bucket="nowhere"), tmp_path).check()


def test_a_missing_bucket_is_no_missing_photo(swift, credentials, tmp_path):
    nowhere = Bucket.of(swift.url(bucket="nowhere"), tmp_path)
    for call in (put, get, lambda bucket: list(bucket.listed())):
        with pytest.raises(Unusable, match="there is no such bucket"):
            call(nowhere)


# --- what Swift enforces ------------------------------------------------------------------------------------------


@pytest.fixture
def raw(bucket):
    """Puts past our own care: `raw(b"bytes", ChecksumSHA256=…)`; the code of the refusal, or None."""
    from botocore.exceptions import ClientError

    def put_object(data: bytes, **options) -> str | None:
        try:
            bucket._s3.put_object(**bucket._where(KEY), Body=data, **options)
        except ClientError as error:
            return error.response["Error"]["Code"]

    return put_object


def test_swift_refuses_bytes_with_another_sha256(bucket, raw):
    other = b64encode(hashlib.sha256(b"other").digest()).decode()
    assert raw(b"bytes", ChecksumSHA256=other) == "BadDigest"
    assert not bucket.exists(KEY)


def test_swift_refuses_a_key_that_is_there(bucket, raw):
    assert raw(b"first", IfNoneMatch="*") is None
    assert raw(b"second", IfNoneMatch="*") == "PreconditionFailed"
    assert get(bucket) == b"first"


def test_swift_answers_with_the_md5_of_what_arrived(bucket, monkeypatch):
    monkeypatch.setattr(bucket, "_read_back", None)  # so that it need not be read back
    assert put(bucket)


# --- servers that are down, full or poor --------------------------------------------------------------------------


def calls(bucket):
    yield lambda: put(bucket)
    yield lambda: get(bucket)
    yield lambda: bucket.exists(KEY)
    yield lambda: bucket.held(KEY)
    yield lambda: bucket.delete(KEY)
    yield lambda: list(bucket.listed())
    yield bucket.check


@pytest.fixture
def quick(monkeypatch):
    """Second tries come at once."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)


def test_a_server_that_is_down_is_a_passing_thing(credentials, tmp_path, quick):
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens, and nobody else gets the port
        down = Bucket.of(f"s3://photos?endpoint=http://127.0.0.1:{taken.getsockname()[1]}", tmp_path)
        for call in calls(down):
            with pytest.raises(TemporarilyUnavailable) as problem:
                call()
            assert problem.value.headers == {"Retry-After": "10"}


class Poor(BaseHTTPRequestHandler):
    """A store that can do little: no conditions, no digests, no ETags, no ranges. `answers` come first."""

    protocol_version = "HTTP/1.1"
    held: dict[str, bytes]
    answers: list[tuple[int, str]]
    spoil = False

    def _say(self, status: int, body: bytes = b"", length: int | None = None):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.send_header("Last-Modified", "Sun, 22 Nov 2026 03:21:49 GMT")
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else body)

    def _answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        key = self.path.partition("?")[0]
        if self.answers and self.command != "HEAD":
            status, code = self.answers[0]
            self._say(status, f"<Error><Code>{code}</Code></Error>".encode())
        elif self.command == "PUT":
            self.held[key] = body[:-1] if self.spoil else body
            self._say(200)
        elif self.command == "DELETE":
            self.held.pop(key, None)
            self._say(204)
        else:
            found = self.held.get(key)
            self._say(404, b"<Error><Code>NoSuchKey</Code></Error>") if found is None else self._say(200, found)

    do_GET = do_HEAD = do_PUT = do_DELETE = _answer

    def log_message(self, *args):
        pass


class PoorServer(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """A client that goes away is no news."""


@pytest.fixture
def poor():
    """What it holds, spoils and answers."""
    return type("OwnPoor", (Poor,), {"held": {}, "answers": []})


@pytest.fixture
def poor_bucket(poor, credentials, tmp_path, quick):
    """A bucket there."""
    with PoorServer(("127.0.0.1", 0), poor) as server:
        Thread(target=server.serve_forever, args=(0.01,)).start()
        bucket = Bucket.of(f"s3://photos?endpoint=http://127.0.0.1:{server.server_port}", tmp_path)
        yield bucket
        server.shutdown()
        bucket._s3.close()


@pytest.mark.parametrize(
    ("status", "code", "meaning"),
    [
        (500, "InternalError", TemporarilyUnavailable),
        (502, "", TemporarilyUnavailable),
        (503, "SlowDown", TemporarilyUnavailable),
        (504, "", TemporarilyUnavailable),
        (400, "RequestTimeout", TemporarilyUnavailable),
        (400, "BadDigest", TemporarilyUnavailable),
        (409, "ConditionalRequestConflict", TemporarilyUnavailable),
        (507, "XMinioStorageFull", StorageFull),
        (507, "", StorageFull),
        (403, "QuotaExceeded", StorageFull),
        (413, "EntityTooLarge", StorageFull),
        (403, "AccessDenied", Unusable),
        (404, "NoSuchBucket", Unusable),
        (501, "NotImplemented", Unusable),
    ],
)
def test_what_a_store_answers_means_one_thing(poor, poor_bucket, status, code, meaning):
    poor.answers.append((status, code))
    with pytest.raises(meaning) as error:
        put(poor_bucket)
    assert meaning is Unusable or error.value.headers["Retry-After"]


def test_a_store_that_proves_nothing_is_read_back(poor, poor_bucket):
    assert put(poor_bucket, b"bytes")
    assert get(poor_bucket) == b"bytes"


def test_bytes_that_a_store_spoiled_are_not_kept(poor, poor_bucket, caplog):
    poor.spoil = True
    with pytest.raises(TemporarilyUnavailable), caplog.at_level(logging.WARNING):
        put(poor_bucket)
    assert poor.held == {}
    assert "other bytes than were sent" in caplog.text


def test_a_store_without_conditions_keeps_the_first_bytes(poor, poor_bucket):
    assert (put(poor_bucket, b"first"), put(poor_bucket, b"second")) == (True, False)
    assert get(poor_bucket) == b"first"


def test_a_store_without_ranges_is_not_taken_at_its_word(poor, poor_bucket):
    put(poor_bucket, bytes(200_000))
    with poor_bucket.open(KEY) as file:
        file.seek(150_000)
        with pytest.raises(Unusable, match="no ranges"):
            file.read()


def test_a_download_that_breaks_off_is_an_error_and_no_short_photo(poor, poor_bucket, monkeypatch):
    put(poor_bucket, bytes(200_000))
    say = poor._say

    def half(self, status, body=b"", length=None):
        say(self, status, body[:100_000], len(body))
        self.close_connection = True

    monkeypatch.setattr(poor, "_say", half)
    with pytest.raises(TemporarilyUnavailable):
        get(poor_bucket)
