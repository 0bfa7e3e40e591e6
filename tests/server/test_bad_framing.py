"""What only a socket can send: two framings at once, headers that are none, paths that no client would spell."""

from __future__ import annotations

import socket

import pytest

HOST = b"Host: 127.0.0.1\r\n"
CLOSE = HOST + b"Connection: close\r\n"
JSON = HOST + b"Content-Type: application/json\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
EMPTY_OBJECT = b"2\r\n{}\r\n0\r\n\r\n"
HIDDEN = b"GET /api/v1/docs HTTP/1.1\r\n" + HOST + b"\r\n"
TOO_MUCH = 1_000_001


@pytest.fixture
def say(server):
    """Sends these bytes on a line of their own; everything that comes back until the server hangs up."""

    def exchange(raw: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as line:
            line.sendall(raw)
            return b"".join(iter(lambda: line.recv(65_536), b""))

    return exchange


def statuses(answer: bytes) -> list[int]:
    return [int(part[:3]) for part in answer.split(b"HTTP/1.1 ")[1:]]


def length(number: int) -> bytes:
    return b"Content-Length: %d\r\n" % number


def test_of_two_framings_at_once_one_message_is_seen(say):
    post, body = b"POST /api/v1/tokens HTTP/1.1\r\n" + JSON, EMPTY_OBJECT + HIDDEN
    sent = {
        "GE16 length first": post + length(len(body)) + CHUNKED + b"\r\n" + body,
        "GE16 chunks first": post + CHUNKED + length(len(body)) + b"\r\n" + body,
        "GE16 length of the start only": post + length(2) + CHUNKED + b"\r\n" + body,
        "GE16 two lengths": post + length(2) + length(2 + len(HIDDEN)) + b"\r\n{}" + HIDDEN,
    }
    assert {name: statuses(say(raw)) for name, raw in sent.items()} == {
        "GE16 length first": [422],
        "GE16 chunks first": [422],
        "GE16 length of the start only": [422],
        "GE16 two lengths": [400],
    }


def test_a_body_over_the_limit_is_refused_in_both_framings(say):
    post = b"POST /api/v1/tokens HTTP/1.1\r\n" + CLOSE + b"Content-Type: application/json\r\n"
    chunk = b"%x\r\n" % TOO_MUCH + b" " * TOO_MUCH + b"\r\n0\r\n\r\n"
    sent = {
        "GE15 length": post + length(TOO_MUCH) + b"\r\n" + b" " * TOO_MUCH,
        "GE15 chunked": post + CHUNKED + b"\r\n" + chunk,
    }
    assert {name: statuses(say(raw)) for name, raw in sent.items()} == {name: [413] for name in sent}


def test_a_photo_one_byte_over_the_limit_is_refused_before_it_is_sent(server):  # PH02
    own = b"Authorization: Bearer " + server.sign_in("tashi").token.encode() + b"\r\n"
    head = b"PUT /api/v1/photos/" + b"0" * 64 + b" HTTP/1.1\r\n" + CLOSE + own + length(25 * 1024 * 1024 + 1)
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as line:
        line.sendall(head + b"\r\n\xff\xd8\xff")
        assert statuses(line.recv(12)) == [413]


def test_a_header_that_is_none_changes_nothing_or_is_refused(say):
    get = b"GET /api/v1/nothing HTTP/1.1\r\n" + CLOSE
    sent = {
        "GE25 CR": (get + b"X-Device: a\rSet-Cookie: b\r\n\r\n", [400]),
        "GE25 NUL": (get + b"X-Device: a\0b\r\n\r\n", [400]),
        "GE25 LF": (get + b"X-Device: a\nSet-Cookie: b\r\n\r\n", [404]),
        "GE25 64 kB": (get + b"X-Device: " + b"a" * 65_536 + b"\r\n\r\n", [404]),
        "GE25 1 MB": (get + b"X-Device: " + b"a" * 1_000_000 + b"\r\n\r\n", [431]),
    }
    answers = {name: say(raw) for name, (raw, _) in sent.items()}
    assert {name: statuses(answer) for name, answer in answers.items()} == {name: sent[name][1] for name in sent}
    assert [name for name, answer in answers.items() if b"set-cookie" in answer.lower()] == []


def test_a_strange_path_leads_nowhere_through_the_server(server, say):
    own = b"Authorization: Bearer " + server.sign_in("office").token.encode() + b"\r\n"
    names = {
        "GE18 %00": b"%00",
        "GE18 dots": b"%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "GE18 plain dots": b"../../../../etc/passwd",
        "GE18 %ff": b"%ff",
        "GE18 raw byte": b"\xff",
        "GE18 overlong": b"%c0%ae",
        "GE18 10 kB": b"a" * 10_000,
        "GE25 line break": b"%0d%0aX-Device:y",
    }
    found = {
        name: statuses(say(b"GET /api/v1/rounds/" + path + b" HTTP/1.1\r\n" + CLOSE + own + b"\r\n"))
        for name, path in names.items()
    }
    assert found == {name: [404] for name in names} | {"GE18 raw byte": [400]}


def test_a_host_that_is_not_ours_is_refused_by_the_server(say):
    get = b"GET /api/v1/docs HTTP/1.1\r\nConnection: close\r\n"
    sent = {
        "GE24 another": get + b"Host: evil.example\r\n\r\n",
        "GE24 none": get + b"\r\n",
        "GE24 two": get + HOST + b"Host: evil.example\r\n\r\n",
    }
    assert {name: statuses(say(raw)) for name, raw in sent.items()} == {name: [400] for name in sent}


@pytest.mark.parametrize("size", [60_000, 3_000_000, 26_214_401])
def test_who_sends_everything_before_reading_still_reads_the_refusal(say, size):
    put = b"PUT /api/v1/photos/" + b"a" * 64 + b" HTTP/1.1\r\n" + CLOSE + b"Authorization: Bearer none\r\n"
    assert [statuses(say(put + length(size) + b"\r\n" + b"x" * size)) for _ in range(5)] == [[401]] * 5
