"""Findings and their rectification; appeals."""

from __future__ import annotations

from flask import Response, send_file

from audit.accounts.guard import allow
from audit.accounts.permissions import Can
from audit.base import clock
from audit.base.http import Blueprint, current_actor, extension
from audit.base.paging import LIST_HEADERS, page
from audit.evidence.shown import Shown
from audit.followup import actions, proofs, queries
from audit.followup import appeals as appealing
from audit.followup.schemas import (
    AppealIn,
    AppealOut,
    AppealQuery,
    FindingDetailOut,
    FindingOut,
    FindingQuery,
    OrderIn,
    OrdersIn,
    OrdersOut,
    ProofQuery,
    ReopeningIn,
    ReportIn,
    RulingIn,
    VerificationIn,
)

findings = Blueprint(
    "findings", __name__, url_prefix="/api/v1", description="Items below standard, until they are mended"
)
appeals = Blueprint("appeals", __name__, url_prefix="/api/v1", description="What counties object to")
FINDING = "/findings/<int(min=1, max=2147483647):finding_id>"
APPEAL = "/appeals/<int(min=1, max=2147483647):appeal_id>"
IMAGE = {"200": {"description": "The picture", "content": {"image/*": {"schema": {"type": "string"}}}}}


@findings.get("/findings")
@allow(Can.READ_FINDINGS)
@findings.arguments(FindingQuery, location="query")
@findings.response(200, FindingOut(many=True), headers=LIST_HEADERS)
def list_findings(asked):
    """Findings in your area by the day on which they are due; those without one come last."""
    return page(*queries.listed(current_actor(), asked, now=clock.now()), asked)


@findings.get(FINDING)
@allow(Can.READ_FINDINGS)
@findings.response(200, FindingDetailOut)
@findings.problems(404)
def get_finding(finding_id):
    """One finding with its steps."""
    return queries.detail(current_actor(), finding_id, now=clock.now())


@findings.get(f"{FINDING}/photos/<string(length=64):digest>")
@allow(Can.READ_FINDINGS)
@findings.doc(responses=IMAGE)
@findings.arguments(ProofQuery, location="query")
@findings.problems(404, 410)
def get_proof(asked, finding_id, digest):
    """A photo that a step of the finding rests on: upright and without metadata, or the original.

    The original is untouched for who sent it and for reviewers; others get it without its metadata.
    """
    return _sent(proofs.of_finding(current_actor(), finding_id, digest, asked["size"], extension("storage")), asked)


@findings.post(f"{FINDING}/order")
@allow(Can.ORDER_RECTIFICATION)
@findings.arguments(OrderIn)
@findings.response(200, FindingDetailOut)
@findings.problems(404, 409)
def order(body, finding_id):
    """Order that it be mended, by whom and until when; again to change the order. Safe to repeat."""
    return actions.order(finding_id, body, actor=current_actor(), now=clock.now())


@findings.post("/rounds/<string:code>/orders")
@allow(Can.ORDER_RECTIFICATION)
@findings.arguments(OrdersIn)
@findings.response(200, OrdersOut)
@findings.problems(404)
def order_all(body, code):
    """Order all open findings of a county in a round, or those of some items, at once. Safe to repeat."""
    return actions.order_all(code, body, actor=current_actor(), now=clock.now())


@findings.post(f"{FINDING}/report")
@allow(Can.REPORT_RECTIFICATION)
@findings.arguments(ReportIn)
@findings.response(200, FindingDetailOut)
@findings.problems(404, 409)
def report(body, finding_id):
    """Report that it was mended, with photos of yours that are newer than the finding. Safe to repeat.

    A photo of a report that was sent back, of whichever finding, is refused.
    """
    return actions.report(finding_id, body, actor=current_actor(), now=clock.now())


@findings.post(f"{FINDING}/verification")
@allow(Can.VERIFY_RECTIFICATION)
@findings.arguments(VerificationIn)
@findings.response(200, FindingDetailOut)
@findings.problems(404, 409)
def verify(body, finding_id):
    """Close what was reported (销号), or return it with a new deadline; nobody who reported it or was on the visit."""
    return actions.verify(finding_id, body, actor=current_actor(), now=clock.now())


@findings.post(f"{FINDING}/reopening")
@allow(Can.ORDER_RECTIFICATION)
@findings.arguments(ReopeningIn)
@findings.response(200, FindingDetailOut)
@findings.problems(404, 409)
def reopen(body, finding_id):
    """Open a closed finding again, with the reason. Safe to repeat."""
    return actions.reopen(finding_id, body, actor=current_actor(), now=clock.now())


@appeals.get("/appeals")
@allow(Can.READ_APPEALS)
@appeals.arguments(AppealQuery, location="query")
@appeals.response(200, AppealOut(many=True), headers=LIST_HEADERS)
def list_appeals(asked):
    """Appeals in your area, the oldest first."""
    return page(*appealing.listed(current_actor(), asked, now=clock.now()), asked)


@appeals.get(APPEAL)
@allow(Can.READ_APPEALS)
@appeals.response(200, AppealOut)
@appeals.problems(404)
def get_appeal(appeal_id):
    """One appeal."""
    return appealing.detail(current_actor(), appeal_id, now=clock.now())


@appeals.get(f"{APPEAL}/photos/<string(length=64):digest>")
@allow(Can.READ_APPEALS)
@appeals.doc(responses=IMAGE)
@appeals.arguments(ProofQuery, location="query")
@appeals.problems(404, 410)
def get_appeal_photo(asked, appeal_id, digest):
    """A photo that came with the appeal, as a finding's is shown."""
    return _sent(appealing.photo_of(current_actor(), appeal_id, digest, asked["size"], extension("storage")), asked)


@appeals.post("/inspections/<uuid:inspection_id>/appeals")
@allow(Can.FILE_APPEALS)
@appeals.arguments(AppealIn)
@appeals.response(201, AppealOut)
@appeals.alt_response(200, schema=AppealOut, description="Sent before: the same appeal", success=True)
@appeals.problems(404, 409)
def file_appeal(body, inspection_id):
    """Object to one item of a visit that counts, on the days for it after the freeze or the publication.

    Once per item. After the last day 403, which names that day.
    """
    return appealing.file(inspection_id, body, actor=current_actor(), now=clock.now())


@appeals.post(f"{APPEAL}/decision")
@allow(Can.DECIDE_APPEALS)
@appeals.arguments(RulingIn)
@appeals.response(200, AppealOut)
@appeals.problems(404, 409)
def decide_appeal(body, appeal_id):
    """Dismiss an appeal (维持), or uphold it (变更) with the answer that counts; nobody who had a part in the visit."""
    return appealing.decide(appeal_id, body, actor=current_actor(), now=clock.now())


@appeals.post(f"{APPEAL}/withdrawal")
@allow(Can.FILE_APPEALS)
@appeals.response(200, AppealOut)
@appeals.problems(404, 409)
def withdraw_appeal(appeal_id):
    """Withdraw an appeal that nobody has decided yet. Safe to repeat."""
    return appealing.withdraw(appeal_id, actor=current_actor(), now=clock.now())


def _sent(picture: Shown, asked: dict) -> Response:
    whole = asked["size"] == "original"
    answer = send_file(picture.file, mimetype=picture.media_type, as_attachment=whole, download_name=picture.name)
    answer.headers["Cache-Control"] = picture.caching
    return answer
