"""audit import-ranking: an earlier ranking that was made elsewhere."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest

from audit.base.trail import TrailLine
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
    found = previous.places(Publication.get())
    assert {key: (place, str(total), card) for key, (place, total, card) in found.items() if isinstance(key, str)} == {
        "540228": (1, "91.50", "green"), "540222": (2, "80.00", "yellow"),
    }  # fmt: skip
    assert len(found) == 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_csv_may_be_utf8_or_gbk(run, tmp_path, encoding):
    assert run(as_csv(tmp_path, ROWS, encoding))[0] == 0
    assert PublishedRow.get(PublishedRow.code == "540228").content["name"] == "白朗县"


def test_a_workbook_may_have_a_title_above_its_headings(run, tmp_path):
    assert run(as_workbook(tmp_path, ROWS, "三季度排名"))[0] == 0
    assert PublishedRow.select().count() == 4


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
