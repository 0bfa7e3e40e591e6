"""Made-up visits for the demonstration: a seeded spread of answers, plausible and plainly labelled as samples."""

from __future__ import annotations

import random
from fractions import Fraction

GENERIC_WHOLE = {"TM01": 137, "TM11": 137, "TZ02": 137, "VM01": 45, "TZ01": 12, "TZ05": 8}


def answers(content: dict, quality: float, chance: random.Random, *, without_lists: bool = False) -> list[dict]:
    """One answer per item; `quality` in [0, 1] moves the spread, `without_lists` is a county that issued no lists."""
    return [{"item": item["code"]} | _answer(item, quality, chance, without_lists) for item in content["items"]]


def exemplary(content: dict) -> list[dict]:
    """What a made-up demonstration site answers: every standard reached, some of them well passed."""
    return [{"item": item["code"]} | _best(item) for item in content["items"]]


def _answer(item: dict, quality: float, chance: random.Random, without_lists: bool) -> dict:
    kind = item["answer"]
    if kind == "yes_no":
        return {"yes": chance.random() < 0.35 + 0.6 * quality}
    if kind == "choice":
        best_first = sorted(item["choices"], key=lambda choice: -Fraction(choice["credit"]))
        return {"choice": best_first[min(len(best_first) - 1, int(chance.expovariate(0.5 + 4 * quality)))]["code"]}
    if kind == "share":
        return _share(item, quality, chance, without_lists)
    return {"value": _number(item, quality, chance)}


def _share(item: dict, quality: float, chance: random.Random, without_lists: bool) -> dict:
    if without_lists and item.get("when_m_zero") == "county_duty":
        return {"n": 0, "m": 0}
    m = item.get("of") or item.get("sample") or GENERIC_WHOLE.get(item["code"]) or chance.randint(3, 9)
    likely = 0.55 * (1 - quality) if item.get("better") == "lower" else 0.45 + 0.55 * quality
    return {"n": sum(chance.random() < likely for _ in range(m)), "m": m}


def _number(item: dict, quality: float, chance: random.Random) -> int:
    low, high = map(Fraction, item.get("plausible", (0, 10_000)))
    if item.get("better") == "lower":
        return 0 if chance.random() < 0.3 + 0.65 * quality else chance.randint(1, 3)
    bar = float(Fraction(item["standard"]["standard"]))
    value = round(bar * chance.triangular(0.4, 1.4, 0.5 + 0.7 * quality))
    return int(min(high, max(low, value)))


def _best(item: dict) -> dict:
    kind, standard = item["answer"], item.get("standard", {}).get("demonstration")
    if kind == "yes_no":
        return {"yes": True}
    if kind == "choice":
        return {"choice": max(item["choices"], key=lambda choice: Fraction(choice["credit"]))["code"]}
    lower = item.get("better") == "lower"
    if kind == "share":
        m = item.get("of") or item.get("sample") or GENERIC_WHOLE.get(item["code"]) or 6
        return {"n": int(m * Fraction(standard)) // 2 if lower else m, "m": m}
    return {"value": 0 if lower else round(float(Fraction(standard)) * 1.1)}


def attach(content: dict, given: list[dict], pictures: list[str], chance: random.Random, forgetful: float) -> None:
    """Give each answer the photos its item asks for, out of the visit's few pictures; some are forgotten."""
    wanted = {item["code"]: item["photos"] for item in content["items"]}
    for place, answer in enumerate(given):
        number = wanted[answer["item"]]
        if number and chance.random() >= forgetful:
            start = place % len(pictures)
            answer["photos"] = (pictures[start:] + pictures[:start])[:number]
