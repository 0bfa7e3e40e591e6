"""Freeze and publish a round: one person proposes, another confirms that nothing moved since."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from audit.accounts.models import Account
from audit.base import db
from audit.base.db import batches, digest_of
from audit.base.problems import NotFound, NotReady, RankingMoved, SeparationOfDuties, StepOver
from audit.base.trail import write
from audit.rankings import drafts, published, readiness
from audit.rankings.drafts import Line
from audit.rankings.models import Publication, PublishedRow, Step
from audit.rankings.queries import Frame, whole_frame
from audit.rounds import queries as rounds
from audit.rounds.models import Round

CHUNK = 50  # rows per INSERT: explanations are long


def propose(code: str, body: dict, *, actor, now: datetime) -> tuple[Step, int]:
    """Propose to freeze or to publish a round: `body` is {what, note, accept}.

    201 with the step, its checks and the digest of the ranking; 200 with the one that waits when the ranking is the
    same. One that waits for another ranking is withdrawn. Raises NotReady with the checks when one of them forbids the
    step, or wants to be accepted and is not.
    """
    with db.snapshot():  # before the write, which others would wait for
        of = whole_frame(code, actor, at=now)
        digest, same = _looked_at(of, body["what"])
        checks = readiness.checks(of, body["what"])
    checks += [readiness.check("unchanged", readiness.BLOCKS, count=1)] if same else []
    with write() as trail:
        standing = _waiting(of.round, body["what"])
        if standing and standing.digest == digest:
            trail.nothing()
            return standing, 200
        _refuse(checks, checks if body["accept"] else [])
        if standing:
            Step.update(withdrawn_at=now).where(Step.id == standing.id).execute()
        step = Step.create(
            round=of.round.id,
            what=body["what"],
            note=body["note"],
            checks=checks,
            digest=digest,
            proposed_by=actor.id,
            proposed_at=now,
        )
        trail.record("round.propose", code, actor=actor, at=now, detail=seal_of(step))
    return step, 201


def _looked_at(of: Frame, what: str) -> tuple[str, bool]:
    """The digest of the ranking as it would be published now, and whether that would be what was published before."""
    head = drafts.head_of(of)
    digests = [line.digest for line in drafts.lines_of(of)]
    last = drafts.last_of(of.round) if what == "publish" else None
    return drafts.digest(head, digests), last is not None and _same(last, head, digests)


def _same(last: Publication, head: dict, digests: list[str]) -> bool:
    left = [{key: each[key] for key in each if key not in drafts.PASSING} for each in (last.head, head)]
    return digest_of(left[0]) == digest_of(left[1]) and published.digests_of(last) == digests


def _waiting(round_: Round, what: str) -> Step | None:
    return (
        Step.select()
        .where(Step.round == round_.id, Step.what == what, Step.confirmed_at.is_null(), Step.withdrawn_at.is_null())
        .order_by(Step.id.desc())
        .first()
    )


def _refuse(checks: list[dict], accepted: list[dict]) -> None:
    """Raise NotReady for what forbids the step, or wants to be accepted and was not."""
    if readiness.blocking(checks):
        raise NotReady(checks=checks)
    if readiness.asking(checks, accepted):
        raise NotReady("accept what the checks found, and say why in the note", checks=checks)


def seal_of(step: Step) -> dict:
    """What the trail keeps of a proposal: the digest of the ranking, and of the words and checks beside it."""
    return {"step": step.id, "what": step.what, "ranking": step.digest, "digest": digest_of([step.note, step.checks])}


def confirm(step_id: int, *, actor, now: datetime) -> Step:
    """Freeze or publish, as somebody else than the proposer; what was confirmed already stays as it is.

    The checks run again, and the ranking must be the one that was proposed. Raises SeparationOfDuties to the proposer,
    StepOver for what was withdrawn, NotReady, RankingMoved.
    """
    with write() as trail:
        step = of_step(step_id, actor)
        if step.proposed_by_id == actor.id:
            raise SeparationOfDuties("a second person confirms")
        if step.confirmed_at is not None:
            trail.nothing()
            return step
        if step.withdrawn_at is not None:
            raise StepOver()
        of = whole_frame(step.round.code, actor, at=now)
        _refuse(readiness.checks(of, step.what), step.checks)
        step.confirmed_by, step.confirmed_at = Account.get_by_id(actor.id), now
        step.save(only=[Step.confirmed_by, Step.confirmed_at])
        carry_out = {"freeze": _freeze, "publish": _publish}[step.what]
        trail.record(f"round.{step.what}", of.round.code, actor=actor, at=now, detail=carry_out(of, step))
    return step


def of_step(step_id: int, actor) -> Step:
    """A step of a round that is the actor's to decide over, with its round; NotFound otherwise."""
    step = Step.select(Step, Round).join(Round).where(Step.id == step_id).first()
    if step is None:
        raise NotFound()
    rounds.whole(step.round.code, actor)
    return step


