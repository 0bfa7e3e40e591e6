"""Who visits which centre, how and until when: planned by hand, replaced and withdrawn with a reason."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from audit.accounts import queries as accounts
from audit.accounts.models import Account
from audit.base.problems import NotFound, PlanMovedOn, ValidationError
from audit.base.trail import write
from audit.centres import queries as centres
from audit.centres.models import Centre, Division
from audit.rounds import draws, queries
from audit.rounds.models import Draw, Plan, Round, RoundCentre

COVERT = "covert"  # 暗访, a kind that nobody learns of who might tell; the rules are in `inspections.covert`
WORK_WITH_THEM = {"office", "reviewer"}


def enter(code: str, body: dict, *, actor, now: datetime) -> tuple[Plan, int]:
    """Plan one visit by hand: 201, and 200 when it is planned already. Raises RoundFrozen, ValidationError."""
    with write() as trail:
        round_ = queries.whole(code, actor)
        queries.refuse_frozen(round_)
        due_on = day_of(round_, body["due_on"])
        centre = _centre(round_, body["centre"])
        inspector = _inspector(body["inspector"], centre)
        values = {"round": round_.id, "centre": centre.id, "inspector": inspector.id, "kind": body["kind"]}
        same = {"due_on": due_on, "blind": False, "state": "planned"}
        standing = Plan.get_or_none(**values, **same)
        if standing is not None:
            trail.nothing()
            return whole(standing.id), 200
        plan = Plan.create(**values, **same, entered_by=actor.id, entered_at=now)
        trail.record("plan.enter", plan.id, actor=actor, at=now, detail=seal_of(plan))
    return whole(plan.id), 201


def day_of(round_: Round, due_on: date) -> str:
    """The day that a visit is due; ValidationError unless it is one of the round's: a later visit would come late."""
    day = due_on.isoformat()
    if day < round_.opens_on:
        raise ValidationError(errors={"/due_on": "lies before the round opens"})
    if day > round_.closes_on:
        raise ValidationError(errors={"/due_on": f"lies after the round closes, {round_.closes_on}"})
    return day


def replace(plan_id: int, body: dict, *, actor, now: datetime) -> tuple[Plan, int]:
    """Put another visit in the place of a planned one, with the reason; 200 when this very thing was done before.

    With `inspector` somebody else goes; with `centre` (of a plan made by hand only) the visit goes elsewhere. With
    neither, the centre of a drawn plan gives way to the next in the order of its draw in that county.
    """
    with write() as trail:
        old = one(actor, plan_id)
        again = _done_before(old, body)
        if again is not None:
            trail.nothing()
            return whole(again.id), 200
        _settle(old, "replaced", body["reason"])
        centre, inspector = _instead(old, body)
        new = Plan.create(
            round=old.round, centre=centre.id, inspector=inspector.id, kind=old.kind, due_on=old.due_on,
            blind=old.blind, draw=old.draw_id, state="planned", replaces=old.id, entered_by=actor.id, entered_at=now,
        )  # fmt: skip
        told = seal_of(new) | {"reason": body["reason"]}
        trail.record("plan.replace", new.id, actor=actor, at=now, detail=told)
    return whole(new.id), 201


def withdraw(plan_id: int, reason: str, *, actor, now: datetime) -> Plan:
    """Take a planned visit back, with the reason. Safe to repeat."""
    with write() as trail:
        plan = one(actor, plan_id)
        if plan.state == "withdrawn":
            trail.nothing()
        else:
            _settle(plan, "withdrawn", reason)
            trail.record("plan.withdraw", plan.id, actor=actor, at=now, detail={"reason": reason})
    return whole(plan.id)


def _settle(plan: Plan, state: str, reason: str) -> None:
    queries.refuse_frozen(plan.round)
    if plan.state != "planned":
        raise PlanMovedOn(f"it is {plan.state}")
    plan.state, plan.reason = state, reason
    plan.save(only=[Plan.state, Plan.reason])


def _done_before(old: Plan, body: dict) -> Plan | None:
    """What the same replacement made when it was asked for the first time."""
    new = (
        whole_of(Plan.replaces == old.id).first() if old.state == "replaced" and old.reason == body["reason"] else None
    )
    if new is None:
        return None
    same_inspector = new.inspector.name == body.get("inspector", new.inspector.name)
    return new if same_inspector and new.centre_id == body.get("centre", new.centre_id) else None


def _instead(old: Plan, body: dict) -> tuple[Centre, Account]:
    drawn = old.draw_id is not None
    if drawn and "centre" in body:
        raise ValidationError(errors={"/centre": "it was drawn: name none, and the next of the draw's order comes"})
    if drawn and "inspector" not in body:
        return next_drawn(old)
    if not drawn and not {"inspector", "centre"} & set(body):
        raise ValidationError(errors={"/inspector": "name another inspector, or another centre"})
    centre = _centre(old.round, body["centre"]) if "centre" in body else old.centre
    inspector = _inspector(body.get("inspector", old.inspector.name), centre)
    if (centre.id, inspector.id) == (old.centre_id, old.inspector_id):
        raise ValidationError(errors={"/inspector": "that is how it is planned"})
    _refuse_barred(old, inspector)
    return centre, inspector


