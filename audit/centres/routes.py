"""The registry, for reading."""

from __future__ import annotations

from audit.accounts.guard import allow
from audit.accounts.permissions import Can
from audit.base.http import Blueprint, conditional, current_actor
from audit.base.paging import LIST_HEADERS, page, paged
from audit.centres import queries
from audit.centres.schemas import CentreOut, CentreQuery, DivisionOut, DivisionQuery

centres = Blueprint("centres", __name__, url_prefix="/api/v1", description="Divisions and their service centres")


@centres.get("/centres")
@allow(Can.READ_CENTRES)
@conditional
@centres.arguments(CentreQuery, location="query")
@centres.response(200, CentreOut(many=True), headers=LIST_HEADERS)
def list_centres(asked):
    """Centres in your area, by code; with `near`, nearest first and those without a point after them."""
    rows, total = queries.search(current_actor(), asked)
    return page(rows, total, asked)


@centres.get("/centres/<uuid:centre_id>")
@allow(Can.READ_CENTRES)
@conditional
@centres.response(200, CentreOut)
@centres.problems(404)
def get_centre(centre_id):
    """One centre."""
    return queries.visible_to(current_actor(), centre_id)


@centres.get("/divisions")
@allow(Can.READ_CENTRES)
@conditional
@centres.arguments(DivisionQuery, location="query")
@centres.response(200, DivisionOut(many=True), headers=LIST_HEADERS)
def list_divisions(asked):
    """Divisions in your area, by code."""
    return paged(queries.divisions(current_actor(), asked), asked)
