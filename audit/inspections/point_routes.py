"""Points of centres, learnt from approved visits."""

from __future__ import annotations

from audit.accounts.guard import allow
from audit.accounts.permissions import Can
from audit.base import clock
from audit.base.http import Blueprint, current_actor
from audit.inspections import points as learning
from audit.inspections.evidence_schemas import LearntPointOut, ProposalOut

points = Blueprint("points", __name__, url_prefix="/api/v1", description="Points of centres, learnt from visits")


@points.get("/centres/<uuid:centre_id>/learnt-point")
@allow(Can.LEARN_POINTS)
@points.response(200, LearntPointOut)
@points.problems(404)
def get_learnt_point(centre_id):
    """What the approved visits to a centre teach about its point: the median, with one visit that visit's position."""
    return learning.told(current_actor(), centre_id)


@points.post("/centres/<uuid:centre_id>/learnt-point")
@allow(Can.LEARN_POINTS)
@points.response(201, ProposalOut)
@points.alt_response(200, schema=ProposalOut, description="Proposed before, by whomever", success=True)
@points.problems(404, 409)
def propose_learnt_point(centre_id):
    """Propose the learnt point as the centre's; a second person confirms it."""
    return learning.propose(centre_id, actor=current_actor(), now=clock.now())


@points.post("/centres/<uuid:centre_id>/learnt-point/<int(min=1, max=2147483647):proposal_id>/confirmation")
@allow(Can.LEARN_POINTS)
@points.response(200, ProposalOut)
@points.problems(404, 409)
def confirm_learnt_point(centre_id, proposal_id):
    """Confirm a proposed point, as a second person: the centre has it from now on, with its source."""
    return learning.confirm(centre_id, proposal_id, actor=current_actor(), now=clock.now())
