"""A centre over the rounds: in each the visit that counts, what it came to, and what it was measured with."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from audit.centres.models import Centre
from audit.checklists.models import Baseline, Edition
from audit.inspections import covert
from audit.inspections import queries as inspections
from audit.inspections.models import Inspection, Score
from audit.inspections.scores import decimal
from audit.rankings.models import Publication, PublishedRow
from audit.rounds import queries as rounds
from audit.rounds.models import Round


@dataclass(frozen=True)
class Past:
    """One period of a centre. `measure` is the edition and the baseline's version (None: the standard stands in); as a
    whole None of a ranking that was made elsewhere: nobody knows."""

    code: str
    name: str
    ends: str
    sample: bool
    total: Decimal | None
    measure: tuple[str, int | None] | None
    inspection: UUID | None = None


def of_centre(centre: Centre, actor) -> list[Past]:
    """The periods in which the centre has a score, the earliest first. Few queries, however many rounds there are."""
    found = {each.code: each for each in (*_imported(centre), *_visited(centre, actor))}
    return sorted(found.values(), key=lambda each: (each.ends, each.code))


def _visited(centre: Centre, actor) -> list[Past]:
    """By the rule of the rankings (`inspections.may_count`), for all rounds at once: a round's last one counts."""
    visits = (
        Inspection.select(Inspection.id, Inspection.edition, Round, Score.total, Baseline.version)
        .join(Round)
        .switch(Inspection)
        .join(Score)
        .left_outer_join(Baseline)
        .where(Inspection.centre == centre.id, Inspection.state == "approved", _counting(actor))
        .order_by(Inspection.finished_at, Inspection.id)
    )
    return [_past(each) for each in {each.round_id: each for each in visits}.values()]


def _counting(actor):
    """The condition that a visit could count in one of the rounds in sight."""
    seen = Round.select(Round, Edition).join(Edition, on=(Round.ranking_policy == Edition.id))
    kinds = {
        each.id: covert.counted_kinds(each.ranking_policy.content, actor, each)
        for each in seen.where(rounds.in_sight(actor))
    }
    return inspections.may_count_in(kinds)


def _past(visit: Inspection) -> Past:
    round_, score = visit.round, visit.score
    baseline = getattr(score, "baseline", None)
    return Past(
        round_.code,
        round_.name,
        round_.closes_on,
        round_.sample,
        decimal(score.total),
        (visit.edition_id, baseline and baseline.version),
        visit.id,
    )


def _imported(centre: Centre) -> list[Past]:
    """What earlier rankings that were made elsewhere say of it: of each, the newest version."""
    rows = (
        PublishedRow.select(PublishedRow.content, Publication)
        .join(Publication)
        .where(Publication.imported, PublishedRow.part == centre.level, PublishedRow.code == centre.code)
        .order_by(Publication.version)
    )
    found = {}
    for each in rows:
        if each.content["centre"] == str(centre.id) and each.content["total"] is not None:
            made, total = each.publication, Decimal(each.content["total"])
            sample = made.head["round"]["sample"]
            found[made.code] = Past(made.code, made.name, made.period_end, sample, total, None)
    return list(found.values())
