"""Datums, and how a position in one is read in WGS-84. GCJ-02 and BD-09 by the published formulas; both apply to China
only.

Positions are (lat, lon) in degrees.
"""

from __future__ import annotations

import math
from collections.abc import Callable

Position = tuple[float, float]

AXIS, ECCENTRICITY_2 = 6378245.0, 0.00669342162296594323  # Krasovsky 1940, which the formulas are made with
CHINA = (0.8293, 72.004, 55.8271, 137.8347)  # south, west, north, east: the formulas change nothing outside
BAIDU = math.pi * 3000 / 180


def in_china(position: Position) -> bool:
    """Whether the formulas apply: a rectangle, as published."""
    return CHINA[0] <= position[0] <= CHINA[2] and CHINA[1] <= position[1] <= CHINA[3]


def _waves(value: float, *terms: tuple[float, float]) -> float:
    return sum(height * math.sin(value * math.pi * often) for height, often in terms) * 2 / 3


def _shifted(position: Position) -> Position:
    lat, lon = position
    x, y = lon - 105, lat - 35
    root, ripple = math.sqrt(abs(x)), _waves(x, (20, 6), (20, 2))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + ripple
    north += _waves(y, (20, 1), (40, 1 / 3), (160, 1 / 12), (320, 1 / 30))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + ripple
    east += _waves(x, (20, 1), (40, 1 / 3), (150, 1 / 12), (300, 1 / 30))
    bulge = 1 - ECCENTRICITY_2 * math.sin(math.radians(lat)) ** 2
    north_radius = AXIS * (1 - ECCENTRICITY_2) / bulge**1.5
    east_radius = AXIS / math.sqrt(bulge) * math.cos(math.radians(lat))
    return lat + math.degrees(north / north_radius), lon + math.degrees(east / east_radius)


def _baidu(position: Position) -> Position:
    lat, lon = position
    far = math.hypot(lat, lon) + 0.00002 * math.sin(lat * BAIDU)
    angle = math.atan2(lat, lon) + 0.000003 * math.cos(lon * BAIDU)
    return far * math.sin(angle) + 0.006, far * math.cos(angle) + 0.0065


def _undone(forward: Callable[[Position], Position], target: Position) -> Position:
    """What `forward` brings to `target`, by steps that each leave about a thousandth of the error."""
    lat, lon = target
    for _ in range(6):
        again = forward((lat, lon))
        lat, lon = lat + target[0] - again[0], lon + target[1] - again[1]
    return lat, lon


def wgs_to_gcj(position: Position) -> Position:
    return _shifted(position) if in_china(position) else position


def gcj_to_wgs(position: Position) -> Position:
    return _undone(_shifted, position) if in_china(position) else position


def gcj_to_bd(position: Position) -> Position:
    return _baidu(position) if in_china(position) else position


def bd_to_gcj(position: Position) -> Position:
    return _undone(_baidu, position) if in_china(position) else position


def wgs_to_bd(position: Position) -> Position:
    return gcj_to_bd(wgs_to_gcj(position))


def bd_to_wgs(position: Position) -> Position:
    return gcj_to_wgs(bd_to_gcj(position))


READ_AS: dict[str, Callable[[Position], Position]] = {
    "WGS-84": lambda position: position,
    "CGCS2000": lambda position: position,  # less than a hand apart
    "GCJ-02": gcj_to_wgs,
    "BD-09": bd_to_wgs,
}
