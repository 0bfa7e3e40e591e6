"""What waits for somebody, told on their start page: each with how many and where to go.

A source asks the same few queries however much waits, and none of those who lack its permission.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from audit.accounts import queries as accounts
from audit.accounts.permissions import Can
from audit.base.http import extension
from audit.followup import appeals
from audit.followup import queries as followup
from audit.inspections import waiting as visits
from audit.rankings import waiting as rankings
from audit.rounds import queries as rounds
from audit.web.days_left import by_calendar

LATELY = timedelta(days=14)  # what was decided or approved is news for so long


@dataclass(frozen=True)
class Notice:
    """One thing that waits: what it is in both languages, where it leads, and whether it cannot wait."""

    zh: str
    en: str
    path: str
    urgent: bool = False


def of(actor, *, now: datetime) -> list[Notice]:
    """Everything that waits for somebody, what cannot wait first."""
    found = [notice for source in SOURCES for notice in source(actor, now)]
    return sorted(found, key=lambda each: not each.urgent)


def _some(number: int, zh: str, en: str, path: str, *, urgent: bool = False) -> Iterator[Notice]:
    """A notice when there are any; {n} stands for the number in both sentences, (s) for the English plural."""
    if number:
        plain = en.replace("(s)", "" if number == 1 else "s")
        yield Notice(zh.format(n=number), plain.format(n=number), path, urgent)


# --- the county ----------------------------------------------------------------------------------------------------


def _to_mend(actor, now: datetime) -> Iterator[Notice]:
    if not actor.can(Can.REPORT_RECTIFICATION):
        return
    ordered, path = followup.ordered(actor, now=now), "/findings?state=ordered"
    overdue = f"{path}&overdue=true"
    yield from _some(ordered["overdue"], "{n} 项整改已逾期", "{n} finding(s) overdue", overdue, urgent=True)
    if ordered["next"]:
        left, waits = by_calendar(now)(ordered["next"]), ordered["soon"] or ordered["later"]
        zh, en = f"，最早一项{left.zh}", f", the first {left.en}"
        if ordered["soon"]:
            zh, en = "{n} 项整改即将到期" + zh, "{n} finding(s) due soon" + en
        else:
            zh, en = "{n} 项整改正在办理" + zh, "{n} finding(s) to mend" + en
        yield from _some(waits, zh, en, f"{path}&overdue=false", urgent=bool(ordered["soon"]))
    back = followup.number(actor, {"state": "ordered", "returned": True}, now=now)
    yield from _some(back, "{n} 项整改被退回重改", "{n} report(s) sent back", f"{path}&returned=true", urgent=True)


def _cards(actor, now: datetime) -> Iterator[Notice]:
    if actor.can(Can.ACKNOWLEDGE_CARDS):
        cards = rankings.to_acknowledge(actor)
        path = f"/cards/{cards[0].id}" if len(cards) == 1 else "/cards?state=standing"
        yield from _some(len(cards), "{n} 张牌已送达，待签收", "{n} card(s) to acknowledge", path)


def _rulings(actor, now: datetime) -> Iterator[Notice]:
    if actor.can(Can.FILE_APPEALS):
        ruled = followup.ruled_since(actor, now - LATELY)
        said = {
            "upheld": ("近两周有 {n} 件申诉决定变更", "{n} appeal(s) upheld in the last two weeks"),
            "dismissed": ("近两周有 {n} 件申诉决定维持", "{n} appeal(s) dismissed in the last two weeks"),
        }
        for outcome, words in said.items():
            yield from _some(ruled[outcome], *words, f"/appeals?state={outcome}")


def _approved(actor, now: datetime) -> Iterator[Notice]:
    if actor.can(Can.FILE_APPEALS):
        number = visits.approved_since(actor, now - LATELY)
        yield from _some(number, "近两周有 {n} 次检查通过复核", "{n} visit(s) approved lately", "/counties")


# --- reviewers and inspectors --------------------------------------------------------------------------------------


def _to_review(actor, now: datetime) -> Iterator[Notice]:
    if actor.can(Can.REVIEW):
        gated, path = visits.to_admit(actor), "/review?state=submitted"
        yield from _some(visits.to_review(actor), "{n} 次检查待复核", "{n} visit(s) to review", path)
        yield from _some(
            gated, "{n} 次检查逾期或未列入计划，待准入", "{n} visit(s) to admit first", "/review?risk=gates"
        )


def _frauds(actor, now: datetime) -> Iterator[Notice]:
    if actor.can(Can.VOID):
        for each in visits.to_confirm(actor):
            zh, en = f"{each.centre.name}：弄虚作假的作废提议待第二人确认", f"{each.centre.name}: a fraud to confirm"
            yield Notice(zh, en, f"/inspections/{each.id}/voiding", urgent=True)


def _to_verify(actor, now: datetime) -> Iterator[Notice]:
    if actor.can(Can.VERIFY_RECTIFICATION):
        number = followup.to_verify(actor)
        yield from _some(number, "{n} 项整改待核验", "{n} finding(s) to verify", "/findings?state=reported")


def _to_decide(actor, now: datetime) -> Iterator[Notice]:
    if actor.can(Can.DECIDE_APPEALS):
        found = appeals.waiting(actor, now=now)
        own, late = [each for each in found if each.own], any(each.overdue for each in found)
        path = f"/appeals/{own[0].id}" if len(own) == 1 else "/appeals?state=open"
        words = ("{n} 件申诉待您决定", "{n} appeal(s) for you to decide")
        yield from _some(len(own), *words, path, urgent=any(each.overdue for each in own))
        if "office" in actor.roles and len(found) > len(own):
            words = ("共 {n} 件申诉尚未决定", "{n} appeal(s) open in all")
            yield from _some(len(found), *words, "/appeals?state=open", urgent=late)


def _returned(actor, now: datetime) -> Iterator[Notice]:
    if actor.can(Can.SUBMIT):
        number = visits.returned_to(actor)
        words = ("{n} 次检查被退回，请在核查应用中更正", "{n} visit(s) returned: mend them in the app")
        yield from _some(number, *words, "/app/", urgent=True)


# --- the office ----------------------------------------------------------------------------------------------------


def _second_person(actor, now: datetime) -> Iterator[Notice]:
    if actor.can(Can.PUBLISH):
        for step in rankings.to_confirm(actor):
            zh, en = {"freeze": ("冻结", "freezing"), "publish": ("公布", "publication")}[step.what]
            code = step.round.code
            yield Notice(f"{code}：{zh}提议待您确认", f"{code}: its {en} waits for your word", f"/rounds/{code}", True)
    if actor.can(Can.ADOPT_BASELINE):
        proposed = visits.baselines_to_confirm(actor)
        for code in dict.fromkeys(code for code, _ in proposed):
            number = sum(each == code for each, _ in proposed)
            zh, en = f"{code}：{{n}} 个基线提议待第二人确认", f"{code}: {{n}} baseline(s) to confirm"
            yield from _some(number, zh, en, f"/rounds/{code}/baselines")


def _past_closing(actor, now: datetime) -> Iterator[Notice]:
    if actor.can(Can.MANAGE_ROUNDS):
        found = rounds.past_closing(actor, followup.today(now).isoformat())
        path = f"/rounds/{found[0].code}" if len(found) == 1 else "/rounds"
        yield from _some(len(found), "{n} 个轮次已过截止日，尚未关闭", "{n} round(s) past the closing day", path)


def _to_order(actor, now: datetime) -> Iterator[Notice]:
    if actor.can(Can.ORDER_RECTIFICATION):
        number = followup.number(actor, {"state": "open"}, ~followup.unordered_covert(), now=now)
        yield from _some(number, "{n} 项问题待下达整改", "{n} finding(s) to order", "/findings?state=open")


# --- the administrator ---------------------------------------------------------------------------------------------


def _accounts(actor, now: datetime) -> Iterator[Notice]:
    if actor.can(Can.MANAGE_ACCOUNTS):
        number = accounts.must_change()
        words = ("{n} 个账号尚未修改初始密码", "{n} account(s) with a password to change")
        yield from _some(number, *words, "/accounts")
        held = accounts.holding(policy=extension("policy"), now=now)
        words = ("{n} 台设备上有照片尚未上传", "{n} device(s) with photos that wait to be sent")
        yield from _some(len(held), *words, "/accounts/devices")


SOURCES: tuple[Callable[..., Iterator[Notice]], ...] = (
    _to_mend,
    _cards,
    _rulings,
    _approved,
    _returned,
    _to_review,
    _frauds,
    _to_verify,
    _second_person,
    _to_decide,
    _past_closing,
    _to_order,
    _accounts,
)
