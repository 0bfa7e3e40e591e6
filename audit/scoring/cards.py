"""红黄绿蓝: which card a printed score gets. Colours, bounds and escalation are all policy, nothing is a law here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Band:
    """One colour: the lowest printed score that earns it, and whether a veto forbids it."""

    key: str
    lowest: Decimal
    despite_veto: bool


@dataclass(frozen=True, slots=True)
class CardPolicy:
    """Bands from best to worst (the last takes all that is left); `escalation` = (k, from, to): k running
    cards of one colour make another, such as two yellows a red; None switches it off."""

    bands: tuple[Band, ...]
    escalation: tuple[int, str, str] | None

    @classmethod
    def of(cls, content: Mapping) -> CardPolicy:
        rule = content.get("escalation")
        return cls(
            tuple(Band(each["key"], Decimal(each["lowest"]), each["despite_veto"]) for each in content["bands"]),
            (rule["running"], rule["from"], rule["to"]) if rule else None,
        )


def earned(policy: CardPolicy, total: Decimal | None, vetoed: bool = False) -> str | None:
    """The key of the band that a printed score reaches by itself. No score, no card."""
    if total is None:
        return None
    reached = [band for band in policy.bands if total >= band.lowest and (band.despite_veto or not vetoed)]
    return (reached[0] if reached else policy.bands[-1]).key


def escalated(policy: CardPolicy, key: str, before: Sequence[str]) -> str:
    """The key of the card that is issued for `key` after what earlier periods earned, newest first."""
    if policy.escalation:
        running, start, end = policy.escalation
        if key == start and len(before) >= running - 1 and all(each == start for each in before[: running - 1]):
            return end
    return key


def card(policy: CardPolicy, total: Decimal | None, vetoed: bool = False, before: Sequence[str] = ()) -> str | None:
    """The key of the card; `before` lists what earlier periods earned, newest first. No score, no card.

    A run is of what was earned, not of what was issued: the third yellow running is as red as the second.
    """
    key = earned(policy, total, vetoed)
    return None if key is None else escalated(policy, key, before)
