"""What another baseline or edition would do to the scores of a level, before anybody adopts it. Nothing is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from audit.base import db
from audit.base.problems import ValidationError
from audit.centres import queries as centres
from audit.checklists import queries as checklists
from audit.inspections import answers as reading
from audit.inspections import baselines, queries, scores
from audit.inspections.models import Inspection, Score
from audit.rounds import queries as rounds
from audit.rounds.models import Round, RoundLevel
from audit.scoring.answers import Answer
from audit.scoring.cards import CardPolicy, card
from audit.scoring.score import Score as Points
from audit.scoring.score import printed, score
from audit.scoring.standard import Edition


def of_baseline(code: str, inspection_id: UUID, *, actor) -> dict:
    """What adopting a visit as the baseline of its level would do; refused as the adoption would be."""
    with db.snapshot():
        round_ = baselines.open_round(code, actor)
        inspection = queries.get(actor, inspection_id)
        level = baselines.adoptable(round_, inspection)
        edition, measure = checklists.standard(level.edition), _measure(inspection, level)
        visits = _visits(round_, level)
        after = {
            visit.id: score(edition, measure, tier, given, photos)
            for visit, (_, _, tier, given, photos) in scores.inputs(visits, level)
        }
        unusual = baselines.unusual(edition, measure)
        return _told(round_, level, edition.id, unusual=unusual, unanswered=[]) | _table(round_, visits, after)


def _measure(inspection: Inspection, level: RoundLevel) -> dict[str, Answer]:
    return {code: reading.parse(wire) for code, wire in baselines.taken(inspection, level).items()}


def of_edition(code: str, name: str, edition_id: str, *, actor) -> dict:
    """What measuring a level with another edition would do, by the items of the same code whose answer fits there.

    An item without an answer leaves its weight to the others of its dimension, and is listed. The baseline that there
    is stays, as far as its items fit.
    """
    edition = checklists.checklist(edition_id)
    if edition.level != name:
        raise ValidationError(errors={"/edition": f"is for a {edition.level}"})
    with db.snapshot():
        round_ = rounds.whole(code, actor)
        level = rounds.level_of(round_.id, name)
        visits, after, unanswered = _visits(round_, level), {}, Counter()
        standing = checklists.standard(level.edition)
        for visit, (_, measure, tier, given, photos) in scores.inputs(visits, level):
            carried = _carried(standing, edition, given, centres.traits(visit.centre))
            unanswered.update(item.code for item in edition.items if item.code not in carried)
            left = replace(edition, items=tuple(item for item in edition.items if item.code in carried))
            reached = _carried(standing, edition, measure or {}, frozenset())
            after[visit.id] = score(left, reached, tier, carried, photos)
        listed = [{"item": each.code, "visits": unanswered[each.code]} for each in edition.items]
        missing = [each for each in listed if each["visits"]]
        return _told(round_, level, edition.id, unusual=[], unanswered=missing) | _table(round_, visits, after)


def _carried(
    standing: Edition, edition: Edition, given: Mapping[str, Answer], traits: frozenset[str]
) -> dict[str, Answer]:
    """Of the answers to one edition those that another takes."""
    return {
        code: answer
        for code, answer in given.items()
        if code in edition.item and not reading.fault(edition, code, answer.wire(standing.item[code]), traits)
    }


def _visits(round_: Round, level: RoundLevel) -> list[Inspection]:
    """Of each centre the visit that counts (architecture §4), or else the complete one that was finished last."""
    found = queries.with_centres().where(
        Inspection.id.in_(scores.complete(round_.id, level).select(Inspection.id)),
        queries.may_count(round_.id, round_.ranking_policy.content["counted_kinds"]),
    )
    order = sorted(found, key=lambda each: (each.state == "approved", each.finished_at, each.id))
    return list({each.centre_id: each for each in order}.values())


def _told(round_: Round, level: RoundLevel, edition: str, **found: list[dict]) -> dict:
    about = {"round": round_.code, "level": level.level, "edition": edition}
    return about | {"against": scores.against(level)} | found


def _table(round_: Round, visits: list[Inspection], after: dict[UUID, Points]) -> dict:
    """A row per centre, the largest fall first, and what they come to."""
    ids, policy = list(after), CardPolicy.of(round_.card_policy.content)
    stored = Score.select(Score.inspection, Score.total, Score.vetoes).where(Score.inspection.in_(ids))
    before = {each.inspection_id: each for each in stored}
    rows = [_row(policy, visit, before[visit.id], after[visit.id]) for visit in visits]
    rows.sort(key=lambda row: (row["change"] is None, row["change"] or 0, row["code"]))
    summary = _summary(rows)
    figures = ("before", "after", "change")
    return {
        "summary": summary,
        "rows": [row | {name: None if row[name] is None else str(row[name]) for name in figures} for row in rows],
    }


def _row(policy: CardPolicy, visit: Inspection, stored: Score, points: Points) -> dict:
    before, after = scores.decimal(stored.total), points.printed
    return {
        "centre": visit.centre_id,
        "code": visit.centre.code,
        "name": visit.centre.name,
        "county": visit.centre.county.name,
        "inspection": visit.id,
        "state": visit.state,
        "before": before,
        "after": after,
        "change": None if before is None or after is None else after - before,
        "card_before": card(policy, before, bool(stored.vetoes)),
        "card_after": card(policy, after, bool(points.vetoes)),
    }


def _summary(rows: list[dict]) -> dict:
    """Means and counts of the rows that have a score before and after."""
    both = [row for row in rows if row["change"] is not None]
    cards = Counter((row["card_before"], row["card_after"]) for row in rows)
    return {
        "centres": len(rows),
        "mean_before": _mean(row["before"] for row in both),
        "mean_after": _mean(row["after"] for row in both),
        "up": sum(row["change"] > 0 for row in both),
        "down": sum(row["change"] < 0 for row in both),
        "same": sum(row["change"] == 0 for row in both),
        "cards": [
            {"before": was, "after": will, "centres": number}
            for (was, will), number in sorted(cards.items(), key=str)
            if was != will
        ],
    }


def _mean(totals: Iterable[Decimal]) -> str | None:
    """Of printed scores, with 2 decimals, half up."""
    found = [Fraction(each) for each in totals]
    return str(printed(sum(found) / len(found))) if found else None
