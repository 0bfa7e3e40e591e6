"""What waits on a phone is told to the administrator, until nothing does."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from taking import arrived, begun, photo_file, sends, taken

pytestmark = pytest.mark.parametrize("engine", ["sqlite"])
ME = "async (session) => (await session.authorised('GET', '/api/v1/me')).json()"


def a_minute_passes(server) -> None:
    """No number is written twice within a minute; for the server, one has passed."""
    with closing(sqlite3.connect(server.database_url.removeprefix("sqlite:///"), timeout=15)) as found, found:
        found.execute("UPDATE token SET waiting_at = '2026-11-20T00:00:00.000000Z' WHERE waiting_at IS NOT NULL")


def told(phone, server) -> int | None:
    """What tashi's newest device has told by now, after it has asked for anything."""
    phone.ask("session", ME)
    admin = server.sign_in("admin")
    (tashi,) = admin.must("GET", "/api/v1/accounts?q=tashi")
    return admin.must("GET", f"/api/v1/accounts/{tashi['id']}/tokens")[0]["waiting"]


def test_the_photos_that_wait_are_told_and_so_is_that_none_does(handset, server, tmp_path):
    visit = begun(handset)
    taken(handset, visit, photo_file(tmp_path), photo_file(tmp_path))
    a_minute_passes(server)
    assert told(handset, server) == 2
    sends(handset)
    arrived(handset)
    assert told(handset, server) == 0
