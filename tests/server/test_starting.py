"""What `audit serve` says when it starts, and when it does not."""

from __future__ import annotations

import subprocess
import sys

from factories import ROOT


def test_the_start_tells_where_and_warns_of_nothing(server, tmp_path):
    said = (tmp_path / "server.log").read_text("utf-8")
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
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stderr) == (1, f"Error: port {server.port} is in use\n")
    assert not (tmp_path / "other").exists()
