"""The workbook, as Excel and WPS users get it."""

import io
import threading
from datetime import date, timedelta
from urllib.parse import unquote

import openpyxl
import pytest
from contest import DIMENSIONS, FIRST, NOW, OFFICE_SHEETS, TOWNSHIPS, VILLAGES, rename, table, told
from states import made_once

from audit import __version__
from audit.centres.models import Centre
from audit.rankings import basis, book, exports, queries, turns

A, B, C, D, E = TOWNSHIPS
RANKINGS = {"县区排名": "counties", "乡镇排名": "townships", "村级得分（抽查）": "villages"}
COUNTY = (
    "序号 县(区) 区划代码 乡镇数 已核查 覆盖率 乡镇均分 村(居)数 抽查数 村级均分 村级计入 加分 扣分 综合得分 排名 "
    "上期排名 变化 亮牌 备注"
)
CENTRE = (
    "序号 县(区) 乡镇 中心 区划代码 类型 面积 人员 事项进驻 授权 加扣分 否决项 总分 等次 达标项 {} 县内排名 "
    "上期排名 变化 亮牌 核查日期 核查人数 复核状态"
)
FORMULAS = ['=HYPERLINK("http://x")', "+1+1", "-2", "@SUM", "\t=1+1", "\r=1+1", "＝1+1", " =1+1"]
NAMES = ["嘎东,镇", '"嘎东"镇', "嘎东😀镇", "嘎东\n镇"]


@made_once
def visited(contest):
    """Three townships, two villages; the rest of 岗巴县 unvisited."""
    contest.visit(A, 96.5, 83.33, 90, 100, bonus=True)
    contest.visit(B, 80)
    contest.visit(C, 80)
    contest.visit(VILLAGES[0], 70.01, 60, 50, 40)
    contest.visit(VILLAGES[1], 99)
    return contest


@made_once
def exported(visited) -> bytes:
    """The workbook of that round."""
    answer = visited.export()
    assert answer.status_code == 200, answer.json
    return answer.data


@pytest.fixture
def sheets(exported) -> openpyxl.Workbook:
    """The same, opened."""
    return openpyxl.load_workbook(io.BytesIO(exported))


def number(text: str | None):
    return None if text is None else pytest.approx(float(text), abs=1e-9)


def test_the_sheets_stand_in_their_order(sheets):
    assert sheets.sheetnames == OFFICE_SHEETS


def test_an_empty_round_has_a_workbook_too(contest):
    book = contest.workbook()
    assert book.sheetnames == OFFICE_SHEETS
    assert [table(book[name]) for name in (*RANKINGS, "问题清单", "得分依据")] == [[]] * 5


def test_codes_are_text(sheets):
    found = set()
    for sheet in sheets.worksheets[1:6]:
        column = [cell.value for cell in sheet[3]].index("区划代码") + 1
        cells = [sheet.cell(row, column) for row in range(4, sheet.max_row + 1)]
        found |= {(cell.data_type, cell.number_format) for cell in cells if cell.value is not None}
    assert found == {("s", "@")}


def test_panes_freeze_under_the_header_and_after_the_name(sheets):
    assert [sheet.freeze_panes for sheet in sheets] == [None, "C4", "E4", "E4", "C4", "C4", "A4"]
    last = [sheet[f"{cell}3"].value for sheet, cell in zip(sheets.worksheets[1:6], "BDDBB", strict=True)]
    assert last == ["县(区)", "中心", "中心", "点位", "中心"]


def test_the_filter_spans_the_header_and_the_ranked_rows(sheets):
    filters = [sheet.auto_filter.ref for sheet in sheets]
    assert filters == [None, "A3:S4", "A3:W6", "A3:W5", "A3:O22", "A3:W24", None]


def test_no_cells_are_merged_below_the_title(sheets):
    merged = [each.max_row for sheet in sheets.worksheets[1:] for each in sheet.merged_cells.ranges]
    assert set(merged) == {1, 2}


