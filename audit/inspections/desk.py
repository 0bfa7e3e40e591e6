"""The reviewers' desk: which visits wait, what to look at twice in each, and what came before it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from audit.base.db import page_of
from audit.centres.models import Centre
from audit.inspections import queries, risks
from audit.inspections.flagged import Looked, arrived, looked_at
from audit.inspections.flags import gates
from audit.inspections.models import Admission, Inspection, Participant, Score
from audit.rounds import queries as rounds
from audit.rounds.models import Round, RoundLevel
from audit.scoring.score import NOT_APPLICABLE

OPEN = ("submitted", "waiting")
MOST_SEARCHED = 200  # visits among which a risk is looked for, the oldest: flags of photos are worked out when asked


def queue(actor, asked: dict, *, now: datetime) -> tuple[list[Inspection], int]:
    """One page of the visits in sight as `with_risks` tells of them, those that wait longest first; and how many.

    Filters as `queries.listed`, `age` in days; without a `state` those on which somebody may still decide. A `risk` is
    looked for among the oldest MOST_SEARCHED.
    """
    query = queries.listed(actor, asked).order_by(Inspection.received_at, Inspection.id)
    if not asked.get("state"):
        query = query.where(Inspection.state.in_(OPEN), Round.state.not_in(rounds.FROZEN))
    if asked.get("age"):
        query = query.where(Inspection.received_at <= now - timedelta(days=asked["age"]))
    page, size, risk = asked["page"], asked["page_size"], asked.get("risk")
    if not risk:
        visits, total = page_of(query, page, size)
        return with_risks(actor, visits), total
    found = [each for each in with_risks(actor, list(query.limit(MOST_SEARCHED))) if risk in each.shows]
    return found[(page - 1) * size : page * size], len(found)


def named(actor, ids: Collection[UUID]) -> dict[UUID, Inspection]:
    """Those of these visits that are in sight, as `with_risks` tells of them."""
    visits = queries.with_centres().where(Inspection.id.in_(list(ids)), queries.visible(actor))
    return {each.id: each for each in with_risks(actor, list(visits))}


def with_risks(actor, visits: list[Inspection]) -> list[Inspection]:
    """The same visits, each with what to look at twice: the same few queries however many.

    `photos_named` and `photos_arrived`; `place` (the verdict, or None); `risks` by column in short words;
    `not_applicable` items; `own`; `admitted`; `facts`, and the `obstacles` to its approval; `at_once` when it carries
    no flag and no N/A, so that it may be approved unseen; `shows` what it would be found by.
    """
    bodies = queries.bodies(visits)
    return _with_looks(actor, visits, bodies, looked_at(actor, visits, bodies))


def by_evidence(actor, visit: Inspection, told: dict) -> Inspection:
    """The visit as `with_risks` tells of it, of which `evidence.told` has told already: nothing is looked for twice."""
    (found,) = _with_looks(actor, [visit], queries.bodies([visit]), {visit.id: Looked.of(told)})
    return found


def facts_of(actor, visit: Inspection) -> risks.Facts:
    """What decides what may be done with a visit; its photos are counted, and not looked at."""
    return _facts(actor, [visit], arrived([visit], queries.bodies([visit])))[visit.id]


def _with_looks(actor, visits: list[Inspection], bodies: dict, looks: dict[UUID, Looked]) -> list[Inspection]:
    missed = _not_applicable([each.id for each in visits])
    facts = _facts(actor, visits, {each: (len(look.photos), look.arrived) for each, look in looks.items()})
    for each in visits:
        each.facts, look = facts[each.id], looks[each.id]
        each.not_applicable = missed.get(each.id, _left_out(bodies[each.id]))
        _tell(each, look)
    return visits


def _tell(visit: Inspection, look: Looked) -> None:
    visit.own, visit.admitted, visit.place = visit.facts.own, visit.facts.admitted, look.verdict
    visit.photos_named, visit.photos_arrived = visit.facts.named, visit.facts.arrived
    visit.risks = risks.summed(look.flags, look.photos.values())
    visit.obstacles = risks.obstacles(visit.facts)
    clean = not (visit.risks or visit.not_applicable)
    visit.at_once = clean and not visit.obstacles
    visit.shows = {*visit.risks, *(["none"] if clean else []), *(["not-applicable"] if visit.not_applicable else [])}
    if visit.photos_arrived < visit.photos_named:
        visit.shows.add("photos")


def _facts(actor, visits: list[Inspection], photos: dict[UUID, tuple[int, int]]) -> dict[UUID, risks.Facts]:
    """By the id of each visit; `photos` are how many it names and how many of them have arrived."""
    ids = [each.id for each in visits]
    crews, admitted, editions = _crews(ids), _admitted(ids), _editions({each.round_id for each in visits})
    return {
        each.id: risks.Facts(
            state=each.state,
            own=actor.id in crews.get(each.id, ()),
            frozen=each.round.state in rounds.FROZEN,
            scored=editions.get((each.round_id, each.level)) == each.edition_id,
            named=photos[each.id][0],
            arrived=photos[each.id][1],
            gates=tuple(gates(each.flags)),
            admitted=each.id in admitted,
        )
        for each in visits
    }


def _left_out(body: dict) -> int:
    return sum("not_applicable" in each for each in body["answers"])


def _not_applicable(ids: Collection[UUID]) -> dict[UUID, int]:
    """Of the visits that have a score, how many items did not apply, as it says (architecture §4.6)."""
    rows = Score.select(Score.inspection, Score.explanation).where(Score.inspection.in_(list(ids))).tuples()
    return {visit: sum(item["reason"] == NOT_APPLICABLE for item in told["items"]) for visit, told in rows}


def _crews(ids: Collection[UUID]) -> dict[UUID, set[int]]:
    found: dict[UUID, set[int]] = {}
    rows = Participant.select(Participant.inspection, Participant.account)
    for visit, account in rows.where(Participant.inspection.in_(list(ids))).tuples():
        found.setdefault(visit, set()).add(account)
    return found


def _admitted(ids: Collection[UUID]) -> set[UUID]:
    rows = Admission.select(Admission.inspection).where(Admission.inspection.in_(list(ids)))
    return {visit for (visit,) in rows.tuples()}


def _editions(round_ids: Collection[int]) -> dict[tuple[int, str], str]:
    rows = RoundLevel.select(RoundLevel.round, RoundLevel.level, RoundLevel.edition)
    return {
        (round_, level): edition
        for round_, level, edition in rows.where(RoundLevel.round.in_(list(round_ids))).tuples()
    }


def earlier(actor, inspection: Inspection) -> Inspection | None:
    """The last approved visit in sight to the same centre in another round before; a sample's only beside a sample."""
    return (
        queries.with_centres()
        .where(
            queries.visible(actor),
            Centre.id == inspection.centre_id,
            Inspection.state == "approved",
            ~Inspection.blind,
            Inspection.round != inspection.round_id,
            Inspection.finished_at < inspection.started_at,
            Round.sample == inspection.round.sample,
        )
        .order_by(Inspection.finished_at.desc(), Inspection.id)
        .first()
    )
