"""The ranking of villages with what was drawn: 未抽取 is not 未核查."""

from __future__ import annotations

from audit.base import db
from audit.rankings import published, queries
from audit.rankings.queries import Frame
from audit.rankings.sampling import Sampling


def ranking(code: str, actor) -> dict:
    """The rows of `queries.centre_ranking`, each with whether it was `drawn`."""
    with db.snapshot():
        of = queries.frame(code, actor)
        return of.about | _told(of)


def published_ranking(code: str, version: int, actor) -> dict:
    """The same as it was published."""
    with db.snapshot():
        publication = published.one(code, version, actor)
        of = published.frame(publication, actor)
        return of.about | published.about(publication) | _told(of)


def _told(of: Frame) -> dict:
    told, sampling = queries.ranking_of(of, "village"), Sampling(of, "village")
    for row in told["rows"]:
        row.drawn = not sampling.leaves_out(row)
    return told
