"""Order rectification, report it, verify it, open it again: each a verb, with its line in the trail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from audit.base.problems import FindingMovedOn, SeparationOfDuties, ValidationError
from audit.base.trail import write
from audit.centres import queries as centres
from audit.centres.models import Division
from audit.followup import deadlines, duties, proofs, queries, reused
from audit.followup.course import OutOfTurn, Standing, after
from audit.followup.models import Finding, FindingStep
from audit.followup.opening import put, standing_of
from audit.rounds import queries as rounds
from audit.rounds.models import Round

SAME = ("verb", "by_id", "kind", "unit", "due_on", "note", "photos")


def order(finding_id: int, body: dict, *, actor, now: datetime) -> Finding:
    """Order that a finding be mended, by whom and until when; ordering anew changes that.

    Raises FindingMovedOn also for what a covert visit found while its county must not know: an order would tell.
    """
    with write() as trail:
        finding = queries.get(actor, finding_id)
        if queries.waits_for_publication(finding_id):
            raise FindingMovedOn(
                "暗访发现的问题，公布后方可下达 · found by a covert visit: ordered once it is published"
            )
        due_on = deadlines.for_order(finding.round, body["kind"], body.get("due_on"), now=now)
        step = _step("order", body, actor=actor, now=now, due_on=due_on)
        _take(finding, step, trail, actor)
    return queries.detail(actor, finding_id, now=now)


def order_all(code: str, body: dict, *, actor, now: datetime) -> dict:
    """Order all open findings of a county in a round (of some items) at once; ordered already: left as they are, and
    so is what a covert visit found while its county must not know."""
    with write() as trail:
        round_ = rounds.by_code(code, actor)
        county = _county(round_, body["county"], actor)
        due_on = deadlines.for_order(round_, body["kind"], body.get("due_on"), now=now)
        here = (Finding.round == round_.id) & (Finding.county == county.id)
        found = queries.joined().where(here, Finding.state == "open", ~queries.unordered_covert())
        if body.get("items"):
            found = found.where(Finding.item.in_(body["items"]))
        findings = list(found.order_by(Finding.id))
        for each in findings:
            step = _step("order", body, actor=actor, now=now, due_on=due_on)
            _put(each, step)
        if findings:
            told = queries.seal_of(step) | {"county": county.code, "findings": [each.id for each in findings]}
            trail.record("finding.order-all", code, actor=actor, at=now, detail=told)
        else:
            trail.nothing()
    guessed = queries.guessed(due_on, queries.today(now), queries.calendars())
    return {"ordered": len(findings), "due_on": due_on, "weekends_only": guessed}


def _county(round_: Round, code: str, actor) -> Division:
    for each in centres.counties_of(round_.area):
        if each.code == code and centres.reaches(actor, each):
            return each
    raise ValidationError(errors={"/county": "no such county in the round and in your area"})


def report(finding_id: int, body: dict, *, actor, now: datetime) -> Finding:
    """Report that it was mended, with photos that are newer than the finding and were not sent back before."""
    with write() as trail:
        finding = queries.get(actor, finding_id)
        step = _step("report", body, actor=actor, now=now)
        if not _again(finding, step):
            _check_state(finding, step)
            proofs.check(body["photos"], actor, after=_since(finding))
            reused.refuse_returned(body["photos"])
        _take(finding, step, trail, actor)
    return queries.detail(actor, finding_id, now=now)


def verify(finding_id: int, body: dict, *, actor, now: datetime) -> Finding:
    """Close a finding that was reported (销号), or return it: it is ordered again, with a new deadline.

    Raises SeparationOfDuties to who reported it and to those who were on the visit.
    """
    with write() as trail:
        finding = queries.get(actor, finding_id)
        if why := duties.why_not_verify(finding, actor):
            raise SeparationOfDuties(why)
        returned = body["decision"] == "return"
        due_on = _anew(finding, body, now) if returned else None
        step = _step(body["decision"], body, actor=actor, now=now, due_on=due_on)
        if not _again(finding, step):
            if finding.state != "reported":
                raise FindingMovedOn(f"it is {finding.state}")
            proofs.check(step.photos, actor, after=_since(finding))
        _take(finding, step, trail, actor)
    return queries.detail(actor, finding_id, now=now)


def reopen(finding_id: int, body: dict, *, actor, now: datetime) -> Finding:
    """Open a closed finding again, with the reason; it wants an order anew, and it is counted."""
    with write() as trail:
        finding = queries.get(actor, finding_id)
        _take(finding, _step("reopen", {"note": body["reason"]}, actor=actor, now=now), trail, actor)
    return queries.detail(actor, finding_id, now=now)


def _anew(finding: Finding, body: dict, now: datetime) -> str:
    return deadlines.for_order(finding.round, finding.kind, body.get("due_on"), now=now)


def _since(finding: Finding) -> datetime:
    """The moment that a proof must be newer than: the last time that the finding was opened."""
    steps = queries.steps_of([finding.id])[finding.id]
    return max(each.at for each in steps if each.verb in ("open", "reopen"))


def _step(verb: str, body: dict, *, actor, now: datetime, due_on: str | None = None) -> FindingStep:
    """A step that the actor wants to take; not stored yet."""
    ordered = {"kind": body["kind"], "unit": body["unit"]} if verb == "order" else {}
    photos: Sequence[str] = body.get("photos", ())
    return FindingStep(
        verb=verb, by=actor.id, at=now, note=body.get("note"), photos=list(photos), due_on=due_on, **ordered
    )


def _again(finding: Finding, step: FindingStep) -> bool:
    """Whether the last step is this very one: it was sent twice."""
    last = queries.steps_of([finding.id])[finding.id][-1]
    return all(getattr(last, name) == getattr(step, name) for name in SAME)


def _take(finding: Finding, step: FindingStep, trail, actor) -> None:
    """Take a step, with its line in the trail; the very step that was taken last changes nothing."""
    if _again(finding, step):
        trail.nothing()
        return
    _put(finding, step)
    trail.record(f"finding.{step.verb}", finding.id, actor=actor, at=step.at, detail=queries.seal_of(step))


def _put(finding: Finding, step: FindingStep) -> None:
    standing = _check_state(finding, step)
    step.finding = finding.id
    step.save(force_insert=True)
    proofs.note(step)
    put(finding, standing)


def _check_state(finding: Finding, step: FindingStep) -> Standing:
    """Where the finding would stand after the step; FindingMovedOn when the step is out of turn."""
    try:
        return after(standing_of(finding), step)
    except OutOfTurn as error:
        raise FindingMovedOn(f"it is {finding.state}") from error
