"""Where the demonstration plays: a folder of its own, filled with the real registry, and the real server on it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import click

from audit.accounts import signing_in
from audit.accounts.policy import Policy
from audit.base import clock, db
from audit.centres import actions as centres
from audit.commands.phones import Client
from audit.commands.serve import publish_shipped
from audit.commands.setup import open_and_migrate
from audit.config import Config

MARK = ".audit-demo"


def empty(folder: Path) -> Path:
    """The folder, made anew; one that holds anything but a demonstration is left alone."""
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise click.ClickException(f"{folder} holds something that is not a demonstration; name another --folder")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / MARK).touch()
    return folder


def prepare(config: Config, password: str, *, quiet: bool = False) -> None:
    """The database with what ships, the real registry and the administrator."""
    open_and_migrate(config)
    publish_shipped(quiet=quiet)
    began = time.monotonic()
    outcome = centres.load_registry("shigatse", actor=None, now=clock.now())
    seconds = time.monotonic() - began
    if not quiet:
        click.echo(f"registry: {outcome.divisions} divisions, {outcome.added} centres in {seconds:.1f} s")
    body = {"name": "admin", "display": "管理员", "password": password}
    signing_in.set_up(signing_in.new_setup_link(now=clock.now()), body, policy=Policy(), now=clock.now())
    db.database.close_all()


@contextmanager
def server(config: Config, **settings: str):
    """The real server in a process of its own, on a free port, with AUDIT_… settings; yields the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AUDIT_")} | settings
    command = [sys.executable, "-m", "audit.cli", "--data", str(config.data.absolute()), "serve", "--port", str(port)]
    with (config.data / "server.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment)
        try:
            _wait(port, process)
            yield port
        finally:
            process.terminate()
            process.wait(30)


def _wait(port: int, process: subprocess.Popen) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise click.ClickException("the server did not start; see server.log")
        try:
            if Client("127.0.0.1", port).call("GET", "/health")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise click.ClickException("the server did not answer within 30 s")


def program(name: str, here: Path) -> str:
    """How this program is called again from `here`: by its plain name when that is what PATH finds."""
    path = Path(name).absolute()
    found = shutil.which(path.name)
    if found and Path(found).absolute() == path:
        return path.name
    shown = str(path.relative_to(here) if path.is_relative_to(here) else path)
    return shown if path.suffix != ".py" else f"{sys.executable} -m audit.cli"
