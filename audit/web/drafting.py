"""The file of an edition before it is published: what is wrong with it, or what is new in it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from audit.base import http
from audit.base.db import digest_of
from audit.base.problems import Problem, ValidationError
from audit.checklists import editions
from audit.checklists import queries as checklists
from audit.web import amendments, pages, refusals, wording
from audit.web.editions import KINDS

MOST_FORM = 3 * editions.MOST_BYTES + pages.MOST_BYTES  # a Chinese letter of a file takes nine bytes of a form
SENTENCES = [
    (r"must be one of .+", "须为所列种类之一"),
    (r"the weights of the scored dimensions must sum to 100", "计分维度的权重合计须为 100"),
    (r"(\w+): items weigh (\S+), the dimension says (\S+)", r"\1：条目权重合计 \2，维度为 \3"),
    (r"two codes differ in nothing but case or width", "两个编号只有大小写或全半角之别"),
    (r"two dimensions have one code", "两个维度编号相同"),
    (r"items name dimensions that are not there: (.+)", r"条目所列维度不存在：\1"),
    (r"not in the legend: (.+)", r"来源说明中没有：\1"),
    (r"a bonus brings points", "加分项须为正分"),
    (r"a deduction takes points", "扣分项须为负分"),
    (r"a choice wants choices with different codes", "选择项须有编号不同的选项"),
    (r"must name a choice with credit.*", "须为有得分率的选项"),
    (r"a \w+ item has none", "这类条目没有此项"),
    (r"must be true", "须为 true"),
    (r"must be exact numbers", "须为精确数字"),
    (r"not an exact number", "不是精确数字"),
    (r"a share lies between 0 and 1", "比例须在 0 至 1 之间"),
    (r"0 is no standard where higher is better", "越高越好的条目，标准不能为 0"),
    (r"a count where lower is better says what each one costs", "越低越好的计数条目须写明每单位扣减"),
    (r"must be said for every share whose whole can be 0", "总数可能为零的比例条目须写明"),
    (r"low is above high", "下限高于上限"),
    (r'a whole number or an exact string such as "0.5" is wanted', '须为整数，或写成字符串的精确小数，如 "0.5"'),
    (r"must lie between (\S+) and (\S+)", r"须在 \1 至 \2 之间"),
    (r"true, a whole number, an exact string or the code of a choice is wanted", "须为 true、整数、精确小数或选项编号"),
    (r"the two weights must sum to 1", "两个权重合计须为 1"),
    (r"each key once, each county in one group at most", "分组不得重名，每县至多一组"),
    (r"bands go from best to worst, each with its own key and bound", "档次须由高到低，编号和下限各不相同"),
    (r"escalation names bands that are not there", "升级所列档次不存在"),
    (r"a day is a holiday or a workday", "同一天不能既放假又上班"),
    (r"(\S+) is no day of (\d+)", r"\1 不是 \2 年的日期"),
    (r"has NUL or a lone surrogate", "含有无法保存的字符"),
    (r".+: larger than (\d+) bytes", r"文件超过 \1 字节"),
    (r"Not a valid .+\.", "格式不正确"),
    (r"Invalid (?:input )?type\.", "格式不正确"),
    (r"Must be equal to (.+)\.", r"须为 \1"),
    (r"Length must be (\d+)\.", r"须为 \1 项"),
]
_RULES = [(re.compile(pattern), zh) for pattern, zh in SENTENCES]


def the_file(files: list) -> tuple[str, bytes]:
    """(name, bytes) of the one file that a form brought."""
    if len(files) != 1:
        raise ValidationError(errors={"/file": pages.say("请选择一个文件", "choose one file")})
    return files[0][1].filename, files[0][1].read(editions.MOST_BYTES + 1)


def tried(name: str, raw: bytes) -> dict:
    """What publishing a file would come to: all that is wrong with it, or what is new in it. Nothing is stored."""
    try:
        content = editions.parse(name, raw)
    except ValidationError as problem:
        return {"name": name, "faults": _faults(problem, raw)}
    known = checklists.known(content["id"])
    newest = checklists.newest(content["kind"], content.get("level"))
    digest = digest_of(content)
    return {
        "name": name,
        "faults": [],
        "text": raw.decode("utf-8"),
        "content": content,
        "kind": KINDS[content["kind"]],
        "digest": digest,
        "standing": known and ("same" if known.digest == digest else "other"),
        "newest": newest and newest.id,
        "found": amendments.between(newest.content, content) if newest else None,
    }


def status_of(trial: Mapping) -> int:
    """Of the answer to a file: what is at fault is refused as the API would."""
    return 422 if trial["faults"] else 200


def typed(given: Mapping[str, str]) -> dict:
    """The content that a form sends to be published, checked again."""
    return editions.parse("edition.toml", given.get("text", "").encode())


def _faults(problem: ValidationError, raw: bytes) -> list[dict]:
    """Each fault with the item it is in, by its code where the file can be read so far."""
    language = pages.language()
    content = editions.readable(raw)
    if not problem.errors:
        return [{"place": "", "what": sentence(problem.detail, language)}]
    return [
        {"place": place(each["pointer"], content, language), "what": sentence(each["detail"], language)}
        for each in problem.errors
    ]


def place(pointer: str, content: Mapping, language: str) -> str:
    """Where in a file: /items/3/weight is TA04 · 权重."""
    parts, at, said = pointer.strip("/").split("/"), content, []
    for part in parts:
        at = _into(at, part)
        named = at.get("code") or at.get("key") if part.isdigit() and isinstance(at, Mapping) else None
        said.append(str(named) if named else part)
    lists = [part for part in said if part not in amendments.LISTS or len(said) == 1]
    return amendments.label(tuple(lists))[0 if language == "zh" else 1]


def _into(value, part: str):
    if isinstance(value, Mapping):
        return value.get(part)
    inside = isinstance(value, list) and part.isdigit() and int(part) < len(value)
    return value[int(part)] if inside else None


def sentence(text: str, language: str) -> str:
    """What is wrong, in the language."""
    if language != "zh":
        return text
    return "；".join(_in_chinese(each) for each in text.split("; "))


def _in_chinese(text: str) -> str:
    known = next((found.expand(zh) for pattern, zh in _RULES if (found := pattern.fullmatch(text))), None)
    return known or wording.sentence(text, "zh")


def refused(problem: Problem):
    """A refusal in the language of the page."""
    return http.refuse(refusals.spoken(problem, pages.language()))
