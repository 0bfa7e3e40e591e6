"""Pages as a browser asks for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient

from audit.base.http import COOKIE

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
ORIGIN = {"Origin": "http://localhost"}


@dataclass
class Browser:
    """Somebody at a desk: `get` and `post` as a browser does, with its cookies."""

    client: FlaskClient

    def get(self, path: str, headers: dict | None = None, **kwargs):
        return self.client.get(path, headers=HTML | (headers or {}), **kwargs)

    def post(self, path: str, data: dict | None = None, headers: dict | None = None, **kwargs):
        return self.client.post(path, data=data or {}, headers=HTML | ORIGIN | (headers or {}), **kwargs)

    def speak(self, language: str) -> Browser:
        """The same browser in zh or en."""
        self.client.set_cookie("language", language)
        return self


@pytest.fixture
def browse(app, stage) -> Callable[..., Browser]:
    """A browser in which somebody of the cast is signed in: `browse("office")`; nobody: `browse()`."""

    def open_browser(name: str | None = None) -> Browser:
        client = app.test_client()
        if name:
            client.set_cookie(COOKIE, stage[1][name])
        return Browser(client)

    return open_browser
