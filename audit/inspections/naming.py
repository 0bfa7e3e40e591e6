"""Which photos the visits name: in any revision, and in what was kept aside."""

from __future__ import annotations

from collections.abc import Iterable

from audit.checklists.models import Baseline
from audit.inspections import answers as reading
from audit.inspections.models import Inspection, ItemPhoto, KeptAside, Revision
from audit.rounds.models import Round


def is_named(digest: str) -> bool:
    """Whether a current revision names it; the older ones are in `all_named`."""
    return ItemPhoto.select().where(ItemPhoto.digest == digest).exists()


def all_named() -> set[str]:
    """Every photo that anything ever sent names. Reads every body once."""
    return _named(Revision.select(Revision.body)) | _named(KeptAside.select(KeptAside.body))


def named_only_before(day: str) -> set[str]:
    """The photos named by visits of rounds that closed before `day` (YYYY-MM-DD), and by nothing newer.

    A visit that is some round's baseline counts as newer: its photos are the example for everybody.
    """
    old = Inspection.select(Inspection.id).join(Round).where(Round.closes_on < day)
    old = old.where(Inspection.id.not_in(Baseline.select(Baseline.inspection)))
    before = _named(Revision.select(Revision.body).where(Revision.inspection.in_(old)))
    later = _named(Revision.select(Revision.body).where(Revision.inspection.not_in(old)))
    aside = _named(KeptAside.select(KeptAside.body).where(KeptAside.inspection.not_in(old)))
    return before - later - aside


def _named(rows) -> set[str]:
    found: set[str] = set()
    for (body,) in rows.tuples().iterator():
        found.update(_digests(reading.photos(body["answers"]).values()))
    return found


def _digests(lists: Iterable[list[str]]) -> Iterable[str]:
    return (digest for each in lists for digest in each)
