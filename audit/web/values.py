"""What was found for an item, and what its standard asks, in words; and an answer typed into a form. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

Words = tuple[str, str]  # zh, en
NONE = ("—", "—")
YES, NO = ("是", "yes"), ("否", "no")
# in English
UNITS = {"个": "", "人": "people", "件": "cases", "台": "units", "项": "matters", "天": "days", "次": "times"}
FIELDS = ("value", "n", "m", "yes", "choice", "not_applicable")
NUMBERS = {"value", "n", "m"}
NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,9})?", re.ASCII)


def found(mark: Mapping, item: Mapping) -> Words:
    """The value of an item as a line of a score says it; `item` is its content in the edition."""
    sent = mark.get("sent")
    if "possible" not in mark:  # a bonus or a deduction
        return answer(sent, item)
    if mark.get("reason") == "not-applicable":
        why = (sent or {}).get("not_applicable")
        return answer({"not_applicable": why}, item) if why else ("不适用", "not applicable")
    if item["answer"] == "share":
        return answer({"n": mark["n"], "m": mark["m"]}, item) if mark["m"] is not None else NONE
    return _value(mark.get("value"), item)


def standard(mark: Mapping, item: Mapping) -> Words:
    """What the item must reach to meet its standard."""
    asked = mark.get("standard")
    zh, en = _value(asked, item) if item["answer"] != "share" else _both(_percent(asked))
    if asked is None or item["answer"] == "yes_no":
        return zh, en
    if item["answer"] == "choice":
        return (f"{zh}（或更好）", f"{en} (or better)") if _bettered(asked, item) else (zh, en)
    lower = item.get("better") == "lower"
    return f"{'不高于' if lower else '不低于'} {zh}", f"at {'most' if lower else 'least'} {en}"


def _bettered(code: str, item: Mapping) -> bool:
    """Whether another choice earns more."""
    credit = {each["code"]: Fraction(each["credit"]) for each in item["choices"]}
    return code in credit and credit[code] < max(credit.values())


def answer(wire: Mapping | None, item: Mapping) -> Words:
    """An answer in the form that the API sends."""
    if not wire:
        return NONE
    if "not_applicable" in wire:
        return f"不适用：{wire['not_applicable']}", f"not applicable: {wire['not_applicable']}"
    if "n" in wire:
        n, m = Fraction(str(wire["n"])), Fraction(str(wire["m"]))
        return _both(f"{wire['n']} / {wire['m']}" + (f" ({_percent(n / m)})" if m else ""))
    return _value(next(wire[name] for name in ("value", "yes", "choice") if name in wire), item)


def _value(value, item: Mapping) -> Words:
    if value is None:
        return NONE
    if isinstance(value, bool):
        return YES if value else NO
    if item["answer"] == "choice":
        chosen = next((each for each in item["choices"] if each["code"] == value), None)
        return (chosen["zh"], chosen["en"]) if chosen else _both(str(value))
    zh, en = unit(item)
    return f"{value} {zh}".strip(), f"{value} {en}".strip()


def unit(item: Mapping) -> Words:
    """What its numbers count; empty for what is only counted."""
    zh = item.get("unit", "")
    return zh, UNITS.get(zh, zh)


def _percent(share) -> str:
    """With at most one decimal: 1/3 is 33.3%."""
    if share is None:
        return "—"
    percent = Fraction(share) * 100
    return f"{percent}%" if percent.denominator == 1 else f"{float(percent):.1f}%"


def _both(text: str) -> Words:
    return text, text


def typed(fields: Mapping[str, str]) -> dict:
    """The answer that a form holds, as the API takes it; what is no number stays as it was typed, to be refused.

    Who says why the item does not apply gives no other answer; a total alone, which the form may know, is none.
    """
    given = {name: fields[f"answer-{name}"] for name in FIELDS if fields.get(f"answer-{name}")}
    if set(given) == {"m"}:
        return {}
    if "not_applicable" in given:
        return {"not_applicable": given["not_applicable"]}
    wire = {name: _number(text) if name in NUMBERS else text for name, text in given.items()}
    return wire | ({"yes": given["yes"] == "yes"} if "yes" in given else {})


def _number(text: str) -> int | Decimal | str:
    plain = unicodedata.normalize("NFKC", text).strip()
    if not NUMBER.fullmatch(plain):
        return text
    exact = Decimal(plain)
    return int(exact) if exact == exact.to_integral_value() else exact
