"""What stands at the top of every page: where somebody with these roles may go."""

from __future__ import annotations

import re
from dataclasses import dataclass

from audit.accounts.permissions import ROLES, Can
from audit.accounts.queries import Actor


@dataclass(frozen=True)
class Place:
    """One entry: its path, its name in both languages, and the permission that its page asks for."""

    path: str
    zh: str
    en: str
    permission: Can
    roles: frozenset[str] = frozenset(ROLES)  # of those who hold it, whom it is worth a place at the top
    also: str = "$"  # the beginnings of other paths that belong to it, as a pattern

    def holds(self, path: str) -> bool:
        """Whether a page is one of this place's, for the mark in the menu."""
        return path == self.path or path.startswith(f"{self.path}/") or re.match(self.also, path) is not None


PLACES = (
    Place("/home", "首页", "Home", Can.SIGNED_IN),
    Place("/review", "复核台", "Review", Can.REVIEW),
    Place("/counties", "县区看板", "Counties", Can.READ_RANKINGS, also=r"/rounds/[^/]+/counties/"),
    Place("/centres", "中心", "Centres", Can.READ_RANKINGS),
    Place("/rounds", "轮次与排名", "Rounds", Can.READ_ROUNDS, also="/plans/"),
    Place("/findings", "整改", "Findings", Can.READ_FINDINGS),
    Place("/appeals", "申诉", "Appeals", Can.READ_APPEALS),
    Place("/cards", "亮牌", "Cards", Can.READ_CARDS),
    Place("/annual", "年度考核", "Annual", Can.READ_CARDS),
    Place("/editions", "清单", "Checklists", Can.READ_CHECKLISTS, frozenset({"office", "admin", "reviewer"})),
    Place("/registry", "中心名录", "Registry", Can.MANAGE_CENTRES),
    Place("/accounts", "账号", "Accounts", Can.MANAGE_ACCOUNTS),
    Place("/trail", "留痕", "Trail", Can.READ_TRAIL),
)


def of(actor: Actor) -> list[Place]:
    """The places of somebody."""
    return [each for each in PLACES if actor.can(each.permission) and actor.roles & each.roles]


def marked(places: list[Place], path: str) -> Place | None:
    """Of these the one that a page belongs to: a narrower one before the one that it lies within."""
    return next((each for each in places if each.holds(path)), None)
