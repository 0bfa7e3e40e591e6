"""What a refusal says, in the language of the page: the API's sentences are English, and its pointers name fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field

from audit.base.problems import Problem
from audit.web import states
from audit.web.sentences import SENTENCES

Words = tuple[str, str]  # zh, en
BOTH = " · "  # between the Chinese and the English of sentences that carry both
FIELDS: dict[str, Words] = {
    "unit": ("责任单位", "Responsible unit"),
    "due_on": ("最迟完成", "Due"),
    "kind": ("方式", "Kind"),
    "note": ("说明", "Note"),
    "reason": ("理由", "Reason"),
    "comment": ("意见", "Comment"),
    "decision": ("处理意见", "Decision"),
    "photos": ("照片", "Photos"),
    "answer": ("认定值", "Value"),
    "value": ("数值", "Number"),
    "n": ("数量", "How many"),
    "m": ("总数", "Of how many"),
    "yes": ("是否", "Yes or no"),
    "choice": ("选项", "Choice"),
    "not_applicable": ("不适用的理由", "Why it does not apply"),
    "item": ("条目", "Item"),
    "items": ("条目", "Items"),
    "county": ("县（区）", "County"),
    "round": ("轮次", "Round"),
    "state": ("状态", "State"),
    "page": ("页码", "Page"),
    "q": ("查找", "Search"),
    "from": ("自", "From"),
    "to": ("至", "To"),
    "year": ("年度", "Year"),
    "file": ("文件", "File"),
    "visit": ("核查", "Visit"),
    "edition": ("清单版本", "Edition"),
    "code": ("编号", "Code"),
    "name": ("名称", "Name"),
    "area": ("区域", "Area"),
    "opens_on": ("开始日期", "First day"),
    "closes_on": ("截止日期", "Last day"),
    "editions": ("清单", "Checklists"),
    "township": ("乡镇", "Townships"),
    "village": ("村级", "Villages"),
    "ranking_policy": ("排名规则", "Ranking policy"),
    "card_policy": ("亮牌规则（按得分）", "Cards by score"),
    "progress_policy": ("亮牌规则（按整改进度）", "Cards by rectification"),
    "followup_policy": ("申诉与整改时限", "Days for appeals and rectification"),
    "township_weight": ("乡镇权重", "Weight of townships"),
    "what": ("步骤", "Step"),
    "level": ("层级", "Level"),
    "per_county": ("每县抽取", "Of each county"),
    "count": ("个数", "Number"),
    "share": ("比例", "Share"),
    "seed": ("种子", "Seed"),
    "centre": ("中心", "Centre"),
    "inspector": ("检查员", "Inspector"),
    "inspectors": ("检查员", "Inspectors"),
    "exclusions": ("回避", "Not to"),
    "blind": ("盲测", "Blind"),
    "division": ("印发单位", "Issued by"),
    "title": ("清单名称与文号", "Title and number"),
    "issued_on": ("印发日期", "Issued on"),
    "document": ("原件", "Document"),
    "basis": ("依据", "Basis"),
    "appeal_days": ("申诉期", "Days for appeals"),
    "sent_to": ("主送单位", "Addressees"),
    "version": ("版本", "Version"),
    "colour": ("颜色", "Colour"),
    "sort": ("排序", "Order"),
}
STATES = states.CARDS | states.VISITS | states.ROUNDS
OF = {"finding": states.FINDINGS, "appeal": states.APPEALS}
_RULES = [(re.compile(pattern), zh) for pattern, zh in SENTENCES]


@dataclass(frozen=True)
class Vocabulary:
    """What the pages of one group call fields and states otherwise than everybody does."""

    fields: Mapping[str, Words] = field(default_factory=dict)
    states: Mapping[str, tuple] = field(default_factory=dict)


COMMON = Vocabulary()


def spoken(problem: Problem, language: str, own: Vocabulary = COMMON) -> Problem:
    """The same refusal in the language: sentences, names of fields, and the checks that stand in the way."""
    told = copy(problem)
    told.detail = sentence(problem.detail, language, own)
    told.errors = [
        {"pointer": place(each["pointer"], language, own), "detail": sentence(each["detail"], language, own)}
        for each in problem.errors
    ]
    told.errors += [
        {"pointer": "", "detail": f"{each[language]} ({each['count']})"} for each in problem.extra.get("checks", ())
    ]
    return told


def place(pointer: str, language: str, own: Vocabulary = COMMON) -> str:
    """What a page calls the field that a JSON pointer names; a place in a list is counted from 1, a row as it is."""
    nth = 0 if language == "zh" else 1
    parts = [part for part in pointer.split("/") if part]
    if len(parts) == 2 and parts[0] == "photos" and parts[1].isdigit():
        number = int(parts[1]) + 1
        return (f"第{number}张照片", f"Photo {number}")[nth]
    row = (f"第 {parts[0]} 行 ", f"row {parts[0]}, ")[nth] if len(parts) > 1 and parts[0].isdigit() else ""
    names = [called(part, language, own) for part in (parts[1:] if row else parts)]
    return row + ("：", ": ")[nth].join(names)


def called(name: str, language: str, own: Vocabulary = COMMON) -> str:
    """What a page calls a field."""
    return (own.fields.get(name) or FIELDS.get(name) or (name, name))[0 if language == "zh" else 1]


def sentence(text: str, language: str, own: Vocabulary = COMMON) -> str:
    """A sentence in the language: one half of those that carry both, or the Chinese of a known English one."""
    zh, between, en = text.partition(BOTH)
    if between:
        return zh if language == "zh" else en
    if language != "zh":
        return text
    return _in_chinese(text, own) or "；".join(_in_chinese(each, own) or each for each in text.split("; "))


def _in_chinese(text: str, own: Vocabulary) -> str | None:
    for pattern, zh in _RULES:
        if found := pattern.fullmatch(text):
            return re.sub(r"\{(\w+) (\w+)\}", lambda each: _state(*each.groups(), own), found.expand(zh))
    return None


def _state(of: str, name: str, own: Vocabulary) -> str:
    """A state in Chinese: of what is named, or else of what the page is about."""
    known = OF.get(of) or STATES | own.states
    return known.get(name, (name,))[0]
