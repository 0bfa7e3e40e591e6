"""未抽取: a village that no visit was planned to is not one that was to be visited and was not."""

import io

import openpyxl
import pytest
from contest import GANGBA, TOWNSHIPS, VILLAGES, centre_of, table
from versions import close, done

SHEET = "村级得分（抽查）"


def plan(contest, code: str, kind: str = "spot") -> None:
    body = {"centre": str(centre_of(code)), "inspector": "tashi", "kind": kind, "due_on": "2026-12-01"}
    answer = contest.people["office"].post(f"/rounds/{contest.code}/plans", json=body)
    assert answer.status_code == 201, answer.json


@pytest.fixture
def drawn(contest):
    """Three villages of thirty are to be visited, one of them covertly; one has been, and one that was not planned."""
    contest.visit(VILLAGES[7], 70)
    for code, kind in zip(VILLAGES, ("spot", "spot", "covert"), strict=False):
        plan(contest, code, kind)
    contest.visit(VILLAGES[0], 80)
    return contest


def states(contest) -> dict[str, int]:
    found = [line["复核状态"] for line in contest.csv("villages")]
    return {each: found.count(each) for each in set(found)}


def below(contest, version: int | None = None) -> list[str]:
    """What stands below the ranked villages: headings and codes."""
    sheet = openpyxl.load_workbook(io.BytesIO(contest.export(version=version).data))[SHEET]
    last = len(table(sheet)) + 3
    cells = [(sheet.cell(row, 1).value, sheet.cell(row, 5).value) for row in range(last + 1, sheet.max_row + 1)]
    return [code or first for first, code in cells if code or first]


def test_without_draws_or_plans_every_village_is_to_be_visited(contest):
    contest.visit(VILLAGES[0], 80)
    assert states(contest) == {"已复核": 1, "未核查": 29}
    assert below(contest)[0] == "未核查（29）"


def test_villages_that_nobody_is_to_visit_are_not_drawn(drawn):
    assert states(drawn) == {"已复核": 2, "未核查": 1, "未抽取": 27}


def test_the_sheet_lists_who_was_drawn_and_counts_the_others(drawn):
    assert below(drawn) == ["未核查（1）", VILLAGES[1], "未抽取 27 个"]


def test_where_all_that_were_drawn_were_visited_the_others_are_one_line(contest):
    plan(contest, VILLAGES[0])
    contest.visit(VILLAGES[0], 80)
    assert below(contest) == ["未抽取 29 个"]


def test_the_ranking_says_it_of_each_village(drawn):
    rows = {row["code"]: (row["visited"], row["drawn"]) for row in drawn.rows("villages")}
    assert [rows[code] for code in (*VILLAGES[:4], VILLAGES[7])] == [
        (True, True), (False, True), (False, False), (False, False), (True, True),
    ]  # fmt: skip


def test_who_is_to_be_visited_covertly_is_told_after_the_freeze(drawn):
    close(drawn)
    assert below(drawn)[:2] == ["未核查（1）", VILLAGES[1]]
    done(drawn, "freeze")
    assert below(drawn) == ["未核查（2）", VILLAGES[1], VILLAGES[2], "未抽取 26 个"]


def test_a_county_is_told_with_the_publication(drawn, moved):
    county = moved("bailang", GANGBA)

    def told() -> list[bool]:
        rows = county.get(f"/rounds/{drawn.code}/rankings/villages").json["rows"]
        return [row["drawn"] for code in VILLAGES[1:3] for row in rows if row["code"] == code]

    close(drawn)
    done(drawn, "freeze")
    assert told() == [True, False]
    done(drawn, "publish")
    assert told() == [True, True]


def test_a_version_says_it_too(drawn):
    close(drawn)
    done(drawn, "freeze")
    done(drawn, "publish")
    assert below(drawn, 1) == ["未核查（2）", VILLAGES[1], VILLAGES[2], "未抽取 26 个"]
    rows = drawn.get("publications/1/rankings/villages").json["rows"]
    assert sum(row["drawn"] for row in rows) == 4
    assert drawn.export(version=1).data == drawn.export(version=1).data


def test_townships_are_all_to_be_visited(drawn):
    plan(drawn, TOWNSHIPS[0], "check")
    drawn.visit(TOWNSHIPS[0], 80)
    assert [line["复核状态"] for line in drawn.csv("townships")] == ["已复核"] + ["未核查"] * 4


def test_a_countys_own_workbook_counts_its_own(drawn):
    with drawn.get(f"counties/{GANGBA}/exports/ranking.xlsx") as answer:
        sheet = openpyxl.load_workbook(io.BytesIO(answer.data))[SHEET]
    assert sheet.cell(sheet.max_row, 1).value == "未抽取 27 个"
