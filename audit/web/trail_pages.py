"""The trail, for the auditor."""

from __future__ import annotations

from urllib.parse import urlencode

from audit.accounts.permissions import Can
from audit.accounts.schemas import TrailDays, TrailOut
from audit.base import body
from audit.base import trail as lines
from audit.base.db import page_of
from audit.web.pages import Pages, leaves, see, show
from audit.web.trail import ACTIONS, FAULTS, as_query, between

trail = Pages("trail-pages")


@trail.get("/trail")
@see(Can.READ_TRAIL)
def read():
    """Lines of the trail, newest first, each held against its seal and the line before it."""
    asked = body.query(TrailDays())
    wanted = between(asked)
    found, total = page_of(lines.listed(wanted), asked["page"], asked["page_size"])
    return show(
        "trail.html",
        lines=TrailOut(many=True).dump(found),
        faults=lines.faults(found),
        last=lines.last(),
        said_of=FAULTS,
        actions=ACTIONS,
        asked=asked,
        list=leaves(total, asked),
        file=f"/api/v1/trail.csv?{urlencode(as_query(wanted))}",
    )
