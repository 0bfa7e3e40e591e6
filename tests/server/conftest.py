"""The real server, as `audit serve` starts it, on a free port of this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from factories import PASSWORD, ROOT
from stage import give_everybody

from audit.base import db
from audit.commands.phones import Client, sign_in


@dataclass
class Running:
    """A server with its port, its process and its database."""

    port: int
    start: Callable[[], subprocess.Popen]
    log: Path
    clients: list[Client] = field(default_factory=list)

    def __post_init__(self):
        self._start()

    def _start(self) -> None:
        self.process = self.start()
        _wait_until_it_answers(self, self.log)

    def dies_and_starts_again(self) -> None:
        """kill -9, of the server and all its workers and checkers, and a new start on the same data."""
        everybody = [psutil.Process(self.process.pid)]
        everybody += everybody[0].children(recursive=True)
        for each in everybody:
            each.kill()
        self.process.wait()
        psutil.wait_procs(everybody)
        self._start()

    def sign_in(self, name: str) -> Client:
        self.clients.append(sign_in("127.0.0.1", self.port, name, PASSWORD, "a test"))
        return self.clients[-1]

    def peak_memory(self) -> int:
        """The highest resident size that any worker ever had, in bytes (VmHWM)."""
        peaks = []
        for worker in psutil.Process(self.process.pid).children(recursive=True):
            status = Path(f"/proc/{worker.pid}/status").read_text("ascii")
            peaks += [int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM")]
        return max(peaks)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def settings() -> dict[str, str]:
    """Further variables for the server of this test."""
    return {}


@pytest.fixture
def server_log(tmp_path) -> Path:
    """Where the server of this test writes what it says."""
    return tmp_path / "server.log"


@pytest.fixture
def server(stage, tmp_path, settings, server_log):
    """Started on the stage; the cast may sign in with PASSWORD."""
    db.open_database(stage[0])
    give_everybody(PASSWORD)
    db.database.close_all()
    port = free_port()
    command = [sys.executable, "-m", "audit.cli", "--data", str(tmp_path), "serve", "--port", str(port)]
    environment = os.environ | {"AUDIT_DATABASE_URL": stage[0]} | settings

    def start() -> subprocess.Popen:
        with server_log.open("ab") as log:
            return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)

    running = Running(port, start, server_log)
    yield running
    for client in running.clients:
        client.close()
    running.process.terminate()
    running.process.wait(30)


def _wait_until_it_answers(running: Running, log) -> None:
    from urllib.error import URLError
    from urllib.request import urlopen

    for _ in range(600):
        assert running.process.poll() is None, log.read_text()
        try:
            with urlopen(f"http://127.0.0.1:{running.port}/health", timeout=5) as answer:
                assert answer.status == 200
                return
        except (URLError, ConnectionError):
            try:
                running.process.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
    raise AssertionError("the server did not answer")
