"""News of visits for those above: told inside the transaction in which it happens, wired by app.py.

`approved`: a visit was approved, and has the score it was approved with. `rescored`: the score of an approved visit is
another one now (a baseline, an issued list, a decision on an item). `voided`: it was taken out and has no score.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from audit.inspections.models import Inspection

# called with the event, the visit as it stands and the moment; what they raise undoes what they were told of
listeners: list[Callable[[str, Inspection, datetime], None]] = []


def tell(event: str, inspection: Inspection, now: datetime) -> None:
    """Tell all who listen."""
    for listener in listeners:
        listener(event, inspection, now)
