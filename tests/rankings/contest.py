"""A plain contest: checklists of four items without photos, so that a centre's total is what the test says."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import openpyxl
from factories import visit

from audit.centres.models import Centre
from audit.centres.registry import centre_id
from audit.checklists import editions

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
FIRST = datetime(2026, 11, 20, 3, 30, tzinfo=UTC)
GANGBA = "540237"  # 岗巴县: five townships, thirty villages
TOWNSHIPS = ["540237100", "540237200", "540237201", "540237202", "540237203"]
VILLAGES = [f"5402371002{number:02}" for number in range(1, 9)]
YADONG, BAILANG, JIANGZI = "540233", "540228", "540222"
DIMENSIONS = {"area": "面积", "staff": "人员", "matters": "事项进驻", "authorisation": "授权"}
OFFICE_SHEETS = ["封面", "县区排名", "乡镇排名", "村级得分（抽查）", "问题清单", "得分依据", "说明"]


def words(zh: str) -> dict:
    return {"zh": zh, "en": zh}


def checklist(level: str, **changes) -> dict:
    """Four dimensions of 25 with an item each: three measures of 100, and a share that the county must list."""
    items = [
        {
            "code": f"{level[0].upper()}{number}",
            "dimension": dimension,
            "text": words(f"{zh}一项"),
            "answer": "measure" if number < 4 else "share",
            "unit": "分",
            "methods": ["site"],
            "standard": {"demonstration": 100, "standard": 100} if number < 4 else {"demonstration": 1, "standard": 1},
            "weight": 25,
            "photos": 0,
            "remedy": words("改") | {"cost": "low"},
            "source": {"item": "S"},
        }
        for number, (dimension, zh) in enumerate(DIMENSIONS.items(), 1)
    ]
    items[3]["when_m_zero"] = "county_duty"
    return editions.check(
        {
            "kind": "checklist",
            "id": f"plain{level}-2026.1",
            "level": level,
            "title": words("简表"),
            "dimension_cap": 60,
            "bonus_cap": 5,
            "sources": {"S": "made up"},
            "dimensions": [
                {"code": code, "zh": zh, "en": code, "weight": 25, "scored": True} for code, zh in DIMENSIONS.items()
            ],
            "items": items,
            "bonus": [
                {
                    "code": f"{level[0].upper()}9",
                    "text": words("加分一项"),
                    "answer": "yes_no",
                    "points": 2,
                    "photos": 0,
                    "source": {"item": "S"},
                }
            ],
        }
        | changes
    )


def policy(**changes) -> dict:
    """A ranking policy without floors."""
    return editions.check(
        {
            "kind": "ranking",
            "id": "plain-2026.1",
            "title": words("简则"),
            "township_weight": "0.7",
            "village_weight": "0.3",
            "village_floor_count": 1,
            "village_floor_share": "0",
            "coverage_floor": "0",
            "county_duty_deduction": "0",
            "counted_kinds": ["check", "spot", "covert", "recheck"],
        }
        | changes
    )


class Contest:
    """A round on the plain checklists, opened by the office over HTTP."""

    def __init__(self, people: dict, code: str, **changes):
        self.people, self.code, self.number = people, code, 0
        body = {
            "code": code,
            "name": "2026年简表轮次",
            "area": GANGBA,
            "opens_on": "2026-10-01",
            "closes_on": "2027-12-31",
            "editions": {"township": "plaintownship-2026.1", "village": "plainvillage-2026.1"},
            "ranking_policy": "plain-2026.1",
            "card_policy": "cards-2026.1",
        }
        answer = people["office"].post("/rounds", json=body | changes)
        assert answer.status_code == 201, answer.json

    def send(self, code: str, *marks, kind: str = "check", at: datetime | None = None, bonus: bool = False, **more):
        """Submit a visit with these marks (one for all four dimensions, or four; None: no list); its id."""
        level = "township" if len(code) == 9 else "village"
        self.number += 1
        finished = at or FIRST + timedelta(minutes=self.number)
        inspection = UUID(more.pop("named")) if "named" in more else uuid4()
        body = visit(
            centre_of(code),
            round=self.code,
            edition=f"plain{level}-2026.1",
            kind=kind,
            started_at=(finished - timedelta(hours=1)).isoformat(),
            finished_at=finished.isoformat(),
            answers=answers(level, marks, bonus),
        )
        answer = self.people["tashi"].submit(inspection, body | more)
        assert answer.status_code == 201, answer.json
        return inspection

    def visit(self, code: str, *marks, **more) -> UUID:
        """Submit and approve."""
        inspection = self.send(code, *marks, **more)
        decided = self.people["reviewer"].review(inspection)
        assert decided.status_code == 201, decided.json
        return inspection

    def get(self, what: str, who: str = "office", headers: dict | None = None):
        return self.people[who].get(f"/rounds/{self.code}/{what}", headers=headers)

    def rows(self, what: str = "townships", who: str = "office") -> list[dict]:
        answer = self.get(f"rankings/{what}", who)
        assert answer.status_code == 200, answer.json
        return answer.json["rows"]

    def row(self, code: str, what: str = "townships") -> dict:
        return next(row for row in self.rows(what) if row["code"] == code)

    def board(self, county: str = GANGBA, who: str = "office") -> dict:
        answer = self.get(f"counties/{county}", who)
        assert answer.status_code == 200, answer.json
        return answer.json

    def export(self, what: str = "ranking.xlsx", who: str = "office", version: int | None = None):
        """The answer, read to its end: of the live ranking, or of a version."""
        of = "" if version is None else f"publications/{version}/"
        with self.get(f"{of}exports/{what}", who) as answer:
            answer.get_data()
        return answer

    def workbook(self) -> openpyxl.Workbook:
        answer = self.export()
        assert answer.status_code == 200, answer.json
        return openpyxl.load_workbook(io.BytesIO(answer.data))

    def csv(self, what: str) -> list[dict]:
        text = self.export(f"{what}.csv").data.decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline="")))


def centre_of(code: str) -> UUID:
    return centre_id("cn-stats", code, "township" if len(code) == 9 else "village")


def answers(level: str, marks: tuple, bonus: bool = False) -> list[dict]:
    marks = marks * 4 if len(marks) == 1 else marks
    letter = level[0].upper()
    given = [{"item": f"{letter}{number}", "value": float(mark)} for number, mark in enumerate(marks[:3], 1)]
    share = {"n": 0, "m": 0} if marks[3] is None else {"n": int(Decimal(str(marks[3])) * 100), "m": 10_000}
    extra = [{"item": f"{letter}9", "yes": True}] if bonus else []
    return [*given, {"item": f"{letter}4"} | share, *extra]


def rename(code: str, name: str) -> None:
    """Give a centre a name that no import would take: the database may have come from elsewhere."""
    Centre.update(name=name).where(Centre.code == code).execute()


def table(sheet) -> list[dict]:
    """The ranked rows of a sheet, by heading."""
    heading = [cell.value for cell in sheet[3]]
    found = []
    for cells in sheet.iter_rows(min_row=4, values_only=True):
        if not any(cells):
            break
        found.append(dict(zip(heading, cells, strict=True)))
    return found


def told(sheet) -> dict:
    """说明 as a dict."""
    return {row["项目"]: row["内容"] for row in table(sheet)}
