"""Who has no say in what became of a finding or an appeal: those who had a part in it before."""

from __future__ import annotations

from audit.followup.models import Appeal, Finding, FindingStep
from audit.inspections import queries as inspections
from audit.inspections.models import ItemDecision, Participant, Review


def why_not_verify(finding: Finding, actor) -> str | None:
    """Why the actor does not verify this finding; None when they may."""
    if actor.id in inspections.team(finding.inspection_id):
        return "somebody verifies it who was not on the visit"
    if _reports_of(actor).where(FindingStep.finding == finding.id).exists():
        return "somebody verifies it who did not report it"
    return None


def verifiable(actor):
    """The condition that a reported finding is the actor's to verify."""
    return (
        (Finding.state == "reported")
        & Finding.inspection.not_in(_visits_of(actor))
        & Finding.id.not_in(_reports_of(actor))
    )


def why_not_decide(appeal: Appeal, actor) -> str | None:
    """Why the actor does not decide this appeal; None when they may."""
    if actor.id in inspections.team(appeal.inspection_id):
        return "somebody decides who was not on the visit"
    if appeal.filed_by_id == actor.id:
        return "somebody decides who did not file the appeal"
    if any(each.where(each.model.inspection == appeal.inspection_id).exists() for each in _reviews_of(actor)):
        return "somebody decides who did not review the visit"
    return None


def decidable(actor):
    """The condition that an open appeal is the actor's to decide."""
    reviews, decisions = _reviews_of(actor)
    return (
        (Appeal.state == "open")
        & (Appeal.filed_by != actor.id)
        & Appeal.inspection.not_in(_visits_of(actor))
        & Appeal.inspection.not_in(reviews)
        & Appeal.inspection.not_in(decisions)
    )


def _visits_of(actor):
    return Participant.select(Participant.inspection).where(Participant.account == actor.id)


def _reports_of(actor):
    return FindingStep.select(FindingStep.finding).where(FindingStep.verb == "report", FindingStep.by == actor.id)


def _reviews_of(actor):
    # what an appeal decided is no part of the first review
    decided = ItemDecision.select(ItemDecision.inspection).where(
        ItemDecision.decided_by == actor.id, ItemDecision.appeal.is_null()
    )
    return Review.select(Review.inspection).where(Review.reviewer == actor.id), decided
