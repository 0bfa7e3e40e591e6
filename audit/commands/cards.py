"""What `audit verify` compares of cards: with the version and the policy they rest on, and with the trail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from audit.base.db import digest_of
from audit.checklists.models import Edition
from audit.commands.ledger import Ledger
from audit.commands.readable import by_chunks, told
from audit.rankings import cards, grounds, published
from audit.rankings.grounds import Subject
from audit.rankings.models import Card, Publication

VERBS = ("cards.issue", "card.acknowledge", "card.withdraw")
POLICIES = {"level": "card", "progress": "progress"}  # as the head of a version names them


def card_rows(ledger: Ledger) -> Iterator[str | None]:
    """Every issue of cards against its version, its policy, the cards before it and the trail; then what is gone."""

    def check(keys: list[int]) -> Iterator[str | None]:
        for each in Publication.select().where(Publication.id.in_(keys)).order_by(Publication.id):
            for basis in grounds.BASES:
                if issued := cards.of_issue(each, basis):
                    yield from _issue(each, issued, ledger)

    yield from by_chunks(Publication, check, "cards of publication")
    yield from _gone(ledger)


def _issue(publication: Publication, issued: list[Card], ledger: Ledger) -> Iterator[str | None]:
    first = issued[0]
    name = cards.issue_of(publication, first.year, first.number)
    sealed = cards.seal_of_issue(publication, issued) | {"basis": first.basis}
    known = ledger.seals("cards.issue", name, sealed, actor_id=first.issued_by_id, at=first.issued_at)
    alike = {(each.year, each.number, each.issued_by_id, each.issued_at) for each in issued}
    yield None if known and len(alike) == 1 else f"issue {name}: the trail tells of other cards, or of nobody's"
    entitled = _entitled(publication, first.basis)
    before = cards.before(cards.earlier_than(publication, first.issued_at), first.basis)
    policy = Edition.get_or_none(Edition.id == publication.head["policies"][POLICIES[first.basis]]["id"])
    for each in issued:
        subject = entitled.get(each.key) if first.basis == "level" else _by_its_word(each)
        faults = [*_grounds(each, subject, policy, publication, before), *_fate(each, publication, ledger)]
        yield told(f"card {each.id} of {each.code}", faults)


def _entitled(publication: Publication, basis: str) -> dict[str, Subject]:
    """Who has a card of the level out of a version, by their key; progress is not in a version."""
    if basis != "level":
        return {}
    of = published.frame(publication)
    return {each.key: each for each in grounds.subjects(of, basis, publication.published_at)}


def _by_its_word(card: Card) -> Subject:
    """What a card for rectification says it rests on: findings move on, and only the trail keeps what they were."""
    due, closed = card.why["due"], card.why["closed_in_time"]
    rest = {"place": None, "due": due, "closed_in_time": closed}
    total = grounds.percent(due, closed)
    return Subject(card.county_id, "", card.code, None, card.code, card.subject, total, rest=rest)


def _grounds(card: Card, subject: Subject | None, policy: Edition, publication: Publication, before) -> Iterator[str]:
    if subject is None:
        yield "its version has no card for it"
        return
    colour, why = grounds.decided(subject, policy, publication, before)
    wanted = {
        "colour": (card.colour, colour),
        "policy": (card.policy, policy.id),
        "county": (card.county_id, subject.county_id),
        "centre": (card.centre_id, subject.centre),
        "code": (card.code, subject.code),
        "subject": (card.subject, subject.name),
        "total": (Decimal(card.why["total"]), subject.total),
        "why": (digest_of(card.why), digest_of(why)),
    }
    odd = [name for name, (stands, follows) in wanted.items() if stands != follows]
    if odd:
        yield f"differs in {', '.join(odd)} from what follows from its version, policy and earlier cards"


def _fate(card: Card, publication: Publication, ledger: Ledger) -> Iterator[str]:
    """What became of it: each act against the trail, and what replaced it against the version after."""
    if not _told(card, "acknowledge", card.acknowledged_by_id, card.acknowledged_at, ledger):
        yield "the trail does not tell that it was acknowledged so"
    sealed = {"digest": digest_of(card.withdrawn_why)}
    if not _told(card, "withdraw", card.withdrawn_by_id, card.withdrawn_at, ledger, **sealed):
        yield "the trail does not tell that it was withdrawn so"
    if card.withdrawn_at is not None and card.withdrawn_by_id == card.issued_by_id:
        yield "who withdrew it is who issued it"
    if card.replaced_by_id is not None and not _follows(card, publication):
        yield "what replaced it is no card of a later version for the same"


def _told(card: Card, verb: str, by: int | None, at: datetime | None, ledger: Ledger, **sealed) -> bool:
    lines = ledger.lines.get((f"card.{verb}", str(card.id)), ())
    if at is None:
        return by is None and not lines
    return len(lines) == 1 and ledger.seals(f"card.{verb}", card.id, sealed, actor_id=by, at=at)


def _follows(card: Card, publication: Publication) -> bool:
    new = Card.select(Card, Publication).join(Publication).where(Card.id == card.replaced_by_id).first()
    if new is None:
        return False
    same = (new.key, new.basis, new.publication.code) == (card.key, card.basis, publication.code)
    return same and new.publication.version > publication.version


def _gone(ledger: Ledger) -> Iterator[str | None]:
    """Lines that tell of cards which are not there, and numbers that leave a gap in their year."""
    known = {each.id: each for each in Publication.select()}
    rows = Card.select(Card.publication, Card.year, Card.number).distinct().tuples()
    issues = {(cards.series_of(known[of], year), number) for of, year, number in rows}
    there_are = {str(each) for (each,) in Card.select(Card.id).tuples()} | {f"{each}-{n}" for each, n in issues}
    for (action, subject), lines in ledger.lines.items():
        if action in VERBS and subject not in there_are:
            yield f"line {lines[0].seq}: what it tells of, {subject}, is gone"
    for series in sorted({each for each, _ in issues}):
        numbers = sorted(number for each, number in issues if each == series)
        if numbers != list(range(1, len(numbers) + 1)):
            yield f"{series}: of its issues, those are there: {numbers}"
