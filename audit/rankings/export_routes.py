"""Exports: the workbook, CSV, the notice as PDF and as a page to print, a county's own workbook and evidence."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from base64 import b64encode
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from flask import Response, render_template, request, send_file
from markupsafe import Markup

from audit.accounts.guard import allow
from audit.accounts.permissions import Can
from audit.base import clock, db, ranges
from audit.base.http import Blueprint, current_actor, download, extension, named
from audit.rankings import evidence, exports, published, queries, report
from audit.rankings.queries import Frame, all_rows
from audit.rankings.schemas import Nothing
from audit.rankings.turns import turn

files = Blueprint(
    "exports", __name__, url_prefix="/api/v1", description="Exports of rankings", template_folder="templates"
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WHAT = "<any(counties, townships, villages, findings):what>"
VERSION = "/rounds/<string:code>/publications/<int(min=1, max=2147483647):version>"
COUNTY = "/rounds/<string:code>/counties/<string(length=6):county>"


def a_file(media_type: str) -> dict:
    return {"200": {"description": "The file", "content": {media_type: {"schema": {"type": "string"}}}}}


@files.get("/rounds/<string:code>/exports/ranking.xlsx")
@allow(Can.EXPORT)
@files.arguments(Nothing, location="query", as_kwargs=True)
@files.doc(responses=a_file(XLSX))
@files.problems(404, 429, 503)
def export_workbook(code):
    """The workbook: 封面, 县区排名, 乡镇排名, 村级得分, 问题清单, 得分依据, 说明.

    Only for those whose area holds the whole round.
    """
    return workbook(lambda: queries.whole_frame(code, current_actor()))


@files.get(f"/rounds/<string:code>/exports/{WHAT}.csv")
@allow(Can.EXPORT)
@files.arguments(Nothing, location="query", as_kwargs=True)
@files.doc(responses=a_file("text/csv"))
@files.problems(404)
def export_csv(code, what):
    """One ranking, or 问题清单 (findings), as CSV, UTF-8 with a byte order mark.

    Only for those whose area holds the whole round.
    """
    return table(lambda: queries.whole_frame(code, current_actor()), what)


@files.get("/rounds/<string:code>/exports/report.pdf")
@allow(Can.EXPORT)
@files.arguments(Nothing, location="query", as_kwargs=True)
@files.doc(responses=a_file("application/pdf"))
@files.problems(404, 409, 429, 503)
def export_report(code):
    """通报 as PDF: the notice, 县区排名 with cards, notes.

    Without the extra `pdf` or a Chinese font: 409, which names the page to print.
    """
    return notice(lambda: queries.whole_frame(code, current_actor()))


@files.get("/rounds/<string:code>/exports/report.html")
@allow(Can.EXPORT)
@files.arguments(Nothing, location="query", as_kwargs=True)
@files.doc(responses=a_file("text/html"))
@files.problems(404)
def print_report(code):
    """The same notice as a page to print, for where no PDF can be made."""
    return page(lambda: queries.whole_frame(code, current_actor()))


@files.get(f"{VERSION}/exports/report.pdf")
@allow(Can.EXPORT)
@files.arguments(Nothing, location="query", as_kwargs=True)
@files.doc(responses=a_file("application/pdf"))
@files.problems(404, 409, 429, 503)
def published_report(code, version):
    """通报 of a version as PDF: the same bytes whenever it is asked for, on a machine with the same fonts."""
    return notice(lambda: published.whole(code, version, current_actor()))


@files.get(f"{VERSION}/exports/report.html")
@allow(Can.EXPORT)
@files.arguments(Nothing, location="query", as_kwargs=True)
@files.doc(responses=a_file("text/html"))
@files.problems(404)
def published_page(code, version):
    """通报 of a version as a page to print."""
    return page(lambda: published.whole(code, version, current_actor()))


@files.get(f"{COUNTY}/exports/ranking.xlsx")
@allow(Can.EXPORT_OWN)
@files.arguments(Nothing, location="query", as_kwargs=True)
@files.doc(responses=a_file(XLSX))
@files.problems(404, 429, 503)
def export_county(code, county):
    """The workbook of one county: its own lines alone, with their places in the whole."""
    return county_workbook(lambda: queries.frame(code, current_actor()), county)


@files.get(f"{VERSION}/counties/<string(length=6):county>/exports/ranking.xlsx")
@allow(Can.EXPORT_OWN)
@files.arguments(Nothing, location="query", as_kwargs=True)
@files.doc(responses=a_file(XLSX))
@files.problems(404, 429, 503)
def published_county(code, version, county):
    """The workbook of one county as it was published."""
    actor = current_actor()
    return county_workbook(lambda: published.frame(published.one(code, version, actor), actor), county)


@files.get(f"{COUNTY}/evidence.zip")
@allow(Can.EXPORT_OWN)
@files.arguments(Nothing, location="query", as_kwargs=True)
@files.doc(responses=a_file("application/zip") | {"206": {"description": "The bytes that Range asked for"}})
@files.problems(404, 416, 429)
def export_evidence(code, county):
    """The photos behind a county's scores as one ZIP with a list of them; resumed by Range, with If-Range and ETag.

    Those who may not see positions get the photos without their metadata.
    """
    actor = current_actor()
    return archive(lambda: queries.frame(code, actor), county, actor)


@files.get(f"{VERSION}/counties/<string(length=6):county>/evidence.zip")
@allow(Can.EXPORT_OWN)
@files.arguments(Nothing, location="query", as_kwargs=True)
@files.doc(responses=a_file("application/zip") | {"206": {"description": "The bytes that Range asked for"}})
@files.problems(404, 416, 429)
def published_evidence(code, version, county):
    """The photos behind a county's scores as they were published; the list names the version and its digest.

    Photos that were let go of since are not in it.
    """
    actor = current_actor()
    return archive(lambda: published.frame(published.one(code, version, actor), actor), county, actor)


# --- the same of a live ranking and of a published one; `frame` is asked for inside the snapshot ----------------------


def workbook(frame: Callable[[], Frame]) -> Response:
    """The office's workbook."""
    return _workbook(frame, lambda of: ("排名", "ranking", exports.workbook))


