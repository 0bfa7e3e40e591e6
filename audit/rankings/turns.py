"""One export at a time per process, for each takes a processor for seconds; a few wait, more come later."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from audit.base.problems import RateLimited, TemporarilyUnavailable

TURN = threading.Lock()
QUEUE = threading.BoundedSemaphore(4)  # the one whose turn it is, and three who wait
MOST_WAIT = 60  # seconds
LATER = {"Retry-After": "30"}


@contextmanager
def turn() -> Iterator[None]:
    """Wait for the turn; RateLimited where many wait already, TemporarilyUnavailable after a minute."""
    if not QUEUE.acquire(blocking=False):
        raise RateLimited("many exports are being made", headers=LATER)
    try:
        if not TURN.acquire(timeout=MOST_WAIT):
            raise TemporarilyUnavailable("many exports are being made", headers=LATER)
        try:
            yield
        finally:
            TURN.release()
    finally:
        QUEUE.release()
