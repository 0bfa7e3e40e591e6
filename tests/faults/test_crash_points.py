"""A process killed at its n-th sync, for every n of a visit; and syncs that fail (strace)."""

from __future__ import annotations

import random
import time
from contextlib import closing
from itertools import count

import pytest
from faults.disks import need
from faults.invariants import hold, hold_at_the_end, two_minutes_pass
from faults.phones import Handset, make_visit, settle
from faults.service import MOST, Service
from faults.storms import DONE, only_sqlite

SYNCS = "fsync,fdatasync"


@pytest.fixture
def trace(tmp_path):
    """A command that runs another under strace: `trace("signal=SIGKILL:when=3")`; what it saw lies in `strace.log`."""
    need("strace")

    def command(injected: str = "") -> list[str]:
        said = tmp_path / "strace.log"
        said.write_text("")
        # --seccomp-bpf would be quicker, and injects no signals (strace 6.1)
        words = ["strace", "-f", "-q", "-o", str(said), "-e", f"trace={SYNCS}"]
        return words + (["-e", f"inject={SYNCS}:{injected}"] if injected else [])

    return command


@pytest.fixture
def seen(tmp_path):
    """How often strace saw this."""
    return lambda text: (tmp_path / "strace.log").read_text("ascii", "replace").count(text)


@pytest.fixture
def phone(told, tokens):
    def at(port: int) -> Handset:
        return Handset(told, port, tokens["tashi"], seed="crash points")

    return at


@pytest.fixture(params=["0", "1"], ids=["checked at once", "checked later"])
def service(request, config, settings):
    """With one worker, so that one process has all the syncs of a visit; not started yet."""
    with closing(Service(config.data, workers=1, AUDIT_CHECKERS=request.param, **settings)) as service:
        yield service


@only_sqlite
def test_a_process_may_be_killed_at_any_sync(service, config, tokens, told, trace, seen, phone):
    chance = random.Random("crash points")
    visits = (make_visit(chance, "tashi", most_photos=2) for _ in count())
    points = _syncs_of_one_visit(service, next(visits), trace, seen, phone)
    given, handset = next(visits), phone(service.port)
    for number in range(1, points + 1):
        service.start(*trace(f"signal=SIGKILL:when={number}"))
        end = time.monotonic() + MOST
        while not seen("killed by SIGKILL"):
            assert time.monotonic() < end, f"nothing was killed at sync {number}"
            if service.healthy() and handset.carry_out(given, lambda: seen("killed by SIGKILL")):
                given = next(visits)
        service.kill()
        DONE["kills at a sync"] += 1
        hold(told, config)
    service.start()
    service.wait()
    handset.carry_out(given)
    two_minutes_pass(config)
    settle(told, service.port, tokens)
    service.kill()
    handset.client.close()
    hold_at_the_end(told, config)


def _syncs_of_one_visit(service: Service, given, trace, seen, phone) -> int:
    service.start(*trace())
    service.wait()
    handset = phone(service.port)
    handset.carry_out(given)
    handset.client.close()
    service.kill()
    return max(8, seen("sync("))


@only_sqlite
@pytest.mark.parametrize("fault", ["EIO", "ENOSPC"])
def test_a_sync_may_fail(fault, service, config, tokens, told, trace, seen, phone):
    chance = random.Random(fault)
    # the distance is longer than all the syncs of one request, so that a retry gets through
    for step in (17, 23, 31):
        service.start(*trace(f"error={fault}:when={step}+{step}"))
        service.wait()
        handset = phone(service.port)
        end = time.monotonic() + MOST
        for _ in range(12):
            assert handset.carry_out(make_visit(chance, "tashi"), lambda: time.monotonic() > end)  # noqa: B023
        handset.client.close()
        DONE[f"syncs that failed ({fault})"] += seen("(INJECTED)")
        service.kill()
        hold(told, config)
    service.start()
    service.wait()
    two_minutes_pass(config)
    settle(told, service.port, tokens)
    service.kill()
    assert told.counts[f"answers {503 if fault == 'EIO' else 507}"]
    hold_at_the_end(told, config)
