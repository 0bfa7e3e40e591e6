"""Phones in the field: they send visits with photos, the same ids again and again, until told that all is in."""

from __future__ import annotations

import hashlib
import http.client
import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from uuid import UUID

from factories import GADONG, JIANGZI, LUOJIANG, visit

from audit.commands import drawings
from audit.commands.bench import renamed
from audit.commands.phones import Client

SENDERS = ("tashi", "drolma")
ITEMS = ("TA01", "TA02", "TA03")
SEALED = ("id", "revision", "received_at", "digest")  # of a receipt; the rest moves on
UNKNOWN = (OSError, http.client.HTTPException)  # it may have been stored, or not


@dataclass
class Visit:
    """What a phone has to send, and what it was told."""

    id: UUID
    sender: str
    body: dict
    photos: dict[str, bytes]
    receipt: dict | None = None
    kept: set[str] = field(default_factory=set)  # digests that were answered with 2xx
    tries: int = 0


@dataclass
class Told:
    """What the phones sent, and everything that they were told."""

    visits: dict[UUID, Visit] = field(default_factory=dict)
    odd: list[str] = field(default_factory=list)  # answers that should not be
    back: list[float] = field(default_factory=list)  # seconds from the end of each fault to a good health
    counts: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, **more: int) -> None:
        with self.lock:
            for name, number in more.items():
                self.counts[name] = self.counts.get(name, 0) + number

    def acknowledged(self) -> list[Visit]:
        return [each for each in list(self.visits.values()) if each.receipt is not None]


@cache
def _drawings() -> list[bytes]:
    """Some pictures to make many of: drawing takes 20 ms, and the machine is the service's."""
    at = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
    return [drawings.draw(f"{number}", f"#{number}", at, (29.21273, 89.17835)) for number in range(12)]


def make_visit(chance: random.Random, sender: str, most_photos: int = 3) -> Visit:
    """A visit with photos of its own, which no other has."""
    photos = {}
    for _ in range(chance.randint(1, most_photos)):
        data = renamed(chance.choice(_drawings()), f"{chance.getrandbits(64):x}")
        photos[hashlib.sha256(data).hexdigest()] = data
    named = {item: [digest] for item, digest in zip(ITEMS, photos, strict=False)}
    body = visit(chance.choice([GADONG, LUOJIANG, JIANGZI]), photos=named)
    return Visit(UUID(int=chance.getrandbits(128), version=4), sender, body, photos)


class Handset:
    """One phone on one line; `patience` is how long it waits for an answer."""

    def __init__(self, told: Told, port: int, token: str, *, seed: str, patience: float = 10.0):
        self.told, self.chance = told, random.Random(seed)
        self.client = Client("127.0.0.1", port, token)
        self.client.connection.timeout = patience
        self.patience = patience
        self.pause = threading.Event()  # never set: for waiting a moment

    def carry_out(self, given: Visit, give_up: Callable[[], bool] = lambda: False) -> bool:
        """Send photos and form in any order, each until it is acknowledged; False when it was given up."""
        self.told.visits[given.id] = given
        steps = [
            lambda digest=digest: self._photo(given, digest) for digest in given.photos if digest not in given.kept
        ]
        steps.append(lambda: self._form(given))
        self.chance.shuffle(steps)
        return all(self._until_done(step, give_up) for step in steps)

    def _until_done(self, step: Callable[[], bool], give_up: Callable[[], bool]) -> bool:
        while not step():
            if give_up():
                return False
            self.pause.wait(0.05)
        return True

    def _photo(self, given: Visit, digest: str) -> bool:
        path, kind = f"/api/v1/photos/{digest}", {"Content-Type": "image/jpeg"}
        done = self.ask("PUT", path, given.photos[digest], kind) is not None
        if done:
            given.kept.add(digest)
        return done

    def _form(self, given: Visit) -> bool:
        given.tries += 1
        receipt = self.ask("PUT", f"/api/v1/inspections/{given.id}", given.body)
        if receipt is None:
            return False
        if given.receipt and any(receipt[name] != given.receipt[name] for name in SEALED):
            self.told.odd.append(f"{given.id}: two receipts differ: {given.receipt} and {receipt}")
        given.receipt = receipt
        return True

    def ask(self, method: str, path: str, body=None, headers: dict | None = None) -> dict | None:
        """The JSON of a 2xx; None when it is to be sent again. Anything else is odd, and noted."""
        try:
            status, answer, told = self.client.call(method, path, body, headers)
        except (*UNKNOWN, ValueError) as error:  # half of an answer is no JSON
            self.told.add(**{"unknown outcomes": 1, type(error).__name__: 1})
            self.client.close()
            return None
        if 200 <= status < 300:
            return answer
        if status in (503, 507) and "retry-after" in told:
            self.told.add(**{f"answers {status}": 1})
            return None
        self.told.odd.append(f"{method} {path}: {status} {answer}")
        return None

    def is_settled(self, given: Visit) -> bool:
        """Sent once more: whether its photos were accepted and it is complete. Sends again what is missing."""
        if not self._form(given):
            return False
        for digest in given.receipt["missing_photos"]:
            self._photo(given, digest)
        return given.receipt["state"] == "submitted"


