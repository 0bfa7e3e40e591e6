"""The reviewers' desk: the queue, a visit item by item, and what is decided on it."""

from __future__ import annotations

from functools import wraps

from flask import redirect

from audit.accounts.permissions import Can
from audit.base import body, clock
from audit.base.http import current_actor
from audit.base.problems import VersionMismatch
from audit.inspections import at_once, decisions, desk, reviewing
from audit.inspections.schemas import QueueQuery, WaitingOut
from audit.web import reasons, review, review_forms
from audit.web.pages import Pages, done, form, leaves, say, see, show

desks = Pages("review", review_forms.OWN)
VISIT = "/review/<uuid:inspection_id>"
MOST_BYTES = 400_000  # of a form with a long reason for every item, in Chinese


def mindful(taken):
    """A form that was filled in on an earlier version: what changed since is shown, and it goes on from there.

    `taken` finds in what was typed what this form is for; the rest goes along unseen.
    """

    def decorate(view):
        @wraps(view)
        def inner(inspection_id):
            typed = form(MOST_BYTES)
            try:
                return view(inspection_id, typed)
            except VersionMismatch:
                told = review.changed(current_actor(), inspection_id, typed)
                told |= {"typed": taken(typed), "beside": review_forms.beside(typed, taken(typed))}
                words = {"named": review_forms.named, "worded": review_forms.worded}
                return show("review-changed.html", 412, **told, **words)

        return inner

    return decorate


@desks.get("/review")
@see(Can.REVIEW)
def queue():
    """The visits that wait for a review, those that wait longest first, with what to look at twice."""
    asked = body.query(QueueQuery())
    rows, total = desk.queue(current_actor(), asked, now=clock.now())
    told = WaitingOut(many=True).dump(rows)
    choices = review.choices(current_actor())
    return show("review-queue.html", rows=told, leaves=leaves(total, asked), asked=asked, **choices)


@desks.post("/review")
@see(Can.REVIEW)
def approve_at_once():
    """Approve the ticked visits that carry no flag and no N/A; what could not be is told one by one."""
    outcomes = at_once.approve(review_forms.approvals(form()), actor=current_actor(), now=clock.now())
    return show("review-outcome.html", outcomes=outcomes)


@desks.get(VISIT)
@see(Can.REVIEW)
def visit(inspection_id):
    """A visit item by item: its photos large, the standard, the checks, what came before, and every decision."""
    return _sheet(inspection_id, {})


def _sheet(inspection_id, typed, taken=""):
    """The visit with what is typed in its form already; `taken` says what became of the rest."""
    told = review.sheet(current_actor(), inspection_id)
    drafted = review_forms.drafted(typed)
    return show("review-visit.html", reasons=reasons, typed=typed, drafted=drafted, taken=taken, **told)


def _on(inspection_id, place, typed, zh, en):
    """Back to the visit; where more was typed than was taken, without a redirect, which would lose it."""
    if not typed:
        return done(f"/review/{inspection_id}{place}", zh, en)
    kept = say("；其余已填内容仍在，尚未提交", "; what else you typed is still there, and not sent yet")
    return _sheet(inspection_id, typed, say(zh, en) + kept)


@desks.get(f"{VISIT}/<any(approval, return, decisions, admission):sent>")
@see(Can.REVIEW)
def again(inspection_id, sent):
    """Where a form was sent to, asked for as a page: the visit."""
    return redirect(f"/review/{inspection_id}", 303)


@desks.post(f"{VISIT}/approval")
@see(Can.REVIEW)
@mindful(review_forms.of_approval)
def approve(inspection_id, typed):
    """Approve the version that was shown."""
    wanted, version = review_forms.approval(typed), review_forms.version(typed)
    reviewing.review(inspection_id, version, wanted, actor=current_actor(), now=clock.now())
    return done("/review", "已通过，进入下一件", "Approved; on to the next")


@desks.post(f"{VISIT}/return")
@see(Can.REVIEW)
@mindful(review_forms.of_return)
def send_back(inspection_id, typed):
    """Return the version that was shown, with a reason per item."""
    wanted, version = review_forms.sending_back(typed), review_forms.version(typed)
    reviewing.review(inspection_id, version, wanted, actor=current_actor(), now=clock.now())
    count = len(wanted["reasons"])
    return done("/review", f"已退回，{count} 个条目待补正", f"Returned; items to mend: {count}")


@desks.post(f"{VISIT}/decisions")
@see(Can.REVIEW)
@mindful(review_forms.of_decision)
def decide(inspection_id, typed):
    """Let another answer to one item count."""
    wanted = review_forms.decision(review.edition_of(current_actor(), inspection_id), typed)
    decisions.decide(inspection_id, review_forms.version(typed), wanted, actor=current_actor(), now=clock.now())
    item, left = wanted["item"], review_forms.beside(typed, review_forms.of_decision(typed))
    return _on(inspection_id, f"#{item}", left, f"{item} 已改定，得分已重算", f"{item} is decided, the score is new")


@desks.post(f"{VISIT}/admission")
@see(Can.REVIEW)
@mindful(review_forms.of_admission)
def admit(inspection_id, typed):
    """Let a late or unassigned visit count."""
    wanted = review_forms.admission(typed)
    reviewing.admit(inspection_id, wanted["reason"], actor=current_actor(), now=clock.now())
    left = review_forms.beside(typed, review_forms.of_admission(typed))
    return _on(inspection_id, "", left, "已准入，可以复核", "Admitted; it can be reviewed now")


@desks.get("/inspections/<uuid:inspection_id>/voiding")
@see(Can.VOID)
def voiding(inspection_id):
    """Take a visit out, or confirm as a second person that it was a fraud."""
    return show("review-voiding.html", **review.standing(current_actor(), inspection_id))


@desks.post("/inspections/<uuid:inspection_id>/voiding")
@see(Can.VOID)
@mindful(review_forms.of_voiding)
def void(inspection_id, typed):
    """Take a visit out; for fraud it is a proposal until somebody else confirms it."""
    wanted, version = review_forms.voiding(typed), review_forms.version(typed)
    made, _ = reviewing.void(inspection_id, version, wanted, actor=current_actor(), now=clock.now())
    return done(f"/inspections/{inspection_id}/voiding", *review.said_of(made))


@desks.post("/inspections/<uuid:inspection_id>/voiding/<int(min=1, max=2147483647):voiding_id>/confirmation")
@see(Can.VOID)
def confirm(inspection_id, voiding_id):
    """Confirm a fraud as a second person."""
    reviewing.confirm(inspection_id, voiding_id, actor=current_actor(), now=clock.now())
    return done(f"/inspections/{inspection_id}/voiding", "已确认作废", "Confirmed: the visit is void")
