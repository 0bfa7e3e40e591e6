"""The score of an inspection: worked out from what is stored, kept once it is complete, worked out again on demand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from audit.base.db import digest_of
from audit.checklists import queries as checklists
from audit.inspections import answers as reading
from audit.inspections import queries
from audit.inspections.explain import dimension_gap, explanation, gap_in_words, in_words
from audit.inspections.models import Inspection, Score
from audit.rounds import queries as rounds
from audit.rounds.models import RoundLevel
from audit.scoring.gaps import gaps
from audit.scoring.score import NOT_APPLICABLE, score
from audit.scoring.score import Score as Points

COMPLETE = ("submitted", "approved", "returned")


def level_of(inspection: Inspection) -> RoundLevel | None:
    """What the inspection's round measures it with; None when it used another edition."""
    level = rounds.level_of(inspection.round_id, inspection.level)
    return level if level.edition_id == inspection.edition_id else None


def inputs(inspections: Iterable[Inspection], level: RoundLevel) -> Iterator[tuple[Inspection, tuple]]:
    """Each inspection with the arguments of the scoring functions; the same few queries for one and for thousands."""
    inspections = list(inspections)
    bodies = queries.bodies(inspections)
    counts = queries.photo_counts([each.id for each in inspections])
    edition, baseline = checklists.standard(level.edition), checklists.answers(level.baseline)
    for inspection in inspections:
        given = {each["item"]: reading.parse(each) for each in bodies[inspection.id]["answers"]}
        yield inspection, (edition, baseline, inspection.tier, given, counts.get(inspection.id, {}))


def keep(inspections: Iterable[Inspection], level: RoundLevel, *, now: datetime) -> int:
    """Work out and store the scores of complete inspections of a level; inside the caller's transaction."""
    done = 0
    for inspection, made_from in inputs(inspections, level):
        values = row(score(*made_from), level.baseline_id) | {"computed_at": now}
        Score.insert(inspection=inspection.id, **values).on_conflict(
            conflict_target=[Score.inspection], update={getattr(Score, key): each for key, each in values.items()}
        ).execute()
        done += 1
    return done


def rescore(round_id: int, level: RoundLevel, *, now: datetime) -> int:
    """Score again every complete inspection of a level; inside the caller's transaction. Returns how many."""
    complete = Inspection.select().where(
        Inspection.round == round_id,
        Inspection.level == level.level,
        Inspection.edition == level.edition_id,
        Inspection.state.in_(COMPLETE),
    )
    return keep(complete, level, now=now)


def row(points: Points, baseline: int | None) -> dict:
    """The stored form: what `audit verify` works out again and compares."""
    told = explanation(points)
    return {
        "baseline": baseline,
        "total": hundredths(points.printed),
        "met": points.count("met"),
        "assessable": points.count("met") + points.count("not_met"),
        "county_duties": list(points.with_reason("county-duty")),
        "vetoes": list(points.vetoes),
        "summary": {
            "dimensions": {each["code"]: each["value"] for each in told["dimensions"]},
            "bonus": told["bonus"],
            "deductions": told["deductions"],
        },
        "explanation": told,
        "digest": digest_of(told),
    }


def hundredths(printed: Decimal | None) -> int | None:
    return None if printed is None else int(printed * 100)


def decimal(total: int | None) -> Decimal | None:
    """The printed total of a stored one."""
    return None if total is None else (Decimal(total) / 100).quantize(Decimal("0.01"))


def told(actor, inspection_id) -> dict:
    """The score of a visit in words: why each point was lost, and what to mend first.

    While photos are missing it is worked out from those that came; a visit of another edition than its round's
    has no score.
    """
    inspection = queries.get(actor, inspection_id)
    body = queries.revision(inspection).body
    answer = {"inspection": inspection.id, "state": "final" if inspection.state == "approved" else "provisional"}
    level = level_of(inspection)
    if level is None:
        return answer | _nothing()
    ((_, made_from),) = inputs([inspection], level)
    points = score(*made_from)
    stored = row(points, level.baseline_id)
    content = level.edition.content
    edition = made_from[0]
    texts = {each["code"]: each for each in content["items"]}
    single, together = gaps(*made_from)
    return (
        answer
        | {"against": against(level), "met": stored["met"], "assessable": stored["assessable"]}
        | {"not_applicable": _not_applicable(points.with_reason(NOT_APPLICABLE))}
        | in_words(stored["explanation"], content, reading.photos(body["answers"]))
        | {
            "gaps": [gap_in_words(each, edition, texts) for each in single],
            "dimension_gaps": [dimension_gap(each) for each in together],
        }
    )


def against(level: RoundLevel) -> dict:
    """What the scores of a level are measured against; until a baseline is adopted the standard stands in."""
    baseline = level.baseline
    if baseline is None:
        return {"kind": "standard", "edition": level.edition_id}
    return {
        "kind": "baseline",
        "edition": level.edition_id,
        "baseline": baseline.id,
        "version": baseline.version,
        "centre": baseline.centre_name,
        "sample": baseline.sample,
    }


def _not_applicable(codes: Sequence[str]) -> dict:
    """How much of the checklist was left out, for the reviewer to see (architecture §4.6)."""
    return {"count": len(codes), "codes": list(codes)}


def _nothing() -> dict:
    empty = {"total": None, "against": {"kind": "other-edition"}, "met": 0, "assessable": 0}
    lists = {name: [] for name in ("dimensions", "items", "extras", "gaps", "dimension_gaps")}
    return empty | lists | {"bonus": "0.00", "deductions": "0.00", "not_applicable": _not_applicable(())}
