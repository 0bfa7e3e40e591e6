"""What a print copy of a photo says below it. Positions are never printed."""

from __future__ import annotations

from audit.accounts.models import Account
from audit.base import clock
from audit.evidence.prints import Line
from audit.inspections.models import Inspection, Participant


def lines(inspection: Inspection, digest: str, *, named: bool) -> list[Line]:
    """When, where, who (if they may be `named`), and by what to find it again; 示例 first when the round is a sample.

    The inspection comes with its centre, county and round.
    """
    centre, crew = inspection.centre, Account.select().join(Participant).where(Participant.inspection == inspection.id)
    people = list(crew.order_by(Account.id))
    begun, ended = clock.shown(inspection.started_at), clock.shown(inspection.finished_at)
    until = ended.removeprefix(begun[:11])  # the day once, where it is the same
    sample = [Line("示例 SAMPLE", "SAMPLE", warns=True)] if inspection.round.sample else []
    return [
        *sample,
        Line(f"{begun} – {until} 北京时间", f"{begun} - {until} Beijing time"),
        Line(f"{centre.name} · {centre.county.name}", f"centre {_plain(centre.code)}"),
        *([Line(f"核查人 {'、'.join(each.display for each in people)}", f"by {_names(people)}")] if named else []),
        Line(f"核查编号 {inspection.id}", f"inspection {inspection.id}"),
        Line(f"照片 {digest[:8]}", f"photo {digest[:8]}"),
    ]


def _names(people: list[Account]) -> str:
    """Account names; a number where a name is not ASCII."""
    return ", ".join(_plain(each.name) or f"account {each.id}" for each in people)


def _plain(text: str) -> str:
    return text if text.isascii() and text.isprintable() else ""
