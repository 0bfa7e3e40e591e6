"""What is another one by now: a live ranking beside a version, and what changed a frozen round."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from audit.centres.models import Centre
from audit.inspections.models import Inspection, ItemDecision, Voiding
from audit.rankings import previous
from audit.rankings.models import Publication
from audit.rankings.queries import CountyRow, Frame, Row, all_rows
from audit.rounds.models import Round

NOTHING = (None, None, None)


def since(of: Frame, publication: Publication) -> list[dict]:
    """The rows of a live ranking whose place, total or card is not that of a version: {part, centre, code, name,
    county, before, now}, the last two as {place, total, card} with the colour of the card that is to be issued;
    counties first, each part in the order of its ranking.

    Of a version that counted a centre which is no longer counted, there is no row.
    """
    return [each for part, rows in all_rows(of).items() for each in _of_part(part, rows, publication)]


def _of_part(part: str, rows: list, publication: Publication) -> Iterator[dict]:
    known = previous.places(publication, part)
    for row in rows:
        county = isinstance(row, CountyRow)
        before = known.get(row.county.code if county else row.centre, NOTHING)
        now = NOTHING if row.place is None else (row.place, row.total, row.colour)
        if before != now:
            yield _named(part, row) | {"before": _told(before), "now": _told(now)}


def _named(part: str, row: CountyRow | Row) -> dict:
    if isinstance(row, CountyRow):
        return {"part": part, "centre": None, "code": row.county.code, "name": row.county.name, "county": ""}
    return {"part": part, "centre": row.centre, "code": row.code, "name": row.name, "county": row.county}


def _told(found: tuple) -> dict:
    place, total, card = found
    return {"place": place, "total": None if total is None else str(total), "card": card}


def since_freeze(round_: Round) -> list[dict]:
    """What changed a round after it was frozen, oldest first: {why, inspection, name, item, at}; why is decision or
    voiding."""
    if round_.frozen_at is None:
        return []
    found = [*_decisions(round_, round_.frozen_at), *_voidings(round_, round_.frozen_at)]
    return sorted(found, key=lambda each: each["at"])


def _decisions(round_: Round, moment: datetime) -> Iterator[dict]:
    rows = (
        ItemDecision.select(ItemDecision.inspection, Centre.name, ItemDecision.item, ItemDecision.decided_at)
        .join(Inspection)
        .join(Centre)
        .where(Inspection.round == round_.id, ItemDecision.decided_at > moment)
    )
    for inspection, name, item, at in rows.tuples():
        yield {"why": "decision", "inspection": inspection, "name": name, "item": item, "at": at}


def _voidings(round_: Round, moment: datetime) -> Iterator[dict]:
    rows = (
        Voiding.select(Voiding.inspection, Centre.name, Voiding.confirmed_at)
        .join(Inspection)
        .join(Centre)
        .where(Inspection.round == round_.id, Voiding.confirmed_at > moment)
    )
    for inspection, name, at in rows.tuples():
        yield {"why": "voiding", "inspection": inspection, "name": name, "item": None, "at": at}
