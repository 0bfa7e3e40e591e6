"""What reviewers typed, as the API's own schemas take it; what cannot be is refused in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from audit.base import body
from audit.base.problems import ValidationError
from audit.inspections.review_schemas import AdmissionIn, ItemDecisionIn, ReviewIn, VoidingIn
from audit.web import items, reasons, values
from audit.web.pages import say
from audit.web.seen import WHYS

CARRIED = ("version", "seen")  # what says which version a form was filled in on


def version(typed: Mapping) -> int | None:
    """The version that a form was filled in on, for the action to compare."""
    given = typed.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None


def approvals(typed: Mapping) -> dict[UUID, int | None]:
    """The visits that were ticked, each with the version that was shown."""
    ids = {name.removeprefix("visit-"): value for name, value in typed.items() if name.startswith("visit-")}
    try:
        wanted = {UUID(each): version({"version": value}) for each, value in ids.items()}
    except ValueError as error:
        raise ValidationError(errors={"/visit": say("不是核查编号", "not the number of a visit")}) from error
    if not wanted:
        raise ValidationError(errors={"/visit": say("请先勾选要通过的核查", "tick the visits to approve first")})
    return wanted


def approval(typed: Mapping) -> dict:
    """An approval with its comment, if there is one."""
    return body.load(ReviewIn(), {"decision": "approve"} | _only(typed, "comment"))


def sending_back(typed: Mapping) -> dict:
    """A return with the reason of every item that has one, chosen or typed."""
    codes = sorted({name.partition("-")[2] for name in typed if name.startswith(("because-", "reason-"))})
    given = [
        {
            "item": code,
            "reason": reasons.reason(reasons.RETURNS, typed.get(f"because-{code}"), typed.get(f"reason-{code}")),
        }
        for code in codes
    ]
    wanted = [each for each in given if each["reason"]]
    if not wanted:
        raise ValidationError(
            errors={
                "/reason": say("退回须至少写明一个条目的原因", "a return says for at least one item why it goes back")
            }
        )
    return body.load(ReviewIn(), {"decision": "return", "reasons": wanted} | _only(typed, "comment"))


def decision(content: Mapping, typed: Mapping) -> dict:
    """Another answer to an item of the edition, with the reason."""
    if items.item_of(content, typed.get("item")) is None:
        raise ValidationError(errors={"/item": say("清单中没有该条目", "not an item of the edition")})
    why = reasons.reason(reasons.DECISIONS, typed.get("because"), typed.get("reason"))
    _wants_reason(why)
    return body.load(ItemDecisionIn(), {"item": typed["item"], "answer": values.typed(typed), "reason": why})


def admission(typed: Mapping) -> dict:
    """Why a late or unassigned visit counts."""
    _wants_reason(typed.get("reason"))
    return body.load(AdmissionIn(), _only(typed, "reason"))


def voiding(typed: Mapping) -> dict:
    """Why a visit is taken out."""
    _wants_reason(typed.get("reason"))
    return body.load(VoidingIn(), _only(typed, "why", "reason"))


def _wants_reason(reason: str | None) -> None:
    if not reason:
        raise ValidationError(errors={"/reason": say("请写明理由", "say why")})


def _only(typed: Mapping, *names: str) -> dict:
    return {name: typed[name] for name in names if name in typed}


def kept(typed: Mapping) -> dict:
    """What was typed, without what says on which version."""
    return {name: value for name, value in typed.items() if name not in CARRIED}


# --- what was typed, told again ----------------------------------------------------------------------------------

NAMES = {
    "comment": ("意见", "Comment"),
    "item": ("条目", "Item"),
    "reason": ("理由", "Why"),
    "because": ("常用理由", "Sentence"),
    "why": ("缘由", "Why"),
    "answer-value": ("数值", "Figure"),
    "answer-n": ("符合的数量", "So many hold"),
    "answer-m": ("总数", "Out of"),
    "answer-yes": ("结果", "Answer"),
    "answer-choice": ("选项", "Choice"),
    "answer-not_applicable": ("不适用的原因", "Why it does not apply"),
}


def named(field: str) -> tuple[str, str]:
    """What a field is called where its content is told again."""
    name, _, code = field.partition("-")
    if name in ("because", "reason") and code:
        return f"{code} 退回原因", f"{code}: why it goes back"
    return NAMES.get(field, (field, field))


def worded(field: str, value: str) -> tuple[str, str]:
    """What was typed or chosen in it, as it was read."""
    sentences = reasons.RETURNS if field.startswith("because-") else reasons.DECISIONS if field == "because" else {}
    yes_no = {"yes": values.YES, "no": values.NO} if field == "answer-yes" else {}
    return (sentences | yes_no | (WHYS if field == "why" else {})).get(value, (value, value))
