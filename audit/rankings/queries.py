"""Rankings of a round: the same handful of queries however many inspections there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import peewee

from audit import __version__
from audit.base.problems import NotFound
from audit.centres import queries as centres
from audit.centres.models import Centre, Division
from audit.inspections import covert
from audit.inspections import queries as inspections
from audit.inspections.models import Inspection, Participant, Score
from audit.inspections.scores import against, decimal
from audit.rankings import cards as issued
from audit.rankings import previous
from audit.rankings.models import Publication
from audit.rounds import queries as rounds
from audit.rounds.models import Round, RoundCentre
from audit.scoring.cards import CardPolicy, card
from audit.scoring.ranking import CountyScore, Part, RankingPolicy, county_score, places
from audit.scoring.score import printed

Township = Division.alias()
LEVELS = ("township", "village")
# how versions are written: from 2 on they tell what a run makes of a card, what had become of each finding, until when
# visits were made and what was drawn; from 3 on 问题清单 tells the standard of a share as 得分依据 does. Heads name it
FORM = 3
# all of a score but its long explanation
RANKED = (
    Score.inspection,
    Score.total,
    Score.met,
    Score.assessable,
    Score.county_duties,
    Score.vetoes,
    Score.summary,
)


@dataclass(frozen=True)
class Frame:
    """A round with what its rankings are made by: policies, counties, levels; `reach` holds the ids of the counties
    whose rows may be shown to the actor. Places are in the whole, whoever asks."""

    round: Round
    policy: RankingPolicy
    counted_kinds: tuple[str, ...]
    cards: CardPolicy
    bands: dict[str, dict]
    counties: list[Division]
    reach: frozenset[int]
    levels: dict[str, object]
    previous: Publication | None = None  # the ranking of an earlier period that places are compared with
    earlier: issued.Earlier | None = None  # the cards of earlier periods that this one's may run with
    version: object | None = None  # a published.Version: its rows are read, and nothing is worked out

    @property
    def software(self) -> str:
        """The version of this program that works the ranking out, or that published it."""
        return __version__ if self.version is None else self.version.publication.head["software"]

    @property
    def form(self) -> int:
        """The form that its version is written in; a live ranking tells all that the newest form does."""
        return FORM if self.version is None else self.version.publication.head.get("form", 1)

    @property
    def groups(self) -> dict[str, dict]:
        """The group of each county that is also ranked among its like, by the county's code."""
        named = self.round.ranking_policy.content.get("groups", ())
        return {code: each for each in named for code in each["counties"]}

    @property
    def about(self) -> dict:
        """What every ranking says of itself."""
        return {
            "round": self.round.code,
            "name": self.round.name,
            "area": self.round.area.name,
            "state": self.round.state,
            "sample": self.round.sample,
            "against": {level: against(each) for level, each in self.levels.items()},
            "ranking_policy": self.round.ranking_policy_id,
            "card_policy": self.round.card_policy_id,
        }


def frame(code: str, actor) -> Frame:
    """The frame of a round with the actor's reach (None: the command line's); NotFound when it is out of sight."""
    return _frame(rounds.by_code(code, actor), actor)


def whole_frame(code: str, actor, at: datetime | None = None) -> Frame:
    """The frame of what is handed on as it is; NotFound unless the whole round lies in the actor's area. Cards of
    earlier periods count as they stood `at` a moment (None: as they stand)."""
    return _frame(rounds.whole(code, actor), actor, at)


def _frame(round_: Round, actor, at: datetime | None = None) -> Frame:
    levels = {level: rounds.level_of(round_.id, level) for level in LEVELS}
    period = round_.area.code, round_.closes_on, round_.sample
    return made_of(round_, levels, actor, previous=previous.of(*period), earlier=issued.earlier(*period, at))


