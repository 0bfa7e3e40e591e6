"""The inspectors' app: a page, its worker and its files, and the files of the pages.

Everything the app shows comes over the API.
"""

from __future__ import annotations

import json

from flask import Blueprint, Response, redirect, render_template, request

from audit import __version__
from audit.accounts.guard import public
from audit.accounts.permissions import Public
from audit.base.problems import NotFound
from audit.web import assets
from audit.web.shell import File, shell

web = Blueprint("web", __name__, url_prefix="/app", template_folder="templates")
POLICY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "media-src 'self' blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=()",
}
FRESH = {"Cache-Control": "no-cache"}
FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}


@web.get("")
@public(Public.APP)
def without_slash():
    """The app lives in a folder, or its worker would not reach it."""
    return redirect("/app/", 308)


@web.get("/")
@public(Public.APP)
def page():
    """The one page of the app."""
    return render_template("app.html", shell=shell(), release=__version__), 200, POLICY | FRESH


@web.get("/worker.js")
@public(Public.APP)
def worker():
    """The service worker, with the list of what it keeps: a changed file changes it too."""
    head = f"self.VERSION = {json.dumps(shell().version)};\nself.SHELL = {json.dumps(shell().urls)};\n"
    return Response(head + shell().worker, mimetype="text/javascript", headers=FRESH | POLICY)


@web.get("/manifest.webmanifest")
@public(Public.APP)
def manifest():
    """What a home screen shows."""
    icons = [
        {"src": f"/app/{shell().version}/icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png",
         "purpose": "any maskable"}
        for size in (192, 512)
    ]  # fmt: skip
    told = {
        "id": "/app/",
        "name": "便民服务中心核查",
        "short_name": "中心核查",
        "lang": "zh-CN",
        "start_url": "/app/",
        "scope": "/app/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#0f3171",
        "icons": icons,
    }
    return Response(json.dumps(told, ensure_ascii=False), mimetype="application/manifest+json", headers=FRESH)


@web.get("/<string(length=16):version>/<path:name>")
@public(Public.APP)
def file(version, name):
    """A file of the app, under the version that it belongs to."""
    found = shell().files.get(name)
    if version != shell().version or found is None:
        raise NotFound()
    return _as_file(found)


def _as_file(found: File) -> Response:
    packed = "gzip" in request.accept_encodings
    response = Response(found.packed if packed else found.plain, mimetype=found.media_type, headers=FOR_GOOD)
    response.content_encoding = "gzip" if packed else None
    response.vary.add("Accept-Encoding")
    return response


looks = Blueprint("looks", __name__)


@looks.get("/pages/<string:name>")
@public(Public.PAGES)
def look(name):
    """The style or the script of the pages."""
    found = assets.files().get(name)
    if found is None:
        raise NotFound()
    return _as_file(found)
