"""A publication worked out again: from what was sent, decided and listed, to the same scores, places and digest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from uuid import UUID

from audit.accounts.models import Account
from audit.base.db import batches, digest_of
from audit.centres.models import Centre
from audit.checklists import queries as checklists
from audit.checklists.models import Baseline, Edition
from audit.inspections import answers as reading
from audit.inspections import queries as inspections
from audit.inspections import scores
from audit.inspections.models import Inspection, ItemDecision, Participant, Revision, Score, Voiding
from audit.rankings import cards, circumstances, drafts, origins, published
from audit.rankings.models import Publication, PublishedRow
from audit.rankings.published import County
from audit.rankings.queries import Frame, Row, county_rows, fill, placed
from audit.rounds import queries as rounds
from audit.rounds.models import RoundCentre
from audit.scoring.score import score
from audit.scoring.standard import Edition as Standard

SIZE = 100
GIVEN = ("centre", "code", "name", "tier", "county", "county_code", "township")  # of a row that no visit decides


def faults(publication: Publication) -> Iterator[str]:
    """Where the publication differs from what its inputs give."""
    found = list(_of_policies(publication.head))
    yield from found
    if found:  # what it was measured with is not what it says: nothing else can be compared
        return
    yield from _of_round(publication)
    of = _frame(publication)
    rows = {}
    for level in of.levels:
        again = _Again(of, publication, level)
        yield from again.counted()
        yield from again.scored()
        rows[level] = placed(of, again.rows, level)
    rows["counties"] = county_rows(of, rows["township"], rows["village"])
    yield from _rows(publication, rows)


def _of_policies(head: dict) -> Iterator[str]:
    """Editions, policies and baselines by the digests that the head has of them."""
    named = {each["id"]: each["digest"] for each in (*head["policies"].values(), *head["levels"].values()) if each}
    there_are = dict(Edition.select(Edition.id, Edition.digest).where(Edition.id.in_(list(named))).tuples())
    for name in sorted(each for each in named if there_are.get(each) != named[each]):
        yield f"{name} is not the edition that it was made by"
    for level, each in head["levels"].items():
        told = each["baseline"]
        if told is None:
            continue
        answers = Baseline.select(Baseline.answers).where(
            Baseline.edition == each["id"], Baseline.version == told["version"]
        )
        if digest_of(answers.scalar()) != told["digest"]:
            yield f"{level}: the baseline is not the one that it was measured against"


def _of_round(publication: Publication) -> Iterator[str]:
    """What it tells of its round beside the rows, from form 2 on: the day of closing, and the draws."""
    head = publication.head
    if head.get("form", 1) == 1:
        return
    if head["round"]["closed_on"] != circumstances.closed_on(publication.round):
        yield "it was not closed on the day that it says"
    if digest_of(head["draws"]) != digest_of(circumstances.draws_of(publication.round)):
        yield "it tells of other draws than were made"


def _frame(publication: Publication) -> Frame:
    """What it was made by: its own counties under their names of then, the earlier ranking that it names, and the cards
    of earlier periods as they stood."""
    of, earlier = published.frame(publication), publication.head["previous"]
    stored = PublishedRow.select(PublishedRow.content).where(
        PublishedRow.publication == publication.id, PublishedRow.part == "counties"
    )
    told = [each.content for each in stored.order_by(PublishedRow.number)]
    counties = [County(number, each["code"], each["name"]) for number, each in enumerate(told, 1)]
    previous = earlier and Publication.get(
        Publication.code == earlier["code"], Publication.version == earlier["version"]
    )
    stood = cards.earlier_than(publication, publication.published_at) if of.form > 1 else None
    return replace(of, counties=counties, previous=previous, earlier=stood, version=None)


class _Again:
    """The rows of a level, worked out again; `rows` is whole once `scored` has run through."""

    def __init__(self, of: Frame, publication: Publication, level: str):
        self.of, self.publication, self.level = of, publication, level
        self.ids = {each.code: each.id for each in of.counties}
        measured = of.levels[level]
        self.edition = checklists.standard(measured.edition)
        baseline = measured.baseline and Baseline.get_by_id(measured.baseline.id)
        self.baseline, self.answers = measured.baseline, checklists.answers(baseline)
        self.rows: list[Row] = []
        self.claimed: dict[UUID, UUID | None] = {}  # the visit of each centre, as it was published

    def counted(self) -> Iterator[str]:
        """The centres and visits that counted at the time: all of them, and no others."""
        for each in self._stored(PublishedRow.content):
            row = published.centre_row(each.content, self.ids)
            self.claimed[row.centre] = row.inspection
        there_are = RoundCentre.select(RoundCentre.centre).join(Centre)
        of_round = there_are.where(RoundCentre.round == self.publication.round_id, Centre.level == self.level)
        known, last = {each.centre_id for each in of_round}, self._last()
        for centre in self.claimed.keys() - known:
            yield f"{centre} is no centre of the round"
        for centre in known - self.claimed.keys() - self._later():
            yield f"{centre}, a centre of the round, is not in it"
        for centre, visit in self.claimed.items():
            if last.get(centre) != visit:
                yield f"{centre}: the visit that counted is {last.get(centre)}, not {visit}"

    def _stored(self, *columns):
        rows = PublishedRow.select(*columns).where(
            PublishedRow.publication == self.publication.id, PublishedRow.part == self.level
        )
        return rows.order_by(PublishedRow.number).iterator()

    def _later(self) -> set[UUID]:
        """Centres that the round counts since a visit that came after the publication."""
        seen: dict[UUID, bool] = {}
        visits = Inspection.select(Inspection.centre, Inspection.received_at).where(
            Inspection.round == self.publication.round_id, Inspection.level == self.level
        )
        for centre, received_at in visits.tuples().iterator():
            seen[centre] = seen.get(centre, True) and received_at > self.publication.published_at
        return {centre for centre, later in seen.items() if later}

    def _last(self) -> dict[UUID, UUID]:
        """Of each centre's visits that counted then, the one finished last: what was voided since had not been."""
        moment = self.publication.published_at
        since = [
            each.inspection_id
            for each in Voiding.select().join(Inspection).where(Inspection.round == self.publication.round_id)
            if each.settled and (each.confirmed_at or each.proposed_at) > moment
        ]
        visits = Inspection.select(Inspection.centre, Inspection.id).where(
            inspections.may_count(self.publication.round_id, self.of.counted_kinds),
            Inspection.level == self.level,
            (Inspection.state == "approved") | ((Inspection.state == "void") & Inspection.id.in_(since)),
        )
        return dict(visits.order_by(Inspection.finished_at, Inspection.id).tuples())

    def scored(self) -> Iterator[str]:
        """Every visit scored again out of what was sent; fills `rows`."""
        for some in batches(self._stored(PublishedRow.content, PublishedRow.basis), SIZE):
            lines = [(published.centre_row(each.content, self.ids), each.basis) for each in some]
            visits = _Visits([row.inspection for row, _ in lines if row.visited], self.publication.round_id)
            for claimed, basis in lines:
                given = {name: getattr(claimed, name) for name in (*GIVEN, "county_id")}
                row = Row(**given)
                self.rows.append(row)
                if claimed.visited:
                    yield from (f"{claimed.inspection}: {fault}" for fault in self._visit(row, basis, visits))

    def _visit(self, row: Row, basis: dict, visits: _Visits) -> Iterator[str]:
        visit, sent = visits.of(basis)
        if visit is None or sent is None or sent.digest != basis["digest"] or digest_of(sent.body) != sent.digest:
            yield f"revision {basis['revision']} with the digest {basis['digest']} is not there"
            return
        if not visits.decided(basis):
            yield "other decisions on its items than were made"
        if drafts.listed_for(self.edition, visits.listed[visit.centre_id]) != basis["lists"]:
            yield "other lists than were issued"
        if not visits.changed(basis, self.edition, sent, visit.centre_id):
            yield "something else took the place of what was sent"
        decided = {each["item"]: each["answer"] for each in basis["decisions"]}
        counted = reading.counted(self.edition, sent.body["answers"], basis["lists"], decided)
        given = {code: reading.parse(wire) for code, (wire, _) in counted.items()}
        made_from = (self.edition, self.answers, visit.tier, given, basis["counts"])
        values = scores.row(score(*made_from), None)
        again = drafts.scored(self.baseline, made_from) | {"explanation": values["explanation"]}
        again |= {"finished_at": basis["finished_at"], "photos": reading.photos(sent.body["answers"])}
        odd = [name for name, value in again.items() if digest_of(value) != digest_of(basis[name])]
        if odd:
            yield f"differs from its recomputation in {', '.join(odd)}"
        made = Score(inspection=visit, **values)
        made.inspectors = visits.crews[visit.id]
        fill(self.of, row, made)


