"""The other commands, as somebody types them."""

from __future__ import annotations

import socket
from uuid import uuid4

import pytest
from click.testing import CliRunner
from factories import GADONG, answered, approved, content, visit

from audit.accounts.models import Account
from audit.base import problems
from audit.checklists.models import Edition
from audit.cli import main
from audit.commands import stage as stage_of
from audit.commands.serve import publish_shipped
from audit.rounds.models import Round, RoundCentre, RoundLevel


@pytest.fixture
def audit(stage, tmp_path):
    """Runs a command on this test's data; gives (exit code, what it said)."""

    def run(*arguments: str):
        done = CliRunner().invoke(main, ["--data", str(tmp_path), *arguments], env={"AUDIT_DATABASE_URL": stage[0]})
        return done.exit_code, done.output

    return run


def test_an_account_opened_on_the_command_line_can_sign_in(audit, nobody):
    code, said = audit("user", "tenzin", "--role", "office", "--area", "540200", "--password", "Correct-horse-9")
    assert (code, said) == (0, "tenzin opened: 考核办\n")
    body = {"name": "tenzin", "password": "Correct-horse-9", "device": "desk"}
    assert nobody.post("/tokens", json=body).status_code == 201


def test_an_account_is_never_both_admin_and_auditor(audit):
    code, said = audit("user", "both", "--role", "admin", "--role", "auditor", "--password", "Correct-horse-9")
    assert code == 1 and "roles-conflict" in said
    assert Account.get_or_none(Account.name == "both") is None


def test_a_bad_account_name_is_refused_with_its_reason(audit):
    code, said = audit("user", "No Name", "--role", "office", "--password", "Correct-horse-9")
    assert code == 1 and "/name: 2 to 32 of a-z" in said


def test_a_baseline_adopted_on_the_command_line_stands(audit, tashi, reviewer):
    inspection = approved(tashi, reviewer, GADONG)
    code, said = audit("adopt-baseline", "2026Q4", str(inspection), "--as", "office")
    assert code == 0 and "version 1 adopted from 嘎东镇便民服务中心; 1 visits scored again" in said
    assert RoundLevel.get(RoundLevel.level == "township").baseline_id is not None


def test_only_an_office_account_adopts(audit, tashi, reviewer):
    inspection = approved(tashi, reviewer, GADONG)
    code, said = audit("adopt-baseline", "2026Q4", str(inspection), "--as", "tashi")
    assert code == 1 and "tashi: no active account with the role office" in said


@pytest.fixture
def proposed(audit, tashi, reviewer):
    """A visit with one value below the standard, proposed by office; gives (its id, what was said)."""
    inspection = uuid4()
    tashi.submit(inspection, answered(visit(), "TP02", value=1))
    reviewer.review(inspection)
    return str(inspection), audit("adopt-baseline", "2026Q4", str(inspection), "--as", "office")[1]


def test_a_proposal_says_how_a_second_person_confirms_it(proposed):
    inspection, said = proposed
    assert f"audit adopt-baseline 2026Q4 {inspection} --as NAME --confirm TP02" in said
    assert "POST /api/v1/rounds/2026Q4/baselines/1/confirmation" in said


def test_a_second_person_confirms_on_the_command_line(audit, proposed):
    code, said = audit("adopt-baseline", "2026Q4", proposed[0], "--as", "office2", "--confirm", "TP02")
    assert code == 0 and "version 1 adopted" in said


def test_the_proposer_does_not_confirm_on_the_command_line(audit, proposed):
    code, said = audit("adopt-baseline", "2026Q4", proposed[0], "--as", "office", "--confirm", "TP02")
    assert code == 1 and "separation-of-duties" in said


def test_what_nobody_proposed_is_not_confirmed(audit):
    code, said = audit("adopt-baseline", "2026Q4", str(uuid4()), "--as", "office2", "--confirm", "TP02")
    assert code == 1 and "nothing is proposed from" in said


