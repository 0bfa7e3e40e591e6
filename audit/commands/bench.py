"""audit bench: how fast, in ratios that hold on any machine; every figure is measured in the run that prints it."""

from __future__ import annotations

import hashlib
import struct
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import click

from audit.accounts.secrets import readable_password
from audit.base import clock
from audit.commands import drawings, inventions, stage
from audit.commands.bars import bar
from audit.commands.bench_export import export
from audit.commands.phones import Client, sign_in
from audit.config import load

PHOTOS = 4  # of a submission


@click.group()
def bench() -> None:
    """Measure what the documents promise, on this machine, now."""


bench.add_command(export)


@bench.command()
@click.option("--submissions", type=click.IntRange(4, 2000), default=60, show_default=True)
@click.option("--clients", type=click.IntRange(1, 32), default=4, show_default=True)
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), help="Where to work; a temporary folder.")
def intake(submissions: int, clients: int, folder: Path | None) -> None:
    """Submissions with 4 photos of 3 MB: acknowledged per second, checked before the answer and after it."""
    photo = drawings.photograph_sized()
    click.echo(f"{submissions} submissions of {PHOTOS} photos, {len(photo) / 1e6:.1f} MB each, {clients} clients")
    before = _intake(photo, submissions, clients, folder, checkers=0)
    click.echo(f"checked before the answer: {before.rate:6.1f} acknowledged/s")
    after = _intake(photo, submissions, clients, folder, checkers=1)
    click.echo(f"checked after the answer:  {after.rate:6.1f} acknowledged/s")
    click.echo(f"ratio {after.rate / before.rate:.1f}; the last photo was checked {after.behind:.1f} s after the burst")


@dataclass
class Measured:
    rate: float  # submissions with all their photos, acknowledged per second
    behind: float  # seconds from the last acknowledgement until nothing waits for its check


def _intake(photo: bytes, submissions: int, clients: int, folder: Path | None, *, checkers: int) -> Measured:
    with _service(folder, checkers) as (port, password):
        crew = _crew(port, password, clients)
        work = list(_bodies(crew[0], submissions))
        began = time.monotonic()
        with bar(None, "submissions", submissions) as shown:
            _side_by_side(crew, work, lambda client, number: _submit(client, photo, work[number], number), shown.update)
        seconds = time.monotonic() - began
        ended = time.monotonic()
        while int(crew[0].call("GET", "/api/v1/inspections?state=waiting&page_size=1")[2]["x-total-count"]):
            time.sleep(0.1)
        return Measured(submissions / seconds, time.monotonic() - ended)


@contextmanager
def _service(folder: Path | None, checkers: int) -> Iterator[tuple[int, str]]:
    """A service of its own with an open sample round; (port, everybody's password)."""
    password = readable_password()
    with tempfile.TemporaryDirectory(dir=folder) as place:
        config = load({}, data=Path(place))
        stage.prepare(config, password, quiet=True)
        with stage.server(config, AUDIT_CHECKERS=str(checkers)) as port:
            yield port, password


def _crew(port: int, password: str, clients: int) -> list[Client]:
    admin, today = sign_in("127.0.0.1", port, "admin", password, "bench"), clock.now().date()
    roles = {"office": "office"} | {f"inspector{number}": "inspector" for number in range(clients)}
    for name, role in roles.items():
        account = {"name": name, "display": name, "roles": [role], "password": password, "must_change": False}
        admin.must("POST", "/api/v1/accounts", account)
    body = {
        "code": "bench",
        "name": "示例 bench",
        "area": "540200",
        "opens_on": (today - timedelta(days=2)).isoformat(),
        "closes_on": (today + timedelta(days=2)).isoformat(),
        "sample": True,
        "editions": {"township": "township-2026.1", "village": "village-2026.1"},
        "ranking_policy": "ranking-2026.1",
        "card_policy": "cards-2026.1",
    }
    sign_in("127.0.0.1", port, "office", password, "bench").must("POST", "/api/v1/rounds", body)
    return [sign_in("127.0.0.1", port, f"inspector{number}", password, "bench") for number in range(clients)]


def _bodies(client: Client, number: int) -> Iterator[dict]:
    content = client.must("GET", "/api/v1/checklists/township-2026.1")["content"]
    centres = client.must("GET", "/api/v1/centres?level=township&page_size=500")
    now = clock.now()
    for index in range(number):
        yield {
            "revision": 1,
            "round": "bench",
            "centre": centres[index % len(centres)]["id"],
            "edition": "township-2026.1",
            "kind": "check",
            "started_at": (now - timedelta(hours=1)).isoformat(),
            "finished_at": now.isoformat(),
            "no_fix_reason": "示例",
            "answers": inventions.exemplary(content),
        }


def _submit(client: Client, photo: bytes, body: dict, number: int) -> None:
    """Four photos of their own and the form: acknowledged when all five answers are 2xx."""
    digests = []
    for place in range(PHOTOS):
        own = renamed(photo, f"{number}/{place}")
        digests.append(hashlib.sha256(own).hexdigest())
        client.must("PUT", f"/api/v1/photos/{digests[-1]}", own, {"Content-Type": "image/jpeg"})
    for answer, digest in zip(body["answers"], digests, strict=False):
        answer["photos"] = [digest]
    receipt = client.must("PUT", f"/api/v1/inspections/{uuid4()}", body)
    if receipt["missing_photos"]:
        raise RuntimeError("photos are missing")


def renamed(photo: bytes, name: str) -> bytes:
    """The same JPEG with a comment that makes it another file."""
    comment = name.encode()
    return photo[:2] + struct.pack(">BBH", 0xFF, 0xFE, len(comment) + 2) + comment + photo[2:]


def _side_by_side(crew: list[Client], work: list, act: Callable, done: Callable) -> None:
    """Each client takes the next piece of work until none is left."""
    numbers, lock, faults = iter(range(len(work))), threading.Lock(), []

    def run(client: Client) -> None:
        try:
            while not faults:
                with lock:
                    number = next(numbers, None)
                if number is None:
                    return
                act(client, number)
                with lock:
                    done(1)
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=run, args=(client,)) for client in crew]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    if faults:
        raise faults[0]
