"""How far rounds have come, for a list of them: visited centres and published versions; a few queries however many."""

from __future__ import annotations

from collections.abc import Sequence

from audit.checklists.models import Edition
from audit.inspections import covert
from audit.inspections import queries as inspections
from audit.rankings.models import Publication
from audit.rankings.queries import LEVELS
from audit.rounds import queries as rounds
from audit.rounds.models import Round


def told(found: Sequence[Round], actor) -> dict[str, dict]:
    """By the code of each round: {visited: {level: (so many, of)} in the actor's area, version: the newest or 0}."""
    kinds = _kinds(found, actor)
    sizes = rounds.sizes(list(kinds), actor.division)
    visited = inspections.visited(kinds, actor.division)
    versions = _versions([each.code for each in found])
    return {
        each.code: {
            "visited": {
                level: (visited.get((each.id, level), 0), sizes.get((each.id, level), 0))
                for level in LEVELS
            },
            "version": versions.get(each.code, 0),
        }
        for each in found
    }  # fmt: skip


def _kinds(found: Sequence[Round], actor) -> dict[int, tuple[str, ...]]:
    """The kinds of visits that count in each round, by its id."""
    ids = {each.ranking_policy_id for each in found}
    policies = {each.id: each.content for each in Edition.select().where(Edition.id.in_(list(ids)))}
    return {each.id: covert.counted_kinds(policies[each.ranking_policy_id], actor, each) for each in found}


def _versions(codes: Sequence[str]) -> dict[str, int]:
    """The newest version of each of these rounds that has any."""
    rows = Publication.select(Publication.code, Publication.version).where(Publication.code.in_(list(codes)))
    return dict(rows.order_by(Publication.version).tuples())