@pytest.mark.parametrize(("name", "unvisited"), [("乡镇排名", 2), ("村级得分（抽查）", 28)])
def test_what_was_not_visited_stands_apart_below_a_heading(sheets, name, unvisited):
    sheet = sheets[name]
    ranked = len(table(sheet))
    assert sheet.cell(ranked + 4, 1).value is None
    assert sheet.cell(ranked + 5, 1).value == f"未核查（{unvisited}）"
    places = [cell.value for cell in sheet[3]].index("县内排名") + 1
    below = [(sheet.cell(row, 1).value, sheet.cell(row, places).value) for row in range(ranked + 6, sheet.max_row + 1)]
    assert below == [(ranked + number, None) for number in range(1, unvisited + 1)]


def test_a_county_below_the_floor_and_one_not_visited_stand_apart_each(plain):
    contest = plain(area="540200", policy_is={"coverage_floor": "0.2"})
    contest.visit(A, 80)
    contest.visit("540228100", 80)
    cells = [cell.value for cell in contest.workbook()["县区排名"]["A"][3:]]
    assert [cell for cell in cells if isinstance(cell, str)] == ["覆盖率不足，不参与排名（1）", "未核查（16）"]


@pytest.mark.parametrize("name", ["乡镇排名", "村级得分（抽查）"])
def test_a_centres_numbers_equal_the_apis(visited, name):
    rows = visited.rows(RANKINGS[name])
    for cells, row in zip(table(visited.workbook()[name]), rows, strict=False):
        assert cells["总分"] == number(row["total"])
        assert (cells["区划代码"], cells["县内排名"], cells["加扣分"]) == (
            row["code"],
            row["place_in_county"],
            number(row["adjustments"]),
        )
        for code, heading in DIMENSIONS.items():
            assert cells[heading] == number(row["dimensions"][code])


def test_a_countys_numbers_equal_the_apis(visited):
    (cells,), (row,) = table(visited.workbook()["县区排名"]), visited.rows("counties")
    pairs = {"综合得分": "total", "乡镇均分": "township_mean", "村级均分": "village_mean"}
    assert {key: cells[key] for key in pairs} == {key: number(row[field]) for key, field in pairs.items()}
    assert cells["覆盖率"] == pytest.approx(float(row["coverage"]) / 100)
    assert (cells["排名"], cells["乡镇数"], cells["抽查数"]) == (1, row["townships"], row["villages_drawn"])


def test_the_columns_are_those_of_an_offices_sheet(sheets):
    """domain.md §3.1, and what else is wanted to read them."""
    headings = {name: [cell.value for cell in sheets[name][3]] for name in RANKINGS}
    assert headings["县区排名"] == COUNTY.split()
    assert headings["乡镇排名"] == CENTRE.format("全市排名").split()
    assert headings["村级得分（抽查）"] == CENTRE.format("抽查名次").split()


def test_the_sheet_of_villages_is_marked_as_drawn(sheets):
    assert sheets["村级得分（抽查）"]["A1"].value.endswith("村级得分（抽查）")
    assert "村级得分（抽查）" in "".join(str(cell.value) for cell in sheets["封面"]["A"])


def test_lines_are_counted_and_graded(visited):
    rows = table(visited.workbook()["乡镇排名"])
    found = [(row["序号"], row["乡镇"], row["中心"], row["全市排名"], row["等次"]) for row in rows]
    places = [(1, 1, "达标"), (2, 2, "限期整改"), (3, 2, "限期整改")]
    names = {row["code"]: (row["township"], row["name"]) for row in visited.rows()}
    assert found == [
        (number, *names[code], place, grade) for code, (number, place, grade) in zip((A, B, C), places, strict=True)
    ]


def test_a_county_has_no_bonus_of_its_own(sheets):
    (line,) = table(sheets["县区排名"])
    assert (line["序号"], line["加分"], line["扣分"]) == (1, 0, 0)


def test_scores_show_two_decimals(sheets):
    sheet = sheets["乡镇排名"]
    column = [cell.value for cell in sheet[3]].index("总分") + 1
    assert (sheet.cell(4, column).data_type, sheet.cell(4, column).number_format) == ("n", "0.00")


def test_coverage_is_a_share_that_shows_as_per_cent(sheets):
    sheet = sheets["县区排名"]
    column = [cell.value for cell in sheet[3]].index("覆盖率") + 1
    assert (sheet.cell(4, column).value, sheet.cell(4, column).number_format) == (0.6, "0.0%")


