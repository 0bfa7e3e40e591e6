"""What reviewers typed, as the API's own schemas take it; what cannot be is refused in the language of the page.

The page of a visit is one form, so that nothing that was typed is lost when an item is decided: each button sends all
of it, and what another button is for goes along. The fields of an item end in its code: `reason-TA01`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from audit.base import body
from audit.base.problems import ValidationError
from audit.inspections.review_schemas import AdmissionIn, ItemDecisionIn, ReviewIn, VoidingIn
from audit.web import items, reasons, values
from audit.web.pages import say
from audit.web.seen import WHYS
from audit.web.wording import Vocabulary, called

CARRIED = ("version", "seen")  # what says which version a form was filled in on
RETURNING = ("because", "reason")
DECIDING = (*values.FIELDS, "as", "grounds")


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
    comment = {"comment": typed["opinion"]} if "opinion" in typed else {}
    return body.load(ReviewIn(), {"decision": "approve"} | comment)


def sending_back(typed: Mapping) -> dict:
    """A return with the reason of every item that has one, chosen or typed."""
    codes = sorted(_codes(typed, RETURNING))
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
    code = typed.get("item")
    if items.item_of(content, code) is None:
        raise ValidationError(errors={"/item": say("清单中没有该条目", "not an item of the edition")})
    why = reasons.reason(reasons.DECISIONS, typed.get(f"as-{code}"), typed.get(f"grounds-{code}"))
    _wants_reason(why)
    given = {f"answer-{name}": typed.get(f"{name}-{code}", "") for name in values.FIELDS}
    return body.load(ItemDecisionIn(), {"item": code, "answer": values.typed(given), "reason": why})


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


# --- what each button is for -------------------------------------------------------------------------------------


def of_approval(typed: Mapping) -> dict:
    """What is typed for an approval."""
    return _only(typed, "opinion")


def of_return(typed: Mapping) -> dict:
    """What is typed for a return."""
    return _only(typed, "comment", *(f"{name}-{code}" for code in _codes(typed, RETURNING) for name in RETURNING))


def of_decision(typed: Mapping) -> dict:
    """What is typed for the decision on the item whose button was pressed."""
    return _only(typed, "item", *(f"{name}-{typed.get('item')}" for name in DECIDING))


def of_admission(typed: Mapping) -> dict:
    """What is typed for an admission."""
    return _only(typed, "reason")


def of_voiding(typed: Mapping) -> dict:
    """What is typed for taking a visit out."""
    return _only(typed, "why", "reason")


def beside(typed: Mapping, taken: Mapping) -> dict:
    """What was typed beside what a button took; a total alone, which the form may know, is nothing."""
    totals = {f"m-{code}" for code in _codes(typed, ("m",)) if f"n-{code}" not in typed}
    return {name: value for name, value in typed.items() if name not in {*CARRIED, *taken, *totals}}


def drafted(typed: Mapping) -> set[str]:
    """The items whose decision is begun."""
    return _codes(typed, DECIDING)


def _codes(typed: Mapping, names: Collection[str]) -> set[str]:
    """The items that have a field of one of these names."""
    split = (name.partition("-") for name in typed)
    return {code for name, _, code in split if code and name in names}


# --- what was typed, told again ----------------------------------------------------------------------------------

OWN = Vocabulary(
    {
        "opinion": ("意见", "Comment"),
        "comment": ("总的意见", "Comment on the whole"),
        "because": ("常用理由", "Often wanted"),
        "why": ("缘由", "Why"),
        "as": ("改定的常用理由", "Why decided, often wanted"),
        "grounds": ("改定的理由", "Why decided"),
    }
)


def named(field: str) -> tuple[str, str]:
    """What a field is called where its content is told again."""
    name, _, code = field.partition("-")
    if name in RETURNING and code:
        return f"{code} 退回原因", f"{code}: why it goes back"
    zh, en = (called(name, language, OWN) for language in ("zh", "en"))
    return (f"{code} {zh}", f"{code}: {en}") if code else (zh, en)


def worded(field: str, value: str) -> tuple[str, str]:
    """What was typed or chosen in it, as it was read."""
    chosen = {
        "because": reasons.RETURNS,
        "as": reasons.DECISIONS,
        "yes": {"yes": values.YES, "no": values.NO},
        "why": WHYS,
    }
    return chosen.get(field.partition("-")[0], {}).get(value, (value, value))
