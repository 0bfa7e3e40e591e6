"""Uploads that broke off: audit retention says how many and lets go of them, and so does every checker on its way."""

import os
import time

import pytest
from click.testing import CliRunner
from factories import picture

from audit.cli import main
from audit.config import Config

HEADERS = {"Tus-Resumable": "1.0.0", "Upload-Length": "10", "Upload-Metadata": "sha256 " + "MDAw" * 21 + "MA=="}


@pytest.fixture
def audit(stage, tmp_path):
    """Runs a command on this test's data; gives what it said."""

    def run(*words: str) -> str:
        done = CliRunner().invoke(main, ["--data", str(tmp_path), *words], env={"AUDIT_DATABASE_URL": stage[0]})
        assert done.exit_code == 0, (done.output, done.exception)
        return done.output

    return run


@pytest.fixture
def broken_off(app, tashi):
    """Whether an upload that broke off eight days ago is still there: `broken_off()`."""
    assert tashi.post("/uploads", headers=HEADERS).status_code == 201
    folder = app.extensions["uploads"].spools / "uploads"
    for path in folder.glob("*/*"):
        os.utime(path, (time.time() - 8 * 86400,) * 2)
    return lambda: any(folder.glob("*/*"))


def counted(said: str) -> str:
    return next(line.split()[4] for line in said.splitlines() if line.startswith("uploads that broke off"))


def test_retention_says_how_many_and_lets_go_of_them_when_told(audit, broken_off):
    assert (counted(audit("retention")), broken_off()) == ("1", True)
    assert (counted(audit("retention", "--apply")), broken_off()) == ("1", False)
    assert counted(audit("retention")) == "0"


def test_a_checker_lets_go_of_them(audit, broken_off, monkeypatch):
    monkeypatch.setattr("os.nice", lambda _: 0)  # or every test after it in this process gives way to all others
    audit("checker", "--once")
    assert not broken_off()


def test_photos_are_no_uploads(audit, tashi):
    tashi.send_photo(*picture())
    assert counted(audit("retention")) == "0"


def test_a_phone_has_a_week():
    assert Config().upload_days == 7
