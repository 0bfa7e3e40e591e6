"""Sentences that reviewers write again and again: why an item goes back, why another answer counts."""

from __future__ import annotations

from collections.abc import Mapping

from audit.web.pages import say

RETURNS = {
    "unclear": (
        "照片模糊或过暗，看不清所要证明的内容，请重拍。",
        "The photo is too blurred or too dark to show what it should prove: please take it again.",
    ),
    "not-shown": (
        "照片未反映本条目要求的内容，请按拍摄要求补拍。",
        "The photo does not show what this item asks for: please take it as the hint says.",
    ),
    "elsewhere": (
        "照片位置与中心不符，请在中心现场重拍；确在现场的，请备注说明。",
        "The photo was not taken at the centre: take it there again, or say in the note why it is right.",
    ),
    "old": (
        "照片不是本次核查时拍摄，请重拍。",
        "The photo was not taken during this visit: please take it again.",
    ),
    "twin": (
        "照片与其他核查重复或高度相似，请现场重拍。",
        "The photo is used in another visit too, or looks just like one: please take it on site.",
    ),
    "edited": (
        "照片经过编辑或由水印相机生成，请用核查应用直接拍摄。",
        "The photo was edited or made by a watermark camera: please take it with the inspection app.",
    ),
    "figure": (
        "填报数值与照片或资料不一致，请核实后更正。",
        "The figure differs from the photo or the documents: please check and correct it.",
    ),
    "list": (
        "总数与印发清单不符，请按清单核对。",
        "The total differs from the issued list: please go by the list.",
    ),
    "not-applicable": (
        "“不适用”的依据不足，请写明依据或据实填报。",
        "The reason why it does not apply is not enough: give the grounds, or answer the item.",
    ),
}
DECISIONS = {
    "photo": ("以照片所示为准。", "The photo shows it so."),
    "plan": ("以平面图或测绘资料为准。", "The plan or the survey says so."),
    "list": ("以印发清单为准。", "The issued list says so."),
    "system": ("以系统数据为准。", "The system's data say so."),
    "call": ("经电话核实更正。", "Corrected after a call."),
    "slip": ("明显笔误，按佐证更正。", "An obvious slip, corrected by the evidence."),
}


def reason(templates: Mapping[str, tuple[str, str]], chosen: str | None, added: str | None) -> str:
    """The chosen sentence, in the language of the page, with what was typed after it; empty when there is neither."""
    sentence = say(*templates[chosen]) if chosen in templates else ""
    return "\n".join(filter(None, (sentence, added)))
