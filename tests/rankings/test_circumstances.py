"""说明 and 通报 say how a ranking came about: until when visits were made, and what was drawn at random."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
from contest import told
from states import made_once
from versions import done, frozen, of_form_1, published, today

from audit.rankings.models import Publication

ASKED = {"level": "village", "kind": "spot", "per_county": {"count": 3}, "inspectors": ["tashi", "drolma"]}
SEED = "20261123-3-17-28"


def later(days: int) -> str:
    return (date.fromisoformat(today()) + timedelta(days=days)).isoformat()


def zh(day: str) -> str:
    found = date.fromisoformat(day)
    return f"{found.year}年{found.month}月{found.day}日"


def book(contest, version: int | None = None) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(contest.export(version=version).data))


def notice(made: openpyxl.Workbook) -> str:
    return "".join(cell.value or "" for cell in made["封面"]["A"])


# --- until when ---------------------------------------------------------------------------------------------------


@pytest.fixture
def between(plain):
    """Opens a round that lasts so many days before and after today: `between(-10, 30)`."""
    return lambda opens, closes: plain(opens_on=later(opens), closes_on=later(closes))


@pytest.mark.parametrize(("closes", "until"), [(30, 0), (-2, -2)])
def test_visits_were_made_until_the_round_was_closed_or_was_to_end(between, closes, until):
    contest = published(between(-10, closes))
    made = book(contest, 1)
    assert f"{zh(later(-10))}至{zh(later(until))}" in notice(made)
    assert f"核查期：{later(-10)} 至 {later(until)}　" in made["乡镇排名"]["A2"].value
    assert told(made["说明"])["核查期"] == f"{later(-10)} 至 {later(until)}"
    assert f"{zh(later(-10))}至{zh(later(until))}" in contest.export("report.html", version=1).text


def test_while_a_round_is_open_visits_were_made_until_today(between):
    assert told(book(between(-10, 30))["说明"])["核查期"] == f"{later(-10)} 至 {today()}"


def test_the_day_of_closing_does_not_move_the_period(between):
    published(between(-10, 30))
    assert Publication.get().period_end == later(30)


def test_a_version_that_does_not_know_the_day_tells_the_planned_one(between, monkeypatch):
    of_form_1(monkeypatch)
    assert told(book(published(between(-10, 30)), 1)["说明"])["核查期"] == f"{later(-10)} 至 {later(30)}"


# --- what was drawn -----------------------------------------------------------------------------------------------


def draw(contest, **changes) -> dict:
    body = ASKED | {"due_on": "2026-12-10", "seed": SEED} | changes
    answer = contest.people["office"].post(f"/rounds/{contest.code}/draws", json=body)
    assert answer.status_code == 201, answer.json
    return answer.json


@made_once
def drawn(contest):
    """Three villages drawn, one of them replaced."""
    made = draw(contest)
    first = made["result"][0]["id"]
    answer = contest.people["office"].post(f"/plans/{first}/replacement", json={"reason": "道路中断"})
    assert answer.status_code == 201, answer.json
    contest.frame = made["digest"]
    return contest


def test_a_version_tells_of_each_draw_what_it_takes_to_draw_again(drawn):
    published(drawn)
    line = told(book(drawn, 1)["说明"])["第1次抽取"]
    assert line == (
        f"{today()}，村级抽查，每县（区）3个，由30个中抽取3个，更换1个；种子 {SEED}；名单SHA-256 {drawn.frame}"
    )
    assert line in drawn.export("report.html", version=1).text


def test_a_version_keeps_its_draws_in_its_head(drawn):
    published(drawn)
    (told_of,) = drawn.get("publications/1").json["head"]["draws"]
    assert told_of == {
        "level": "village", "kind": "spot", "blind": False, "per_county": {"count": 3}, "seed": SEED,
        "frame": drawn.frame, "made_on": today(), "of": 30, "drawn": 3, "replaced": 1, "reason": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"kind": "recheck", "blind": True}, "村级复查盲测（不计分），每县（区）1/10（向上取整）"),
        ({"kind": "covert"}, "村级暗访，每县（区）1/10（向上取整）"),
    ],
)
def test_covert_and_blind_draws_are_told_with_the_publication_and_never_their_seed(drawn, asked, words):
    draw(drawn, per_county={"share": "1/10"}, seed="secret-1", **asked)
    frozen(drawn)
    assert "第2次抽取" not in told(book(drawn)["说明"])
    done(drawn, "publish")
    line = told(book(drawn, 1)["说明"])["第2次抽取"]
    assert words in line and "种子由考核办留存备查" in line
    assert "secret-1" not in str(drawn.get("publications/1").json["head"])


def test_a_second_draw_says_why(drawn):
    draw(drawn, per_county={"count": 2}, seed="again-1", reason="名单有误")
    frozen(drawn)
    assert "；再次抽取：名单有误；种子 again-1；" in told(book(drawn)["说明"])["第2次抽取"]


def test_no_seed_is_told_while_visits_are_still_to_come(drawn):
    notes = told(book(drawn)["说明"])
    assert notes["双随机抽取"] == "冻结后列示"
    assert SEED not in "".join(map(str, notes.values()))


def test_a_round_without_draws_says_so(contest):
    assert told(book(published(contest), 1)["说明"])["双随机抽取"] == "本轮未随机抽取"


def test_a_version_that_does_not_know_says_nothing(drawn, monkeypatch):
    of_form_1(monkeypatch)
    assert "双随机抽取" not in told(book(published(drawn), 1)["说明"])
