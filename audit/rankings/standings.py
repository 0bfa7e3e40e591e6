"""A ranking within an actor's reach: as it stands, or as a version has it."""

from __future__ import annotations

from audit.base import db
from audit.rankings import published, queries
from audit.rankings.queries import Frame
from audit.rankings.sampling import Sampling


def ranking(code: str, part: str, actor, version: int | None = None) -> dict:
    """The rows of a part (counties, township, village) within reach, and how many have a place in the whole.

    Each village says whether it was `drawn`: 未抽取 is not 未核查.
    """
    with db.snapshot():
        if version is None:
            of = queries.frame(code, actor)
            return of.about | _told(of, part)
        publication = published.one(code, version, actor)
        of = published.frame(publication, actor)
        return of.about | published.about(publication) | _told(of, part)


def _told(of: Frame, part: str) -> dict:
    told = queries.ranking_of(of, part)
    if part == "village":
        sampling = Sampling(of, part)
        for row in told["rows"]:
            row.drawn = not sampling.leaves_out(row)
    return told
