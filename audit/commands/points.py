"""What `audit verify` compares of points that visits taught: with the trail, and with the two people it takes."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from audit.base.trail import TrailLine
from audit.centres.models import Centre
from audit.commands.ledger import Ledger
from audit.commands.readable import by_chunks, told
from audit.inspections.models import PointProposal

IN_FORCE = Centre.point_confidence == "learnt"


def learnt(ledger: Ledger) -> Iterator[str | None]:
    """Every learnt point in force against the latest line that confirmed one, and the proposal that line names."""

    def check(keys: list[UUID]) -> Iterator[str | None]:
        of_these = PointProposal.select().where(PointProposal.centre.in_(keys))
        proposals = {(each.centre_id, each.id): each for each in of_these}
        for each in Centre.select().where(Centre.id.in_(keys)):
            confirmed = ledger.lines.get(("point.confirm", str(each.id)))
            if confirmed is None:
                yield f"{each.id}: the trail does not tell that anybody confirmed its point"
                continue
            proposal = proposals.get((each.id, confirmed[-1].detail["proposal"]))
            yield told(str(each.id), _point(each, confirmed[-1], proposal, ledger))

    return by_chunks(Centre, check, "centre", where=IN_FORCE)


def _point(centre: Centre, line: TrailLine, proposal: PointProposal | None, ledger: Ledger) -> Iterator[str]:
    sealed = (line.detail["lat"], line.detail["lon"])
    if (centre.lat, centre.lon) != sealed:
        yield f"its point is not the one that line {line.seq} of the trail confirmed"
    if proposal is None:
        yield f"the proposal that line {line.seq} of the trail confirmed is gone"
        return
    stands = (proposal.lat, proposal.lon, proposal.confirmed_by_id, proposal.confirmed_at)
    if stands != (*sealed, line.actor_id, line.at):
        yield f"line {line.seq} of the trail tells of another point, another person or another time"
    proposed = {"actor_id": proposal.proposed_by_id, "at": proposal.proposed_at}
    if not ledger.seals("point.propose", centre.id, {"proposal": proposal.id}, **proposed):
        yield "the trail does not tell that its proposer proposed it"
    if proposal.proposed_by_id == line.actor_id:
        yield "who confirmed it is who proposed it"