class Fleet:
    """Phones side by side, each on visits of its own, until they are told to finish."""

    def __init__(self, told: Told, port: int, tokens: dict[str, str], *, seed: str, **more):
        self.number, self.pace = more.pop("number", 8), more.pop("pace", 0.3)
        self.told, self.port, self.tokens, self.seed, self.more = told, port, tokens, seed, more
        self.closing, self.abandoned = threading.Event(), threading.Event()
        self.faults: list[BaseException] = []
        self.threads = [threading.Thread(target=self._run, args=(each,), daemon=True) for each in range(self.number)]

    def __enter__(self) -> Fleet:
        for each in self.threads:
            each.start()
        return self

    def __exit__(self, kind, *_) -> None:
        self.closing.set()
        if kind is not None:
            self.abandoned.set()
        for each in self.threads:
            each.join(60)

    def _run(self, number: int) -> None:
        sender = SENDERS[number % len(SENDERS)]
        chance = random.Random(f"{self.seed}/{number}")
        phone = Handset(self.told, self.port, self.tokens[sender], seed=f"{self.seed}/{number}", **self.more)
        try:
            while not self.closing.is_set() and phone.carry_out(make_visit(chance, sender), self.abandoned.is_set):
                self.closing.wait(chance.uniform(0, 2 * self.pace))
        except BaseException as error:
            self.faults.append(error)
        finally:
            phone.client.close()

    def finish(self, most: float = 60) -> None:
        """No new visits; returns when those that were begun are acknowledged."""
        self.closing.set()
        end = time.monotonic() + most
        for each in self.threads:
            each.join(max(0.0, end - time.monotonic()))
        late = sum(each.is_alive() for each in self.threads)
        self.abandoned.set()
        assert not self.faults, self.faults
        assert not late, f"{late} phones were not done {most} s after the last fault: {self.told.odd[:5]}"


def settle(told: Told, port: int, tokens: dict[str, str], most: float = 200) -> None:
    """Every visit once more, under its id, until its photos are accepted: leases of killed checkers take 120 s."""
    phones = {name: Handset(told, port, tokens[name], seed="settle") for name in SENDERS}
    waiting, end = list(told.visits.values()), time.monotonic() + most
    while waiting := [each for each in waiting if not phones[each.sender].is_settled(each)]:
        assert time.monotonic() < end, f"{len(waiting)} visits are not complete, as {waiting[0].receipt}"
        with suppress(TypeError):
            phones[waiting[0].sender].pause.wait(0.5)
    for each in phones.values():
        each.client.close()
