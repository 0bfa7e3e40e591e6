"""The last act of the demonstration: the next round in the middle of its work, for whoever signs in to look at it."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

import click

from audit.commands import itinerary
from audit.commands.phones import Client, Phone, Tally

DRAWS = (  # (level, kind, of each county, whether second visits)
    ("township", "recheck", {"count": 2}, False),
    ("village", "spot", {"count": 1}, False),
    ("township", "recheck", {"count": 1}, True),
)
VISITS = 10
# of the visits made, what the review desk is to find odd in some
ODD = {2: {"gallery": True}, 4: {"pictures": range(6)}, 6: {"keeps": 1}}
RETURNED = 1


class Encore:
    """Who goes where is drawn (双随机); some have gone, and nobody has reviewed it yet."""

    def __init__(self, code: str, office: Client, reviewer: Client, crew: dict[str, Client]):
        self.office, self.reviewer, self.crew, self.code = office, reviewer, crew, code
        self.plans: list[dict] = []

    def draw(self, due_on: date) -> None:
        """Centres and inspectors, of townships and villages; and some townships a second time, by somebody else."""
        for level, kind, per_county, blind in DRAWS:
            body = {"level": level, "kind": kind, "per_county": per_county, "blind": blind}
            body |= {"inspectors": sorted(self.crew), "due_on": due_on.isoformat(), "seed": f"sample-{self.code}"}
            drawn = self.office.must("POST", f"/api/v1/rounds/{self.code}/draws", body)
            self.plans += [] if blind else drawn["result"]
        click.echo(f"next round 下一轮: {self.code}, {len(self.plans)} visits drawn 双随机, with their inspectors")

    def visit(self, today: datetime, seed: int, tally: Tally) -> None:
        """The first of them are made: most as they should be, some with what a reviewer must see, one sent back."""
        townships = [each for each in self.plans if each["centre"]["level"] == "township"]
        some = townships[: VISITS - 3] + [each for each in self.plans if each not in townships][:3]
        made = []
        visits = itinerary.planned(self.office, some, today, seed + 1000)
        for number, (plan, visit) in enumerate(zip(some, visits, strict=True)):
            phone = Phone(self.crew[plan["inspector"]["name"]], self.code, tally, seed + 1000 + number)
            made.append(phone.carry_out(replace(visit, **ODD.get(number, {}))))
        self._wait_for_checks(sum("keeps" in each for each in ODD.values()))
        self._send_back(made[RETURNED])
        click.echo(
            f"{len(made)} of them made: to review 待复核 but for one sent back 退回 and one that waits for a photo"
        )

    def _wait_for_checks(self, left: int) -> None:
        """Until all visits but so many have all their photos, looked at."""
        path = f"/api/v1/inspections?round={self.code}&state=waiting&page_size=1"
        while int(self.reviewer.call("GET", path)[2]["x-total-count"]) > left:
            time.sleep(0.2)  # the checkers are at it

    def _send_back(self, inspection: UUID) -> None:
        path = f"/api/v1/inspections/{inspection}"
        _, visit, headers = self.reviewer.call("GET", path)
        reasons = [{"item": visit["answers"][0]["item"], "reason": "示例：只拍了一面墙，请补拍全景"}]
        body = {"decision": "return", "reasons": reasons}
        self.reviewer.must("POST", f"{path}/reviews", body, {"If-Match": headers["etag"]})
