"""The real service as an operator's machine runs it: started again whenever it ends, killed without a warning."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import psutil
from factories import ROOT

MOST = 60  # seconds until a start is given up


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Service:
    """`audit serve` in a process group of its own, always on the same port; `tracer` is a command that runs it."""

    def __init__(self, data: Path, port: int | None = None, *, workers: int = 2, **settings: str):
        self.data, self.port, self.workers_wanted = data, port or free_port(), workers
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("AUDIT_")}
        self.environment |= {"AUDIT_UPLOADS_AT_ONCE": "150"} | settings
        self.log = data / "server.log"
        self.process: subprocess.Popen | None = None
        self.began = 0.0

    def __enter__(self) -> Service:
        self.start()
        self.wait()
        return self

    def __exit__(self, *_) -> None:
        self.kill()

    def start(self, *tracer: str) -> None:
        command = [*tracer, sys.executable, "-m", "audit.cli", "--data", str(self.data), "serve"]
        command += ["--port", str(self.port), "--workers", str(self.workers_wanted)]
        self.began = time.monotonic()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def healthy(self, patience: float = 2.0) -> bool:
        """Whether it answers now that it is well."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=patience)
        with suppress(OSError, http.client.HTTPException), closing(line):
            line.request("GET", "/health")
            return line.getresponse().status == 200
        return False

    def wait(self) -> float:
        """Until it is well, started again if it ended (systemd does that); the seconds since its start."""
        end = time.monotonic() + MOST
        while not self.healthy():
            assert time.monotonic() < end, self.log.read_text("utf-8", "replace")[-5000:]
            if not self.running:
                self._sweep_away()
                self.start()
            time.sleep(0.02)
        return time.monotonic() - self.began

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """SIGKILL to everything at once: the first process, its workers, its checkers, and who traces them."""
        if self.process is not None:
            self._sweep_away()

    close = kill

    def _sweep_away(self) -> None:
        group = self.process.pid
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
        self.process.wait()
        # the port is free, and the next may be started, only when the last of them has gone
        while _alive(group):
            time.sleep(0.005)

    def freeze(self) -> None:
        os.killpg(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.killpg(self.pid, signal.SIGCONT)

    @property
    def pid(self) -> int:
        return self.process.pid

    def workers(self) -> list[psutil.Process]:
        return self._children("serve")

    def checkers(self) -> list[psutil.Process]:
        return self._children("checker")

    def _children(self, word: str) -> list[psutil.Process]:
        with suppress(psutil.Error):
            found = psutil.Process(self.pid).children(recursive=True)
            return [each for each in found if _does(each, word)]
        return []

    def kill_a_worker(self) -> int:
        """SIGKILL to one worker, each in its turn: one that dies twice within 5.5 s ends its server."""
        return self._kill_one(self.workers())

    def kill_a_checker(self) -> int:
        return self._kill_one(self.checkers())

    def _kill_one(self, of: list[psutil.Process]) -> int:
        """How many were killed. The oldest is taken: those that were started again lately come last."""
        for each in sorted(of, key=lambda one: one.create_time()):
            with suppress(psutil.Error):
                each.kill()
                return 1
        return 0


def _does(process: psutil.Process, word: str) -> bool:
    with suppress(psutil.Error):
        return word in process.cmdline()
    return False


def _alive(group: int) -> bool:
    for each in psutil.process_iter():
        with suppress(ProcessLookupError, psutil.Error):
            if os.getpgid(each.pid) == group and each.status() != psutil.STATUS_ZOMBIE:
                return True
    return False
