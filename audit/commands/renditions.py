"""Renditions made once more from the originals, on every processor that there is."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import click

from audit.base import db
from audit.base.problems import Problem
from audit.base.storage import Storage
from audit.commands.bars import bar
from audit.commands.setup import open_current, usable_storage
from audit.config import Config
from audit.evidence import blobs
from audit.evidence.blobs import Original
from audit.fittings import storage

FEW = 100  # a process takes a second to start, a hundred small pictures take as long
SOME = 20


def make(config: Config, originals: Iterable[Original]) -> tuple[int, list[str]]:
    """Make what is missing; how many photos got some, and what could not be made and why."""
    wanted = [each for each in originals if each.accepted]
    made, faults = 0, []
    with bar(None, "renditions", len(wanted)) as shown:
        for original, outcome in _outcomes(config, wanted):
            made += outcome is True
            faults += [f"{original.key}: {outcome}"] if isinstance(outcome, str) else []
            shown.update(1)
    return made, faults


def _outcomes(config: Config, wanted: list[Original]) -> Iterator[tuple[Original, bool | str]]:
    if len(wanted) <= FEW:
        yield from zip(wanted, map(partial(_one, usable_storage(config)), wanted), strict=True)
        return
    # not forked: other threads may hold locks at that moment
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(len(os.sched_getaffinity(0)), fresh, _begin, (config,)) as pool:
        yield from zip(wanted, pool.map(_in_a_process, wanted, chunksize=SOME), strict=True)


def _begin(config: Config) -> None:
    global _storage
    _storage = storage(config)


def _in_a_process(original: Original) -> bool | str:
    return _one(_storage, original)


def _one(photos_in: Storage, original: Original) -> bool | str:
    try:
        return blobs.make_renditions(original, photos_in)
    except FileNotFoundError:
        return "its renditions cannot be made: the file is missing"
    except Problem as problem:
        if problem.retry == "later":  # the storage, and not the photo
            raise
        return f"its renditions cannot be made: {problem.detail or problem.en}"


@click.command()
@click.pass_obj
def renditions(config: Config) -> None:
    """Make the small pictures that are missing, from the originals; exit code 1 where that cannot be done.

    Runs while the service runs.
    """
    open_current(config)
    with db.database.connection_context():
        made, faults = make(config, blobs.originals())
    click.echo(f"renditions of {made} photos made")
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        raise click.ClickException(f"{len(faults)} photos have none")