def made_of(round_: Round, levels: dict, actor, **more) -> Frame:
    """The frame of a round, live or as it was published, with what its policies say."""
    ranking, cards = round_.ranking_policy.content, round_.card_policy.content
    counties, area = centres.counties_of(round_.area), actor and actor.division
    return Frame(
        round_,
        RankingPolicy.of(ranking),
        covert.counted_kinds(ranking, actor, round_),
        CardPolicy.of(cards),
        {band["key"]: band for band in cards["bands"]},
        counties,
        frozenset(each.id for each in counties if area in (None, each.id, each.parent_id)),
        levels,
        **more,
    )


@dataclass
class Row:
    """One centre in its ranking; without an approved visit it is 未核查, neither scored nor placed."""

    centre: UUID
    code: str
    name: str
    tier: str
    county_id: int
    county: str
    county_code: str
    township: str
    inspection: UUID | None = None
    total: Decimal | None = None
    dimensions: dict[str, str | None] = field(default_factory=dict)
    adjustments: str | None = None
    vetoes: list[str] = field(default_factory=list)
    county_duties: list[str] = field(default_factory=list)
    met: int | None = None
    assessable: int | None = None
    visited_on: object = None
    inspectors: int | None = None
    place: int | None = None
    place_in_county: int | None = None
    card: str | None = None  # what the score earns by itself
    escalated: str | None = None  # the colour of the card that a run makes of it; None: as earned
    previous_place: int | None = None
    movement: int | str | None = None  # places gained since, "new", or None where there is nothing to compare

    @property
    def visited(self) -> bool:
        return self.inspection is not None

    @property
    def colour(self) -> str | None:
        """The colour of the card that is to be issued."""
        return self.escalated or self.card


def ranking_of(of: Frame, part: str) -> dict:
    """The rows of a part (counties, township, village) within reach; in the whole, how many have a place, and which
    places several share (并列)."""
    rows = all_rows(of)[part] if part == "counties" else centre_rows(of, part)
    seen = [row for row in rows if (row.county.id if part == "counties" else row.county_id) in of.reach]
    return {"ranked": sum(row.place is not None for row in rows), "tied": ties(rows), "rows": seen}


def ties(rows: Iterable) -> list[int]:
    """The places that several of these rows share (并列), the best first."""
    shared = Counter(row.place for row in rows if row.place is not None)
    return sorted(place for place, number in shared.items() if number > 1)


def all_rows(of: Frame) -> dict[str, list]:
    """The rows of all three rankings: counties, township, village."""
    if of.version is not None:
        return of.version.rows()
    rows = {level: centre_rows(of, level) for level in of.levels}
    return {"counties": county_rows(of, rows["township"], rows["village"]), **rows}


def centre_rows(of: Frame, level: str) -> list[Row]:
    """Every centre of a level that the round counts, ranked ones first by place, then those not visited, by code."""
    if of.version is not None:
        return of.version.rows(level)[level]
    rows = {row.centre: row for row in _centres(of, level)}
    for score in _counted(of, level):
        fill(of, rows.get(score.inspection.centre_id), score)
    return placed(of, list(rows.values()), level)


def placed(of: Frame, rows: list[Row], level: str) -> list[Row]:
    """The rows with their places in the whole and in their county, and how far they moved; in the ranking's order."""
    rows = {row.centre: row for row in rows}
    ranked = {row.centre: row.total for row in rows.values() if row.total is not None}
    for centre, place in places(ranked).items():
        rows[centre].place = place
    for each in of.counties:
        own = {row.centre: row.total for row in rows.values() if row.county_id == each.id and row.total is not None}
        for centre, place in places(own).items():
            rows[centre].place_in_county = place
    previous.compare(rows, of.previous, level)
    issued.escalate(of.cards, of.earlier, ((str(row.centre), row.code, row) for row in rows.values()))
    return sorted(rows.values(), key=lambda row: (row.place is None, row.place or 0, row.code, row.centre.hex))


