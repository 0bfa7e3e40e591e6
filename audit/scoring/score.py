"""The one place that decides points. Exact rationals inside, Decimals at the border, rounded once at the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from audit.scoring.answers import Answer
from audit.scoring.standard import Dimension, Edition, Extra, Item

FULL = Fraction(100)
ZERO = Fraction(0)
ONE = Fraction(1)

# why an item earned what it earned; sentences in zh and en are made where they are shown
FULL_MARKS = "full-marks"
BELOW_REFERENCE = "below-reference"
NOTHING = "nothing"
NO_EVIDENCE = "no-evidence"
NOT_APPLICABLE = "not-applicable"
COUNTY_DUTY = "county-duty"
NOBODY = "nobody"
NO_STANDARD = "no-standard"


@dataclass(frozen=True, slots=True)
class ItemScore:
    """One item: its verdict against the standard, its credit in [0, 1] against the reference, and why.

    `credit` is None when the weight leaves (not applicable, the county's duty, no standard).
    `possible` and `points` are points of the total, before caps, bonus and deductions.
    `n` and `m` are what a share was made of; where m is not 0, `value` is n/m.
    """

    code: str
    dimension: str
    weight: Fraction
    verdict: str  # met | not_met | not_assessable
    reason: str
    credit: Fraction | None
    value: Fraction | bool | str | None = None
    standard: Fraction | bool | str | None = None
    reference: Fraction | bool | str | None = None
    reference_from: str | None = None  # baseline | standard
    n: Fraction | None = None
    m: Fraction | None = None
    photos: int = 0
    photos_wanted: int = 0
    below_floor: bool = False
    possible: Fraction = ZERO
    points: Fraction = ZERO


@dataclass(frozen=True, slots=True)
class DimensionScore:
    """One dimension out of 100; `before_cap` shows what the cap took; value is None when nothing is assessable."""

    code: str
    weight: Fraction
    value: Fraction | None
    before_cap: Fraction | None
    capped_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """What an inspection earned and why; every figure exact. Print with `printed`."""

    total: Fraction | None
    items: tuple[ItemScore, ...]
    dimensions: tuple[DimensionScore, ...]
    bonus: Fraction
    deductions: Fraction
    extras: tuple[tuple[str, Fraction, str], ...]  # code, points, reason
    vetoes: tuple[str, ...] = ()  # veto items not met; no edition ships any

    @property
    def printed(self) -> Decimal | None:
        """The total as it is shown and ranked everywhere: 2 decimals, half up."""
        return printed(self.total)

    def count(self, verdict: str) -> int:
        return sum(item.verdict == verdict for item in self.items)

    def with_reason(self, reason: str) -> tuple[str, ...]:
        return tuple(item.code for item in self.items if item.reason == reason)


def printed(value: Fraction | None) -> Decimal | None:
    """Round half up to 2 decimals, exactly: 79.995 is 80.00 on every machine and database."""
    if value is None:
        return None
    hundredths, rest = divmod(abs(value) * 100, 1)
    whole = int(hundredths) + (rest >= Fraction(1, 2))
    return (Decimal(whole if value >= 0 else -whole) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)


def score(
    edition: Edition,
    baseline: Mapping[str, Answer] | None,
    tier: str,
    answers: Mapping[str, Answer],
    evidence: Mapping[str, int],
) -> Score:
    """Score one inspection (architecture §4).

    `baseline` maps item codes to what the demonstration site reached, or is None until one is adopted;
    `tier` is the centre's; `evidence` counts the accepted photos of each item. Answers must be free of
    `faults`. A total of None means that nothing could be assessed.
    """
    marks = [assess(item, (baseline or {}).get(item.code), tier, answers, evidence) for item in edition.items]
    return combine(edition, marks, extra_points(edition, answers, evidence))


# --- one item ---------------------------------------------------------------------------------------------------


def assess(item: Item, baseline: Answer | None, tier: str, answers: Mapping, evidence: Mapping) -> ItemScore:
    """Verdict and credit of one item, before it is weighed against the others."""
    answer = answers[item.code]
    standard = (item.standards or {}).get(tier)
    reference, source = reference_of(item, standard, baseline)
    mark = ItemScore(
        item.code, item.dimension, item.weight, "not_assessable", NO_STANDARD, None,
        standard=standard, reference=reference, reference_from=source,
        photos=evidence.get(item.code, 0), photos_wanted=photos_wanted(item, answer),
    )  # fmt: skip
    if answer.not_applicable is not None:
        return replace(mark, reason=NOT_APPLICABLE)
    if item.answer != "share":
        return _judge(item, replace(mark, value=answer.value))
    mark = replace(mark, n=answer.value, m=answer.m)
    if answer.m == 0:
        return _nothing_to_count(item, mark)
    return _judge(item, replace(mark, value=answer.value / answer.m))


def _nothing_to_count(item: Item, mark: ItemScore) -> ItemScore:
    """m = 0: the county's duty, the fault itself, or not applicable, as the item says (architecture §4.4)."""
    if item.when_m_zero == "county_duty":
        return replace(mark, reason=COUNTY_DUTY)
    if item.when_m_zero == "not_applicable":
        return replace(mark, reason=NOT_APPLICABLE)
    if mark.reference is None:
        return mark
    floor = item.cap_below is not None
    return replace(mark, verdict=_failed(mark), reason=NOBODY, credit=ZERO, value=ZERO, below_floor=floor)


def _failed(mark: ItemScore) -> str:
    return "not_met" if mark.standard is not None else "not_assessable"


def _judge(item: Item, mark: ItemScore) -> ItemScore:
    if mark.reference is None:
        return mark
    if mark.photos < mark.photos_wanted:
        # a floor must be proven: without its photos an item lies below it
        floor = item.cap_below is not None
        return replace(mark, verdict=_failed(mark), reason=NO_EVIDENCE, credit=ZERO, below_floor=floor)
    credit = credit_of(item, mark.value, mark.reference)
    return replace(
        mark,
        credit=credit,
        verdict=_verdict(item, mark),
        reason=FULL_MARKS if credit == 1 else BELOW_REFERENCE if credit else NOTHING,
        below_floor=item.cap_below is not None and not at_least(item, mark.value, item.cap_below),
    )


def _verdict(item: Item, mark: ItemScore) -> str:
    if mark.standard is None:
        return "not_assessable"
    return "met" if at_least(item, mark.value, mark.standard) else "not_met"


def at_least(item: Item, value, bar) -> bool:
    """Is `value` as good as `bar`, in the item's own direction?"""
    if item.answer == "choice":
        return item.credit_of(value) >= item.credit_of(bar)
    return value <= bar if item.lower_is_better else value >= bar


def reference_of(item: Item, standard, baseline: Answer | None):
    """What earns full credit, and where it came from: the baseline, but never easier than the standard (§4.3)."""
    found = None if item.full_marks_at == "standard" else _usable(item, baseline)
    if found is None:
        return standard, (None if standard is None else "standard")
    if standard is not None and not at_least(item, found, standard):
        return standard, "standard"
    return found, "baseline"


def _usable(item: Item, baseline: Answer | None):
    """A baseline that is missing, "no", not applicable, or 0 where higher is better gives no scale."""
    if baseline is None or baseline.not_applicable is not None:
        return None
    if item.answer == "choice":
        return baseline.value if item.credit_of(baseline.value) else None
    if item.answer == "share":
        if not baseline.m:
            return None
        value = baseline.value / baseline.m
    else:
        value = baseline.value
    return value if value or (item.lower_is_better and value is not False) else None


def credit_of(item: Item, value, reference) -> Fraction:
    """Credit in [0, 1] of a value against the reference."""
    if item.answer == "yes_no":
        return ONE if value else ZERO
    if item.answer == "choice":
        return min(ONE, item.credit_of(value) / item.credit_of(reference))
    if not item.lower_is_better:
        return min(ONE, value / reference)
    over = max(ZERO, value - reference)
    return max(ZERO, ONE - _lost_per_unit(item, reference) * over)


def _lost_per_unit(item: Item, reference: Fraction) -> Fraction:
    if item.per_unit is not None:
        return item.per_unit
    return ONE / (ONE - reference) if reference < 1 else ZERO  # a share falls to nothing at m of m


def photos_wanted(item: Item, answer: Answer) -> int:
    """How many photos the answer must bring; `claimed` items only when they claim something to be seen."""
    if answer.not_applicable is not None or (item.photos_when == "claimed" and not _claims(item, answer)):
        return 0
    return item.photos


def _claims(item: Item, answer: Answer) -> bool:
    if item.answer == "choice":
        return item.credit_of(answer.value) > 0
    return bool(answer.value)


# --- all together -----------------------------------------------------------------------------------------------


def extra_points(edition: Edition, answers: Mapping, evidence: Mapping) -> tuple[tuple[str, Fraction, str], ...]:
    """Bonus and deduction entries that were answered, with the points they bring (before the bonus cap)."""
    return tuple(
        (extra.code, *_extra_points(extra, answers[extra.code], evidence))
        for extra in edition.extras
        if extra.code in answers
    )


def _extra_points(extra: Extra, answer: Answer, evidence: Mapping) -> tuple[Fraction, str]:
    earned = extra.points * (int(answer.value) if extra.answer == "yes_no" else answer.value)
    if earned > 0 and evidence.get(extra.code, 0) < extra.photos:
        return ZERO, NO_EVIDENCE
    return earned, FULL_MARKS if earned else NOTHING


def combine(edition: Edition, marks: list[ItemScore], extras: tuple) -> Score:
    """Weigh assessed items into dimensions and the total (§4.6–4.8)."""
    dimensions = tuple(dimension_score(edition, each, marks) for each in edition.dimensions if each.scored)
    bonus, deductions = adjustments(edition, extras)
    return Score(
        total_of(edition, dimensions, extras), _with_points(marks, dimensions),
        dimensions, bonus, deductions, extras,
        tuple(mark.code for mark in marks if mark.verdict == "not_met" and edition.item[mark.code].veto),
    )  # fmt: skip


def total_of(edition: Edition, dimensions: Iterable[DimensionScore], extras: tuple) -> Fraction | None:
    """The exact total out of the scored dimensions, bonus and deductions; None when nothing is assessable."""
    counted = [each for each in dimensions if each.value is not None]
    weights = sum(each.weight for each in counted)
    if not weights:
        return None
    bonus, deductions = adjustments(edition, extras)
    reached = sum(each.weight * each.value for each in counted) / weights
    return min(FULL + edition.bonus_cap, max(ZERO, reached + bonus - deductions))


def adjustments(edition: Edition, extras: tuple) -> tuple[Fraction, Fraction]:
    """(bonus, capped; deductions), both as positive points."""
    bonus = min(edition.bonus_cap, sum((points for _, points, _ in extras if points > 0), ZERO))
    return bonus, -sum((points for _, points, _ in extras if points < 0), ZERO)


def dimension_score(edition: Edition, dimension: Dimension, marks: Iterable[ItemScore]) -> DimensionScore:
    """One dimension out of 100, held at the edition's cap when an item lies below its floor."""
    own = _counted(marks, dimension.code)
    weight = sum(mark.weight for mark in own)
    if not weight:
        return DimensionScore(dimension.code, dimension.weight, None, None)
    reached = FULL * sum(mark.weight * mark.credit for mark in own) / weight
    floors = tuple(mark.code for mark in own if mark.below_floor)
    capped = min(reached, edition.dimension_cap) if floors else reached
    return DimensionScore(dimension.code, dimension.weight, capped, reached, floors if capped < reached else ())


def _with_points(marks: list[ItemScore], dimensions: tuple[DimensionScore, ...]) -> tuple[ItemScore, ...]:
    """Each item with what it could bring to the total and what it brought."""
    weights = sum(each.weight for each in dimensions if each.value is not None)
    per_weight = {
        each.code: FULL * each.weight / weights / sum(mark.weight for mark in _counted(marks, each.code))
        for each in dimensions
        if each.value is not None
    }
    told = []
    for mark in marks:
        if mark.credit is not None and mark.dimension in per_weight:
            possible = per_weight[mark.dimension] * mark.weight
            mark = replace(mark, possible=possible, points=possible * mark.credit)
        told.append(mark)
    return tuple(told)


def _counted(marks: Iterable[ItemScore], dimension: str) -> list[ItemScore]:
    return [mark for mark in marks if mark.dimension == dimension and mark.credit is not None]
