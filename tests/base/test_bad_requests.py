"""Every route, asked badly: each JSON body, method and path that nobody should send, wherever one can send it."""

import gzip
import re

import pytest

HOLDERS = {
    "inspector": "tashi",
    "reviewer": "reviewer",
    "county": "bailang",
    "office": "office",
    "admin": "admin",
    "auditor": "auditor",
}
SAMPLES = {"uuid": "00000000-0000-4000-8000-000000000000", "integer": "1", "string": "2026Q4"}
ANY = re.compile(r"\{\w+\}")


def operations(app) -> list[tuple[str, str, dict]]:
    """(METHOD, path as documented, operation) of everything in the OpenAPI document."""
    paths = app.test_client().get("/api/v1/openapi.json").json["paths"]
    return [
        (method.upper(), path, operation | {"parameters": item.get("parameters", []) + operation.get("parameters", [])})
        for path, item in paths.items()
        for method, operation in item.items()
        if method in ("get", "put", "post", "patch", "delete")
    ]


def filled(path: str, operation: dict) -> str:
    """The path with a value for each of its parameters."""
    for each in operation["parameters"]:
        if each["in"] == "path":
            path = path.replace(f"{{{each['name']}}}", sample(each["schema"]))
    return path


def sample(schema: dict) -> str:
    """A value of that form, whether or not there is such a thing."""
    if "enum" in schema:
        return schema["enum"][0]
    known = SAMPLES.get(schema.get("format", schema["type"]), SAMPLES["string"])
    return known.ljust(schema.get("minLength", 0), "0")


@pytest.fixture
def ask(people):
    """The answer to somebody who may use the operation."""

    def call(method: str, path: str, operation: dict, **kwargs):
        roles = operation.get("x-roles", [])
        person = next((people[HOLDERS[role]] for role in HOLDERS if role in roles), people["nobody"])
        headers = {"Authorization": f"Bearer {person.token}"} if person.token else {}
        return person.client.open(path, method=method, headers=headers | kwargs.pop("headers", {}), **kwargs)

    return call


@pytest.fixture
def to_every_json_route(app, ask):
    """Sends a body to every route that reads JSON: (status, type of problem) by route."""

    def send(raw: bytes, content_type: str | None = "application/json", **kwargs) -> dict:
        found = {}
        for method, path, operation in operations(app):
            if "application/json" in operation.get("requestBody", {}).get("content", {}):
                to = filled(path, operation)
                answer = ask(method, to, operation, data=raw, content_type=content_type, **kwargs)
                found[f"{method} {path}"] = (answer.status_code, answer.json["type"].removeprefix("/problems/"))
        assert len(found) > 8
        return found

    return send


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param(b"[" * 100_000, (400, "malformed-json"), id="GE01 opening brackets"),
        pytest.param(b'{"a":' + b"[" * 64 + b"]" * 64 + b"}", (400, "malformed-json"), id="GE02 64 levels"),
        pytest.param(b'{"n":' + b"9" * 5_000 + b"}", (400, "malformed-json"), id="GE03 5,000 digits"),
        pytest.param(b'{"lat":NaN}', (400, "malformed-json"), id="GE05 NaN"),
        pytest.param(b'{"lat":1e999}', (400, "malformed-json"), id="GE05 1e999"),
        pytest.param("{}".encode("utf-16"), (400, "malformed-json"), id="GE06 UTF-16"),
        pytest.param(b"\xef\xbb\xbf{}", (400, "malformed-json"), id="GE06 byte order mark"),
        pytest.param(b'{"s":"\\ud800"}', (422, "validation-error"), id="GE07 lone surrogate"),
        pytest.param(b'{"s":"a\\u0000b"}', (422, "validation-error"), id="GE08 NUL"),
        pytest.param(b'{"score":1,"score":2}', (400, "malformed-json"), id="GE09 key twice"),
        pytest.param(b'{"is_admin":true}', (422, "validation-error"), id="GE10 is_admin"),
        pytest.param(b'{"score":100}', (422, "validation-error"), id="GE10 score"),
        pytest.param(b'{"status":"approved"}', (422, "validation-error"), id="GE10 status"),
        pytest.param(b"null", (422, "validation-error"), id="GE11 null"),
        pytest.param(b"[]", (422, "validation-error"), id="GE11 list"),
        pytest.param(b'"x"', (422, "validation-error"), id="GE11 text"),
        pytest.param(b"1", (422, "validation-error"), id="GE11 number"),
        pytest.param(b"", (400, "malformed-json"), id="GE12 empty"),
        pytest.param(b" " * 1_000_001, (413, "payload-too-large"), id="GE15 over the limit"),
    ],
)
def test_every_route_that_reads_json_reads_it_strictly(to_every_json_route, raw, expected):
    answers = to_every_json_route(raw)
    assert {route: answer for route, answer in answers.items() if answer != expected} == {}


@pytest.mark.parametrize(
    "content_type", [pytest.param("text/plain", id="GE13 text"), pytest.param(None, id="GE13 none")]
)
def test_no_route_reads_json_under_another_name(to_every_json_route, content_type):
    assert set(to_every_json_route(b"{}", content_type).values()) == {(415, "unsupported-media-type")}


@pytest.mark.parametrize("raw", [pytest.param(gzip.compress(b" " * 10_000_000), id="GE14 bomb")])
def test_no_route_unpacks_a_body(to_every_json_route, raw):
    answers = to_every_json_route(raw, headers={"Content-Encoding": "gzip"})
    assert set(answers.values()) == {(415, "unsupported-content-encoding")}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"], ids=lambda method: f"GE17 {method}")
def test_every_path_names_its_methods_to_who_uses_another(bare_app, method):
    known, paths = operations(bare_app), {}
    for own, path, operation in known:
        paths.setdefault(filled(path, operation), set()).add(own)
    wrong = {}
    for path, own in paths.items():
        answer = bare_app.test_client().open(path, method=method)
        allowed = set(answer.headers.get("Allow", "").split(", "))
        if method not in own and (answer.status_code != 405 or not own <= allowed or method in allowed):
            wrong[path] = (answer.status_code, allowed)
    assert wrong == {}


@pytest.mark.parametrize(
    "segment",
    ["%00", "a%00b", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "%ff", "%c0%ae%c0%ae", "%ed%a0%80", "a" * 10_000, "%0d%0aX: y"],
    ids=lambda segment: f"GE18 {segment[:12]}",
)
def test_a_strange_name_is_found_nowhere(app, ask, segment):
    wrong = {}
    for method, path, operation in operations(app):
        if method == "GET" and "{" in path:
            answer = ask(method, ANY.sub(segment, path), operation)
            if answer.status_code not in (400, 404):
                wrong[path] = answer.status_code
    assert wrong == {}
