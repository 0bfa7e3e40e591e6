"""Findings and their rectification: the list, orders for many at once, and one finding with what may be done."""

from __future__ import annotations

from audit.accounts.permissions import Can
from audit.base import body, clock
from audit.base.http import current_actor
from audit.followup import actions, queries
from audit.followup.schemas import FindingQuery, OrderIn, OrdersIn, ReopeningIn, ReportIn, VerificationIn
from audit.web import findings, pages, states, wording
from audit.web.pages import Pages, done, form, see, show
from audit.web.proofs import form_with_photos
from audit.web.wording import Vocabulary

followup = Pages("followup", Vocabulary(findings.FIELDS, states.FINDINGS))
FINDING = "/findings/<int(min=1, max=2147483647):finding_id>"
LIST_WORDS = {"states_said": states.FINDINGS, "badges": findings.BADGES, "kinds_said": findings.NAMES}
WORDS = LIST_WORDS | {"verbs": findings.VERBS, "sentence": wording.sentence}


@followup.get("/findings")
@see(Can.READ_FINDINGS)
def finding_list():
    """Findings by the day on which they are due, with how many stand where."""
    asked = body.query(FindingQuery())
    told = findings.listed(current_actor(), asked, now=clock.now())
    return show("findings.html", asked=asked, list=pages.leaves(told["total"], asked), **told, **LIST_WORDS)


@followup.post("/findings/orders")
@see(Can.ORDER_RECTIFICATION)
def order_all():
    """Order all open findings of a county in a round, or those of some items, at once."""
    fields = form()
    code = fields.get("round", "")
    wanted = body.load(OrdersIn(), findings.orders(fields))
    outcome = actions.order_all(code, wanted, actor=current_actor(), now=clock.now())
    return done(findings.where(code, wanted["county"]), *findings.ordered(outcome))


@followup.get(FINDING)
@see(Can.READ_FINDINGS)
def one_finding(finding_id):
    """What was found, what became of it, and the photos of before and after side by side."""
    return show("finding.html", **findings.one(current_actor(), finding_id, now=clock.now()), **WORDS)


@followup.post(f"{FINDING}/order")
@see(Can.ORDER_RECTIFICATION)
def order(finding_id):
    """Order that it be mended; again to change the order."""
    wanted = body.load(OrderIn(), form())
    actions.order(finding_id, wanted, actor=current_actor(), now=clock.now())
    return done(f"/findings/{finding_id}", "整改要求已下达", "The order was given")


def _of(actor, finding_id: int):
    """The fields of a form as they are, for a finding in sight: what is out of sight keeps no photo."""

    def wire(fields: dict) -> dict:
        queries.get(actor, finding_id)
        return fields

    return wire


@followup.post(f"{FINDING}/report")
@see(Can.REPORT_RECTIFICATION)
def report(finding_id):
    """Report that it was mended, with the photos that the form brings."""
    actor = current_actor()
    with form_with_photos(ReportIn(), _of(actor, finding_id)) as told:
        actions.report(finding_id, told, actor=actor, now=clock.now())
    return done(f"/findings/{finding_id}", "整改已上报，等待核验", "Reported; it waits to be verified")


@followup.post(f"{FINDING}/verification")
@see(Can.VERIFY_RECTIFICATION)
def verify(finding_id):
    """Close what was reported, or return it."""
    actor = current_actor()
    with form_with_photos(VerificationIn(), _of(actor, finding_id)) as decided:
        actions.verify(finding_id, decided, actor=actor, now=clock.now())
    return done(f"/findings/{finding_id}", *findings.VERIFIED[decided["decision"]])


@followup.post(f"{FINDING}/reopening")
@see(Can.ORDER_RECTIFICATION)
def reopen(finding_id):
    """Open a closed finding again."""
    wanted = body.load(ReopeningIn(), form())
    actions.reopen(finding_id, wanted, actor=current_actor(), now=clock.now())
    return done(f"/findings/{finding_id}", "已重新打开，请重新下达整改", "Opened again; it wants another order")
