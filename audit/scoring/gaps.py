"""What to mend first: for each item short of its standard or reference, what would reach it and what that brings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from audit.scoring.answers import Answer
from audit.scoring.score import (
    DimensionScore,
    ItemScore,
    assess,
    dimension_score,
    extra_points,
    photos_wanted,
    printed,
    total_of,
)
from audit.scoring.standard import Edition, Item


@dataclass(frozen=True, slots=True)
class Gap:
    """One item: the answer that would meet the standard and the one that would reach the reference,
    with the exact rise of the printed total for each alone; the target is None when it is reached already."""

    code: str
    dimension: str
    reason: str
    to_standard: Answer | None
    standard_gain: Decimal
    to_reference: Answer
    reference_gain: Decimal


@dataclass(frozen=True, slots=True)
class DimensionGap:
    """All gaps of a dimension closed together, so that a cap does not hide the advice."""

    code: str
    gain: Decimal


def gaps(
    edition: Edition,
    baseline: Mapping[str, Answer] | None,
    tier: str,
    answers: Mapping[str, Answer],
    evidence: Mapping[str, int],
) -> tuple[list[Gap], list[DimensionGap]]:
    """Gaps ordered by gain, dearest first; each gain is found by scoring again with only that answer changed."""
    bench = _Bench(edition, baseline, tier, answers, evidence)
    found = [gap for mark in bench.marks if (gap := bench.gap(mark)) is not None]
    found.sort(key=lambda gap: (-gap.reference_gain, -gap.standard_gain, gap.code))
    together = [
        DimensionGap(dimension.code, bench.gain(*((gap.code, gap.to_reference) for gap in own)))
        for dimension in edition.dimensions
        if dimension.scored and (own := [gap for gap in found if gap.dimension == dimension.code])
    ]
    together.sort(key=lambda gap: (-gap.gain, gap.code))
    return found, together


class _Bench:
    """Holds one inspection while single answers are tried in it; what a trial does not touch is worked out once."""

    def __init__(self, edition, baseline, tier, answers, evidence):
        self.edition, self.baseline, self.tier = edition, baseline or {}, tier
        self.answers = answers
        self.marks = [self._assess(item, answers[item.code], evidence) for item in edition.items]
        self.extras = extra_points(edition, answers, evidence)
        self.dimensions = {
            each.code: dimension_score(edition, each, self.marks) for each in edition.dimensions if each.scored
        }
        self.now = self._printed(self.dimensions)

    def _assess(self, item: Item, answer: Answer, evidence: Mapping) -> ItemScore:
        return assess(item, self.baseline.get(item.code), self.tier, {item.code: answer}, evidence)

    def _printed(self, dimensions: Mapping[str, DimensionScore]) -> Decimal:
        return printed(total_of(self.edition, dimensions.values(), self.extras) or Fraction(0))

    def gain(self, *changes: tuple[str, Answer]) -> Decimal:
        """Rise of the printed total when these answers, with their photos, stand in place of the present ones."""
        new = {}
        for code, answer in changes:
            item = self.edition.item[code]
            new[code] = self._assess(item, answer, {code: photos_wanted(item, answer)})
        touched = {mark.dimension for mark in new.values()}
        then = [new.get(mark.code, mark) for mark in self.marks if mark.dimension in touched]
        changed = {
            each.code: dimension_score(self.edition, each, then)
            for each in self.edition.dimensions
            if each.scored and each.code in touched
        }
        return self._printed(self.dimensions | changed) - self.now

    def gap(self, mark) -> Gap | None:
        if mark.credit is None or (mark.credit == 1 and mark.verdict != "not_met"):
            return None
        item, answer = self.edition.item[mark.code], self.answers[mark.code]
        to_reference = target(item, answer, mark.reference)
        to_standard = target(item, answer, mark.standard) if mark.verdict == "not_met" else None
        return Gap(
            mark.code,
            mark.dimension,
            mark.reason,
            to_standard,
            self.gain((mark.code, to_standard)) if to_standard else printed(Fraction(0)),
            to_reference,
            self.gain((mark.code, to_reference)),
        )


def target(item: Item, answer: Answer, bar) -> Answer:
    """The nearest answer that is as good as `bar`: the present one when only its photos are missing."""
    if item.answer == "yes_no":
        return Answer(True)
    if item.answer == "choice":
        if item.credit_of(answer.value) >= item.credit_of(bar):
            return answer
        good = [choice for choice in item.choices if choice.credit >= item.credit_of(bar)]
        return Answer(min(good, key=lambda choice: choice.credit).code)
    if item.answer != "share":
        better = min if item.lower_is_better else max
        return Answer(better(answer.value, _whole(item, bar)))
    m = answer.m or item.of or item.sample or Fraction(1)
    if item.lower_is_better:
        return Answer(min(answer.value, Fraction(floor(bar * m))), m)
    return Answer(max(answer.value, Fraction(ceil(bar * m))), m)


def _whole(item: Item, bar: Fraction) -> Fraction:
    if item.answer == "measure":
        return bar
    return Fraction(floor(bar) if item.lower_is_better else ceil(bar))
