"""What an administrator typed of an account, as the API would be asked for it; and what stands around it on pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from audit.accounts.permissions import ROLES
from audit.base.problems import ValidationError
from audit.web.pages import say

EVERYWHERE = "all"


def asked_for(typed: Mapping[str, str], *names: str) -> dict:
    """The body of a request: the fields of these names, the roles that were ticked, the area that was chosen.

    Nobody gets every area because nothing was chosen: `all` is a choice of its own.
    """
    faults = {}
    roles = [role for role in ROLES if f"role-{role}" in typed]
    if not roles:
        faults["/roles"] = say("至少勾选一个角色", "tick one role at least")
    area = typed.get("division", "")
    if area != EVERYWHERE and not (area.isascii() and area.isdigit() and len(area) < 11):
        faults["/division"] = say("请选择范围", "choose an area")
    for name in names:
        if name not in typed:
            faults[f"/{name}"] = say("必填", "is missing")
    if faults:
        raise ValidationError(errors=faults)
    return {name: typed[name] for name in names} | {
        "roles": roles,
        "division": None if area == EVERYWHERE else int(area),
    }


def grouped(areas: Iterable) -> list[tuple]:
    """(prefecture, its counties) for a choice of areas; a county without one stands by itself."""
    groups: dict[int, tuple] = {}
    for each in areas:
        if each.level == "prefecture" or each.parent_id not in groups:
            groups[each.id] = (each, [])
        else:
            groups[each.parent_id][1].append(each)
    return list(groups.values())
