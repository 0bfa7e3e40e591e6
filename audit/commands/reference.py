"""audit problems, audit openapi: reference documents, printed."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import click

from audit.app import create_app
from audit.base import problems as catalogue
from audit.config import Config


@click.command()
def problems() -> None:
    """Print docs/problems.md."""
    click.echo(catalogue.markdown(), nl=False)


@click.command()
def openapi() -> None:
    """Print the OpenAPI 3.1 document."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Config(data=Path(folder)))
        document = app.test_client().get("/api/v1/openapi.json").get_json()
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))
