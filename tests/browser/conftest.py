"""The app in a real browser, against the real server, over a line that can be cut."""

from __future__ import annotations

import shutil

import pytest
from line import line_to
from phone import Phone

# the same browser without windows first: it starts with a fraction of the computing, and tests start it a hundred times
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the browser is."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip(
            "NOT TESTED in a browser: there is no Chromium on this machine "
            "(Debian: apt-get install chromium-headless-shell)"
        )
    return found


@pytest.fixture(scope="session")
def playwright():
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as running:
        yield running


@pytest.fixture
def server(chromium, shared_server):
    """The one that tests share; without a browser it is not even started."""
    return shared_server


@pytest.fixture
def line(server):
    """The line from the phone to the server; `line.die()`, `line.rate`, `line.cuts`."""
    with line_to(server.port) as line:
        yield line


@pytest.fixture
def phones(playwright, chromium, line, tmp_path):
    """Takes a phone out of its box: `phones()`; keywords go to the browser."""
    opened = []

    def take(**options) -> Phone:
        folder = tmp_path / f"phone{len(opened)}"
        opened.append(Phone(playwright, chromium, folder, f"http://127.0.0.1:{line.port}", **options))
        return opened[-1]

    yield take
    for each in opened:
        each.close()
    assert [each.faults for each in opened if each.faults] == []


@pytest.fixture
def phone(phones):
    """tashi's phone, signed in and ready for a day without signal."""
    phone = phones()
    phone.sign_in()
    return phone


@pytest.fixture(scope="module")
def in_use(playwright, chromium, server_on_sqlite, tmp_path_factory):
    """tashi's phone with a line of its own, signed in once for a file of tests."""
    with line_to(server_on_sqlite.port) as line:
        phone = Phone(playwright, chromium, tmp_path_factory.mktemp("in use"), f"http://127.0.0.1:{line.port}")
        phone.line = line
        phone.sign_in()
        yield phone
        phone.close()


@pytest.fixture
def handset(in_use, server):
    """tashi's phone as the next test wants it: signed in, emptied of work, in reach, with a page of its own."""
    in_use.freshen()
    yield in_use
    assert in_use.faults == []
