"""Pages of a list: ?page=&page_size=, a Link header to the neighbours, X-Total-Count; the order is always total."""

from __future__ import annotations

from urllib.parse import urlencode

import marshmallow as ma
from flask import request

from audit.base.db import page_of
from audit.base.fields import Whole


class Paged(ma.Schema):
    """Query parameters of a list; lists add their own filters."""

    page = Whole(1, 100_000, load_default=1)
    page_size = Whole(1, 500, load_default=50)


LIST_HEADERS = {
    "Link": {"description": "first, prev, next, last (RFC 8288)", "schema": {"type": "string"}},
    "X-Total-Count": {"description": "Rows in all pages", "schema": {"type": "integer"}},
}


def paged(query, asked: dict):
    """The page of a query that was asked for, as a route returns it."""
    return page(*page_of(query, asked["page"], asked["page_size"]), asked)


def sliced(rows: list, asked: dict):
    """The page that was asked for of rows that are all at hand."""
    start = (asked["page"] - 1) * asked["page_size"]
    return page(rows[start : start + asked["page_size"]], len(rows), asked)


def page(rows: list, total: int, asked: dict):
    """(rows of one page, status, headers), as a route returns them; `total` counts the rows of all pages."""
    return rows, 200, headers(asked["page"], asked["page_size"], total)


def headers(page: int, size: int, total: int) -> dict[str, str]:
    last = max(1, -(-total // size))
    numbers = {"first": 1, "prev": page - 1, "next": page + 1, "last": last}
    given = request.args.to_dict()
    links = [
        f'<{request.path}?{urlencode(given | {"page": number})}>; rel="{rel}"'
        for rel, number in numbers.items()
        if 1 <= number <= last
    ]
    return {"Link": ", ".join(links), "X-Total-Count": str(total)}
