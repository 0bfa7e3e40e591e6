"""The real server, as `audit serve` starts it, on a free port of this machine.

Its start costs seconds, so tests share one per engine. Each sends photos that no other test sends, may kill it as long
as it starts it again, and asks for a `fresh_server` where what others did to it would show.
"""

from __future__ import annotations

import pytest
from running import serving


@pytest.fixture
def server(shared_server):
    return shared_server


@pytest.fixture
def settings() -> dict[str, str]:
    """Further variables for the fresh server of this test."""
    return {}


@pytest.fixture
def fresh_server(stage, tmp_path, settings):
    """A server of this test's own."""
    with serving(stage[0], tmp_path, tmp_path / "server.log", settings) as running:
        yield running
