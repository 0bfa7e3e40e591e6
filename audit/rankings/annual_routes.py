"""The annual assessment: figures, and the sheet that the office hands on."""

from __future__ import annotations

from audit.accounts.guard import allow
from audit.accounts.permissions import Can
from audit.base import clock
from audit.base.http import Blueprint, conditional, current_actor, named
from audit.rankings import annual as figures
from audit.rankings import annual_sheet
from audit.rankings.annual_schemas import AnnualOut, AnnualQuery
from audit.rankings.export_routes import XLSX, a_file, book
from audit.rankings.turns import turn

annual = Blueprint("annual", __name__, url_prefix="/api/v1", description="The annual assessment")
YEAR = "/annual/<int(min=1):year>"


@annual.get(YEAR)
@allow(Can.READ_CARDS)
@conditional
@annual.arguments(AnnualQuery, location="query")
@annual.response(200, AnnualOut)
@annual.problems(404)
def get_annual(asked, year):
    """What the year's publications and cards come to for each county; a county sees its own line."""
    return figures.of_year(year, asked.get("area"), current_actor())


@annual.get(f"{YEAR}/export.xlsx")
@allow(Can.EXPORT)
@annual.arguments(AnnualQuery, location="query")
@annual.doc(responses=a_file(XLSX))
@annual.problems(404, 429, 503)
def export_annual(asked, year):
    """年度考核折算 as a workbook. Only for those whose area it is."""
    with turn():
        of, now = figures.whole_year(year, asked.get("area"), current_actor()), clock.now()
        response = book(lambda path: annual_sheet.workbook(of, path, now=now))
    return named(response, annual_sheet.file_name(of, now), annual_sheet.plain_name(of, now))
