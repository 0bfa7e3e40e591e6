"""Bring the schema up to date, one process at a time, and tell whether it is."""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from pathlib import Path

from playhouse.migrations import Runner

from audit.base.db import database, is_sqlite

LOCK = 7_702_602


def folder(name: str) -> Path:
    """A folder that ships with the program: inside the package in a wheel, beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    for place in (package / "shipped" / name, package.parent / name):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"the folder {name}/ that ships with the program is missing")


def head() -> str:
    """The newest migration's name; the file makes two branches that both add one collide in a merge."""
    return (folder("migrations") / "HEAD").read_text().strip()


def migrate() -> list[str]:
    """Apply what is pending and return the names. Several processes may start at once: one works, the others wait."""
    with _alone():
        return Runner(database.obj, str(folder("migrations"))).up()


def pending() -> list[str]:
    """Migrations not applied yet."""
    return [each.name for each in Runner(database.obj, str(folder("migrations"))).status() if not each.applied]


def known() -> list[str]:
    """Every migration of this program, the oldest first."""
    return [each.name for each in Runner(database.obj, str(folder("migrations"))).migrations()]


def applied() -> list[str]:
    """Every migration that the database says it went through, the oldest first; of a newer program's, too."""
    return sorted(Runner(database.obj, str(folder("migrations"))).applied())


def make(target: str) -> None:
    """The schema as it was after `target`, in a database that nobody else uses."""
    Runner(database.obj, str(folder("migrations"))).up(target)


@contextmanager
def _alone():
    if not is_sqlite():
        with database.connection_context():
            database.execute_sql("SELECT pg_advisory_lock(%s)", (LOCK,))
            try:
                yield
            finally:
                database.execute_sql("SELECT pg_advisory_unlock(%s)", (LOCK,))
        return
    with Path(f"{database.obj.database}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with database.connection_context():
            yield
