"""A county's own workbook: its own lines, with their places in the whole."""

import io

import openpyxl
import pytest
from contest import OFFICE_SHEETS, table, told
from states import made_once
from versions import published

from audit.followup.models import Finding

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


def problems(contest, person) -> list[tuple]:
    """问题清单 of 岗巴县 without its numbers: (division, item, what was found, points lost, state)."""
    columns = ("区划代码", "条款", "问题", "扣分", "状态")
    return [tuple(row[name] for name in columns) for row in table(book(contest, person)["问题清单"])]


SOUND, CHECKED = "540237100", "540237200"


@made_once
def checked(city):
    """A township of 岗巴县 without a fault, and another one that a check found faulty."""
    city.visit(SOUND, 100)
    city.visit(CHECKED, 100, 90, 100, 100)
    return city


def test_what_only_a_covert_visit_found_is_not_in_it_whatever_became_of_it(checked, own, office):
    before = problems(checked, own)
    checked.visit(SOUND, 100, 70, 100, 100, kind="covert")
    assert problems(checked, own) == before
    checked.visit(SOUND, 100)
    assert problems(checked, own) == before
    closed = [row for row in problems(checked, office) if row[0] == SOUND]
    assert [(row[3], row[4]) for row in closed] == [(7.5, "已销号")]


def test_what_a_covert_visit_found_again_stands_as_it_did(checked, own, office):
    before = problems(checked, own)
    checked.visit(CHECKED, 100, 70, 100, 100, kind="covert")
    assert problems(checked, own) == before
    assert [(row[0], row[4]) for row in before] == [(CHECKED, "待下达")]
    assert problems(checked, office) != before


def test_what_was_closed_after_a_covert_visit_found_it_again_tells_what_was_known(checked, own, office):
    Finding.update(state="ordered", unit="岗巴县行政审批局", due_on="2027-01-01").execute()
    ((*_, lost, _),) = problems(checked, own)
    checked.visit(CHECKED, 100, 70, 100, 100, kind="covert")
    checked.visit(CHECKED, 100)
    assert [row[3:] for row in problems(checked, own)] == [(lost, "已销号")]
    assert [row[3:] for row in problems(checked, office)] == [(7.5, "已销号")]


def test_a_published_one_holds_what_covert_visits_found(checked, own):
    checked.visit(SOUND, 100, 70, 100, 100, kind="covert")
    published(checked)
    with own.get(f"/rounds/{checked.code}/publications/1/counties/{GANGBA}/exports/ranking.xlsx") as answer:
        made = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert [row["区划代码"] for row in table(made["问题清单"])] == [CHECKED, SOUND]


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
