"""A version as it was published: its rows become the same objects as those of a live ranking.

Everything is read from the publication's own head and rows, never from visits, centres or scores: what was published
stays as it is, whatever happens to those.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from uuid import UUID

from audit.accounts.models import Account
from audit.base import clock, db
from audit.base.db import batches, digest_of
from audit.base.problems import NotFound
from audit.centres.models import Division
from audit.checklists.models import Baseline, Edition
from audit.rankings import corrections, origins
from audit.rankings.basis import Told
from audit.rankings.models import Publication, PublishedRow
from audit.rankings.problem_list import Course
from audit.rankings.queries import FORM, LEVELS, CountyRow, Frame, Row, made_of
from audit.rounds import queries as rounds
from audit.rounds.models import Round, RoundLevel
from audit.scoring.ranking import CountyScore, Part

PARTS = ("counties", *LEVELS)
FINDINGS = "findings"  # the part that lies beside the rankings: what had become of each finding, a row per centre
SINCE = {"escalated": 2}  # what rows tell: from which form on


@dataclass(frozen=True)
class County:
    """A county by the name that it had; `id` is the division's of today, for who may see it."""

    id: int
    code: str
    name: str


def digests_of(publication: Publication, parts: Collection[str] = PARTS) -> list[str]:
    """The digests of its rows in order of part and number: of the rankings, unless other parts are named."""
    rows = PublishedRow.select(PublishedRow.digest).where(
        PublishedRow.publication == publication.id, PublishedRow.part.in_(list(parts))
    )
    return [each for (each,) in rows.order_by(PublishedRow.part, PublishedRow.number).tuples()]


def digest_of_findings(publication: Publication) -> str:
    """The digest over what had become of its findings. It is not in the version's own: that is of what two people
    agreed on, and findings go on moving between the proposal and the confirmation."""
    return digest_of(digests_of(publication, (FINDINGS,)))


class Version:
    """The rows of one publication, and what the scores in them rest on."""

    def __init__(self, publication: Publication, counties: list[Division]):
        self.publication = publication
        self.ids = {each.code: each.id for each in counties}

    def rows(self, *parts: str) -> dict[str, list]:
        """{part: its rows in the order they were published}; every part unless some are named."""
        return {part: [self._row(part, each.content) for each in self._stored(part)] for part in parts or PARTS}

    def visits(self, rows: Iterable[Row], size: int = 100) -> Iterator[Told]:
        """The counted visits of these rows, in their order; `size` of them are in memory at a time."""
        for some in batches((row for row in rows if row.visited), size):
            stored = PublishedRow.select(PublishedRow.basis).where(
                PublishedRow.publication == self.publication.id,
                PublishedRow.code.in_({row.code for row in some}),
                PublishedRow.basis.is_null(False),
            )
            found = {each.basis["inspection"]: each.basis for each in stored}
            for row in some:
                yield told(row, found[str(row.inspection)])

    def findings(self) -> dict[tuple[UUID, str], Course]:
        """What had become of each finding when the version was published, by (centre, item)."""
        return {
            (UUID(each.content["centre"]), told.pop("item")): Course(**told)
            for each in self._stored(FINDINGS)
            for told in each.content["findings"]
        }

    @property
    def findings_digest(self) -> str:
        """See digest_of_findings."""
        return digest_of_findings(self.publication)

    @cached_property
    def changes(self) -> list[corrections.Change]:
        """The rows that are others than in the version before."""
        return corrections.changes(self.publication)

    def _stored(self, part: str) -> Iterator[PublishedRow]:
        of_part = PublishedRow.select(PublishedRow.content).where(
            PublishedRow.publication == self.publication.id, PublishedRow.part == part
        )
        return of_part.order_by(PublishedRow.number).iterator()

    def _row(self, part: str, content: dict) -> Row | CountyRow:
        return county_row(content, self.ids) if part == "counties" else centre_row(content, self.ids)


def frame(publication: Publication, actor=None) -> Frame:
    """What the rankings and exports of a version are made by, with the actor's reach (None: the command line's)."""
    head, editions = publication.head, _editions(publication.head)
    round_ = _round(publication, editions)
    levels = {level: _level(round_, level, each, editions) for level, each in head["levels"].items()}
    made = made_of(round_, levels, actor)
    return replace(made, version=Version(publication, made.counties))


def _editions(head: dict) -> dict[str, Edition]:
    named = [each["id"] for each in (*head["policies"].values(), *head["levels"].values()) if each]
    return {each.id: each for each in Edition.select().where(Edition.id.in_(named))}


def _round(publication: Publication, editions: dict[str, Edition]) -> Round:
    told, policies = publication.head["round"], publication.head["policies"]
    area = Division.select().join(Round, on=(Round.area == Division.id)).where(Round.id == publication.round_id).get()
    area.name = told["area_name"]
    return Round(
        id=publication.round_id,
        area=area,
        state="published",
        **{name: told[name] for name in ("code", "name", "opens_on", "closes_on", "sample")},
        **{f"{name}_policy": editions[each["id"]] for name, each in policies.items() if each},
    )


