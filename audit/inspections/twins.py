"""The same or nearly the same photo in other visits: the same few queries for one photo and for thousands."""

from __future__ import annotations

from collections.abc import Collection

from audit.base.db import batches
from audit.centres.models import Centre
from audit.evidence import queries as evidence
from audit.evidence.models import PhotoSender
from audit.inspections import queries
from audit.inspections.models import Inspection, ItemPhoto, Participant
from audit.rounds.models import Round

MANY = 5_000  # values per IN; SQLite takes at most 32,766
USE = ("digest", "item", "inspection", "centre", "centre_name", "round", "in_sight")


class Twins:
    """Photos with those that look alike, and the visits whose own team has sent these."""

    def __init__(self, actor, digests: Collection[str]):
        self.counts_hidden = "reviewer" in actor.roles
        self.alike = _alike(digests)
        self.uses = _uses(actor, {twin for each in self.alike.values() for twin, _ in each})

    def of(self, inspection_id, digest: str) -> list[dict]:
        """A photo of a visit in the other visits that the actor may see, the nearest first, then the newest."""
        return [
            _told(use, digest, bits)
            for twin, bits in self.alike.get(digest, ())
            for use in self.uses.get(twin, ())
            if use["in_sight"] and use["inspection"] != inspection_id
        ]

    def hidden(self, inspection_id, digest: str) -> int:
        """For reviewers: in how many visits beyond their area the very same bytes stand. That many, and nothing
        else; to everybody else there are none."""
        uses = self.uses.get(digest, ()) if self.counts_hidden and digest in self.alike else ()
        return len({use["inspection"] for use in uses if not use["in_sight"]} - {inspection_id})


def _alike(digests: Collection[str]) -> dict[str, list[tuple[str, int]]]:
    """Each photo itself, and those that look like it, with the bits between."""
    like = {digest: [(digest, 0)] for digest in digests}
    for some in batches(sorted(digests), MANY):
        for digest, near in evidence.twins(some).items():
            like[digest] += [each for each in near if each[0] != digest]
    return like


def _uses(actor, digests: Collection[str]) -> dict[str, list[dict]]:
    """Where visits, in sight or not, name each of these photos, and their own team has sent it; newest first."""
    by_its_team = (
        PhotoSender.select(PhotoSender.photo)
        .join(Participant, on=(Participant.account == PhotoSender.account))
        .where(Participant.inspection == ItemPhoto.inspection, PhotoSender.photo == ItemPhoto.digest)
        .where(Participant.joined_at.is_null(False))
    )
    named = (
        ItemPhoto.select(
            ItemPhoto.digest, ItemPhoto.item, ItemPhoto.inspection, Inspection.centre, Centre.name, Round.code,
            queries.visible(actor).alias("in_sight"),
        )
        .join(Inspection)
        .join(Centre)
        .switch(Inspection)
        .join(Round)
        .order_by(Inspection.finished_at.desc(), ItemPhoto.id)
    )  # fmt: skip
    found: dict[str, list[dict]] = {}
    for some in batches(sorted(digests), MANY):
        for row in named.where(ItemPhoto.digest.in_(some), ItemPhoto.digest.in_(by_its_team)).tuples():
            found.setdefault(row[0], []).append(dict(zip(USE, row, strict=True)))
    return found


def _told(use: dict, digest: str, bits: int) -> dict:
    return {name: use[name] for name in USE if name != "in_sight"} | {
        "same_bytes": use["digest"] == digest,
        "distance_bits": bits,
        "url": f"/api/v1/inspections/{use['inspection']}/photos/{use['digest']}",
    }
