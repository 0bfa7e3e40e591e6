"""The two shipped editions, a visit that lacks nothing, and short ways to say what was found instead."""

import tomllib
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from audit.scoring.answers import Answer
from audit.scoring.gaps import gaps
from audit.scoring.score import score
from audit.scoring.standard import Dimension, Edition, Item

CHECKLISTS = Path(__file__).parents[2] / "checklists"
DEMONSTRATION, STANDARD = "demonstration", "standard"  # 示范型, 标准型

YES, NO = Answer(True), Answer(False)


def number(value) -> Answer:
    return Answer(Fraction(value))


def share(n, m) -> Answer:
    return Answer(Fraction(n), Fraction(m))


def picked(code) -> Answer:
    return Answer(code)


def does_not_apply(reason="lunch break") -> Answer:
    return Answer(not_applicable=reason)


def shipped(name) -> Edition:
    return Edition.of(tomllib.loads((CHECKLISTS / f"{name}.toml").read_text(encoding="utf-8")))


TOWNSHIP, VILLAGE = shipped("township-2026.1"), shipped("village-2026.1")


def item(code, answer, weight=1, dimension="area", standards=None, **more) -> Item:
    """One demand with the same standard for both tiers, unless `standards` is a mapping."""
    if not isinstance(standards, dict):
        standards = {} if standards is None else dict.fromkeys((DEMONSTRATION, STANDARD), standards)
    return Item(code, dimension, answer, Fraction(weight), standards=standards, **more)


def small(*items, dimensions=(("area", 60), ("staff", 40)), extras=(), unscored=("operation",)) -> Edition:
    """An edition of a handful of items."""
    scored = tuple(Dimension(code, Fraction(weight), True) for code, weight in dimensions)
    silent = tuple(Dimension(code, Fraction(0), False) for code in unscored)
    return Edition("small", "township", scored + silent, items, tuple(extras), Fraction(60), Fraction(5))


@dataclass(frozen=True)
class Visit:
    """One inspection and what it is measured against."""

    edition: Edition
    tier: str
    answers: dict
    photos: dict = field(default_factory=dict)
    baseline: dict | None = None

    def but(self, **found) -> "Visit":
        """The same visit, with these answers and all their photos."""
        photos = {code: self.edition.item[code].photos for code in found}
        return replace(self, answers=self.answers | found, photos=self.photos | photos)

    def with_photos(self, **photos) -> "Visit":
        return replace(self, photos=self.photos | photos)

    def against(self, **baseline) -> "Visit":
        """Measured against a demonstration site of which only these items are known."""
        return replace(self, baseline=baseline)

    @property
    def arguments(self):
        return self.edition, self.baseline, self.tier, self.answers, self.photos

    def score(self):
        return score(*self.arguments)

    def gaps(self):
        """Gaps by item code, in their order."""
        return {gap.code: gap for gap in gaps(*self.arguments)[0]}

    def gaps_together(self):
        """Gains of whole dimensions by code, in their order."""
        return {gap.code: gap.gain for gap in gaps(*self.arguments)[1]}

    def item(self, code):
        return next(each for each in self.score().items if each.code == code)

    def dimension(self, code):
        return next(each for each in self.score().dimensions if each.code == code)

    @property
    def printed(self) -> str:
        return str(self.score().printed)


def just_enough(item: Item, tier: str) -> Answer:
    """The answer that meets the standard exactly; without a standard, the best there is."""
    if item.answer == "yes_no":
        return YES
    if item.answer == "choice":
        return picked(item.standards[tier])
    bar = item.standards.get(tier, Fraction(not item.lower_is_better))
    if item.answer != "share":
        return Answer(bar)
    m = item.of or item.sample or Fraction(20)
    return Answer(bar * m, m)


def perfect(edition: Edition, tier: str = DEMONSTRATION) -> Visit:
    """Every item just at its standard, with every photo: 100.00."""
    answers = {item.code: just_enough(item, tier) for item in edition.items}
    return Visit(edition, tier, answers, {item.code: item.photos for item in edition.items})


def township(tier: str = DEMONSTRATION) -> Visit:
    return perfect(TOWNSHIP, tier)


def village(tier: str = DEMONSTRATION) -> Visit:
    return perfect(VILLAGE, tier)
