"""The pages of centres: the list with its map, one centre over the rounds, and one item with its photos."""

from __future__ import annotations

from audit.accounts.permissions import Can
from audit.base import body, clock
from audit.base.http import current_actor
from audit.web import centres, compared, states
from audit.web.pages import Pages, language, say, see, show
from audit.web.schemas import CentresQuery, OfRound

sites = Pages("centres_pages")


@sites.get("/centres")
@see(Can.READ_RANKINGS)
def list_centres():
    """Every centre in your area on one page, with its card, total and last visit; and where they lie."""
    told = centres.listed(current_actor(), body.query(CentresQuery()))
    return show("centres.html", map=centres.drawn(told, language()), **told)


@sites.get("/centres/<uuid:centre_id>")
@see(Can.READ_RANKINGS)
def one_centre(centre_id):
    """A centre over the rounds: its trend, its items the dearest first, what is to be mended, its visits."""
    told = centres.told(current_actor(), centre_id, body.query(OfRound()), now=clock.now())
    line = centres.trend(told["past"], told["code"], say("口径变更", "changed"))
    return show("centre.html", trend=line, round_states=states.ROUNDS, states_said=states.FINDINGS, **told)


@sites.get("/inspections/<uuid:inspection_id>/items/<string:code>")
@see(Can.READ_INSPECTIONS)
def one_item(inspection_id, code):
    """One item of a visit: its photos beside the demonstration site's and those of the visit before."""
    return show("item.html", **compared.told(current_actor(), inspection_id, code, now=clock.now()))
