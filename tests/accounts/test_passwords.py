"""What a password must be, changing it, and when it has to be changed (AU07 to AU09)."""

import pytest
from factories import PASSWORD

from audit.accounts import secrets
from audit.accounts.models import Account
from audit.base.trail import TrailLine

NEW = "Another 1 password"


@pytest.fixture
def change_password(signed_in):
    """Change the office's password on a device of theirs; the answer."""

    def call(old=PASSWORD, new=NEW, person=None):
        return (person or signed_in("office")).put("/me/password", json={"old": old, "new": new})

    return call


def test_a_changed_password_is_the_one_that_counts(change_password, enter):
    assert change_password().status_code == 204
    assert (enter("office").status_code, enter("office", password=NEW).status_code) == (401, 201)


def test_the_old_password_is_wanted(change_password, slug):
    answer = change_password(old="not it")
    assert (answer.status_code, slug(answer)) == (401, "invalid-credentials")


def test_the_same_password_is_no_change(change_password, slug):
    answer = change_password(new=PASSWORD)
    assert (answer.status_code, slug(answer)) == (422, "validation-error")
    assert answer.json["errors"][0]["pointer"] == "/new"


def test_nobody_goes_straight_back_to_the_password_before(change_password, signed_in, slug):
    desk = signed_in("office")
    assert change_password(person=desk).status_code == 204
    answer = change_password(old=NEW, new=PASSWORD, person=desk)
    assert (answer.status_code, slug(answer), answer.json["errors"][0]["pointer"]) == (422, "validation-error", "/new")
    assert change_password(old=NEW, new=NEW + "!", person=desk).status_code == 204
    assert change_password(old=NEW + "!", new=PASSWORD, person=desk).status_code == 204


def test_nor_to_the_one_that_an_admin_took_away(change_password, admin, number, signed_in):
    first, second = (admin.post(f"/accounts/{number('office')}/password-reset").json["password"] for _ in range(2))
    desk = signed_in("office", password=second)
    assert change_password(old=second, new=PASSWORD, person=desk).status_code == 422
    assert change_password(old=second, new=first, person=desk).status_code == 204


def test_a_reset_while_the_old_password_is_compared_stands(change_password, signed_in, monkeypatch):
    desk, real = signed_in("office"), secrets.hash_password
    monkeypatch.setattr(
        secrets, "hash_password", lambda text: (real(text), Account.update(password="reset").execute())[0]
    )
    assert change_password(person=desk).status_code == 401
    assert Account.get(Account.name == "office").password == "reset"


COMMON = [
    "Passw0rd",
    "P@ssw0rd!",
    "Password-123",
    "Admin123",
    "Adm1n@123",
    "Qwer1234",
    "Abc12345",
    "ａBC@12345",
    "1q2w3e4R",
]


@pytest.mark.parametrize("password", COMMON, ids=ascii)
def test_one_of_the_commonest_passwords_is_refused(change_password, password):
    answer = change_password(new=password)
    assert (answer.status_code, answer.json["detail"]) == (
        422,
        "不得是常见密码 · must not be one of the commonest passwords",
    )


@pytest.mark.parametrize("password", ["Aa345678", "Passw0rd of ours", "Administer-7"])
def test_what_only_has_a_common_one_in_it_is_taken(change_password, password):
    assert change_password(new=password).status_code == 204


def test_a_change_signs_out_every_other_device(change_password, signed_in):
    phone, desk = signed_in("office"), signed_in("office")
    assert change_password(person=desk).status_code == 204
    assert (phone.get("/me").status_code, desk.get("/me").status_code) == (401, 200)


WEAK = ["Aa1-567", "aaaaaaaaaa", "12345678", "aaaa11111", "AAAA1111", "office", "Office-2026!", "密密密密密密密密"]


