"""audit export."""

from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from factories import approved
from states import made_once

from audit.base import db
from audit.cli import main


@made_once
def one_visit(tashi, reviewer):
    """One visit, approved."""
    return approved(tashi, reviewer)


@pytest.fixture
def run(one_visit, config, monkeypatch):
    """Runs the command in a folder of its own, after one visit was approved."""
    monkeypatch.setenv("AUDIT_DATABASE_URL", config.database_url)

    def command(*words: str):
        answer = CliRunner().invoke(main, ["--data", str(config.data), "export", *words])
        db.database.close_all()
        return answer

    return command


def cells(path: Path) -> dict:
    """Everything a workbook says but when it was made."""
    book = openpyxl.load_workbook(path)
    made = ("生成", "北京时间")
    return {
        sheet.title: [
            [cell for cell in row if not any(word in str(cell) for word in made)]
            for row in sheet.iter_rows(values_only=True)
        ]
        for sheet in book
    }


def test_the_command_writes_what_the_office_downloads(run, office, tmp_path):
    answer = run("2026Q4", "--to", str(tmp_path / "out"))
    assert answer.exit_code == 0, answer.output
    downloaded = tmp_path / "downloaded.xlsx"
    with office.get("/rounds/2026Q4/exports/ranking.xlsx") as download:
        downloaded.write_bytes(download.data)
    assert cells(Path(answer.output.strip())) == cells(downloaded)


def test_the_command_names_the_file_after_the_round(run, tmp_path):
    written = Path(run("2026Q4", "--to", str(tmp_path / "out")).output.strip())
    assert written.parent == tmp_path / "out"
    assert written.name.startswith("日喀则市_2026Q4_便民服务中心标准化核查_排名_")


def test_an_unknown_round_is_one_sentence_and_no_file(run, tmp_path):
    answer = run("2031Q1", "--to", str(tmp_path / "out"))
    assert (answer.exit_code, (tmp_path / "out").exists()) == (1, False)
    assert answer.output == "Error: no round 2031Q1\n"
