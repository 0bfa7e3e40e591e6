"""The annual assessment, and what being audited costs counties."""

from __future__ import annotations

from audit.accounts.permissions import Can
from audit.base import body
from audit.base.http import current_actor
from audit.inspections.schemas import CentreBurdenQuery
from audit.rankings import annual
from audit.rankings.annual_schemas import AnnualQuery
from audit.web import yearly
from audit.web.pages import Pages, leaves, see, show

yearly_pages = Pages("yearly")


@yearly_pages.get("/annual")
@see(Can.READ_CARDS)
def list_years():
    """The years of which something was published."""
    return show("annual-years.html", years=annual.years(current_actor()))


@yearly_pages.get("/annual/<int(min=1, max=9999):year>")
@see(Can.READ_CARDS)
def one_year(year):
    """What the year's publications and cards come to for each county; a county sees its own line."""
    wanted = body.query(AnnualQuery())
    told = yearly.assessed(year, wanted.get("area"), current_actor())
    return show("annual.html", of=told)


@yearly_pages.get("/burden")
@see(Can.READ_BURDEN)
def burden():
    """How often and how long counties and centres were visited in a year; never by person."""
    wanted = body.query(CentreBurdenQuery())
    told = yearly.cost(wanted, current_actor())
    return show("burden.html", of=told, asked=wanted, list=leaves(told["total"], wanted))
