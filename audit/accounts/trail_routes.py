"""The trail, for the auditor."""

from __future__ import annotations

from audit.accounts.guard import allow
from audit.accounts.permissions import Can
from audit.accounts.schemas import TrailOut, TrailQuery
from audit.base import trail as lines
from audit.base.db import canonical
from audit.base.http import Blueprint, download
from audit.base.paging import LIST_HEADERS, paged
from audit.base.text import csv_text

trail = Blueprint("trail", __name__, url_prefix="/api/v1", description="Who did what, for the auditor")
COLUMNS = ("seq", "at", "actor_id", "actor", "device", "action", "subject", "detail", "previous", "digest")
FILE = {"200": {"description": "The file", "content": {"text/csv": {"schema": {"type": "string"}}}}}


@trail.get("/trail")
@allow(Can.READ_TRAIL)
@trail.arguments(TrailQuery, location="query")
@trail.response(200, TrailOut(many=True), headers=LIST_HEADERS)
def list_trail(asked):
    """Lines of the trail, newest first."""
    return paged(lines.listed(asked), asked)


@trail.get("/trail.csv")
@allow(Can.READ_TRAIL)
@trail.doc(responses=FILE)
@trail.arguments(TrailQuery(exclude=("page", "page_size")), location="query")
def export_trail(asked):
    """All lines that fit, as CSV with a byte order mark."""
    found = (TrailOut().dump(line) for line in lines.listed(asked).iterator())
    cells = ([canonical(row[name]) if name == "detail" else row[name] for name in COLUMNS] for row in found)
    return download(list(csv_text(list(COLUMNS), cells)), "text/csv", "trail.csv")
