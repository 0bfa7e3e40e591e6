"""kill -9, seeded, while eight phones send the same ids until all is acknowledged and accepted."""

from __future__ import annotations

import random
import time

import pytest
from faults import storms
from faults.invariants import I8_health_comes_back_soon, hold, hold_at_the_end, two_minutes_pass
from faults.phones import Fleet, settle
from faults.service import Service
from faults.storms import DONE, share

STORMS = {
    "everything": (storms.kill_everything, {"sqlite": 30, "postgres": 9}),
    "workers": (storms.kill_workers, {"sqlite": 26, "postgres": 7}),
    "checkers": (storms.kill_checkers, {"sqlite": 11, "postgres": 4}),
}


@pytest.mark.parametrize("whom", STORMS)
def test_nothing_is_lost_in_a_storm(whom, engine, config, settings, tokens, told):
    storm, percent = STORMS[whom]
    chance = random.Random(f"{whom} {engine}")
    with Service(config.data, **settings) as service:
        with Fleet(told, service.port, tokens, seed=whom) as fleet:
            storm(service, told, chance, share(percent[engine]))
            fleet.finish()
        two_minutes_pass(config)
        settle(told, service.port, tokens)
    hold_at_the_end(told, config)
    hold(told, config, I8_health_comes_back_soon)


def test_nothing_is_lost_when_postgresql_crashes(cluster, on_cluster, told):
    config, tokens = on_cluster
    chance = random.Random("immediate")
    with Service(config.data, AUDIT_DATABASE_URL=config.database) as service:
        with Fleet(told, service.port, tokens, seed="immediate") as fleet:
            for _ in range(share(5)):
                time.sleep(chance.uniform(0.5, 2.0))
                cluster.crash()
                DONE["kills of PostgreSQL"] += 1
                time.sleep(chance.uniform(0, 0.5))
                cluster.start()
                began = time.monotonic()
                service.wait()
                told.back.append(time.monotonic() - began)
            fleet.finish()
        two_minutes_pass(config)
        settle(told, service.port, tokens)
    hold_at_the_end(told, config)
    hold(told, config, I8_health_comes_back_soon)