def _refuse_barred(old: Plan, inspector: Account) -> None:
    """What a draw kept an inspector from stays so, and nobody is their own second visit."""
    if old.draw_id is not None:
        centre = old.centre
        if {centre.county.code, name_in(old.draw.frame, centre)} & set(
            old.draw.asked["barred"].get(inspector.name, ())
        ):
            raise ValidationError(errors={"/inspector": "the draw says that this is not for them"})
    first = (Plan.inspector == inspector.id) & ~Plan.blind & (Plan.state == "planned")
    if old.blind and Plan.select().where(Plan.round == old.round_id, Plan.centre == old.centre_id, first).exists():
        raise ValidationError(errors={"/inspector": "they make the first visit"})


def next_drawn(old: Plan) -> tuple[Centre, Account]:
    """The next centre in the order of the plan's draw in its county that the draw has not used, and who goes there:
    the same inspector, unless the draw keeps them from it."""
    draw, county = old.draw, old.centre.county.code
    used = {name_in(draw.frame, each.centre) for each in whole_of(Plan.draw == draw.id)}
    name = next((each for each in draws.order(draw.frame[county], draw.seed) if each not in used), None)
    if name is None:
        raise ValidationError(errors={"/centre": "the draw's order holds no further centre of this county"})
    centre, place, asked = centre_named(draw, name), {name: county}, draw.asked
    standing = {old.inspector.name} & set(asked["inspectors"])
    may = [draws.assign(place, some, asked["barred"], draw.seed)[name] for some in (standing, asked["inspectors"])]
    who = may[0] or may[1]
    if who is None:
        raise ValidationError(errors={"/inspector": f"none of the draw's inspectors may go to {name}"})
    return centre, _inspector(who, centre)


def one(actor, plan_id: int) -> Plan:
    """A plan, of a round that is the actor's to decide over; NotFound otherwise."""
    plan = whole(plan_id)
    if plan is None or not centres.reaches(actor, plan.round.area):
        raise NotFound()
    return plan


def _centre(round_: Round, centre_id: UUID) -> Centre:
    within = centres.within(round_.area_id)
    found = Centre.get_or_none(Centre.id == centre_id, Centre.status == "active", within)
    if found is None:
        raise ValidationError(errors={"/centre": "no such centre in the round's area"})
    return found


def _inspector(name: str, centre: Centre) -> Account:
    found = next((each for each in accounts.by_names([name]) if "inspector" in each.roles), None)
    if found is None or not centres.lies_within(centre, found.division_id):
        raise ValidationError(errors={"/inspector": "no such inspector for this centre"})
    return found


# --- reading -------------------------------------------------------------------------------------------------------


def whole_of(*conditions):
    """Plans with their centre, its county, who goes, the round with its area, and the draw."""
    return (
        Plan.select(Plan, Centre, centres.County, Account, Round, Division, Draw)
        .join(Centre)
        .join(centres.County, on=(Centre.county == centres.County.id))
        .switch(Plan)
        .join(Account, on=(Plan.inspector == Account.id))
        .switch(Plan)
        .join(Round)
        .join(Division, on=(Round.area == Division.id))
        .switch(Plan)
        .left_outer_join(Draw, on=(Plan.draw == Draw.id))
        .where(*conditions)
    )


def whole(plan_id: int) -> Plan | None:
    """One of them."""
    return whole_of(Plan.id == plan_id).first()


def listed(round_: Round, actor, asked: dict):
    """The plans of a round in sight, by the day they are due; `mine`, `county` and `state` narrow them.

    Covert and blind visits are for the office, reviewers and whoever makes them: nobody who might tell learns of them.
    """
    query = whole_of(Plan.round == round_.id, _visible(actor))
    if asked.get("mine"):
        query = query.where(Plan.inspector == actor.id)
    if asked.get("county"):
        query = query.where(centres.County.code == asked["county"])
    if asked.get("state"):
        query = query.where(Plan.state == asked["state"])
    return query.order_by(Plan.due_on, Centre.code, Plan.id)


def _visible(actor):
    own = Plan.inspector == actor.id
    if actor.roles & WORK_WITH_THEM:
        return own | centres.within(actor.division)
    if "county" in actor.roles:
        return own | (centres.within(actor.division) & ~Plan.blind & (Plan.kind != COVERT))
    return own


def seal_of(plan: Plan) -> dict:
    """What the trail keeps of a plan when it is made: what never changes of it afterwards."""
    return {
        "round": plan.round_id,
        "centre": str(plan.centre_id),
        "inspector": plan.inspector_id,
        "kind": plan.kind,
        "due_on": plan.due_on,
        "blind": plan.blind,
        "draw": plan.draw_id,
        "replaces": plan.replaces_id,
    }


def name_in(frame: dict[str, list[str]], centre: Centre) -> str:
    """What a centre is called in the frame of a draw: its code, with its id behind it where several share the code."""
    alone = any(centre.code in codes for codes in frame.values())
    return centre.code if alone else f"{centre.code}/{centre.id}"


def centre_named(draw: Draw, name: str) -> Centre:
    """The centre that the frame of a draw calls so."""
    code, _, number = name.partition("/")
    this = Centre.id == UUID(number) if number else Centre.code == code
    counted = Centre.select().join(RoundCentre, on=(RoundCentre.centre == Centre.id))
    found = counted.where(RoundCentre.round == draw.round_id, Centre.level == draw.asked["level"], this)
    return found.order_by(RoundCentre.id).first()