class _Visits:
    """The visits behind some rows, and what was sent, decided and listed, in a few queries."""

    def __init__(self, ids: Iterable[UUID], round_id: int):
        ids = list(ids)
        of_these = Inspection.select(Inspection, Centre).join(Centre).where(Inspection.id.in_(ids))
        self.visits = {str(each.id): each for each in of_these}
        self.listed = rounds.issued_for(round_id, [each.centre for each in self.visits.values()])
        self.issued = origins.issued(round_id, [each.centre_id for each in self.visits.values()])
        sent = Revision.select().where(Revision.inspection.in_(ids))
        self.sent = {(str(each.inspection_id), each.number): each for each in sent}
        self.crews: dict[UUID, int] = {}
        for each in Participant.select(Participant.inspection).where(Participant.inspection.in_(ids)):
            self.crews[each.inspection_id] = self.crews.get(each.inspection_id, 0) + 1
        self.made: dict[tuple, list[dict]] = {}
        self.rulings: dict[tuple, list[ItemDecision]] = {}
        decisions = ItemDecision.select(ItemDecision, Account).join(Account).where(ItemDecision.inspection.in_(ids))
        for each in decisions.order_by(ItemDecision.id):
            told = {"item": each.item, "answer": each.answer, "reason": each.reason, "by": each.decided_by.name}
            self.made.setdefault((str(each.inspection_id), each.revision), []).append(told)
            self.rulings.setdefault((str(each.inspection_id), each.revision), []).append(each)

    def of(self, basis: dict) -> tuple[Inspection | None, Revision | None]:
        key = basis["inspection"]
        return self.visits.get(key), self.sent.get((key, basis["revision"]))

    def decided(self, basis: dict) -> bool:
        """Whether its decisions are the first ones that were made: an appeal may have brought more since."""
        made = self.made.get((basis["inspection"], basis["revision"]), [])
        return digest_of(made[: len(basis["decisions"])]) == digest_of(basis["decisions"])

    def changed(self, basis: dict, edition: Standard, sent: Revision, centre: UUID) -> bool:
        """Whether what it says of changed answers follows from its decisions and lists; versions from before say
        nothing of it."""
        if origins.KEY not in basis["people"]:
            return True
        rulings = self.rulings.get((basis["inspection"], basis["revision"]), [])[: len(basis["decisions"])]
        again = origins.changed(edition, sent.body["answers"], self.issued[centre], rulings)
        said = origins.unnamed(basis["people"][origins.KEY])
        return digest_of(origins.unnamed(again)) == digest_of(said)


def _rows(publication: Publication, rows: dict[str, list]) -> Iterator[str]:
    """Each row that was worked out against the one that was published, and the digest over all of them."""
    digests = []
    for part in published.PARTS:
        stored = PublishedRow.select(PublishedRow.number, PublishedRow.content, PublishedRow.basis).where(
            PublishedRow.publication == publication.id, PublishedRow.part == part
        )
        pairs = zip(rows[part], stored.order_by(PublishedRow.number).iterator(), strict=True)
        for row, each in pairs:
            content = published.content_of(row, publication.head.get("form", 1))
            odd = [name for name in content if digest_of(content[name]) != digest_of(each.content.get(name))]
            if odd:
                yield f"{part} line {each.number}: differs from its recomputation in {', '.join(odd)}"
            digests.append(digest_of([content, each.basis]))
    if drafts.digest(publication.head, digests) != publication.digest:
        yield "worked out again it has another digest"
