"""What drawings are made of: marks with their places, and labels that fit. Values in, values out.

A template draws the marks, and what each `look` looks like stands in style.css. Every mark lies inside its drawing, the
labels too: their width is estimated on the safe side, and what is too long is made smaller and then cut.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import ClassVar

WIDE, NARROW = 1.05, 0.66  # of the size: a Chinese character, and the widest of the others on the average
SMALLEST = 9.0
LINE = 1.35  # height of a line of text, of its size


@dataclass(frozen=True, slots=True)
class Line:
    x1: float
    y1: float
    x2: float
    y2: float
    look: str
    kind: ClassVar[str] = "line"

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        return min(self.x1, self.x2), min(self.y1, self.y2), max(self.x1, self.x2), max(self.y1, self.y2)


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    look: str
    kind: ClassVar[str] = "bar"

    @property
    def box(self) -> tuple[float, float, float, float]:
        return self.x, self.y, self.x + self.width, self.y + self.height


@dataclass(frozen=True, slots=True)
class Area:
    """A closed line through its corners, or an open one."""

    corners: tuple[tuple[float, float], ...]
    look: str
    closed: bool = True
    kind: ClassVar[str] = "area"

    @property
    def path(self) -> str:
        way = " L".join(f"{x:.1f} {y:.1f}" for x, y in self.corners)
        return f"M{way}{' Z' if self.closed else ''}"

    @property
    def box(self) -> tuple[float, float, float, float]:
        across, down = zip(*self.corners, strict=True)
        return min(across), min(down), max(across), max(down)


@dataclass(frozen=True, slots=True)
class Dot:
    """A mark of its own: `shape` ◆ ● ▲ ■, or ○ for what has no card; `fill` None: as the look says."""

    x: float
    y: float
    radius: float
    look: str
    shape: str = "●"
    fill: str | None = None
    name: str = ""
    kind: ClassVar[str] = "dot"

    @property
    def box(self) -> tuple[float, float, float, float]:
        return self.x - self.radius, self.y - self.radius, self.x + self.radius, self.y + self.radius


@dataclass(frozen=True, slots=True)
class Label:
    """Text on its base line `y`; `anchor` start, middle or end."""

    x: float
    y: float
    text: str
    look: str = "label"
    anchor: str = "start"
    size: float = 12.0
    kind: ClassVar[str] = "label"

    @property
    def box(self) -> tuple[float, float, float, float]:
        width = wide(self.text, self.size)
        left = self.x - {"start": 0.0, "middle": width / 2, "end": width}[self.anchor]
        return left, self.y - self.size, left + width, self.y + self.size * (LINE - 1)


Mark = Line | Bar | Area | Dot | Label


@dataclass(frozen=True, slots=True)
class Drawing:
    width: float
    height: float
    marks: tuple[Mark, ...]


# --- text ------------------------------------------------------------------------------------------------------------


def wide(text: str, size: float) -> float:
    """How wide a text is at most, in the usual fonts."""
    return size * sum(_wide(char) for char in text)


def _wide(char: str) -> float:
    if unicodedata.combining(char):
        return 0.0
    return WIDE if unicodedata.east_asian_width(char) in "WFA" else NARROW


def fitted(text: str, room: float, size: float = 12.0) -> tuple[str, float]:
    """(text, size) that fit into the room: smaller first, and then cut."""
    full = wide(text, size)
    if full <= room:
        return text, size
    smaller = max(SMALLEST, size * room / full)
    if wide(text, smaller) <= room + 1e-6:
        return text, smaller
    kept = text
    while kept and wide(kept + "…", smaller) > room:
        kept = kept[:-1]
    return kept + "…", smaller


def label(x: float, y: float, text: str, room: float, **more) -> Label:
    """A label that is no wider than the room it has."""
    shown, size = fitted(text, room, more.pop("size", 12.0))
    return Label(x, y, shown, size=size, **more)
