"""The checklists, for phones and for everybody who wants to know the standard."""

from __future__ import annotations

from audit.accounts.guard import allow
from audit.accounts.permissions import Can
from audit.base.http import Blueprint, conditional, tagged
from audit.base.paging import LIST_HEADERS, paged
from audit.checklists import queries
from audit.checklists.schemas import EditionOut, EditionQuery, EditionRef

checklists = Blueprint("checklists", __name__, url_prefix="/api/v1", description="Published editions and policies")


@checklists.get("/checklists")
@allow(Can.READ_CHECKLISTS)
@conditional
@checklists.arguments(EditionQuery, location="query")
@checklists.response(200, EditionRef(many=True), headers=LIST_HEADERS)
def list_editions(asked):
    """What is published."""
    return paged(queries.listed(asked), asked)


@checklists.get("/checklists/<string:edition_id>")
@allow(Can.READ_CHECKLISTS)
@checklists.response(200, EditionOut, headers={"ETag": {"schema": {"type": "string"}}})
@checklists.problems(304, 404)
def get_edition(edition_id):
    """One edition, as it was published; its ETag is the digest of its content."""
    edition = queries.published(edition_id)
    return tagged(edition.digest, lambda: edition)
