"""The front door alone: what is refused before anything is looked up needs no database behind it."""

import pytest
from swift_server import credentials, loader, swift  # noqa: F401 - fixtures of the tests of storage

from audit.app import wire
from audit.base import db
from audit.config import Config


@pytest.fixture
def over_nothing(tmp_path) -> Config:
    """Settings with a database that is not there."""
    yield Config(data=tmp_path, database_url=f"sqlite:///{tmp_path}/no-folder/audit.db")
    db.database.close_all()


@pytest.fixture
def bare_app(routes_built, over_nothing):
    """The application over a database that is not there."""
    return wire(routes_built, over_nothing)


@pytest.fixture
def door(bare_app):
    """A client of it."""
    return bare_app.test_client()


@pytest.fixture
def send(door):
    """Posts raw bytes to a route that reads JSON and asks for no sign-in."""

    def post(raw: bytes, content_type: str | None = "application/json", **kwargs):
        return door.post("/api/v1/tokens", data=raw, content_type=content_type, **kwargs)

    return post
