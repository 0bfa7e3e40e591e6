"""双随机: draw centres and inspectors for a round, plan their visits, and draw again to check."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from audit.accounts import queries as accounts
from audit.accounts.models import Account
from audit.base.db import batches, digest_of
from audit.base.problems import NotFound, ValidationError
from audit.base.trail import write
from audit.centres import queries as centres
from audit.centres.models import Centre
from audit.rounds import draws, plans, queries
from audit.rounds.models import Draw, Plan, Round, RoundCentre

SEED_BYTES = 16
SORT = ("level", "kind", "blind")  # draws that are alike in these are draws of the same thing


def make(code: str, body: dict, *, actor, now: datetime) -> tuple[Draw, int]:
    """Draw centres per county and who visits them, and plan these visits: 201.

    Without a seed the program makes one; and what was asked for before from the same frame is not drawn a second time:
    200 and the draw that stands, for whoever could draw again until they like it would not draw at all. For the same
    reason any further draw of a level and kind wants a `reason`, which stays with it. Raises RoundFrozen, and
    ValidationError where there is nothing to draw from, nobody may go, or it is drawn anew without a reason.
    """
    with write() as trail:
        round_ = queries.whole(code, actor)
        queries.refuse_frozen(round_)
        plans.day_of(round_, body["due_on"])
        named = _frame(round_, body)
        asked, crew = _asked(round_, body, named)
        frame = _by_county(named)
        standing = _standing(round_, asked, digest_of(frame), body.get("seed"))
        if standing is not None:
            trail.nothing()
            return told(standing), 200
        asked |= _why(round_, asked, body)
        seed = body.get("seed") or secrets.token_hex(SEED_BYTES)
        given = draws.drawn(frame, asked, seed)
        _refuse_unassigned(given)
        made = Draw.create(
            round=round_, seed=seed, asked=asked, frame=frame, digest=digest_of(frame), made_by=actor.id, made_at=now
        )
        _plan(made, given, named, crew)
        trail.record("round.draw", made.id, actor=actor, at=now, detail=seal_of(made, given))
    return told(made), 201


def _frame(round_: Round, body: dict) -> dict[str, Centre]:
    """The centres to draw from, by what the draw calls them: all that the round counts of the level, for a blind draw
    those that somebody visits anyway."""
    query = (
        Centre.select(Centre, centres.County)
        .join(centres.County, on=(Centre.county == centres.County.id))
        .switch(Centre)
        .join(RoundCentre, on=(RoundCentre.centre == Centre.id))
        .where(RoundCentre.round == round_.id, Centre.level == body["level"])
    )
    if body["blind"]:
        query = query.where(Centre.id.in_(_first_visits(round_).select(Plan.centre)))
    found = list(query)
    if not found:
        raise ValidationError(errors={"/blind" if body["blind"] else "/level": "there is no centre to draw from"})
    shared = {code for code, number in Counter(each.code for each in found).items() if number > 1}
    return {f"{each.code}/{each.id}" if each.code in shared else each.code: each for each in found}


def _first_visits(round_: Round):
    return Plan.select().where(Plan.round == round_.id, Plan.state == "planned", ~Plan.blind)


def _by_county(named: dict[str, Centre]) -> dict[str, list[str]]:
    frame: dict[str, list[str]] = {}
    for name in sorted(named):
        frame.setdefault(named[name].county.code, []).append(name)
    return frame


def _asked(round_: Round, body: dict, named: dict[str, Centre]) -> tuple[dict, dict[str, int]]:
    """What the draw rests on beside frame and seed, each inspector with what is not for them; and their accounts."""
    names = sorted(set(body["inspectors"]))
    known = {each.name: each for each in accounts.by_names(names) if "inspector" in each.roles}
    strangers = {
        f"/inspectors/{index}": "no such inspector"
        for index, each in enumerate(body["inspectors"])
        if each not in known
    }
    counties = {each.code for each in centres.counties_of(round_.area)}
    for name, codes in body["exclusions"].items():
        if name not in known or not counties >= set(codes):
            strangers[f"/exclusions/{name}"] = "must be one of the inspectors, with counties of the round"
    if strangers:
        raise ValidationError(errors=strangers)
    barred = {name: set(body["exclusions"].get(name, ())) | _out_of_reach(known[name], named) for name in names}
    for name, place in _own_first_visits(round_, named) if body["blind"] else ():
        barred.setdefault(name, set()).add(place)
    asked = {name: body[name] for name in ("level", "kind", "per_county", "blind")}
    asked |= {"inspectors": names, "due_on": body["due_on"].isoformat()}
    return asked | {"barred": {name: sorted(each) for name, each in sorted(barred.items()) if each}}, {
        name: each.id for name, each in known.items()
    }


def _out_of_reach(account: Account, named: dict[str, Centre]) -> set[str]:
    """The counties of the frame that lie outside an inspector's area."""
    counties = {each.county.code: each.county for each in named.values()}
    area = account.division_id
    return {code for code, each in counties.items() if area not in (None, each.id, each.parent_id)}


def _own_first_visits(round_: Round, named: dict[str, Centre]) -> Iterable[tuple[str, str]]:
    """(inspector, centre) of the visits that are planned anyway: nobody is their own second visit."""
    names = {each.id: name for name, each in named.items()}
    rows = _first_visits(round_).select(Plan.centre, Account.name).join(Account, on=(Plan.inspector == Account.id))
    return [(who, names[centre]) for centre, who in rows.tuples() if centre in names]


