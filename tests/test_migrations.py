"""Models and migrations say the same; several processes may migrate at once."""

from __future__ import annotations

import importlib
import os
import pkgutil
import subprocess
import sys

import pytest
from factories import ROOT
from playhouse.migrations import Runner

import audit
from audit.base import db, migrations
from audit.base.db import Model, database
from audit.centres.models import Division

FIRST = "0001_initial"


def all_models() -> list[type[Model]]:
    """Every table the program knows."""
    for module in pkgutil.walk_packages(audit.__path__, "audit."):
        if module.name.endswith((".models", ".trail")):
            importlib.import_module(module.name)
    return [each for each in Model.__subclasses__() if each.__module__.startswith("audit.")]


def tables() -> dict:
    """Columns (type, null) and indexes of every table, as the database tells them."""
    return {
        table: (
            {each.name: (each.data_type.lower(), each.null) for each in database.get_columns(table)},
            {(tuple(each.columns), each.unique) for each in database.get_indexes(table)},
        )
        for table in database.get_tables()
        if not table.startswith("schema_migration")
    }


def foreign_keys() -> set[tuple]:
    """Every foreign key, as the database tells it."""
    return {
        (table, each.column, each.dest_table, each.dest_column)
        for table in database.get_tables()
        for each in database.get_foreign_keys(table)
    }


@pytest.fixture
def opened(empty_url):
    db.open_database(empty_url)
    yield empty_url
    database.close_all()


def test_migrations_make_the_tables_that_the_models_describe(opened):
    migrations.migrate()
    migrated = tables()
    Runner(database.obj, str(migrations.folder("migrations"))).down(FIRST)
    database.create_tables(all_models())
    assert migrated == tables()


def test_migrations_make_the_foreign_keys_that_the_models_describe(opened):
    migrations.migrate()
    described = {
        (model._meta.table_name, field.column_name, field.rel_model._meta.table_name, field.rel_field.column_name)
        for model in all_models()
        for field in model._meta.refs
    }
    assert described == foreign_keys()


def test_up_down_up_leaves_a_working_schema(opened):
    migrations.migrate()
    Division.create(scheme="s", edition=2023, code="540200", name="x", level="prefecture", traits=[])
    runner = Runner(database.obj, str(migrations.folder("migrations")))
    every = [each.name for each in runner.migrations()]
    assert runner.down(FIRST) == every[::-1]
    assert migrations.migrate() == every
    assert Division.select().count() == 0


def test_head_names_the_last_migration():
    last = sorted(migrations.folder("migrations").glob("[0-9]*.py"))[-1].stem
    assert migrations.head() == last


def test_nothing_is_pending_after_migrating(opened):
    assert migrations.pending()
    migrations.migrate()
    assert migrations.pending() == []


def test_three_processes_may_migrate_at_once(empty_url, tmp_path):
    command = [sys.executable, "-m", "audit.cli", "--data", str(tmp_path), "migrate"]
    environment = os.environ | {"AUDIT_DATABASE_URL": empty_url}
    started = [
        subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for _ in range(3)
    ]
    every = [each.stem for each in sorted(migrations.folder("migrations").glob("[0-9]*.py"))]
    told = [each.communicate(timeout=60)[0].strip() for each in started]
    assert [each.returncode for each in started] == [0, 0, 0], told
    assert sorted(told) == ["\n".join(every), "nothing to do", "nothing to do"]


def test_every_foreign_key_has_an_index(opened):
    migrations.migrate()
    indexed = {(table, columns[0]) for table, (_, indexes) in tables().items() for columns, _ in indexes}
    indexed |= {(table, column) for table in database.get_tables() for column in database.get_primary_keys(table)}
    assert [key for key in foreign_keys() if key[:2] not in indexed] == []


def test_a_row_of_the_first_release_survives_going_up_and_down(opened):
    runner = Runner(database.obj, str(migrations.folder("migrations")))
    runner.up(FIRST)
    database.execute_sql(
        "INSERT INTO account (name, display, roles, created_at) VALUES ('a', 'A', '[]', '2026-01-01T00:00:00.000000Z')"
    )
    migrations.migrate()
    runner.down("0002_accounts_whole")
    assert database.execute_sql("SELECT name, display FROM account").fetchall() == [("a", "A")]
