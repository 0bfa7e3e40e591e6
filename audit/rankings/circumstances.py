"""How a ranking came about, beside its rows: until when visits were made, and what was drawn at random."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from audit.base import trail
from audit.base.clock import BEIJING
from audit.inspections.covert import COVERT
from audit.rankings.queries import Frame
from audit.rounds.models import Draw, Plan, Round
from audit.rounds.queries import FROZEN


def closed_on(round_: Round) -> str | None:
    """The day in Beijing on which the round was closed, as the trail tells it; None while it is open."""
    at = trail.first_told("round.close", round_.code)
    return at and _day(at)


def until(of: Frame, at: datetime) -> str:
    """The day until which visits were made, for a copy of the moment `at`: the earlier of the last planned day and the
    day on which the round was closed; while it is open, of that day and the copy's. A version of form 1 knows the
    planned day alone."""
    planned = of.round.closes_on
    if of.version is None:
        ended = closed_on(of.round) or _day(at)
    else:
        ended = of.version.publication.head["round"].get("closed_on") or planned
    return max(of.round.opens_on, min(planned, ended))


def _day(moment: datetime) -> str:
    return moment.astimezone(BEIJING).date().isoformat()


def draws_of(round_: Round) -> list[dict]:
    """The draws of a round in their order, each with all that it takes to draw again, why it was drawn anew, and how
    many centres it gave and were replaced since. No id of this database stands in it.

    Of covert and blind draws not the seed: with the names of inspectors it would tell who came, which no county learns.
    """
    found = list(Draw.select().where(Draw.round == round_.id).order_by(Draw.id))
    plans = Plan.select(Plan.draw, Plan.replaces).where(Plan.draw.in_([each.id for each in found]))
    counted = Counter((draw, replaces is None) for draw, replaces in plans.tuples())
    return [
        {name: each.asked[name] for name in ("level", "kind", "blind", "per_county")}
        | {"seed": None if _apart(each.asked) else each.seed, "frame": each.digest, "made_on": _day(each.made_at)}
        | {"of": sum(map(len, each.frame.values())), "reason": each.asked.get("reason")}
        | {"drawn": counted[each.id, True], "replaced": counted[each.id, False]}
        for each in found
    ]


def draws(of: Frame) -> list[dict] | None:
    """The draws that a copy may tell of; None where it tells of none: before the freeze, when a seed would give away
    who is still to be visited, and in versions of form 1. Counties learn of covert draws with the publication."""
    if of.version is not None:
        return of.version.publication.head.get("draws")
    if of.round.state not in FROZEN:
        return None
    return [each for each in draws_of(of.round) if of.round.state == "published" or not _apart(each)]


def _apart(asked: dict) -> bool:
    """Whether a draw is of visits that are the office's alone to know of while they are made."""
    return asked["blind"] or asked["kind"] == COVERT