def county_workbook(frame: Callable[[], Frame], county: str) -> Response:
    """The workbook of one county; NotFound when it is out of reach."""

    def wanted(of: Frame):
        own = queries.county(of, county)

        def write(of: Frame, path: Path, *, now: datetime) -> None:
            exports.county_workbook(of, own, path, now=now)

        return f"排名_{own.name}", f"ranking_{county}", write

    return _workbook(frame, wanted)


def _workbook(frame: Callable[[], Frame], wanted: Callable) -> Response:
    with turn(), db.snapshot():
        of, now = frame(), clock.now()
        what, plain, write = wanted(of)
        response = book(lambda path: write(of, path, now=now))
    return named(response, *_names(of, what, plain, ".xlsx", now))


def book(write: Callable[[Path], None]) -> Response:
    """A workbook that is written to a path, which is gone once it is open."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.xlsx"
        write(path)
        made = path.open("rb")  # stays readable after its name is gone
    response = send_file(made, mimetype=XLSX)
    response.content_length = os.fstat(made.fileno()).st_size
    return response


def _names(of: Frame, what: str, plain: str, suffix: str, now: datetime) -> tuple[str, str]:
    return exports.file_name(of, what, suffix, now), exports.plain_name(of, plain, suffix, now)


def table(frame: Callable[[], Frame], what: str) -> Response:
    """One ranking, or 问题清单, as CSV."""
    with db.snapshot():
        of, now = frame(), clock.now()
        text = "".join(exports.csv_lines(of, what, now=now))
    return download([text], "text/csv", *_names(of, exports.CSV_NAMES[what], what, ".csv", now))


def notice(frame: Callable[[], Frame]) -> Response:
    """通报 as PDF."""
    with turn():
        of, told, now = _told(frame)
        page = request.path.removesuffix(".pdf") + ".html"
        made = io.BytesIO(report.pdf(told, extension("print_face"), page=page))
    return named(send_file(made, mimetype="application/pdf"), *_names(of, "通报", "report", ".pdf", now))


def archive(frame: Callable[[], Frame], county: str, actor) -> Response:
    """The photos of a county as a ZIP."""
    made, names, place = evidence.archive_of(frame, county, actor, extension("storage"))
    return ranges.send(made, "application/zip", names, place.leave)


def page(frame: Callable[[], Frame]) -> Response:
    """通报 as a page to print. Its style stands in it, so that the saved file prints as well."""
    _, told, _ = _told(frame)
    style = report.style(told)
    response = Response(render_template("report.html", told=told, style=Markup(style)), mimetype="text/html")
    known = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    response.headers["Content-Security-Policy"] = f"default-src 'none'; style-src 'sha256-{known}'"
    return response


def _told(frame: Callable[[], Frame]) -> tuple[Frame, dict, datetime]:
    with db.snapshot():
        of, now = frame(), clock.now()
        found = all_rows(of)
        return of, report.content(of, found, exports.stamp(of, found, now)), now
