"""A town with faults: visits on plain checklists, so that a verdict is what the test says."""

from __future__ import annotations

from datetime import UTC, datetime

from contest import BAILANG, Contest

from audit.rounds.models import Round

LUOJIANG, GADONG = "540228100", "540228101"  # two townships of 白朗县
FAULTY = (90, 100, 100, 50)  # T1 and T4 do not meet their standards
SOUND = (100, 100, 100, 100)
ORDER = {"unit": "洛江镇人民政府"}


class Town(Contest):
    """A contest in 白朗县 with a policy for appeals and rectification."""

    def __init__(self, people: dict, code: str = "TOWN", **changes):
        given = {"area": BAILANG, "followup_policy": "followup-2026.1"} | changes
        super().__init__(people, code, **{name: each for name, each in given.items() if each is not None})

    def findings(self, who: str = "office", **filters) -> list[dict]:
        answer = self.people[who].get("/findings", query_string={"round": self.code} | filters)
        assert answer.status_code == 200, answer.json
        return answer.json

    def finding(self, item: str = "T1") -> dict:
        """The one on that item, with its steps."""
        (found,) = [each for each in self.findings() if each["item"] == item]
        return self.people["office"].get(f"/findings/{found['id']}").json

    def do(self, who: str, what: str, item: str = "T1", **body):
        """One step on the finding of that item."""
        return self.people[who].post(f"/findings/{self.finding(item)['id']}/{what}", json=body)

    def freeze(self, at: datetime | None = None) -> None:
        """The trial ranking stands since then."""
        moment = at or datetime.now(UTC)
        Round.update(state="frozen", frozen_at=moment).where(Round.code == self.code).execute()

    def picture(self, who: str, path: str, size: str = "320"):
        """The answer, read to its end."""
        with self.people[who].get(path, query_string={"size": size}) as answer:
            answer.get_data()
        return answer

    def appeal(self, visit, who: str = "bailang", item: str = "T1", **body):
        return self.people[who].post(
            f"/inspections/{visit}/appeals", json={"item": item, "reason": "面积已扩建"} | body
        )
