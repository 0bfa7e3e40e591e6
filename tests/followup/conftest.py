"""The town, what was done about its faults, and proofs of it."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

if (contests := str(Path(__file__).parent.parent / "rankings")) not in sys.path:
    sys.path.insert(0, contests)

from contest import NOW, checklist, policy
from factories import large_photo
from states import made_once
from towns import FAULTY, LUOJIANG, ORDER, Town

from audit.checklists import actions as checklists


@pytest.fixture
def published_plain(app):
    """The plain checklists, published."""
    for content in (checklist("township"), checklist("village"), policy()):
        checklists.publish(content, actor=None, now=NOW)


@made_once
def town(published_plain, people) -> Town:
    return Town(people)


@pytest.fixture
def next_round(published_plain, people) -> Callable[..., Town]:
    """Opens a round that begins later."""
    return lambda **changes: Town(people, "NEXT", opens_on="2026-11-01", **changes)


@pytest.fixture
def a_fault(town):
    """The id of an approved visit to 洛江镇 that found T1 and T4 below standard."""
    return town.visit(LUOJIANG, *FAULTY)


@pytest.fixture
def photo() -> Callable[..., str]:
    """Sends a picture without EXIF; its digest: `photo(bailang, "a seed")`."""

    def send(person, seed: str = "mended") -> str:
        data = large_photo(20_000, seed)
        digest = sha256(data).hexdigest()
        assert person.send_photo(digest, data).status_code in (200, 201)
        return digest

    return send


@pytest.fixture
def reported(town, a_fault, bailang, photo):
    """The finding on T1, ordered and reported by 白朗县; the digest of the proof."""
    assert town.do("office", "order", **ORDER).status_code == 200
    proof = photo(bailang)
    answer = town.do("bailang", "report", note="已扩建", photos=[proof])
    assert answer.status_code == 200, answer.json
    return proof


@pytest.fixture
def closed(town, reported):
    """The finding on T1, closed by a reviewer."""
    answer = town.do("reviewing-inspector", "verification", decision="close", note="现场核实")
    assert answer.status_code == 200, answer.json


@pytest.fixture
def days_ago() -> Callable[[int], datetime]:
    return lambda n: datetime.now(UTC) - timedelta(days=n)
