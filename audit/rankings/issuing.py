"""Cards as official acts: issued for a published version, acknowledged by the county, withdrawn by a second person."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from audit.base.clock import BEIJING
from audit.base.db import batches, digest_of
from audit.base.problems import CardNotStanding, NotFound, PublicationSuperseded, SeparationOfDuties, ValidationError
from audit.base.trail import write
from audit.followup import queries as followup
from audit.followup.days import add_working_days
from audit.rankings import cards, grounds, published
from audit.rankings.grounds import Subject
from audit.rankings.models import Card, Publication
from audit.rankings.queries import Frame
from audit.rounds import queries as rounds


def issue(code: str, version: int, body: dict, *, actor, now: datetime) -> tuple[dict, int]:
    """Issue the cards of a version as the next 第N期 of its area: 201; 200 with the same issue when it was made before.

    Where cards of an earlier version stand, only those whose colour changed are issued, and replace them. Raises
    PublicationSuperseded for any but the last version, ValidationError without a policy, and NotFound.
    """
    with write() as trail:
        of = published.whole(code, version, actor)
        publication, basis = of.version.publication, body["basis"]
        if cards.of_issue(publication, basis):
            trail.nothing()
            return _told(of, basis, grounds.subjects(of, basis, now)), 200
        _refuse_superseded(publication)
        entitled = grounds.subjects(of, basis, now)
        standing = cards.earlier_versions(publication, basis)
        new = _changed(of, basis, entitled, standing, now)
        if not new:  # every card of the version before stands as it is: nothing is issued, no number is used
            trail.nothing()
            return _told(of, basis, entitled), 200
        issued = _write(of, body, new, actor=actor, now=now)
        _replace(standing, issued)
        about = cards.seal_of_issue(publication, issued)
        subject = cards.issue_of(publication, issued[0].year, issued[0].number)
        trail.record("cards.issue", subject, actor=actor, at=now, detail=about | {"basis": basis})
    return _told(of, basis, entitled), 201


def draft(code: str, version: int, basis: str, *, actor, now: datetime) -> dict:
    """What issuing the cards of a version would bring; nothing is stored. `new` are (subject, colour, why), `told` what
    issuing would answer but for them. `issued` is true when they were issued, `later` when another version counts."""
    of = published.whole(code, version, actor)
    publication = of.version.publication
    standing = cards.earlier_versions(publication, basis)
    issued = bool(cards.of_issue(publication, basis))
    policy, entitled = grounds.policy_of(of, basis), grounds.subjects(of, basis, now)
    new = [] if issued or policy is None else _changed(of, basis, entitled, standing, now)
    return {
        "of": of,
        "policy": policy,
        "issued": issued,
        "later": _is_superseded(publication),
        "new": new,
        "colours": dict(Counter(colour for _, colour, _ in new)),
        "told": _told(of, basis, entitled),
    }


def _is_superseded(publication: Publication) -> bool:
    later = Publication.select().where(Publication.code == publication.code, Publication.version > publication.version)
    return later.exists()


def _refuse_superseded(publication: Publication) -> None:
    if _is_superseded(publication):
        raise PublicationSuperseded()


def _changed(of: Frame, basis: str, entitled: list[Subject], standing: list[Card], now: datetime) -> list[tuple]:
    """(subject, colour, why) of the cards that are new, or of another colour than the one that stands."""
    policy, publication = grounds.policy_of(of, basis), of.version.publication
    if policy is None:
        raise ValidationError(errors={"/basis": "the round has no policy for cards of this kind"})
    before = cards.before(cards.earlier_than(publication, now), basis)
    old = {each.key: each.colour for each in standing}
    decided = ((subject, *grounds.decided(subject, policy, publication, before)) for subject in entitled)
    return [each for each in decided if old.get(each[0].key) != each[1]]


def _write(of: Frame, body: dict, new: list[tuple], *, actor, now: datetime) -> list[Card]:
    publication, basis, today = of.version.publication, body["basis"], now.astimezone(BEIJING).date()
    head = {
        "publication": publication.id,
        "policy": grounds.policy_of(of, basis).id,
        "basis": basis,
        "year": today.year,
        "number": cards.last_number(publication, today.year) + 1,
        "issued_by": actor.id,
        "issued_at": now,
        "appeal_until": _appeal_until(of, body, today).isoformat(),
    }
    sent_to = _addresses(of, body)
    rows = (head | _row(subject, colour, why, sent_to) for subject, colour, why in new)
    for some in batches(rows, 100):
        Card.insert_many(some).execute()
    return cards.of_issue(publication, basis)


def _row(subject: Subject, colour: str, why: dict, sent_to: dict[str, str]) -> dict:
    return {
        "county": subject.county_id,
        "centre": subject.centre,
        "code": subject.code,
        "subject": subject.name,
        "colour": colour,
        "why": why,
        "sent_to": sent_to.get(subject.county_code, subject.county),
    }


def _addresses(of: Frame, body: dict) -> dict[str, str]:
    """To whom the cards of each county go, by its code: who is not named there is sent its own name's."""
    named, counties = body.get("sent_to", {}), {each.code for each in of.counties}
    if strangers := sorted(set(named) - counties):
        raise ValidationError(errors={"/sent_to": f"no county of the round: {', '.join(strangers)}"})
    return named


