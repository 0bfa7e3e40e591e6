"""Lines that lose answers, cut uploads and go dead; lines that trickle; two processes asked the same at once."""

from __future__ import annotations

import random
import socket
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from faults.invariants import I8_health_comes_back_soon, hold, hold_at_the_end
from faults.phones import SEALED, Fleet, Handset, make_visit, settle
from faults.proxy import MISCHIEF, BadLine
from faults.service import Service
from faults.storms import DONE, only_sqlite

LOST = 300  # connections that suffer something
TWICE = 200  # times that two processes get the same at once
HANGING = 200
ROUNDS, GETS = 7, 60


def test_a_lost_acknowledgement_loses_and_doubles_nothing(config, settings, tokens, told):
    with Service(config.data, **settings) as service, BadLine(service.port, seed="bad lines") as line:
        with Fleet(told, line.port, tokens, seed="bad lines", patience=3.0, pace=0) as fleet:
            end = time.monotonic() + 120
            while sum(line.done.values()) < LOST and time.monotonic() < end:
                time.sleep(0.1)
            line.fair.set()
            fleet.finish()
        settle(told, service.port, tokens)
    DONE.update({f"lines: {fate}": line.done[fate] for fate in MISCHIEF})
    assert all(line.done[fate] for fate in MISCHIEF) and told.counts["unknown outcomes"]
    assert any(each.tries > 1 for each in told.visits.values())
    hold_at_the_end(told, config)
    hold(told, config, I8_health_comes_back_soon)


def test_two_processes_take_one_visit_once(config, settings, tokens, told):
    chance, start = random.Random("two"), threading.Barrier(2)
    with ExitStack() as stack:
        both = [stack.enter_context(Service(config.data, workers=1, **settings)) for _ in range(2)]
        phones = [Handset(told, each.port, tokens["tashi"], seed="two") for each in both]
        pool = stack.enter_context(ThreadPoolExecutor(2))

        def at_once(method: str, path: str, body, headers=None) -> list[tuple]:
            def ask(phone: Handset):
                start.wait(30)
                return phone.client.call(method, path, body, headers)[:2]

            return sorted(pool.map(ask, phones), key=lambda each: each[0])

        for _ in range(TWICE):
            given = make_visit(chance, "tashi", most_photos=1)
            told.visits[given.id] = given
            for digest, data in given.photos.items():
                answers = at_once("PUT", f"/api/v1/photos/{digest}", data, {"Content-Type": "image/jpeg"})
                assert [status for status, _ in answers] == [200, 201], answers
                given.kept.add(digest)
            answers = at_once("PUT", f"/api/v1/inspections/{given.id}", given.body)
            assert [status for status, _ in answers] == [200, 201], answers
            assert len({tuple(receipt[name] for name in SEALED) for _, receipt in answers}) == 1
            given.receipt = answers[0][1]
        settle(told, both[0].port, tokens)
        for each in phones:
            each.client.close()
    DONE["visits sent to two processes at once"] += TWICE
    hold_at_the_end(told, config)


@only_sqlite
def test_hanging_uploads_slow_nobody_down(config, settings, tokens, told):
    """The 95th percentile of a plain request stays below three times its quiet value: a ratio, of medians."""
    with Service(config.data, AUDIT_CHECKERS="0", **settings) as service, ExitStack() as stack:
        phone = Handset(told, service.port, tokens["tashi"], seed="quiet")
        _p95(phone)  # warm
        quiet, held = [], []
        for _ in range(ROUNDS):
            quiet.append(_p95(phone))
            with ExitStack() as hanging:
                lines = [hanging.enter_context(_hanging(service.port, tokens["drolma"])) for _ in range(HANGING)]
                for each in lines:
                    each.sendall(bytes(1024))
                held.append(_p95(phone))
        stack.callback(phone.client.close)
    ratio = statistics.median(held) / statistics.median(quiet)
    DONE["p95 of a GET, quiet, in µs"] = round(1e6 * statistics.median(quiet))
    DONE[f"p95 of a GET with {HANGING} hanging uploads, in µs"] = round(1e6 * statistics.median(held))
    assert ratio < 3, f"{ratio:.1f} times the quiet value"
    hold_at_the_end(told, config)


def _p95(phone: Handset) -> float:
    """Seconds, of some requests one after the other."""
    took = []
    for _ in range(GETS):
        began = time.perf_counter()
        assert phone.client.call("GET", "/api/v1/centres?county=540228")[0] == 200
        took.append(time.perf_counter() - began)
    return statistics.quantiles(took, n=20)[-1]


def _hanging(port: int, token: str) -> socket.socket:
    """A phone that has announced a photo, sent some of it, and does not go on."""
    head = (
        f"PUT /api/v1/photos/{'0' * 64} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: image/jpeg\r\nContent-Length: {3 * 1024 * 1024}\r\n\r\n"
    )
    line = socket.create_connection(("127.0.0.1", port), timeout=30)
    line.sendall(head.encode() + b"\xff\xd8\xff" + bytes(4096))
    return line
