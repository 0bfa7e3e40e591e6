"""Freezing and publishing by two people, and what was published."""

from __future__ import annotations

from audit.accounts.guard import allow
from audit.accounts.permissions import Can
from audit.base import clock
from audit.base.http import Blueprint, conditional, current_actor
from audit.base.paging import LIST_HEADERS, page
from audit.rankings import published, publishing, standings
from audit.rankings.export_routes import VERSION, WHAT, XLSX, a_file, table, workbook
from audit.rankings.publication_schemas import (
    PublicationDetail,
    PublicationOut,
    PublicationsQuery,
    PublishedCentres,
    PublishedCounties,
    RoundStepIn,
    RoundStepOut,
    StepsQuery,
)
from audit.rankings.schemas import Nothing

publications = Blueprint(
    "publications", __name__, url_prefix="/api/v1", description="Freezing, publishing, and what was published"
)
STEP = "/steps/<int(min=1, max=2147483647):step_id>"


@publications.get("/rounds/<string:code>/steps")
@allow(Can.PUBLISH)
@publications.arguments(StepsQuery, location="query")
@publications.response(200, RoundStepOut(many=True), headers=LIST_HEADERS)
@publications.problems(404)
def list_steps(asked, code):
    """What was proposed for a round, newest first."""
    return page(*publishing.listed(code, current_actor(), asked), asked)


@publications.post("/rounds/<string:code>/steps")
@allow(Can.PUBLISH)
@publications.arguments(RoundStepIn)
@publications.response(201, RoundStepOut)
@publications.alt_response(200, schema=RoundStepOut, description="Proposed before, by whomever", success=True)
@publications.problems(404, 409)
def propose_step(body, code):
    """Propose to freeze or to publish a round; a second person confirms it. Safe to repeat."""
    return publishing.propose(code, body, actor=current_actor(), now=clock.now())


@publications.put(f"{STEP}/confirmation")
@allow(Can.PUBLISH)
@publications.response(200, RoundStepOut)
@publications.problems(404, 409)
def confirm_step(step_id):
    """Confirm a step, as a second person: from now on the round is frozen, or its ranking published."""
    return publishing.confirm(step_id, actor=current_actor(), now=clock.now())


@publications.delete(STEP)
@allow(Can.PUBLISH)
@publications.response(204)
@publications.problems(404, 409)
def withdraw_step(step_id):
    """Withdraw a step that waits for its second person."""
    publishing.withdraw(step_id, actor=current_actor(), now=clock.now())


@publications.get("/rounds/<string:code>/publications")
@allow(Can.READ_RANKINGS)
@conditional
@publications.arguments(PublicationsQuery, location="query")
@publications.response(200, PublicationOut(many=True), headers=LIST_HEADERS)
@publications.problems(404)
def list_publications(asked, code):
    """The versions of a round's ranking, newest first."""
    return page(*published.listed(code, current_actor(), asked), asked)


@publications.get(VERSION)
@allow(Can.READ_RANKINGS)
@conditional
@publications.response(200, PublicationDetail)
@publications.problems(404)
def get_publication(code, version):
    """One version: what it was made by, its digest, its note, who published it and when."""
    return published.with_people([published.one(code, version, current_actor())])[0]


@publications.get(f"{VERSION}/rankings/counties")
@allow(Can.READ_RANKINGS)
@conditional
@publications.arguments(Nothing, location="query", as_kwargs=True)
@publications.response(200, PublishedCounties)
@publications.problems(404)
def published_counties(code, version):
    """Counties as they were published. A county sees its own line, with its place in the whole."""
    return standings.ranking(code, "counties", current_actor(), version)


@publications.get(f"{VERSION}/rankings/townships")
@allow(Can.READ_RANKINGS)
@conditional
@publications.arguments(Nothing, location="query", as_kwargs=True)
@publications.response(200, PublishedCentres)
@publications.problems(404)
def published_townships(code, version):
    """Township centres as they were published."""
    return standings.ranking(code, "township", current_actor(), version)


@publications.get(f"{VERSION}/rankings/villages")
@allow(Can.READ_RANKINGS)
@conditional
@publications.arguments(Nothing, location="query", as_kwargs=True)
@publications.response(200, PublishedCentres)
@publications.problems(404)
def published_villages(code, version):
    """Village centres as they were published; `drawn` says which of those not visited were to be."""
    return standings.ranking(code, "village", current_actor(), version)


@publications.get(f"{VERSION}/exports/ranking.xlsx")
@allow(Can.EXPORT)
@publications.arguments(Nothing, location="query", as_kwargs=True)
@publications.doc(responses=a_file(XLSX))
@publications.problems(404, 429, 503)
def published_workbook(code, version):
    """The workbook of a version: the same bytes whenever it is asked for, whatever changed since."""
    return workbook(lambda: published.whole(code, version, current_actor()))


@publications.get(f"{VERSION}/exports/{WHAT}.csv")
@allow(Can.EXPORT)
@publications.arguments(Nothing, location="query", as_kwargs=True)
@publications.doc(responses=a_file("text/csv"))
@publications.problems(404)
def published_csv(code, version, what):
    """One ranking of a version, or its 问题清单 (findings), as CSV."""
    return table(lambda: published.whole(code, version, current_actor()), what)
