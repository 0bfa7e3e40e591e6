"""People who sign in with passwords, a clock that tests move, and settings that tests change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from factories import PASSWORD

from audit.accounts.models import Account
from audit.accounts.secrets import hash_password
from audit.base import clock as real_clock

HASHED = hash_password(PASSWORD)


class Clock:
    """The time as the application sees it."""

    def __init__(self):
        self.at = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.at

    def passes(self, **time) -> None:
        self.at += timedelta(**time)


@pytest.fixture
def clock(monkeypatch) -> Clock:
    moved = Clock()
    monkeypatch.setattr(real_clock, "now", moved)
    return moved


@pytest.fixture
def changed() -> dict:
    """Settings of this test that are not the default."""
    return {}


@pytest.fixture
def config(config, changed):
    return replace(config, **changed)


@pytest.fixture
def passwords(app):
    """Everybody of the cast may sign in with PASSWORD."""
    Account.update(password=HASHED, password_changed_at=datetime.now(UTC)).execute()


@pytest.fixture
def enter(nobody, passwords):
    """The answer to a sign-in."""

    def call(name: str, password: str = PASSWORD, device: str = "a phone", **code):
        return nobody.post("/tokens", json={"name": name, "password": password, "device": device} | code)

    return call


@pytest.fixture
def signed_in(enter, nobody):
    """A person with a fresh token, on a device of that name."""

    def call(name: str, **kwargs):
        answer = enter(name, **kwargs)
        assert answer.status_code == 201, answer.json
        return replace(nobody, name=name, token=answer.json["token"])

    return call


@pytest.fixture
def change(admin, number):
    """An admin changes the account of that name; the answer."""

    def call(name: str, **body):
        path = f"/api/v1/accounts/{number(name)}"
        return admin.client.patch(path, json=body, headers={"Authorization": f"Bearer {admin.token}"})

    return call


@pytest.fixture
def slug():
    """What kind of problem an answer is."""
    return lambda answer: answer.json["type"].removeprefix("/problems/")


@pytest.fixture
def number():
    """The id of an account of the cast."""
    return lambda name: Account.get(Account.name == name).id
