"""What of a visit somebody has seen, what happened to it since, and its course: from what the API tells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from audit.inspections.risks import OVER
from audit.web.states import VISITS
from audit.web.values import Words, answer

NOT_ANSWERED: Words = ("未作答", "not answered")
OF_ANOTHER = {"answer": ""}  # an item that the edition of the last revision does not have
SPELT = re.compile(r"([a-z]{1,10})\.(\d{1,6})\.(\d{1,6})\.(\d{1,6})\.([01])\.(\d{1,9})", re.ASCII)
WHYS = {
    "test": ("测试数据", "a test"),
    "wrong-centre": ("选错中心", "the wrong centre"),
    "fraud": ("弄虚作假", "fraud"),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """How much of a visit a page showed: a form carries it, so that what came since can be told."""

    state: str
    revision: int
    reviews: int
    decisions: int
    admitted: bool
    voiding: int

    @classmethod
    def of(cls, visit: Mapping) -> Seen:
        told = visit["voiding"]
        return cls(
            state=visit["state"],
            revision=visit["revision"],
            reviews=len(visit["reviews"]),
            decisions=len(visit["decisions"]),
            admitted=visit["admission"] is not None,
            voiding=told["id"] if told else 0,
        )

    @classmethod
    def read(cls, text: str | None) -> Seen | None:
        """The inverse of `str`; None for what is not one."""
        found = SPELT.fullmatch(text or "")
        return found and cls(found[1], *map(int, found.groups()[1:4]), found[5] == "1", int(found[6]))

    def __str__(self) -> str:
        return f"{self.state}.{self.revision}.{self.reviews}.{self.decisions}.{int(self.admitted)}.{self.voiding}"


def every(content: Mapping) -> list[dict]:
    """The items of an edition, and what it adds or takes beside them."""
    return [*content["items"], *content.get("bonus", ()), *content.get("deductions", ())]


def in_words(item: Mapping, wire: Mapping | None) -> Words:
    """An answer as it was sent or decided."""
    return answer(wire, item) if set(wire or ()) - {"item", "photos", "note", "flag"} else NOT_ANSWERED


# --- the course of a visit ---------------------------------------------------------------------------------------


def timeline(content: Mapping, visit: Mapping, sendings: Iterable) -> list[dict]:
    """Everything that was sent and decided, in its order: {at, by, zh, en, words}."""
    told = [
        *(_event(each.received_at.isoformat(), each.sender.display, *_sent(each.number)) for each in sendings),
        *map(_review, visit["reviews"]),
        *_decisions(content, visit["decisions"]),
        *_rulings(visit),
    ]
    return sorted(told, key=lambda each: each["at"])


def _event(at: str, by: str, zh: str, en: str, words: Iterable[str | None] = ()) -> dict:
    return {"at": at, "by": by, "zh": zh, "en": en, "words": [each for each in words if each]}


def _sent(revision: int) -> tuple[str, str]:
    return (
        ("提交", "Handed in") if revision == 1 else (f"第 {revision} 次提交", f"Handed in again (revision {revision})")
    )


def _review(review: Mapping) -> dict:
    zh, en = ("通过", "Approved") if review["decision"] == "approve" else ("退回", "Returned")
    reasons = [f"{each['item']} {each['reason']}" for each in review["reasons"]]
    return _event(review["at"], review["reviewer"], zh, en, [review["comment"], *reasons])


def _decisions(content: Mapping, decisions: Iterable[Mapping]) -> Iterator[dict]:
    items = {each["code"]: each for each in every(content)}
    for each in decisions:
        (was_zh, was_en), (zh, en) = (
            in_words(items.get(each["item"], OF_ANOTHER), each[name]) for name in ("sent", "answer")
        )
        by_appeal = each["appeal"] is not None
        yield _event(
            each["at"],
            each["by"],
            f"{'申诉后' if by_appeal else ''}改定 {each['item']}：{was_zh} → {zh}",
            f"Decided {each['item']}{' after an appeal' if by_appeal else ''}: {was_en} → {en}",
            [each["reason"]],
        )


def _rulings(visit: Mapping) -> Iterator[dict]:
    admission, voiding = visit["admission"], visit["voiding"]
    if admission:
        yield _event(admission["at"], admission["by"], "准入", "Admitted", [admission["reason"]])
    if voiding:
        zh, en = WHYS[voiding["why"]]
        open_ = voiding["open"]
        yield _event(
            voiding["proposed_at"],
            voiding["proposed_by"],
            f"提议作废：{zh}" if open_ or voiding["confirmed_by"] else f"作废：{zh}",
            f"Proposed to void: {en}" if open_ or voiding["confirmed_by"] else f"Voided: {en}",
            [voiding["reason"]],
        )
    if voiding and voiding["confirmed_at"]:
        yield _event(voiding["confirmed_at"], voiding["confirmed_by"], "确认作废", "Voiding confirmed")


# --- what changed ------------------------------------------------------------------------------------------------


def since(seen: Seen, content: Mapping, visit: Mapping) -> list[dict]:
    """What was decided since, in its order."""
    told = [
        *map(_review, visit["reviews"][seen.reviews :]),
        *_decisions(content, visit["decisions"][seen.decisions :]),
        *_rulings(
            {
                "admission": None if seen.admitted else visit["admission"],
                "voiding": visit["voiding"] if visit["voiding"] and visit["voiding"]["id"] != seen.voiding else None,
            }
        ),
    ]
    return sorted(told, key=lambda each: each["at"])


def moved(seen: Seen, visit: Mapping) -> dict | None:
    """Where the visit stands now, when that is elsewhere than where it stood."""
    if seen.state == visit["state"]:
        return None
    (was_zh, was_en), (now_zh, now_en) = (VISITS.get(each, (each, each)) for each in (seen.state, visit["state"]))
    return {"zh": f"{was_zh} → {now_zh}", "en": f"{was_en} → {now_en}", "over": visit["state"] in OVER}


def counting(answers: Iterable[Mapping], decisions: Iterable[Mapping], revision: int) -> dict[str, dict]:
    """Per item what counts of a revision: what was sent, with what had been decided on it over that."""
    found = {each["item"]: dict(each) for each in answers}
    for each in decisions:
        if each["revision"] == revision:
            kept = {name: found.get(each["item"], {}).get(name) for name in ("photos", "note", "flag")}
            found[each["item"]] = {"item": each["item"]} | each["answer"] | {k: v for k, v in kept.items() if v}
    return found


def differences(content: Mapping, before: Mapping[str, Mapping], after: Mapping[str, Mapping]) -> list[dict]:
    """Item by item what is another now: the answers in words, notes, and how many photos came and went."""
    found = []
    for item in every(content):
        was, now = before.get(item["code"], {}), after.get(item["code"], {})
        if was != now:
            old, new = set(was.get("photos", ())), set(now.get("photos", ()))
            found.append(
                {
                    "item": item,
                    "was": in_words(item, was),
                    "now": in_words(item, now),
                    "notes": (was.get("note"), now.get("note")) if was.get("note") != now.get("note") else None,
                    "came": len(new - old),
                    "went": len(old - new),
                }
            )
    return found
