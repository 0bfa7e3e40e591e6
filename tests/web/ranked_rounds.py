"""Rounds for the pages of rankings: contests as the tests of rankings have them, in one county or the whole city."""

from __future__ import annotations

import sys
from pathlib import Path

if (contests := str(Path(__file__).parent.parent / "rankings")) not in sys.path:
    sys.path.insert(0, contests)

from acts import card, cards, issued
from contest import NOW, TOWNSHIPS, VILLAGES, Contest, centre_of, checklist, policy, table
from versions import close, decide, done, frozen, propose, published, republished

from audit.checklists import actions as checklists

GANGBA = "540237"
A, B, C, D, E = TOWNSHIPS
__all__ = [
    "GANGBA", "NOW", "VILLAGES", "A", "B", "C", "Contest", "D", "E", "card", "cards", "centre_of", "close", "decide",
    "done", "frozen", "issued", "opened", "policy", "propose", "published", "republished", "table", "tied",
]  # fmt: skip


def opened(people: dict, **changes) -> Contest:
    """A round on plain checklists, in 岗巴县 unless another area is named."""
    for content in (checklist("township"), checklist("village"), policy()):
        checklists.publish(content, actor=None, now=NOW)
    return Contest(people, "PLAIN", **changes)


def tied(people: dict) -> Contest:
    """岗巴县: 97, 80, 80 and 60 in four townships of five, a village with 90."""
    contest = opened(people)
    for code, mark in ((A, 97), (B, 80), (C, 80), (D, 60), (VILLAGES[0], 90)):
        contest.visit(code, mark)
    return contest
