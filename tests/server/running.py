"""A real server of a test: started on a copy of the stage, killed, started again, ended."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import psutil
from factories import PASSWORD, ROOT
from stage import give_everybody

from audit.base import db
from audit.commands.phones import Client, sign_in


@dataclass
class Running:
    """A server with its folder, its database, its port and its process."""

    data: Path
    database_url: str
    settings: dict[str, str]
    log: Path
    port: int = field(default_factory=lambda: free_port())
    clients: list[Client] = field(default_factory=list)

    def start(self) -> None:
        command = [sys.executable, "-m", "audit.cli", "--data", str(self.data), "serve", "--port", str(self.port)]
        environment = os.environ | {"AUDIT_DATABASE_URL": self.database_url} | self.settings
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        _wait_until_it_answers(self)

    def kill(self) -> None:
        """kill -9, of the server and all its workers and checkers."""
        everybody = [psutil.Process(self.process.pid)]
        everybody += everybody[0].children(recursive=True)
        for each in everybody:
            each.kill()
        self.process.wait()
        psutil.wait_procs(everybody)

    def dies_and_starts_again(self) -> None:
        """kill -9 of everything, and a new start on the same data."""
        self.kill()
        self.start()

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(30)

    def sign_in(self, name: str) -> Client:
        self.clients.append(sign_in("127.0.0.1", self.port, name, PASSWORD, "a test"))
        return self.clients[-1]

    def hang_up(self) -> None:
        """Close the lines of everybody who signed in here."""
        while self.clients:
            self.clients.pop().close()

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


@contextmanager
def serving(url: str, data: Path, log: Path, settings: dict[str, str]) -> Iterator[Running]:
    """A server on this copy of the stage; the cast may sign in with PASSWORD."""
    db.open_database(url)
    give_everybody(PASSWORD)
    db.database.close_all()
    running = Running(data, url, settings, log)
    try:
        running.start()
        yield running
    finally:
        running.hang_up()
        running.end()


def _wait_until_it_answers(running: Running) -> None:
    for _ in range(1200):
        assert running.process.poll() is None, running.log.read_text()
        try:
            with urlopen(f"http://127.0.0.1:{running.port}/health", timeout=5) as answer:
                assert answer.status == 200
                return
        except OSError:  # URLError too, and an answer that does not come
            try:
                running.process.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
    raise AssertionError("the server did not answer")
