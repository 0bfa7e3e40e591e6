"""Rounds: opened, closed, frozen and published by the office; their plans, draws and issued lists."""

from __future__ import annotations

from audit.accounts.permissions import Can
from audit.base import body, clock
from audit.base.http import current_actor, extension, upload_place
from audit.base.problems import ValidationError
from audit.rankings import publishing
from audit.rankings.publication_schemas import RoundStepIn
from audit.rounds import actions, documents, drawn, lists, plans
from audit.rounds.plan_schemas import DrawIn, PlanIn, PlanQuery, PlanWithdrawalIn, ReplacementIn
from audit.rounds.schemas import ListIn, ListQuery, ListWithdrawalIn, RoundIn, RoundQuery
from audit.web import course, formulas, planning, states
from audit.web.pages import MOST_BYTES, Pages, done, form, form_with_files, leaves, say, see, show
from audit.web.wording import Vocabulary

office = Pages("office", Vocabulary(states=states.PLANS))
PLAN_WORDS = {"states": states.PLANS, "kinds": formulas.KINDS}
STEP = "/steps/<int(min=1, max=2147483647):step_id>"
ROUND = "/rounds/<string:code>"
PLAN = "/plans/<int(min=1, max=2147483647):plan_id>"


@office.get("/rounds")
@see(Can.READ_ROUNDS)
def list_rounds():
    """Rounds whose area overlaps with yours, newest first; the office opens another."""
    wanted, actor = body.query(RoundQuery()), current_actor()
    rows, total = course.listed(actor, wanted)
    may = course.choices(actor) if actor.can(Can.MANAGE_ROUNDS) else None
    return show(
        "office-rounds.html", rounds=rows, list=leaves(total, wanted), asked=wanted, choices=may, states=states.ROUNDS
    )


@office.post("/rounds")
@see(Can.MANAGE_ROUNDS)
def open_round():
    """Open a round with its editions and policies."""
    wanted = body.load(RoundIn(), course.round_typed(form()))
    opened = actions.open_round(wanted, actor=current_actor(), now=clock.now())
    return done(f"/rounds/{opened.code}", f"轮次 {opened.code} 已开放", f"Round {opened.code} is open")


@office.get(ROUND)
@see(Can.READ_ROUNDS)
def one_round(code):
    """One round: where it stands, what stands in the way of the next step, and what was published."""
    told = course.told(code, current_actor())
    early = clock.now().astimezone(clock.BEIJING).date().isoformat() < told["round"]["closes_on"]
    return show("office-round.html", of=told, early=early, what=course.WHAT, states=states.ROUNDS)


@office.post(f"{ROUND}/closing")
@see(Can.MANAGE_ROUNDS)
def close_round(code):
    """Close a round, for good: whoever does it says that they mean it."""
    if "sure" not in form():
        raise ValidationError(errors={"/sure": say("请勾选确认", "tick it to confirm")})
    actions.close_round(code, actor=current_actor(), now=clock.now())
    return done(f"/rounds/{code}", "轮次已截止", "The round is closed")


@office.post(f"{ROUND}/steps")
@see(Can.PUBLISH)
def propose_step(code):
    """Propose to freeze or to publish a round; a second person confirms it."""
    wanted = body.load(RoundStepIn(), course.step_typed(form()))
    publishing.propose(code, wanted, actor=current_actor(), now=clock.now())
    return done(f"/rounds/{code}", "已提出，请另一人确认", "Proposed: a second person confirms it")


@office.post(f"{STEP}/confirmation")
@see(Can.PUBLISH)
def confirm_step(step_id):
    """Confirm a step as a second person: the round is frozen, or its ranking published."""
    form()
    step = publishing.confirm(step_id, actor=current_actor(), now=clock.now())
    return done(f"/rounds/{step.round.code}", *course.CONFIRMED[step.what])


@office.post(f"{STEP}/withdrawal")
@see(Can.PUBLISH)
def withdraw_step(step_id):
    """Withdraw a step that waits for its second person."""
    form()
    code = publishing.of_step(step_id, current_actor()).round.code
    publishing.withdraw(step_id, actor=current_actor(), now=clock.now())
    return done(f"/rounds/{code}", "提议已撤回", "The proposal is withdrawn")


