"""What the pages of findings show: the API's own rows, and beside them words, deadlines and what may be done.

The same few queries for each page, however long its list.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from audit.accounts.permissions import Can
from audit.base.problems import NotFound
from audit.centres import queries as centres
from audit.followup import appeals, contested, deadlines, duties, queries
from audit.followup.models import Finding
from audit.followup.schemas import KINDS, STATES, FindingDetailOut, FindingOut
from audit.inspections import queries as inspections
from audit.rounds import queries as rounds
from audit.web import values
from audit.web.days_left import by_calendar

EVERY = {"page": 1, "page_size": 500}
VERBS = {
    "open": ("发现问题", "found"),
    "order": ("下达整改", "ordered"),
    "report": ("上报整改", "reported as mended"),
    "close": ("核验销号", "verified and closed"),
    "return": ("退回重改", "returned"),
    "reopen": ("重新打开", "opened again"),
    "withdraw": ("撤销", "withdrawn"),
}
FIELDS = {"kind": ("类别", "Kind"), "due_on": ("整改期限", "Deadline")}
NAMES = {"normal": ("限期整改", "normal"), "long-term": ("长期整改", "long-term")}  # of the kinds
VERIFIED = {
    "close": ("已核验销号", "Verified and closed"),
    "return": ("已退回重改", "Returned, with another deadline"),
}
BADGES = {"open": "warn", "ordered": "calm", "reported": "warn", "closed": "good", "withdrawn": "calm"}


def choices(actor) -> dict:
    """What lists are narrowed by: the rounds and counties in the actor's sight. Three queries."""
    counties = {each.code: each.name for each in centres.divisions(actor, {"level": "county"})}
    return {"rounds": rounds.listed(actor, EVERY)[0], "counties": counties}


def listed(actor, asked: dict, *, now: datetime) -> dict:
    """The list of findings as `asked` narrows it, with what stands where, and the orders that may be given at once."""
    rows, total = queries.listed(actor, asked, now=now)
    return choices(actor) | {
        "findings": FindingOut(many=True).dump(rows),
        "total": total,
        "counts": queries.by_state(actor, asked, now=now),
        "items": queries.by_item(actor, asked, now=now),
        "states": STATES,
        "kinds": KINDS,
        "left": by_calendar(now),
        "offer": _offer(actor, asked, now),
    }


def _offer(actor, asked: dict, now: datetime) -> dict | None:
    """What may be ordered at once: the open findings of a county in a round, by item. None where none may be."""
    if not actor.can(Can.ORDER_RECTIFICATION) or not (asked.get("round") and asked.get("county")):
        return None
    wanted = {"round": asked["round"], "county": asked["county"], "state": "open"}
    items = queries.by_item(actor, wanted, ~queries.unordered_covert(), now=now)
    round_ = rounds.by_code(asked["round"], actor)
    return {"items": items, "open": sum(each["findings"] for each in items), "days": _days(round_, now)}


def _days(round_, now: datetime) -> dict[str, str]:
    """The day that an order of each kind is due on when it names none; empty where the round has no policy."""
    if deadlines.policy_of(round_) is None:
        return {}
    return {kind: deadlines.for_order(round_, kind, None, now=now) for kind in KINDS}


# --- one -----------------------------------------------------------------------------------------------------------


def one(actor, finding_id: int, *, now: datetime) -> dict:
    """One finding: what was found, its course, its photos before and after, and what the actor may do now."""
    found = queries.detail(actor, finding_id, now=now)
    may = _may(actor, found, now)
    return {
        "finding": FindingDetailOut().dump(found),
        "visit": visit(actor, found.inspection_id, found.item, found.words),
        "after": _proofs(found),
        "since": max(each.at for each in found.history if each.verb in ("open", "reopen")),
        "may": may,
        "days": _days(found.round, now) if may["order"] or may["verify"] else {},
        "left": by_calendar(now),
    }


def visit(actor, inspection_id: UUID, item: str, content: Mapping) -> dict | None:
    """What the visit says of an item, in words, and its photos; None to those who do not see the visit."""
    try:
        told = contested.of_visit(actor, inspection_id, item)
    except NotFound:
        return None
    return told | in_words(told["mark"], content) | {"photos": photos(inspection_id, item)}


def in_words(mark: Mapping | None, content: Mapping) -> dict:
    """The value of an item, its standard and what the demonstration site sets, as its line of the score has them.

    Extras have the value alone.
    """
    if mark is None:
        return {"value": None, "standard": None, "reference": None}
    asked, above = mark.get("standard") is not None, mark.get("reference_from") == "baseline"
    return {
        "value": values.found(mark, content),
        "standard": values.standard(mark, content) if asked else None,
        "reference": values.standard({"standard": mark["reference"]}, content) if above else None,
    }


def photos(inspection_id: UUID, item: str) -> list[str]:
    """The photos of an item of a visit that were accepted and are kept."""
    return [each["digest"] for each in inspections.proofs(inspection_id) if each["item"] == item]


def _proofs(found: Finding) -> list[str]:
    """The photos of the last report, and of the verification that followed it."""
    reports = [index for index, each in enumerate(found.history) if each.verb == "report"]
    return [digest for each in (found.history[reports[-1] :] if reports else ()) for digest in each.photos]


def _may(actor, found: Finding, now: datetime) -> dict:
    """What the actor may do with a finding where it stands; `own` says why they do not verify it."""
    verifies = found.state == "reported" and actor.can(Can.VERIFY_RECTIFICATION)
    own = duties.why_not_verify(found, actor) if verifies else None
    orders, state, early = actor.can(Can.ORDER_RECTIFICATION), found.state, found.early
    return {
        "order": orders and state in ("open", "ordered") and not early,
        "early": orders and early,
        "reopen": orders and state == "closed",
        "report": state == "ordered" and actor.can(Can.REPORT_RECTIFICATION),
        "verify": verifies and own is None,
        "own": own,
        "send": actor.can(Can.SEND_PHOTOS),
        "appeal": state != "withdrawn" and actor.can(Can.FILE_APPEALS) and appeals.window(found.round, now=now)[1],
    }


# --- many at once --------------------------------------------------------------------------------------------------


def orders(fields: Mapping[str, str]) -> dict:
    """The form that orders many at once, as the API takes it: an item is a box of its own."""
    items = [name.removeprefix("item-") for name in fields if name.startswith("item-")]
    others = {name: each for name, each in fields.items() if not name.startswith("item-") and name != "round"}
    return others | ({"items": items} if items else {})


def where(code: str, county: str) -> str:
    """The list of what was ordered of a county in a round."""
    return f"/findings?{urlencode({'round': code, 'county': county, 'state': 'ordered'})}"


def ordered(outcome: dict) -> tuple[str, str]:
    """What became of orders given at once, in words."""
    number, day = outcome["ordered"], outcome["due_on"]
    if not number:
        return "没有待下达的问题", "There was nothing left to order"
    return f"已下达 {number} 项整改，期限 {day}", f"{number} ordered, due on {day}"
