"""audit verify: a point that visits taught is the one that the trail confirmed, and two people set it."""

from __future__ import annotations

import pytest
from factories import JIANGZI, LUOJIANG, approved
from states import made_once

from audit.accounts.models import Account
from audit.centres.models import Centre
from audit.inspections.models import PointProposal


@made_once
def learnt(tashi, reviewer, people):
    """洛江镇's point, learnt from a visit, proposed by reviewing-inspector and confirmed by reviewer."""
    approved(tashi, reviewer, LUOJIANG)
    url = f"/centres/{LUOJIANG}/learnt-point"
    proposal = people["reviewing-inspector"].post(url).json["id"]
    assert reviewer.post(f"{url}/{proposal}/confirmation").status_code == 200


def test_a_learnt_point_holds(learnt, verify):
    code, said = verify()
    assert code == 0 and "points: 1 checked, 0 faults" in said


def test_a_learnt_point_that_was_moved_is_found(learnt, found):
    Centre.update(lat=29.3).where(Centre.id == LUOJIANG).execute()
    found(f"points: {LUOJIANG}: its point is not the one that line")


def test_a_learnt_point_that_nobody_confirmed_is_found(learnt, found):
    Centre.update(lat=28.9, lon=89.6, point_confidence="learnt").where(Centre.id == JIANGZI).execute()
    found(f"points: {JIANGZI}: the trail does not tell that anybody confirmed its point")


@pytest.mark.parametrize(
    "change", [{"lat": 29.3}, {"confirmed_by": 1}, {"confirmed_at": "2026-11-20T01:00:00.000000Z"}]
)
def test_a_changed_proposal_is_found(learnt, found, change):
    PointProposal.update(change).execute()
    found("of the trail tells of another point, another person or another time")


def test_another_proposer_is_found(learnt, found):
    PointProposal.update(proposed_by=1).execute()
    found("the trail does not tell that its proposer proposed it")


def test_who_confirmed_their_own_is_found(learnt, found):
    PointProposal.update(proposed_by=Account.get(Account.name == "reviewer").id).execute()
    found("who confirmed it is who proposed it")


def test_a_proposal_that_was_removed_is_found(learnt, found):
    PointProposal.delete().execute()
    found("of the trail confirmed is gone")
