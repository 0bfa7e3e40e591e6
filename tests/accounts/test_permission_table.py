"""Every role at every route: in or out as the permission table says, and nobody gets in without a sign-in."""

import re
from uuid import UUID

import pytest

from audit.accounts.permissions import ROLES, Can, Public
from audit.app import PAGES

ONE = {
    "inspector": "tashi",
    "reviewer": "reviewer",
    "county": "bailang",
    "office": "office",
    "admin": "admin",
    "auditor": "auditor",
}
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}


def sample(converter):
    """A value that a part of a path takes."""
    kind = type(converter).__name__
    if kind == "UnicodeConverter":
        return "a" * int(re.search(r"\d+", converter.regex)[0])
    return {
        "UUIDConverter": UUID(int=0),
        "IntegerConverter": 999_999,
        "PathConverter": "a/b",
        "AnyConverter": min(getattr(converter, "items", "?")),
    }[kind]


@pytest.fixture
def routes(app):
    """(method, path, permission) of every route but the pages (tests/web/test_every_page.py); signing out comes last,
    for it ends the token."""
    adapter = app.url_map.bind("localhost")
    found = [
        (
            method,
            adapter.build(
                rule.endpoint, {name: sample(part) for name, part in rule._converters.items()}, method=method
            ),
            app.view_functions[rule.endpoint].permission,
        )
        for rule in app.url_map.iter_rules()
        for method in sorted(rule.methods & METHODS)
        if rule.endpoint.partition(".")[0] not in {each.name for each in PAGES}
    ]
    return sorted(found, key=lambda route: route[1].endswith("/current"))


@pytest.fixture
def guarded(routes):
    """Those that want a sign-in."""
    return [route for route in routes if isinstance(route[2], Can)]


def test_every_route_names_its_permission(routes):
    assert len(routes) > 20
    assert [path for _, path, permission in routes if not isinstance(permission, Can | Public)] == []


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_in_where_the_table_says(people, guarded, role):
    person, wrong = people[ONE[role]], []
    for method, path, permission in guarded:
        answer = person.client.open(path, method=method, headers={"Authorization": f"Bearer {person.token}"})
        out = answer.status_code == 403 and answer.json["type"] == "/problems/forbidden"
        if answer.status_code in (401, 405, 500) or out == (role in permission.roles):
            wrong.append((method, path, answer.status_code))
    assert wrong == []


def test_without_a_sign_in_nobody_gets_in(nobody, guarded):
    answers = {(method, path): nobody.client.open(path, method=method).status_code for method, path, _ in guarded}
    assert {route: status for route, status in answers.items() if status != 401} == {}


def test_open_routes_want_no_sign_in(nobody, routes):
    open_to_all = [(method, path) for method, path, permission in routes if isinstance(permission, Public)]
    answers = {path: nobody.client.open(path, method=method).status_code for method, path in open_to_all}
    assert not {401, 403} & set(answers.values())


def test_few_routes_are_open(app):
    found = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if isinstance(app.view_functions[rule.endpoint].permission, Public)
    }
    assert found == {
        "/api/v1/tokens",
        "/api/v1/openapi.json",
        "/api/v1/docs",
        "/api/v1/docs/<string:name>",
        "/setup/<string:secret>",
        "/api/v1/uploads",
        "/api/v1/uploads/<uuid:upload_id>",
        "/health",
        "/",
        "/sign-in",
        "/language",
        "/pages/<string:name>",
        "/app",
        "/app/",
        "/app/worker.js",
        "/app/manifest.webmanifest",
        "/app/<string(length=16):version>/<path:name>",
    }


def test_who_may_not_is_told_before_the_body_is_read(auditor):
    answer = auditor.post("/accounts", data=b"[" * 100, content_type="text/plain")
    assert answer.status_code == 403


@pytest.mark.parametrize("permission", Can, ids=lambda each: each.label)
def test_a_permission_is_held_by_roles_that_exist(permission):
    assert permission.roles
    assert permission.roles <= set(ROLES)


def test_admin_and_auditor_see_no_scores():
    seeing = {Can.READ_INSPECTIONS, Can.READ_RANKINGS, Can.EXPORT, Can.REVIEW, Can.SUBMIT}
    assert not any({"admin", "auditor"} & permission.roles for permission in seeing)


def test_no_two_permissions_share_a_label():
    assert len({permission.label for permission in Can}) == len(Can)
