"""封面: the notice that the office signs."""

import pytest
from contest import TOWNSHIPS, VILLAGES
from states import made_once

from audit.rankings import book

A, B, C, D, E = TOWNSHIPS


@made_once
def visited(contest):
    contest.visit(A, 96.5, 83.33, 90, 100, bonus=True)
    contest.visit(B, 80)
    contest.visit(VILLAGES[0], 50)
    return contest


def lines(contest) -> list[str]:
    return [cell.value for cell in contest.workbook()["封面"]["A"] if cell.value]


def test_the_title_names_area_and_period(visited):
    assert lines(visited)[0] == "关于岗巴县2026年简表轮次便民服务中心标准化建设核查情况的通报"


def test_it_says_how_many_of_how_many_were_visited(visited):
    assert any("便民服务中心5个，已核查2个；村（社区）便民服务站30个，抽查1个" in line for line in lines(visited))


def test_it_names_the_versions_of_what_was_measured_with(visited):
    (told,) = (line for line in lines(visited) if "依据版本" in line)
    for name in ("plaintownship-2026.1", "plainvillage-2026.1", "plain-2026.1", "cards-2026.1", "对照标准"):
        assert name in told


def test_cards_are_counted_in_words(visited):
    assert any("乡镇绿牌（达标）1个、黄牌（限期整改）1个" in line for line in lines(visited))


def test_a_trial_says_that_it_is_one_and_leaves_the_date_to_the_office(visited):
    told = lines(visited)
    assert told[1] == "（试算稿，未公布）"
    assert any(line.startswith("　　年　　月　　日") for line in told)


def test_who_to_ask_is_left_for_the_office_to_fill_in(visited):
    assert [line.strip() for line in lines(visited) if "联系" in line] == ["联系人：", "联系电话："]


def test_it_lists_the_sheets_behind_it(visited):
    book = visited.workbook()
    told = "".join(lines(visited))
    assert all(f"{number}．{name}" in told for number, name in enumerate(book.sheetnames[1:], 1))


def test_it_says_which_of_them_are_not_for_paper(visited):
    attached = [line.partition("．")[2] for line in lines(visited) if "．" in line]
    assert [name for name in attached if "电子附件" in name] == ["问题清单（电子附件）", "得分依据（电子附件）"]


def test_a_sample_says_so_under_its_title(plain):
    assert lines(plain("DEMO", sample=True))[2] == "【示例数据，不代表任何真实中心的情况】"


def test_it_is_laid_out_as_official_papers_are(contest):
    sheet = contest.workbook()["封面"]
    margins = [round(getattr(sheet.page_margins, side) * 25.4) for side in ("top", "left", "right", "bottom")]
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize), margins) == ("portrait", 9, [37, 28, 26, 35])
    assert (sheet["A1"].font.name, sheet["A1"].font.sz, sheet["A4"].font.name) == ("方正小标宋简体", 22, "仿宋")


def test_it_is_printed_on_one_page(visited):
    sheet = visited.workbook()["封面"]
    fit = (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight)
    # openpyxl leaves out what is 1
    assert fit[0] is True and {fit[1] or 1, fit[2] or 1} == {1}
    # LibreOffice makes a sheet of one column no smaller
    assert {str(each).partition(":")[2][0] for each in sheet.merged_cells.ranges} == {"H"}


@pytest.mark.parametrize("paragraphs", [1, 5, 20])
def test_the_more_there_is_to_say_the_more_stands_on_a_line(paragraphs):
    told = [("title", "通报"), *[("text", "核查情况" * 40)] * paragraphs]
    wide = book._characters(told)
    assert sum(book._heights(told, wide)) <= wide * 16 * book.TEXT_BLOCK
    assert (wide == book.FEWEST) == (paragraphs == 1)


def test_every_paragraph_has_the_height_that_it_needs(visited):
    sheet = visited.workbook()["封面"]
    for row, cell in enumerate(sheet["A"], 1):
        if cell.font.name == "仿宋" and cell.value:
            characters = sum(1 if char.isascii() else 2 for char in cell.value or "") / 2
            assert sheet.row_dimensions[row].height >= max(1, characters / 28) * cell.font.sz
