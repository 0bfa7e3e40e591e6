"""The trail as `audit verify` reads it: its chain, and the lines that every other row has to be found in."""

from __future__ import annotations

from collections.abc import Iterator

from audit.base.db import digest_of
from audit.base.trail import CHANGED, GENESIS, LOOSE, MISSING, TrailLine
from audit.commands.readable import by_chunks
from audit.evidence.models import PhotoSender
from audit.inspections.models import Admission, ItemDecision, KeptAside, Review, Revision, Voiding


class Ledger:
    """The lines by action and subject; filled while `chain` follows them."""

    def __init__(self):
        self.lines: dict[tuple[str, str], list[TrailLine]] = {}
        self.last: TrailLine | None = None
        self._expected, self._previous = 1, GENESIS

    def chain(self) -> Iterator[str | None]:
        """Each line against its seal and the line before it."""
        return by_chunks(TrailLine, self._follow, "line")

    def _follow(self, keys: list[int]) -> Iterator[str | None]:
        # read all of them before any of it counts: an unreadable one has the whole chunk read again, one by one
        try:
            lines = [
                (line, line.seal())
                for line in TrailLine.select().where(TrailLine.seq.in_(keys)).order_by(TrailLine.seq)
            ]
        except Exception:
            if len(keys) == 1:
                self._expected, self._previous = keys[0] + 1, None
            raise
        for line, seal in lines:
            yield self._fault(line, seal)
            self._expected, self._previous, self.last = line.seq + 1, line.digest, line
            self.lines.setdefault((line.action, line.subject), []).append(line)

    def _fault(self, line: TrailLine, seal: str) -> str | None:
        if line.seq != self._expected:
            return f"line {self._expected}: {MISSING}"
        if self._previous not in (None, line.previous):
            return f"line {line.seq}: {LOOSE}"
        return None if line.digest == seal else f"line {line.seq}: {CHANGED}"

    def seals(self, action: str, subject, detail: dict, **columns) -> bool:
        """Whether a line of that action says so: `detail` is in its detail, `columns` are its actor_id or time."""
        return any(
            detail.items() <= line.detail.items() and all(getattr(line, key) == columns[key] for key in columns)
            for line in self.lines.get((action, str(subject)), ())
        )

    def latest(self, subject, *actions: str) -> int:
        """The number of the last line about the subject of one of these actions; 0 without any."""
        return max((line.seq for each in actions for line in self.lines.get((each, str(subject)), ())), default=0)

    def recorded(self) -> Iterator[str | None]:
        """Each line of a submission, a review or a photo against the row that it tells of."""
        standing = _standing()
        for (action, subject), lines in self.lines.items():
            for line in lines if action in standing else ():
                key = (subject, *_key(action, line))
                there = key in standing[action] or self._forgotten(line)
                yield None if there else f"line {line.seq}: what it tells of, {key}, is gone"

    def _forgotten(self, line: TrailLine) -> bool:
        """Whether the photo of that line was forgotten later on, because no visit named it."""
        later = self.lines.get(("photo.forget", line.subject), ())
        return line.action == "photo.keep" and any(each.seq > line.seq for each in later)


# what of a line's detail names its row, where that is not the revision
NAMED_BY = {
    "inspection.keep-aside": "digest",
    "inspection.decide": "decision",
    "appeal.uphold": "decision",
    "inspection.admit": "digest",
    "inspection.void": "voiding",
    "inspection.propose-voiding": "voiding",
    "inspection.confirm-voiding": "voiding",
}


def _key(action: str, line: TrailLine) -> tuple:
    if action == "photo.keep":
        return (line.actor_id,)
    return (line.detail.get(NAMED_BY.get(action, "revision")),)


def _standing() -> dict[str, set[tuple]]:
    """The keys of the rows that each action leaves."""
    reviews = list(Review.select(Review.inspection, Review.revision, Review.decision).tuples())
    fields = Voiding.select(Voiding.inspection, Voiding.id)
    voidings = _told(fields)
    return {
        "inspection.submit": _told(Revision.select(Revision.inspection, Revision.number)),
        "inspection.keep-aside": _told(KeptAside.select(KeptAside.inspection, KeptAside.digest)),
        "photo.keep": _told(PhotoSender.select(PhotoSender.photo, PhotoSender.account)),
        "inspection.approve": {(str(of), number) for of, number, decision in reviews if decision == "approve"},
        "inspection.return": {(str(of), number) for of, number, decision in reviews if decision == "return"},
        "inspection.decide": _told(ItemDecision.select(ItemDecision.inspection, ItemDecision.id)),
        "appeal.uphold": _told(ItemDecision.select(ItemDecision.appeal, ItemDecision.id)),
        "inspection.admit": {(str(each.inspection_id), digest_of(each.reason)) for each in Admission.select()},
        "inspection.void": voidings,
        "inspection.propose-voiding": voidings,
        "inspection.confirm-voiding": _told(fields.where(Voiding.confirmed_at.is_null(False))),
    }


def _told(query) -> set[tuple]:
    return {(str(of), rest) for of, rest in query.tuples()}
