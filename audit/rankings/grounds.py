"""What a card rests on: the row of a published version, or how far a county's rectification has come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from audit.checklists.models import Edition
from audit.followup import queries as followup
from audit.rankings import cards
from audit.rankings.models import Card, Publication
from audit.rankings.queries import LEVELS, CountyRow, Frame, Row, all_rows
from audit.scoring.cards import CardPolicy, earned, escalated
from audit.scoring.score import printed

BASES = ("level", "progress")


@dataclass(frozen=True)
class Subject:
    """Who gets a card, and the printed figure that decides it; `rest` are further figures that it rests on."""

    county_id: int
    county: str  # its name
    county_code: str
    centre: UUID | None
    code: str
    name: str
    total: Decimal
    vetoed: bool = False
    rest: dict = field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.code if self.centre is None else str(self.centre)


def policy_of(of: Frame, basis: str) -> Edition | None:
    """The published policy that a version's cards of this basis go by; None: the round has none."""
    return of.round.card_policy if basis == "level" else of.round.progress_policy


def subjects(of: Frame, basis: str, now: datetime) -> list[Subject]:
    """Everybody who gets a card out of a version, in the order of its rankings, counties first."""
    return list(_by_level(of) if basis == "level" else _by_progress(of, now))


def _by_level(of: Frame) -> Iterator[Subject]:
    """Every ranked county, and every visited centre that has a score."""
    parts = all_rows(of)
    for row in parts["counties"]:
        if row.card is not None:
            yield of_county(row)
    for level in LEVELS:
        for row in parts[level]:
            if row.card is not None:
                yield of_centre(row)


def of_county(row: CountyRow) -> Subject:
    """A county by its place and printed score."""
    own = row.county
    return Subject(own.id, own.name, own.code, None, own.code, own.name, row.total, rest={"place": row.place})


def of_centre(row: Row) -> Subject:
    """A centre by its place and printed score."""
    rest = {"place": row.place, "vetoes": row.vetoes}
    return Subject(
        row.county_id, row.county, row.county_code, row.centre, row.code, row.name, row.total, bool(row.vetoes), rest
    )


def _by_progress(of: Frame, now: datetime) -> Iterator[Subject]:
    """Every county of which findings have fallen due, by the percent of them that was closed in time."""
    known = followup.progress(of.round.id, now=now)
    for row in all_rows(of)["counties"]:
        own = row.county
        due, closed = known.get(own.id, (0, 0))
        if due:
            rest = {"place": None, "due": due, "closed_in_time": closed}
            yield Subject(own.id, own.name, own.code, None, own.code, own.name, percent(due, closed), rest=rest)


def percent(due: int, closed: int) -> Decimal:
    """Of what fell due, how much was closed in time: of 100, printed."""
    return printed(Fraction(100 * closed, due))


def decided(
    subject: Subject, policy: Edition, publication: Publication, before: Mapping[str, list[Card]]
) -> tuple[str, dict]:
    """(colour, why): the card of a subject after those it had in earlier periods."""
    rules = CardPolicy.of(policy.content)
    run = [cards.told(each) for each in cards.run(rules, before.get(subject.key, ()))]
    own = earned(rules, subject.total, subject.vetoed)
    colour = escalated(rules, own, [each["earned"] for each in run])
    band = next(each for each in policy.content["bands"] if each["key"] == colour)
    return colour, subject.rest | {
        "total": str(subject.total),
        "publication": publication.digest,
        "policy": policy.digest,
        "earned": own,
        "before": run,
        "escalated": colour != own,
        "card": {"zh": band["zh"], "en": band["en"]},
        "word": band["word"],
        "effect": band["effect"],
    }
