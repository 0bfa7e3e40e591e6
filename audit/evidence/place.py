"""Where a fix lies: datums, accuracy, and whether it is at the centre. A fence advises, it never blocks.

Positions are (lat, lon) in degrees.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median

from audit.centres.datums import READ_AS, Position
from audit.centres.distance import metres

# [S] a yard, a hall across the street, the next house; and less than GCJ-02 is off here (313 to 490 m)
FENCE_M = 300
# in two dimensions 95 % lie within 1.62 times the radius that holds 68 %
TO_95 = 1.62
# [S] what a position without a stated accuracy is taken for: EXIF has none, and some phones say 0 when they have none
UNSTATED_ACCURACY_M = 100

# How wrong the centre's own point may be, by where it came from.
PUBLIC_M = 40_000  # [S] public lists: points of county seats lay up to 36 km off (domain.md §4.5)
IMPORTED_M = 1_000  # [S] a table's datum may be mislabelled: BD-09 is off by up to 987 m (domain.md §5)
LEARNT_M = 30  # the accuracy that fixes must have to be learnt from
BY_CONFIDENCE = {"learnt": LEARNT_M, "imported": IMPORTED_M}
PUBLIC_LISTS = ("geonames", "cnarea")  # named as the source they stay what they are, whoever imported them


def bearing(start: Position, end: Position) -> float:
    """The direction in which `end` lies from `start`: degrees from north, clockwise."""
    (lat, lon), (far_lat, far_lon) = (map(math.radians, each) for each in (start, end))
    east = math.sin(far_lon - lon) * math.cos(far_lat)
    north = math.cos(lat) * math.sin(far_lat) - math.sin(lat) * math.cos(far_lat) * math.cos(far_lon - lon)
    return math.degrees(math.atan2(east, north)) % 360


# --- what is compared --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fix:
    """A position in the datum it was declared in; `accuracy_m` holds 95 % of what it could be."""

    position: Position
    accuracy_m: float
    datum: str = "WGS-84"

    @property
    def wgs(self) -> Position:
        return READ_AS[self.datum](self.position)


@dataclass(frozen=True, slots=True)
class Point:
    """A centre's point (WGS-84), and how wrong it may be."""

    position: Position
    uncertainty_m: float


def r95(accuracy_m: float, confidence: str) -> float:
    """The radius that holds 95 %; an accuracy of unknown confidence is read like one of 68 %."""
    if accuracy_m <= 0:
        return UNSTATED_ACCURACY_M
    return accuracy_m if confidence == "0.95" else accuracy_m * TO_95


def fix_of(sent: dict | None) -> Fix | None:
    """The fix as a body holds it, whose numbers may be exact text."""
    if not sent:
        return None
    accuracy = r95(float(sent["accuracy_m"]), sent.get("confidence", "unknown"))
    return Fix((float(sent["lat"]), float(sent["lon"])), accuracy, sent["datum"])


def exif_of(exif: dict) -> Fix | None:
    """The position that a photo's EXIF names; it says nothing of its accuracy, and WGS-84 is what it should be in."""
    return Fix((exif["lat"], exif["lon"]), UNSTATED_ACCURACY_M) if "lat" in exif else None


def point_of(centre) -> Point | None:
    """The point of a centre with how far it can be trusted."""
    if centre.lat is None:
        return None
    return Point((centre.lat, centre.lon), uncertainty(centre.point_source, centre.point_confidence))


def told(centre) -> dict | None:
    """The point of a centre as it is shown beside positions."""
    if centre.lat is None:
        return None
    return {
        "lat": centre.lat,
        "lon": centre.lon,
        "datum": centre.point_datum,
        "source": centre.point_source,
        "confidence": centre.point_confidence,
        "uncertainty_m": uncertainty(centre.point_source, centre.point_confidence),
    }


def uncertainty(source: str | None, confidence: str | None) -> float:
    """How wrong a centre's point may be, in metres; what is not known is taken for a public list's."""
    if any(name in (source or "").lower() for name in PUBLIC_LISTS):
        return PUBLIC_M
    return BY_CONFIDENCE.get(confidence, PUBLIC_M)


# --- the verdict -------------------------------------------------------------------------------------------------

INSIDE, OUTSIDE, CANNOT_TELL = "inside", "outside", "cannot-tell"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fix lies. `looks_like` names the datum that would bring it inside: then it is not called outside."""

    verdict: str
    accuracy_m: float
    fence_m: float
    distance_m: float | None = None
    point_uncertainty_m: float | None = None
    bearing: float | None = None  # of the fix, as seen from the centre
    looks_like: str | None = None
    looks_like_m: float | None = None


def verdict(distance_m: float, accuracy_m: float, uncertainty_m: float, fence_m: float = FENCE_M) -> str:
    """inside or outside only where the accuracy leaves no doubt; outside only beyond the point's own error too."""
    if distance_m + accuracy_m <= fence_m:
        return INSIDE
    if distance_m - accuracy_m > fence_m + uncertainty_m:
        return OUTSIDE
    return CANNOT_TELL


def judge(fix: Fix | None, point: Point | None, fence_m: float = FENCE_M) -> Place | None:
    """The place of a fix; None without one. Without a point nobody can tell."""
    if fix is None:
        return None
    if point is None:
        return Place(CANNOT_TELL, fix.accuracy_m, fence_m)
    distance = metres(fix.wgs, point.position)
    found = verdict(distance, fix.accuracy_m, point.uncertainty_m, fence_m)
    datum, read_so = _mislabelled(fix, point, fence_m) if found == OUTSIDE else (None, None)
    return Place(
        CANNOT_TELL if datum else found,
        fix.accuracy_m,
        fence_m,
        distance_m=distance,
        point_uncertainty_m=point.uncertainty_m,
        bearing=bearing(point.position, fix.wgs),
        looks_like=datum,
        looks_like_m=read_so,
    )


def _mislabelled(fix: Fix, point: Point, fence_m: float) -> tuple[str | None, float | None]:
    """(datum, metres) that would bring the fix inside, though it is declared in another: labels are no proof."""
    own = READ_AS[fix.datum](fix.position)
    for datum in ("GCJ-02", "BD-09", "WGS-84"):
        position = READ_AS[datum](fix.position)
        if position != own:
            distance = metres(position, point.position)
            if verdict(distance, fix.accuracy_m, point.uncertainty_m, fence_m) == INSIDE:
                return datum, distance
    return None, None


def middle(positions: list[Position]) -> Position:
    """The median of the latitudes and of the longitudes, to 6 decimals (a hand): one bad fix does not move it."""
    return round(median(lat for lat, _ in positions), 6), round(median(lon for _, lon in positions), 6)


def spread(positions: list[Position], centre: Position) -> float:
    """How far the furthest lies from `centre`."""
    return max((metres(each, centre) for each in positions), default=0.0)
