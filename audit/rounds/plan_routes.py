"""Plans of visits, and the draws that make them."""

from __future__ import annotations

from audit.accounts.guard import allow
from audit.accounts.permissions import Can
from audit.base import clock
from audit.base.http import Blueprint, conditional, current_actor
from audit.base.paging import LIST_HEADERS, Paged, paged
from audit.rounds import drawn, queries
from audit.rounds import plans as planning
from audit.rounds.plan_schemas import (
    DrawIn,
    DrawnAgain,
    DrawOut,
    DrawRef,
    PlanIn,
    PlanOut,
    PlanQuery,
    PlanWithdrawalIn,
    ReplacementIn,
)

plans = Blueprint("plans", __name__, url_prefix="/api/v1", description="Who visits which centre, and how that is drawn")
PLAN = "/plans/<int(min=1, max=2147483647):plan_id>"
DRAWS = "/rounds/<string:code>/draws"
DRAW = f"{DRAWS}/<int(min=1, max=2147483647):draw_id>"


@plans.get("/rounds/<string:code>/plans")
@allow(Can.READ_PLANS)
@conditional
@plans.arguments(PlanQuery, location="query")
@plans.response(200, PlanOut(many=True), headers=LIST_HEADERS)
@plans.problems(404)
def list_plans(asked, code):
    """The planned visits of a round by the day they are due: an inspector's own, a county's, all for the office.

    Covert and blind ones are not for counties.
    """
    actor = current_actor()
    return paged(planning.listed(queries.by_code(code, actor), actor, asked), asked)


@plans.post("/rounds/<string:code>/plans")
@allow(Can.MANAGE_ROUNDS)
@plans.arguments(PlanIn)
@plans.response(201, PlanOut)
@plans.alt_response(200, schema=PlanOut, description="Planned before; nothing changed", success=True)
@plans.problems(404, 409)
def plan_visit(body, code):
    """Plan one visit by hand; safe to repeat."""
    return planning.enter(code, body, actor=current_actor(), now=clock.now())


@plans.post(f"{PLAN}/replacement")
@allow(Can.MANAGE_ROUNDS)
@plans.arguments(ReplacementIn)
@plans.response(201, PlanOut)
@plans.alt_response(200, schema=PlanOut, description="Replaced so before; nothing changed", success=True)
@plans.problems(404, 409)
def replace_plan(body, plan_id):
    """Put another visit in the place of a planned one, with the reason; both stay on record.

    A centre that was drawn gives way to the next in the order of its draw, and to no other.
    """
    return planning.replace(plan_id, body, actor=current_actor(), now=clock.now())


@plans.post(f"{PLAN}/withdrawal")
@allow(Can.MANAGE_ROUNDS)
@plans.arguments(PlanWithdrawalIn)
@plans.response(200, PlanOut)
@plans.problems(404, 409)
def withdraw_plan(body, plan_id):
    """Take a planned visit back, with the reason."""
    return planning.withdraw(plan_id, body["reason"], actor=current_actor(), now=clock.now())


@plans.get(DRAWS)
@allow(Can.READ_DRAWS)
@plans.arguments(Paged, location="query")
@plans.response(200, DrawRef(many=True), headers=LIST_HEADERS)
@plans.problems(404)
def list_draws(asked, code):
    """The draws of a round, newest first."""
    return paged(drawn.listed(queries.whole(code, current_actor())), asked)


@plans.post(DRAWS)
@allow(Can.MANAGE_ROUNDS)
@plans.arguments(DrawIn)
@plans.response(201, DrawOut)
@plans.alt_response(200, schema=DrawOut, description="Drawn before; nothing changed", success=True)
@plans.problems(404, 409)
def draw_visits(body, code):
    """Draw centres per county and who visits them (双随机), and plan these visits.

    Centres come in the order of sha256(`seed:code`), for each county the first so many; inspectors in turn, never where
    they must not go. The same question to the same frame is drawn once: asked again, the answer is the same. Every
    further draw of a level and kind says why, and shows which centres another draw has planned already.
    """
    return drawn.make(code, body, actor=current_actor(), now=clock.now())


@plans.get(DRAW)
@allow(Can.READ_DRAWS)
@plans.response(200, DrawOut)
@plans.problems(404)
def get_draw(code, draw_id):
    """A draw with all that it takes to draw again: seed, frame, what was asked; and what it gave."""
    return drawn.get(code, draw_id, current_actor())


@plans.get(f"{DRAW}/check")
@allow(Can.READ_DRAWS)
@plans.response(200, DrawnAgain)
@plans.problems(404)
def check_draw(code, draw_id):
    """Draw again and compare: whether what is planned is what the seed gives, replacements in their order."""
    return drawn.checked(code, draw_id, current_actor())
