"""audit verify: what an account may do, and signs in with, is what the trail told last."""

from __future__ import annotations

import pyotp
import pytest
from click.testing import CliRunner
from factories import PASSWORD
from stage import give_everybody

from audit.accounts import actions
from audit.accounts.models import Account
from audit.accounts.policy import Policy
from audit.base import clock
from audit.base.trail import TrailLine, write
from audit.commands import reset_password as reset

NEW = {"name": "newcomer", "display": "N", "roles": ["inspector"], "division": None, "password": PASSWORD}


@pytest.fixture
def opened(app):
    """An inspector whose account was opened as any is."""
    return actions.open_account(NEW | {"must_change": False}, policy=Policy(), actor=None, now=clock.now())


def test_accounts_that_nobody_touched_hold(opened, verify):
    code, said = verify()
    assert code == 0 and "accounts: 12 checked, 0 faults" in said


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"roles": ["office"]}, "roles"),
        ({"division": 2}, "division"),
        ({"disabled_at": "2026-11-22T00:00:00.000000Z"}, "disabled"),
        ({"must_change": True}, "must_change"),
        ({"name": "another"}, "name"),
        ({"password": "$argon2id$of-somebody-else"}, "password_seal"),
        ({"second_factor": "JBSWY3DPEHPK3PXP"}, "second_factor_seal"),
    ],
)
def test_what_was_changed_behind_the_trail_is_found(opened, verify, change, named):
    Account.update(change).where(Account.id == opened.id).execute()
    code, said = verify()
    assert code == 1 and f"of the trail tells of other {named}" in said


def test_what_was_changed_as_it_should_be_holds(opened, verify, admin):
    give_everybody(PASSWORD)
    headers = {"Authorization": f"Bearer {admin.token}"}
    for body in ({"roles": ["reviewer"]}, {"disabled": True}, {"disabled": False, "division": 2}):
        path = f"/api/v1/accounts/{opened.id}"
        assert admin.client.patch(path, json=body, headers=headers).status_code == 200
    assert admin.post(f"/accounts/{opened.id}/password-reset").status_code == 201
    assert admin.put("/me/password", json={"old": PASSWORD, "new": "Another 1 word"}).status_code == 204
    assert verify()[0] == 0


def test_a_second_factor_put_on_and_taken_off_holds(verify, office):
    give_everybody(PASSWORD)
    secret = office.post("/me/second-factor", json={"password": PASSWORD}).json["secret"]
    assert office.put("/me/second-factor", json={"code": pyotp.TOTP(secret).now()}).status_code == 204
    assert verify()[0] == 0
    assert office.delete("/me/second-factor", json={"password": PASSWORD}).status_code == 204
    assert verify()[0] == 0


def test_an_account_that_nobody_opened_is_found(verify, app):
    Account.create(name="ghost", display="G", roles=["admin"], created_at=clock.now())
    code, said = verify()
    assert code == 1 and "accounts: ghost: the trail does not tell that it was opened" in said


def test_an_account_that_is_gone_is_found(opened, verify):
    Account.delete().where(Account.id == opened.id).execute()
    code, said = verify()
    assert code == 1 and f"the account {opened.id} that it opened is gone" in said


def test_one_account_that_is_admin_and_auditor_is_found(verify, app):
    Account.update(roles=["admin", "auditor"]).where(Account.name == "admin").execute()
    code, said = verify()
    assert code == 1 and "accounts: admin: is both admin and auditor; line" in said


def test_roles_that_cannot_be_read_are_named(opened, verify):
    Account._meta.database.execute_sql("UPDATE account SET roles = '{bad' WHERE name = 'newcomer'")
    code, said = verify()
    assert code == 1 and f"accounts: account {opened.id}: cannot be read (" in said


def test_lines_of_an_older_version_want_one_change_by_an_admin(verify, admin):
    account = Account.create(name="older", display="O", roles=["office"], created_at=clock.now())
    with write() as trail:
        trail.record("account.open", account.id, actor=None, at=clock.now(), detail={"name": "older"})
    code, said = verify()
    assert code == 1 and "accounts: older: the trail does not tell its rights" in said
    headers = {"Authorization": f"Bearer {admin.token}"}
    assert admin.client.patch(f"/api/v1/accounts/{account.id}", json={}, headers=headers).status_code == 200
    assert verify()[0] == 0


# --- the last way in ---------------------------------------------------------------------------------------------


@pytest.fixture
def reset_password(config):
    """Runs audit reset-password; gives (exit code, what it said)."""

    def run(name: str):
        done = CliRunner().invoke(reset.reset_password, [name], obj=config)
        return done.exit_code, done.output

    return run


def told(said: str) -> str:
    """The password that was printed."""
    return said.splitlines()[0].rpartition(" ")[2]


def sign_in(nobody, name: str, password: str):
    return nobody.post("/tokens", json={"name": name, "password": password, "device": "d"})


def test_the_console_gives_a_new_password_that_is_changed_first(reset_password, nobody):
    code, said = reset_password("admin")
    answer = sign_in(nobody, "admin", told(said))
    assert (code, answer.status_code, answer.json["account"]["must_change"]) == (0, 201, True)
    assert said.count(told(said)) == 1


def test_it_lifts_a_lock_and_takes_the_second_factor_off(reset_password, nobody, app):
    give_everybody(PASSWORD)
    Account.update(second_factor="JBSWY3DPEHPK3PXP").where(Account.name == "admin").execute()
    assert [sign_in(nobody, "admin", "wrong").status_code for _ in range(6)] == [401] * 5 + [429]
    assert sign_in(nobody, "admin", told(reset_password("admin")[1])).status_code == 201


def test_it_signs_out_and_leaves_one_line_without_the_password(reset_password, admin, verify):
    before = TrailLine.select().count()
    _, said = reset_password("admin")
    line = TrailLine.select().order_by(TrailLine.seq.desc()).first()
    assert (TrailLine.select().count(), admin.get("/me").status_code) == (before + 1, 401)
    assert (line.action, line.actor, "@" in line.device) == ("account.reset", "cli", True)
    assert told(said) not in str(line.__data__) and verify()[0] == 0


def test_it_says_when_the_account_is_disabled_or_is_not_there(reset_password, app):
    Account.update(disabled_at=clock.now()).where(Account.name == "pema").execute()
    assert "It is disabled" in reset_password("pema")[1]
    assert reset_password("nobody") == (1, "Error: nobody: no account has this name\n")
