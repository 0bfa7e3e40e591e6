"""What happens in town meanwhile, over HTTP: visits approved and returned, a demonstration site adopted."""

from __future__ import annotations

import time
from uuid import uuid4

from factories import GADONG, ROUND, picture, visit

PATIENCE = 60  # seconds until a test gives up on the checkers


def sent(inspector, body: dict, pictures: list[tuple[str, bytes]] = (), inspection: str | None = None) -> str:
    """A visit with its photos, handed in by somebody else's phone and checked; its id."""
    inspection = inspection or str(uuid4())
    for digest, data in pictures:
        inspector.call("PUT", f"/api/v1/photos/{digest}", data, {"Content-Type": "image/jpeg"})
    inspector.must("PUT", f"/api/v1/inspections/{inspection}", body)
    end = time.monotonic() + PATIENCE
    digests = [digest for digest, _ in pictures]
    while digests and len(known(inspector, digests)["accepted"]) < len(digests):
        assert time.monotonic() < end, "the checkers did not come round"
    return inspection


def known(inspector, digests: list[str]) -> dict:
    return inspector.must("POST", "/api/v1/photos/questions", {"digests": digests})


def reviewed(server, inspection: str, **decision) -> None:
    """Decided on by the reviewer: `reviewed(server, id, decision="return", reasons=[{item, reason}])`."""
    reviewer = server.sign_in("reviewer")
    _, _, told = reviewer.call("GET", f"/api/v1/inspections/{inspection}")
    reviewer.must(
        "POST",
        f"/api/v1/inspections/{inspection}/reviews",
        {"decision": "approve"} | decision,
        {"If-Match": told["etag"]},
    )


def adopted(server, photos: dict[str, list[str]], **changes) -> list[str]:
    """Adopt a visit to 嘎东镇 as the round's baseline; the digests of its photos.

    `photos` = {item: [seed of a picture]}.
    """
    drawn = {item: [picture(seed) for seed in seeds] for item, seeds in photos.items()}
    named = {item: [digest for digest, _ in each] for item, each in drawn.items()}
    drolma = server.sign_in("drolma")
    inspection = sent(drolma, visit(GADONG, photos=named, **changes), [one for each in drawn.values() for one in each])
    reviewed(server, inspection)
    answer = server.sign_in("office").must("POST", f"/api/v1/rounds/{ROUND}/baselines", {"inspection": inspection})
    assert answer["adopted"], answer
    return [digest for each in named.values() for digest in each]