def _level(round_: Round, name: str, told: dict, editions: dict[str, Edition]) -> RoundLevel:
    edition, baseline = editions[told["id"]], told["baseline"]
    if baseline is not None:
        standing = (Baseline.edition == edition.id) & (Baseline.version == baseline["version"])
        number = Baseline.select(Baseline.id).where(standing).scalar()
        words = {"version": baseline["version"], "centre_name": baseline["centre"], "sample": baseline["sample"]}
        baseline = Baseline(id=number, edition=edition, **words)
    return RoundLevel(round=round_, level=name, edition=edition, baseline=baseline)


# --- one row: what is stored of it, and back ----------------------------------------------------------------------

APART = {"county", "score", "county_id"}  # what has a form of its own, and an id that says nothing elsewhere


def content_of(row: Row | CountyRow, form: int = FORM) -> dict:
    """All that rankings and exports print of a row, without ids that hang on this database; as versions of that form
    tell it."""
    names = (each.name for each in fields(row) if each.name not in APART and SINCE.get(each.name, 1) <= form)
    plain = {name: getattr(row, name) for name in names}
    if isinstance(row, Row):
        return plain | {"county": row.county}
    score = row.score
    return plain | {
        "code": row.county.code,
        "name": row.county.name,
        "townships": _part(score.townships),
        "villages": _part(score.villages),
        "villages_count": score.villages_count,
        "deduction": str(score.deduction),
        "exact": None if score.total is None else str(score.total),
        "ranked": score.ranked,
    }


def _part(part: Part) -> dict:
    return {"there_are": part.there_are, "scores": part.scores}


def centre_row(content: dict, ids: dict[str, int]) -> Row:
    """The row of a centre as it was; `ids` are those of the counties by code."""
    return Row(
        **_known(Row, content)
        | {
            "county_id": ids.get(content["county_code"], 0),
            "centre": UUID(content["centre"]),
            "inspection": content["inspection"] and UUID(content["inspection"]),
            "total": _decimal(content["total"]),
            "visited_on": content["visited_on"] and clock.parse(content["visited_on"]),
        }
    )


def county_row(content: dict, ids: dict[str, int]) -> CountyRow:
    """The row of a county as it was."""
    exact = content["exact"]
    score = CountyScore(
        *(Part(part["there_are"], tuple(map(Decimal, part["scores"]))) for part in _parts(content)),
        content["villages_count"],
        len(content["county_duties"]),
        Fraction(content["deduction"]),
        None if exact is None else Fraction(exact),
        content["ranked"],
    )
    county = County(ids.get(content["code"], 0), content["code"], content["name"])
    plain = _known(CountyRow, content) | {"total": _decimal(content["total"])}
    return CountyRow(**plain | {"county": county, "score": score})


def _parts(content: dict) -> tuple[dict, dict]:
    return content["townships"], content["villages"]


def _known(kind: type, content: dict) -> dict:
    """What the present program knows of a row that an earlier one may have published."""
    names = {each.name for each in fields(kind)}
    return {name: value for name, value in content.items() if name in names}


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def told(row: Row, basis: dict) -> Told:
    """A counted visit as its score was explained."""
    moment = clock.parse(basis["finished_at"])
    return Told(row, basis["explanation"], basis["photos"], origins.kept(basis), basis["revision"], moment)


# --- what routes ask for ------------------------------------------------------------------------------------------


def listed(code: str, actor, asked: dict) -> tuple[list[Publication], int]:
    """One page of the versions of a round in the actor's sight, newest first; and how many there are."""
    query = Publication.select().where(Publication.round == rounds.by_code(code, actor).id)
    rows, total = db.page_of(query.order_by(Publication.version.desc()), asked["page"], asked["page_size"])
    return with_people(rows), total


def one(code: str, version: int, actor) -> Publication:
    """A version of a round in the actor's sight; NotFound otherwise."""
    found = Publication.get_or_none(Publication.round == rounds.by_code(code, actor).id, Publication.version == version)
    if found is None:
        raise NotFound()
    return found


def with_people(publications: list[Publication]) -> list[Publication]:
    """The same, each with the names of the two people who published it."""
    ids = {each for one in publications for each in (one.proposed_by_id, one.confirmed_by_id)}
    names = dict(Account.select(Account.id, Account.display).where(Account.id.in_(ids)).tuples())
    for each in publications:
        each.proposer, each.confirmer = names.get(each.proposed_by_id), names.get(each.confirmed_by_id)
    return publications


def whole(code: str, version: int, actor) -> Frame:
    """The frame of a version that is handed on whole; NotFound unless the round lies in the actor's area."""
    rounds.whole(code, actor)
    return frame(one(code, version, actor), actor)


def about(publication: Publication) -> dict:
    """What a published ranking says of itself."""
    return {
        "version": publication.version,
        "digest": publication.digest,
        "note": publication.note,
        "published_at": publication.published_at,
    }