@office.get(f"{ROUND}/plans")
@see(Can.READ_PLANS)
def list_plans(code):
    """The planned visits of a round, and its draws."""
    wanted = body.query(PlanQuery())
    of = planning.planned(code, wanted, current_actor())
    return show("office-plans.html", of=of, asked=wanted, list=leaves(of["total"], wanted), **PLAN_WORDS)


@office.post(f"{ROUND}/plans")
@see(Can.MANAGE_ROUNDS)
def plan_visit(code):
    """Plan one visit by hand."""
    plan, _ = plans.enter(code, body.load(PlanIn(), form()), actor=current_actor(), now=clock.now())
    return done(planning.where(plan), "已列入计划", "The visit is planned")


@office.get(PLAN)
@see(Can.MANAGE_ROUNDS)
def one_plan(plan_id):
    """A planned visit, to be replaced or withdrawn."""
    return show("office-plan.html", **planning.one(plan_id, current_actor()), **PLAN_WORDS)


@office.post(f"{PLAN}/replacement")
@see(Can.MANAGE_ROUNDS)
def replace_plan(plan_id):
    """Send somebody else, or go elsewhere: of what was drawn, to the next of its order. Both visits stay on record."""
    wanted = body.load(ReplacementIn(), form())
    plan, _ = plans.replace(plan_id, wanted, actor=current_actor(), now=clock.now())
    return done(planning.where(plan), "已替换，原计划留存", "Replaced; what was planned before is kept")


@office.post(f"{PLAN}/withdrawal")
@see(Can.MANAGE_ROUNDS)
def withdraw_plan(plan_id):
    """Take a planned visit back, with the reason."""
    reason = body.load(PlanWithdrawalIn(), form())["reason"]
    plan = plans.withdraw(plan_id, reason, actor=current_actor(), now=clock.now())
    return done(planning.where(plan), "计划已撤回", "The plan is withdrawn")


@office.post(f"{ROUND}/draws")
@see(Can.MANAGE_ROUNDS)
def draw_visits(code):
    """Draw centres per county and who visits them."""
    wanted = body.load(DrawIn(), planning.draw_typed(form()))
    made, _ = drawn.make(code, wanted, actor=current_actor(), now=clock.now())
    return done(f"/rounds/{code}/draws/{made.id}", "抽取完成，计划已生成", "Drawn; the visits are planned")


@office.get(f"{ROUND}/draws/<int(min=1, max=2147483647):draw_id>")
@see(Can.READ_DRAWS)
def one_draw(code, draw_id):
    """A draw with all that it takes to draw again; drawn again to see whether it holds."""
    return show("office-draw.html", code=code, **planning.draw(code, draw_id, current_actor()), **PLAN_WORDS)


@office.get(f"{ROUND}/lists")
@see(Can.READ_ROUNDS)
def list_issued(code):
    """What counties and townships issued: of how many an item is a share."""
    wanted = body.query(ListQuery())
    of = planning.issued(code, wanted, current_actor())
    return show("office-lists.html", of=of, asked=wanted, list=leaves(of["total"], wanted))


@office.post(f"{ROUND}/lists")
@see(Can.MANAGE_ROUNDS)
def enter_list(code):
    """Enter what a county or township issued, with the document behind it."""
    actor, now = current_actor(), clock.now()
    with upload_place(), form_with_files(documents.LIMIT + MOST_BYTES) as (typed, files):
        wanted = body.load(ListIn(), planning.list_typed(typed))
        wanted |= planning.kept(files, storage=extension("storage"), actor=actor, now=now)
    lists.enter(code, wanted, listed=extension("listed"), actor=actor, now=now)
    return done(f"/rounds/{code}/lists", "清单已录入，相关得分已重算", "Entered; the scores that it concerns are anew")


@office.post("/lists/<int(min=1, max=2147483647):list_id>/withdrawal")
@see(Can.MANAGE_ROUNDS)
def withdraw_list(list_id):
    """Take a list back, with the reason."""
    reason = body.load(ListWithdrawalIn(), form())["reason"]
    row = lists.withdraw(list_id, reason, listed=extension("listed"), actor=current_actor(), now=clock.now())
    return done(
        f"/rounds/{row.round.code}/lists",
        "清单已撤回，相关得分已重算",
        "Withdrawn; the scores that it concerns are anew",
    )
