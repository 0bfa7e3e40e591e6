"""The trail on a page, for the auditor."""

from __future__ import annotations

import ast
import re

import pytest
from factories import NOW, ROOT

from audit.base import clock
from audit.base.trail import TrailLine, write
from audit.web.trail import ACTIONS

CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
MADE_UP = {  # of names that a variable is part of: what it may be
    "finding.": {"order", "report", "close", "return", "reopen", "withdraw"},
    "inspection.": {"approve", "return"},
    "round.": {"freeze", "publish"},
}


@pytest.fixture
def desk(browse):
    return browse("auditor")


def spoken_of() -> set[str]:
    """Every action that the program writes into the trail, as its source names them."""
    found = set()
    for path in (ROOT / "audit").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "record":
                found |= set(_named(node.args[0])) if node.args else set()
    return found


def _named(first):
    if isinstance(first, ast.Constant):
        yield first.value
    elif isinstance(first, ast.JoinedStr):
        start = first.values[0].value
        yield from (start + end for end in MADE_UP[start])


def test_every_action_has_a_name_in_both_languages():
    assert spoken_of() - ACTIONS.keys() == set()
    assert all(CHINESE.search(zh) and not CHINESE.search(en) for zh, en in ACTIONS.values())


def test_lines_are_shown_newest_first_as_the_api_tells_them(desk, auditor):
    page = desk.get("/trail").text
    told = auditor.get("/trail").json
    assert re.findall(r'<tr id="line-(\d+)">', page) == [str(each["seq"]) for each in told]
    assert all(each["digest"] in page for each in told)
    assert f"{told[0]['seq']}:{told[0]['digest']}" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("action=token.issue&actor=office", {"token.issue"}),
        ("subject=2026Q4", {"round.open"}),
        ("actor=cli&action=round.open", {"round.open"}),
        ("actor=nobody-at-all", set()),
        ("action=&actor=&subject=&from=&to=&action=", None),
    ],
)
def test_it_is_filtered(desk, query, found):
    page = desk.get(f"/trail?{query}").text
    rows = set(re.findall(r'<td>[^<]*<br><span class="quiet">([a-z.-]+)</span></td>', page))
    assert rows == found if found is not None else len(rows) > 2


def test_days_are_beijings_and_both_included(desk):
    midnight = NOW.astimezone(clock.BEIJING).replace(hour=0, minute=0)
    for hours in (-1, 0, 23, 24):
        with write() as trail:
            trail.record(
                "round.close",
                f"at {hours}",
                actor=None,
                at=midnight.replace(day=midnight.day + hours // 24, hour=hours % 24),
            )
    page = desk.get(f"/trail?action=round.close&from={midnight:%Y-%m-%d}&to={midnight:%Y-%m-%d}").text
    assert re.findall(r">at (-?\d+)<", page) == ["23", "0"]
    assert "since=" in page.split("/api/v1/trail.csv?")[1].split('"')[0]


@pytest.mark.parametrize("query", ["from=yesterday", "page=0", "actor=%00", "who=x"])
def test_a_filter_that_is_none_is_refused_with_a_page(desk, query):
    answer = desk.get(f"/trail?{query}")
    assert (answer.status_code, answer.mimetype) == (400, "text/html")


def test_the_file_holds_the_same_lines(desk):
    page = desk.get("/trail?action=token.issue&actor=office").text
    file = page.split('href="/api/v1/trail.csv?')[1].split('"')[0].replace("&amp;", "&")
    rows = desk.get(f"/api/v1/trail.csv?{file}").text.splitlines()[1:]
    assert len(rows) == len(re.findall(r'<tr id="line-', page)) == 1


def test_a_page_that_holds_says_so(desk):
    assert "行均与自身摘要及前一行相符" in desk.get("/trail").text


@pytest.mark.parametrize(
    ("change", "said"),
    [({"subject": "another"}, "内容被改动"), ({"previous": "f" * 64}, "与前一行不衔接"), (None, "前一行缺失")],
)
def test_a_line_that_was_tampered_with_is_marked(desk, change, said):
    seq = TrailLine.select().order_by(TrailLine.seq.desc()).get().seq - 3
    if change:
        TrailLine.update(**change).where(TrailLine.seq == seq).execute()
    else:
        TrailLine.delete().where(TrailLine.seq == seq - 1).execute()
    page = desk.get("/trail").text
    assert "行对不上" in page
    assert said in page.split(f'id="line-{seq}"')[1].split("</tr>")[0]
    assert page.count("badge risky") == 1


def test_a_page_of_it_costs_the_same_wherever_it_is(desk, queries_of):
    first, second = (queries_of(lambda n=n: desk.get(f"/trail?page={n}")) for n in (1, 2))
    assert first == second <= 7


def test_in_english_only_what_was_written_is_chinese(desk):
    page = desk.speak("en").get("/trail").text.split("<main")[1].split("</main>")[0]
    shown = re.sub(r"<(td|dd|a|span)[^>]*>[^<]*</\1>|<[^>]*>", " ", page)
    assert not CHINESE.search(shown)
