"""What the office's forms refuse, in the language of the page: fields by their labels, and checks one by one."""

from __future__ import annotations

import re
from copy import copy

from audit.base import http
from audit.base.problems import Problem
from audit.web import pages, wording
from audit.web.ranked import STATES

FIELDS = {
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
    "kind": ("方式", "Kind"),
    "per_county": ("每县抽取", "Of each county"),
    "count": ("个数", "Number"),
    "share": ("比例", "Share"),
    "seed": ("种子", "Seed"),
    "due_on": ("最迟完成", "Due"),
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
SENTENCES = [
    (r"lies before opens_on", "早于开始日期"),
    (r"lies before the round opens", "早于轮次开始日期"),
    (r"lies after the round closes, ([\d-]+)", r"晚于轮次截止日期（\1）"),
    (r"lies after today, ([\d-]+)", r"晚于今天（\1）"),
    (r"(\w+): no such division", r"\1：没有该行政区划"),
    (r"(\w+): ambiguous between code sets", r"\1：多套代码中都有，无法确定"),
    (r"(\w+): no such division in your area", r"\1：不在您的辖区内"),
    (r"no published checklist of that name for the (?:township|village) level", "没有该层级的这一清单"),
    (r"no published \w+(?: policy)? of that name.*", "没有已发布的这一规则"),
    (r"count or share, one of them", "个数与比例须填其一"),
    (r"more than 0, at most 1", "须大于 0、不超过 1"),
    (r"there is no centre to draw from", "没有可抽取的中心"),
    (r"no such inspector", "没有该检查员"),
    (r"must be one of the inspectors, with counties of the round", "须为所选检查员，县区须在本轮次内"),
    (r"none of them may go to (.+)", r"所选检查员都不能去：\1"),
    (r"(\w+): no county or township of the round's area", r"\1：不是本轮次区域内的县区或乡镇"),
    (r"no share of the round's checklists.*", "本轮清单中没有由下发清单确定应有数的这一条目"),
    (r"a document is a PDF, JPEG, PNG, xlsx or docx, without macros", "原件须为 PDF、JPEG、PNG、xlsx 或 docx，不含宏"),
    (r"the round has no policy for cards of this kind", "本轮未设这一类亮牌规则"),
    (r"no county of the round: (.+)", r"不是本轮次的县区：\1"),
    (r"the round has no policy that says how many", "本轮未设时限规则，请填写申诉期"),
    (r"a second person confirms", "由您本人提出，须由考核办另一人确认"),
    (r"who issued a card does not withdraw it", "该牌由您本人发出，须由考核办另一人撤销"),
    (r"accept what the checks found, and say why in the note", "请核对下列事项，勾选接受并在说明中写明理由"),
    (r"not an exact number", "格式不正确"),
    (r"must lie between (\S+) and (\S+)", r"须在 \1 至 \2 之间"),
]
_RULES = [(re.compile(pattern), zh) for pattern, zh in SENTENCES]
_NOW = re.compile(r"it is (\w+)")
CARDS = {"withdrawn": ("已撤销", "withdrawn"), "replaced": ("已被新版替换", "replaced")}


def refused(problem: Problem):
    """The answer to a form that was refused."""
    return http.refuse(spoken(problem, pages.language()))


def spoken(problem: Problem, language: str) -> Problem:
    """The same refusal in the language, with each check that stands in the way."""
    told = copy(problem)
    told.detail = _sentence(problem.detail, language)
    told.errors = [
        {"pointer": _field(each["pointer"], language), "detail": _sentence(each["detail"], language)}
        for each in problem.errors
    ]
    told.errors += [_check(each, language) for each in problem.extra.get("checks", ())]
    return wording.spoken(told, language)


def _check(check: dict, language: str) -> dict:
    return {"pointer": "", "detail": f"{check[language]} ({check['count']})"}


def _field(pointer: str, language: str) -> str:
    """Each part of a pointer by its label; what has none of ours is left to the others."""
    nth, parts = 0 if language == "zh" else 1, [part for part in pointer.split("/") if part]
    known = [FIELDS[part][nth] if part in FIELDS else part for part in parts]
    return "/".join(known)


def _sentence(text: str, language: str) -> str:
    if found := _NOW.fullmatch(text):
        return _state(found[1], language)
    if language == "zh":
        for pattern, zh in _RULES:
            if found := pattern.fullmatch(text):
                return found.expand(zh)
    return text


def _state(name: str, language: str) -> str:
    """Of a round or a card: as it stands now."""
    zh, en = (CARDS.get(name) or STATES.get(name) or (name, name))[:2]
    return f"当前状态：{zh}" if language == "zh" else f"It is {en.lower()}"
