"""audit import-ranking: an earlier ranking that was made elsewhere."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

import openpyxl
import pytest

if (there := str(Path(__file__).parent.parent / "rankings")) not in sys.path:
    sys.path.append(there)

from contest import NOW, TOWNSHIPS, VILLAGES, Contest, checklist, policy
from states import made_once
from versions import published

from audit.base.trail import TrailLine
from audit.checklists import actions as checklists
from audit.rankings import previous
from audit.rankings.models import Publication, PublishedRow

ROWS = [
    {"区划代码": "540228", "名称": "白朗县", "排名": "1", "得分": "91.5", "亮牌": "●绿·达标"},
    {"区划代码": "540222", "名称": "江孜县", "排名": "2", "得分": "80.00", "亮牌": "黄"},
    {"区划代码": "540228101", "名称": "嘎东镇便民服务中心", "排名": "1", "得分": "95", "亮牌": "蓝牌"},
    {"区划代码": "540228101201", "名称": "", "排名": "", "得分": "", "亮牌": ""},
]


def as_csv(folder, rows: list[dict], encoding: str = "utf-8"):
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), restval="")
    writer.writeheader()
    writer.writerows(rows)
    path = folder / "ranking.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def as_workbook(folder, rows: list[dict], title: str | None = None):
    book = openpyxl.Workbook()
    if title:
        book.active.append([title])
    book.active.append(list(rows[0]))
    for row in rows:
        book.active.append(list(row.values()))
    path = folder / "ranking.xlsx"
    book.save(path)
    return path


@pytest.fixture
def run(here):
    """Runs the command; gives (exit code, what it said)."""

    def command(path, *words: str, code: str = "2026Q3"):
        of = ("--area", "540200", "--code", code, "--name", "2026年第三季度", "--period-end", "2026-09-30")
        return here.run("import-ranking", path, *of, *words)

    return command


def test_a_ranking_is_imported_as_a_publication(run, tmp_path):
    code, said = run(as_csv(tmp_path, ROWS))
    assert (code, said) == (0, "2026Q3: 2 counties, 1 townships, 1 villages stand in the ranking\n")
    found = Publication.get()
    assert (found.imported, found.version, found.area, found.period_end) == (True, 1, "540200", "2026-09-30")
    assert TrailLine.select().order_by(TrailLine.seq.desc()).first().action == "ranking.import"


def test_places_totals_and_cards_are_kept(run, tmp_path):
    run(as_csv(tmp_path, ROWS))
    found = previous.places(Publication.get(), "counties")
    assert {key: (place, str(total), card) for key, (place, total, card) in found.items()} == {
        "540228": (1, "91.50", "green"), "540222": (2, "80.00", "yellow"),
    }  # fmt: skip
    assert len(previous.places(Publication.get(), "township")) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_csv_may_be_utf8_or_gbk(run, tmp_path, encoding):
    assert run(as_csv(tmp_path, ROWS, encoding))[0] == 0
    assert PublishedRow.get(PublishedRow.code == "540228").content["name"] == "白朗县"


def test_a_workbook_may_have_a_title_above_its_headings(run, tmp_path):
    assert run(as_workbook(tmp_path, ROWS, "三季度排名"))[0] == 0
    assert PublishedRow.select().count() == 4


def as_sheets(folder, sheets: dict[str, list[dict]]):
    """A workbook with these sheets; one without rows has some words."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for line in [list(rows[0]), *(list(row.values()) for row in rows)] if rows else [["关于核查情况的通报"]]:
            sheet.append(line)
    path = folder / "sheets.xlsx"
    book.save(path)
    return path


def test_all_sheets_that_are_rankings_are_taken_together(run, tmp_path):
    code, said = run(
        as_sheets(tmp_path, {"封面": [], "县区": ROWS[:2], "乡镇": ROWS[2:3], "村级": ROWS[3:], "附注": []})
    )
    assert code == 0, said
    assert said.splitlines() == [
        "sheets read: 县区、乡镇、村级; no rankings: 封面、附注",
        "2026Q3: 2 counties, 1 townships, 1 villages stand in the ranking",
    ]


def test_a_fault_names_its_sheet_where_there_are_several(run, tmp_path):
    code, said = run(as_sheets(tmp_path, {"县区": ROWS[:2], "乡镇": [ROWS[2] | {"得分": "高"}]}))
    assert (code, Publication.select().count()) == (1, 0)
    assert "/乡镇/2/得分: a score with at most 2 decimals is wanted" in said


def test_what_stands_in_two_sheets_stands_twice(run, tmp_path):
    code, said = run(as_sheets(tmp_path, {"三季度": ROWS[:2], "二季度": ROWS[:1]}))
    assert code == 1 and "/二季度/2/区划代码: stands twice" in said


def test_of_a_workbook_without_rankings_all_sheets_are_named(run, tmp_path):
    code, said = run(as_sheets(tmp_path, {"封面": [], "附注": []}))
    assert code == 1 and "of any sheet (封面、附注)" in said


def test_a_line_that_only_says_what_is_below_it_is_no_row(run, tmp_path):
    aside = dict.fromkeys(ROWS[0], "") | {"排名": "未核查（1）"}
    assert run(as_csv(tmp_path, [*ROWS[:3], aside, ROWS[3]]))[0] == 0
    assert PublishedRow.select().count() == 4


