"""audit bench export."""

import re

import openpyxl
from click.testing import CliRunner

from audit.cli import main
from audit.commands.bench_export import MADE, Made
from audit.rankings import exports


def test_it_prints_rows_per_second_and_peaks_of_two_sizes():
    answer = CliRunner().invoke(main, ["bench", "export", "--centres", "200", "--items", "1"])
    assert answer.exit_code == 0, answer.output
    found = re.findall(r"(\d+) centres: (\d+) rows in [\d.]+ s, \d+ rows/s, peak [\d.]+ MB", answer.output)
    assert [(int(centres), int(rows) > int(centres)) for centres, rows in found] == [(20, True), (200, True)]
    assert re.search(r"peak memory × [\d.]+ for × [\d.]+ rows", answer.output)


def test_what_it_counts_is_what_the_workbook_holds(tmp_path):
    made = Made(50, 3)
    exports.workbook(made.frame(), tmp_path / "made.xlsx", now=MADE)
    book = openpyxl.load_workbook(tmp_path / "made.xlsx")
    held = [
        cells
        for name in ("乡镇排名", "问题清单", "得分依据")
        for cells in book[name].iter_rows(min_row=4)
        if cells[1].value
    ]
    assert len(held) == made.rows_written


def test_made_up_rows_say_so(tmp_path):
    exports.workbook(Made(3, 1).frame(), tmp_path / "made.xlsx", now=MADE)
    book = openpyxl.load_workbook(tmp_path / "made.xlsx")
    assert all("示例" in sheet["A1"].value for sheet in book)
