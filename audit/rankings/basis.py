"""得分依据: one line per item of each counted visit, and one per bonus, deduction and capped dimension."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from audit.accounts.models import Account
from audit.base.clock import shown
from audit.base.db import batches
from audit.inspections import covert
from audit.inspections.explain import REASONS
from audit.inspections.explain import shown as exact
from audit.inspections.models import Inspection, ItemPhoto, Participant, Review, Score
from audit.rankings import origins
from audit.rankings.queries import Frame, Row
from audit.rankings.sheets import Column
from audit.scoring.score import printed

VERDICTS = {"met": "达标", "not_met": "未达标", "not_assessable": "不评定"}
FROM = {"baseline": "示范点基线", "standard": "标准"}
UNSCORED = "不计分维度"
NOT_APPLICABLE = "不适用"
ON_PAPER = (
    ("县(区)", "word", 11), ("中心", "text", 26), ("区划代码", "word", 14), ("条目", "word", 8),
    ("内容", "prose", 44), ("核查值", "text", 18), ("单位", "word", 7), ("填报值", "text", 14),
    ("取值依据", "prose", 22), ("标准", "text", 14), ("参照值", "text", 14), ("参照来源", "word", 12),
    ("判定", "word", 9), ("满分", "score", 8), ("得分", "score", 8), ("理由", "prose", 38), ("照片数", "count", 8),
    ("核查时间", "word", 17), ("检查员", "text", 16), ("复核员", "text", 10), ("修订", "count", 7),
)  # fmt: skip
TO_LOOK_UP = (("照片SHA-256", "text", 24), ("检查编号", "text", 38))
PRINTED = len(ON_PAPER)  # what comes after stays off the paper


def columns() -> list[Column]:
    """The columns of 得分依据; a line is a dict by heading. 核查值 is what was scored; 填报值 what was sent, where that
    is something else, and 取值依据 says by whose word."""
    kinds = (*ON_PAPER, *TO_LOOK_UP)
    return [Column(heading, kind, lambda row, key=heading: row.get(key), width) for heading, kind, width in kinds]


@dataclass(frozen=True)
class Told:
    """A counted visit as its score explains it: all that 得分依据, 问题清单 and the evidence of a county are made of.

    `photos` are the digests by item. `people` has the cells 检查员 and 复核员, and where something was decided or
    listed for the visit, under 取值依据 what stands in the place of which sent answer (`origins.told`).
    """

    row: Row
    explanation: dict
    photos: dict[str, list[str]]
    people: dict
    revision: int
    finished_at: datetime

    @property
    def origins(self) -> dict[str, dict]:
        """By item what replaced the sent answer; items that are not in it count as they were sent."""
        return self.people.get(origins.KEY, {})


def visits(of: Frame, rows: Iterable[Row], size: int = 100) -> Iterator[Told]:
    """The counted visits of these rows, in their order; `size` of them are in memory at a time.

    Of a published version as they were published.
    """
    if of.version is not None:
        yield from of.version.visits(rows, size)
        return
    counted = (row for row in rows if row.visited)
    for some in batches(counted, size):
        chunk = {row.inspection: row for row in some}
        photos, scores, people = _photos(chunk), _scores(chunk), _people(chunk)
        changed = origins.told(of, [each.inspection for each in scores.values()])
        for visit, row in chunk.items():
            made, explained = scores[visit].inspection, scores[visit].explanation
            who = people[visit] | ({origins.KEY: changed[visit]} if visit in changed else {})
            yield Told(row, explained, photos.get(visit, {}), who, made.revision, made.finished_at)


def lines(of: Frame, rows: Iterable[Row], level: str, *, for_county: bool = False) -> Iterator[dict]:
    """The lines of a level, in the order of its ranking; `for_county`: without who was on covert visits (0023)."""
    words = Words(of.levels[level].edition.content)
    for some in batches(visits(of, rows), 100):
        unnamed = covert.among([told.row.inspection for told in some]) if for_county else ()
        for told in some:
            about = _about(told) | ({"检查员": None} if told.row.inspection in unnamed else {})
            for line in _visit(told, words):
                yield about | line


def _photos(visits: Iterable) -> dict:
    found: dict = {}
    for each in ItemPhoto.select().where(ItemPhoto.inspection.in_(list(visits))).order_by(ItemPhoto.id):
        found.setdefault(each.inspection_id, {}).setdefault(each.item, []).append(each.digest)
    return found


def _scores(visits: Iterable) -> dict:
    query = Score.select(Score, Inspection).join(Inspection).where(Score.inspection.in_(list(visits)))
    return {each.inspection_id: each for each in query}


def _people(visits: Iterable) -> dict:
    """Who was on each visit, and who approved it, by their names."""
    teams, reviewers = {}, {}
    team = Participant.select(Participant, Account).join(Account).where(Participant.inspection.in_(list(visits)))
    for each in team.order_by(Participant.id):
        teams.setdefault(each.inspection_id, []).append(each.account.display)
    approvals = (
        Review.select(Review, Account)
        .join(Account)
        .where(Review.inspection.in_(list(visits)), Review.decision == "approve")
    )
    for each in approvals.order_by(Review.id):
        reviewers[each.inspection_id] = each.reviewer.display
    return {visit: {"检查员": "、".join(teams[visit]), "复核员": reviewers.get(visit)} for visit in visits}


class Words:
    """The Chinese of an edition: items, units, choices, dimensions; which items are shares, which have no points."""

    def __init__(self, content: dict):
        every = (*content["items"], *content.get("bonus", ()), *content.get("deductions", ()))
        self.text = {each["code"]: each["text"]["zh"] for each in every}
        self.unit = {each["code"]: each.get("unit") for each in every}
        self.choice = {
            each["code"]: {one["code"]: one["zh"] for one in each.get("choices", ())} for each in content["items"]
        }
        self.dimension = {each["code"]: each["zh"] for each in content["dimensions"]}
        self.shares = {each["code"] for each in content["items"] if each["answer"] == "share"}
        recorded = {each["code"] for each in content["dimensions"] if not each["scored"]}
        self.unscored = {each["code"] for each in content["items"] if each["dimension"] in recorded}

    def value(self, item: str, value) -> str | None:
        if isinstance(value, bool):
            return "是" if value else "否"
        return self.choice.get(item, {}).get(value, value)

    def bar(self, item: str, value) -> str | None:
        """A standard or reference: of a share a percentage, as its n of m is held against it."""
        if item not in self.shares or value is None:
            return self.value(item, value)
        percent = exact(Fraction(value) * 100)
        return f"约{printed(Fraction(value) * 100)}%" if "/" in percent else f"{percent}%"

    def sent(self, item: str, wire: dict | None) -> str | None:
        """An answer as it was sent, as people write it."""
        if wire is None:
            return None
        if "not_applicable" in wire:
            return NOT_APPLICABLE
        if "n" in wire:
            return f"{wire['n']}/{wire['m']}"
        (value,) = wire.values()
        return self.value(item, value)


def _about(told: Told) -> dict:
    return {
        "县(区)": told.row.county,
        "中心": told.row.name,
        "区划代码": told.row.code,
        "检查编号": str(told.row.inspection),
        "修订": told.revision,
        "核查时间": shown(told.finished_at),
        "检查员": told.people["检查员"],
        "复核员": told.people["复核员"],
    }


def _visit(told: Told, words: Words) -> Iterator[dict]:
    for item in told.explanation["items"]:
        line = _item(item, told.photos.get(item["code"], []), words)
        yield line | _origin(told.origins.get(item["code"]), item["code"], line["核查值"], words)
    for extra in told.explanation["extras"]:
        line = _extra(extra, told.photos.get(extra["code"], []), words)
        yield line | _origin(told.origins.get(extra["code"]), extra["code"], None, words)
    for dimension in told.explanation["dimensions"]:
        if dimension["capped_by"]:
            yield _cap(dimension, words)


def _origin(origin: dict | None, code: str, counted, words: Words) -> dict:
    """By whose word the value is what it is, and what was sent where that is another one."""
    sent = _number(words.sent(code, origin and origin["sent"]))
    return {"填报值": None if sent == counted else sent, "取值依据": origins.in_words(origin)}


def _number(text: str | None) -> Decimal | str | None:
    """What is a number as one, for people sort and add; all else as it is."""
    return Decimal(text) if text is not None and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) else text


def found(item: dict, words: Words) -> str | None:
    """What was found of an item, as people write it: 14/20 for a share."""
    return f"{item['n']}/{item['m']}" if item.get("n") else words.value(item["code"], item["value"])


def _item(item: dict, photos: list[str], words: Words) -> dict:
    code = item["code"]
    return {
        "条目": code,
        "内容": words.text[code],
        "核查值": NOT_APPLICABLE if item["reason"] == "not-applicable" else _number(found(item, words)),
        "单位": words.unit[code],
        "标准": _number(words.bar(code, item["standard"])),
        "参照值": _number(words.bar(code, item["reference"])),
        "参照来源": FROM.get(item["reference_from"]),
        "判定": VERDICTS[item["verdict"]],
        "满分": Decimal(item["possible"]),
        "得分": Decimal(item["points"]),
        "理由": REASONS[item["reason"]][0] + (f"（{UNSCORED}）" if code in words.unscored else ""),
        "照片数": item["photos"],
        "照片SHA-256": " ".join(photos),
    }


def _extra(extra: dict, photos: list[str], words: Words) -> dict:
    points = Decimal(extra["points"])
    return {
        "条目": extra["code"],
        "内容": words.text[extra["code"]],
        "判定": "扣分" if points < 0 else "加分",
        "得分": points,
        "理由": REASONS["no-evidence"][0] if extra["reason"] == "no-evidence" else "加扣分项，加分合计不超过上限",
        "照片数": len(photos),
        "照片SHA-256": " ".join(photos),
    }


def _cap(dimension: dict, words: Words) -> dict:
    """A cap has a line of its own: its items' points add up to more than the dimension kept."""
    return {
        "条目": "封顶",
        "内容": f"{words.dimension[dimension['code']]}：{'、'.join(dimension['capped_by'])}低于底线，本维度封顶",
        "核查值": Decimal(dimension["before_cap"]),
        "参照值": Decimal(dimension["value"]),
        "理由": f"维度得分由{dimension['before_cap']}降为{dimension['value']}（百分制）",
    }