@pytest.mark.parametrize("lone", [{"排名": "3"}, {"区划代码": "白朗县"}])
def test_a_row_with_one_cell_is_a_row_all_the_same(run, tmp_path, lone):
    code, said = run(as_csv(tmp_path, [*ROWS[:3], dict.fromkeys(ROWS[0], "") | lone]))
    assert code == 1 and "/5/区划代码: " in said


@made_once
def made_here(people) -> bytes:
    """The workbook of a version of this program: three townships and a village of 岗巴县, visited."""
    for content in (checklist("township"), checklist("village"), policy()):
        checklists.publish(content, actor=None, now=NOW)
    contest = Contest(people, "PLAIN", area="540200")
    for code, mark in zip(TOWNSHIPS, (90, 80, 70), strict=False):
        contest.visit(code, mark)
    contest.visit(VILLAGES[0], 60.5)
    return published(contest).export(version=1).data


@pytest.fixture
def own(made_here, tmp_path):
    """The same, in a file."""
    path = tmp_path / "own.xlsx"
    path.write_bytes(made_here)
    return path


def test_a_workbook_of_our_own_is_taken_in(run, own):
    code, said = run(own)
    assert code == 0, said
    assert said.splitlines() == [
        "sheets read: 县区排名、乡镇排名、村级得分（抽查）; no rankings: 封面、问题清单、得分依据、说明",
        "2026Q3: 18 counties, 206 townships, 1693 villages stand in the ranking",
    ]


def test_what_is_taken_in_is_what_was_published(run, own):
    run(own)
    first, second = Publication.select().order_by(Publication.id)
    for part in ("counties", "township", "village"):
        assert previous.places(second, part) == previous.places(first, part)


def test_headings_may_have_their_other_names(run, tmp_path):
    names = {"名称": "县(区)", "排名": "名次", "得分": "总分"}
    rows = [{names.get(key, key): value for key, value in row.items()} for row in ROWS[:2]]
    assert run(as_csv(tmp_path, rows))[0] == 0
    assert PublishedRow.get(PublishedRow.code == "540228").content["total"] == "91.50"


def test_a_dry_run_stores_nothing(run, tmp_path):
    code, said = run(as_csv(tmp_path, ROWS), "--dry-run")
    assert (code, Publication.select().count()) == (0, 0)
    assert "would be imported" in said


def test_importing_twice_changes_nothing(run, tmp_path):
    path = as_csv(tmp_path, ROWS)
    run(path)
    lines = TrailLine.select().count()
    assert (run(path)[0], Publication.select().count(), TrailLine.select().count()) == (0, 1, lines)


def test_a_corrected_table_is_the_next_version(run, tmp_path):
    run(as_csv(tmp_path, ROWS))
    run(as_csv(tmp_path, [ROWS[0] | {"得分": "92"}, *ROWS[1:]]))
    first, second = Publication.select().order_by(Publication.version)
    assert (second.version, second.head["before"]) == (2, first.digest)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"区划代码": "540999"}, "/2/区划代码: no such division in the area"),
        ({"区划代码": "530112"}, "/2/区划代码: no such division in the area"),
        ({"区划代码": "5402"}, "/2/区划代码: 6 digits name a county"),
        ({"区划代码": "540222"}, "/3/区划代码: stands twice"),
        ({"排名": "第一"}, "/2/排名: a whole number is wanted"),
        ({"排名": "0"}, "/2/排名: "),
        ({"得分": "91.555"}, "/2/得分: a score with at most 2 decimals is wanted"),
        ({"得分": "=1+1"}, "/2/得分: "),
        ({"亮牌": "紫"}, "/2/亮牌: one of 红、黄、绿、蓝 is wanted"),
    ],
)
def test_one_bad_row_and_nothing_is_stored(run, tmp_path, change, fault):
    code, said = run(as_csv(tmp_path, [ROWS[0] | change, *ROWS[1:]]))
    assert (code, Publication.select().count()) == (1, 0)
    assert fault in said


def test_a_formula_is_no_score(run, tmp_path):
    code, said = run(as_workbook(tmp_path, [ROWS[0] | {"得分": "=90+1"}]))
    assert code == 1 and "/2/得分: is a formula" in said


@pytest.mark.parametrize("heading", ["区划代码", "排名"])
def test_a_table_without_codes_or_places_is_no_ranking(run, tmp_path, heading):
    code, said = run(as_csv(tmp_path, [{"别的" if key == heading else key: value for key, value in ROWS[0].items()}]))
    assert code == 1 and "no line of headings with 区划代码 and 排名" in said


def test_a_code_that_a_round_has_is_refused(run, tmp_path):
    code, said = run(as_csv(tmp_path, ROWS), code="2026Q4")
    assert code == 1 and "round-exists" in said


def test_an_imported_ranking_holds(run, tmp_path, verify):
    run(as_csv(tmp_path, ROWS))
    code, said = verify()
    assert code == 0 and "publications: 1 checked, 0 faults" in said, said


@pytest.mark.parametrize("change", [{"code": "540233"}, {"content": {"code": "540228", "place": 9}}])
def test_a_changed_line_of_an_imported_ranking_is_found(run, tmp_path, found, change):
    run(as_csv(tmp_path, ROWS))
    PublishedRow.update(change).where(PublishedRow.code == "540228").execute()
    found("2026Q3 version 1: counties line 1: not what was published")
