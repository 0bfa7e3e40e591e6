"""What reviewers, and for fraud the office, do with visits."""

from __future__ import annotations

from audit.accounts.guard import allow
from audit.accounts.permissions import Can
from audit.base import clock, http
from audit.base.http import Blueprint, current_actor
from audit.inspections import decisions, queries, reviewing
from audit.inspections.review_schemas import (
    AdmissionIn,
    AdmissionOut,
    ItemDecisionIn,
    ItemDecisionOut,
    KeptAsideOut,
    ReviewIn,
    ReviewOut,
    VoidingIn,
    VoidingOut,
)

reviews = Blueprint("reviews", __name__, url_prefix="/api/v1", description="What becomes of visits that were handed in")
IF_MATCH = {"name": "If-Match", "in": "header", "required": True, "schema": {"type": "string"}}


@reviews.post("/inspections/<uuid:inspection_id>/reviews")
@allow(Can.REVIEW)
@reviews.header(IF_MATCH)
@reviews.arguments(ReviewIn)
@reviews.response(201, ReviewOut)
@reviews.problems(404, 409, 412, 428)
def review(body, inspection_id):
    """Approve a visit, or return it with a reason per item; never one's own."""
    return reviewing.review(inspection_id, http.named_version(), body, actor=current_actor(), now=clock.now())


@reviews.post("/inspections/<uuid:inspection_id>/decisions")
@allow(Can.REVIEW)
@reviews.header(IF_MATCH)
@reviews.arguments(ItemDecisionIn)
@reviews.response(201, ItemDecisionOut)
@reviews.problems(404, 409, 412, 428)
def decide(body, inspection_id):
    """Decide an item of a visit that waits for its review: another answer counts, the sent one stays beside it."""
    return decisions.decide(inspection_id, http.named_version(), body, actor=current_actor(), now=clock.now())


@reviews.post("/inspections/<uuid:inspection_id>/admission")
@allow(Can.REVIEW)
@reviews.arguments(AdmissionIn)
@reviews.response(201, AdmissionOut)
@reviews.alt_response(200, schema=AdmissionOut, description="Admitted before, by whomever", success=True)
@reviews.problems(404, 409)
def admit(body, inspection_id):
    """Let a visit count that came late or was not planned: it wants that before its approval."""
    return reviewing.admit(inspection_id, body["reason"], actor=current_actor(), now=clock.now())


@reviews.post("/inspections/<uuid:inspection_id>/voiding")
@allow(Can.VOID)
@reviews.header(IF_MATCH)
@reviews.arguments(VoidingIn)
@reviews.response(201, VoidingOut)
@reviews.alt_response(200, schema=VoidingOut, description="Made before by you, or proposed by whomever", success=True)
@reviews.problems(404, 409, 412, 428)
def void(body, inspection_id):
    """Take a visit out: the wrong centre or a test at once, by a reviewer; fraud once a second person confirms it.

    Safe to repeat, with the same If-Match too.
    """
    return reviewing.void(inspection_id, http.named_version(), body, actor=current_actor(), now=clock.now())


@reviews.put("/inspections/<uuid:inspection_id>/voiding/<int(min=1, max=2147483647):voiding_id>/confirmation")
@allow(Can.VOID)
@reviews.response(200, VoidingOut)
@reviews.problems(404, 409)
def confirm_voiding(inspection_id, voiding_id):
    """Confirm a fraud as a second person: the visit is void, in a published round too. Safe to repeat."""
    return reviewing.confirm(inspection_id, voiding_id, actor=current_actor(), now=clock.now())


@reviews.get("/inspections/<uuid:inspection_id>/kept-aside")
@allow(Can.REVIEW)
@reviews.response(200, KeptAsideOut(many=True))
@reviews.problems(404)
def list_kept_aside(inspection_id):
    """Other content that came under an id and revision already taken: refused, and kept for the reviewer."""
    return queries.kept_aside(current_actor(), inspection_id)