def test_a_centre_stands_under_the_tier_that_it_had_when_the_round_opened(visited):
    Centre.update(tier="demonstration").where(Centre.code.in_([A, D])).execute()
    tiers = {row["code"]: row["tier"] for row in visited.rows()}
    assert (tiers[A], tiers[D]) == ("standard", "standard")
    assert table(visited.workbook()["乡镇排名"])[0]["类型"] == "标准型"


def test_a_card_carries_its_word(sheets):
    assert [row["亮牌"] for row in table(sheets["乡镇排名"])] == [
        "●绿·达标",
        "▲黄·限期整改",
        "▲黄·限期整改",
    ]


def test_dates_are_dates_and_inspectors_are_counted(sheets):
    row = table(sheets["乡镇排名"])[0]
    assert (row["核查日期"].date(), row["核查人数"]) == (date(2026, 11, 20), 1)


# --- 示例 --------------------------------------------------------------------------------------------------------


def disposition(answer) -> str:
    return unquote(answer.headers["Content-Disposition"].split("filename*=UTF-8''")[1])


def test_a_sample_says_so_in_title_file_name_and_notes(plain):
    contest = plain("DEMO", sample=True)
    book = contest.workbook()
    assert all("示例" in sheet["A1"].value for sheet in book.worksheets[1:])
    assert "示例" in book["封面"]["A3"].value
    assert "示例" in told(book["说明"])["数据性质"]
    assert disposition(contest.export()).startswith("示例_岗巴县_DEMO_")


def test_real_figures_are_never_called_a_sample(visited):
    book = visited.workbook()
    every = "".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    assert "示例" not in every + disposition(visited.export())


def test_the_file_name_is_chinese_for_those_who_can_read_it(contest):
    answer = contest.export()
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert disposition(answer).startswith("岗巴县_PLAIN_便民服务中心标准化核查_排名_试算_20")
    assert answer.content_length == len(answer.data)


# --- what names may contain -------------------------------------------------------------------------------------


def test_a_name_that_looks_like_a_formula_stays_text(contest):
    for code, name in zip(VILLAGES, FORMULAS, strict=True):
        rename(code, name)
    rename(A, FORMULAS[0])
    contest.visit(A, 80)
    book = contest.workbook()
    cells = [book["得分依据"]["B4"], *(cell for cell in book["村级得分（抽查）"]["D"][3:] if cell.value)]
    assert {(cell.data_type, cell.hyperlink) for cell in cells} == {("s", None)}
    assert {name.replace("\r", "") for name in FORMULAS} <= {cell.value for cell in cells}


def test_names_come_back_as_they_were(contest):
    for code, name in zip(VILLAGES, NAMES, strict=False):
        rename(code, name)
    assert set(NAMES) <= {cell.value for cell in contest.workbook()["村级得分（抽查）"]["D"]}


# --- paper ------------------------------------------------------------------------------------------------------


def test_sheets_print_on_landscape_a4_one_page_wide(sheets):
    pages = [(each.page_setup, each.sheet_properties.pageSetUpPr) for each in sheets.worksheets[1:]]
    assert {(page.orientation, int(page.paperSize)) for page, _ in pages} == {("landscape", 9)}
    assert {(fit.fitToPage, page.fitToWidth or 1, page.fitToHeight) for page, fit in pages} == {(True, 1, 0)}


def test_every_page_has_the_header_and_a_line_to_sign_on(sheets):
    assert {sheet.print_title_rows for sheet in sheets.worksheets[1:]} == {"$3:$3"}
    assert {sheet.oddFooter.right.text for sheet in sheets.worksheets} == {"第 &P 页 共 &N 页"}
    assert all("单位(盖章)" in sheet.oddFooter.left.text for sheet in sheets.worksheets[1:])


def test_every_sheet_carries_the_digest(sheets):
    digest = told(sheets["说明"])["数据摘要"].split()[1][:64]
    assert all(f"SHA-256 {digest}" in sheet.oddFooter.left.text for sheet in sheets)


