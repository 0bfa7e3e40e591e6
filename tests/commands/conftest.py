"""The command line on a test's data, and a visit that it can prove."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from factories import GADONG, approved, picture

from audit.cli import main


@pytest.fixture
def verify(stage, tmp_path):
    """Runs audit verify on this test's data; gives (exit code, what it said)."""

    def run(*words: str):
        command = ["--data", str(tmp_path), "verify", *words]
        done = CliRunner().invoke(main, command, env={"AUDIT_DATABASE_URL": stage[0]})
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.output

    return run


@pytest.fixture
def proved_visit(tashi, reviewer):
    """An approved visit with one photo; gives (inspection id, digest)."""
    digest, data = picture()
    tashi.send_photo(digest, data)
    return approved(tashi, reviewer, GADONG, photos={"TA01": [digest]}), digest
