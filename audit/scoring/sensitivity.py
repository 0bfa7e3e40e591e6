"""How near a place is to another: the smallest change of one printed total, all others as they are, that moves it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

STEP = Decimal("0.01")  # what a printed total can change by
LOWEST = Decimal(0)  # no total lies below it


@dataclass(frozen=True, slots=True)
class Shift:
    """By how many points a total must rise for a better place, and fall for a worse one; None: it cannot.

    With ties 1-2-2-4 a row reaches a better place as soon as it draws level, and may then pass several at once; it
    loses its place only when somebody is ahead who was not.
    """

    up_by: Decimal | None
    down_by: Decimal | None


def shifts(totals: Mapping[str, Decimal]) -> dict[str, Shift]:
    """The shift of each of the ranked, by their printed totals of 2 decimals."""
    order = sorted(totals.values())
    return {key: _shift(order, total) for key, total in totals.items()}


def _shift(order: list[Decimal], total: Decimal) -> Shift:
    first, behind = bisect_left(order, total), bisect_right(order, total)
    up_by = order[behind] - total if behind < len(order) else None
    if behind - first > 1:  # who ties with it is ahead at once
        fall = STEP
    elif first:
        fall = total - order[first - 1] + STEP
    else:
        fall = None
    return Shift(up_by, fall if fall is not None and total - fall >= LOWEST else None)
