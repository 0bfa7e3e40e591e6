"""Sheets of paper: the record of a visit that people sign, and the blank form of an edition."""

from __future__ import annotations

from audit.accounts.permissions import Can
from audit.base import clock
from audit.base.http import current_actor
from audit.web import record
from audit.web.pages import Pages, see, show

sheets = Pages("print")


@sheets.get("/inspections/<uuid:inspection_id>/record")
@see(Can.READ_INSPECTIONS)
def visit_record(inspection_id):
    """现场核查记录表: what was found item by item, with its photos, what was decided, and where people sign."""
    return show("print-record.html", **record.of_visit(current_actor(), inspection_id, now=clock.now()))


@sheets.get("/editions/<string:edition_id>/form")
@see(Can.READ_CHECKLISTS)
def blank_form(edition_id):
    """The blank form of an edition, to be filled in by hand where there is no phone."""
    return show("print-form.html", **record.of_edition(edition_id))
