"""What waits for somebody, told on their start page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Notice:
    """One thing that waits: what it is in both languages, where it leads, and whether it cannot wait."""

    zh: str
    en: str
    path: str
    urgent: bool = False


SOURCES: tuple[Callable[..., Iterator[Notice]], ...] = ()


def of(actor, *, now: datetime) -> list[Notice]:
    """Everything that waits for somebody, what cannot wait first."""
    found = [notice for source in SOURCES for notice in source(actor, now)]
    return sorted(found, key=lambda each: not each.urgent)
