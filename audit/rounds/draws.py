"""双随机: centres and inspectors drawn so that anybody can draw them again, in any language and by hand.

The order of a draw is that of sha256 over the UTF-8 bytes of `seed:code`, in hex, the smallest first. For each county
the first so many of its centres are drawn. In a shell, with the county's codes one per line in `frame`:

    while read code; do echo "$(printf %s "$SEED:$code" | sha256sum | cut -c 1-64) $code"; done < frame | sort

All centres drawn are then gone through in that order, and each gets the first inspector who may go there of a queue,
who goes to the queue's end. The queue begins in the same order, over `seed:name`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from math import ceil


def order(codes: Iterable[str], seed: str) -> list[str]:
    """The codes in the order of a draw, each once; neither the order nor the number in which they come matters."""
    return sorted(set(codes), key=lambda code: (hashlib.sha256(f"{seed}:{code}".encode()).hexdigest(), code))


def draw(frame: Iterable[str], count: int, seed: str) -> list[str]:
    """The first `count` in the order of a draw; all where there are no more. A larger count only adds some."""
    return order(frame, seed)[:count]


def number(asked: Mapping, of: int) -> int:
    """How many of so many: {"count": 5}, or {"share": "1/10"} rounded up; never more than there are."""
    wanted = asked["count"] if "count" in asked else ceil(Fraction(asked["share"]) * of)
    return min(wanted, of)


def assign(
    places: Mapping[str, str], inspectors: Iterable[str], barred: Mapping[str, Collection[str]], seed: str
) -> dict[str, str | None]:
    """Who visits each of `places` (centre: county), in the order of the draw; None where nobody may go.

    `barred` names for an inspector the counties and centres that are not for them.
    """
    queue, given = order(inspectors, seed), {}
    for place in order(places, seed):
        not_for = {place, places[place]}
        who = next((each for each in queue if not_for.isdisjoint(barred.get(each, ()))), None)
        given[place] = who
        if who is not None:
            queue.remove(who)
            queue.append(who)
    return given


def drawn(frame: Mapping[str, Collection[str]], asked: Mapping, seed: str) -> dict[str, str | None]:
    """The whole draw: each centre drawn of a `frame` (county: centres), with who visits it, in the order of the draw.

    `asked` has per_county (see `number`), inspectors and barred.
    """
    places = {
        centre: county
        for county, centres in frame.items()
        for centre in draw(centres, number(asked["per_county"], len(set(centres))), seed)
    }
    return assign(places, asked["inspectors"], asked["barred"], seed)
