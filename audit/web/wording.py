"""What a refusal says, in the language of the page: the API's sentences are English, and its pointers name fields."""

from __future__ import annotations

import re
from copy import copy

from audit.base.problems import Problem

BOTH = " · "  # between the Chinese and the English of sentences that carry both
STATES = {
    "open": ("待下达", "to be ordered"),
    "ordered": ("整改中", "being mended"),
    "reported": ("待核验", "to be verified"),
    "closed": ("已销号", "closed"),
    "withdrawn": ("已撤销", "withdrawn"),
}
OUTCOMES = {
    "open": ("待决定", "open"),
    "upheld": ("变更", "upheld"),
    "dismissed": ("维持", "dismissed"),
    "withdrawn": ("已撤回", "withdrawn"),
}
OTHERS = {  # of visits and of rounds
    "waiting": ("等待照片", "waiting for photos"),
    "submitted": ("待复核", "to be reviewed"),
    "returned": ("已退回", "returned"),
    "approved": ("已通过", "approved"),
    "void": ("已作废", "void"),
    "closed": ("已截止", "closed"),
    "frozen": ("已冻结", "frozen"),
    "published": ("已公布", "published"),
}
FIELDS = {
    "unit": ("责任单位", "Responsible unit"),
    "due_on": ("整改期限", "Deadline"),
    "kind": ("类别", "Kind"),
    "note": ("说明", "Note"),
    "reason": ("理由", "Reason"),
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
}
# what schemas and actions say, and the same in Chinese
SENTENCES = [
    (r"Missing data for required field\.", "必填"),
    (r"Field may not be null\.", "必填"),
    (r"Unknown field\.", "不是本表的内容"),
    (r"must have (\d+) to (\d+) characters", r"须为 \1 至 \2 个字"),
    (r"has control or invisible characters", "含有不可见字符，请重新输入"),
    (r"has NUL or a lone surrogate", "含有无法保存的字符"),
    (r"Not a valid (date|string|integer|number)\.", "格式不正确"),
    (r"not of the form that is wanted", "格式不正确"),
    (r"Must be one of: .+", "请从所列各项中选择"),
    (r"Length must be between (\d+) and (\d+)\.", r"须为 \1 至 \2 项"),
    (r"Must be greater than or equal to (\S+) and less than or equal to (\S+)\.", r"须在 \1 至 \2 之间"),
    (r"a number is wanted", "请填数字"),
    (r"a whole number is wanted", "请填整数"),
    (r"must be a whole number", "须为整数"),
    (r"true or false is wanted", "请选择是或否"),
    (r"at most (\d+) decimals", r"最多 \1 位小数"),
    (r"must lie between 0 and (\d+)", r"须在 0 至 \1 之间"),
    (r"m must lie between 0 and (\d+)", r"总数须在 0 至 \1 之间"),
    (r"n is larger than m", "数量大于总数"),
    (r"m is always (\d+) for this item", r"本条目总数固定为 \1"),
    (r"the sample has at most (\d+) cases", r"抽样最多 \1 件"),
    (r"not one of the choices of this item", "不是本条目的选项"),
    (r"this item always applies", "本条目不得填不适用"),
    (r"this item applies in this division", "本条目在本地适用，不得填不适用"),
    (r"a \w+ answer takes .+, or not_applicable", "请按本条目的填报方式填写认定值"),
    (r"an appeal that is upheld has an answer, one that is dismissed has none", "变更须填认定值，维持不填"),
    (r"lies before today, ([\d-]+)", r"早于今天（\1）"),
    (r"the round has no policy for deadlines: say the day", "本轮次未定期限规则，请填写整改期限"),
    (r"no such county in the round and in your area", "本轮次和您的辖区内没有该县（区）"),
    (r"a photo stands twice", "同一照片重复"),
    (r"you have not sent this photo", "该照片不是由您上传的"),
    (r"it cannot be read as a photo", "无法作为照片读取"),
    (r"it was kept as long as it had to be, and let go of", "该照片已超过保存期限"),
    (
        r"it came at (.+), before the finding \((.+)\)",
        r"\1 已上传过，早于问题发现时间（\2），请上传整改后新拍的照片",
    ),
    (
        r"its camera says (.+), before the finding \((.+)\)",
        r"拍摄时间为 \1，早于问题发现时间（\2），请上传整改后新拍的照片",
    ),
    (r"not an item of the edition", "清单中没有该条目"),
    (r"another visit counts for the centre, or none", "该中心另有计分的检查，或暂无计分的检查"),
    (r"appeal (\d+) on (\w+): (\w+)", r"申诉 \1（\2）：{appeal \3}"),
    (r"somebody verifies it who was not on the visit", "参与本次检查的人员不得核验"),
    (r"somebody verifies it who did not report it", "上报整改的人员不得核验"),
    (r"somebody decides who was not on the visit", "参与本次检查的人员不得决定"),
    (r"somebody decides who did not file the appeal", "提出申诉的人员不得决定"),
    (r"somebody decides who did not review the visit", "复核过本次检查的人员不得决定"),
    (r"it is (\w+)", r"当前状态：{finding \1}"),
    (r"(\d+) bytes; at most (\d+)", r"共 \1 字节，最多 \2 字节"),
    (r"at most (\d+) bytes", r"最多 \1 字节"),
    (r"(.+); at most (\d+) Mpx for (\w+)", r"\1；\3 最多 \2 百万像素"),
]
_RULES = [(re.compile(pattern), zh) for pattern, zh in SENTENCES]


def spoken(problem: Problem, language: str) -> Problem:
    """The same refusal, with its sentences and the names of its fields in the language."""
    told = copy(problem)
    told.detail = sentence(problem.detail, language)
    told.errors = [
        {"pointer": field(each["pointer"], language), "detail": sentence(each["detail"], language)}
        for each in problem.errors
    ]
    return told


def field(pointer: str, language: str) -> str:
    """What a page calls the field that a JSON pointer names; a place in a list is counted from 1."""
    nth = 0 if language == "zh" else 1
    parts = [part for part in pointer.split("/") if part]
    if len(parts) == 2 and parts[0] == "photos" and parts[1].isdigit():
        number = int(parts[1]) + 1
        return (f"第{number}张照片", f"Photo {number}")[nth]
    return ("：", ": ")[nth].join(FIELDS.get(part, (part, part))[nth] for part in parts)


def sentence(text: str, language: str) -> str:
    """A sentence in the language: one half of those that carry both, or the Chinese of a known English one."""
    zh, between, en = text.partition(BOTH)
    if between:
        return zh if language == "zh" else en
    if language != "zh":
        return text
    return _in_chinese(text) or "；".join(_in_chinese(each) or each for each in text.split("; "))


def _in_chinese(text: str) -> str | None:
    for pattern, zh in _RULES:
        if found := pattern.fullmatch(text):
            return re.sub(r"\{(\w+) (\w+)\}", lambda each: _state(*each.groups()), found.expand(zh))
    return None


def _state(of: str, name: str) -> str:
    known = OTHERS | (STATES | OUTCOMES if of == "appeal" else OUTCOMES | STATES)
    return known.get(name, (name, name))[0]
