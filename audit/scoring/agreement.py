"""How far a measurement can be trusted: two teams visit the same centre, and neither knows what the other found.

Of pairs and of numbers, never of people. Figures are exact until they are printed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from statistics import median

Pair = tuple[Hashable, Hashable]  # what the first visit found, and what the second did
TOLERANCE = Fraction(5, 100)  # of the larger of two values: a tape measure and a corner read otherwise
SURE = Decimal("1.96")  # standard deviations to either side that hold 95 % of a normal distribution
HUNDREDTH = Decimal("0.01")
UNASSESSED = "not_assessable"  # the verdict of an item that nothing could be said of


@dataclass(frozen=True)
class Agreement:
    """An item over all pairs: `agreeing` of `pairs` came to the same verdict, `kappa` beyond what chance would bring.

    `unassessed` more pairs could not be assessed at either visit (no standard for the centre's tier, no list): nobody
    judged anything there, and they are none of `pairs`. Of the `valued` pairs with two numbers, `near` differ by at
    most 5 % of the larger; `difference` is the median of the absolute differences, in the item's unit. None where
    there is nothing to say it from.
    """

    pairs: int
    unassessed: int
    agreeing: int
    share: Fraction | None
    kappa: Fraction | None
    valued: int = 0
    near: int = 0
    difference: Fraction | None = None


def agreement(verdicts: Sequence[Pair], values: Sequence[tuple[Fraction, Fraction]] = ()) -> Agreement:
    """How far two visits agree on an item."""
    judged = [pair for pair in verdicts if pair != (UNASSESSED, UNASSESSED)]
    agreeing = sum(first == second for first, second in judged)
    apart = [abs(first - second) for first, second in values]
    return Agreement(
        len(judged),
        len(verdicts) - len(judged),
        agreeing,
        Fraction(agreeing, len(judged)) if judged else None,
        kappa(judged),
        len(values),
        sum(near(*pair) for pair in values),
        median(apart) if apart else None,
    )


def kappa(verdicts: Sequence[Pair]) -> Fraction | None:
    """Cohen's κ = (p_o − p_e) / (1 − p_e): 1 is full agreement, 0 no more than chance, below 0 less.

    None without pairs, and where both visits said one and the same of every centre: chance alone would do that.
    """
    if not verdicts:
        return None
    number = len(verdicts)
    observed = Fraction(sum(first == second for first, second in verdicts), number)
    firsts, seconds = Counter(first for first, _ in verdicts), Counter(second for _, second in verdicts)
    by_chance = Fraction(sum(firsts[each] * seconds[each] for each in firsts), number * number)
    return None if by_chance == 1 else (observed - by_chance) / (1 - by_chance)


def near(first: Fraction, second: Fraction) -> bool:
    """Whether two values of the same thing differ by no more than the tolerance."""
    return abs(first - second) <= TOLERANCE * max(abs(first), abs(second))


@dataclass(frozen=True)
class Spread:
    """How far the totals of two visits to the same centre lie apart: the mean of first minus second, and the standard
    deviation of it (n − 1), both in points. None with too few pairs."""

    pairs: int
    mean: Decimal | None
    deviation: Decimal | None


def spread(totals: Iterable[tuple[Decimal, Decimal]]) -> Spread:
    """The spread of the pairs (first total, second total)."""
    apart = [first - second for first, second in totals]
    number = len(apart)
    if number == 0:
        return Spread(0, None, None)
    mean = sum(map(Fraction, apart)) / number
    if number == 1:
        return Spread(1, _rounded(mean), None)
    variance = sum((Fraction(each) - mean) ** 2 for each in apart) / (number - 1)
    root = (Decimal(variance.numerator) / Decimal(variance.denominator)).sqrt()
    return Spread(number, _rounded(mean), root.quantize(HUNDREDTH, ROUND_HALF_UP))


def error(*parts: tuple[Fraction, Decimal, int]) -> Decimal:
    """How far a total errs (one standard deviation) that is a weighted sum of means: of each part its weight, the
    deviation between two visits to one centre, and the number of centres that it is the mean of.

    Two visits that each err by s lie s·√2 apart, so that s = `deviation` / √2; the mean of n errs by s / √n, and parts
    err each for themselves. A centre's own total is the one part (1, deviation, 1).
    """
    squared = sum(weight**2 * Fraction(deviation) ** 2 / (2 * number) for weight, deviation, number in parts)
    return (Decimal(squared.numerator) / Decimal(squared.denominator)).sqrt()


def place_range(totals: Mapping[Hashable, Decimal], errors: Mapping[Hashable, Decimal]) -> dict:
    """{key: (best place, worst place)} that each total with an error could have had within the measured disagreement.

    Its own total moves by ± 1.96 errors (95 %), all others stay. Places as in the ranking: by printed totals, 1-2-2-4.
    """
    ordered = sorted(totals.values())

    def place(own: Decimal, moved: Decimal) -> int:
        # its own unmoved total is none of the others
        return 1 + len(ordered) - bisect_right(ordered, moved) - (own > moved)

    ways = {key: (SURE * each).quantize(HUNDREDTH, ROUND_HALF_UP) for key, each in errors.items()}
    return {
        key: (place(totals[key], totals[key] + way), place(totals[key], totals[key] - way)) for key, way in ways.items()
    }


def _rounded(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(HUNDREDTH, ROUND_HALF_UP)
