"""Photos in pieces over real lines: cut in the middle, two at once, hanging, a server that dies, 25 MiB."""

from __future__ import annotations

import hashlib
import socket
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor

import pytest
from factories import large_photo, picture

MIB = 1024 * 1024
TUS = {"Tus-Resumable": "1.0.0"}
MEDIA_TYPE = "application/offset+octet-stream"


class Pieces:
    """An upload of these bytes, over lines to the server."""

    def __init__(self, server, data: bytes):
        self.port, self.client, self.data = server.port, server.sign_in("tashi"), data
        self.digest = hashlib.sha256(data).hexdigest()
        metadata = f"sha256 {b64encode(self.digest.encode()).decode()}"
        headers = TUS | {"Upload-Length": str(len(data)), "Upload-Metadata": metadata}
        status, _, answered = self.client.call("POST", "/api/v1/uploads", None, headers)
        assert status == 201
        self.path = answered["location"]

    def offset(self) -> int:
        return int(self.client.call("HEAD", self.path, None, TUS)[2]["upload-offset"])

    def send(self, offset: int, data, line=None) -> int:
        headers = TUS | {"Upload-Offset": str(offset), "Content-Type": MEDIA_TYPE}
        return (line or self.client).call("PATCH", self.path, data, headers)[0]

    def state(self) -> str | None:
        status, photo, _ = self.client.call("GET", f"/api/v1/photos/{self.digest}")
        return photo["state"] if status == 200 else None

    def begin_to_send(self, announced: int, data: bytes) -> socket.socket:
        """A line of its own, on which a request announces so many bytes from the first one on, and brings these."""
        line = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        head = (
            f"PATCH {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {self.client.token}\r\n"
            f"Tus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n"
            f"Content-Type: {MEDIA_TYPE}\r\nContent-Length: {announced}\r\n\r\n"
        )
        line.sendall(head.encode() + data)
        return line


@pytest.fixture
def pieces(server, request):
    """An upload of 2 MB, as no other test sends, that has been announced."""
    return Pieces(server, large_photo(2 * MIB + 1, request.node.name))


def test_a_request_that_is_cut_in_the_middle_is_gone_on_with(pieces):
    with pieces.begin_to_send(len(pieces.data), pieces.data[:MIB]) as line:
        line.shutdown(socket.SHUT_WR)
        while line.recv(65_536):  # until the server has noticed
            pass
    offset = pieces.offset()
    assert (offset, pieces.state()) == (MIB, None)
    assert pieces.send(offset, pieces.data[offset:]) == 204
    assert (pieces.offset(), pieces.state() in ("received", "accepted")) == (len(pieces.data), True)


def test_a_line_that_hangs_bars_nobody(pieces):
    with pieces.begin_to_send(len(pieces.data), pieces.data[:MIB]):
        offset = pieces.offset()
        while (status := pieces.send(offset, pieces.data[offset:])) in (409, 423):
            offset = pieces.offset()  # what came on the line that hangs is still being written
        assert (status, pieces.offset()) == (204, len(pieces.data))


def test_of_two_at_once_one_is_kept_and_the_other_told(server, pieces):  # PH20
    lines = [server.sign_in("tashi") for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        statuses = sorted(pool.map(lambda line: pieces.send(0, pieces.data, line), lines))
    assert statuses[0] == 204
    assert statuses[1] in (409, 423)
    assert pieces.offset() == len(pieces.data)


def test_what_was_promised_outlives_the_server(server, pieces):
    assert pieces.send(0, pieces.data[:MIB]) == 204
    server.dies_and_starts_again()
    pieces.client.close()
    assert pieces.offset() == MIB
    assert pieces.send(MIB, pieces.data[MIB:]) == 204
    server.dies_and_starts_again()
    pieces.client.close()
    assert (pieces.offset(), pieces.state() in ("received", "accepted")) == (len(pieces.data), True)


def test_a_server_that_dies_in_the_middle_of_a_request_loses_no_promise(server, pieces):
    assert pieces.send(0, pieces.data[:100]) == 204
    line = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    with line, pieces.begin_to_send(len(pieces.data), pieces.data[:MIB]):
        server.dies_and_starts_again()
    pieces.client.close()
    offset = pieces.offset()
    assert 100 <= offset < len(pieces.data)
    assert (pieces.send(offset, pieces.data[offset:]), pieces.offset()) == (204, len(pieces.data))


def test_pieces_without_a_length_are_taken(pieces):
    assert pieces.send(0, iter([pieces.data[:MIB], pieces.data[MIB:]])) == 204
    assert pieces.offset() == len(pieces.data)


def test_25_mib_do_not_show_in_the_memory_of_the_server(fresh_server):
    for number in range(4):
        digest, data = picture(f"warm {number}")
        fresh_server.sign_in("tashi").must("PUT", f"/api/v1/photos/{digest}", data)
    pieces = Pieces(fresh_server, large_photo(25 * MIB))
    before = fresh_server.peak_memory()
    assert pieces.send(0, pieces.data) == 204
    assert fresh_server.peak_memory() - before < 10 * MIB
