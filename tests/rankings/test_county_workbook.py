"""A county's own workbook: its own lines, with their places in the whole."""

import io

import openpyxl
import pytest
from contest import OFFICE_SHEETS, table, told
from states import made_once

GANGBA, YADONG = "540237", "540233"


@made_once
def both(city):
    """A township of 岗巴县 and a better one of 亚东县."""
    city.visit("540237100", 80)
    city.visit("540233100", 90)
    return city


@pytest.fixture
def own(moved):
    """Somebody of 岗巴县."""
    return moved("bailang", GANGBA)


def ask(contest, person, county: str = GANGBA):
    with person.get(f"/rounds/{contest.code}/counties/{county}/exports/ranking.xlsx") as answer:
        answer.get_data()
    return answer


def book(contest, person, county: str = GANGBA) -> openpyxl.Workbook:
    answer = ask(contest, person, county)
    assert answer.status_code == 200, answer.json
    return openpyxl.load_workbook(io.BytesIO(answer.data))


def test_it_holds_its_own_lines_with_their_places_in_the_whole(both, own):
    made = book(both, own)
    assert made.sheetnames == OFFICE_SHEETS
    assert [(row["县(区)"], row["排名"], row["综合得分"]) for row in table(made["县区排名"])] == [("岗巴县", 2, 80)]
    assert [(row["县(区)"], row["全市排名"], row["总分"]) for row in table(made["乡镇排名"])] == [("岗巴县", 2, 80)]


@pytest.mark.parametrize("sheet", ["乡镇排名", "村级得分（抽查）", "问题清单", "得分依据"])
def test_no_line_is_anothers(both, own, sheet):
    cells = {cell.value for row in book(both, own)[sheet].iter_rows(min_row=4) for cell in row}
    assert not [cell for cell in cells if "亚东" in str(cell) or str(cell).startswith("540233")]


def test_it_names_nobody_who_came_covertly(both, own, office):
    both.visit("540237200", 70, kind="covert")
    named = {
        whose: {line["区划代码"]: line["检查员"] for line in table(made["得分依据"])}
        for whose, made in (("county", book(both, office)), ("office", both.workbook()))
    }
    assert named["office"]["540237200"] == named["office"]["540237100"] == "Tashi"
    assert (named["county"]["540237200"], named["county"]["540237100"]) == (None, "Tashi")


def test_it_carries_the_digest_of_the_whole(both, own):
    assert told(book(both, own)["说明"])["数据摘要"] == told(both.workbook()["说明"])["数据摘要"]


def test_its_cover_and_name_say_whose_it_is(both, own):
    assert book(both, own)["封面"]["A1"].value.startswith("关于日喀则市岗巴县")
    assert "_%E6%8E%92%E5%90%8D_%E5%B2%97%E5%B7%B4%E5%8E%BF_" in ask(both, own).headers["Content-Disposition"]


def test_the_office_has_it_of_every_county(both, office):
    assert len(table(book(both, office, YADONG)["乡镇排名"])) == 1


def test_another_county_finds_nothing(both, jiangzi):
    assert ask(both, jiangzi).status_code == 404


@pytest.mark.parametrize("name", ["tashi", "reviewer", "admin", "auditor"])
def test_others_have_no_such_export(contest, people, name):
    assert ask(contest, people[name]).status_code == 403
