"""A short storm: twenty-five kills amid visits with photos, and nothing is lost or there twice (`make faults`: 500)."""

from __future__ import annotations

import random

from faults import invariants
from faults.phones import Fleet, Told, settle
from faults.service import Service


def until_more(told: Told, fleet: Fleet, photos: int) -> None:
    """Waits until so many more photos were acknowledged."""
    wanted = kept(told) + photos
    while kept(told) < wanted:
        assert not fleet.faults, fleet.faults
        assert any(each.is_alive() for each in fleet.threads)
        fleet.closing.wait(0.01)


def kept(told: Told) -> int:
    return sum(len(each.kept) for each in list(told.visits.values()))


def test_nothing_is_lost_in_twenty_five_kills(stage, config):
    told, chance, tokens = Told(), random.Random(25), stage[1]
    settings = {"AUDIT_DATABASE_URL": stage[0], "AUDIT_CHECKERS": "0"}
    with Service(config.data, **settings) as service, Fleet(told, service.port, tokens, seed="25", pace=0) as fleet:
        for number in range(25):
            until_more(told, fleet, chance.randint(0, 4))
            if number % 9:
                service.kill_a_worker()
            else:
                service.kill()
                service.start()
            service.wait()
        fleet.finish()
        settle(told, service.port, tokens)
    assert len(told.acknowledged()) == len(told.visits) >= 8
    invariants.hold_at_the_end(told, config)
