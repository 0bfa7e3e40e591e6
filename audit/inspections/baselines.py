"""Adopt what a demonstration site reached as the baseline of a round, and score the round again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import peewee

from audit.base.db import digest_of
from audit.base.problems import BaselineNotAdoptable, NotFound, RoundClosed, SeparationOfDuties, ValidationError
from audit.base.storage import Storage
from audit.base.trail import write
from audit.centres.models import Centre
from audit.checklists import queries as checklists
from audit.checklists.models import Baseline
from audit.evidence import queries as evidence
from audit.evidence import shown
from audit.evidence.shown import Shown
from audit.inspections import queries, scores
from audit.inspections.models import Inspection
from audit.rounds import queries as rounds
from audit.rounds.models import Round, RoundLevel
from audit.scoring.answers import Answer
from audit.scoring.score import at_least
from audit.scoring.standard import Edition, Item


def adopt(code: str, inspection_id: UUID, *, actor, now: datetime) -> Baseline:
    """Adopt an approved visit to a demonstration site as its level's baseline in a round, and rescore the round.

    Values outside their plausible range or worse than the demonstration standard are listed as `unusual`; then the
    baseline is only proposed, until a second person confirms exactly those items (`confirm`).
    """
    with write() as trail:
        round_ = open_round(code, actor)
        inspection = queries.get(actor, inspection_id)
        level = adoptable(round_, inspection)
        _not_their_own(inspection, actor)
        baseline = Baseline.get_or_none(Baseline.inspection == inspection_id) or _propose(
            inspection, level, actor=actor
        )
        settled = baseline.adopted_at is not None or not baseline.unusual
        baseline.rescored = _settle(baseline, round_, level, now=now) if settled else 0
        verb = "baseline.adopt" if settled else "baseline.propose"
        trail.record(verb, baseline.id, actor=actor, at=now, detail=_sealed(code, baseline))
    return baseline


def seen(actor, baseline_id: int) -> Baseline:
    """A baseline that a round in the actor's sight measures with, or of a visit that the actor may see."""
    baseline = checklists.baseline(baseline_id)
    try:
        queries.get(actor, baseline.inspection)
    except NotFound:
        if not rounds.measures_with(baseline.id, actor):
            raise
        baseline.inspection = None
    return baseline


def examples(actor, baseline_id: int) -> list[dict]:
    """The photos of the baseline's visit by item, for whoever sees the baseline: so it should look."""
    seen(actor, baseline_id)
    return queries.proofs(checklists.baseline(baseline_id).inspection)


def example(actor, baseline_id: int, digest: str, size: str, storage: Storage) -> Shown:
    """One of them, small and without metadata; the original is read through its visit alone."""
    known = {each["digest"] for each in examples(actor, baseline_id)}
    if digest not in known:
        raise NotFound()
    return shown.rendition(evidence.by_digests([digest])[digest], int(size), storage)


def confirm(code: str, baseline_id: int, items: list[str], *, actor, now: datetime) -> Baseline:
    """Confirm the unusual items of a proposed baseline, as somebody else than its proposer, and adopt it.

    What is adopted already stays as it is, with the one who confirmed it.
    """
    with write() as trail:
        round_ = open_round(code, actor)
        baseline = checklists.baseline(baseline_id)
        inspection = queries.get(actor, baseline.inspection)
        level = adoptable(round_, inspection)
        _not_their_own(inspection, actor)
        if baseline.proposed_by == actor.id:
            raise SeparationOfDuties("a second person confirms what is unusual")
        if sorted(items) != sorted(each["item"] for each in baseline.unusual):
            raise ValidationError(errors={"/items": "must name exactly the unusual items of the proposal"})
        if baseline.adopted_at is not None:
            trail.nothing()
            baseline.rescored = 0
            return baseline
        baseline.confirmed_by = actor.id
        baseline.rescored = _settle(baseline, round_, level, now=now)
        trail.record("baseline.confirm", baseline.id, actor=actor, at=now, detail=_sealed(code, baseline))
    return baseline


def candidates(round_: Round, actor) -> list[Inspection]:
    """The visits in sight that could become a baseline of the round, the newest first: approved, to demonstration
    sites, with its editions, and made up only where the round is."""
    editions = RoundLevel.select(RoundLevel.edition).where(RoundLevel.round == round_.id)
    found = queries.with_centres().where(could_be_one(actor), Inspection.edition.in_(editions))
    own = found if round_.sample else found.where(~Round.sample)
    return list(own.order_by(Inspection.finished_at.desc(), Inspection.id))


def could_be_one(actor) -> peewee.Expression:
    """The condition, on visits with their centre and round, that one in sight could become a baseline of a round with
    its edition: approved, to a demonstration site, and no blind second one."""
    return queries.visible(actor) & (Inspection.state == "approved") & Centre.demonstration & ~Inspection.blind


