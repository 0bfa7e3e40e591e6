"""What `audit verify` compares of visits: each number, state and name with what was sent and what the trail tells."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from audit.accounts.models import Account
from audit.base import clock
from audit.base.db import digest_of
from audit.checklists.models import Baseline, Edition
from audit.commands.ledger import Ledger
from audit.commands.readable import UNREADABLE, by_chunks, told, unread
from audit.inspections import answers as reading
from audit.inspections import queries, rulings, scores
from audit.inspections.models import Inspection, ItemDecision, ItemPhoto, KeptAside, Review, Revision, Score
from audit.inspections.reviewing import AFTER
from audit.rounds import queries as rounds
from audit.rounds.models import IssuedList, Round, RoundLevel
from audit.scoring.score import score


def revisions(ledger: Ledger) -> Iterator[str | None]:
    """Every revision against its digest and its line in the trail."""

    def check(keys: list[int]) -> Iterator[str | None]:
        for each in Revision.select().where(Revision.id.in_(keys)):
            yield told(f"{each.inspection_id} revision {each.number}", _sent(each, "inspection.submit", ledger))

    return by_chunks(Revision, check, "revision row")


def aside(ledger: Ledger) -> Iterator[str | None]:
    """Every body that was kept aside, likewise."""

    def check(keys: list[int]) -> Iterator[str | None]:
        for each in KeptAside.select().where(KeptAside.id.in_(keys)):
            yield told(f"{each.inspection_id}: what was kept aside", _sent(each, "inspection.keep-aside", ledger))

    return by_chunks(KeptAside, check, "kept-aside row")


def _sent(row: Revision | KeptAside, action: str, ledger: Ledger) -> Iterator[str]:
    if digest_of(row.body) != row.digest:
        yield "not what was received"
    if row.body["revision"] != row.number:
        yield "its number is not the one that was sent"
    sealed = {"revision": row.number, "digest": row.digest}
    if not ledger.seals(action, row.inspection_id, sealed, actor_id=row.sender_id, at=row.received_at):
        yield "the trail tells of other content, another sender or another time"


def inspections(ledger: Ledger) -> Iterator[str | None]:
    """Every inspection's head, photos, team and state against its current revision and its reviews."""
    names = dict(Account.select(Account.name, Account.id).tuples())
    levels = dict(Edition.select(Edition.id, Edition.level).tuples())
    codes = dict(Round.select(Round.id, Round.code).tuples())

    def check(keys: list[UUID]) -> Iterator[str | None]:
        for each in Inspection.select().where(Inspection.id.in_(keys)):
            sent = list(Revision.select().where(Revision.inspection == each.id).order_by(Revision.number))
            if [one.number for one in sent] != list(range(1, each.revision + 1)):
                yield f"{each.id}: of its {each.revision} revisions, those are there: {[one.number for one in sent]}"
                continue
            faults = [*_head(each, sent[-1], codes, levels), *_sealed(each, sent[-1], ledger)]
            faults += _team(each, sent, names, ledger)
            yield told(str(each.id), [*faults, *_photos(each, sent[-1].body), *_state(each, sent[-1].body)])

    return by_chunks(Inspection, check, "")


def _head(inspection: Inspection, sent: Revision, codes: dict, levels: dict) -> Iterator[str]:
    body = sent.body
    wanted = {
        "centre": (str(inspection.centre_id), body["centre"]),
        "edition": (inspection.edition_id, body["edition"]),
        "round": (codes.get(inspection.round_id), body["round"]),
        "level": (inspection.level, levels.get(body["edition"])),
        "kind": (inspection.kind, body["kind"]),
        "started_at": (inspection.started_at, clock.parse(body["started_at"])),
        "finished_at": (inspection.finished_at, clock.parse(body["finished_at"])),
        "received_at": (inspection.received_at, sent.received_at),
    }
    odd = [name for name, (stands, was_sent) in wanted.items() if stands != was_sent]
    if odd:
        yield f"differs from its revision {sent.number} in {', '.join(odd)}"