def _freeze(of: Frame, step: Step) -> dict:
    if _looked_at(of, step.what)[0] != step.digest:
        raise RankingMoved()
    Round.update(state="frozen", frozen_at=step.confirmed_at).where(Round.id == of.round.id).execute()
    return {"step": step.id, "digest": step.digest}


def _publish(of: Frame, step: Step) -> dict:
    """Write the version with all its rows: once through the ranking, so many rows in memory at a time."""
    head = drafts.head_of(of)
    made = _head(of, step, head)
    if drafts.digest(head, _store(made, drafts.lines_of(of))) != step.digest:
        raise RankingMoved()
    _store(made, drafts.findings_of(of))
    first = of.round.published_at or step.confirmed_at
    Round.update(state="published", published_at=first).where(Round.id == of.round.id).execute()
    seal = {"version": made.version, "digest": made.digest, "note": digest_of(made.note)}
    return {"step": step.id} | seal | {"findings": published.digest_of_findings(made)}


def _head(of: Frame, step: Step, head: dict) -> Publication:
    return Publication.create(
        round=of.round.id,
        code=of.round.code,
        name=of.round.name,
        area=of.round.area.code,
        period_end=of.round.closes_on,
        version=head["version"],
        imported=False,
        head=head,
        digest=step.digest,
        note=step.note,
        proposed_by=step.proposed_by_id,
        confirmed_by=step.confirmed_by_id,
        published_at=step.confirmed_at,
    )


def _store(made: Publication, lines: Iterable[Line]) -> list[str]:
    """Write rows of a version; their digests."""
    digests: list[str] = []
    for some in batches(lines, CHUNK):
        rows = [drafts.stored(made, line) for line in some]
        digests += [each["digest"] for each in rows]
        PublishedRow.insert_many(rows).execute()
    return digests


def withdraw(step_id: int, *, actor, now: datetime) -> None:
    """Withdraw a proposal; safe to repeat. Raises StepOver for what was confirmed."""
    with write() as trail:
        step = of_step(step_id, actor)
        if step.confirmed_at is not None:
            raise StepOver()
        if step.withdrawn_at is not None:
            trail.nothing()
            return
        Step.update(withdrawn_at=now).where(Step.id == step.id).execute()
        trail.record("round.withdraw", step.round.code, actor=actor, at=now, detail={"step": step.id})


def listed(code: str, actor, asked: dict) -> tuple[list[Step], int]:
    """One page of the steps of a round with their people, newest first; and how many there are."""
    proposer, confirmer = Account.alias(), Account.alias()
    steps = (
        Step.select(Step, Round, proposer, confirmer)
        .join(Round)
        .switch(Step)
        .join(proposer, on=(Step.proposed_by == proposer.id))
        .switch(Step)
        .left_outer_join(confirmer, on=(Step.confirmed_by == confirmer.id))
        .where(Step.round == rounds.whole(code, actor).id)
    )
    return db.page_of(steps.order_by(Step.id.desc()), asked["page"], asked["page_size"])
