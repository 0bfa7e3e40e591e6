"""States that take long to make are made once: each test gets a copy of the database and the uploads as they were."""

from __future__ import annotations

import inspect
import shutil
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import pytest

from audit.base import db
from audit.config import Config


@dataclass(frozen=True)
class State:
    """`answer` is what its fixture gave, in which people talk to the application behind `client`."""

    name: str
    client: object
    answer: object


class States:
    """The states of a test process, by the fixture that makes them and the engine."""

    def __init__(self, folder: Path):
        self.folder, self.known = folder, {}

    def put_aside(self, config: Config, server) -> str:
        """Keep a test's database and uploads as they are; the name of the state."""
        kept = self.folder / f"state{len(self.known)}"
        db.database.close_all()
        shutil.copytree(config.uploads_folder, kept / "uploads")
        if server is None:
            shutil.copy(_path(config), kept)
        else:
            server.create(kept.name, template=_name(config))
            server.keep(kept.name)
        return kept.name

    def take_up(self, name: str, config: Config, server) -> None:
        """Put what was kept in the place of a test's database and uploads."""
        kept = self.folder / name
        db.database.close_all()
        shutil.copytree(kept / "uploads", config.uploads_folder, dirs_exist_ok=True)
        if server is None:
            shutil.copy(kept / _path(config).name, _path(config))
        else:
            server.replace(_name(config), template=name)


def _path(config: Config) -> Path:
    return Path(config.database.removeprefix("sqlite:///"))


def _name(config: Config) -> str:
    return config.database.partition("?")[0].split("/")[-1]


def made_once(build: Callable):
    """`@pytest.fixture` for a state that takes long to make and needs nothing but the stage.

    The first test of a process makes it; the others get a copy of what there was then, and the fixtures it is made
    with are not asked for again. A test names a state before those that rest on it: what was taken up before is part of
    it.
    """

    @pytest.fixture(name=build.__name__)
    def fixture(request, engine, client, config, states, taken_up):
        key = (build, engine, tuple(taken_up))
        server = request.getfixturevalue("postgres") if engine == "postgres" else None
        if key not in states.known:
            answer = build(**{name: request.getfixturevalue(name) for name in inspect.signature(build).parameters})
            name = states.put_aside(config, server)
            states.known[key] = State(name, client, deepcopy(answer, {id(client): client}))
        else:
            kept = states.known[key]
            states.take_up(kept.name, config, server)
            answer = deepcopy(kept.answer, {id(kept.client): client})
        taken_up.append(states.known[key].name)
        return answer

    fixture.__doc__ = build.__doc__
    return fixture
