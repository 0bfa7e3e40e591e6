"""What taking in photos needs to know: where bytes go, how much is too much, and whom to tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from audit.base.storage import Storage

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
