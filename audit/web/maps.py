"""A schematic map of centres from their points. Pure geometry."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from audit.web.drawings import Dot, Drawing, Label, label


@dataclass(frozen=True, slots=True)
class Site:
    """A centre on the map: degrees, its county, and its mark."""

    lat: float
    lon: float
    county: str
    shape: str
    fill: str | None
    name: str


ACROSS, MARGIN = 900.0, 48.0
AROUND = [(across * 20.0, down * 7.0) for across in range(-3, 4) for down in range(-5, 9)]  # where a name may move to
NEAR = 160.0


def sites(found: Iterable[Site], radius: float = 7.0) -> Drawing | None:
    """Where centres lie to one another, north above; None without any. It shows places and no borders."""
    found = list(found)
    if not found:
        return None
    shrunk = math.cos(math.radians(sum(each.lat for each in found) / len(found)))
    flat = [(each.lon * shrunk, -each.lat) for each in found]
    west, north = (min(axis) for axis in zip(*flat, strict=True))
    east, south = (max(axis) for axis in zip(*flat, strict=True))
    scale = (ACROSS - 2 * MARGIN) / max(east - west, (south - north) * 1.2, 0.01)
    height = (south - north) * scale + 2 * MARGIN
    left = (ACROSS - (east - west) * scale) / 2
    dots = [
        Dot(left + (x - west) * scale, MARGIN + (y - north) * scale, radius, "site", each.shape, each.fill, each.name)
        for each, (x, y) in zip(found, flat, strict=True)
    ]
    # marks over names: where there is no room for both, nobody loses a centre
    return Drawing(ACROSS, height, (*_names(found, dots, height), *dots))


def _names(found: list[Site], dots: list[Dot], height: float) -> list[Label]:
    """The name of each county over its northernmost mark, or near there where it covers no other and fewest marks."""
    own: dict[str, list[Dot]] = {}
    for each, dot in zip(found, dots, strict=True):
        own.setdefault(each.county, []).append(dot)
    placed: list[Label] = []
    for county, marks in own.items():
        top = min(marks, key=lambda dot: (dot.y, dot.x))
        made = label(top.x, top.y - top.radius - 5, county, ACROSS / 3, anchor="middle", size=15.0)
        placed.append(_free(made, placed, dots, height))
    return placed


def _inside(made: Label, height: float) -> Label:
    left, top, right, bottom = made.box
    across = max(0.0, 2 - left) - max(0.0, right - ACROSS + 2)
    down = max(0.0, 2 - top) - max(0.0, bottom - height + 2)
    return replace(made, x=made.x + across, y=made.y + down)


def _free(made: Label, placed: list[Label], dots: list[Dot], height: float) -> Label:
    """The label where it stands best: moved by as little as it takes."""
    near = [dot.box for dot in dots if abs(dot.x - made.x) < NEAR and abs(dot.y - made.y) < NEAR]

    def cost(tried: Label) -> tuple[bool, int, float]:
        names = any(_cover(tried.box, other.box) for other in placed)
        moved = abs(tried.x - made.x) + abs(tried.y - made.y)
        return names, sum(_cover(tried.box, box) for box in near), moved

    return min((_inside(replace(made, x=made.x + x, y=made.y + y), height) for x, y in AROUND), key=cost)


def _cover(one: tuple, other: tuple) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
