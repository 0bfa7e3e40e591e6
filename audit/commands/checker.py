"""audit checker: check photos that were received, one after the other; `audit serve` starts some of these."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time

import click

from audit.base import clock, db
from audit.base.db import WORLDLY
from audit.base.problems import Problem
from audit.commands.setup import open_current
from audit.config import Config
from audit.evidence import checking, parts
from audit.fittings import intake, storage, unfinished

log = logging.getLogger("audit.checker")
IDLE = 1.0  # seconds between looks when nothing waits
SWEEP = 600.0  # seconds between looks for uploads whose time is over
PATIENCE = 8  # seconds that a server which ends waits for a check
NICE = 10  # requests come first


@click.command()
@click.option("--once", is_flag=True, help="End when nothing waits any more.")
@click.option("--parent", type=int, hidden=True, help="End when this process, which started it, has ended.")
@click.pass_obj
def checker(config: Config, once: bool, parent: int | None) -> None:
    """Check photos that were received: decode, read EXIF, find twins; accept or reject.

    Any number may run, on any machine that reaches the database and the photos: each photo is leased to one of them,
    and goes to another when that one dies. Uploads that broke off and whose time is over (AUDIT_UPLOAD_DAYS) are let
    go of on the way.
    """
    open_current(config)
    with contextlib.suppress(OSError):  # not everywhere may one be nice
        os.nice(NICE)
    taking = intake(config, storage(config))
    ending, sweeping = threading.Event(), _Sweeping(unfinished(config))
    signal.signal(signal.SIGTERM, lambda *_: ending.set())  # after the photo that is in hand
    while parent in (None, os.getppid()) and not ending.is_set():
        sweeping.when_due()
        if not _work(taking) and (once or ending.wait(IDLE)):
            return


def _work(taking) -> bool:
    """Check one photo; False when there was none, or what keeps it cannot be reached now."""
    try:
        with db.database.connection_context():
            return checking.check_next(taking, now=clock.now())
    except (Problem, OSError, *WORLDLY) as error:
        log.warning("a photo waits for its next check: %s", str(error).splitlines()[0] if str(error) else error)
        return False


class _Sweeping:
    """Lets go of uploads whose time is over, now and then."""

    def __init__(self, uploads: parts.Uploads):
        self._uploads, self._due = uploads, time.monotonic()

    def when_due(self) -> None:
        if time.monotonic() < self._due:
            return
        self._due = time.monotonic() + SWEEP
        try:
            parts.sweep(self._uploads, now=clock.now())
        except OSError as error:
            log.warning("uploads that broke off are let go of later: %s", error)


class Checkers:
    """The checker processes of a server: as many as were asked for, started again when one dies."""

    def __init__(self, config: Config):
        self._command = [sys.executable, "-m", "audit.cli", "--data", str(config.data.absolute()), "checker"]
        self._command += ["--parent", str(os.getpid())]
        self._running: list[subprocess.Popen] = [self._start() for _ in range(config.checkers)]
        self._stopping = threading.Event()
        self._watch = threading.Thread(target=self._keep_running, daemon=True)

    def __enter__(self) -> Checkers:
        self._watch.start()
        return self

    def __exit__(self, *_) -> None:
        self._stopping.set()
        self._watch.join()
        for each in self._running:
            each.terminate()
        for each in self._running:
            try:
                each.wait(PATIENCE)
            except subprocess.TimeoutExpired:  # its lease runs out, and another takes the photo
                each.kill()
                each.wait()

    def _start(self) -> subprocess.Popen:
        return subprocess.Popen(self._command, stdin=subprocess.DEVNULL)

    def _keep_running(self) -> None:
        while not self._stopping.wait(IDLE):
            self._running = [each if each.poll() is None else self._start() for each in self._running]
