"""What only the real server can show: many at once, slow lines, large bodies, torn bodies."""

from __future__ import annotations

import hashlib
import socket
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from factories import large_photo, picture, visit

MIB = 1024 * 1024


def at_once(number: int, call) -> list:
    with ThreadPoolExecutor(number) as pool:
        return [each.result() for each in [pool.submit(call, index) for index in range(number)]]


def test_the_same_visit_sent_twenty_times_at_once_is_stored_once(server):
    inspection, body = uuid4(), visit()
    clients = [server.sign_in("tashi") for _ in range(20)]
    answers = at_once(20, lambda index: clients[index].call("PUT", f"/api/v1/inspections/{inspection}", body))
    assert sorted(status for status, _, _ in answers) == [200] * 19 + [201]
    assert all(receipt == answers[0][1] for _, receipt, _ in answers)
    other = body | {"kind": "spot"}
    status, problem, _ = clients[0].call("PUT", f"/api/v1/inspections/{inspection}", other)
    assert (status, problem["type"]) == (409, "/problems/inspection-conflict")


def test_the_same_photo_sent_eight_times_at_once_is_stored_once(server):
    digest, data = picture("sent eight times")
    clients = [server.sign_in("tashi") for _ in range(8)]
    answers = at_once(8, lambda index: clients[index].call("PUT", f"/api/v1/photos/{digest}", data))
    assert sorted(status for status, _, _ in answers) == [200] * 7 + [201]


@pytest.fixture
def sixty_hanging_uploads(server):
    """Sixty phones on bad lines: each has announced a photo, sent some of it, and trickles on."""
    token = server.sign_in("drolma").token
    head = (
        f"PUT /api/v1/photos/{'0' * 64} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: image/jpeg\r\nContent-Length: {3 * MIB}\r\n\r\n"
    ).encode()
    lines = []
    for _ in range(60):
        line = socket.create_connection(("127.0.0.1", server.port), timeout=30)
        line.sendall(head + b"\xff\xd8\xff" + bytes(4096))
        lines.append(line)
    yield lines
    for line in lines:
        line.close()


def test_sixty_hanging_uploads_keep_nobody_waiting(server, sixty_hanging_uploads):
    client = server.sign_in("tashi")
    for line in sixty_hanging_uploads:
        line.sendall(bytes(2048))
    assert client.call("GET", "/api/v1/centres?county=540228")[0] == 200
    for line in sixty_hanging_uploads:
        line.sendall(bytes(2048))
    assert client.call("PUT", f"/api/v1/inspections/{uuid4()}", visit())[0] == 201


def test_a_photo_of_25_mib_does_not_show_in_the_memory_of_the_server(fresh_server):
    clients = [fresh_server.sign_in("tashi") for _ in range(4)]
    for number in range(4):  # every worker has decoded a picture of that size before it is measured
        digest, data = picture(f"warm {number}")
        at_once(4, lambda index, d=digest, b=data: clients[index].call("PUT", f"/api/v1/photos/{d}", b))
    before = fresh_server.peak_memory()
    data = large_photo(25 * MIB)
    path = f"/api/v1/photos/{hashlib.sha256(data).hexdigest()}"
    assert clients[0].call("PUT", path, data)[0] == 201
    assert fresh_server.peak_memory() - before < 10 * MIB


def test_a_photo_one_byte_over_the_limit_is_refused_without_a_length(server):  # PH02
    data = large_photo(25 * MIB + 1)
    path = f"/api/v1/photos/{hashlib.sha256(data).hexdigest()}"
    assert server.sign_in("tashi").call("PUT", path, iter([data[: 20 * MIB], data[20 * MIB :]]))[0] == 413


def test_a_body_that_breaks_off_is_never_taken_for_a_whole_one(server):
    digest, data = picture("broken off")
    client = server.sign_in("tashi")
    client.send_and_hang_up(
        "PUT", f"/api/v1/photos/{digest}", data[:1000], {"Content-Length": str(len(data)), "Content-Type": "image/jpeg"}
    )
    assert client.call("GET", f"/api/v1/photos/{digest}")[0] == 404
    assert client.call("PUT", f"/api/v1/photos/{digest}", data)[0] == 201
