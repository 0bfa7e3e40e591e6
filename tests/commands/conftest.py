"""The command line on a test's data, and a visit that it can prove."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner
from factories import GADONG, approved, picture, visit
from packing import laid_out, packed
from queues import queued, with_photos
from states import made_once
from swift_server import credentials, loader, swift  # noqa: F401 - fixtures of the tests of storage

from audit.app import create_app
from audit.cli import main
from audit.config import Config


@dataclass(frozen=True)
class Place:
    """A data folder, a database and a store of photos, and the command line upon them."""

    data: Path
    database_url: str
    storage_url: str = ""

    def environment(self) -> dict[str, str]:
        return {"AUDIT_DATABASE_URL": self.database_url, "AUDIT_STORAGE_URL": self.storage_url}

    def run(self, *words) -> tuple[int, str]:
        """(exit code, what it said)."""
        command = ["--data", str(self.data), *map(str, words)]
        done = CliRunner().invoke(main, command, env=self.environment())
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.output

    def client(self, person):
        """The same person with the same device, talking to a service of this place."""
        config = Config(self.data, self.database_url, storage_url=self.storage_url, checkers=0)
        return replace(person, client=create_app(config).test_client())


@pytest.fixture
def here(stage, tmp_path) -> Place:
    """This test's own data."""
    return Place(tmp_path, stage[0])


@pytest.fixture
def elsewhere(empty_url, tmp_path) -> Place:
    """Another machine, with nothing on it but an empty database server."""
    return Place(tmp_path / "elsewhere", empty_url)


@pytest.fixture
def backups(tmp_path) -> Path:
    """A folder on another disk."""
    return tmp_path / "backups"


@pytest.fixture(scope="session")
def first_backups() -> dict[tuple, bytes]:
    """The first backup of what tests took up, packed: a backup changes nothing, and what they took up is the same."""
    return {}


@pytest.fixture
def backed_up(proved_visit, here, backups, engine, taken_up, first_backups) -> Callable:
    """Runs audit backup, which must succeed; gives what it said. One was made before."""

    def run(*words: str) -> str:
        code, said = here.run("backup", backups, *words)
        assert code == 0, said
        return said

    of = (engine, *taken_up)
    if of in first_backups:
        laid_out(first_backups[of], backups)
    else:
        run()
        first_backups[of] = packed(backups)
    return run


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
def found(verify):
    """Whether the one thing that was changed is found: `found("what is said of it")`."""

    def look(text: str) -> None:
        code, said = verify()
        assert code == 1 and text in said, said
        assert "scores: " in said and "the trail ends with" in said

    return look


@made_once
def proved_visit(tashi, reviewer):
    """An approved visit with one photo; gives (inspection id, digest)."""
    digest, data = picture()
    tashi.send_photo(digest, data)
    return approved(tashi, reviewer, GADONG, photos={"TA01": [digest]}), digest


# --- a phone's queue -----------------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path):
    return tmp_path / "queue.zip"


@pytest.fixture
def pictures():
    return [picture("first"), picture("second")]


@pytest.fixture
def a_queue(file, pictures):
    """(file, id of its visit, digests of the visit's photos)."""
    inspection, digests = uuid4(), [digest for digest, _ in pictures]
    with_photos(file, pictures, [queued(inspection, visit(photos={"TA01": digests}))])
    return file, inspection, digests


@pytest.fixture
def take_in(app, here):
    """Runs audit import-queue; gives (exit code, what it said)."""
    return lambda file, *words: here.run("import-queue", file, *words)
