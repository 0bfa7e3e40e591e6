"""What a reviewer should look at twice. Flags never refuse: field work is not thrown away for a wrong clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from audit.base.clock import BEIJING
from audit.scoring.answers import Answer
from audit.scoring.standard import Edition

AHEAD = timedelta(minutes=5)
OLD = timedelta(days=400)


def flag(name: str, zh: str, en: str) -> dict:
    return {"flag": name, "zh": zh, "en": en}


def of_visit(body: dict, round_, edition_of_round: str, *, now: datetime) -> list[dict]:
    """Flags of time, place and round."""
    found = []
    day = body["finished_at"].astimezone(BEIJING).date().isoformat()
    if round_.state != "open" or not round_.opens_on <= day <= round_.closes_on:
        found.append(flag("late", "不在轮次期限内，须复核员确认", "Outside its round's days: a reviewer decides"))
    if body["edition"] != edition_of_round:
        found.append(
            flag("other-edition", "清单版本与本轮次不同，不计分", "Another edition than the round's: not scored")
        )
    if body["finished_at"] > now + AHEAD or body["started_at"] < now - OLD:
        found.append(flag("clock-skew", "手机时间与服务器相差过大", "The phone's clock is far from the server's"))
    if body["fix"] is None:
        found.append(flag("no-fix", "无定位", "No position"))
    return found


def of_answers(edition: Edition, answers: Mapping[str, Answer]) -> list[dict]:
    """Values outside what is plausible, most likely typing errors."""
    odd = [
        item.code
        for item in edition.items
        if item.plausible
        and answers[item.code].not_applicable is None
        and not item.plausible[0] <= answers[item.code].value <= item.plausible[1]
    ]
    listed = ", ".join(odd)
    return [flag("implausible", f"数值超出合理范围：{listed}", f"Outside the plausible range: {listed}")] if odd else []
