"""The database at one moment as a file of its own, from which either engine can be filled (decision 0012)."""

from __future__ import annotations

import gzip
import json
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import BinaryIO

import peewee

from audit.base import db, migrations
from audit.base.db import Model, database, is_sqlite
from audit.base.trail import TrailLine


class BackupInvalid(ValueError):
    """A backup that cannot be restored, or not here; the sentence says why."""


def write(path: Path, tick: Callable[[], object] = bool) -> dict:
    """Write every row as all of them stood at one moment, while others go on writing; returns what was written.

    Gzipped lines of JSON: for each table a line with its name and columns, then a list for each row. `tick` is called
    for every row. The file has reached the disk when this returns; its folder has not.
    """
    with db.snapshot():
        made = {"migrations": migrations.applied(), "trail": _end_of_the_trail(), "rows": {}}
        if unknown := set(made["migrations"]) - set(migrations.known()):
            raise BackupInvalid(f"the database was written by a newer version ({', '.join(sorted(unknown))})")
        with path.open("wb") as raw:
            with gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=1, mtime=0) as file:
                for model in models():
                    made["rows"][model._meta.table_name] = _write_table(model, file, tick)
            raw.flush()
            os.fsync(raw.fileno())
    return made


def models() -> list[type[Model]]:
    """Every table of the program, those that are pointed at first."""
    return peewee.sort_models([each for each in Model.__subclasses__() if each.__module__.startswith("audit.")])


def how_many() -> int:
    """Rows of all tables at this moment."""
    return sum(each.select().count() for each in models())


def _end_of_the_trail() -> str:
    last = TrailLine.select(TrailLine.seq, TrailLine.digest).order_by(TrailLine.seq.desc()).first()
    return f"{last.seq}:{last.digest}" if last else ""


def _write_table(model: type[Model], file: BinaryIO, tick: Callable) -> int:
    meta, rows = model._meta, 0
    file.write(_line({"table": meta.table_name, "columns": [each.column_name for each in meta.sorted_fields]}))
    for row in _rows(meta):
        try:
            file.write(_line([_plain(value) for value in row]))
        except TypeError:
            raise BackupInvalid(f"the table {meta.table_name} holds what is neither text nor number") from None
        rows += 1
        tick()
    return rows


def _rows(meta) -> Iterator[tuple]:
    columns = ", ".join(f'"{each.column_name}"' for each in meta.sorted_fields)
    keys = ", ".join(f'"{each.column_name}"' for each in meta.get_primary_keys())
    with driver() as connection:
        # PostgreSQL's driver would fetch the whole table first, but for a cursor with a name
        cursor = connection.cursor() if is_sqlite() else connection.cursor("snapshot")
        yield from cursor.execute(f'SELECT {columns} FROM "{meta.table_name}" ORDER BY {keys}')
        cursor.close()


@contextmanager
def driver() -> Iterator:
    """The driver's own connection, whose errors are peewee's."""
    with peewee.__exception_wrapper__:
        yield database.connection()


def _plain(value):
    """As both engines take it: SQLite keeps truth as 0 and 1, and a UUID as 32 hex digits."""
    if isinstance(value, uuid.UUID):
        return value.hex
    return int(value) if isinstance(value, bool) else value


def _line(value) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


# --- reading -----------------------------------------------------------------------------------------------------


def tables(path: Path) -> Iterator[tuple[str, list[str], Iterator[list]]]:
    """(table, columns, rows) of a file, one after the other; rows not taken are passed over."""
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            following = [json.loads(file.readline())]

            def rows() -> Iterator[list]:
                for line in file:
                    value = json.loads(line)
                    if isinstance(value, dict):
                        following.append(value)
                        return
                    yield value

            while following:
                header, mine = following.pop(), rows()
                yield header["table"], header["columns"], mine
                for _ in mine:
                    pass
    except (EOFError, gzip.BadGzipFile, UnicodeDecodeError, json.JSONDecodeError, KeyError) as error:
        raise BackupInvalid(f"{path.name} is torn or was changed ({type(error).__name__})") from error


def rows_of(path: Path, wanted: str) -> Iterator[dict]:
    """The rows of one table, each by column."""
    for table, columns, rows in tables(path):
        if table == wanted:
            yield from (dict(zip(columns, row, strict=True)) for row in rows)
            return


def is_empty() -> bool:
    """Whether the database that is open has no table at all."""
    return not database.get_tables()


def fill(path: Path, made: dict, tick: Callable[[], object] = bool) -> None:
    """Make the schema that the file was written under, fill it, and bring it up to date.

    On PostgreSQL to be called in one transaction; on SQLite in a file that nobody takes for the database yet.
    """
    migrations.make(made["migrations"][-1])
    with _unchecked(), database.atomic():
        found = {table: _store(table, columns, rows, tick) for table, columns, rows in tables(path)}
        if found != made["rows"]:
            raise BackupInvalid(f"{path.name} does not hold the rows that its manifest tells of")
    migrations.make(migrations.head())


def _store(table: str, columns: list[str], rows: Iterator[list], tick: Callable) -> int:
    names, counted = ", ".join(f'"{each}"' for each in columns), count()

    def passing() -> Iterator[list]:
        for row in rows:
            yield row
            next(counted)
            tick()

    with driver() as connection:
        if is_sqlite():
            marks = ", ".join("?" * len(columns))
            connection.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', passing())
        else:
            with connection.cursor().copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                for row in passing():
                    copy.write_row(row)
            _go_on_counting(table, columns)
    return next(counted)


def _go_on_counting(table: str, columns: list[str]) -> None:
    """The next row gets the next number, not one that is taken."""
    for column in columns:
        sequence = database.execute_sql("SELECT pg_get_serial_sequence(%s, %s)", (f'"{table}"', column)).fetchone()[0]
        if sequence:
            database.execute_sql(f'SELECT setval(%s, max("{column}")) FROM "{table}"', (sequence,))


@contextmanager
def _unchecked() -> Iterator[None]:
    """Foreign keys are checked when everything is there: some tables point at each other."""
    if is_sqlite():
        database.pragma("foreign_keys", 0)
        yield
        if lost := database.execute_sql("PRAGMA foreign_key_check").fetchone():
            raise BackupInvalid(f"a row of the table {lost[0]} points at one of {lost[2]} that is not there")
        database.pragma("foreign_keys", 1)
        return
    keys = database.execute_sql(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
    ).fetchall()
    for table, name, _ in keys:
        database.execute_sql(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    yield
    for table, name, definition in keys:
        database.execute_sql(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
