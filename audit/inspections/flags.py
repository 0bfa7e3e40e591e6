"""What a reviewer should look at twice. Flags never refuse: field work is not thrown away for a wrong clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from audit.base.clock import BEIJING
from audit.evidence.place import OUTSIDE, Place
from audit.inspections.answers import takes_list
from audit.scoring.answers import Answer
from audit.scoring.standard import Edition

AHEAD = timedelta(minutes=5)
OLD = timedelta(days=400)
GATES = ("late", "not-assigned")  # a visit with one of these wants to be admitted before it is approved
UNPLANNED = ("self",)  # 自评: kinds that no plan can hold, so that nobody is ever assigned to them
OF_LISTS = "list-differs"
OF_PLACE = {"far", "datum-suspect"}  # these hang on the centre's point, which may be learnt later
# whose position it is, in a sentence
WHOSE = {
    "fix": ("手机定位", "The phone's position"),
    "exif": ("照片自带位置（EXIF）", "The photo's own position (EXIF)"),
}


def flag(name: str, zh: str, en: str, **numbers) -> dict:
    """A flag with its sentence, and the numbers that it rests on."""
    return {"flag": name, "zh": zh, "en": en, "numbers": numbers}


def counted(number: int, one: str) -> str:
    """So many of them in English, whose plural takes an s: "1 other visit", "2 other visits"."""
    return f"{number} {one}" if number == 1 else f"{number} {one}s"


def of_visit(body: dict, round_, edition_of_round: str, *, now: datetime) -> list[dict]:
    """Flags of time, round, and a fix that is not there."""
    found = []
    day = body["finished_at"].astimezone(BEIJING).date().isoformat()
    if round_.state != "open" or not round_.opens_on <= day <= round_.closes_on:
        found.append(flag("late", "不在轮次期限内，须复核员确认", "Outside its round's days: a reviewer decides"))
    if body["edition"] != edition_of_round:
        found.append(
            flag("other-edition", "清单版本与本轮次不同，不计分", "Another edition than the round's: not scored")
        )
    if body["finished_at"] > now + AHEAD or body["started_at"] < now - OLD:
        off = body["finished_at"] - now if body["finished_at"] > now else body["started_at"] - now
        text = ("手机时间与服务器相差过大", "The phone's clock is far from the server's")
        found.append(flag("clock-skew", *text, hours=round(off / timedelta(hours=1), 1)))
    if body["fix"] is None:
        found.append(flag("no-fix", "无定位", "No position"))
    return found


def of_plan(kind: str, assigned: bool) -> list[dict]:
    """The flag of a visit that nobody of its team was planned for, where one of its kind could have been."""
    if assigned or kind in UNPLANNED:
        return []
    return [
        flag("not-assigned", "计划中无人被派往该中心，须复核员准入", "Nobody of the team was planned for this centre")
    ]


def of_lists(edition: Edition, sent: Iterable[dict], listed: Mapping[str, int]) -> list[dict]:
    """The flag of shares whose m is not the length of the list that the county or township issued: that one counts."""
    odd = [
        {"item": each["item"], "n": each["n"], "m": each["m"], "listed": listed[each["item"]]}
        for each in sent
        if _differs(edition, each, listed)
    ]
    if not odd:
        return []
    zh = "；".join(f"{each['item']} 填报 {each['m']}，清单 {each['listed']}" for each in odd)
    en = "; ".join(f"{each['item']}: sent {each['m']}, listed {each['listed']}" for each in odd)
    return [flag(OF_LISTS, f"总数与印发清单不符，按清单计：{zh}", f"Not as many as the issued list: {en}", items=odd)]


def _differs(edition: Edition, answer: dict, listed: Mapping[str, int]) -> bool:
    m = listed.get(answer["item"])
    return m is not None and takes_list(edition.item[answer["item"]]) and answer.get("m", m) != m


def gates(flags: Iterable[dict]) -> list[str]:
    """Those of a visit's flags that want it admitted."""
    return [each["flag"] for each in flags if each["flag"] in GATES]


def of_place(place: Place | None, whose: str = "fix") -> list[dict]:
    """Flags of where a position lies: metres and errors, never a direction, so that they give no position away."""
    if place is None or not (place.looks_like or place.verdict == OUTSIDE):
        return []
    zh, en = WHOSE[whose]
    far = round(place.distance_m)
    numbers = {
        "position": whose,
        "distance_m": far,
        "accuracy_m": round(place.accuracy_m),
        "fence_m": place.fence_m,
        "point_uncertainty_m": place.point_uncertainty_m,
    }
    if place.looks_like:
        near = round(place.looks_like_m)
        zh += f"距中心 {far} 米，按 {place.looks_like} 坐标换算后为 {near} 米：坐标系可能标错"
        en += f" is {far} m from the centre; read as {place.looks_like} it is {near} m: most likely a wrong datum label"
        return [flag("datum-suspect", zh, en, datum=place.looks_like, converted_distance_m=near, **numbers)]
    zh += f"距中心 {far} 米，超出 {place.fence_m} 米范围（已计入定位误差 {numbers['accuracy_m']} 米"
    zh += f"和中心坐标误差 {place.point_uncertainty_m} 米）"
    en += f" is {far} m from the centre, outside its fence of {place.fence_m} m, whatever the errors of the fix"
    en += f" ({numbers['accuracy_m']} m) and of the centre's point ({place.point_uncertainty_m} m)"
    return [flag("far", zh, en, **numbers)]


def of_answers(edition: Edition, answers: Mapping[str, Answer]) -> list[dict]:
    """Values outside what is plausible, most likely typing errors."""
    odd = [
        item.code
        for item in edition.items
        if item.plausible
        and answers[item.code].not_applicable is None
        and not item.plausible[0] <= answers[item.code].value <= item.plausible[1]
    ]
    if not odd:
        return []
    listed = ", ".join(odd)
    return [
        flag("implausible", f"数值超出合理范围：{listed}", f"Outside the plausible range: {listed}", items=len(odd))
    ]
