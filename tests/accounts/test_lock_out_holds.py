"""A lock-out outlives kill -9 and counts in every process, on the real server."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import suppress

import psutil
from factories import PASSWORD, ROOT

from audit.commands.phones import Client


class Server:
    """`audit serve` with two workers on a free port."""

    def __init__(self, folder, url: str, number: int):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        command = [sys.executable, "-m", "audit.cli", "--data", str(folder), "serve", "--port", str(self.port)]
        self.log = folder / f"server{number}.log"
        with self.log.open("wb") as log:
            environment = os.environ | {"AUDIT_DATABASE_URL": url, "AUDIT_CHECKERS": "0"}
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)

    def answers(self) -> Server:
        """Itself, once it does."""
        for _ in range(600):
            assert self.process.poll() is None, self.log.read_text()
            with suppress(OSError):
                if self.call("GET", "/health")[0] == 200:
                    return self
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(0.1)
        raise AssertionError("the server did not answer")

    def call(self, *args):
        client = Client("127.0.0.1", self.port)
        try:
            return client.call(*args)
        finally:
            client.close()

    def sign_in(self, name: str, password: str) -> int:
        return self.call("POST", "/api/v1/tokens", {"name": name, "password": password, "device": "d"})[0]

    def kill(self) -> None:
        """kill -9 for the process and its workers, all at once."""
        family = [*psutil.Process(self.process.pid).children(recursive=True), psutil.Process(self.process.pid)]
        for each in family:
            with suppress(psutil.NoSuchProcess):
                each.kill()
        self.process.wait(30)
        psutil.wait_procs(family, 30)


def test_a_lock_out_outlives_kill_9_and_holds_in_every_process(stage, passwords, tmp_path):
    started = [Server(tmp_path, stage[0], 0)]
    try:
        statuses = [started[0].answers().sign_in("office", "wrong") for _ in range(6)]
        assert statuses == [401] * 5 + [429]
        started[0].kill()
        started += [Server(tmp_path, stage[0], number) for number in (1, 2)]
        for server in started[1:]:
            assert [server.answers().sign_in("office", PASSWORD) for _ in range(4)] == [429] * 4
            assert server.sign_in("office2", PASSWORD) == 201
    finally:
        for server in started:
            if server.process.poll() is None:
                server.kill()
