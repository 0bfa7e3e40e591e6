"""What the pages of appeals show: the API's own rows, the score that they object to, and what may be done.

The same few queries for each page, however long its list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from audit.accounts.permissions import Can
from audit.base import body
from audit.base.problems import NotFound, ValidationError
from audit.centres import queries as centres
from audit.checklists import queries as checklists
from audit.followup import appeals, contested, duties, queries
from audit.followup.models import Appeal
from audit.followup.schemas import APPEALS, AppealOut
from audit.inspections import answers as reading
from audit.inspections import queries as inspections
from audit.inspections.models import Inspection
from audit.inspections.review_schemas import AnswerFormIn
from audit.web import values
from audit.web.days_left import by_calendar
from audit.web.findings import choices, in_words, photos
from audit.web.pages import say

DECIDED = {
    "uphold": ("已决定变更，得分已重新计算", "Upheld; the visit was scored again"),
    "dismiss": ("已决定维持", "Dismissed"),
}
BADGES = {"open": "warn", "upheld": "good", "dismissed": "calm", "withdrawn": "calm"}


def listed(actor, asked: dict, *, now: datetime) -> dict:
    """The list of appeals, the rounds in which some may be filed today, and which of them are the actor's to decide."""
    rows, total = appeals.listed(actor, asked, now=now)
    decides = actor.can(Can.DECIDE_APPEALS)
    return choices(actor) | {
        "appeals": AppealOut(many=True).dump(rows),
        "total": total,
        "states": APPEALS,
        "own": {each.id for each in appeals.waiting(actor, now=now) if each.own} if decides else set(),
        "windows": appeals.windows(actor, now=now),
        "left": by_calendar(now),
    }


def one(actor, appeal_id: int, *, now: datetime) -> dict:
    """One appeal: the score that it objects to, what the county says and shows, and what the actor may do now."""
    found = appeals.detail(actor, appeal_id, now=now)
    then, after = contested.of_appeal(actor, found)
    answer = AppealOut().dump(found)["answer"]
    return {
        "appeal": AppealOut().dump(found),
        "item": found.words,
        "unit": values.unit(found.words),
        "then": then | in_words(then["mark"], found.words),
        "after": after and after | {"value": values.answer(answer, found.words)},
        "photos": photos(found.inspection_id, found.item),
        "may": _may(actor, found),
        "left": by_calendar(now),
    }


def _may(actor, found: Appeal) -> dict:
    """Whether the actor may decide or withdraw an appeal; `own` says why they do not decide it."""
    decides = found.state == "open" and actor.can(Can.DECIDE_APPEALS)
    own = duties.why_not_decide(found, actor) if decides else None
    withdraws = found.state == "open" and actor.can(Can.FILE_APPEALS)
    return {"decide": decides and own is None, "own": own, "withdraw": withdraws}


def ruling(fields: Mapping[str, str]) -> dict:
    """The form that decides an appeal, as the API takes it: what is dismissed has no answer, whatever was typed."""
    wire = {name: each for name, each in fields.items() if not name.startswith("answer-")}
    answer = values.typed(fields) if fields.get("decision") == "uphold" else {}
    return wire | ({"answer": answer} if answer else {})


def _content(visit: Inspection, item: str) -> dict | None:
    return queries.items_of([visit.edition_id])[visit.edition_id].get(item)


# --- filing --------------------------------------------------------------------------------------------------------


def objection(actor, inspection_id: UUID, item: str, *, now: datetime) -> dict:
    """What an appeal on an item of a visit would be about, and whether it may be filed today.

    NotFound where the edition of the visit has no such item.
    """
    visit = inspections.get(actor, inspection_id)
    content = _content(visit, item)
    if content is None:
        raise NotFound()
    last, is_open = appeals.window(visit.round, now=now)
    then = contested.of_visit(actor, inspection_id, item)
    return {
        "visit": visit,
        "item": content,
        "unit": values.unit(content),
        "then": then | in_words(then["mark"], content),
        "photos": photos(inspection_id, item),
        "last": last,
        "open": is_open,
        "counts": appeals.counts(visit, actor),
        "standing": appeals.standing(inspection_id, item),
        "left": by_calendar(now),
    }


def claim(actor, inspection_id: UUID, item: str) -> Callable[[dict], dict]:
    """Turns the form of an appeal into what the API takes: the value that is asked for stands first in the reason."""
    visit = inspections.get(actor, inspection_id)

    def wire(fields: dict) -> dict:
        reason = fields.get("reason")
        lines = filter(None, (reason and _wanted(visit, item, fields), reason))
        return {"item": item} | ({"reason": "\n".join(lines)} if reason else {})

    return wire


def _wanted(visit: Inspection, item: str, fields: Mapping[str, str]) -> str | None:
    """The value that is asked for, in a line; ValidationError for one that could not have been sent."""
    typed = values.typed(fields)
    if not typed:
        return None
    answer = body.load(AnswerFormIn(), typed)
    edition, traits = checklists.checklist(visit.edition_id), centres.traits(visit.centre)
    if fault := reading.fault(edition, item, reading.form(answer), traits):
        raise ValidationError(errors={"/answer": fault})
    zh, en = values.answer(reading.as_sent(answer), _content(visit, item))
    return say(f"要求认定为：{zh}", f"Asked for: {en}")
