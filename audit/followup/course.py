"""The course of a finding: which step may follow which, and where it stands after its steps. Values in, values out.

open → ordered → reported → closed (销号), or returned and ordered again; closed → reopened. What a visit's score does
by itself: open, close, withdraw.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

LIVE = ("open", "ordered", "reported")
RULED = ("dismissed", "upheld")  # the states of an appeal that somebody decided: 维持 变更
# the states in which each step may be taken; None: there is no finding yet
FROM = {
    "open": (None, "withdrawn", "closed"),
    "order": ("open", "ordered"),
    "report": ("ordered",),
    "close": LIVE,
    "return": ("reported",),
    "reopen": ("closed",),
    "withdraw": LIVE,
}


class Step(Protocol):
    """What of a step decides where a finding stands."""

    verb: str
    at: datetime
    kind: str | None
    unit: str | None
    due_on: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a finding stands; its row has these columns. `reopened`: how often somebody opened it again."""

    state: str
    kind: str = "normal"
    unit: str | None = None
    due_on: str | None = None
    closed_at: datetime | None = None
    reopened: int = 0


class OutOfTurn(ValueError):
    """The step cannot follow where the finding stands."""


def after(standing: Standing | None, step: Step) -> Standing:
    """Where it stands after one more step; OutOfTurn when that cannot follow."""
    state = standing.state if standing else None
    if state not in FROM[step.verb]:
        raise OutOfTurn(f"{step.verb} after {state}")
    if step.verb == "open":
        return Standing("open", reopened=standing.reopened if standing else 0)
    if step.verb == "order":
        return replace(standing, state="ordered", kind=step.kind, unit=step.unit, due_on=step.due_on)
    if step.verb == "return":
        return replace(standing, state="ordered", due_on=step.due_on)
    if step.verb == "reopen":
        return replace(standing, state="open", due_on=None, closed_at=None, reopened=standing.reopened + 1)
    if step.verb == "close":
        return replace(standing, state="closed", closed_at=step.at)
    return replace(standing, state={"report": "reported", "withdraw": "withdrawn"}[step.verb])


def course(steps: Iterable[Step]) -> Standing | None:
    """Where it stands after all of its steps, in their order."""
    standing = None
    for step in steps:
        standing = after(standing, step)
    return standing


def overdue(state: str, due_on: str | None, today: date) -> bool:
    """Past its day and not closed; what is withdrawn is nobody's any more."""
    return state in LIVE and due_on is not None and due_on < today.isoformat()
