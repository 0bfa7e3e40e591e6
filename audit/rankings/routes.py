"""Rankings, county boards and exports."""

from __future__ import annotations

import os
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path

from flask import send_file

from audit.accounts.guard import allow
from audit.accounts.permissions import Can
from audit.base import clock, db
from audit.base.http import Blueprint, conditional, current_actor, download
from audit.base.problems import RateLimited, TemporarilyUnavailable
from audit.rankings import boards, exports, queries
from audit.rankings.schemas import Board, CentreRanking, CountyRanking, Nothing

rankings = Blueprint("rankings", __name__, url_prefix="/api/v1", description="Rankings, county boards, exports")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TURN = threading.Lock()
QUEUE = threading.BoundedSemaphore(4)  # the one whose turn it is, and three who wait
MOST_WAIT = 60  # seconds


def _file(media_type: str) -> dict:
    return {"200": {"description": "The file", "content": {media_type: {"schema": {"type": "string"}}}}}


@contextmanager
def _turn():
    """One workbook at a time per process, for each takes a processor for seconds; a few wait, more come later."""
    if not QUEUE.acquire(blocking=False):
        raise RateLimited("many exports are being made", headers={"Retry-After": "30"})
    try:
        if not TURN.acquire(timeout=MOST_WAIT):
            raise TemporarilyUnavailable("many exports are being made", headers={"Retry-After": "30"})
        try:
            yield
        finally:
            TURN.release()
    finally:
        QUEUE.release()


@rankings.get("/rounds/<string:code>/rankings/counties")
@allow(Can.READ_RANKINGS)
@conditional
@rankings.arguments(Nothing, location="query", as_kwargs=True)
@rankings.response(200, CountyRanking)
@rankings.problems(404)
def rank_counties(code):
    """Counties by place; those under the coverage floor after them, unranked. A county sees its own line."""
    return queries.county_ranking(code, current_actor())


@rankings.get("/rounds/<string:code>/rankings/townships")
@allow(Can.READ_RANKINGS)
@conditional
@rankings.arguments(Nothing, location="query", as_kwargs=True)
@rankings.response(200, CentreRanking)
@rankings.problems(404)
def rank_townships(code):
    """Township centres by place, then those not visited. A county sees its own, with their places in the whole."""
    return queries.centre_ranking(code, "township", current_actor())


@rankings.get("/rounds/<string:code>/rankings/villages")
@allow(Can.READ_RANKINGS)
@conditional
@rankings.arguments(Nothing, location="query", as_kwargs=True)
@rankings.response(200, CentreRanking)
@rankings.problems(404)
def rank_villages(code):
    """Drawn village centres by place, then those not visited."""
    return queries.centre_ranking(code, "village", current_actor())


@rankings.get("/rounds/<string:code>/counties/<string(length=6):county>")
@allow(Can.READ_RANKINGS)
@conditional
@rankings.arguments(Nothing, location="query", as_kwargs=True)
@rankings.response(200, Board)
@rankings.problems(404)
def county_board(code, county):
    """One county: its score, its centres, and what to mend first with the exact gain of each."""
    return boards.board(code, county, current_actor())


@rankings.get("/rounds/<string:code>/exports/ranking.xlsx")
@allow(Can.EXPORT)
@rankings.arguments(Nothing, location="query", as_kwargs=True)
@rankings.doc(responses=_file(XLSX))
@rankings.problems(404, 429, 503)
def export_workbook(code):
    """The workbook: 县区排名, 乡镇排名, 村级得分, 得分依据, 说明. Only for those whose area holds the whole round."""
    with _turn(), db.snapshot():
        of, now = queries.whole_frame(code, current_actor()), clock.now()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "ranking.xlsx"
            exports.workbook(of, path, now=now)
            made = path.open("rb")  # stays readable after its name is gone
    name = exports.file_name(of, "排名", ".xlsx", now)
    response = send_file(made, mimetype=XLSX, as_attachment=True, download_name=name)
    response.content_length = os.fstat(made.fileno()).st_size
    return response


@rankings.get("/rounds/<string:code>/exports/<any(counties, townships, villages):what>.csv")
@allow(Can.EXPORT)
@rankings.arguments(Nothing, location="query", as_kwargs=True)
@rankings.doc(responses=_file("text/csv"))
@rankings.problems(404)
def export_csv(code, what):
    """One ranking as CSV, UTF-8 with a byte order mark. Only for those whose area holds the whole round."""
    with db.snapshot():
        of = queries.whole_frame(code, current_actor())
        text = "".join(exports.csv_lines(of, what))
    return download([text], "text/csv", exports.file_name(of, exports.CSV_NAMES[what], ".csv", clock.now()))
