"""The baselines of a round for their pages: what it measures with, what it could, and what that would change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from uuid import UUID

from audit.accounts import queries as accounts
from audit.centres import queries as centres
from audit.checklists import queries as checklists
from audit.checklists.models import Baseline
from audit.checklists.schemas import BaselineOut
from audit.inspections import baselines, effects, queries
from audit.inspections.models import Inspection
from audit.inspections.schemas import EffectOut
from audit.rounds import queries as rounds
from audit.rounds.schemas import RoundOut
from audit.scoring.score import printed
from audit.web.items import item_of, standard_of
from audit.web.values import answer

LEVELS = {"township": ("乡镇", "Townships"), "village": ("村级", "Villages")}
WHY = {
    "outside the plausible range": ("超出合理范围", "outside the plausible range"),
    "worse than the demonstration standard": ("低于示范型标准", "worse than the standard of the demonstration tier"),
}


def told(code: str, actor) -> dict:
    """The levels of a round, each with the baseline it has, those that wait, and the visits that could become one."""
    round_ = rounds.with_levels([rounds.whole(code, actor)])[0]
    versions, visits = baselines.versions(round_, actor), baselines.candidates(round_, actor)
    people = accounts.shown_as(
        {number for each, _ in versions for number in (each.proposed_by, each.confirmed_by) if number}
    )
    made = {each.inspection: each for each, _ in versions}
    return {
        "round": RoundOut().dump(round_),
        "open": round_.state == "open",
        "levels": [
            {
                "level": level.level,
                "edition": level.edition_id,
                "standing": level.baseline_id,
                "versions": [
                    _version(each, visit, people, actor)
                    for each, visit in versions
                    if each.edition_id == level.edition_id
                ],
                "visits": [_visit(each, made) for each in visits if each.edition_id == level.edition_id],
            }
            for level in round_.levels
        ],
    }


def _version(baseline: Baseline, visit: Inspection | None, people: Mapping[int, str], actor) -> dict:
    """A baseline as the API tells it, with its visit where that may be seen, and the people behind it."""
    told = BaselineOut(exclude=["answers"]).dump(baseline)
    return told | {
        "inspection": visit and visit.id,
        "visited": visit and visit.finished_at,
        "proposed_by": people.get(baseline.proposed_by),
        "confirmed_by": people.get(baseline.confirmed_by),
        "own": baseline.proposed_by == actor.id,
    }


def _visit(visit: Inspection, made: Mapping[UUID, Baseline]) -> dict:
    return {
        "id": visit.id,
        "centre": visit.centre.name,
        "county": visit.centre.county.name,
        "finished_at": visit.finished_at,
        "round": visit.round.name,
        "sample": visit.round.sample,
        "version": made[visit.id].version if visit.id in made else None,
    }


# --- one visit as a baseline -------------------------------------------------------------------------------------


def previewed(code: str, inspection_id: UUID, actor) -> dict:
    """What adopting a visit would take, and change; refused as the adoption would be. Nothing is stored."""
    effect = told_effect(effects.of_baseline(code, inspection_id, actor=actor), code, actor)
    round_ = baselines.open_round(code, actor)
    visit = queries.get(actor, inspection_id)
    level = rounds.level_of(round_.id, visit.level)
    made = [(each, seen) for each, seen in baselines.versions(round_, actor) if each.inspection == inspection_id]
    people = accounts.shown_as({each.proposed_by for each, _ in made})
    why = {each["item"]: each["why"] for each in effect["unusual"]}
    values = _values(level.edition.content, baselines.taken(visit, level), why)
    return {
        "visit": _visit(visit, {each.inspection: each for each, _ in made}),
        "level": level.level,
        "standing": level.baseline_id,
        "made": _version(*made[0], people, actor) if made else None,
        "values": values,
        "odd": [each for each in values if each["why"]],
        "effect": effect,
    }


def _values(content: Mapping, answers: Mapping[str, dict], why: Mapping[str, str]) -> list[dict]:
    """What the baseline would hold, item by item, beside the standard that it sets itself against."""
    return [
        {
            "code": item["code"],
            "text": item["text"],
            "value": answer(answers.get(item["code"]), item),
            "standard": standard_of(item, "demonstration"),
            "plausible": item.get("plausible"),
            "why": WHY.get(why[item["code"]]) if item["code"] in why else None,
        }
        for item in content["items"]
    ]


# --- what it would change ----------------------------------------------------------------------------------------


def told_effect(effect: dict, code: str, actor) -> dict:
    """The effect as the API tells it, with what it comes to by county, the texts of its items, and the cards."""
    round_ = rounds.by_code(code, actor)
    content = checklists.published(effect["edition"]).content
    shown = EffectOut().dump(effect)
    for each in (*shown["unusual"], *shown["unanswered"]):
        each["text"] = item_of(content, each["item"])["text"]
    policy = checklists.published(round_.card_policy_id).content
    return shown | {
        "name": round_.name,
        "sample": round_.sample,
        "bands": {each["key"]: each for each in policy["bands"]},
        "counties": by_county(shown["rows"]),
    }


def by_county(rows: Iterable[Mapping]) -> list[dict]:
    """The means of each county's printed scores now and then, of the centres that have both; the largest fall first."""
    found: dict[str, list] = {}
    for row in rows:
        found.setdefault(row["county"], []).append(row)
    told = [_county(name, mine) for name, mine in found.items()]
    return sorted(told, key=lambda each: (each["change"] is None, each["change"] or 0, each["name"]))


def _county(name: str, rows: list[Mapping]) -> dict:
    both = [row for row in rows if row["change"] is not None]
    before, after = (_mean([row[key] for row in both]) for key in ("before", "after"))
    change = after - before if both else None
    return {"name": name, "centres": len(rows), "before": before, "after": after, "change": change}


def _mean(totals: list[str]):
    return printed(sum(map(Fraction, totals)) / len(totals)) if totals else None


# --- forms -------------------------------------------------------------------------------------------------------


def confirmed(typed: Mapping[str, str]) -> dict:
    """The form as `ConfirmationIn` takes it: `item-TA01` was looked at and ticked."""
    return {"items": [name.removeprefix("item-") for name in typed if name.startswith("item-")]}


def outcome(baseline: Baseline) -> tuple[str, str]:
    """What came of adopting: a baseline, or a proposal that waits for somebody else."""
    if baseline.adopted_at is None:
        number = len(baseline.unusual)
        return (
            f"已提出第{baseline.version}版，{number} 项须由另一人核对确认",
            f"Version {baseline.version} is proposed; a second person confirms its {number} unusual values",
        )
    return (
        f"第{baseline.version}版基线已采纳，重算得分 {baseline.rescored} 次",
        f"Version {baseline.version} is adopted; {baseline.rescored} scores were worked out again",
    )


def areas_of(actor, found: Collection) -> list:
    """Of these rounds those whose whole area is the actor's. One query."""
    own = centres.reached(actor, {each.area_id for each in found})
    return [each for each in found if each.area_id in own]