def test_digests_of_photos_stay_off_the_paper(sheets):
    sheet = sheets["得分依据"]
    printed = sheet.print_area.split(":")[1].replace("$", "").rstrip("0123456789")
    kept = [sheet.cell(3, place).value for place in range(1, openpyxl.utils.column_index_from_string(printed) + 1)]
    assert kept[-1] == "修订"
    assert "照片SHA-256" not in kept


# --- 得分依据 ----------------------------------------------------------------------------------------------------


def test_every_item_of_every_counted_visit_has_a_line(sheets):
    lines = table(sheets["得分依据"])
    items = {(line["区划代码"], line["条目"]) for line in lines}
    expected = {(code, f"T{number}") for code in (A, B, C) for number in (1, 2, 3, 4)}
    expected |= {(code, f"V{number}") for code in VILLAGES[:2] for number in (1, 2, 3, 4)}
    assert items == expected | {(A, "T9")}


def test_the_points_of_a_centre_add_up_to_its_total(visited):
    lines = [line for line in table(visited.workbook()["得分依据"]) if line["区划代码"] == A]
    assert sum(line["得分"] for line in lines) == pytest.approx(float(visited.row(A)["total"]), abs=0.02)


def test_a_line_says_what_was_found_and_why(sheets):
    line = next(each for each in table(sheets["得分依据"]) if (each["区划代码"], each["条目"]) == (A, "T2"))
    found = [line[key] for key in ("内容", "核查值", "单位", "标准", "参照来源", "判定", "满分", "得分")]
    assert found == ["人员一项", 83.33, "分", 100, "标准", "未达标", 25, 20.83]


def test_a_share_is_told_as_it_was_counted(sheets):
    line = next(each for each in table(sheets["得分依据"]) if (each["区划代码"], each["条目"]) == (A, "T4"))
    assert (line["核查值"], line["标准"], line["参照值"]) == ("10000/10000", "100%", "100%")


def test_a_share_of_nothing_is_told_too(contest):
    contest.visit(A, 80, 80, 80, None)
    line = table(contest.workbook()["得分依据"])[3]
    assert (line["条目"], line["核查值"], line["判定"]) == ("T4", "0/0", "不评定")


def test_every_line_names_who_inspected_and_who_reviewed(contest):
    contest.visit(A, 80, team=["drolma"], bonus=True)
    lines = table(contest.workbook()["得分依据"])
    assert {(line["检查员"], line["复核员"]) for line in lines} == {("Tashi、Drolma", "Reviewer")}


def test_a_capped_dimension_has_a_line_of_its_own(plain):
    from contest import checklist

    items = checklist("township")["items"]
    items[0]["cap_below"] = 90
    contest = plain(township={"items": items})
    contest.visit(A, 80, 100, 100, 100)
    line = next(each for each in table(contest.workbook()["得分依据"]) if each["条目"] == "封顶")
    assert (line["核查值"], line["参照值"]) == (80, 60)
    assert "面积" in line["内容"] and "T1" in line["内容"]


def test_a_choice_is_told_in_words(plain):
    from contest import checklist, words

    items = checklist("township")["items"]
    good, poor = {"code": "good", "credit": "1"} | words("好"), {"code": "poor", "credit": "0"} | words("差")
    items[0] |= {"answer": "choice", "choices": [good, poor], "meets_from": "good"}
    items[0] |= {"standard": {"demonstration": "good", "standard": "good"}}
    contest = plain(township={"items": items})
    rest = [{"item": "T2", "value": 1}, {"item": "T3", "value": 1}, {"item": "T4", "n": 1, "m": 1}]
    contest.visit(A, 1, answers=[{"item": "T1", "choice": "poor"}, *rest])
    line = table(contest.workbook()["得分依据"])[0]
    assert (line["核查值"], line["标准"], line["参照值"]) == ("差", "好", "好")


def test_long_lists_of_lines_go_on_in_another_sheet(visited, monkeypatch):
    monkeypatch.setattr(book, "MOST_ROWS", 15)
    made = visited.workbook()
    assert made.sheetnames == [*OFFICE_SHEETS[:5], "问题清单2", "得分依据", "得分依据2", "说明"]
    assert (len(table(made["得分依据"])), len(table(made["得分依据2"]))) == (12, 9)


# --- 说明 and the digest -----------------------------------------------------------------------------------------


