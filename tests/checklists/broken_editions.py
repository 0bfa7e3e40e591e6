"""The editions and policies that ship, broken in one place."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from pathlib import Path

from audit.checklists import editions

FOLDER = Path(__file__).parent.parent.parent / "checklists"


@cache
def _read(name: str) -> dict:
    return editions.read(FOLDER / f"{name}-2026.1.toml")


def shipped(name: str) -> dict:
    """A copy of a shipped file's content that may be changed."""
    return deepcopy(_read(name))


def item(content: dict, code: str) -> dict:
    """One item, bonus or deduction."""
    parts = (*content["items"], *content["bonus"], *content["deductions"])
    return next(each for each in parts if each["code"] == code)


def broken(code: str, /, **changes) -> dict:
    """The township edition with other values in one item; None takes a value away."""
    content = shipped("township")
    wanted = item(content, code)
    wanted.update(changes)
    for key in [key for key, value in changes.items() if value is None]:
        del wanted[key]
    return content
