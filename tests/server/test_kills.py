"""A short storm: ten kills; every photo that was acknowledged is accepted later, once (`make faults`: 500)."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import closing

from faults import invariants
from faults.phones import SENDERS, Fleet, Told, settle
from faults.service import Service

from audit.commands.phones import Client
from audit.config import Config
from audit.evidence.models import Photo


def until(condition: Callable[[], object], fleet: Fleet) -> None:
    """Asks again and again, as long as phones go on sending."""
    while not condition():
        assert not fleet.faults, fleet.faults
        assert any(each.is_alive() for each in fleet.threads)
        fleet.closing.wait(0.01)


def until_more(told: Told, fleet: Fleet, photos: int) -> None:
    """Waits until so many more photos were acknowledged."""
    wanted = kept(told) + photos
    until(lambda: kept(told) >= wanted, fleet)


def kept(told: Told) -> int:
    return sum(len(each.kept) for each in list(told.visits.values()))


def accepted(config: Config) -> int:
    with invariants.opened(config):
        return Photo.select().where(Photo.state == "accepted").count()


def kill_amid_checks(service: Service, config: Config, fleet: Fleet) -> None:
    """The checker, when it has just accepted something more."""
    before = accepted(config)
    until(lambda: accepted(config) > before, fleet)
    until(service.kill_a_checker, fleet)


def kill_someone(number: int, service: Service, config: Config, fleet: Fleet) -> None:
    """Mostly a worker, each in its turn; now and then the checker, or everything at once."""
    if number % 9 == 8:
        service.kill()
        service.start()
    elif number % 9 == 4:
        kill_amid_checks(service, config, fleet)
    else:
        service.kill_a_worker()


def not_accepted(told: Told, port: int, tokens: dict[str, str]) -> set[str]:
    """Of the photos that were ever acknowledged those of which the service does not say that they are accepted."""
    lacking = set()
    for name in SENDERS:
        mine = [digest for each in told.visits.values() if each.sender == name for digest in each.kept]
        with closing(Client("127.0.0.1", port, tokens[name])) as phone:
            answer = phone.must("POST", "/api/v1/photos/questions", {"digests": mine})
        lacking |= set(mine) - set(answer["accepted"])
    return lacking


def test_nothing_is_lost_in_ten_kills(stage, config):
    told, chance, tokens = Told(), random.Random(25), stage[1]
    settings = {"AUDIT_DATABASE_URL": stage[0], "AUDIT_CHECKERS": "1"}
    with Service(config.data, **settings) as service:
        with Fleet(told, service.port, tokens, seed="25", number=2) as fleet:
            for number in range(10):
                until_more(told, fleet, chance.randint(0, 2))
                kill_someone(number, service, config, fleet)
                service.wait()
            until(lambda: len(told.visits) >= 8, fleet)
            fleet.finish()
        invariants.two_minutes_pass(config)
        settle(told, service.port, tokens)
        assert not_accepted(told, service.port, tokens) == set()
    assert len(told.acknowledged()) == len(told.visits) >= 8
    invariants.hold_at_the_end(told, config)
