"""An answer to one item, and what is wrong with a set of answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

LARGEST = 10**9  # nothing counted or measured in a township comes near; larger numbers are typing errors


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found for one item.

    `value` holds the measured or counted number, the n of a share, yes/no, or the code of a choice;
    `m` is the whole of a share; `not_applicable` is the reason why the item does not apply.
    """

    value: Fraction | bool | str | None = None
    m: Fraction | None = None
    not_applicable: str | None = None

    @classmethod
    def of(cls, wire: Mapping) -> Answer:
        """Read the form that phones send: {value} | {n, m} | {yes} | {choice} | {not_applicable}."""
        if "not_applicable" in wire:
            return cls(not_applicable=wire["not_applicable"])
        if "n" in wire:
            return cls(Fraction(str(wire["n"])), Fraction(str(wire["m"])))
        if "yes" in wire:
            return cls(bool(wire["yes"]))
        if "choice" in wire:
            return cls(wire["choice"])
        return cls(Fraction(str(wire["value"])))

    def wire(self, item) -> dict:
        """The inverse of `of`, for an item that knows which form it takes; numbers as exact strings."""
        if self.not_applicable is not None:
            return {"not_applicable": self.not_applicable}
        if item.answer == "share":
            return {"n": str(self.value), "m": str(self.m)}
        form = {"yes_no": "yes", "choice": "choice"}.get(item.answer, "value")
        return {form: str(self.value) if isinstance(self.value, Fraction) else self.value}


FORMS = {
    "measure": {"value"},
    "count": {"value"},
    "share": {"n", "m"},
    "yes_no": {"yes"},
    "choice": {"choice"},
}


def form_fault(item, wire: Mapping) -> str | None:
    """Why `wire` does not fit the answer type of `item`; None when it does."""
    given = {key for key in ("value", "n", "m", "yes", "choice", "not_applicable") if key in wire}
    if given == {"not_applicable"}:
        return None
    if given != FORMS[item.answer]:
        wanted = " and ".join(sorted(FORMS[item.answer]))
        return f"a {item.answer} answer takes {wanted}, or not_applicable"
    if item.answer == "choice" and wire["choice"] not in {choice.code for choice in item.choices}:
        return "not one of the choices of this item"
    return None


def faults(edition, answers: Mapping[str, Answer], traits: Iterable[str] = ()) -> dict[str, str]:
    """What makes the answers unusable, by item code; empty when they can be scored.

    Every item wants an answer, bonus and deduction entries do not; n may not exceed m; not applicable
    only where the edition says so (`traits` are those of the centre's division, such as "bilingual").
    """
    known = {item.code: item for item in (*edition.items, *edition.extras)}
    wrong = {code: "not an item of this edition" for code in answers if code not in known}
    for item in edition.items:
        if item.code not in answers:
            wrong[item.code] = "not answered"
    for code, answer in answers.items():
        if code in known and (fault := _fault(known[code], answer, frozenset(traits))):
            wrong[code] = fault
    return wrong


def _fault(item, answer: Answer, traits: frozenset) -> str | None:
    if answer.not_applicable is not None:
        return _not_applicable_fault(item.not_applicable, answer.not_applicable, traits)
    if item.answer in ("count", "share") and any(x.denominator != 1 for x in (answer.value, answer.m or answer.value)):
        return "must be a whole number"
    if item.answer in ("measure", "count", "share") and not 0 <= answer.value <= LARGEST:
        return f"must lie between 0 and {LARGEST}"
    if item.answer == "share":
        return _share_fault(item, answer)
    return None


def _not_applicable_fault(rule: str, reason: str, traits: frozenset) -> str | None:
    if rule == "never":
        return "this item always applies"
    if rule.startswith("outside:") and rule.removeprefix("outside:") in traits:
        return "this item applies in this division"
    return None if reason.strip() else "not applicable wants a reason"


def _share_fault(item, answer: Answer) -> str | None:
    if not 0 <= answer.m <= LARGEST:
        return f"m must lie between 0 and {LARGEST}"
    if answer.value > answer.m:
        return "n is larger than m"
    if item.of is not None and answer.m != item.of:
        return f"m is always {item.of} for this item"
    if item.sample is not None and answer.m > item.sample:
        return f"the sample has at most {item.sample} cases"
    return None