def versions(round_: Round, actor) -> list[tuple[Baseline, Inspection | None]]:
    """The baselines of the round's editions, the newest first, each with its visit where the actor may see that; of
    others only those that the round measures with."""
    levels = list(RoundLevel.select().where(RoundLevel.round == round_.id))
    rows = Baseline.select().where(Baseline.edition.in_([each.edition_id for each in levels]))
    known = list(rows.order_by(Baseline.edition, Baseline.version.desc()))
    visits = queries.with_centres().where(
        Inspection.id.in_([each.inspection for each in known]), queries.visible(actor)
    )
    seen_, standing = {each.id: each for each in visits}, {each.baseline_id for each in levels}
    return [(each, seen_.get(each.inspection)) for each in known if each.inspection in seen_ or each.id in standing]


def _not_their_own(inspection: Inspection, actor) -> None:
    if actor is not None and actor.id in queries.team(inspection.id):
        raise SeparationOfDuties("nobody makes the measure out of their own visit")


def _sealed(code: str, baseline: Baseline) -> dict:
    """What the trail keeps: the digest of the answers, for every score of the round rests on them."""
    return {"round": code, "rescored": baseline.rescored, "digest": digest_of(baseline.answers)}


def open_round(code: str, actor) -> Round:
    """The round, when all of it is the actor's and baselines may still be set: RoundFrozen or RoundClosed otherwise."""
    round_ = rounds.whole(code, actor)
    rounds.refuse_frozen(round_)
    if round_.state != "open":
        raise RoundClosed("a baseline may be set until the round closes")
    return round_


def adoptable(round_: Round, inspection: Inspection) -> RoundLevel:
    """The level that a visit could be the baseline of; BaselineNotAdoptable says all that speaks against it."""
    level = rounds.level_of(round_.id, inspection.level)
    reasons = {
        "it is not approved": inspection.state != "approved",
        "it is a blind second visit": inspection.blind,
        "its centre is no demonstration site": not inspection.centre.demonstration,
        "it used another edition than the round": level.edition_id != inspection.edition_id,
        "it is sample data (示例) and the round is not": inspection.round.sample and not round_.sample,
    }
    wrong = [reason for reason, holds in reasons.items() if holds]
    if wrong:
        raise BaselineNotAdoptable("; ".join(wrong))
    return level


def _propose(inspection: Inspection, level: RoundLevel, *, actor) -> Baseline:
    edition = checklists.standard(level.edition)
    last = Baseline.select(peewee.fn.MAX(Baseline.version)).where(Baseline.edition == edition.id).scalar() or 0
    baseline = Baseline(
        edition=edition.id,
        version=last + 1,
        inspection=inspection.id,
        centre_name=inspection.centre.name,
        answers=answers_of(inspection, level),
        sample=inspection.round.sample,
        proposed_by=actor.id,
    )
    baseline.unusual = unusual(edition, checklists.answers(baseline))
    baseline.save(force_insert=True)
    return baseline


def answers_of(inspection: Inspection, level: RoundLevel) -> dict[str, dict]:
    """The answers of a visit by item, as a baseline keeps them: those that count, without photos and notes."""
    return {code: wire for code, (wire, _) in scores.counted([inspection], level)[inspection.id].items()}


def taken(inspection: Inspection, level: RoundLevel) -> dict[str, dict]:
    """The answers that adopting the visit takes: those of a baseline that was taken from it before, else its own."""
    standing = Baseline.get_or_none(Baseline.inspection == inspection.id)
    return standing.answers if standing else answers_of(inspection, level)


def unusual(edition: Edition, answers: Mapping[str, Answer]) -> list[dict]:
    """The items that a second person must confirm before they become the measure, each with why."""
    return [{"item": item.code, "why": why} for item in edition.items if (why := _unusual(item, answers[item.code]))]


def _unusual(item: Item, answer: Answer) -> str | None:
    if answer.not_applicable is not None:
        return None
    value = answer.value
    if item.plausible and not item.plausible[0] <= value <= item.plausible[1]:
        return "outside the plausible range"
    standard = (item.standards or {}).get("demonstration")
    if standard is None:
        return None
    if item.answer == "share":
        if not answer.m:  # nobody to count is the fault itself; a list that the county owes is none of the site's
            return "worse than the demonstration standard" if item.when_m_zero == "zero" else None
        value = answer.value / answer.m
    if not at_least(item, value, standard):
        return "worse than the demonstration standard"
    return None


def _settle(baseline: Baseline, round_: Round, level: RoundLevel, *, now: datetime) -> int:
    baseline.adopted_at = baseline.adopted_at or now
    baseline.save()
    RoundLevel.update(baseline=baseline.id).where(RoundLevel.id == level.id).execute()
    level.baseline = baseline
    return scores.rescore(round_.id, level, now=now)
