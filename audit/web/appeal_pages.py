"""Appeals: the list, one with its decision, and the form on which a county objects to an item."""

from __future__ import annotations

from audit.accounts.permissions import Can
from audit.base import body, clock
from audit.base.http import current_actor
from audit.followup import appeals as appealing
from audit.followup.schemas import AppealIn, AppealQuery, RulingIn
from audit.web import appeals, pages, states, wording
from audit.web.pages import Pages, done, form, see, show
from audit.web.proofs import form_with_photos
from audit.web.wording import Vocabulary

objections = Pages("objections", Vocabulary(states=states.APPEALS))
APPEAL = "/appeals/<int(min=1, max=2147483647):appeal_id>"
FORM = "/inspections/<uuid:inspection_id>/items/<string:item>/appeal"
WORDS = {"states_said": states.APPEALS, "badges": appeals.BADGES, "sentence": wording.sentence}


@objections.get("/appeals")
@see(Can.READ_APPEALS)
def appeal_list():
    """Appeals, the oldest first, and the rounds in which they are taken today."""
    asked = body.query(AppealQuery())
    told = appeals.listed(current_actor(), asked, now=clock.now())
    return show("appeals.html", asked=asked, list=pages.leaves(told["total"], asked), **told, **WORDS)


@objections.get(APPEAL)
@see(Can.READ_APPEALS)
def one_appeal(appeal_id):
    """What the county objects to, the score that it had, and what became of it."""
    return show("appeal.html", **appeals.one(current_actor(), appeal_id, now=clock.now()), **WORDS)


@objections.post(f"{APPEAL}/decision")
@see(Can.DECIDE_APPEALS)
def decide(appeal_id):
    """Dismiss an appeal, or uphold it with the value that counts."""
    actor = current_actor()
    ruling = body.load(RulingIn(), appeals.ruling(form()))
    appealing.decide(appeal_id, ruling, actor=actor, now=clock.now())
    return done(f"/appeals/{appeal_id}", *appeals.DECIDED[ruling["decision"]])


@objections.post(f"{APPEAL}/withdrawal")
@see(Can.FILE_APPEALS)
def withdraw(appeal_id):
    """Withdraw an appeal that nobody has decided."""
    appealing.withdraw(appeal_id, actor=current_actor(), now=clock.now())
    return done(f"/appeals/{appeal_id}", "申诉已撤回", "The appeal was withdrawn")


@objections.get(FORM)
@see(Can.FILE_APPEALS)
def appeal_form(inspection_id, item):
    """The item as it was scored, the days that are left, and the form to object to it."""
    told = appeals.objection(current_actor(), inspection_id, item, now=clock.now())
    return show("appeal-form.html", **told, **WORDS)


@objections.post(FORM)
@see(Can.FILE_APPEALS)
def file_appeal(inspection_id, item):
    """Object to an item, with the photos that the form brings."""
    actor = current_actor()
    with form_with_photos(AppealIn(), appeals.claim(actor, inspection_id, item)) as claim:
        filed, _ = appealing.file(inspection_id, claim, actor=actor, now=clock.now())
    return done(f"/appeals/{filed.id}", "申诉已提交", "The appeal was filed")
