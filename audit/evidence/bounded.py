"""A child process with a hard limit on memory and time, for decoders that cannot be trusted with this one (0011)."""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import BinaryIO

from audit.base.problems import PhotoUnreadable, TemporarilyUnavailable

log = logging.getLogger("audit.evidence")
MEMORY = 1024**3  # address space; 50 Mpx were measured to take 700 MB of it
CPU_SECONDS = 20  # a photo of 12 Mpx takes 0.5 to 0.8
WALL_SECONDS = 60  # a busy machine is no fault of the photo's
ANSWER_BYTES = 64 * 1024 * 1024
FAILED, LATER = 70, 75  # what a child ends with: it could not decode this; it could not say so, for the disk is full


def can_run(library: str) -> bool:
    """Whether a library is installed; it is never loaded into this process."""
    return importlib.util.find_spec(library) is not None


@contextlib.contextmanager
def answer_of(module: str, *words: str, file: BinaryIO) -> Iterator[BinaryIO]:
    """What `python -m module words…` writes when it is given `file` as its input; gone afterwards.

    Starts take 0.1 s. PhotoUnreadable when it fails, is killed or takes too long; TemporarilyUnavailable when it
    does not come so far as to try, which is no fault of the photo's. No shell; of this
    process's environment only its paths.
    """
    with _real(file) as given, tempfile.TemporaryFile() as answer:
        # -P: not from the folder this happens to run in
        command = [sys.executable, "-P", "-m", module, *words]
        try:
            ended = subprocess.run(
                command,
                stdin=given,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                timeout=WALL_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise PhotoUnreadable(f"not decoded within {WALL_SECONDS} s") from error
        except OSError as error:
            raise TemporarilyUnavailable("no process for decoding", headers={"Retry-After": "10"}) from error
        if ended.returncode == -signal.SIGKILL:  # a system short of memory does this to whom it likes
            raise TemporarilyUnavailable("the decoder was killed", headers={"Retry-After": "60"})
        if ended.returncode == FAILED or ended.returncode < 0:
            raise PhotoUnreadable("its decoder failed")
        if ended.returncode:
            log.error("%s does not run: it ended with %d", module, ended.returncode)
            raise TemporarilyUnavailable("the decoder does not run", headers={"Retry-After": "60"})
        answer.seek(0)
        yield answer


@contextlib.contextmanager
def _real(file: BinaryIO) -> Iterator[BinaryIO]:
    """A file that another process can be given: this one, or a copy of bytes in memory."""
    file.flush()
    try:
        file.fileno()
    except OSError:
        with tempfile.TemporaryFile() as copy:
            file.seek(0)
            copy.write(file.read())
            copy.flush()
            yield copy
    else:
        yield file


def _environment() -> dict[str, str]:
    paths = os.pathsep.join(each for each in sys.path if each)
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "TMPDIR", "TEMP") if name in os.environ}
    return kept | {"PYTHONPATH": paths, "PYTHONUTF8": "1", "MALLOC_ARENA_MAX": "1"}


def bind() -> None:
    """Called by the child before anything else: from here on the system ends it where it goes too far."""
    try:
        import resource
    except ImportError:
        return
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, ANSWER_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(limit)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with contextlib.suppress(ValueError, OSError):  # a system that knows no such limit (macOS has no RLIMIT_AS)
            resource.setrlimit(limit, (most, most))
