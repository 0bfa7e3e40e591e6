"""Visits and pictures for tests: complete, plain, and changed in one place by the test that needs it."""

from __future__ import annotations

import hashlib
import io
import json
import random
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID, uuid4

from PIL import Image

from audit.centres.registry import centre_id
from audit.checklists import editions
from audit.commands import drawings, inventions
from audit.commands.ledger import Ledger

ROOT = Path(__file__).parent.parent
GADONG = centre_id("cn-stats", "540228101", "township")  # 白朗县嘎东镇, the demonstration site
LUOJIANG = centre_id("cn-stats", "540228100", "township")  # 白朗县洛江镇
JIANGZI = centre_id("cn-stats", "540222100", "township")  # 江孜县江孜镇
MAYI = centre_id("cn-stats", "540228101201", "village")  # 嘎东镇马义村
NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
ROUND = "2026Q4"
PASSWORD = "a long enough Passw0rd"  # everybody's, where a test signs in
STARTED = "2026-11-20T10:00:00+08:00"
FINISHED = "2026-11-20T11:30:00+08:00"

ROUND_BODY = {  # as actions.open_round takes it
    "code": ROUND,
    "name": "2026年第四季度",
    "area": "540200",
    "opens_on": (NOW - timedelta(days=52)).date(),
    "closes_on": (NOW + timedelta(days=400)).date(),
    "sample": False,
    "editions": {"township": "township-2026.1", "village": "village-2026.1"},
    "ranking_policy": "ranking-2026.1",
    "card_policy": "cards-2026.1",
}


@cache
def content(level: str = "township") -> dict:
    """The edition that ships, as it is published."""
    return editions.read(ROOT / "checklists" / f"{level}-2026.1.toml")


def picture(seed: str = "a picture") -> tuple[str, bytes]:
    """(sha256, JPEG bytes) of a picture that no other seed has."""
    data = drawings.draw(seed, seed, datetime(2026, 11, 20, 2, 30, tzinfo=UTC), (29.21273, 89.17835))
    return hashlib.sha256(data).hexdigest(), data


def large_photo(size: int, seed: int | str = 1) -> bytes:
    """A small readable JPEG with so much behind its end that it has exactly `size` bytes, as no other seed has."""
    out = io.BytesIO()
    Image.new("RGB", (640, 480), "teal").save(out, "JPEG")
    return out.getvalue() + random.Random(seed).randbytes(size - len(out.getvalue()))


def answers(level: str = "township") -> list[dict]:
    """Every item answered, each at or above the demonstration standard, without photos."""
    return inventions.exemplary(content(level))


def visit(centre: UUID = GADONG, **changes) -> dict:
    """The body of a submission; `photos` = {item: [digest]} attaches photos, other keywords replace fields."""
    level = "village" if centre == MAYI else "township"
    photos = changes.pop("photos", {})
    given = [each | ({"photos": photos[each["item"]]} if each["item"] in photos else {}) for each in answers(level)]
    body = {
        "revision": 1,
        "round": "2026Q4",
        "centre": str(centre),
        "edition": f"{level}-2026.1",
        "kind": "check",
        "started_at": STARTED,
        "finished_at": FINISHED,
        "fix": {
            "lat": 29.21273,
            "lon": 89.17835,
            "accuracy_m": 12,
            "confidence": "0.95",
            "datum": "WGS-84",
            "taken_at": STARTED,
        },
        "answers": given,
    }
    return json.loads(json.dumps(body | changes))


def answered(body: dict, item: str, **answer) -> dict:
    """The body with another answer to one item."""
    others = [each for each in body["answers"] if each["item"] != item]
    return body | {"answers": [*others, {"item": item} | answer]}


def approved(inspector, reviewer, centre: UUID = GADONG, **changes) -> UUID:
    """A visit, submitted and approved over HTTP; its id."""
    inspection = uuid4()
    answer = inspector.submit(inspection, visit(centre, **changes))
    assert answer.status_code == 201, answer.json
    decided = reviewer.review(inspection)
    assert decided.status_code == 201, decided.json
    return inspection


def chain_faults() -> list[str]:
    """What is wrong with the chain of the trail, line by line."""
    return [fault for fault in Ledger().chain() if fault]
