"""What differs between two editions or policies, field by field, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from audit.web.formulas import KINDS

Words = tuple[str, str]  # zh, en
LISTS = {"items": ("条目", "Items"), "bonus": ("加分项", "Bonus"), "deductions": ("扣分项", "Deductions")}
UNTOLD = {"id", "kind", "level"}
TREE = {"measure": ("测量", "measure"), "count": ("计数", "count"), "share": ("比例", "share"),
        "yes_no": ("是否", "yes or no"), "choice": ("选择", "choice")}  # fmt: skip
METHODS = {"site": ("看现场", "on site"), "documents": ("查资料", "documents"), "system": ("系统数据", "system data"),
           "call": ("电话", "call"), "covert": ("暗访", "covert")}  # fmt: skip
COSTS = {"none": ("无需经费", "no cost"), "low": ("少量经费", "low cost"), "medium": ("中等经费", "medium cost"),
         "long_term": ("长期建设", "long term")}  # fmt: skip
VALUES: dict[str, dict[str, Words]] = {
    "answer": TREE,
    "methods": METHODS,
    "cost": COSTS,
    "counted_kinds": KINDS,
    "basis": {"level": ("得分水平", "score"), "progress": ("整改进度", "rectification")},
    "better": {"higher": ("越高越好", "higher is better"), "lower": ("越低越好", "lower is better")},
    "photos_when": {"always": ("必拍", "always"), "claimed": ("有则拍", "when it is there")},
    "full_marks_at": {"baseline": ("示范点基线", "baseline"), "standard": ("标准", "standard")},
    "when_m_zero": {
        "county_duty": ("县未下发清单，不评定", "the county's duty, not assessed"),
        "zero": ("计零分", "zero"),
        "not_applicable": ("不适用", "not applicable"),
    },
    "not_applicable": {
        "never": ("不得填", "never"),
        "with_reason": ("说明理由可填", "with a reason"),
        "outside:bilingual": ("限藏汉双语地区以外", "outside bilingual areas"),
    },
}
FIELDS: dict[str, Words] = {
    "title": ("名称", "Title"),
    "dimension": ("维度", "Dimension"),
    "dimensions": ("维度", "Dimension"),
    "zh": ("中文", "Chinese"),
    "en": ("英文", "English"),
    "bo": ("藏文", "Tibetan"),
    "text": ("内容", "Text"),
    "answer": ("填报方式", "Answer"),
    "unit": ("单位", "Unit"),
    "methods": ("核查方式", "Checked by"),
    "better": ("方向", "Direction"),
    "standard": ("标准", "Standard"),
    "demonstration": ("示范型", "demonstration"),
    "weight": ("权重", "Weight"),
    "scored": ("计分", "Scored"),
    "photos": ("照片张数", "Photos"),
    "photos_when": ("何时拍照", "Photos when"),
    "photo_hint": ("拍照提示", "Photo hint"),
    "plausible": ("合理范围", "Plausible range"),
    "full_marks_at": ("满分参照", "Full marks at"),
    "per_unit": ("每单位扣减", "Lost per unit"),
    "cap_below": ("底线", "Floor"),
    "of": ("固定总数", "Always of"),
    "sample": ("抽样上限", "Sample"),
    "when_m_zero": ("总数为零时", "When m is 0"),
    "not_applicable": ("不适用", "Not applicable"),
    "choices": ("选项", "Choice"),
    "credit": ("得分率", "Credit"),
    "meets_from": ("达标选项", "Meets from"),
    "veto": ("否决项", "Veto"),
    "remedy": ("整改建议", "Remedy"),
    "cost": ("经费", "Cost"),
    "source": ("来源", "Source"),
    "sources": ("来源说明", "Legend of sources"),
    "item": ("条目", "item"),
    "direction": ("方向", "direction"),
    "points": ("分值", "Points"),
    "dimension_cap": ("触底线时维度最高分", "Most points under a floor"),
    "bonus_cap": ("加分上限", "Most bonus points"),
    "township_weight": ("乡镇权重", "Weight of townships"),
    "village_weight": ("村级权重", "Weight of villages"),
    "village_floor_count": ("村级最少抽查个数", "Least villages"),
    "village_floor_share": ("村级最低抽查比例", "Least share of villages"),
    "coverage_floor": ("乡镇覆盖率下限", "Coverage floor"),
    "county_duty_deduction": ("县未下发清单每项扣分", "Deduction per list not issued"),
    "counted_kinds": ("计入的检查", "Visits that count"),
    "groups": ("分组", "Group"),
    "counties": ("县（区）", "Counties"),
    "bands": ("档次", "Band"),
    "word": ("含义", "Word"),
    "lowest": ("最低分", "From"),
    "despite_veto": ("有否决项仍可", "Despite a veto"),
    "fill": ("底色", "Fill"),
    "ink": ("字色", "Ink"),
    "shape": ("形状", "Shape"),
    "effect": ("效果", "Effect"),
    "basis": ("依据", "Basis"),
    "escalation": ("升级", "Escalation"),
    "running": ("连续期数", "Running"),
    "from": ("由", "From"),
    "to": ("至", "To"),
    "year": ("年度", "Year"),
    "holidays": ("放假日", "Holidays"),
    "workdays": ("调休上班日", "Working weekend days"),
    "appeal_days": ("申诉期（工作日）", "Days for appeals"),
    "decision_days": ("处理期（工作日）", "Days for decisions"),
    "order_days": ("整改期（工作日）", "Days for rectification"),
    "long_term_days": ("长期整改期（工作日）", "Days for long-term rectification"),
    "annual": ("年度折算", "Annual"),
    "k": ("折算系数k", "k"),
    "per_card": ("每张牌加减分", "Points per card"),
    "floor": ("下限", "Floor"),
    "cap": ("上限", "Cap"),
    "red": ("红牌", "red"),
    "yellow": ("黄牌", "yellow"),
    "green": ("绿牌", "green"),
    "blue": ("蓝牌", "blue"),
}
# beneath these `standard` is a tier, and not what must be reached
TIER = ("标准型", "standard tier")


def between(before: Mapping, after: Mapping) -> dict:
    """What was added, removed and changed from one content to the other; `same` when nothing was."""
    head = _fields(_head(before), _head(after))
    lists = []
    for name, words in LISTS.items():
        old, new = ({each["code"]: each for each in content.get(name, ())} for content in (before, after))
        changed = [(new[code], _fields(old[code], new[code])) for code in new if code in old]
        told = {
            "name": words,
            "added": [each for code, each in new.items() if code not in old],
            "removed": [each for code, each in old.items() if code not in new],
            "changed": [{"item": each, "fields": fields} for each, fields in changed if fields],
        }
        if told["added"] or told["removed"] or told["changed"]:
            lists.append(told)
    return {"head": head, "lists": lists, "same": not head and not lists}


def table(content: Mapping) -> list[tuple[Words, Words]]:
    """Everything that a policy says, field by field."""
    return [(label(path), said(path, value)) for path, value in _leaves(_head(content))]


def _head(content: Mapping) -> dict:
    return {name: value for name, value in content.items() if name not in UNTOLD and name not in LISTS}


def _fields(before: Mapping, after: Mapping) -> list[dict]:
    """Each leaf that is not the same, in the order of the new content; those that went come last."""
    old, new = dict(_leaves(before)), dict(_leaves(after))
    paths = [*new, *(path for path in old if path not in new)]
    return [
        {"label": label(path), "before": said(path, old.get(path)), "after": said(path, new.get(path))}
        for path in paths
        if old.get(path) != new.get(path)
    ]


def _leaves(value, at: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    if isinstance(value, Mapping) and value.keys() != {"zh", "en"}:
        for name, each in value.items():
            yield from _leaves(each, (*at, name))
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        for each in value:
            name = "code" if "code" in each else "key"
            yield from _leaves({field: one for field, one in each.items() if field != name}, (*at, each[name]))
    else:
        yield at, value


def label(path: tuple[str, ...]) -> Words:
    """What a field is called; a code or a key by itself."""
    words = [
        TIER if part == "standard" and at and path[at - 1] == "standard" else FIELDS.get(part, (part, part))
        for at, part in enumerate(path)
    ]
    return " · ".join(zh for zh, _ in words), " · ".join(en for _, en in words)


def said(path: tuple[str, ...], value) -> Words:
    """A value in words; — for none."""
    if value is None:
        return "—", "—"
    if isinstance(value, Mapping):
        return value["zh"], value["en"]
    if isinstance(value, bool):
        return ("是", "yes") if value else ("否", "no")
    if isinstance(value, list):
        words = [said(path, each) for each in value]
        return "、".join(zh for zh, _ in words), ", ".join(en for _, en in words)
    known = VALUES.get(path[-1], {}) if path else {}
    return known.get(str(value), (str(value), str(value)))
