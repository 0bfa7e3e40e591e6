"""The score of an inspection: worked out from what is stored, kept once it is complete, worked out again on demand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from audit.base.db import digest_of
from audit.centres.models import Centre, Division
from audit.checklists import queries as checklists
from audit.inspections import answers as reading
from audit.inspections import flags, news, queries, rulings
from audit.inspections.explain import dimension_gap, explanation, gap_in_words, in_words
from audit.inspections.models import Inspection, Score
from audit.rounds import queries as rounds
from audit.rounds.models import Round, RoundLevel
from audit.scoring.gaps import gaps
from audit.scoring.score import NOT_APPLICABLE, score
from audit.scoring.score import Score as Points

COMPLETE = ("submitted", "approved", "returned")
TOLD = {"approved": "final", "void": "void"}  # the state of a score by that of its visit


def level_of(inspection: Inspection) -> RoundLevel | None:
    """What the inspection's round measures it with; None when it used another edition."""
    level = rounds.level_of(inspection.round_id, inspection.level)
    return level if level.edition_id == inspection.edition_id else None


def counted(inspections: Iterable[Inspection], level: RoundLevel) -> dict[UUID, dict[str, tuple[dict, str]]]:
    """Per visit and item the answer that counts and where it comes from (`answers.counted`)."""
    inspections = list(inspections)
    bodies, decided = queries.bodies(inspections), rulings.decided(inspections)
    centres = Centre.select().where(Centre.id.in_({each.centre_id for each in inspections}))
    lists, edition = rounds.issued_for(level.round_id, list(centres)), checklists.standard(level.edition)
    return {
        each.id: reading.counted(edition, bodies[each.id]["answers"], lists[each.centre_id], decided.get(each.id, {}))
        for each in inspections
    }


def inputs(inspections: Iterable[Inspection], level: RoundLevel) -> Iterator[tuple[Inspection, tuple]]:
    """Each inspection with the arguments of the scoring functions; the same few queries for one and for thousands."""
    inspections = list(inspections)
    answers = counted(inspections, level)
    counts = queries.photo_counts([each.id for each in inspections])
    edition, baseline = checklists.standard(level.edition), checklists.answers(level.baseline)
    for inspection in inspections:
        given = {code: reading.parse(wire) for code, (wire, _) in answers[inspection.id].items()}
        yield inspection, (edition, baseline, inspection.tier, given, counts.get(inspection.id, {}))


def keep(inspections: Iterable[Inspection], level: RoundLevel, *, now: datetime) -> int:
    """Work out and store the scores of complete inspections of a level; inside the caller's transaction.

    Of an approved one whose score is another one now, it tells.
    """
    inspections = list(inspections)
    before = _digests(each.id for each in inspections if each.state == "approved")
    for inspection, made_from in inputs(inspections, level):
        values = row(score(*made_from), level.baseline_id) | {"computed_at": now}
        Score.insert(inspection=inspection.id, **values).on_conflict(
            conflict_target=[Score.inspection], update={getattr(Score, key): each for key, each in values.items()}
        ).execute()
        if before.get(inspection.id, values["digest"]) != values["digest"]:
            news.tell("rescored", inspection, now)
    return len(inspections)


def _digests(ids: Iterable[UUID]) -> dict[UUID, str]:
    wanted = list(ids)
    rows = Score.select(Score.inspection, Score.digest).where(Score.inspection.in_(wanted))
    return dict(rows.tuples()) if wanted else {}


def complete(round_id: int, level: RoundLevel):
    """The visits of a round and level that have a score."""
    return Inspection.select().where(
        Inspection.round == round_id,
        Inspection.level == level.level,
        Inspection.edition == level.edition_id,
        Inspection.state.in_(COMPLETE),
    )


def rescore(round_id: int, level: RoundLevel, *, now: datetime) -> int:
    """Score again every complete inspection of a level; inside the caller's transaction. Returns how many."""
    return keep(complete(round_id, level), level, now=now)


def list_entered(round_: Round, level: str, division: Division, *, now: datetime) -> int:
    """Score again the complete visits of a level to centres of a county or township whose list was entered or
    withdrawn, and flag those that were sent with another m than the list in force; inside the caller's transaction.
    Returns how many were scored."""
    measured = rounds.level_of(round_.id, level)
    below = Centre.select().where((Centre.county == division.id) | (Centre.township == division.id))
    centres = list(below.where(Centre.level == level))
    visits = Inspection.select().where(
        Inspection.round == round_.id, Inspection.level == level, Inspection.edition == measured.edition_id
    )
    of_these = Inspection.centre.in_([each.id for each in centres])
    _flag_lists(list(visits.where(of_these)), rounds.issued_for(round_.id, centres), measured)
    return keep(complete(round_.id, measured).where(of_these), measured, now=now)


def _flag_lists(visits: list[Inspection], lists: dict[UUID, dict[str, int]], level: RoundLevel) -> None:
    edition, bodies = checklists.standard(level.edition), queries.bodies(visits)
    for each in visits:
        differs = flags.of_lists(edition, bodies[each.id]["answers"], lists[each.centre_id])
        told = [flag for flag in each.flags if flag["flag"] != flags.OF_LISTS] + differs
        if told != each.flags:
            each.flags = told
            each.save(only=[Inspection.flags])


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
    has no score, nor has one that is void.
    """
    inspection = queries.get(actor, inspection_id)
    body = queries.revision(inspection).body
    answer = {"inspection": inspection.id, "state": TOLD.get(inspection.state, "provisional")}
    level = level_of(inspection)
    if inspection.state == "void" or level is None:
        return answer | _nothing("void" if inspection.state == "void" else "other-edition")
    ((_, made_from),) = inputs([inspection], level)
    points = score(*made_from)
    stored = row(points, level.baseline_id)
    content = level.edition.content
    edition = made_from[0]
    texts = {each["code"]: each for each in content["items"]}
    single, together = gaps(*made_from)
    words = in_words(stored["explanation"], content, reading.photos(body["answers"]))
    _tell_origins(words, body["answers"], counted([inspection], level)[inspection.id])
    return (
        answer
        | {"against": against(level), "met": stored["met"], "assessable": stored["assessable"]}
        | {"not_applicable": _not_applicable(points.with_reason(NOT_APPLICABLE))}
        | words
        | {
            "gaps": [gap_in_words(each, edition, texts) for each in single],
            "dimension_gaps": [dimension_gap(each) for each in together],
        }
    )


def _tell_origins(words: dict, sent: list[dict], answers: dict[str, tuple[dict, str]]) -> None:
    """Write to each item where its answer comes from (sent, list or decision), and what was sent."""
    said = {each["item"]: reading.as_sent(reading.form(each)) for each in sent}
    for each in (*words["items"], *words["extras"]):
        each |= {"answer_from": answers[each["code"]][1], "sent": said.get(each["code"])}


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


def _nothing(why: str) -> dict:
    empty = {"total": None, "against": {"kind": why}, "met": 0, "assessable": 0}
    lists = {name: [] for name in ("dimensions", "items", "extras", "gaps", "dimension_gaps")}
    return empty | lists | {"bonus": "0.00", "deductions": "0.00", "not_applicable": _not_applicable(())}
