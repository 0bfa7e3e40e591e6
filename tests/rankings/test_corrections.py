"""A correction says what it corrects: why, which version it replaces, and which rows are others than there."""

import io

import openpyxl
import pytest
from acts import issued, withdrawn
from contest import TOWNSHIPS, told
from states import made_once
from versions import decide, done, of_form_1, published, republished

from audit.rankings import corrections, differences
from audit.rankings.models import Publication
from audit.rankings.queries import whole_frame

A, B, C, D, E = TOWNSHIPS
YADONG = "540233"


@made_once
def corrected(contest):
    """岗巴县 with two townships; in version 2 the second has 85.00 and overtakes the first."""
    contest.visit(A, 82)
    contest.visit(B, 80)
    published(contest)
    decide(contest, B, 100)
    done(contest, "publish", note="昌龙乡面积复测。")
    return contest


def book(contest, version: int = 2) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(contest.export(version=version).data))


def notice(made: openpyxl.Workbook) -> str:
    return "".join(cell.value or "" for cell in made["封面"]["A"])


def test_it_says_why_and_which_version_it_replaces(corrected):
    made = book(corrected)
    assert "五、更正说明。本版更正：昌龙乡面积复测；替代第1版。" in notice(made)
    assert told(made["说明"])["更正"] == "本版更正：昌龙乡面积复测；替代第1版"


def test_it_names_the_rows_that_changed(corrected):
    (row_a, row_b) = (corrected.row(code) for code in (A, B))
    assert told(book(corrected)["说明"])["更正内容"] == (
        "较第1版有变化：县区岗巴县（81.00→83.50）；"
        f"乡镇岗巴县{row_b['name']}（80.00→85.00，第2名→第1名，黄牌→绿牌）、岗巴县{row_a['name']}（第1名→第2名）"
    )


def test_many_rows_are_counted(corrected, monkeypatch):
    monkeypatch.setattr(corrections, "MOST_NAMED", 2)
    assert told(book(corrected)["说明"])["更正内容"] == "较第1版有变化：县区1行、乡镇2行、村级0行"


def test_the_page_to_print_says_it_too(corrected):
    page = corrected.export("report.html", version=2).text
    assert page.count("本版更正：昌龙乡面积复测；替代第1版") == 2


def test_a_first_version_and_a_trial_correct_nothing(corrected):
    for made in (book(corrected, 1), corrected.workbook()):
        assert "更正" not in told(made["说明"]) and "更正" not in notice(made)


def test_a_countys_copy_tells_of_its_own_rows_alone(city):
    for code in ("540237100", "540233100"):
        city.visit(code, 80)
    published(city)
    decide(city, "540237100", 100)
    republished(city)
    with city.get(f"publications/2/counties/{YADONG}/exports/ranking.xlsx") as answer:
        made = openpyxl.load_workbook(io.BytesIO(answer.data))
    said = told(made["说明"])["更正内容"]
    assert "亚东县" in said and "岗巴" not in said


def test_what_only_changed_what_a_score_rests_on_is_named(contest):
    contest.visit(A, 100)
    published(contest)
    decide(contest, A, 120)
    republished(contest)
    assert f"岗巴县{contest.row(A)['name']}（其他内容）" in told(book(contest)["说明"])["更正内容"]


@pytest.mark.parametrize("version", [2])
def test_a_version_of_an_earlier_program_is_compared_by_what_both_tell(contest, monkeypatch, version):
    contest.visit(A, 80)
    contest.visit(B, 70)
    with monkeypatch.context() as patch:
        of_form_1(patch)
        published(contest)
    decide(contest, A, 100)
    republished(contest)
    assert told(book(contest, version)["说明"])["更正内容"].count("→") == 3


# --- before there is a correction ---------------------------------------------------------------------------------


def since_version_one(code: str) -> list[tuple]:
    """(code, card before, card now) of what a live ranking has otherwise than version 1."""
    found = differences.since(whole_frame(code, None), Publication.get(Publication.code == code))
    return [(each["code"], each["before"]["card"], each["now"]["card"]) for each in found]


def test_a_card_that_no_run_makes_any_more_is_a_difference(plain):
    first, second = (plain(code, closes_on=f"2027-{month}-28") for code, month in (("Q1", "01"), ("Q2", "02")))
    for each in (first, second):
        each.visit(A, 75)
        published(each)
        issued(each)
    assert since_version_one("Q2") == []
    withdrawn(first, A)
    assert since_version_one("Q2") == [(A, "red", "yellow")]
