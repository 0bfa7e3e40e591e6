"""What is not a ranking: how near places are to one another, and what other policies would make of a round.

Nothing of it is stored, and nobody is ranked by it: every answer says that it is a what-if, or says it of itself.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from audit.base import db
from audit.base.problems import ValidationError
from audit.checklists.models import Edition
from audit.inspections import covert
from audit.inspections.explain import shown
from audit.rankings.queries import CountyRow, Frame, Row, all_rows, whole_frame
from audit.scoring.cards import CardPolicy
from audit.scoring.ranking import RankingPolicy
from audit.scoring.sensitivity import Shift, shifts

KINDS = {"ranking_policy": "ranking", "card_policy": "cards"}


def sensitivity(code: str, actor) -> dict:
    """Each ranked row with the change of its own total that would move its place; for whom the whole round is."""
    with db.snapshot():
        of = whole_frame(code, actor)
        found = all_rows(of)
    return of.about | {part: _near(rows) for part, rows in found.items()}


def _near(rows: list) -> list[dict]:
    found = moves(rows)
    return [_named(row) | {"shift": found[_key(row)]} for row in rows if row.place is not None]


def moves(rows: list[CountyRow] | list[Row]) -> dict[str, Shift]:
    """The shifts of the ranked of one ranking, by county code or centre."""
    return shifts({_key(row): row.total for row in rows if row.place is not None})


def enough(shift: Shift | None, gaps: list[dict]) -> list[dict]:
    """Of a county's gaps, those any one of which is enough by itself for a better place."""
    if shift is None or shift.up_by is None:
        return []
    chosen = [gap for gap in gaps if Decimal(gap["gain"]) >= shift.up_by]
    return [{name: gap[name] for name in ("level", "item", "text", "gain")} for gap in chosen]


def what_if(code: str, body: dict, actor) -> dict:
    """The rankings of a round as other published policies, or other weights, would make them, beside those of its own.

    What is not named stays the round's own. Raises ValidationError for what is no published policy of its kind. Only
    reads.
    """
    with db.snapshot():
        of = whole_frame(code, actor)
        policies = _policies(body)
        under = _weighed(_under(of, policies, actor), body.get("township_weight"))
        now, then = all_rows(of), all_rows(under)
    named = {"township_weight": shown(under.policy.township_weight)}
    named |= {name: edition.id for name, edition in policies.items()}
    own = {name: of.about[name] for name in KINDS}
    return of.about | named | {"what_if": True, "own": own} | {part: _both(now[part], then[part]) for part in then}


def _policies(body: dict) -> dict[str, Edition]:
    """The policies asked for, by the name they were asked by."""
    found, faults = {}, {}
    for name, kind in KINDS.items():
        if name in body:
            edition = Edition.get_or_none(Edition.id == body[name], Edition.kind == kind)
            if edition is None or edition.content.get("basis", "level") != "level":
                faults[f"/{name}"] = f"no published {kind} policy of that name"
            found[name] = edition
    if faults:
        raise ValidationError(errors=faults)
    return found


def _under(of: Frame, policies: dict[str, Edition], actor) -> Frame:
    changes = {}
    if ranking := policies.get("ranking_policy"):
        changes |= {
            "policy": RankingPolicy.of(ranking.content),
            "counted_kinds": covert.counted_kinds(ranking.content, actor, of.round),
        }
    if cards := policies.get("card_policy"):
        bands = {band["key"]: band for band in cards.content["bands"]}
        changes |= {"cards": CardPolicy.of(cards.content), "bands": bands}
    return replace(of, **changes)


def _weighed(of: Frame, townships: int | str | None) -> Frame:
    """The same with so much of a county's score for its townships, and the rest for its villages."""
    if townships is None:
        return of
    weight = Fraction(townships)
    return replace(of, policy=replace(of.policy, township_weight=weight, village_weight=1 - weight))


def _both(now: list, then: list) -> list[dict]:
    before = {_key(row): row for row in now}
    return [_named(row) | {"before": before[_key(row)]} for row in then]


def _named(row: CountyRow | Row) -> dict:
    county = isinstance(row, CountyRow)
    return {
        "centre": None if county else row.centre,
        "code": row.county.code if county else row.code,
        "name": row.county.name if county else row.name,
        "total": row.total,
        "place": row.place,
        "card": row.card,
    }


def _key(row: CountyRow | Row) -> str:
    return row.county.code if isinstance(row, CountyRow) else str(row.centre)
