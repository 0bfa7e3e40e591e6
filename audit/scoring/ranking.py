"""Places and county scores. Ranked on the printed value, ties 1-2-2-4; what was not visited is never ranked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class RankingPolicy:
    """How counties are made of their centres; weights are of 1, shares of 1, `village_floor_count` a number."""

    township_weight: Fraction
    village_weight: Fraction
    village_floor_count: int
    village_floor_share: Fraction
    coverage_floor: Fraction
    county_duty_deduction: Fraction

    @classmethod
    def of(cls, content: Mapping) -> RankingPolicy:
        return cls(
            Fraction(content["township_weight"]),
            Fraction(content["village_weight"]),
            content["village_floor_count"],
            Fraction(content["village_floor_share"]),
            Fraction(content["coverage_floor"]),
            Fraction(content["county_duty_deduction"]),
        )


@dataclass(frozen=True, slots=True)
class Part:
    """The centres of one level in a county: how many there are, and the printed scores of those approved."""

    there_are: int
    scores: tuple[Decimal, ...] = ()

    @property
    def mean(self) -> Fraction | None:
        return sum(map(Fraction, self.scores)) / len(self.scores) if self.scores else None


@dataclass(frozen=True, slots=True)
class CountyScore:
    """A county's score out of its two parts; `total` is None when no township was approved, `ranked` False when
    too few were; `villages_count` says whether the village part had its weight."""

    townships: Part
    villages: Part
    villages_count: bool
    county_duties: int
    deduction: Fraction
    total: Fraction | None
    ranked: bool

    @property
    def coverage(self) -> Fraction:
        return (
            Fraction(len(self.townships.scores), self.townships.there_are) if self.townships.there_are else Fraction(0)
        )


def county_score(policy: RankingPolicy, townships: Part, villages: Part, county_duties: int = 0) -> CountyScore:
    """w_t·mean(townships) + w_v·mean(villages); the village part counts from max(count, share) drawn villages,
    otherwise its weight goes to the townships."""
    drawn = len(villages.scores)
    enough = drawn >= policy.village_floor_count and drawn >= policy.village_floor_share * villages.there_are
    deduction = policy.county_duty_deduction * county_duties
    total = townships.mean
    enough = enough and total is not None
    if enough:
        weights = policy.township_weight + policy.village_weight
        total = (policy.township_weight * total + policy.village_weight * villages.mean) / weights
    if total is not None:
        total = max(Fraction(0), total - deduction)
    score = CountyScore(townships, villages, enough, county_duties, deduction, total, False)
    ranked = total is not None and score.coverage >= policy.coverage_floor
    return CountyScore(townships, villages, enough, county_duties, deduction, total, ranked)


def places(totals: Mapping[str, Decimal]) -> dict[str, int]:
    """Competition places 1-2-2-4 by printed total, best first; keys keep their identity, order does not matter."""
    first: dict[Decimal, int] = {}
    for place, total in enumerate(sorted(totals.values(), reverse=True), 1):
        first.setdefault(total, place)
    return {key: first[total] for key, total in totals.items()}