def _sealed(inspection: Inspection, sent: Revision, ledger: Ledger) -> Iterator[str]:
    """What decides whether and how a visit counts, as its line seals it; older lines seal the tier alone."""
    lines = ledger.lines.get(("inspection.submit", str(inspection.id)), ())
    sealed = next((line.detail for line in lines if line.detail.get("revision") == sent.number), {})
    stands = queries.seal_of(inspection)
    if sealed.get("tier") != stands["tier"]:
        yield f"the trail does not tell that its tier was {inspection.tier}"
    if sealed.get("blind", False) != stands["blind"]:
        yield f"the trail does not tell that it {'is a' if inspection.blind else 'is no'} blind visit"
    if sealed.get("gates", stands["gates"]) != stands["gates"]:
        yield "the trail tells of other flags that want it admitted"


def _team(inspection: Inspection, sent: list[Revision], names: dict[str, int], ledger: Ledger) -> Iterator[str]:
    senders = {one.sender_id for one in sent}
    named = {names.get(name) for one in sent for name in one.body["team"]}
    if set(queries.team(inspection.id)) != senders | named:
        yield "its team is not the one that was sent"
    # who sends has joined by it, unless they said so before
    joined = {one.sender_id: one.received_at for one in reversed(sent)}
    joined |= {line.actor_id: line.at for line in ledger.lines.get(("inspection.join", str(inspection.id)), ())}
    standing = queries.joined_at(inspection.id)
    for account in sorted(each for each in standing | joined if standing.get(each) != joined.get(each)):
        yield f"the trail does not tell that account {account} joined it so"


def _photos(inspection: Inspection, body: dict) -> Iterator[str]:
    rows = ItemPhoto.select(ItemPhoto.item, ItemPhoto.digest).where(ItemPhoto.inspection == inspection.id).tuples()
    named = {(item, digest) for item, digests in reading.photos(body["answers"]).items() for digest in digests}
    if set(rows) != named:
        yield "its photos are not those that were sent"


def _state(inspection: Inspection, body: dict) -> Iterator[str]:
    reviews = Review.select(Review.decision).where(
        Review.inspection == inspection.id, Review.revision == inspection.revision
    )
    decided = [decision for (decision,) in reviews.order_by(Review.id).tuples()]
    missing, unchecked = queries.wanting(body, queries.joined(inspection.id))
    gone = missing + unchecked
    follows = AFTER.get(decided[-1], "?") if decided else "waiting" if gone else "submitted"
    follows = "void" if rulings.is_void(inspection.id) else follows
    if inspection.state != follows:
        yield f"is {inspection.state}, but {follows} is what follows from its reviews and photos"
    if decided and gone:
        yield f"was reviewed, but photos are missing: {', '.join(gone)}"


def reviews(ledger: Ledger) -> Iterator[str | None]:
    """Every review against its line in the trail."""

    def check(keys: list[int]) -> Iterator[str | None]:
        for each in Review.select().where(Review.id.in_(keys)):
            line = (f"inspection.{each.decision}", each.inspection_id, queries.seal_of_review(each))
            found = ledger.seals(*line, actor_id=each.reviewer_id, at=each.at)
            yield None if found else f"review {each.id} of {each.inspection_id}: the trail does not tell of it so"

    return by_chunks(Review, check, "review")


def baseline_rows(ledger: Ledger) -> Iterator[str | None]:
    """Every baseline against the visit it was taken from, its lines in the trail, and who may adopt it."""

    def check(keys: list[int]) -> Iterator[str | None]:
        for each in Baseline.select().where(Baseline.id.in_(keys)):
            yield told(f"baseline {each.id}", _baseline(each, ledger))

    return by_chunks(Baseline, check, "baseline")


