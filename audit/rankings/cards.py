"""Finding cards that were issued, and what each rests on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from audit.accounts.models import Account
from audit.base.db import batches, digest_of, page_of
from audit.base.problems import NotFound
from audit.centres import queries as centres
from audit.centres.models import Division
from audit.rankings.models import Card, Publication
from audit.scoring.cards import CardPolicy, escalated

STATES = {  # what became of a card, as a list is filtered by it
    "standing": Card.withdrawn_at.is_null() & Card.replaced_by.is_null(),
    "withdrawn": Card.withdrawn_at.is_null(False),
    "replaced": Card.withdrawn_at.is_null() & Card.replaced_by.is_null(False),
}
PEOPLE = ("issued_by", "acknowledged_by", "withdrawn_by")
MOST_CODES = 5_000  # that a query names: where there are more, all cards are read


@dataclass(frozen=True)
class Earlier:
    """The publications of an area's earlier periods, by id: a run is of their cards, as they stood `at` a moment (None:
    as they stand)."""

    publications: dict[int, Publication]
    at: datetime | None


def with_county():
    """Cards with their county and publication."""
    return (
        Card.select(Card, Division, Publication)
        .join(Division, on=(Card.county == Division.id))
        .switch(Card)
        .join(Publication, on=(Card.publication == Publication.id))
    )


def get(card_id: int, actor) -> Card:
    """The card with its county, publication and people; NotFound when out of sight."""
    found = with_county().where(Card.id == card_id, centres.inside(actor.division)).first()
    if found is None:
        raise NotFound()
    return with_people([found])[0]


def listed(actor, asked: dict) -> tuple[list[Card], int]:
    """One page of the cards in sight, the newest issue first, each issue in the order of its ranking."""
    query = with_county().where(centres.inside(actor.division))
    query = query.order_by(Card.year.desc(), Card.number.desc(), Card.id)
    for name, column in (("round", Publication.code), ("county", Division.code), ("colour", Card.colour)):
        if asked.get(name):
            query = query.where(column == asked[name])
    if asked.get("basis"):
        query = query.where(Card.basis == asked["basis"])
    if asked.get("state"):
        query = query.where(STATES[asked["state"]])
    rows, total = page_of(query, asked["page"], asked["page_size"])
    return with_people(rows), total


def with_people(cards: list[Card]) -> list[Card]:
    """The same cards, each with `people`, the names of those who issued, acknowledged and withdrew it: one query."""
    wanted = {getattr(each, f"{name}_id") for each in cards for name in PEOPLE} - {None}
    names = dict(Account.select(Account.id, Account.display).where(Account.id.in_(list(wanted))).tuples())
    for each in cards:
        each.people = {name: names.get(getattr(each, f"{name}_id")) for name in PEOPLE}
    return cards


def of_issue(publication: Publication, basis: str) -> list[Card]:
    """The cards that a version brought, whatever became of them, in the order of the ranking."""
    query = Card.select().where(Card.publication == publication.id, Card.basis == basis)
    return list(query.order_by(Card.id))


def any_issued(code: str, basis: str) -> bool:
    """Whether cards were issued for any version of a round's ranking."""
    return Card.select().join(Publication).where(Publication.code == code, Card.basis == basis).exists()


def earlier_versions(publication: Publication, basis: str) -> list[Card]:
    """The cards that earlier versions of the same ranking brought and that stand, in the order of their issues."""
    query = with_county().where(STATES["standing"], Card.basis == basis)
    query = query.where(Publication.code == publication.code, Publication.version < publication.version)
    return list(query.order_by(Card.id))


def is_sample(publication: Publication) -> bool:
    """Whether it is made-up data (示例)."""
    return publication.head["round"]["sample"]


def kin(area: str, sample: bool) -> dict[int, Publication]:
    """The publications whose cards are counted and numbered together, by id: the same area's, and made-up data (示例)
    apart from what is real."""
    every = Publication.select().where(Publication.area == area)
    return {each.id: each for each in every if is_sample(each) == sample}


def earlier(area: str, period_end: str, sample: bool, at: datetime | None = None) -> Earlier:
    """What cards of a period may run with: those of periods that ended before it."""
    return Earlier({key: each for key, each in kin(area, sample).items() if each.period_end < period_end}, at)


