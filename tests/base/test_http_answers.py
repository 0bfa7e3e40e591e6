"""What every answer looks like, the refusals above all (GE17, GE18, GE25, GE26)."""

import gzip
import io
import logging
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import peewee
import pytest

from audit.app import build, wire
from audit.base import db, problems
from audit.base.db import MaxConnectionsExceeded
from audit.base.http import HEADERS

PROBLEM_JSON = "application/problem+json"


@pytest.fixture(scope="module")
def routes_with_faults():
    """Our routes and two that raise what `raised` holds: none can be added to an application that has answered."""
    app, raised = build(), []

    def fail(**_):
        raise raised[-1]

    for path in ("/api/v1/fails", "/api/v1/<name>/fails"):
        app.add_url_rule(path, path, fail)
    return app, raised


@pytest.fixture
def failing(routes_with_faults, over_nothing):
    """An application with a route that raises: `failing(error)` is the answer."""
    routes, raised = routes_with_faults
    client = wire(routes, over_nothing).test_client()

    def answer(error: Exception, path: str = "/api/v1/fails", **kwargs):
        raised.append(error)
        return client.get(path, **kwargs)

    yield answer
    raised.clear()


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"])
def test_a_method_that_is_not_defined_names_those_that_are(door, method):
    answer = door.open("/api/v1/tokens", method=method)
    assert (answer.status_code, answer.json["type"]) == (405, "/problems/method-not-allowed")
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS, POST"


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/checklists/%00",
        "/api/v1/checklists/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/api/v1/checklists/%ff",
        "/api/v1/checklists/%c0%ae%c0%ae",
        "/api/v1/checklists/%ed%a0%80",
        "/api/v1/checklists/" + "a" * 10_000,
        "/api/v1/rounds/%00",
        "/api/v1/rounds/%ff",
        "/api/v1/centres/%00",
        "/api/v1/baselines/99999999999999999999",
        "/api/v1/baselines/１",
        "/api/v1/../../etc/passwd",
        "/nowhere",
    ],
)
def test_a_strange_path_leads_nowhere(office, path):
    answer = office.client.get(path, headers={"Authorization": f"Bearer {office.token}"})
    assert answer.status_code in (400, 404)
    assert answer.content_type == PROBLEM_JSON


def test_a_fault_of_the_program_is_a_problem_with_a_reference(failing, caplog):
    answer = failing(RuntimeError("the secret of the house"))
    reference = answer.json["detail"].removeprefix("reference ")
    assert (answer.status_code, answer.json["type"]) == (500, "/problems/internal-error")
    assert f"fault {reference}" in caplog.text


def test_a_fault_of_the_program_shows_nothing_of_it(failing):
    answer = failing(RuntimeError("the secret of the house"))
    assert answer.content_type == PROBLEM_JSON
    assert not {"secret", "Traceback", "RuntimeError"} & set(answer.text.replace('"', " ").split())


def test_a_path_cannot_write_a_line_into_the_log(failing, caplog):
    caplog.set_level(logging.ERROR)
    failing(ZeroDivisionError(), "/api/v1/a%0aforged%20line/fails")
    assert "\n" not in caplog.records[-1].getMessage()


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OSError(28, "No space left on device"), 507),
        (OSError(122, "Disk quota exceeded"), 507),
        (OSError(30, "Read-only file system"), 503),
        (OSError(5, "Input/output error"), 503),
        (peewee.OperationalError("database is locked"), 503),
        (peewee.OperationalError("database or disk is full"), 507),
        (MaxConnectionsExceeded("Max connections exceeded, timed out attempting to connect."), 503),
    ],
)
def test_a_fault_of_the_world_says_when_to_come_back(failing, error, status):
    answer = failing(error)
    assert (answer.status_code, answer.json["retry"]) == (status, "later")
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize("error", [OSError(2, "No such file"), peewee.ProgrammingError("syntax error"), KeyError("x")])
def test_any_other_fault_stays_ours(failing, error):
    answer = failing(error)
    assert answer.status_code == 500
    assert "Retry-After" not in answer.headers


@pytest.mark.parametrize(
    "raised", [problems.TemporarilyUnavailable, problems.StorageFull, problems.TooManyAttempts], ids=lambda it: it.slug
)
def test_come_back_later_always_says_when(failing, raised):
    assert failing(raised()).headers["Retry-After"] == "5"


