"""The server's checker processes: photos are accepted after their answers, whoever of the checkers dies."""

import time

import psutil
import pytest
from factories import picture

MOST = 120  # seconds until a test gives up; a lease is 30


def checkers(server) -> list[psutil.Process]:
    children = psutil.Process(server.process.pid).children()
    return [each for each in children if alive(each) and "checker" in each.cmdline()]


def alive(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def until(condition):
    """Asks again and again; the first true answer."""
    end = time.monotonic() + MOST
    while not (found := condition()):
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)
    return found


@pytest.fixture
def phone(server):
    return server.sign_in("tashi")


def send(phone, number: int, name: str) -> list[str]:
    """So many photos that are called so; their digests. Each answer is a 201."""
    digests = []
    for each in range(number):
        digest, data = picture(f"{name} {each}")
        assert phone.call("PUT", f"/api/v1/photos/{digest}", data, {"Content-Type": "image/jpeg"})[0] == 201
        digests.append(digest)
    return digests


def accepted(phone, digests: list[str]) -> int:
    return len(phone.must("POST", "/api/v1/photos/questions", {"digests": digests})["accepted"])


def test_what_was_received_is_accepted_a_moment_later(phone):
    digests = send(phone, 5, "a moment later")
    assert until(lambda: accepted(phone, digests) == 5)


def test_all_of_a_burst_is_checked_though_checkers_are_killed(server, phone):
    digests = send(phone, 8, "burst")
    for _ in range(3):
        until(lambda: checkers(server))[0].kill()
    assert until(lambda: accepted(phone, digests) == 8)


def test_a_checker_that_died_is_started_again(server):
    first = until(lambda: checkers(server))[0]
    first.kill()
    assert until(lambda: [each for each in checkers(server) if each.pid != first.pid])


def test_the_checkers_end_with_their_server(fresh_server):
    running = until(lambda: checkers(fresh_server))
    everybody = psutil.Process(fresh_server.process.pid).children()
    fresh_server.process.kill()
    assert until(lambda: not any(map(alive, running)))
    for worker in filter(alive, everybody):  # nothing ends these but whoever started the server, such as systemd
        worker.kill()


def test_requests_come_before_checks(server):
    (checker,) = until(lambda: [each for each in checkers(server) if each.nice() > 0])
    assert checker.nice() == 10
