"""未抽取: villages that no visit is planned to, in a round whose villages are visited by draw or plan."""

from __future__ import annotations

from functools import cached_property
from uuid import UUID

from audit.centres.models import Centre
from audit.inspections.covert import COVERT
from audit.rankings.queries import Frame, Row
from audit.rounds.models import Plan
from audit.rounds.queries import FROZEN


class Sampling:
    """Which centres of a level were to be visited. Townships all are, and villages too where none is planned.

    Plans never change after the freeze, so that of a version it is always told the same. Before, it tells nobody who is
    to be visited covertly, and counties not before the publication (their frame counts no such kind): such a village
    counts as not drawn, unless it was visited.
    """

    def __init__(self, of: Frame, level: str):
        self.of, self.level = of, level

    @property
    def taken(self) -> bool:
        """Whether some centres were drawn or planned, and others may not be."""
        return self.level == "village" and bool(self._planned)

    def leaves_out(self, row: Row) -> bool:
        """Whether the centre was not visited because it was not drawn."""
        return not row.visited and self.taken and row.centre not in self._planned

    @cached_property
    def _planned(self) -> frozenset[UUID]:
        """The centres of the level that a visit which may count is planned to; asked for once, and only when needed."""
        told = set(self.of.counted_kinds) - (set() if self.of.round.state in FROZEN else {COVERT})
        rows = Plan.select(Plan.centre).join(Centre)
        of_level = (Plan.round == self.of.round.id) & (Centre.level == self.level)
        standing = (Plan.state == "planned") & ~Plan.blind & Plan.kind.in_(sorted(told))
        return frozenset(centre for (centre,) in rows.where(of_level, standing).tuples())
