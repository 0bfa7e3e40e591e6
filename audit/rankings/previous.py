"""上期: the ranking of an earlier period, and how far each place moved since."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from audit.rankings.models import Publication, PublishedRow


def of(area: str, period_end: str, sample: bool = False) -> Publication | None:
    """The latest publication of an area (division code) whose period ended earlier; None without any.

    Of several versions the last one. Made-up data (示例) is compared with made-up data only.
    """
    earlier = Publication.select().where(Publication.area == area, Publication.period_end < period_end)
    newest = (Publication.period_end.desc(), Publication.published_at.desc(), Publication.version.desc())
    found = (each for each in earlier.order_by(*newest) if each.head["round"]["sample"] == sample)
    return next(found, None)


def places(publication: Publication, part: str) -> dict[UUID | str, tuple]:
    """{centre id, or code of a county: (place, total, colour of the card to be issued)} of what had a place in one of
    its rankings."""
    rows = PublishedRow.select(PublishedRow.part, PublishedRow.code, PublishedRow.content).where(
        PublishedRow.publication == publication.id, PublishedRow.part == part
    )
    return {
        each.code if each.part == "counties" else UUID(each.content["centre"]): (
            each.content["place"],
            None if each.content["total"] is None else Decimal(each.content["total"]),
            each.content.get("escalated") or each.content["card"],
        )
        for each in rows.iterator()
        if each.content["place"] is not None
    }


def compare(rows: Mapping[UUID | str, object], earlier: Publication | None, part: str) -> None:
    """Write each row's earlier place and its movement; without an earlier ranking there is nothing to compare."""
    if earlier is None:
        return
    known = places(earlier, part)
    for key, row in rows.items():
        row.previous_place = known[key][0] if key in known else None
        row.movement = moved(row.place, row.previous_place)


def moved(place: int | None, before: int | None) -> int | str | None:
    """Places gained (above 0) or lost; "new" for a first place; None for what has none."""
    if place is None:
        return None
    return "new" if before is None else before - place
