"""A visit and an edition as sheets of paper: the record that people sign, and the form to be filled in by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from audit.base import db
from audit.base.problems import NotFound
from audit.checklists import queries as checklists
from audit.checklists.schemas import EditionOut
from audit.inspections import queries, scores
from audit.inspections.schemas import InspectionOut, ScoreOut
from audit.scoring.standard import TIERS
from audit.web.amendments import METHODS
from audit.web.formulas import KINDS
from audit.web.items import by_item, standard_of
from audit.web.seen import WHYS, in_words, timeline
from audit.web.states import VISITS
from audit.web.values import found, unit

TIERS_IN_WORDS = {  # the tier of a column or a visit
    "demonstration": ("示范型", "demonstration tier"),
    "standard": ("标准型", "standard tier"),
}
TRAITS = {"bilingual": ("藏汉双语地区", "bilingual areas"), "plateau": ("高原地区", "plateau areas")}


# --- the record of a visit ---------------------------------------------------------------------------------------


def of_visit(actor, inspection_id: UUID, *, now: datetime) -> dict:
    """All that the record of a visit says, at one moment; NotFound for who may not read it."""
    with db.snapshot():
        visit_row = queries.detail(actor, inspection_id)
        visit, score = InspectionOut().dump(visit_row), ScoreOut().dump(scores.told(actor, inspection_id))
        content = checklists.published(visit["edition"]).content
        kept, sent = queries.proofs(inspection_id), queries.sendings(inspection_id)
    centre = visit_row.centre
    return {
        "now": now,
        "visit": visit,
        "score": score,
        "centre": {"code": centre.code, "tier": TIERS_IN_WORDS[visit_row.tier]},
        "parts": parts(content, visit_row.tier, visit, score, kept),
        "digest": sent[-1].digest,
        "decided": timeline(content, visit, ()),
        "sample_round": visit_row.round.sample,
        "kinds": KINDS,
        "states": VISITS,
        "whys": WHYS,
    }


def parts(content: Mapping, tier: str, visit: Mapping, score: Mapping, kept: list[dict]) -> list[dict]:
    """The dimensions with their items and photos, then what was answered of what is added or taken beside them."""
    sent = {each["item"]: each for each in visit["answers"]}
    marks = {each["code"]: each for each in (*score["items"], *score["extras"])}
    photos, values = _photos(visit, kept), {each["code"]: each for each in score["dimensions"]}

    def line(item: Mapping) -> dict:
        answer, mark = sent.get(item["code"], {}), marks.get(item["code"], {})
        return {
            "item": item,
            "standard": standard_of(item, tier),
            "sent": in_words(item, answer),
            "counts": found(mark, item) if mark.get("answer_from", "sent") != "sent" else None,
            "mark": mark,
            "note": answer.get("note"),
            "flag": answer.get("flag"),
            "named": len(answer.get("photos", ())),
            "kept": len(photos.get(item["code"], ())),
        }

    def part(name: tuple[str, str], items: Iterable[Mapping], value: Mapping | None = None) -> dict:
        lines = [line(each) for each in items]
        shown = [photo for each in lines for photo in photos.get(each["item"]["code"], ())]
        return {"name": name, "score": value, "lines": lines, "photos": shown}

    found_parts = [
        part(
            (each["zh"], each["en"]),
            (item for item in content["items"] if item["dimension"] == each["code"]),
            values.get(each["code"]),
        )
        for each in content["dimensions"]
    ]
    beside = [each for each in (*content.get("bonus", ()), *content.get("deductions", ())) if each["code"] in marks]
    return found_parts + ([part(("加分与扣分", "Bonus and deductions"), beside)] if beside else [])


def _photos(visit: Mapping, kept: list[dict]) -> dict[str, list[dict]]:
    """The photos that were accepted and are kept, by item and numbered, with the time that the phone told of each."""
    taken = {each["digest"]: each["taken_at"] for each in visit["photos"]}
    return {
        item: [each | {"number": n, "taken_at": taken.get(each["digest"])} for n, each in enumerate(some, 1)]
        for item, some in by_item(kept).items()
    }


# --- the form of an edition --------------------------------------------------------------------------------------


def of_edition(edition_id: str) -> dict:
    """What the blank form of a published checklist prints; NotFound for a policy."""
    told = EditionOut().dump(checklists.published(edition_id))
    if told["kind"] != "checklist":
        raise NotFound()
    content = told["content"]
    tiers = [each for each in TIERS if any(each in item.get("standard", {}) for item in content["items"])]
    parts = [
        {
            "name": (each["zh"], each["en"]),
            "weight": each["weight"] if each["scored"] else None,
            "lines": [_blank(item, tiers) for item in content["items"] if item["dimension"] == each["code"]],
        }
        for each in content["dimensions"]
    ]
    for name, words in (("bonus", ("加分项", "Bonus")), ("deductions", ("扣分项", "Deductions"))):
        if content.get(name):
            parts.append({"name": words, "weight": None, "lines": [_blank(item, tiers) for item in content[name]]})
    return {
        "edition": told,
        "tiers": [TIERS_IN_WORDS[each] for each in tiers],
        "kinds": [words for kind, words in KINDS.items() if kind != "self"],
        "parts": parts,
    }


def _blank(item: Mapping, tiers: list[str]) -> dict:
    return {
        "item": item,
        "standards": [standard_of(item, tier) for tier in tiers],
        "methods": [METHODS[each] for each in item.get("methods", ())],
        "unit": unit(item),
        "leaves_out": _leaves_out(item.get("not_applicable", "never")),
    }


def _leaves_out(rule: str) -> tuple[str, str] | None:
    """When an item may be left out; None: never."""
    if rule == "never":
        return None
    if rule == "with_reason":
        return "不适用，原因：", "does not apply, because:"
    zh, en = TRAITS.get(rule.removeprefix("outside:"), (rule, rule))
    return f"不适用（限{zh}以外），原因：", f"does not apply (outside {en} only), because:"
