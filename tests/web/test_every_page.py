"""A page is for those who hold the permission that it names, whatever it is asked for, and its forms come from it.

Who reaches what there really is: test_page_reach.py.
"""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from stage import CAST

from audit.accounts.permissions import Can
from audit.app import PAGES, build

NAMES = {each.name for each in PAGES}
PLACES = {"uuid": str(UUID(int=7)), "int": "7", "string": "none"}


def path_of(rule: str) -> str:
    """The rule with something in each place that nothing has."""

    def some(found) -> str:
        kind, length = found[1], re.search(r"length=(\d+)", found[0])
        return (
            "0" * int(length[1])
            if length
            else PLACES[kind]
            if kind in PLACES
            else found[0].split(",")[0].split("(")[-1]
        )

    return re.sub(r"<(\w+)[^<>]*>", some, rule)


def rules() -> list[tuple]:
    """(method, rule, permission) of every page that not everybody may see."""
    app = build()
    found = [
        (method, rule.rule, app.view_functions[rule.endpoint].permission)
        for rule in app.url_map.iter_rules()
        for method in rule.methods & {"GET", "POST"}
        if rule.endpoint.partition(".")[0] in NAMES
    ]
    return sorted((each for each in found if isinstance(each[2], Can)), key=str)


RULES = rules()


@pytest.mark.parametrize(("method", "rule", "permission"), RULES, ids=lambda each: str(each))
def test_a_page_is_for_those_who_hold_its_permission(browse, method, rule, permission):
    path = path_of(rule)
    nobody = browse()
    answer = nobody.get(path) if method == "GET" else nobody.post(path)
    assert (answer.status_code, answer.mimetype) == ((303, "text/html") if method == "GET" else (401, "text/html"))
    for name, (roles, _) in CAST.items():
        if not permission.roles & set(roles):
            person = browse(name)
            answer = person.get(path) if method == "GET" else person.post(path)
            assert (answer.status_code, answer.mimetype) == (403, "text/html"), name


@pytest.mark.parametrize("rule", sorted({rule for method, rule, _ in RULES if method == "POST"}))
def test_a_form_of_another_site_is_refused(browse, rule):
    answer = browse("office").post(path_of(rule), headers={"Origin": "https://elsewhere.example"})
    assert (answer.status_code, "来自其他网站" in answer.text) == (403, True)
