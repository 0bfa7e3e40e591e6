"""Which centres the demonstration visits, and what is made up for each."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from audit.commands import inventions
from audit.commands.phones import Client, Visit

PHOTOS = {"township": 6, "village": 3}
VILLAGES_PER_COUNTY = 3
WITHOUT_LISTS = "540236"  # in the made-up round this county issued no lists: its duty, not its townships' fault


def visits(client: Client, today: datetime, seed: int) -> Iterator[Visit]:
    """Every township and some villages of each county, each county leaning its own way."""
    contents = {
        level: client.must("GET", f"/api/v1/checklists/{level}-2026.1")["content"] for level in ("township", "village")
    }
    chance = random.Random(seed)
    quality = {}
    for level in ("township", "village"):
        for centre in _drawn(client, level, chance):
            leaning = quality.setdefault(centre["county"]["code"], chance.uniform(0.25, 0.95))
            yield _invent(centre, contents[level], leaning, today, chance)


def _drawn(client: Client, level: str, chance: random.Random) -> list[dict]:
    found, page = [], 1
    while rows := client.must("GET", f"/api/v1/centres?level={level}&page_size=500&page={page}"):
        found += rows
        page += 1
    if level == "township":
        return found
    by_county: dict[str, list] = {}
    for centre in found:
        by_county.setdefault(centre["county"]["code"], []).append(centre)
    return [one for _, own in sorted(by_county.items()) for one in chance.sample(own, _share(own))]


def _share(own: list) -> int:
    """Enough for the village part to count in some counties, too few in others: the ranking shows both."""
    return max(VILLAGES_PER_COUNTY, -(-len(own) // 20)) if len(own) < 100 else VILLAGES_PER_COUNTY


def planned(client: Client, plans: list[dict], today: datetime, seed: int) -> Iterator[Visit]:
    """A visit of the last days to each of some planned centres, with pictures that no earlier visit had."""
    chance = random.Random(seed)
    for plan in plans:
        centre = client.must("GET", f"/api/v1/centres/{plan['centre']['id']}")
        content = client.must("GET", f"/api/v1/checklists/{centre['level']}-2026.1")["content"]
        visit = _invent(centre, content, chance.uniform(0.5, 0.95), today, chance)
        later = today - timedelta(hours=chance.randint(20, 90)) - visit.finished_at
        moved = {"started_at": visit.started_at + later, "finished_at": visit.finished_at + later}
        yield replace(visit, kind=plan["kind"], pictures=range(100, 100 + len(visit.pictures)), **moved)


def _invent(centre: dict, content: dict, leaning: float, today: datetime, chance: random.Random) -> Visit:
    started = today - timedelta(days=chance.randint(1, 50), minutes=chance.randint(0, 400))
    quality = min(1.0, max(0.05, chance.gauss(leaning, 0.12)))
    if centre["demonstration"]:
        answers = inventions.exemplary(content)
    else:
        without_lists = centre["county"]["code"] == WITHOUT_LISTS
        answers = inventions.answers(content, quality, chance, without_lists=without_lists)
    finished = started + timedelta(minutes=chance.randint(25, 110))
    kind = "check" if centre["level"] == "township" else "spot"
    return Visit(centre, content, answers, started, finished, range(PHOTOS[centre["level"]]), kind)
