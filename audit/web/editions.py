"""What is published, for its pages: an edition as a tree, what differs from another, and what it would change."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from audit.accounts.permissions import Can
from audit.base.problems import NotFound
from audit.checklists import queries as checklists
from audit.checklists.schemas import BaselineOut, EditionOut, EditionRef
from audit.inspections import effects
from audit.rounds import queries as rounds
from audit.rounds.schemas import RoundOut
from audit.scoring.standard import TIERS
from audit.web import amendments, formulas, measures
from audit.web.items import standard_of
from audit.web.record import TIERS_IN_WORDS
from audit.web.values import answer

KINDS = {
    "checklist": ("核查清单", "Checklists"),
    "ranking": ("排名规则", "Ranking policies"),
    "cards": ("亮牌规则", "Card policies"),
    "followup": ("申诉、整改与年度折算规则", "Appeals, rectification, annual assessment"),
    "calendar": ("节假日历", "Calendars"),
}
MOST_ROUNDS = {"page": 1, "page_size": 100}


def listed() -> list[dict]:
    """What is published, by kind."""
    rows = EditionRef(many=True).dump(checklists.listed({}))
    found = [
        {"kind": kind, "name": words, "rows": [each for each in rows if each["kind"] == kind]}
        for kind, words in KINDS.items()
    ]
    return [each for each in found if each["rows"]]


def told(edition_id: str, actor) -> dict:
    """One edition or policy with its parts, the others of its kind, and for a checklist what it is measured with."""
    edition = EditionOut().dump(checklists.published(edition_id))
    content, kind = edition["content"], edition["kind"]
    asked = {"kind": kind, "level": edition["level"]}
    others = EditionRef(many=True).dump(checklists.listed(asked))
    about = {"edition": edition, "kind": KINDS[kind], "others": [each for each in others if each["id"] != edition_id]}
    if kind != "checklist":
        return about | {"table": amendments.table(content), "formula": list(_formula(kind, content))}
    measure = rounds.measure_of(edition_id, actor)
    baseline = measure and BaselineOut(exclude=["inspection"]).dump(measure)
    effect = _rounds(actor) if actor.can(Can.ADOPT_BASELINE) else []
    return about | {"baseline": baseline, "rounds": effect} | _tree(content, baseline["answers"] if baseline else {})


def _formula(kind: str, content: Mapping):
    if kind == "ranking":
        return formulas.counties(content)
    return formulas.cards(content) if kind == "cards" else ()


def _rounds(actor) -> list[dict]:
    """The rounds that are wholly the actor's: what another edition would do to them is theirs to ask."""
    found, _ = rounds.listed(actor, MOST_ROUNDS)
    return RoundOut(many=True).dump(measures.areas_of(actor, found))


# --- the tree ----------------------------------------------------------------------------------------------------


def _tree(content: Mapping, answers: Mapping) -> dict:
    """Dimensions with their items, what the weights come to, and what is added or taken beside them."""
    tiers = [each for each in TIERS if any(each in item.get("standard", {}) for item in content["items"])]
    dimensions = [
        each
        | {"lines": [_line(item, tiers, answers) for item in content["items"] if item["dimension"] == each["code"]]}
        for each in content["dimensions"]
    ]
    for each in dimensions:
        each["sum"] = _sum(line["item"]["weight"] for line in each["lines"])
    extras = [
        {"name": amendments.LISTS[name], "lines": content[name]}
        for name in ("bonus", "deductions")
        if content.get(name)
    ]
    scored = [each for each in dimensions if each["scored"]]
    return {
        "tiers": [TIERS_IN_WORDS[each] for each in tiers],
        "dimensions": dimensions,
        "extras": extras,
        "sum": _sum(each["weight"] for each in scored),
        "items": len(content["items"]),
        "scored": sum(len(each["lines"]) for each in scored),
    }


def _line(item: Mapping, tiers: list[str], answers: Mapping) -> dict:
    code = item["code"]
    return {
        "item": item,
        "answer": amendments.TREE[item["answer"]],
        "standards": [standard_of(item, tier) for tier in tiers],
        "baseline": answer(answers.get(code), item),
        "cost": amendments.COSTS[item["remedy"]["cost"]],
        "sources": _sources(item["source"]),
    }


def _sources(source: Mapping[str, str]) -> list[tuple[str, amendments.Words]]:
    """Each document with what is taken from it."""
    found: dict[str, list[amendments.Words]] = {}
    for name, text in source.items():
        found.setdefault(text, []).append(amendments.label((name,)))
    return [(text, ("、".join(zh for zh, _ in got), ", ".join(en for _, en in got))) for text, got in found.items()]


def _sum(weights) -> str:
    return f"{float(sum(map(Fraction, weights))):g}"


# --- differences and effects -------------------------------------------------------------------------------------


def compared(edition_id: str, other_id: str) -> dict:
    """What differs from the other edition to this one; NotFound where they are of different kinds or levels."""
    after, before = checklists.published(edition_id), checklists.published(other_id)
    if (after.kind, after.level) != (before.kind, before.level):
        raise NotFound()
    return {
        "after": EditionRef().dump(after),
        "before": EditionRef().dump(before),
        "found": amendments.between(before.content, after.content),
    }


def effect(edition_id: str, code: str, actor) -> dict:
    """What measuring a round with this edition would do, as the API tells it; nothing is stored."""
    edition = checklists.published(edition_id)
    if edition.kind != "checklist":
        raise NotFound()
    found = effects.of_edition(code, edition.level, edition_id, actor=actor)
    return {"edition": EditionRef().dump(edition), "effect": measures.told_effect(found, code, actor)}
