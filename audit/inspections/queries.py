"""Finding inspections, within what the actor may see."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import reduce
from operator import or_
from uuid import UUID

import peewee

from audit.accounts.models import Account
from audit.base import clock
from audit.base.db import digest_of
from audit.base.problems import NotFound, PhotoNotChecked, PhotoRemoved
from audit.base.storage import Storage
from audit.centres import queries as centres
from audit.centres.models import Centre, Division
from audit.evidence import queries as evidence
from audit.evidence import shown
from audit.evidence.models import Photo, PhotoSender
from audit.evidence.prints import Face
from audit.evidence.shown import Shown
from audit.inspections import answers as reading
from audit.inspections import captions, covert, flags, rulings
from audit.inspections.models import Inspection, ItemPhoto, KeptAside, Participant, Review, Revision
from audit.rounds.models import Round, RoundLevel

FIXES = ("fix", "fix_after")
WIDE = {"reviewer", "county", "office"}  # who sees the visits of others in their area


def with_centres():
    """Inspections with their centre, its county and the round."""
    return (
        Inspection.select(Inspection, Centre, Division, Round)
        .join(Centre)
        .join(Division, on=(Centre.county == Division.id))
        .switch(Inspection)
        .join(Round)
    )


def visible(actor) -> peewee.Expression:
    """The condition, on visits with their centre and round, that the actor may see one: their area's, but for covert
    ones that are kept from counties; or as an inspector their own."""
    own = Inspection.id.in_(Participant.select(Participant.inspection).where(Participant.account == actor.id))
    if not actor.roles & WIDE:
        return own
    return own | (centres.within(actor.division) & covert.unconcealed(actor))


def get(actor, inspection_id: UUID) -> Inspection:
    """The inspection with its centre, county and round; NotFound when out of sight."""
    found = with_centres().where(Inspection.id == inspection_id, visible(actor)).first()
    if found is None:
        raise NotFound()
    return found


def listed(actor, asked: dict):
    """Inspections in sight, newest first."""
    query = with_centres().where(visible(actor)).order_by(Inspection.received_at.desc(), Inspection.id)
    if asked.get("round"):
        query = query.where(Round.code == asked["round"])
    if asked.get("state"):
        query = query.where(Inspection.state == asked["state"])
    if asked.get("county"):
        query = query.where(Division.code == asked["county"])
    if asked.get("centre"):
        query = query.where(Inspection.centre == asked["centre"])
    if asked.get("mine"):
        own = Participant.select(Participant.inspection).where(Participant.account == actor.id)
        query = query.where(Inspection.id.in_(own))
    return query


def may_count(round_id: int, kinds: Collection[str]) -> peewee.Expression:
    """The condition that a visit could count in a round (architecture §4): of a kind that its policy counts, with the
    round's edition, and no blind second one."""
    editions = RoundLevel.select(RoundLevel.edition).where(RoundLevel.round == round_id)
    own = (Inspection.round == round_id) & Inspection.edition.in_(editions)
    return own & Inspection.kind.in_(list(kinds)) & ~Inspection.blind


def may_count_in(kinds: Mapping[int, Collection[str]]) -> peewee.Expression:
    """The same in any of these rounds, each with the kinds that count in it."""
    by_kinds: dict[tuple, list[int]] = {}
    for number, counted in kinds.items():
        by_kinds.setdefault(tuple(sorted(counted)), []).append(number)
    some = [Inspection.round.in_(rounds) & may_count(Inspection.round, each) for each, rounds in by_kinds.items()]
    return reduce(or_, some) if some else peewee.SQL("1 = 0")


def that_count(round_id: int, kinds: Collection[str], *narrower: peewee.Expression):
    """The ids of the visits that count: of each centre's approved ones that could, the one finished last."""
    newest = peewee.fn.ROW_NUMBER().over(
        partition_by=[Inspection.centre], order_by=[Inspection.finished_at.desc(), Inspection.id.desc()]
    )
    approved = Inspection.select(Inspection.id, newest.alias("nth")).where(
        may_count(round_id, kinds), Inspection.state == "approved", *narrower
    )
    return peewee.Select([approved], [approved.c.id]).where(approved.c.nth == 1)