def _centres(of: Frame, level: str) -> list[Row]:
    # 2,000 rows several times in each freezing: as tuples they cost a fifth of what models do
    query = (
        RoundCentre.select(
            Centre.id, Centre.code, Centre.name, RoundCentre.tier,
            Centre.county, Division.name, Division.code, Township.name,
        )
        .join(Centre)
        .join(Division, on=(Centre.county == Division.id))
        .switch(Centre)
        .join(Township, on=(Centre.township == Township.id))
        .where(RoundCentre.round == of.round.id, Centre.level == level)
    )  # fmt: skip
    return [Row(*row) for row in query.tuples()]


def _counted(of: Frame, level: str) -> Iterable[Score]:
    """The scores of the visits that count."""
    last = inspections.that_count(of.round.id, of.counted_kinds, Inspection.level == level)
    crew = Participant.select(peewee.fn.COUNT(Participant.id)).where(Participant.inspection == Inspection.id)
    visit = (Inspection.id, Inspection.centre, Inspection.tier, Inspection.finished_at)
    return Score.select(*RANKED, *visit, crew.alias("inspectors")).join(Inspection).where(Score.inspection.in_(last))


def fill(of: Frame, row: Row | None, score: Score) -> None:
    """Write into a row what the score of its visit says; `score` comes with the visit and its `inspectors`."""
    if row is None:  # no centre of the round
        return
    told = score.summary
    row.inspection, row.total = score.inspection_id, decimal(score.total)
    row.tier = score.inspection.tier  # what it was scored by (decision 0004)
    row.dimensions = told["dimensions"]
    row.adjustments = str(Decimal(told["bonus"]) - Decimal(told["deductions"]))
    row.vetoes, row.county_duties = score.vetoes, score.county_duties
    row.met, row.assessable = score.met, score.assessable
    row.visited_on = score.inspection.finished_at
    row.inspectors = score.inspectors
    row.card = card(of.cards, row.total, bool(row.vetoes))


@dataclass
class CountyRow:
    """One county: its two parts, its score, and its place when enough of it was visited."""

    county: Division
    score: CountyScore
    county_duties: list[str]
    total: Decimal | None
    place: int | None = None
    card: str | None = None  # as of a centre
    escalated: str | None = None
    previous_place: int | None = None
    movement: int | str | None = None
    group: str | None = None  # the key of the group of counties it is also ranked in
    place_in_group: int | None = None

    @property
    def colour(self) -> str | None:
        """The colour of the card that is to be issued."""
        return self.escalated or self.card


def county_rows(of: Frame, townships: list[Row], villages: list[Row]) -> list[CountyRow]:
    """Every county of the round, ranked ones first by place; under the coverage floor unranked, by code."""
    rows = {county.code: _county_row(of, county, townships, villages) for county in of.counties}
    for code, place in places({code: row.total for code, row in rows.items() if row.score.ranked}).items():
        rows[code].place, rows[code].card = place, card(of.cards, rows[code].total)
    for key in {row.group for row in rows.values()} - {None}:
        own = {code: row.total for code, row in rows.items() if row.group == key and row.place is not None}
        for code, place in places(own).items():
            rows[code].place_in_group = place
    previous.compare(rows, of.previous, "counties")
    issued.escalate(of.cards, of.earlier, ((code, code, row) for code, row in rows.items()))
    return sorted(rows.values(), key=lambda row: (row.place is None, row.place or 0, row.county.code))


def _county_row(of: Frame, county: Division, townships: list[Row], villages: list[Row]) -> CountyRow:
    """The score of one county out of its centres' rows."""
    own = [[row for row in rows if row.county_id == county.id] for rows in (townships, villages)]
    duties = sorted({code for rows in own for row in rows for code in row.county_duties})
    parts = [Part(len(rows), tuple(row.total for row in rows if row.total is not None)) for rows in own]
    score = county_score(of.policy, parts[0], parts[1], len(duties))
    group = of.groups.get(county.code, {}).get("key")
    return CountyRow(county, score, duties, printed(score.total), group=group)


def county(of: Frame, code: str) -> Division:
    """A county of the round within reach; NotFound otherwise."""
    for each in of.counties:
        if each.code == code and each.id in of.reach:
            return each
    raise NotFound()
