"""年度考核折算: what the publications and cards of a year come to for each county, as a suggestion to the office.

Of each round the latest version counts, and its standing cards, whenever they were issued. Made-up data (示例) counts
only where a year has nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from audit.base import db
from audit.base.problems import InvalidParameter, NotFound
from audit.centres.models import Division
from audit.checklists.models import Edition
from audit.rankings import cards
from audit.rankings.models import Card, Publication, PublishedRow
from audit.scoring.annual import Annual, AnnualPolicy, annual


@dataclass
class Line:
    """One county: its printed scores by round (None: not ranked there), its cards, and what they come to."""

    code: str
    name: str
    scores: dict[str, Decimal | None]
    cards: list[Card] = field(default_factory=list)
    figures: Annual | None = None

    @property
    def counted(self) -> list[Decimal]:
        """The scores that the mean is of."""
        return [score for score in self.scores.values() if score is not None]

    @property
    def apart(self) -> list[str]:
        """The rounds in which the county had no place: they are not counted."""
        return [code for code, score in self.scores.items() if score is None]


@dataclass(frozen=True)
class Year:
    """A year of one area: the publications that count, the policy, and the lines by county code."""

    year: int
    area: str
    area_name: str
    sample: bool
    periods: list[Publication]
    policy: Edition | None
    colours: dict[str, str]  # the Chinese word of each colour that the year's card policies have
    lines: list[Line]

    @property
    def rules(self) -> AnnualPolicy | None:
        return self.policy and AnnualPolicy.of(self.policy.content["annual"])


def of_year(year: int, area: str | None, actor) -> Year:
    """The annual assessment of the counties in the actor's reach.

    Without `area` (a division code) the actor's own, else that of the prefecture it lies in. Raises NotFound where
    nothing of the year was published, InvalidParameter when it must be said of which area.
    """
    with db.snapshot():
        reach = _reach(actor)
        found = _whole(year, _area(year, area, actor, reach))
    lines = found.lines if reach is None else [each for each in found.lines if each.code in reach]
    return Year(**vars(found) | {"lines": lines})


def years(actor) -> list[tuple[int, str, str]]:
    """(year, code and name of the area) of what was published in the actor's reach: the newest year first, by code."""
    query = Publication.select(Publication.period_end, Publication.area).distinct()
    if (reach := _reach(actor)) is not None:
        query = query.where(Publication.area.in_(list(reach | set(_home(actor)))))
    found = {(int(day[:4]), code) for day, code in query.tuples()}
    rows = Division.select(Division.code, Division.name).where(Division.code.in_([code for _, code in found]))
    names = dict(rows.tuples())
    return sorted(((year, code, names.get(code, code)) for year, code in found), key=lambda each: (-each[0], each[1]))


def whole_year(year: int, area: str | None, actor) -> Year:
    """The same as it is handed on; NotFound unless all of the area is the actor's."""
    with db.snapshot():
        reach = _reach(actor)
        named = _area(year, area, actor, reach)
        if reach is not None and named not in reach:
            raise NotFound()
        return _whole(year, named)


def _reach(actor) -> set[str] | None:
    """The codes of the actor's division and of those right below it; None: everything."""
    if actor.division is None:
        return None
    own = (Division.id == actor.division) | (Division.parent == actor.division)
    return {code for (code,) in Division.select(Division.code).where(own).tuples()}


def _home(actor) -> list[str]:
    """The codes of the actor's division and of the one that it lies in, if any."""
    home = Division.get_by_id(actor.division)
    return [home.code, *([home.parent.code] if home.parent_id else [])]


def _area(year: int, area: str | None, actor, reach: set[str] | None) -> str:
    known = {code for (code,) in _of(year).select(Publication.area).distinct().tuples()}
    home = _home(actor) if reach is not None else []
    if reach is not None:
        known &= reach | set(home)
    wanted = [each for each in ([area] if area else home) if each in known]
    if wanted:
        return wanted[0]
    if area or not known:
        raise NotFound()
    if len(known) > 1:
        raise InvalidParameter("area: " + ", ".join(sorted(known)))
    return known.pop()


def _of(year: int):
    return Publication.select().where(
        Publication.period_end >= f"{year:04}-01-01", Publication.period_end <= f"{year:04}-12-31"
    )


def _whole(year: int, area: str) -> Year:
    every = list(_of(year).where(Publication.area == area).order_by(Publication.period_end, Publication.code))
    real = [each for each in every if not cards.is_sample(each)]
    every = real or every
    latest = {each.code: each for each in sorted(every, key=lambda each: each.version)}
    periods = sorted(latest.values(), key=lambda each: (each.period_end, each.code))
    policy = _policy(periods)
    rules = policy and AnnualPolicy.of(policy.content["annual"])
    lines, had = _lines(periods), _cards(every)
    for line in lines:
        line.cards = had.get(line.code, [])
        line.figures = annual(line.counted, [each.colour for each in line.cards], rules)
    name = periods[-1].head["round"]["area_name"]
    return Year(year, area, name, not real, periods, policy, _colours(periods), lines)


def _policy(periods: list[Publication]) -> Edition | None:
    """The follow-up policy of the year's last round that has one: k and the cards' points are of a whole year."""
    named = [each.head["policies"]["followup"] for each in periods if not each.imported]
    named = [each["id"] for each in named if each]
    return Edition.get_by_id(named[-1]) if named else None


def _colours(periods: list[Publication]) -> dict[str, str]:
    named = [each.head["policies"][kind] for each in periods if not each.imported for kind in ("card", "progress")]
    ids = [each["id"] for each in named if each]
    editions = Edition.select().where(Edition.id.in_(ids)).order_by(Edition.id)
    return {band["key"]: band["zh"] for each in editions for band in each.content["bands"]}


def _lines(periods: list[Publication]) -> list[Line]:
    """A line per county that a publication of the year lists, by code, with its printed scores where it had a place."""
    codes = {each.id: each.code for each in periods}
    rows = PublishedRow.select(PublishedRow.publication, PublishedRow.code, PublishedRow.content).where(
        PublishedRow.publication.in_(list(codes)), PublishedRow.part == "counties"
    )
    order = list(codes)
    lines: dict[str, Line] = {}
    for row in sorted(rows, key=lambda each: (each.code, order.index(each.publication_id))):
        content = row.content
        line = lines.setdefault(row.code, Line(row.code, content["name"], dict.fromkeys(codes.values())))
        line.name = content["name"]  # as it was called last
        if content["place"] is not None and content["total"] is not None:
            line.scores[codes[row.publication_id]] = Decimal(content["total"])
    return list(lines.values())


def _cards(publications: list[Publication]) -> dict[str, list[Card]]:
    """The counties' standing cards of these publications, by county code, in the order they were issued."""
    own = Card.select().where(
        Card.publication.in_([each.id for each in publications]), Card.centre.is_null(), cards.STATES["standing"]
    )
    found: dict[str, list[Card]] = {}
    for each in own.order_by(Card.id):
        found.setdefault(each.code, []).append(each)
    return found
