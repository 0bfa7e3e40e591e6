"""The real server, as `audit serve` starts it, on a free port of this machine.

Its start costs seconds, so tests share one per engine. Each sends photos that no other test sends, may kill it as long
as it starts it again, and asks for a `fresh_server` where what others did to it would show.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from running import Running, serving


@contextmanager
def _shared(engine: str, copies, tmp_path_factory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("server")
    with copies(engine, folder) as (url, _), serving(url, folder, folder / "server.log", {}) as running:
        yield running


@pytest.fixture(scope="session")
def server_on_sqlite(copies, sqlite_stage, tmp_path_factory):
    with _shared("sqlite", copies, tmp_path_factory) as running:
        yield running


@pytest.fixture(scope="session")
def server_on_postgres(copies, postgres_stage, tmp_path_factory):  # the stage: its server must outlive ours
    with _shared("postgres", copies, tmp_path_factory) as running:
        yield running


@pytest.fixture
def server(engine, request) -> Iterator[Running]:
    """The one that tests share, with the usual settings: started when first asked for, ended with the tests."""
    running = request.getfixturevalue(f"server_on_{engine}")
    if running.process.poll() is not None:  # a test failed between its kill and its start
        running.start()
    yield running
    running.hang_up()


@pytest.fixture
def settings() -> dict[str, str]:
    """Further variables for the fresh server of this test."""
    return {}


@pytest.fixture
def fresh_server(stage, tmp_path, settings):
    """A server of this test's own."""
    with serving(stage[0], tmp_path, tmp_path / "server.log", settings) as running:
        yield running