def _standing(round_: Round, asked: dict, digest: str, seed: str | None) -> Draw | None:
    same = Draw.select().where(Draw.round == round_.id, Draw.digest == digest).order_by(Draw.id)
    return next((each for each in same if _question(each) == asked and seed in (None, each.seed)), None)


def _question(row: Draw) -> dict:
    """What was asked; why it was asked anew is no part of it."""
    return {name: each for name, each in row.asked.items() if name != "reason"}


def _why(round_: Round, asked: dict, body: dict) -> dict:
    """The reason of a draw, as it is kept with what was asked; ValidationError when it is wanting."""
    before = Draw.select(Draw.id, Draw.asked).where(Draw.round == round_.id).order_by(Draw.id)
    known = [each.id for each in before if all(each.asked[name] == asked[name] for name in SORT)]
    if known and "reason" not in body:
        sentence = f"同一层级和方式已抽取过（第 {known[-1]} 号），再次抽取须说明理由 · drawn before: say why again"
        raise ValidationError(errors={"/reason": sentence})
    return {"reason": body["reason"]} if "reason" in body else {}


def _refuse_unassigned(given: dict[str, str | None]) -> None:
    nobody = [place for place, who in given.items() if who is None]
    if nobody:
        raise ValidationError(errors={"/inspectors": f"none of them may go to {', '.join(nobody[:20])}"})


def _plan(made: Draw, given: dict[str, str], named: dict[str, Centre], crew: dict[str, int]) -> None:
    asked = made.asked
    rows = [
        Plan(
            round=made.round_id, centre=named[place].id, inspector=crew[who], kind=asked["kind"],
            due_on=asked["due_on"], blind=asked["blind"], draw=made.id, state="planned",
            entered_by=made.made_by_id, entered_at=made.made_at,
        )
        for place, who in given.items()
    ]  # fmt: skip
    for some in batches(rows, 500):
        Plan.bulk_create(some)


def seal_of(row: Draw, given: dict[str, str]) -> dict:
    """What the trail keeps of a draw: what it was drawn from and what came of it, and why it was drawn anew."""
    why = {"reason": row.asked["reason"]} if "reason" in row.asked else {}
    return why | {
        "round": row.round_id,
        "seed": row.seed,
        "frame": row.digest,
        "asked": digest_of(row.asked),
        "result": digest_of(sorted(given.items())),
    }


# --- reading -------------------------------------------------------------------------------------------------------


def listed(round_: Round):
    """The draws of a round, newest first, without what came of them."""
    return Draw.select().where(Draw.round == round_.id).order_by(Draw.id.desc())


def get(code: str, draw_id: int, actor) -> Draw:
    """A draw with its frame and what it gave; NotFound when the round is not wholly the actor's."""
    round_ = queries.whole(code, actor)
    found = Draw.get_or_none(Draw.id == draw_id, Draw.round == round_.id)
    if found is None:
        raise NotFound()
    return told(found)


def told(row: Draw) -> Draw:
    """The draw with `result`, the plans as it gave them, in its order, and `also_planned`."""
    first = plans.whole_of(Plan.draw == row.id, Plan.replaces.is_null())
    row.result = list(first.order_by(Plan.id))
    row.also_planned = _also_planned(row)
    return row


def _also_planned(row: Draw) -> list[Plan]:
    """What other draws have planned for the centres that this one visits: they are visited twice."""
    own = Plan.alias()
    visited = own.select(own.centre).where(own.draw == row.id, own.state == "planned")
    # a blind visit goes where another one goes, on purpose
    alike = (Plan.round == row.round_id) & (Plan.blind == row.asked["blind"]) & (Plan.state == "planned")
    return list(plans.whole_of(alike, Plan.draw != row.id, Plan.centre.in_(visited)).order_by(Plan.id))


def faults(row: Draw) -> list[str]:
    """What a draw gave, drawn again: what differs, in sentences; none when it holds."""
    found = []
    if digest_of(row.frame) != row.digest:
        found.append("its frame is not the one of its digest")
    again = draws.drawn(row.frame, row.asked, row.seed)
    every = list(plans.whole_of(Plan.draw == row.id).order_by(Plan.id))
    given = {plans.name_in(row.frame, each.centre): each.inspector.name for each in every if each.replaces_id is None}
    if given != again:
        found.append(f"drawn again it gives others: {digest_of(sorted(again.items()))[:16]}")
    if any(_fits_not(each, row) for each in every):
        found.append("a plan is of another kind, day or sort than was asked for")
    # a centre that gave way made place for the next of its county, and for no other
    used = {plans.name_in(row.frame, each.centre): each.centre.county.code for each in every}
    for county, codes in row.frame.items():
        own = {name for name, of in used.items() if of == county}
        if own != set(draws.draw(codes, len(own), row.seed)):
            found.append(f"{county}: a centre was passed over")
    return found


def _fits_not(plan: Plan, row: Draw) -> bool:
    return (plan.kind, plan.due_on, plan.blind) != tuple(row.asked[name] for name in ("kind", "due_on", "blind"))


def checked(code: str, draw_id: int, actor) -> dict:
    """The draw made once more: whether it holds, and what does not."""
    wrong = faults(get(code, draw_id, actor))
    return {"holds": not wrong, "faults": wrong}
