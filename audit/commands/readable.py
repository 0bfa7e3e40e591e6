"""Reading rows that may have been tampered with: one that cannot be read is a fault of that row, not the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from audit.base.db import batches
from audit.base.problems import Problem

CHUNK = 100
# what a row raises that holds anything at all: no JSON, no time, no number, a field or a neighbour that is not there
UNREADABLE = (
    ArithmeticError, AttributeError, LookupError, OSError, Problem, RecursionError, TypeError, ValueError,
)  # fmt: skip

Check = Callable[[list], Iterable[str | None]]


def by_chunks(model, check: Check, name: str, *, where=None) -> Iterator[str | None]:
    """What `check` says of rows (handed their keys, a hundred at a time, in order), one fault or None for each.

    Where a hundred cannot be read, each is read alone. `name` is what a row is called in front of its key.
    """
    key = model._meta.primary_key
    keys = model.select(key).order_by(key).tuples()
    for chunk in batches([each for (each,) in (keys if where is None else keys.where(where))], CHUNK):
        try:
            found = list(check(chunk))
        except UNREADABLE:
            found = [fault for each in chunk for fault in _alone(check, each, f"{name} {each}".strip())]
        yield from found


def _alone(check: Check, key, name: str) -> list[str | None]:
    try:
        return list(check([key]))
    except UNREADABLE as error:
        return [f"{name}: {unread(error)}"]


def unread(error: Exception) -> str:
    """Why a row cannot be read, in a line."""
    return f"cannot be read ({type(error).__name__}: {' '.join(str(error).split())[:120]})"


def told(name: str, faults: Iterable[str]) -> str | None:
    """The faults of one row as one; None without any."""
    found = "; ".join(faults)
    return f"{name}: {found}" if found else None
