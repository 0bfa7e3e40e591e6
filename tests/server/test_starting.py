"""What `audit serve` says when it starts, and when it does not."""

from __future__ import annotations

import socket
import subprocess
import sys
from contextlib import closing
from uuid import uuid4

import pytest
from factories import ROOT, picture, visit


def test_the_start_tells_where_and_warns_of_nothing(server):
    said = server.log.read_text("utf-8")
    assert f"listening on http://127.0.0.1:{server.port}/api/v1/docs" in said
    assert "quite high" not in said


def test_a_second_server_on_the_port_does_not_start(server, tmp_path):
    command = [
        sys.executable,
        "-m",
        "audit.cli",
        "--data",
        str(tmp_path / "other"),
        "serve",
        "--port",
        str(server.port),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (1, f"Error: port {server.port} is in use\n")
    assert not (tmp_path / "other").exists()


class TestBucketDown:
    """The store of photos does not answer when the service starts."""

    @pytest.fixture
    def settings(self):
        with closing(socket.socket()) as taken:
            taken.bind(("127.0.0.1", 0))  # nobody listens, and nobody else gets the port
            url = f"s3://photos?endpoint=http://127.0.0.1:{taken.getsockname()[1]}&region=cn-north-1"
            yield {"AUDIT_STORAGE_URL": url, "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "s3cr3t"}

    def test_photos_get_503_and_all_else_is_served(self, fresh_server):
        phone, (digest, data) = fresh_server.sign_in("tashi"), picture()
        status, problem, headers = phone.call("PUT", f"/api/v1/photos/{digest}", data)
        assert (status, problem["type"], headers["retry-after"]) == (503, "/problems/temporarily-unavailable", "10")
        assert phone.call("PUT", f"/api/v1/inspections/{uuid4()}", visit(photos={"TA01": [digest]}))[0] == 201
        assert "the bucket does not answer now (AUDIT_STORAGE_URL)" in fresh_server.log.read_text("utf-8")
