"""How much being inspected costs the centres: visits per centre in a year, minutes per visit. Centres, never people."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from uuid import UUID

from audit.base.clock import BEIJING
from audit.centres import queries as centres
from audit.inspections import covert, queries
from audit.inspections.models import Inspection


@dataclass
class Burden:
    """The visits of one centre, one county or all, in a year."""

    code: str
    name: str
    county: str = ""
    centre: UUID | None = None
    by_centre: dict[UUID, int] = field(default_factory=lambda: defaultdict(int))
    minutes: list[int] = field(default_factory=list)

    def add(self, visit: Inspection) -> None:
        self.by_centre[visit.centre_id] += 1
        self.minutes.append(round((visit.finished_at - visit.started_at).total_seconds() / 60))

    @property
    def visits(self) -> int:
        return len(self.minutes)

    @property
    def centres(self) -> int:
        return len(self.by_centre)

    @property
    def most(self) -> int:
        """The visits to the centre that had most of them."""
        return max(self.by_centre.values(), default=0)

    @property
    def visits_per_centre(self) -> Decimal | None:
        """With 2 decimals, over the centres that were visited at all."""
        if not self.by_centre:
            return None
        return (Decimal(self.visits) / self.centres).quantize(Decimal("0.01"), ROUND_HALF_UP)

    @property
    def minutes_per_visit(self) -> int | None:
        """The median: one phone with a wrong clock does not move it."""
        return round(median(self.minutes)) if self.minutes else None


def of_counties(actor, year: int) -> dict:
    """The year as a whole and by county, within the actor's area."""
    whole, counties = Burden("", ""), {}
    for visit in _visits(actor, year):
        county = visit.centre.county
        for each in (whole, counties.setdefault(county.code, Burden(county.code, county.name))):
            each.add(visit)
    return {"year": year, "whole": whole, "counties": [counties[code] for code in sorted(counties)]}


def of_centres(actor, asked: dict) -> list[Burden]:
    """Every visited centre of the actor's area, or of one county of it, the most visited first."""
    found: dict[UUID, Burden] = {}
    for visit in _visits(actor, asked["year"]):
        centre = visit.centre
        if asked.get("county") in (None, centre.county.code):
            blank = Burden(centre.code, centre.name, centre.county.name, centre.id)
            found.setdefault(centre.id, blank).add(visit)
    return sorted(found.values(), key=lambda each: (-each.visits, -sum(each.minutes), each.code, str(each.centre)))


def _visits(actor, year: int):
    """The visits that began in a year, Beijing time, whatever became of them; what is void was none."""
    start, end = (datetime(each, 1, 1, tzinfo=BEIJING) for each in (year, year + 1))
    return queries.with_centres().where(
        Inspection.started_at >= start,
        Inspection.started_at < end,
        Inspection.state != "void",
        centres.within(actor.division),
        covert.unconcealed(actor),
    )