def _baseline(row: Baseline, ledger: Ledger) -> Iterator[str]:
    visit = Inspection.get_or_none(Inspection.id == row.inspection)
    if visit is None or visit.state not in ("approved", "void") or visit.edition_id != row.edition_id:
        yield f"its visit {row.inspection} is not there, not approved, or of another edition"
    elif not _could_be(visit, row.answers):
        yield f"its answers are not those of the visit {row.inspection}"
    sealed = {"digest": digest_of(row.answers)}
    verbs = ("baseline.adopt", "baseline.propose")
    if not any(ledger.seals(verb, row.id, sealed, actor_id=row.proposed_by) for verb in verbs):
        yield "the trail does not tell that its proposer took these answers"
    if row.adopted_at and not _adopted(row, sealed, ledger):
        yield "the trail does not tell that it was adopted so, and by whom"


def _could_be(visit: Inspection, answers: dict[str, dict]) -> bool:
    """Whether each answer was sent, or sent with the m of a list, or decided: which of them counted on the day that
    the baseline was taken is what the trail's digest says."""
    sent = {each["item"]: reading.form(each) for each in queries.bodies([visit])[visit.id]["answers"]}
    known = {item: [wire] for item, wire in sent.items()}
    for item, m in IssuedList.select(IssuedList.item, IssuedList.m).where(IssuedList.round == visit.round_id).tuples():
        if "n" in sent.get(item, {}):
            known[item].append({"n": min(sent[item]["n"], m), "m": m})
    decided = ItemDecision.select(ItemDecision.item, ItemDecision.answer).where(
        ItemDecision.inspection == visit.id, ItemDecision.revision == visit.revision
    )
    for item, answer in decided.tuples():
        known.setdefault(item, []).append(answer)
    told_so = (reading.form(wire) in known.get(item, ()) for item, wire in answers.items())
    return set(sent) <= set(answers) and all(told_so)


def _adopted(row: Baseline, sealed: dict, ledger: Ledger) -> bool:
    if not row.unusual:
        return ledger.seals("baseline.adopt", row.id, sealed, at=row.adopted_at)
    confirmed = ledger.seals("baseline.confirm", row.id, sealed, actor_id=row.confirmed_by, at=row.adopted_at)
    return confirmed and row.confirmed_by != row.proposed_by


def score_rows() -> Iterator[str | None]:
    """Every complete visit's score against its recomputation; and no score where there is nothing to score."""
    due: set[UUID] = set()
    for number, of_round, name in RoundLevel.select(RoundLevel.id, RoundLevel.round, RoundLevel.level).tuples():
        try:
            level = rounds.level_of(of_round, name)
        except UNREADABLE as error:
            yield f"level {number}: {unread(error)}"
            continue
        complete = (
            (Inspection.round == of_round)
            & (Inspection.level == name)
            & (Inspection.edition == level.edition_id)
            & Inspection.state.in_(scores.COMPLETE)
        )
        due |= {each for (each,) in Inspection.select(Inspection.id).where(complete).tuples()}
        yield from by_chunks(Inspection, lambda keys, level=level: _scores(keys, level), "", where=complete)
    for (of,) in Score.select(Score.inspection).tuples():
        if of not in due:
            yield f"{of}: has a score, and is not complete or of another edition than its round's"


def _scores(keys: list[UUID], level: RoundLevel) -> Iterator[str | None]:
    visits = list(Inspection.select().where(Inspection.id.in_(keys)).order_by(Inspection.id))
    kept = {each.inspection_id: each for each in Score.select().where(Score.inspection.in_(keys))}
    for visit, made_from in scores.inputs(visits, level):
        stored, again = kept.get(visit.id), scores.row(score(*made_from), level.baseline_id)
        if stored is None:
            yield f"{visit.id}: has no score"
            continue
        odd = [name for name in again if _stored(stored, name) != again[name]]
        yield f"{visit.id}: differs from its recomputation in {', '.join(odd)}" if odd else None


def _stored(row: Score, name: str):
    return row.baseline_id if name == "baseline" else getattr(row, name)