def visited(kinds: Mapping[int, Collection[str]], division: int | None) -> dict[tuple[int, str], int]:
    """{(round, level): how many centres were visited so that it counts}, of these rounds with the kinds that count in
    each; in a division (None: everywhere). One query however many rounds."""
    query = (
        Inspection.select(Inspection.round, Inspection.level, peewee.fn.COUNT(Inspection.centre.distinct()))
        .join(Centre)
        .where(may_count_in(kinds), Inspection.state == "approved", centres.within(division))
    )
    rows = query.group_by(Inspection.round, Inspection.level).tuples()
    return {(round_id, level): number for round_id, level, number in rows}


def team(inspection_id: UUID) -> list[int]:
    """The accounts that were on the visit."""
    rows = Participant.select(Participant.account).where(Participant.inspection == inspection_id)
    return sorted(each.account_id for each in rows)


def joined(inspection_id: UUID) -> list[int]:
    """Those of the team whose photos count."""
    return sorted(joined_at(inspection_id))


def joined_at(inspection_id: UUID) -> dict[int, datetime]:
    """The same, each with the moment from which they do."""
    rows = Participant.select(Participant.account, Participant.joined_at).where(
        Participant.inspection == inspection_id, Participant.joined_at.is_null(False)
    )
    return dict(rows.tuples())


def revision(inspection: Inspection, number: int | None = None) -> Revision:
    """A revision, the current one by default."""
    return Revision.get(Revision.inspection == inspection.id, Revision.number == (number or inspection.revision))


def answers_in(inspection_id: UUID, number: int) -> list[dict] | None:
    """The answers of one revision as they were sent; None when there is none of that number."""
    found = Revision.get_or_none(Revision.inspection == inspection_id, Revision.number == number)
    return found and [reading.as_sent(each) for each in found.body["answers"]]


def sendings(inspection_id: UUID) -> list[Revision]:
    """Every revision with its sender, first to last."""
    rows = Revision.select(Revision.number, Revision.digest, Revision.received_at, Account).join(Account)
    return list(rows.where(Revision.inspection == inspection_id).order_by(Revision.number))


def bodies(inspections: list[Inspection]) -> dict[UUID, dict]:
    """What the current revision of each says."""
    rows = (
        Revision.select(Revision.inspection, Revision.body)
        .join(Inspection)
        .where(Revision.number == Inspection.revision, Inspection.id.in_([each.id for each in inspections]))
    )
    return {each.inspection_id: each.body for each in rows}


def seal_of(inspection: Inspection) -> dict:
    """What the trail keeps of a visit beside what was sent: what decides whether and how it counts."""
    return {"tier": inspection.tier, "blind": inspection.blind, "gates": flags.gates(inspection.flags)}


def seal_of_review(review: Review) -> dict:
    """What the trail keeps of a review: what was decided on which revision, and the digest of its words."""
    words = {"comment": review.comment, "reasons": review.reasons}
    return {"revision": review.revision, "decision": review.decision, "digest": digest_of(words)}


def named(body: dict) -> list[str]:
    """The photos that a body names, in its order."""
    return list(dict.fromkeys(digest for answer in body["answers"] for digest in answer.get("photos", ())))


def wanting(body: dict, crew: list[int]) -> tuple[list[str], list[str]]:
    """Of the photos a body names: (those nobody of the team has sent, or that were rejected; those being checked)."""
    digests = named(body)
    states = evidence.states(digests, crew)
    missing = [digest for digest in digests if states.get(digest, "rejected") == "rejected"]
    return missing, [digest for digest in digests if states.get(digest) == "received"]


def photo_counts(inspection_ids) -> dict[UUID, dict[str, int]]:
    """Per inspection and item, how many of its named photos its team has sent and were accepted."""
    rows = (
        ItemPhoto.select(ItemPhoto.inspection, ItemPhoto.item, peewee.fn.COUNT(ItemPhoto.digest.distinct()).alias("n"))
        .join(Participant, on=(Participant.inspection == ItemPhoto.inspection))
        .join(
            PhotoSender,
            on=((PhotoSender.photo == ItemPhoto.digest) & (PhotoSender.account == Participant.account)),
        )
        .join(Photo, on=((Photo.digest == ItemPhoto.digest) & Photo.state.in_(evidence.COUNTS)))
        .where(ItemPhoto.inspection.in_(inspection_ids), Participant.joined_at.is_null(False))
        .group_by(ItemPhoto.inspection, ItemPhoto.item)
    )
    found: dict[UUID, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row.inspection_id, {})[row.item] = row.n
    return found


