"""The other commands, as somebody types them."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from factories import GADONG, approved, content

from audit.accounts.models import Account
from audit.base import problems
from audit.cli import main
from audit.rounds.models import RoundLevel


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
