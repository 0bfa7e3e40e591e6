"""The town with faults, as officials see it in a browser."""

import io
import re
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

if (contests := str(Path(__file__).parents[2] / "rankings")) not in sys.path:
    sys.path.insert(0, contests)
if (towns := str(Path(__file__).parents[2] / "followup")) not in sys.path:
    sys.path.insert(0, towns)

from contest import NOW, checklist, policy
from factories import large_photo
from states import made_once
from towns import FAULTY, LUOJIANG, ORDER, Town

from audit.base.clock import BEIJING
from audit.base.trail import TrailLine
from audit.checklists import actions as checklists
from audit.followup.models import Finding

CJK = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+")
MAIN = re.compile(r"<main.*</main>", re.DOTALL)


@made_once
def town(app, people) -> Town:
    for content in (checklist("township"), checklist("village"), policy()):
        checklists.publish(content, actor=None, now=NOW)
    return Town(people)


@made_once
def fault(town) -> str:
    """An approved visit to 洛江镇 that found T1 and T4 below standard."""
    return town.visit(LUOJIANG, *FAULTY)


@pytest.fixture
def ordered(town, fault) -> str:
    """The page of the finding on T1, which was ordered."""
    assert town.do("office", "order", **ORDER).status_code == 200
    return f"/findings/{town.finding()['id']}"


@pytest.fixture
def picture() -> Callable[..., tuple]:
    """A file of a form: `picture("a seed")`."""

    def made(seed: str = "mended", name: str = "现场.jpg") -> tuple:
        return io.BytesIO(large_photo(20_000, seed)), name

    return made


@pytest.fixture
def reported(ordered, browse, picture) -> str:
    """The page of that finding, reported by 白朗县."""
    answer = browse("bailang").post(f"{ordered}/report", {"note": "已扩建", "photos": picture()})
    assert answer.status_code == 303, answer.text
    return ordered


@pytest.fixture
def today() -> date:
    return datetime.now(BEIJING).date()


@pytest.fixture
def due(today) -> Callable[..., None]:
    """Moves the day of the finding on an item: `due(-5)` is five days ago."""

    def move(days: int, item: str = "T1") -> None:
        Finding.update(due_on=(today + timedelta(days=days)).isoformat()).where(Finding.item == item).execute()

    return move


@pytest.fixture
def lines() -> Callable[[str], int]:
    """How many lines the trail has of an action."""
    return lambda action: TrailLine.select().where(TrailLine.action == action).count()


@pytest.fixture
def chinese() -> Callable[[str, set], set]:
    """The Chinese in the main part of a page, without these names: `chinese(page, {"白朗县"})`."""

    def left(page: str, names: set) -> set:
        text = MAIN.search(page)[0]
        for name in sorted(names, key=len, reverse=True):
            text = text.replace(name, "")
        return set(CJK.findall(text))

    return left


@pytest.fixture
def names(town) -> set:
    """What the town's data bring: these have no English."""
    counties = {each["name"] for each in town.people["office"].get("/divisions?level=county&page_size=500").json}
    rounds = {each["name"] for each in town.people["office"].get("/rounds").json}
    items = {f"{name}一项" for name in ("面积", "人员", "事项进驻", "授权", "加分")}
    centre = town.people["office"].get("/centres?q=洛江镇&level=township").json[0]["name"]
    return counties | rounds | items | {centre, ORDER["unit"], "已扩建", "面积已扩建", "改", " 分", "(分)"}