def sees_positions(actor, crew: list[int]) -> bool:
    """Positions are for the visit's own inspectors and for reviewers."""
    return actor.id in crew or "reviewer" in actor.roles


def photo_of(actor, inspection_id: UUID, digest: str, size: str, storage: Storage, *, face: Face) -> Shown:
    """A photo through an inspection that it proves: scope is decided here and nowhere else.

    The original goes as it came to those who may see positions; to others without its metadata. `face` is the font of
    the print copy.
    """
    inspection = get(actor, inspection_id)
    crew = joined(inspection.id)
    proves = ItemPhoto.get_or_none(ItemPhoto.inspection == inspection.id, ItemPhoto.digest == digest)
    missing = evidence.states([digest], crew).get(digest, "rejected") == "rejected"
    # a preview is shown only as long as there is nothing better
    if proves is None or missing != (size == "preview"):
        raise NotFound()
    if missing:
        return shown.preview(evidence.preview(digest, crew), storage)
    photo = evidence.by_digests([digest])[digest]
    if photo.state == "removed":
        raise PhotoRemoved(f"on {clock.shown(photo.removed_at)}")
    if photo.state == "received":
        raise PhotoNotChecked()
    if size == "print":
        named = covert.names_team(actor, inspection.kind, crew)
        return shown.print_copy(photo, captions.lines(inspection, digest, named=named), face, storage)
    if size != "original":
        return shown.rendition(photo, int(size), storage)
    return (shown.original if sees_positions(actor, crew) else shown.bare)(photo, storage)


def proofs(inspection_id: UUID) -> list[dict]:
    """The photos of a visit that were accepted and are kept, by item, as {item, digest}."""
    named = ItemPhoto.select(ItemPhoto.item, ItemPhoto.digest).where(ItemPhoto.inspection == inspection_id)
    rows = named.order_by(ItemPhoto.item, ItemPhoto.id).tuples()
    kept = evidence.by_digests({digest for _, digest in rows})
    return [{"item": item, "digest": each} for item, each in rows if each in kept and kept[each].state == "accepted"]


def kept_aside(actor, inspection_id: UUID) -> list[KeptAside]:
    """What came under an id and revision that were taken already, for the reviewer to read."""
    inspection = get(actor, inspection_id)
    return list(
        KeptAside.select(KeptAside, Account)
        .join(Account)
        .where(KeptAside.inspection == inspection.id)
        .order_by(KeptAside.id)
    )


def detail(actor, inspection_id: UUID) -> Inspection:
    """Everything about one visit; its position only for its inspectors and for reviewers, its team not for all."""
    inspection = get(actor, inspection_id)
    crew = joined(inspection.id)
    body = revision(inspection).body
    inspection.answers = [reading.as_sent(each) for each in body["answers"]]
    shows = sees_positions(actor, crew)
    inspection.fix = reading.as_sent(body["fix"]) if shows and body["fix"] else None
    inspection.photos = [_photo_as_sent(each, shows) for each in body.get("photos") or ()]
    inspection.missing_photos, inspection.unchecked_photos = wanting(body, crew)
    inspection.previews = evidence.previewed(inspection.missing_photos, crew)
    inspection.team = _names(actor, inspection)
    inspection.kept_aside = KeptAside.select().where(KeptAside.inspection == inspection.id).count()
    inspection.reviews = list(
        Review.select(Review, Account).join(Account).where(Review.inspection == inspection.id).order_by(Review.id)
    )
    inspection.decisions = rulings.decisions(inspection.id)
    inspection.admission = rulings.admission(inspection.id)
    inspection.voiding = rulings.shown_voiding(actor, inspection.id)
    inspection.second = inspection.blind if "office" in actor.roles else None
    return inspection


def _names(actor, inspection: Inspection) -> list[str]:
    """Who was on a visit; of a covert one nobody, for who may not know."""
    accounts = team(inspection.id)
    if not covert.names_team(actor, inspection.kind, accounts):
        return []
    return [each.display for each in Account.select().where(Account.id.in_(accounts)).order_by(Account.id)]


def _photo_as_sent(stored: dict, shows_position: bool) -> dict:
    """What a phone said of a photo; its position, or that there was none, only for those who may see it."""
    if not shows_position:
        return {key: each for key, each in stored.items() if key not in FIXES}
    return stored | {key: reading.as_sent(stored[key]) for key in FIXES if stored.get(key)}
