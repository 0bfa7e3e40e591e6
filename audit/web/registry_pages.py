"""The registry of centres, for the administrator: a table is read, tried, and imported when somebody says so."""

from __future__ import annotations

from flask import Response, redirect

from audit.accounts.permissions import Can
from audit.base import body, clock, http
from audit.base.http import current_actor
from audit.centres import actions, imports
from audit.centres import queries as centres
from audit.centres.actions import Source
from audit.centres.schemas import TableQuery
from audit.web import pages, registry
from audit.web.pages import Pages, done, form, form_with_files, see, show, the_file
from audit.web.registry_words import VOCABULARY

centre_tables = Pages("registry", VOCABULARY)
TABLE = "/registry/tables/<string(length=64):digest>"
MOST_FILE, MOST_FORM = 5 * 1024 * 1024, 1_000_000
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@centre_tables.get("/registry")
@see(Can.MANAGE_CENTRES)
def overview():
    """How many centres there are, which were closed, and the way to import a table."""
    gone = centres.closed(registry.MOST_SHOWN)
    return show("registry.html", counts=centres.counted(), closed=gone, most=registry.MOST_SHOWN)


@centre_tables.get("/registry/centres.xlsx")
@see(Can.MANAGE_CENTRES)
def present():
    """The registry as a table to change and send again."""
    name = f"便民服务中心名录_{clock.now().astimezone(clock.BEIJING):%Y%m%d}.xlsx"
    return http.named(Response(imports.workbook(registry.present()), content_type=SHEET), name, "centres.xlsx")


@centre_tables.post("/registry/tables")
@see(Can.MANAGE_CENTRES)
def send():
    """Keep a table for a day, to look at what it would do."""
    with form_with_files(MOST_FILE + pages.MOST_BYTES) as (_, files):
        name, raw = the_file(files, MOST_FILE)
    digest = actions.keep_table(name, raw, actor=current_actor(), now=clock.now())
    return redirect(f"/registry/tables/{digest}", 303)


@centre_tables.get(TABLE)
@see(Can.MANAGE_CENTRES)
def try_it(digest):
    """How a table is read and what it would do; nothing is stored."""
    table = centres.table_of(current_actor(), digest, now=clock.now())
    reading = table.reading(registry.asked_reading(body.query(TableQuery())))
    return show(
        "registry-table.html",
        table=table,
        digest=digest,
        reading=reading,
        as_read=registry.read_as(table, reading),
        trial=registry.tried(table, reading, now=clock.now()),
    )


@centre_tables.post(TABLE)
@see(Can.MANAGE_CENTRES)
def carry_out(digest):
    """Import the table as it was read, with what was decided of it."""
    actor, now = current_actor(), clock.now()
    table = centres.table_of(actor, digest, now=now)
    reading = table.reading(registry.asked_reading(body.query(TableQuery())))
    rows = registry.decided(table.rows(reading), form(MOST_FORM))
    source = Source(table.name, digest, all_decided=True)
    outcome = actions.import_rows(rows, source, dry_run=False, actor=actor, now=now)
    return done("/registry", *registry.imported(outcome))
