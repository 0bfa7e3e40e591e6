"""A centre's point, learnt from the good fixes of approved visits: proposed by one person, set by another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from audit.accounts.models import Account
from audit.base.clock import BEIJING
from audit.base.problems import NotFound, PointMovedOn, PointNotLearnable, SeparationOfDuties
from audit.base.trail import write
from audit.centres import actions as centre_actions
from audit.centres import queries as centres
from audit.centres.distance import metres
from audit.centres.models import Centre
from audit.evidence import place
from audit.evidence.place import LEARNT_M, Position
from audit.inspections import queries
from audit.inspections.models import Inspection, PointProposal
from audit.rounds.models import Round

LONGEST_SOURCE = 100  # what a centre's point_source holds


@dataclass(frozen=True, slots=True)
class Learnt:
    """What the visits say, without the position of any of them."""

    position: Position
    visits: int
    first_on: str
    last_on: str
    spread_m: int


def of_body(body: dict) -> Position | None:
    """Where a visit was: the median of its good fixes (within 30 m at 95 %), one position however many photos."""
    photos = [each.get("fix") for each in body.get("photos") or () if each["source"] == "camera"]
    fixes = [fix for fix in map(place.fix_of, [body["fix"], *photos]) if fix and fix.accuracy_m <= LEARNT_M]
    return place.middle([fix.wgs for fix in fixes]) if fixes else None


def learn(centre: Centre) -> Learnt | None:
    """The median over the approved visits of real rounds; None when none of them has a good fix."""
    visits = list(
        Inspection.select(Inspection.id, Inspection.finished_at)
        .join(Round)
        # made-up visits teach nothing about a real place
        .where(Inspection.centre == centre.id, Inspection.state == "approved", ~Round.sample)
        .order_by(Inspection.finished_at)
    )
    bodies = queries.bodies(visits)
    found = [(each, where) for each in visits if (where := of_body(bodies[each.id]))]
    if not found:
        return None
    positions = [where for _, where in found]
    days = [each.finished_at.astimezone(BEIJING).date().isoformat() for each, _ in found]
    middle = place.middle(positions)
    return Learnt(middle, len(found), days[0], days[-1], round(place.spread(positions, middle)))


def _moves(centre: Centre, learnt: Learnt) -> int | None:
    return None if centre.lat is None else round(metres((centre.lat, centre.lon), learnt.position))


def told(actor, centre_id: UUID) -> dict:
    """What could be learnt for a centre, and the proposal of it that waits for a second person."""
    centre = centres.visible_to(actor, centre_id)
    learnt = learn(centre)
    answer = {"centre": centre.id, "present": place.told(centre), "visits": 0}
    if learnt is None:
        empty = ("lat", "lon", "first_on", "last_on", "spread_m", "moves_m", "proposal")
        return answer | dict.fromkeys(empty)
    return answer | {
        "visits": learnt.visits,
        "lat": learnt.position[0],
        "lon": learnt.position[1],
        "first_on": learnt.first_on,
        "last_on": learnt.last_on,
        "spread_m": learnt.spread_m,
        "moves_m": _moves(centre, learnt),
        "proposal": _waiting(centre, learnt),
    }


def _waiting(centre: Centre, learnt: Learnt) -> PointProposal | None:
    return (
        PointProposal.select()
        .where(
            PointProposal.centre == centre.id,
            PointProposal.confirmed_at.is_null(),
            PointProposal.lat == learnt.position[0],
            PointProposal.lon == learnt.position[1],
            PointProposal.visits == learnt.visits,
        )
        .order_by(PointProposal.id.desc())
        .first()
    )


def propose(centre_id: UUID, *, actor, now: datetime) -> tuple[PointProposal, int]:
    """Propose the learnt point; 201, or 200 with the proposal of the same point that waits already.

    Raises PointNotLearnable without a visit to learn from, or when the centre has this point.
    """
    with write() as trail:
        centre = centres.visible_to(actor, centre_id)
        learnt = learn(centre)
        if learnt is None:
            raise PointNotLearnable(f"no approved visit has a fix within {LEARNT_M} m (95 %)")
        if (centre.lat, centre.lon, centre.point_confidence) == (*learnt.position, "learnt"):
            raise PointNotLearnable("the centre has this point already")
        if standing := _waiting(centre, learnt):
            trail.nothing()
            return standing, 200
        proposal = PointProposal.create(
            centre=centre.id,
            lat=learnt.position[0],
            lon=learnt.position[1],
            visits=learnt.visits,
            first_on=learnt.first_on,
            last_on=learnt.last_on,
            spread_m=learnt.spread_m,
            moves_m=_moves(centre, learnt),
            proposed_by=actor.id,
            proposed_at=now,
        )
        detail = {"proposal": proposal.id, "visits": learnt.visits}
        trail.record("point.propose", centre.id, actor=actor, at=now, detail=detail)
    return proposal, 201


def confirm(centre_id: UUID, proposal_id: int, *, actor, now: datetime) -> PointProposal:
    """Set the centre's point, as somebody else than its proposer. What was confirmed already stays as it is.

    Raises SeparationOfDuties to the proposer, PointMovedOn when the visits teach another point by now.
    """
    with write() as trail:
        centre = centres.visible_to(actor, centre_id)
        proposal = PointProposal.get_or_none(PointProposal.id == proposal_id, PointProposal.centre == centre.id)
        if proposal is None:
            raise NotFound()
        if proposal.proposed_by_id == actor.id:
            raise SeparationOfDuties("a second person confirms a point")
        if proposal.confirmed_at is not None:
            trail.nothing()
            return proposal
        learnt = learn(centre)
        if learnt is None or learnt.position != (proposal.lat, proposal.lon):
            raise PointMovedOn()
        proposal.confirmed_by, proposal.confirmed_at = Account.get_by_id(actor.id), now
        proposal.save()
        before = centre_actions.learn_point(centre, learnt.position, source=_source(proposal))
        detail = {"proposal": proposal.id, "lat": proposal.lat, "lon": proposal.lon, "before": before}
        trail.record("point.confirm", centre.id, actor=actor, at=now, detail=detail)
    return proposal


def _source(proposal: PointProposal) -> str:
    """Where the point comes from, in one line; long names are cut, the trail has the whole of them."""
    days = f"{proposal.first_on}…{proposal.last_on}" if proposal.first_on != proposal.last_on else proposal.first_on
    visits = f"{proposal.visits} visit{'s' if proposal.visits > 1 else ''}"
    text = f"learnt from {visits} ({days}), proposed by {{}}, confirmed by {{}}"
    room = (LONGEST_SOURCE - len(text.format("", ""))) // 2
    names = (proposal.proposed_by.name, proposal.confirmed_by.name)
    return text.format(*(name if len(name) <= room else f"{name[: room - 1]}…" for name in names))