def unharmed(*words: str, **environment: str) -> str:
    """What a command said that stopped with one sentence."""
    done = CliRunner().invoke(main, words, env={"AUDIT_DATABASE_URL": None} | environment)
    assert (done.exit_code, type(done.exception), len(done.output.splitlines())) == (1, SystemExit, 1), done.output
    return done.output


def test_a_postgresql_that_is_not_there_is_one_sentence():
    said = unharmed("migrate", AUDIT_DATABASE_URL="postgresql://nobody:secret@127.0.0.1:1/audit")
    assert said.startswith("Error: the database: ") and "secret" not in said


@pytest.mark.parametrize("command", ["migrate", "serve"])
def test_a_data_folder_that_cannot_be_made_is_one_sentence(command):
    assert "/proc/xx" in unharmed("--data", "/proc/xx", command)


def test_a_database_in_a_folder_that_is_not_there_is_one_sentence(tmp_path):
    said = unharmed("--data", str(tmp_path), "migrate", AUDIT_DATABASE_URL=f"sqlite:///{tmp_path}/none/x.db")
    assert said == f"Error: there is no folder {tmp_path}/none for the database\n"


def test_a_dry_run_where_nothing_is_makes_nothing(tmp_path):
    words = ["--data", str(tmp_path / "new"), "import-centres", "--registry", "shigatse", "--dry-run"]
    done = CliRunner().invoke(main, words, env={"AUDIT_DATABASE_URL": None})
    assert (done.exit_code, (tmp_path / "new").exists()) == (0, False), done.output
    assert "would be added" in done.output


def test_a_dry_run_looks_at_the_database_that_is_there(audit):
    code, said = audit("import-centres", "--registry", "shigatse", "--dry-run")
    assert code == 0 and "0 divisions and 0 centres would be added" in said


@pytest.mark.parametrize("words", [("--port", "70000"), ("--port", "-1"), ("--workers", "0"), ("--workers", "65")])
def test_a_server_keeps_to_the_limits_of_its_settings(tmp_path, words):
    done = CliRunner().invoke(main, ["--data", str(tmp_path / "new"), "serve", *words])
    assert (done.exit_code, (tmp_path / "new").exists()) == (2, False)
    assert "is not in the range" in done.output


def test_a_port_in_use_stops_the_start_before_anything_is_made(tmp_path):
    with socket.create_server(("127.0.0.1", 0), reuse_port=True) as taken:
        port = taken.getsockname()[1]
        said = unharmed("--data", str(tmp_path / "new"), "serve", "--port", str(port))
    assert (said, (tmp_path / "new").exists()) == (f"Error: port {port} is in use\n", False)


def test_each_edition_that_ships_and_is_absent_is_published(app, capsys):
    for rows in (RoundLevel, RoundCentre, Round):
        rows.delete().execute()
    Edition.delete().where(Edition.id == "cards-2026.1").execute()
    publish_shipped()
    assert capsys.readouterr().out == "published cards-2026.1\n"


def test_the_program_is_named_as_it_can_be_called_again(tmp_path, monkeypatch):
    program = tmp_path / ".venv/bin/audit"
    program.parent.mkdir(parents=True)
    program.touch(0o755)
    assert stage_of.program(str(program), tmp_path) == ".venv/bin/audit"
    monkeypatch.setenv("PATH", str(program.parent))
    assert stage_of.program(str(program), tmp_path) == "audit"


def test_a_bad_setting_stops_the_start_with_its_name(tmp_path):
    done = CliRunner().invoke(main, ["--data", str(tmp_path), "migrate"], env={"AUDIT_PORT": "many"})
    assert done.exit_code == 1 and "port: a whole number is wanted, not 'many'" in done.output


def test_problems_prints_the_catalogue():
    assert CliRunner().invoke(main, ["problems"]).output == problems.markdown()


def test_openapi_prints_the_document():
    assert '"openapi": "3.1.0"' in CliRunner().invoke(main, ["openapi"]).output


@pytest.mark.parametrize("level", ["township", "village"])
def test_the_editions_that_ship_hold_together(level):
    assert content(level)["id"] == f"{level}-2026.1"