def _appeal_until(of: Frame, body: dict, today: date) -> date:
    policy, days = of.round.followup_policy, body.get("appeal_days")
    if days is None and policy is None:
        raise ValidationError(errors={"/appeal_days": "the round has no policy that says how many"})
    return add_working_days(today, days or policy.content["appeal_days"], followup.calendars())


def _replace(standing: list[Card], issued: list[Card]) -> None:
    new = {each.key: each for each in issued}
    for old in standing:
        if old.key in new:
            Card.update(replaced_by=new[old.key].id).where(Card.id == old.id).execute()


def _told(of: Frame, basis: str, entitled: list[Subject]) -> dict:
    """An issue as it is answered: its own cards counted by colour, and those of earlier versions that still stand:
    `confirmed`, or `lapsed` when this version has no card for whoever has them."""
    publication, keys = of.version.publication, {each.key for each in entitled}
    issued = cards.of_issue(publication, basis)
    first = issued[0] if issued else None
    standing: dict[bool, list[Card]] = {True: [], False: []}
    for each in cards.earlier_versions(publication, basis):
        standing[each.key in keys].append(each)
    return {
        "round": publication.code,
        "version": publication.version,
        "basis": basis,
        **{name: first and getattr(first, name) for name in ("year", "number", "appeal_until")},
        "issued": len(issued),
        "colours": dict(Counter(each.colour for each in issued)),
        "confirmed": standing[True],
        "lapsed": standing[False],
    }


def acknowledge(card_id: int, *, actor, now: datetime) -> Card:
    """The county says that it has the card: once; said again by the same county, it stays as it was."""
    with write() as trail:
        card = cards.get(card_id, actor)
        if card.county_id != actor.division:
            raise NotFound()
        if card.acknowledged_at is not None:
            trail.nothing()
            return card
        _refuse_gone(card)
        Card.update(acknowledged_by=actor.id, acknowledged_at=now).where(Card.id == card.id).execute()
        trail.record("card.acknowledge", card.id, actor=actor, at=now)
    return cards.get(card_id, actor)


def withdraw(card_id: int, body: dict, *, actor, now: datetime) -> Card:
    """Take a card back, with the reason; it stays listed. Raises SeparationOfDuties to whoever issued it,
    CardNotStanding when it was replaced, or withdrawn by somebody else or for another reason."""
    with write() as trail:
        card = cards.get(card_id, actor)
        rounds.whole(card.publication.code, actor)  # a county's office sees its cards and takes back none of the city's
        if card.issued_by_id == actor.id:
            raise SeparationOfDuties("who issued a card does not withdraw it")
        if (card.withdrawn_by_id, card.withdrawn_why) == (actor.id, body["reason"]):
            trail.nothing()
            return card
        _refuse_gone(card)
        words = {"withdrawn_by": actor.id, "withdrawn_at": now, "withdrawn_why": body["reason"]}
        Card.update(words).where(Card.id == card.id).execute()
        trail.record("card.withdraw", card.id, actor=actor, at=now, detail={"digest": digest_of(body["reason"])})
    return cards.get(card_id, actor)


def _refuse_gone(card: Card) -> None:
    if card.state != "standing":
        raise CardNotStanding(f"it is {card.state}")