@pytest.mark.parametrize("password", WEAK, ids=ascii)
def test_a_weak_password_is_refused(change_password, slug, password):
    answer = change_password(new=password)
    assert (answer.status_code, slug(answer)) == (422, "weak-password")
    assert answer.json["errors"][0]["pointer"] == "/new"


@pytest.mark.parametrize("password", ["Aa1-567", "aaaaaaaaaa", "newcomer", "NewComer-1"])
def test_no_account_is_opened_with_a_weak_password(admin, slug, password):
    body = {"name": "newcomer", "display": "N", "roles": ["inspector"], "password": password}
    answer = admin.post("/accounts", json=body)
    assert (answer.status_code, slug(answer)) == (422, "weak-password")
    assert password not in answer.text.replace("account's name", "")


@pytest.mark.parametrize("field", ["old", "new"])
def test_a_password_of_a_megabyte_is_refused_before_it_is_hashed(change_password, signed_in, monkeypatch, field):
    desk = signed_in("office")
    monkeypatch.setattr("audit.accounts.secrets.PasswordHasher.verify", None)
    answer = change_password(**{field: "Aa1" * 300_000}, person=desk)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, f"/{field}")


@pytest.mark.parametrize(
    "password", ["Ａa1密码ｗｏｒｄ", "Aa1 caf\u00e9 x", "Aa1 cafe\u0301 x", " Aa1 spaces ", "Aa1" * 42]
)
def test_a_password_works_exactly_as_it_was_typed(change_password, enter, password):
    assert change_password(new=password).status_code == 204
    assert enter("office", password=password).status_code == 201


@pytest.mark.parametrize("changed", [{"password_length": 20, "password_classes": 4}])
def test_the_settings_say_how_strong(change_password, slug):
    assert slug(change_password(new="Aa1-" * 4)) == "weak-password"
    assert slug(change_password(new="Aa1" * 8)) == "weak-password"
    assert change_password(new="Aa1-" * 6).status_code == 204


def test_an_old_password_is_changed_before_anything_else(signed_in, clock, slug, change_password):
    clock.passes(days=91)
    desk = signed_in("office")
    assert desk.get("/me").json["duties"] == ["password-change"]
    assert (desk.get("/rounds").status_code, slug(desk.get("/rounds"))) == (403, "password-change-first")
    assert change_password(person=desk).status_code == 204
    assert desk.get("/rounds").status_code == 200


@pytest.mark.parametrize("changed", [{"password_days": 0}])
def test_without_an_age_passwords_do_not_age(signed_in, clock):
    clock.passes(days=1000)
    assert signed_in("office").get("/me").json["duties"] == []


@pytest.fixture
def newcomer(admin, signed_in):
    """A reviewer whose account was just opened, signed in with the password that the admin chose."""
    body = {"name": "newcomer", "display": "N", "roles": ["reviewer"], "password": PASSWORD}
    assert admin.post("/accounts", json=body).json["must_change"] is True
    return signed_in("newcomer")


def test_a_newcomer_reaches_only_their_own_account(newcomer, slug):
    assert [newcomer.get(path).status_code for path in ("/me", "/tokens")] == [200, 200]
    for path in ("/rounds", "/inspections", "/centres", "/checklists"):
        assert slug(newcomer.get(path)) == "password-change-first"


def test_after_the_change_a_newcomer_may_work(newcomer, change_password):
    assert change_password(person=newcomer).status_code == 204
    assert (newcomer.get("/rounds").status_code, newcomer.get("/me").json["duties"]) == (200, [])


def test_a_change_leaves_one_line_without_the_passwords(change_password):
    change_password()
    line = TrailLine.select().order_by(TrailLine.seq.desc()).first()
    assert (line.action, line.actor, line.detail["must_change"]) == ("password.change", "office", False)
    assert PASSWORD not in str(line.__data__) and NEW not in str(line.__data__)


def test_an_account_without_a_password_has_none_to_change(office):
    assert Account.get(Account.name == "office").password is None
    assert office.put("/me/password", json={"old": "x", "new": NEW}).status_code == 401
