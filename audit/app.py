"""The composition root: settings, database, storage, capabilities and problems become one application."""

from __future__ import annotations

import threading
from functools import cache

from flask import Flask, jsonify

from audit import __version__
from audit.accounts.guard import public
from audit.accounts.permissions import Public
from audit.accounts.routes import accounts
from audit.accounts.setup_routes import setup
from audit.accounts.trail_routes import trail
from audit.base import docs, http
from audit.base.db import database, open_database
from audit.centres.routes import centres
from audit.checklists.routes import checklists
from audit.config import Config, load
from audit.evidence.routes import evidence
from audit.evidence.upload_routes import uploads
from audit.fittings import face, intake, policy, storage, unfinished
from audit.followup.routes import appeals, findings
from audit.inspections.point_routes import points
from audit.inspections.review_routes import reviews
from audit.inspections.routes import inspections
from audit.inspections.scores import list_entered
from audit.rankings.annual_routes import annual
from audit.rankings.card_routes import cards
from audit.rankings.export_routes import files
from audit.rankings.publication_routes import publications
from audit.rankings.routes import rankings
from audit.rounds.document_routes import documents
from audit.rounds.plan_routes import plans
from audit.rounds.routes import rounds
from audit.web import pages
from audit.web.admin_pages import admin
from audit.web.annual_pages import yearly_pages
from audit.web.appeal_pages import objections
from audit.web.baseline_pages import standards
from audit.web.card_pages import cards as card_sheets
from audit.web.centre_pages import sites
from audit.web.county_pages import county
from audit.web.edition_pages import books
from audit.web.followup_pages import followup
from audit.web.office_pages import office
from audit.web.print_pages import sheets
from audit.web.ranking_pages import ranking
from audit.web.registry_pages import centre_tables
from audit.web.review_pages import desks
from audit.web.routes import looks, web
from audit.web.signin_pages import signin
from audit.web.trail_pages import trail as trail_pages

CAPABILITIES = (
    accounts,
    trail,
    centres,
    checklists,
    rounds,
    plans,
    documents,
    evidence,
    uploads,
    inspections,
    reviews,
    points,
    findings,
    appeals,
    rankings,
    publications,
    files,
    cards,
    annual,
)
PAGES = (
    signin,
    admin,
    centre_tables,
    trail_pages,
    office,
    ranking,
    card_sheets,
    county,
    sites,
    desks,
    followup,
    objections,
    standards,
    books,
    yearly_pages,
    sheets,
)
DESCRIPTION = """Photo-backed audits of township and village service centres.

Errors are `application/problem+json`; `retry` says what to do: `never` (show it), `later` (send again unchanged),
`after-fix` (ask the person). Everything a phone sends may be sent again: a 2xx means that it is stored.
"""


def create_app(config: Config) -> Flask:
    """The application for these settings. Opens no connection yet."""
    return wire(build(), config)


def build() -> Flask:
    """The routes and what they say of themselves: the same for every setting."""
    app = Flask("audit", static_folder=None)
    app.json.sort_keys = False
    app.json.ensure_ascii = False
    app.config.update(
        API_TITLE="便民服务中心标准化核查 · Service centre audit",
        API_VERSION=__version__,
        OPENAPI_VERSION="3.1.0",
    )
    _install(app)
    return app


def wire(app: Flask, config: Config) -> Flask:
    """Give the application its database, storage, limits and policy."""
    open_database(config.database, config.database_connections)
    app.config.update(
        MAX_JSON_BYTES=config.max_json_bytes,
        TRUSTED_HOSTS=[name.lower() for name in (*config.hosts.split(), config.host)],
    )
    app.extensions["storage"] = storage(config)
    app.extensions["upload_places"] = threading.BoundedSemaphore(config.uploads_at_once)
    app.extensions["listed"] = list_entered
    app.extensions["intake"] = intake(config, app.extensions["storage"])
    app.extensions["uploads"] = unfinished(config)
    app.extensions["policy"] = policy(config)
    app.extensions["print_face"] = face(config.font)
    return app


def _install(app: Flask) -> None:
    http.install(app)
    api = http.Api(
        app,
        spec_kwargs={
            "info": {"description": DESCRIPTION},
            "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
        },
    )
    for blueprint in CAPABILITIES:
        api.register_blueprint(blueprint)
    app.register_blueprint(docs.blueprint(api, public(Public.DOCUMENTATION)))
    app.register_blueprint(setup)
    app.register_blueprint(web)
    app.register_blueprint(looks)
    for each in PAGES:
        app.register_blueprint(each)
    app.jinja_env.filters.update(pages.FILTERS)
    app.extensions["refusal_page"] = pages.refusal

    @app.get("/health")
    @public(Public.HEALTH)
    def health():
        """Alive, and the database answers."""
        database.execute_sql("SELECT 1")
        return jsonify(status="ok", version=__version__)


@cache
def routes() -> Flask:
    """The routes of this process; a worker that is forked from it finds them built, which takes half a second."""
    return build()


def create() -> Flask:
    """What the server's workers call; settings come from the environment."""
    return wire(routes(), load())
