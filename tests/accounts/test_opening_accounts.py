"""Admins open accounts, and nobody sees a secret."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from audit.accounts import secrets
from audit.accounts.models import Account, Token
from audit.accounts.schemas import AccountIn
from audit.base import db
from audit.base.trail import TrailLine

NEW = {
    "name": "new",
    "display": "新人",
    "roles": ["inspector"],
    "division": None,
    "password": "Long enough 1",
    "must_change": False,
}


@pytest.fixture
def open_account(admin):
    """Opens an account that differs from NEW in what is given."""
    return lambda **changes: admin.post("/accounts", json=NEW | changes)


def slug(answer) -> str:
    return answer.json["type"].removeprefix("/problems/")


def test_an_admin_opens_an_account(open_account):
    answer = open_account(roles=["reviewer", "inspector", "inspector"])
    assert answer.status_code == 201
    assert answer.json | {"id": 0} == {
        "id": 0,
        "name": "new",
        "display": "新人",
        "roles": ["inspector", "reviewer"],
        "division": None,
        "disabled": False,
        "must_change": False,
        "second_factor": False,
    }


def test_a_new_account_may_sign_in(open_account, nobody):
    open_account()
    answer = nobody.post("/tokens", json={"name": "new", "password": NEW["password"], "device": "d"})
    assert answer.status_code == 201


def test_an_account_belongs_to_its_division(open_account):
    division = Account.get(Account.name == "bailang").division_id
    assert open_account(division=division).json["division"] == division


def test_a_name_is_given_once(open_account):
    open_account()
    answer = open_account(display="another")
    assert (answer.status_code, slug(answer)) == (409, "account-exists")
    assert Account.get(Account.name == "new").display == "新人"


def test_of_eight_at_once_one_gets_the_name(open_account):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: open_account(display=f"number {number}"), range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7


def test_nobody_is_both_admin_and_auditor(open_account):
    answer = open_account(roles=["auditor", "inspector", "admin"])
    assert (answer.status_code, slug(answer)) == (409, "roles-conflict")
    assert not Account.get_or_none(Account.name == "new")


@pytest.mark.parametrize(
    "name",
    [
        "admin\u200b", "ａｄｍｉｎ", "аdmin", "admin\n", "\nadmin", " admin", "admin ", "Admin",
        "a", "a" * 33, "-admin",
        ".admin", "ad min", "ad/min", "", None, 1, "admın", "admin\u0301", "admin'--", "<b>admin</b>",
    ],
    ids=ascii,
)  # fmt: skip
def test_a_name_that_could_be_taken_for_another_is_refused(name):
    assert set(AccountIn().validate(NEW | {"name": name})) == {"name"}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("admin\u200b", id="AU10 zero-width space"),
        pytest.param("ａｄｍｉｎ", id="AU10 full-width"),
        pytest.param("аdmin", id="AU10 Cyrillic a"),
        pytest.param("admin\n", id="AU10 line break"),
    ],
)
def test_a_refused_name_opens_nothing(open_account, name):
    before, answer = Account.select().count(), open_account(name=name)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/name")
    assert Account.select().count() == before


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"division": 2_000_000}, "/division"),
        ({"division": 0}, "/division"),
        ({"division": 10**30}, "/division"),
        ({"division": "1"}, "/division"),
        ({"roles": []}, "/roles"),
        ({"roles": "inspector"}, "/roles"),
        ({"roles": ["root"]}, "/roles/0"),
        ({"roles": ["inspector", None]}, "/roles/1"),
        ({"roles": ["inspector"] * 6}, "/roles"),
        ({"display": "新\u202e人"}, "/display"),
        ({"display": " "}, "/display"),
        ({"password": "1234567"}, "/password"),
        ({"password": "x" * 129}, "/password"),
        ({"password": "x" * 900_000}, "/password"),
        ({"password": None}, "/password"),
        ({"is_admin": True}, "/is_admin"),
        ({"disabled_at": None}, "/disabled_at"),
        ({"id": 1}, "/id"),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_what_makes_no_account_is_named(open_account, changes, pointer):
    answer = open_account(**changes)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, pointer)


@pytest.mark.parametrize(
    "password", ["xX1" + "x" * 125, "密aA" * 42, "a 1     ", "Aa345678"], ids=lambda text: f"{len(text)}"
)
def test_a_password_may_be_long_and_of_anything(open_account, nobody, password):
    assert open_account(password=password).status_code == 201
    signed_in = nobody.post("/tokens", json={"name": "new", "password": password, "device": "d"})
    assert signed_in.status_code == 201


def test_opening_an_account_leaves_a_line(open_account):
    number = open_account().json["id"]
    line = TrailLine.select().order_by(TrailLine.seq.desc()).first()
    assert (line.action, line.subject, line.actor, line.device) == (
        "account.open",
        str(number),
        "admin",
        "admin's phone",
    )
    rights = {name: line.detail[name] for name in ("name", "roles", "division", "disabled", "must_change")}
    assert rights == {"name": "new", "roles": ["inspector"], "division": None, "disabled": False, "must_change": False}


def test_a_refused_account_leaves_no_line(open_account):
    before = TrailLine.select().count()
    open_account(name="tashi")
    open_account(division=2_000_000)
    assert TrailLine.select().count() == before


@pytest.mark.parametrize(("call", "action"), [("sign_in", "token.issue"), ("sign_out", "token.revoke")])
def test_signing_in_and_out_leave_lines(open_account, nobody, tashi, call, action):
    open_account()
    if call == "sign_in":
        nobody.post("/tokens", json={"name": "new", "password": NEW["password"], "device": "d"})
    else:
        tashi.delete("/tokens/current")
    assert TrailLine.select().order_by(TrailLine.seq.desc()).first().action == action


def everything_stored() -> str:
    """All of the database, as one text."""
    tables = db.database.get_tables()
    return "\n".join(str(row) for table in tables for row in db.database.execute_sql(f'SELECT * FROM "{table}"'))


def test_no_secret_is_stored(open_account, nobody):
    open_account(password="Correct-Horse-Battery")
    body = {"name": "new", "password": "Correct-Horse-Battery", "device": "d"}
    token = nobody.post("/tokens", json=body).json["token"]
    found = everything_stored()
    assert "Correct-Horse" not in found
    assert token not in found
    assert secrets.digest(token) in found


def test_no_answer_shows_a_password(open_account):
    assert "password" not in open_account(password="Correct-Horse-Battery").text
    assert "Correct-Horse" not in open_account(password="Correct-Horse-Battery", roles=["root"]).text


def test_no_password_reaches_the_log(open_account, nobody, caplog):
    caplog.set_level("DEBUG")
    open_account(password="Correct-Horse-Battery")
    nobody.post("/tokens", json={"name": "new", "password": "Correct-Horse-Wrong", "device": "d"})
    assert "Correct-Horse" not in caplog.text.replace("\n", "")


def test_passwords_are_hashed_with_argon2id_at_owasps_cost(owasps_cost, open_account):
    open_account()
    assert Account.get(Account.name == "new").password.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_equal_passwords_have_different_hashes():
    assert secrets.hash_password("the same") != secrets.hash_password("the same")


@pytest.mark.parametrize("stored", ["", "garbage", "$argon2id$v=19$m=1,t=1,p=1$broken", "the password"])
def test_a_hash_that_is_none_lets_nobody_in(stored):
    assert not secrets.right_password(stored, "the password")


def test_a_token_has_256_bits():
    assert len({secrets.new_token() for _ in range(100)}) == 100
    assert len(secrets.new_token()) == 43


def test_a_token_is_stored_by_its_digest(tashi):
    assert Token.get(Token.digest == secrets.digest(tashi.token)).account.name == "tashi"
