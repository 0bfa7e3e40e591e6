"""取值依据: where the answer that counts is not the one that was sent, what stands in its place and by whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from audit.accounts.models import Account
from audit.centres.models import Centre
from audit.checklists import queries as checklists
from audit.inspections import answers as reading
from audit.inspections import queries as inspections
from audit.inspections.models import Inspection, ItemDecision
from audit.rankings.queries import Frame
from audit.rounds import queries as rounds
from audit.rounds.models import IssuedList
from audit.scoring.standard import Edition

KEY = "取值依据"  # among the people of a visit: of each changed item who or what changed it, and what was sent
SENT = "填报"


def told(of: Frame, visits: Collection[Inspection]) -> dict[UUID, dict[str, dict]]:
    """{visit: {item: {sent, from, by, …}}} of those visits for whose items something was decided or listed: a few
    queries however many. `from` is decision, appeal or list (with version and title); `by` names the person or place.
    """
    decided, listed = _decided(visits), issued(of.round.id, [each.centre_id for each in visits])
    those = [each for each in visits if each.id in decided or listed[each.centre_id]]
    bodies = inspections.bodies(those) if those else {}
    editions = {level: checklists.standard(each.edition) for level, each in of.levels.items()}
    return {
        each.id: changed(
            editions[each.level], bodies[each.id]["answers"], listed[each.centre_id], decided.get(each.id, ())
        )
        for each in those
    }


def changed(
    edition: Edition, sent: list[dict], listed: Mapping[str, IssuedList], decided: Iterable[ItemDecision]
) -> dict[str, dict]:
    """What `told` tells of one visit; of its decisions, in their order, the newest of an item counts."""
    newest = {each.item: each for each in decided}
    lengths = {code: each.m for code, each in listed.items()}
    counted = reading.counted(edition, sent, lengths, {code: each.answer for code, each in newest.items()})
    said = {each["item"]: reading.form(each) for each in sent}
    return {
        code: {"sent": said.get(code)} | (_ruling(newest[code]) if origin == "decision" else _list(listed[code]))
        for code, (_, origin) in counted.items()
        if origin != "sent"
    }


def _ruling(row: ItemDecision) -> dict:
    return {"from": "decision" if row.appeal is None else "appeal", "by": row.decided_by.display}


def _list(row: IssuedList) -> dict:
    return {"from": "list", "by": row.division.name, "version": row.version, "title": row.title}


def _decided(visits: Collection[Inspection]) -> dict[UUID, list[ItemDecision]]:
    """The decisions on the current revision of each, in order, with who took them."""
    rows = (
        ItemDecision.select(ItemDecision, Account)
        .join(Account)
        .switch(ItemDecision)
        .join(Inspection)
        .where(ItemDecision.revision == Inspection.revision, Inspection.id.in_([each.id for each in visits]))
    )
    found: dict[UUID, list[ItemDecision]] = {}
    for each in rows.order_by(ItemDecision.id):
        found.setdefault(each.inspection_id, []).append(each)
    return found


def issued(round_id: int, centres: Collection[UUID]) -> dict[UUID, dict[str, IssuedList]]:
    """Per centre and item the list that counts, with the place that issued it."""
    places = Centre.select(Centre.id, Centre.county, Centre.township).where(Centre.id.in_(list(centres)))
    return rounds.lists_for(round_id, places)


def kept(basis: dict) -> dict:
    """The people of a visit as its version keeps them. One that was stored before it kept this tells what it can: that
    something was decided, and by which account, or that a list said of how many."""
    people = basis["people"]
    if KEY in people:
        return people
    listed = {code: {"sent": None, "from": "listed"} for code in basis["lists"]}
    ruled = {each["item"]: {"sent": None, "from": "ruled", "by": each["by"]} for each in basis["decisions"]}
    return people | {KEY: listed | ruled}


def unnamed(told: Mapping[str, dict]) -> dict[str, dict]:
    """The same without names, which people and places may change: what can be worked out again."""
    return {code: {key: value for key, value in each.items() if key != "by"} for code, each in told.items()}


def in_words(origin: dict | None) -> str:
    """What the sheet says of it."""
    if origin is None:
        return SENT
    by = f"（{origin['by']}）" if "by" in origin else ""
    words = {
        "decision": "复核裁定",
        "appeal": "申诉变更",
        "ruled": "复核或申诉裁定",
        "listed": "填报，总数以印发清单为准",
    }
    if origin["from"] == "list":
        return f"清单第{origin['version']}版《{origin['title'].strip('《》')}》{by}"
    return words[origin["from"]] + by
