"""年度考核折算: what a county's scores and cards of a year bring to its annual assessment. All figures are policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class AnnualPolicy:
    """A full score of 100 brings `k` points, each card what `per_card` says (a colour it does not name: nothing);
    the sum is held between `floor` and `cap`."""

    k: Fraction
    per_card: Mapping[str, Fraction]
    floor: Fraction
    cap: Fraction

    @classmethod
    def of(cls, content: Mapping) -> AnnualPolicy:
        return cls(
            Fraction(content["k"]),
            {key: Fraction(points) for key, points in content["per_card"].items()},
            Fraction(content["floor"]),
            Fraction(content["cap"]),
        )


@dataclass(frozen=True, slots=True)
class Annual:
    """The exact figures behind a line: print each with `printed`; printed parts need not add up to the printed total.

    `mean`, `converted` and `total` are None without any score; `held` says that floor or cap decided the total.
    """

    mean: Fraction | None
    converted: Fraction | None
    points: Fraction
    total: Fraction | None
    held: bool = False


def annual(scores: Sequence[Decimal], cards: Sequence[str], policy: AnnualPolicy | None) -> Annual:
    """score / 100 × k for the mean of the year's printed scores, plus the points of the year's cards, within bounds
    (domain §2.6). Exact: nothing is rounded on the way. Without a policy nothing is converted."""
    mean = sum(map(Fraction, scores)) / len(scores) if scores else None
    if policy is None:
        return Annual(mean, None, Fraction(0), None)
    points = sum((policy.per_card.get(key, Fraction(0)) for key in cards), Fraction(0))
    if mean is None:
        return Annual(None, None, points, None)
    converted = mean / 100 * policy.k
    free = converted + points
    total = max(policy.floor, min(policy.cap, free))
    return Annual(mean, converted, points, total, total != free)
