"""Commands that end in the middle, as if killed: processes of their own, forked from one that has read the program."""

from __future__ import annotations

import multiprocessing
import os
import pkgutil

from audit.cli import main

KILLED = 9
PROCESSES = multiprocessing.get_context("forkserver")
# the command line loads a command only when it is asked for: each process would read all of these anew
PROCESSES.set_forkserver_preload(["audit.cli", "audit.commands.backup", "audit.commands.restore", "psycopg"])


def killed_at(place: str, here, *words) -> None:
    """Run a command in a process that ends at once when it comes to that place."""
    command = ["--data", str(here.data), *map(str, words)]
    process = PROCESSES.Process(target=_run, args=(place, command, here.environment()))
    process.start()
    process.join()
    assert process.exitcode == KILLED


def _run(place: str, command: list[str], environment: dict[str, str]) -> None:
    os.environ.update(environment)
    module, _, name = place.rpartition(".")
    setattr(pkgutil.resolve_name(module), name, lambda *words, **named: os._exit(KILLED))
    main(command)