def test_a_database_that_is_away_is_no_fault(door):
    answer = door.get("/health")
    assert (answer.status_code, answer.json["type"]) == (503, "/problems/temporarily-unavailable")


@pytest.mark.parametrize(
    ("accepted", "title"),
    [
        (None, "未找到"),
        ("zh", "未找到"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "未找到"),
        ("zh-TW", "未找到"),
        ("en", "Not found"),
        ("en-GB", "Not found"),
        ("zh;q=0.1, en;q=0.9", "Not found"),
        ("bo", "未找到"),
        ("*", "未找到"),
        (";;q=x,\xff", "未找到"),
    ],
)
def test_a_problem_speaks_the_language_that_is_asked_for(door, accepted, title):
    answer = door.get("/api/v1/nothing", headers={"Accept-Language": accepted} if accepted else {})
    assert answer.json["title"] == title


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/openapi.json", 200),
        ("GET", "/api/v1/docs", 200),
        ("GET", "/api/v1/me", 401),
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/nothing", 404),
        ("PUT", "/api/v1/tokens", 405),
        ("POST", "/api/v1/tokens", 415),
        ("GET", "/health", 503),
    ],
)
def test_every_answer_carries_the_safety_headers(door, method, path, status):
    answer = door.open(path, method=method)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


@pytest.mark.parametrize("path", ["/api/v1/openapi.json", "/api/v1/me", "/api/v1/nothing"])
def test_nothing_of_the_api_is_kept_by_a_shared_cache(door, path):
    answer = door.get(path)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert {"Authorization", "Accept-Language"} <= set(answer.vary)


def test_a_long_list_is_packed_for_who_takes_it_so(tashi):
    plain = tashi.get("/centres?page_size=100")
    packed = tashi.get("/centres?page_size=100", headers={"Accept-Encoding": "gzip"})
    assert (packed.headers["Content-Encoding"], gzip.decompress(packed.data)) == ("gzip", plain.data)
    assert "Content-Encoding" not in plain.headers and "Accept-Encoding" in plain.headers["Vary"]
    assert len(packed.data) < len(plain.data) / 5


@pytest.mark.parametrize("accepted", ["gzip;q=0", "br", "identity"])
def test_nothing_is_packed_for_who_does_not_take_it(tashi, accepted):
    answer = tashi.get("/centres?page_size=100", headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in answer.headers


def test_a_fault_carries_the_safety_headers_too(failing):
    answer = failing(RuntimeError("any"))
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_a_header_that_is_odd_has_no_effect(door):
    odd = {"If-None-Match": '"' * 60_000, "Accept": "\xff" * 1_000, "X-Request-Id": "a" * 64_000}
    assert door.get("/api/v1/openapi.json", headers=odd).status_code == 200


def test_no_connection_waits_for_a_body(tashi, app):
    held = []

    class Body(io.BytesIO):
        def readinto(self, buffer):
            held.append(not db.database.is_closed())
            return super().readinto(buffer)

    tashi.put(f"/inspections/{uuid4()}", input_stream=Body(b"{}"), content_type="application/json")
    assert held
    assert not any(held)


def test_a_pool_that_is_used_up_says_come_back(tashi, app):
    pool = db.database.obj
    pool._wait_timeout, pool._max_connections = 0.01, 1
    with ThreadPoolExecutor(1) as other:
        other.submit(pool.connect).result()
        answer = tashi.get("/me")
        other.submit(pool.close).result()
    assert answer.status_code == 503


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1@evil.example", "[::2]", ""])
@pytest.mark.parametrize("path", ["/api/v1/docs", "/api/v1/openapi.json", "/api/v1/me", "/health", "/nowhere"])
def test_a_host_that_is_not_ours_is_refused(door, host, path):
    answer = door.get(path, headers={"Host": host})
    assert (answer.status_code, answer.json["type"]) == (400, "/problems/bad-host")
    assert "evil" not in answer.text + str(answer.headers)


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8443", "LOCALHOST", "LocalHost:8000"])
def test_our_own_names_are_answered_to_on_every_port(door, host):
    assert door.get("/api/v1/openapi.json", headers={"Host": host}).status_code == 200
