"""The database keeps the same promises on both engines."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import peewee
import pytest

from audit.base import db
from audit.base.problems import StorageFull, TemporarilyUnavailable


class Note(db.Model):
    """A table of this test's own."""

    text = peewee.CharField(max_length=64, unique=True)
    at = db.UtcField(null=True)
    value = db.JsonField(null=True)


@pytest.fixture
def notes(empty_url):
    """An empty table of notes."""
    db.open_database(empty_url)
    Note.create_table()
    return Note


def elsewhere(call):
    """The result of a call in another thread, with a connection of its own."""

    def run():
        with db.database.connection_context():
            return call()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


def stored(column: str) -> str:
    """The only note's column as it lies in the database."""
    return db.database.execute_sql(f"SELECT {column} FROM note").fetchone()[0]


@pytest.mark.parametrize("offset", [0, 8, -12, 14])
def test_a_moment_comes_back_as_the_same_moment(notes, offset):
    moment = datetime(2026, 11, 22, 12, 0, 0, 1, tzinfo=timezone(timedelta(hours=offset)))
    notes.create(text="a", at=moment)
    assert notes.get().at == moment
    assert notes.get().at.tzinfo == UTC


def test_a_moment_is_stored_in_one_spelling(notes):
    notes.create(text="a", at=datetime(2026, 11, 22, 12, tzinfo=timezone(timedelta(hours=8))))
    assert stored("at") == "2026-11-22T04:00:00.000000Z"


def test_moments_sort_by_time(notes):
    moments = [datetime(year, 1, 1, tzinfo=UTC) for year in (2026, 1, 999, 9999)]
    for moment in moments:
        notes.create(text=str(moment), at=moment)
    assert [each.at for each in notes.select().order_by(notes.at)] == sorted(moments)
    assert notes.select().where(notes.at < moments[0]).count() == 2


VALUE = {"乙": [1, None, True, "a\"\\\n'%"], "a": {"z": Decimal("10.50"), "b": Decimal("1E+2")}}


def test_a_json_value_is_stored_in_its_canonical_spelling(notes):
    notes.create(text="a", value=VALUE)
    assert stored("value") == db.canonical(VALUE)
    assert stored("value") == '{"a":{"b":"100","z":"10.50"},"乙":[1,null,true,"a\\"\\\\\\n\'%"]}'


def test_a_json_value_keeps_its_digest(notes):
    notes.create(text="a", value=VALUE)
    assert db.digest_of(notes.get().value) == db.digest_of(VALUE)


def test_the_order_of_keys_does_not_count():
    assert db.digest_of({"a": 1, "b": 2}) == db.digest_of({"b": 2, "a": 1})


def test_nothing_stays_nothing(notes):
    notes.create(text="a")
    assert (notes.get().at, notes.get().value) == (None, None)


@pytest.mark.parametrize("sought", ["%", "_", "\\", "a%b", "\\%", "'"])
def test_what_is_sought_means_itself(notes, sought):
    for text in ("plain", f"has {sought} inside", "a_b_c%d"[::-1].replace(sought, "")):
        notes.create(text=text)
    escape = peewee.SQL("ESCAPE '\\'")
    found = peewee.NodeList((notes.text, peewee.SQL("LIKE"), peewee.Value(db.like(sought)), escape))
    assert [each.text for each in notes.select().where(found)] == [f"has {sought} inside"]


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (peewee.OperationalError("database is locked"), TemporarilyUnavailable),
        (peewee.OperationalError("attempt to write a readonly database"), TemporarilyUnavailable),
        (peewee.InternalError("cannot execute INSERT in a read-only transaction"), TemporarilyUnavailable),
        (peewee.OperationalError("unable to open database file"), TemporarilyUnavailable),
        (peewee.OperationalError("disk I/O error"), TemporarilyUnavailable),
        (peewee.OperationalError("deadlock detected"), TemporarilyUnavailable),
        (peewee.OperationalError("could not serialize access due to concurrent update"), TemporarilyUnavailable),
        (peewee.OperationalError("server closed the connection unexpectedly"), TemporarilyUnavailable),
        (peewee.OperationalError("the database system is shutting down"), TemporarilyUnavailable),
        (peewee.InterfaceError("connection already closed"), TemporarilyUnavailable),
        (db.MaxConnectionsExceeded("Exceeded maximum connections."), TemporarilyUnavailable),
        (peewee.OperationalError("database or disk is full"), StorageFull),
        (peewee.OperationalError('could not extend file "base/1": No space left on device'), StorageFull),
    ],
    ids=lambda each: str(each)[:40],
)
def test_a_fault_of_the_world_is_a_refusal(error, problem):
    refused = db.refusal(error)
    assert type(refused) is problem
    assert int(refused.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    "error",
    [
        peewee.OperationalError("no such table: note"),
        peewee.IntegrityError("duplicate key: (name)=(locked)"),
        peewee.ProgrammingError('column "connection" does not exist'),
        peewee.DataError("value too long: timeout"),
        ValueError("locked"),
    ],
    ids=str,
)
def test_a_fault_of_the_program_is_none(error):
    assert db.refusal(error) is None


def test_a_duplicate_called_locked_is_no_refusal(notes):
    notes.create(text="locked")
    with pytest.raises(peewee.IntegrityError) as caught:
        notes.create(text="locked")
    assert db.refusal(caught.value) is None


def test_a_database_that_takes_no_writes_is_a_refusal(notes, engine):
    db.database.execute_sql("PRAGMA query_only = 1" if engine == "sqlite" else "SET default_transaction_read_only = on")
    with pytest.raises(peewee.PeeweeException) as caught:
        notes.create(text="a")
    assert type(db.refusal(caught.value)) is TemporarilyUnavailable


def test_a_server_that_is_away_is_a_refusal():
    db.open_database("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(peewee.PeeweeException) as caught:
        db.database.execute_sql("SELECT 1")
    assert type(db.refusal(caught.value)) is TemporarilyUnavailable


def test_release_gives_the_connection_back(notes):
    assert notes.select().count() == 0
    db.release()
    assert db.database.is_closed()
    assert notes.select().count() == 0


def test_release_waits_for_a_transaction(notes):
    with db.transaction():
        notes.create(text="a")
        db.release()
        assert not db.database.is_closed()
    assert notes.select().count() == 1


def test_a_transaction_that_fails_leaves_nothing(notes):
    with pytest.raises(ZeroDivisionError), db.transaction():
        notes.create(text="a")
        _ = 1 / 0
    assert notes.select().count() == 0


def test_a_snapshot_sees_one_moment(notes):
    with db.snapshot():
        before = notes.select().count()
        elsewhere(lambda: notes.create(text="meanwhile"))
        assert notes.select().count() == before
    assert notes.select().count() == before + 1


def test_writers_wait_for_each_other(notes):
    def add(number):
        def run():
            with db.transaction():
                count = notes.select().count()
                notes.create(text=f"{number} after {count}")

        return elsewhere(run)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(16)))
    assert notes.select().count() == 16


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://audit:hunter2@db/audit", "postgresql://audit:…@db/audit"),
        ("postgresql://audit:p%40ss@db/audit", "postgresql://audit:…@db/audit"),
        ("postgresql://audit@db/audit?sslmode=require", "postgresql://audit@db/audit?sslmode=require"),
        ("postgresql://db/audit?user=a&password=hunter2&port=5", "postgresql://db/audit?user=a&password=…&port=5"),
        ("sqlite:////var/lib/audit.db", "sqlite:////var/lib/audit.db"),
    ],
)
def test_a_url_is_shown_without_its_password(url, shown):
    assert db.describe(url) == shown
