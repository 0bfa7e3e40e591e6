"""The items of a visit as people read them: what was sent, what counts, its photos and checks, and what came before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from audit.web import checks
from audit.web.seen import every, in_words
from audit.web.values import standard, unit

# worst first: what the list of items says of each
ORDER = ("risky", "warn", "calm", "good")


@dataclass(frozen=True)
class About:
    """What is known of the items of one visit, each as the API tells it; photos and examples by item."""

    content: Mapping
    tier: str
    visit: Mapping
    score: Mapping
    photos: Mapping
    examples: Mapping
    before: Mapping | None

    @cached_property
    def sent(self) -> dict[str, Mapping]:
        return {each["item"]: each for each in self.visit["answers"]}

    @cached_property
    def decided(self) -> dict[str, Mapping]:
        """The newest decision on each item of the revision that stands."""
        return {each["item"]: each for each in self.visit["decisions"] if each["revision"] == self.visit["revision"]}

    @cached_property
    def marks(self) -> dict[str, Mapping]:
        return {each["code"]: each for each in (*self.score["items"], *self.score["extras"])}

    @cached_property
    def gains(self) -> dict[str, Mapping]:
        return {each["item"]: each for each in self.score["gaps"]}

    @cached_property
    def returned(self) -> dict[str, str]:
        """Why each item was returned, when that was the last thing that was said of the visit."""
        return {each["item"]: each["reason"] for review in self.visit["reviews"][-1:] for each in review["reasons"]}

    def items(self, dimension: str) -> list[dict]:
        return [self.item(each) for each in self.content["items"] if each["dimension"] == dimension]

    def extras(self) -> list[dict]:
        """Of what is added or taken, what was answered or decided."""
        beside = (*self.content.get("bonus", ()), *self.content.get("deductions", ()))
        return [self.item(each) for each in beside if each["code"] in {**self.sent, **self.decided}]

    def item(self, item: Mapping) -> dict:
        code = item["code"]
        mark, answer = self.marks.get(code, {}), self.sent.get(code)
        photos = [self._photo(each) for each in self.photos.get(code, ())]
        counts = self._counts(code, mark, answer)
        return {
            "item": item,
            "code": code,
            "unit": unit(item),
            "standard": standard_of(item, self.tier),
            "reference": standard({"standard": mark["reference"]}, item)
            if mark.get("reference_from") == "baseline"
            else None,
            "sent": in_words(item, answer),
            "counts": in_words(item, counts) if counts != answer else None,
            "from": mark.get("answer_from", "sent"),
            "decision": self.decided.get(code),
            "returned": self.returned.get(code),
            "mark": mark,
            "gain": self.gains.get(code),
            "note": answer and answer.get("note"),
            "flag": answer and answer.get("flag"),
            "not_applicable": "not_applicable" in (counts or ()),
            "photos": photos,
            "worst": min((each["worst"] for each in photos), key=ORDER.index, default="good"),
            "examples": self.examples.get(code, []),
            "before": self._before(item),
        }

    def _counts(self, code: str, mark: Mapping, answer: Mapping | None) -> Mapping | None:
        """The answer that counts: what was decided, else what the score says of it, else what was sent."""
        if code in self.decided:
            return self.decided[code]["answer"]
        return counted(mark) if mark.get("answer_from") == "list" else answer

    def _photo(self, photo: Mapping) -> dict:
        checked = checks.of_photo(photo)
        worst = min((each["kind"] for each in checked), key=ORDER.index)
        return {
            "digest": photo["digest"],
            "state": photo["state"],
            "preview": photo["digest"] in self.visit["previews"],
            "checks": checked,
            "twins": list({each["inspection"]: each for each in reversed(photo["twins"])}.values())[::-1],
            "worst": worst,
        }

    def _before(self, item: Mapping) -> dict | None:
        """What the visit of the round before had of this item, where its edition has it."""
        told = self.before and self.before["items"].get(item["code"])
        if not told:
            return None
        photos = [each["digest"] for each in self.before["photos"].get(item["code"], ())]
        return {"answer": in_words(item, counted(told)), "verdict": told.get("verdict"), "photos": photos}


def parts(about: About) -> list[dict]:
    """The dimensions of the edition with their items, then what is added or taken beside them."""
    scored = {each["code"]: each for each in about.score["dimensions"]}
    found = [
        {"zh": each["zh"], "en": each["en"], "score": scored.get(each["code"]), "items": about.items(each["code"])}
        for each in about.content["dimensions"]
    ]
    extras = {"zh": "加分与扣分", "en": "Bonus and deductions", "score": None, "items": about.extras()}
    return found + ([extras] if extras["items"] else [])


def counted(mark: Mapping) -> Mapping | None:
    """The answer that a score's line counted, in the form in which answers are sent."""
    if mark["answer_from"] == "sent" or mark.get("reason") == "not-applicable" or "value" not in mark:
        return mark["sent"]
    if mark["n"] is not None:
        return {"n": mark["n"], "m": mark["m"]}
    return {"yes" if isinstance(mark["value"], bool) else "value": mark["value"]}


def standard_of(item: Mapping, tier: str) -> tuple[str, str]:
    """What an item must reach in a tier, in words; what is added or taken has none."""
    bar = item.get("meets_from") if item["answer"] == "choice" else item.get("standard", {}).get(tier)
    return standard({"standard": bar}, item)


def item_of(content: Mapping, code: str | None) -> dict | None:
    """One item of an edition, or what it adds or takes."""
    return next((each for each in every(content) if each["code"] == code), None)


def by_item(photos: Iterable[Mapping]) -> dict[str, list]:
    """Photos by the item that they belong to."""
    found: dict[str, list] = {}
    for each in photos:
        found.setdefault(each["item"], []).append(each)
    return found
