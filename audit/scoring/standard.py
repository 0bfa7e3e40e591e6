"""What an edition demands: dimensions, items, standards per tier. Plain values, read once from an edition's content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

TIERS = ("demonstration", "standard")  # 示范型, 标准型


@dataclass(frozen=True, slots=True)
class Choice:
    """One possible answer of a `choice` item; credit in [0, 1]."""

    code: str
    credit: Fraction


@dataclass(frozen=True, slots=True)
class Dimension:
    """面积, 人员, 事项进驻, 授权 carry weight; 运行 and 监督 are `scored = false` and give verdicts only."""

    code: str
    weight: Fraction
    scored: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One demand of the checklist. Shares and their standards are fractions of 1; measures are in `unit`."""

    code: str
    dimension: str
    answer: str  # measure | count | share | yes_no | choice
    weight: Fraction
    lower_is_better: bool = False
    standards: Mapping[str, Fraction | bool | str] = None
    choices: tuple[Choice, ...] = ()
    photos: int = 0
    photos_when: str = "always"  # always | claimed
    plausible: tuple[Fraction, Fraction] | None = None
    full_marks_at: str = "baseline"  # baseline | standard
    per_unit: Fraction | None = None
    cap_below: Fraction | bool | str | None = None
    of: Fraction | None = None  # m is always this (n of 5 zones)
    sample: Fraction | None = None  # m is at most this (20 recent cases, or those there are)
    when_m_zero: str = "zero"  # county_duty | zero | not_applicable
    not_applicable: str = "never"  # never | with_reason | outside:<trait of the division>
    veto: bool = False

    def credit_of(self, code: str) -> Fraction:
        """The credit that a choice stands for."""
        return next(choice.credit for choice in self.choices if choice.code == code)


@dataclass(frozen=True, slots=True)
class Extra:
    """A bonus (points > 0) or a listed deduction (points < 0): points for yes, or per counted case."""

    code: str
    answer: str  # yes_no | count
    points: Fraction
    photos: int = 0
    not_applicable: str = "never"


@dataclass(frozen=True)
class Edition:
    """One edition of a level's checklist; `dimension_cap` and `bonus_cap` in points."""

    id: str
    level: str
    dimensions: tuple[Dimension, ...]
    items: tuple[Item, ...]
    extras: tuple[Extra, ...]
    dimension_cap: Fraction
    bonus_cap: Fraction

    @cached_property
    def item(self) -> dict[str, Item | Extra]:
        return {item.code: item for item in (*self.items, *self.extras)}

    @classmethod
    def of(cls, content: Mapping) -> Edition:
        """Build from an edition's validated content (the file's own shape; see checklists/README.md)."""
        return cls(
            id=content["id"],
            level=content["level"],
            dimensions=tuple(
                Dimension(each["code"], Fraction(each["weight"]), each["scored"]) for each in content["dimensions"]
            ),
            items=tuple(_item(each) for each in content["items"]),
            extras=tuple(_extra(each) for each in (*content.get("bonus", ()), *content.get("deductions", ()))),
            dimension_cap=Fraction(content["dimension_cap"]),
            bonus_cap=Fraction(content["bonus_cap"]),
        )


def _number(value) -> Fraction | bool | str | None:
    """Numbers stand in editions as whole numbers or exact strings such as "0.5" or "12/20"."""
    if value is None or isinstance(value, bool):
        return value
    return Fraction(value)


def _item(each: Mapping) -> Item:
    choice = each["answer"] == "choice"
    keep = str if choice else _number
    if choice:
        standards = dict.fromkeys(TIERS, each["meets_from"])
    else:
        standards = {tier: keep(value) for tier, value in each.get("standard", {}).items()}
    return Item(
        code=each["code"],
        dimension=each["dimension"],
        answer=each["answer"],
        weight=Fraction(each["weight"]),
        lower_is_better=each.get("better", "higher") == "lower",
        standards=standards,
        choices=tuple(Choice(one["code"], Fraction(one["credit"])) for one in each.get("choices", ())),
        photos=each.get("photos", 0),
        photos_when=each.get("photos_when", "always"),
        plausible=tuple(Fraction(one) for one in each["plausible"]) if "plausible" in each else None,
        full_marks_at=each.get("full_marks_at", "baseline"),
        per_unit=_number(each.get("per_unit")),
        cap_below=keep(each["cap_below"]) if "cap_below" in each else None,
        of=_number(each.get("of")),
        sample=_number(each.get("sample")),
        when_m_zero=each.get("when_m_zero", "zero"),
        not_applicable=each.get("not_applicable", "never"),
        veto=each.get("veto", False),
    )


def _extra(each: Mapping) -> Extra:
    return Extra(each["code"], each["answer"], Fraction(each["points"]), each.get("photos", 0))
