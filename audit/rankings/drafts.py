"""What a version of a ranking would be: its head, its rows one at a time, and the digest over them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from audit import __version__
from audit.accounts.models import Account
from audit.base.db import batches, digest_of
from audit.centres.models import Centre
from audit.checklists.models import Baseline, Edition
from audit.followup import queries as followup
from audit.inspections import scores
from audit.inspections.answers import takes_list
from audit.inspections.models import Inspection, ItemDecision, Revision
from audit.rankings import basis, circumstances
from audit.rankings.basis import Told
from audit.rankings.models import Publication
from audit.rankings.problem_list import Course
from audit.rankings.published import FINDINGS, content_of
from audit.rankings.queries import FORM, Frame, Row, all_rows
from audit.rounds import queries as rounds
from audit.rounds.models import Round
from audit.scoring.standard import Edition as Standard

POLICIES = ("ranking", "card", "progress", "followup")
SIZE = 100  # rows whose explanations are in memory at a time
PASSING = ("version", "before", "software")  # of the head: what is another one in the next version anyway


@dataclass(frozen=True)
class Line:
    """One row as it is published. `basis` is what its score was worked out from; None of what was not visited."""

    part: str
    number: int
    code: str
    content: dict
    basis: dict | None = None

    @property
    def digest(self) -> str:
        return digest_of([self.content, self.basis])


def digest(head: dict, rows: list[str]) -> str:
    """The digest of a version: over its head and the digests of its rows in order of part and number."""
    return digest_of([head, rows])


def stored(publication: Publication, line: Line) -> dict:
    """The columns of a row as it is kept."""
    names = ("part", "number", "code", "content", "basis", "digest")
    return {"publication": publication.id} | {name: getattr(line, name) for name in names}


def last_of(round_: Round) -> Publication | None:
    """The newest version under a round's code: one may have been imported before the round was opened."""
    return Publication.select().where(Publication.code == round_.code).order_by(Publication.version.desc()).first()


def head_of(of: Frame) -> dict:
    """What the next version would say of itself: names, codes, versions and digests, and no id of this database."""
    last = last_of(of.round)
    return {
        "round": _round(of.round),
        "policies": {name: _edition(getattr(of.round, f"{name}_policy")) for name in POLICIES},
        "levels": {
            name: _edition(level.edition) | {"baseline": _baseline(level.baseline)} for name, level in of.levels.items()
        },
        "previous": _named(of.previous),
        "version": last.version + 1 if last else 1,
        "before": last and last.digest,
        "software": __version__,
        "form": FORM,
        "draws": circumstances.draws_of(of.round),
    }


def _round(round_: Round) -> dict:
    told = {name: getattr(round_, name) for name in ("code", "name", "opens_on", "closes_on", "sample")}
    told |= {"area": round_.area.code, "area_name": round_.area.name}
    return told | {"closed_on": circumstances.closed_on(round_)}


def _edition(edition: Edition | None) -> dict | None:
    return edition and {"id": edition.id, "digest": edition.digest}


def _baseline(baseline: Baseline | None) -> dict | None:
    return baseline and {
        "version": baseline.version,
        "centre": baseline.centre_name,
        "sample": baseline.sample,
        "digest": digest_of(baseline.answers),
    }


def _named(publication: Publication | None) -> dict | None:
    return publication and {name: getattr(publication, name) for name in ("code", "version", "digest", "period_end")}


def lines_of(of: Frame) -> Iterator[Line]:
    """The rows that the next version would have: counties, townships, villages, each in the order of its ranking."""
    found = all_rows(of)
    for number, row in enumerate(found["counties"], 1):
        yield Line("counties", number, row.county.code, content_of(row))
    for level in of.levels:
        numbered = enumerate(found[level], 1)
        for some in batches(numbered, SIZE):
            visited = [row for _, row in some if row.visited]
            bases = _bases(of, level, visited) if visited else {}
            for number, row in some:
                yield Line(level, number, row.code, content_of(row), bases.get(row.inspection))


def findings_of(of: Frame) -> Iterator[Line]:
    """What has become of the findings of the round, a line per centre."""
    by_centre = groupby(followup.findings_of(of.round.id), key=lambda each: each.centre)
    for number, (centre, findings) in enumerate(by_centre, 1):
        told = [Course.of(each).told | {"item": each.item} for each in findings]
        yield Line(FINDINGS, number, centre.code, {"code": centre.code, "centre": str(centre.id), "findings": told})


def _bases(of: Frame, level: str, rows: list[Row]) -> dict[UUID, dict]:
    """What the scores of these rows were worked out from: a dozen queries however many rows."""
    numbers = [row.inspection for row in rows]
    visits = list(Inspection.select(Inspection, Centre).join(Centre).where(Inspection.id.in_(numbers)))
    current = (
        Revision.select(Revision.inspection, Revision.digest)
        .join(Inspection)
        .where(Revision.number == Inspection.revision, Inspection.id.in_(numbers))
    )
    sent, decided = dict(current.tuples()), _decided(numbers)
    listed = rounds.issued_for(of.round.id, [each.centre for each in visits])
    made_from = {visit.id: inputs for visit, inputs in scores.inputs(visits, of.levels[level])}
    return {
        told.row.inspection: _told(told)
        | {"digest": sent[told.row.inspection], "decisions": decided.get(told.row.inspection, [])}
        | {"lists": listed_for(made_from[told.row.inspection][0], listed[told.row.centre])}
        | scored(of.levels[level].baseline, made_from[told.row.inspection])
        for told in basis.visits(of, rows)
    }


def _decided(inspections: list[UUID]) -> dict[UUID, list[dict]]:
    """The decisions on items of the current revisions, in order, each by what it says and not by its number."""
    query = (
        ItemDecision.select(ItemDecision, Account)
        .join(Account)
        .switch(ItemDecision)
        .join(Inspection)
        .where(ItemDecision.revision == Inspection.revision, Inspection.id.in_(inspections))
    )
    found: dict[UUID, list[dict]] = {}
    for each in query.order_by(ItemDecision.id):
        told = {"item": each.item, "answer": each.answer, "reason": each.reason, "by": each.decided_by.name}
        found.setdefault(each.inspection_id, []).append(told)
    return found


def _told(told: Told) -> dict:
    return {
        "inspection": str(told.row.inspection),
        "revision": told.revision,
        "explanation": told.explanation,
        "photos": told.photos,
        "people": told.people,
        "finished_at": told.finished_at,
    }


def listed_for(edition: Standard, listed: dict[str, int]) -> dict[str, int]:
    """Of what was issued for a centre, the lists that count for items of the edition."""
    return {code: m for code, m in listed.items() if code in edition.item and takes_list(edition.item[code])}


def scored(baseline: Baseline | None, made_from: tuple) -> dict:
    """The arguments of the scoring function, as they can be written down."""
    edition, _, tier, answers, photos = made_from
    items = {each.code: each for each in (*edition.items, *edition.extras)}
    return {
        "edition": edition.id,
        "baseline": baseline and baseline.version,
        "tier": tier,
        "answers": {code: answer.wire(items[code]) for code, answer in answers.items()},
        "counts": photos,
    }
