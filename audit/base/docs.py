"""The API's own documentation: the OpenAPI document, and a page to read it on that needs no other site."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from flask import Blueprint, Response, jsonify, render_template
from markupsafe import Markup, escape

from audit.base.problems import NotFound

STYLE = (Path(__file__).parent / "templates" / "docs.css").read_text("utf-8")
METHODS = ("get", "put", "post", "patch", "delete", "head", "options")


def blueprint(api, public: Callable) -> Blueprint:
    """/api/v1/openapi.json, /api/v1/docs and its style; `public` marks them as open to everybody."""
    pages = Blueprint("docs", __name__, url_prefix="/api/v1", template_folder="templates")
    pages.add_app_template_filter(with_code)

    @pages.get("/openapi.json")
    @public
    def openapi():
        """The OpenAPI 3.1 document."""
        return jsonify(api.spec.to_dict())

    @pages.get("/docs")
    @public
    def page():
        """The document as a page."""
        spec = api.spec.to_dict()
        return render_template("docs.html", spec=spec, groups=grouped(spec), style=style_name())

    @pages.get("/docs/<string:name>")
    @public
    def style(name):
        """The page's style sheet, named by its content."""
        if name != style_name():
            raise NotFound()
        return Response(STYLE, mimetype="text/css")

    return pages


def with_code(text: str) -> Markup:
    """Escaped text in which `backticks` become code."""
    parts = str(escape(text)).split("`")
    return Markup("".join(f"<code>{part}</code>" if index % 2 else part for index, part in enumerate(parts)))


def style_name() -> str:
    return f"docs-{hashlib.sha256(STYLE.encode()).hexdigest()[:12]}.css"


def grouped(spec: dict) -> dict[str, list[dict]]:
    """Operations by tag, in the order of their paths."""
    groups: dict[str, list[dict]] = {}
    for path, item in spec["paths"].items():
        for method in METHODS:
            if method in item:
                operation = item[method] | {"path": path, "method": method.upper()}
                operation["parameters"] = item.get("parameters", []) + operation.get("parameters", [])
                groups.setdefault(operation["tags"][0], []).append(operation)
    return groups
