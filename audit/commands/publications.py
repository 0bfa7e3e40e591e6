"""What `audit verify` compares of publications: with their digests, the trail, two people, and a recomputation."""

from __future__ import annotations

from collections.abc import Iterator

from audit.base.db import digest_of
from audit.commands import recomputed
from audit.commands.ledger import Ledger
from audit.commands.readable import by_chunks, told
from audit.rankings import drafts, published, publishing
from audit.rankings.models import Publication, PublishedRow, Step
from audit.rankings.published import FINDINGS, PARTS
from audit.rounds.models import Round

VERBS = ("round.publish", "ranking.import")


def publication_rows(ledger: Ledger) -> Iterator[str | None]:
    """Every publication against its digests and the trail, and worked out again; then those that are gone."""

    def check(keys: list[int]) -> Iterator[str | None]:
        for each in Publication.select().where(Publication.id.in_(keys)).order_by(Publication.id):
            yield told(f"{each.code} version {each.version}", _publication(each, ledger))

    yield from by_chunks(Publication, check, "publication")
    there_are = set(Publication.select(Publication.code, Publication.version).tuples())
    for action, subject in [key for key in ledger.lines if key[0] in VERBS]:
        for line in ledger.lines[action, subject]:
            if (subject, line.detail["version"]) not in there_are:
                yield f"line {line.seq}: what it tells of, {subject} version {line.detail['version']}, is gone"


def _publication(row: Publication, ledger: Ledger) -> Iterator[str]:
    faults = [*_head(row), *_content(row)]
    yield from faults
    yield from _sealed(row, ledger)
    if not faults and not row.imported:
        yield from recomputed.faults(row)


def _head(row: Publication) -> Iterator[str]:
    of_round = row.head["round"]
    columns = {
        "code": (row.code, of_round["code"]),
        "name": (row.name, of_round["name"]),
        "area": (row.area, of_round["area"]),
        "period_end": (row.period_end, of_round["closes_on"]),
        "version": (row.version, row.head["version"]),
        "imported": (row.imported, row.head.get("imported", False)),
    }
    odd = [name for name, (stands, says) in columns.items() if stands != says]
    if odd:
        yield f"differs from its head in {', '.join(odd)}"
    before = Publication.get_or_none(Publication.code == row.code, Publication.version == row.version - 1)
    if row.head["before"] != (before and before.digest):
        yield "the version before is not the one that it follows"
    earlier = row.head.get("previous")
    if earlier and not Publication.select().where(
        *(getattr(Publication, name) == value for name, value in earlier.items())
    ):
        yield "the earlier ranking that it was compared with is not there"


def _content(row: Publication) -> Iterator[str]:
    """Every row against its digest and its number; the rankings' and the head against the publication's."""
    digests, follows = [], dict.fromkeys((*PARTS, FINDINGS), 0)
    rows = PublishedRow.select().where(PublishedRow.publication == row.id)
    for each in rows.order_by(PublishedRow.part, PublishedRow.number).iterator():
        follows[each.part] = follows.get(each.part, 0) + 1
        if digest_of([each.content, each.basis]) != each.digest or each.code != each.content["code"]:
            yield f"{each.part} line {each.number}: not what was published"
        if each.number != follows[each.part]:
            yield f"{each.part} line {each.number}: a line before it is missing"
        digests += [each.digest] if each.part != FINDINGS else []
    if drafts.digest(row.head, digests) != row.digest:
        yield "its digest is not that of its head and lines"


def _sealed(row: Publication, ledger: Ledger) -> Iterator[str]:
    verb = "ranking.import" if row.imported else "round.publish"
    sealed = {"version": row.version, "digest": row.digest}
    if not row.imported:
        sealed["note"] = digest_of(row.note)
    if row.head.get("form", 1) > 1:
        sealed["findings"] = published.digest_of_findings(row)
    if not ledger.seals(verb, row.code, sealed, actor_id=row.confirmed_by_id, at=row.published_at):
        yield "the trail does not tell that it was published so, by whom and when"
    if not row.imported and not _two_people(row):
        yield "no step of two people published it"


def _two_people(row: Publication) -> bool:
    steps = Step.select().where(Step.round == row.round_id, Step.what == "publish", Step.digest == row.digest)
    people = (row.proposed_by_id, row.confirmed_by_id)
    return row.proposed_by_id != row.confirmed_by_id and any(
        (each.proposed_by_id, each.confirmed_by_id) == people and each.note == row.note for each in steps
    )


def step_rows(ledger: Ledger) -> Iterator[str | None]:
    """Every step against the lines that proposed, confirmed or withdrew it; then rounds whose state no step gave."""

    def check(keys: list[int]) -> Iterator[str | None]:
        for each in Step.select(Step, Round).join(Round).where(Step.id.in_(keys)):
            yield told(f"step {each.id} of {each.round.code}", _step(each, ledger))

    yield from by_chunks(Step, check, "step")
    for each in Round.select():
        yield told(each.code, _state(each, ledger))


def _step(row: Step, ledger: Ledger) -> Iterator[str]:
    code = row.round.code
    proposed = {"actor_id": row.proposed_by_id, "at": row.proposed_at}
    if not ledger.seals("round.propose", code, publishing.seal_of(row), **proposed):
        yield "the trail does not tell that it was proposed so"
    if row.confirmed_at is not None:
        sealed, confirmed = {"step": row.id, "digest": row.digest}, {"at": row.confirmed_at}
        if not ledger.seals(f"round.{row.what}", code, sealed, actor_id=row.confirmed_by_id, **confirmed):
            yield "the trail does not tell that it was confirmed so"
        if row.confirmed_by_id == row.proposed_by_id:
            yield "who confirmed it is who proposed it"
    if row.withdrawn_at is not None:
        by_hand = ledger.seals("round.withdraw", code, {"step": row.id}, at=row.withdrawn_at)
        # a proposal of another ranking takes the place of the one before
        if not by_hand and not ledger.seals("round.propose", code, {"what": row.what}, at=row.withdrawn_at):
            yield "the trail does not tell that it was withdrawn"


def _state(row: Round, ledger: Ledger) -> Iterator[str]:
    """frozen and published, and their moments, as the first line of each says."""
    for verb, at in (("freeze", row.frozen_at), ("publish", row.published_at)):
        lines = ledger.lines.get((f"round.{verb}", row.code), ())
        if at != (lines[0].at if lines else None):
            yield f"the trail does not tell of its first {verb} so"
    follows = "published" if row.published_at else "frozen" if row.frozen_at else None
    if (row.state if row.state in ("frozen", "published") else None) != follows:
        yield f"is {row.state}, but {follows or 'open or closed'} is what follows from its steps"
