"""A score in words and figures: what people read, and what is stored to be compared with a recomputation."""

from __future__ import annotations

from fractions import Fraction

from audit.scoring.gaps import DimensionGap, Gap
from audit.scoring.score import ItemScore, Score, printed
from audit.scoring.standard import Edition

REASONS = {
    "full-marks": ("达到参照值", "Reaches the reference"),
    "below-reference": ("低于参照值，按比例得分", "Below the reference: part of the marks"),
    "nothing": ("未达到任何得分条件", "Earns nothing"),
    "no-evidence": ("佐证照片不足，不得分", "Not enough photos to prove it: earns nothing"),
    "not-applicable": ("不适用，权重由同维度其他条目承担", "Does not apply: its weight goes to the other items"),
    "county-duty": (
        "县级未印发清单，无法评定，责任在县",
        "The county issued no list: not assessable, the county's duty",
    ),
    "nobody": ("没有可计数的人员或办件，本身即为问题", "Nobody and nothing to count: that is the fault"),
    "no-standard": ("本类中心无此项标准，只作记录", "No standard for this tier: recorded only"),
}

MOST_PLACES = 6  # a share of 1/128 is easier to read than 0.0078125


def points(value: Fraction | None) -> str | None:
    """2 decimals, as printed everywhere."""
    return None if value is None else str(printed(value))


def shown(value) -> str | bool | None:
    """A value, standard or reference as exact text: numbers as decimals where they end, else as fractions."""
    if not isinstance(value, Fraction):
        return value
    for places in range(MOST_PLACES + 1):
        if 10**places % value.denominator == 0:
            whole, rest = divmod(abs(value.numerator) * 10**places // value.denominator, 10**places)
            return f"{'-' if value < 0 else ''}{whole}" + (f".{rest:0{places}}" if places else "")
    return str(value)


def explanation(score: Score) -> dict:
    """Items, dimensions and extras of a score, in figures."""
    return {
        "total": points(score.total),
        "items": [_item(mark) for mark in score.items],
        "dimensions": [
            {
                "code": each.code,
                "value": points(each.value),
                "before_cap": points(each.before_cap),
                "capped_by": list(each.capped_by),
            }
            for each in score.dimensions
        ],
        "extras": [{"code": code, "points": points(value), "reason": reason} for code, value, reason in score.extras],
        "bonus": points(score.bonus),
        "deductions": points(score.deductions),
    }


def _item(mark: ItemScore) -> dict:
    return {
        "code": mark.code,
        "dimension": mark.dimension,
        "verdict": mark.verdict,
        "reason": mark.reason,
        "value": shown(mark.value),
        "n": shown(mark.n),
        "m": shown(mark.m),
        "standard": shown(mark.standard),
        "reference": shown(mark.reference),
        "reference_from": mark.reference_from,
        "credit": None if mark.credit is None else str(mark.credit),
        "points": points(mark.points),
        "possible": points(mark.possible),
        "below_floor": mark.below_floor,
        "photos": mark.photos,
        "photos_wanted": mark.photos_wanted,
    }


def in_words(stored: dict, content: dict, photos: dict[str, list[str]]) -> dict:
    """The explanation with the edition's texts, sentences and the photos that prove each item."""
    texts = {each["code"]: each for each in _all(content)}
    names = {each["code"]: each for each in content["dimensions"]}
    items = []
    for each in stored["items"]:
        zh, en = REASONS[each["reason"]]
        item = texts[each["code"]]
        items.append(
            each
            | {
                "text": item["text"],
                "unit": item.get("unit"),
                "source": item["source"],
                "why": {"zh": zh, "en": en},
                "evidence": photos.get(each["code"], []),
            }
        )
    dimensions = [
        each | {"zh": names[each["code"]]["zh"], "en": names[each["code"]]["en"]} for each in stored["dimensions"]
    ]
    extras = [each | {"text": texts[each["code"]]["text"]} for each in stored["extras"]]
    return stored | {"items": items, "dimensions": dimensions, "extras": extras}


def _all(content: dict) -> list[dict]:
    return [*content["items"], *content.get("bonus", ()), *content.get("deductions", ())]


def gap_in_words(gap: Gap, edition: Edition, texts: dict) -> dict:
    """One piece of advice, with its remedy and cost class."""
    item, words = edition.item[gap.code], texts[gap.code]
    return {
        "item": gap.code,
        "dimension": gap.dimension,
        "text": words["text"],
        "reason": gap.reason,
        "to_standard": gap.to_standard.wire(item) if gap.to_standard else None,
        "standard_gain": str(gap.standard_gain),
        "to_reference": gap.to_reference.wire(item),
        "reference_gain": str(gap.reference_gain),
        "remedy": words["remedy"],
    }


def dimension_gap(gap: DimensionGap) -> dict:
    return {"dimension": gap.code, "gain": str(gap.gain)}