def test_the_notes_say_how_much_was_visited_and_by_which_rules(sheets):
    notes = told(sheets["说明"])
    assert (notes["乡镇覆盖"], notes["村级抽查"]) == ("3/5", "2/30")
    assert notes["乡镇清单版本"].startswith("plaintownship-2026.1（SHA-256 ")
    assert notes["软件版本"] == f"audit {__version__}"
    assert notes["县区得分"] == "0.7×乡镇均分＋0.3×村级均分－扣分"


def test_the_notes_keep_no_pane_in_the_way(sheets):
    assert sheets["说明"].freeze_panes == "A4"


def test_equal_data_has_an_equal_digest(visited):
    assert told(visited.workbook()["说明"])["数据摘要"] == told(visited.workbook()["说明"])["数据摘要"]


def test_a_changed_score_changes_the_digest(visited):
    before = told(visited.workbook()["说明"])["数据摘要"]
    visited.visit(B, 80, 80, 80, 80.01, at=FIRST + timedelta(days=1))
    assert told(visited.workbook()["说明"])["数据摘要"] != before


def test_a_changed_part_of_an_equal_total_changes_the_digest(visited):
    before = told(visited.workbook()["说明"])["数据摘要"]
    visited.visit(B, 70, 90, 80, 80)
    assert told(visited.workbook()["说明"])["数据摘要"] != before


# --- who, when, how much ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["ranking.xlsx", "counties.csv"])
def test_only_the_office_exports(contest, what):
    answers = {who: contest.export(what, who) for who in ("bailang", "tashi", "reviewer", "admin", "auditor")}
    assert {answer.status_code for answer in answers.values()} == {403}
    assert answers["bailang"].json["type"].split("/")[-1] == "forbidden"


def test_an_unknown_round_has_no_workbook(office):
    assert office.get("/rounds/2031Q1/exports/ranking.xlsx").status_code == 404


def elsewhere(work) -> None:
    """Run on another thread, with a database connection of its own."""
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_equal_data_of_one_moment_has_equal_bytes(visited, tmp_path):
    of = queries.frame(visited.code, None)
    paths = [tmp_path / "1.xlsx", tmp_path / "2.xlsx"]
    for path in paths:
        exports.workbook(of, path, now=NOW)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_an_export_is_of_one_moment_whatever_is_written_meanwhile(visited, monkeypatch):
    lines, wrote = basis.lines, []

    def write_in_between(*args, **kwargs):
        if not wrote:
            wrote.append(True)
            elsewhere(lambda: visited.visit(D, 50))
            elsewhere(lambda: visited.visit(B, 60, at=FIRST + timedelta(days=1)))
        return lines(*args, **kwargs)

    monkeypatch.setattr(basis, "lines", write_in_between)
    book = visited.workbook()
    assert visited.row(B)["total"] == "60.00"
    points = [line["得分"] for line in table(book["得分依据"]) if line["区划代码"] == B]
    assert (len(table(book["乡镇排名"])), sum(points)) == (3, 80)
    assert told(book["说明"])["乡镇覆盖"] == "3/5"


def test_an_export_that_waits_too_long_is_told_to_come_back(visited, monkeypatch):
    monkeypatch.setattr(turns, "MOST_WAIT", 0.01)
    with turns.TURN:
        answer = visited.export()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert visited.export().status_code == 200


def test_where_many_exports_wait_the_next_is_refused_at_once(visited, monkeypatch):
    monkeypatch.setattr(turns, "QUEUE", threading.BoundedSemaphore(1))
    with turns.QUEUE:
        answer = visited.export()
    assert (answer.status_code, answer.json["type"], answer.headers["Retry-After"]) == (
        429,
        "/problems/rate-limited",
        "30",
    )
    assert visited.export().status_code == 200


def test_an_export_that_fails_lets_the_next_one_through(visited, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(exports, "workbook", lambda *args, **kwargs: 1 / 0)
        assert visited.export().status_code == 500
    assert visited.export().status_code == 200


def test_basis_lines_are_fetched_in_chunks(visited, queries_of):
    """Four queries for each chunk, however many visits there are in it."""
    one = queries_of(visited.workbook)
    for code in (D, E):
        visited.visit(code, 70)
    assert queries_of(visited.workbook) == one