def earlier_than(publication: Publication, at: datetime) -> Earlier:
    """The same for the cards of a version."""
    return earlier(publication.area, publication.period_end, is_sample(publication), at)


def before(of: Earlier, basis: str, codes: Collection[str] | None = None) -> dict[str, list[Card]]:
    """The cards of earlier periods by who has them, newest period first; `codes` are the divisions that are asked
    about."""
    periods, rows = of.publications, Card.select().where(Card.basis == basis)
    rows = rows.where(Card.publication.in_(list(periods)), *([Card.issued_at < of.at] if of.at else []))
    if codes is not None and len(codes) <= MOST_CODES:
        rows = rows.where(Card.code.in_(list(codes)))
    ordered = sorted(rows, key=lambda each: (periods[each.publication_id].period_end, each.id), reverse=True)
    issued_at = {each.id: each.issued_at for each in ordered}
    found: dict[str, list[Card]] = {}
    for each in ordered:
        gone = (each.withdrawn_at, issued_at.get(each.replaced_by_id))
        if all(moment is None or (of.at and moment > of.at) for moment in gone):
            each.publication = periods[each.publication_id]
            found.setdefault(each.key, []).append(each)
    return found


def run(rules: CardPolicy, had: Sequence[Card]) -> list[Card]:
    """Of the cards that somebody had, newest first, those that decide whether the next one is escalated."""
    return list(had[: rules.escalation[0] - 1]) if rules.escalation else []


def escalate(rules: CardPolicy, of: Earlier | None, rows: Iterable[tuple[str, str, object]]) -> None:
    """Write into each row what its card will be after those of earlier periods, where that is another colour than its
    score earns; `rows` are (key of its cards, code, row). One query, however many rows."""
    if of is None or rules.escalation is None:
        return
    start = rules.escalation[1]
    own = [each for each in rows if each[2].card == start]
    had = before(of, "level", {code for _, code, _ in own})
    for key, _, row in own:
        colour = escalated(rules, row.card, [each.why["earned"] for each in run(rules, had.get(key, ()))])
        row.escalated = None if colour == row.card else colour


def last_number(publication: Publication, year: int) -> int:
    """The number of the year's last issue of cards; 0 before the first."""
    ours = kin(publication.area, is_sample(publication))
    query = Card.select(Card.number).where(Card.publication.in_(list(ours)), Card.year == year)
    return query.order_by(Card.number.desc()).limit(1).scalar() or 0


def told(card: Card) -> dict:
    """An earlier card as `why` names it; `earned` is the colour before any escalation."""
    return {
        "round": card.publication.code,
        "year": card.year,
        "number": card.number,
        "colour": card.colour,
        "earned": card.why["earned"],
    }


def series_of(publication: Publication, year: int) -> str:
    """Whose issues are numbered together: 540200 2026."""
    return f"{publication.area} {'sample ' if is_sample(publication) else ''}{year}"


def issue_of(publication: Publication, year: int, number: int) -> str:
    """An issue as the trail names it: 540200 2026-3."""
    return f"{series_of(publication, year)}-{number}"


def seal_of(card: Card) -> list:
    """What never changes of a card. Counties and publications by their codes, not by ids of this database."""
    return [
        card.policy, card.basis, card.year, card.number, card.code, card.centre_id, card.subject, card.colour,
        card.why, card.sent_to, card.appeal_until,
    ]  # fmt: skip


def seal_of_issue(publication: Publication, issued: Iterable[Card]) -> dict:
    """What the trail keeps of an issue: of which version it is, and a digest over its cards and whom they replace."""
    issued = list(issued)
    old = {}
    for some in batches([each.id for each in issued], 500):
        query = Card.select(Card.id, Card.replaced_by).where(Card.replaced_by.in_(some))
        old |= {each.replaced_by_id: each.id for each in query}
    return {
        "publication": publication.digest,
        "version": publication.version,
        "cards": len(issued),
        "replaces": len(old),
        "digest": digest_of([[*seal_of(each), old.get(each.id)] for each in issued]),
    }
