"""What stands at the top of every page: where somebody with these roles may go."""

from __future__ import annotations

from dataclasses import dataclass

from audit.accounts.permissions import Can
from audit.accounts.queries import Actor


@dataclass(frozen=True)
class Place:
    """One entry: its path, its name in both languages, and the permission that its page asks for."""

    path: str
    zh: str
    en: str
    permission: Can


PLACES = (Place("/home", "首页", "Home", Can.SIGNED_IN),)


def of(actor: Actor) -> list[Place]:
    """The places of somebody."""
    return [each for each in PLACES if actor.can(each.permission)]
