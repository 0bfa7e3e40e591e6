"""What taking in photos needs to know: where bytes go, how much is too much, and whom to tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from audit.base.problems import PhotoEmpty, PhotoTooLarge
from audit.base.storage import Storage, receive

# told inside the transaction, when a photo was accepted or an accepted one was sent again: digest, time
Accepted = Callable[[str, datetime], None]


@dataclass(frozen=True)
class Intake:
    """`at_once` checks a photo before the answer; otherwise it waits, received, for a checker process."""

    storage: Storage
    limit: int  # bytes of one photo
    backlog: int  # photos that may wait for their check; more are told to come later
    at_once: bool
    accepted: Accepted


def take_in(stream: BinaryIO, spool: BinaryIO, limit: int) -> tuple[int, str]:
    """A body into the spool, in pieces of 64 KiB; how many bytes came, and their sha256."""
    size, found = receive(stream, spool, limit)
    if size > limit:
        raise PhotoTooLarge(f"at most {limit} bytes")
    if not size:
        raise PhotoEmpty()
    return size, found
