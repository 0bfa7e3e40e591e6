"""Killing, again and again, while phones go on sending."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable

import pytest
from faults.phones import Told
from faults.service import MOST, Service

DONE: Counter[str] = Counter()  # over all tests of a run; printed at its end
KILLS = int(os.environ.get("FAULT_KILLS", "500"))  # of a whole run of `make faults`

only_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def share(percent: int) -> int:
    """So much of the kills that were asked for."""
    return max(2, KILLS * percent // 100)


def count(told: Told) -> None:
    """Add what the phones of a test were told to the counts of the run."""
    DONE["visits acknowledged"] += len(told.acknowledged())
    DONE["photos acknowledged"] += sum(len(each.kept) for each in told.visits.values())
    DONE.update({name: told.counts.get(name, 0) for name in ("unknown outcomes", "answers 503", "answers 507")})
    told.back.sort()
    if told.back:
        DONE["slowest return to health in ms"] = max(
            DONE["slowest return to health in ms"], round(1000 * told.back[-1])
        )


def kill_everything(service: Service, told: Told, chance: random.Random, kills: int) -> None:
    """The whole process group: mostly some time after it was well, now and then while it starts."""
    for _ in range(kills):
        if chance.random() < 0.8:
            told.back.append(service.wait())
            time.sleep(chance.uniform(0.1, 1.6))
        else:
            time.sleep(chance.uniform(0.2, 2.0))
        service.kill()
        DONE["kills of everything"] += 1
        service.start()
    told.back.append(service.wait())


def kill_workers(service: Service, told: Told, chance: random.Random, kills: int) -> None:
    """One worker after the other, and all of them at once; the server starts them again."""
    _kill_some(service, told, chance, (kills, service.kill_a_worker, "kills of a worker"))


def kill_checkers(service: Service, told: Told, chance: random.Random, kills: int) -> None:
    _kill_some(service, told, chance, (kills, service.kill_a_checker, "kills of a checker"))


def _kill_some(service: Service, told: Told, chance: random.Random, what: tuple[int, Callable[[], int], str]) -> None:
    kills, kill, name = what
    done, end = 0, time.monotonic() + MOST + 5 * kills
    while done < kills:
        assert time.monotonic() < end, f"only {done} of {kills} {name}"
        time.sleep(chance.uniform(0.3, 1.2))
        began = time.monotonic()
        done += (killed := kill())
        DONE[name] += killed
        service.wait()
        told.back.append(time.monotonic() - began)
