"""The database: SQLite in a file or PostgreSQL by URL, the same models and the same promises on both."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from itertools import islice
from urllib.parse import urlsplit

import peewee
from playhouse.db_url import connect as connect_url
from playhouse.pool import MaxConnectionsExceeded, PooledSqliteDatabase

from audit.base import clock, sql
from audit.base.problems import StorageFull, TemporarilyUnavailable

database = peewee.DatabaseProxy()
sql.install()

# WAL with FULL: measured, WAL with NORMAL loses acknowledged rows when the power goes
PRAGMAS = {
    "busy_timeout": 15_000,
    "journal_mode": "wal",
    "synchronous": "full",
    "foreign_keys": 1,
    "cache_size": -16_000,
}


def open_database(url: str, connections: int = 24) -> peewee.Database:
    """Bind the models to the database that `url` names. Connections are opened when first used."""
    if database.obj is not None:
        database.close_all()
    # a request waits for a connection rather than fail; what waits too long is told to come back
    pool = {"max_connections": connections, "timeout": 10}
    if url.startswith("sqlite"):
        path = url.removeprefix("sqlite:///")
        # the pool hands a connection from thread to thread, one at a time
        real = PooledSqliteDatabase(path, pragmas=PRAGMAS, check_same_thread=False, **pool)
    else:
        scheme, rest = url.split("://", 1)
        pooled = {"postgres": "psycopg3+pool", "postgresql": "psycopg3+pool"}.get(scheme, scheme)
        real = connect_url(f"{pooled}://{rest}", stale_timeout=300, **pool)
    database.initialize(real)
    return real


def is_sqlite() -> bool:
    return isinstance(database.obj, peewee.SqliteDatabase)


def describe(url: str) -> str:
    """The URL as it may be shown: without its password, wherever it stands."""
    url = re.sub(r"(?i)\b(\w*password)=[^&]*", r"\1=…", url)
    parts = urlsplit(url)
    return url.replace(f":{parts.password}@", ":…@") if parts.password else url


def release() -> None:
    """Give the connection back, for instance before a body is read at a few kB/s; the next query takes one again."""
    if not database.is_closed() and not database.in_transaction():
        database.close()


@contextmanager
def transaction():
    """One write transaction. SQLite takes its write lock at once: a deferred one fails 'locked' under load."""
    try:
        with database.atomic("IMMEDIATE") if is_sqlite() else database.atomic():
            yield
    except peewee.OperationalError as error:
        raise _why(error) from None


def _why(error: BaseException) -> BaseException:
    """What went wrong first: a disk that fails ends SQLite's transaction, and then there is none to roll back."""
    while "no transaction is active" in str(error) and error.__context__ is not None:
        error = error.__context__
    return error


@contextmanager
def snapshot():
    """Reads that all see the database at one moment, however much is written meanwhile."""
    with database.atomic():
        if not is_sqlite():
            database.execute_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


# what the world breaks: a disk, a lock, a server that goes; any other database error is a mistake in the program
WORLDLY = (peewee.OperationalError, peewee.InterfaceError, peewee.InternalError, MaxConnectionsExceeded)
PASSING = (
    "locked", "deadlock", "could not serialize", "readonly", "read-only", "connection", "timeout", "shutting down",
    "unable to open", "i/o error",
)  # fmt: skip


def refusal(error: Exception):
    """The problem that a database error is, when it is the world's fault and not the program's; None otherwise."""
    # by type before words: a duplicate key may be called "locked"
    if not isinstance(error, WORLDLY):
        return None
    text = str(error).lower()
    if "disk is full" in text or "no space left" in text:
        return StorageFull(headers={"Retry-After": "60"})
    if isinstance(error, MaxConnectionsExceeded) or any(word in text for word in PASSING):
        return TemporarilyUnavailable(headers={"Retry-After": "5"})
    return None


class UtcField(peewee.CharField):
    """An aware moment, stored as fixed-width UTC text: equal on both engines, sorts by time."""

    def __init__(self, **kwargs):
        super().__init__(max_length=27, **kwargs)

    def db_value(self, value):
        return value if value is None or isinstance(value, str) else clock.iso(value)

    def python_value(self, value):
        return None if value is None else clock.parse(value)


class JsonField(peewee.TextField):
    """A JSON value kept as canonical text, so that its bytes, and digests over them, are the same everywhere."""

    def db_value(self, value):
        return None if value is None else canonical(value)

    def python_value(self, value):
        return None if value is None else json.loads(value)


def canonical(value) -> str:
    """One spelling per JSON value: sorted keys, no spaces, UTF-8; Decimals as their plain digits, in quotes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)


def _plain(value) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if hasattr(value, "astimezone"):
        return clock.iso(value)
    return str(value)


def digest_of(value) -> str:
    """sha256 over the canonical spelling, in hex."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


class Model(peewee.Model):
    """What every table shares."""

    class Meta:
        database = database
        legacy_table_names = False


def batches(items: Iterable, size: int) -> Iterator[list]:
    """The items, so many at a time: a query names only so many values."""
    items = iter(items)
    while batch := list(islice(items, size)):
        yield batch


def page_of(query, number: int, size: int):
    """One page of a query in its own order, and the number of all rows."""
    return list(query.paginate(number, size)), query.count()


def like(text: str) -> str:
    """The text for a LIKE with escape backslash, so that % and _ mean themselves."""
    for special in ("\\", "%", "_"):
        text = text.replace(special, "\\" + special)
    return f"%{text}%"


def contains(column, text: str) -> peewee.Expression:
    """That a column has the text somewhere in it, letter for letter."""
    return peewee.NodeList((column, peewee.SQL("LIKE"), peewee.Value(like(text)), peewee.SQL("ESCAPE '\\'")))
