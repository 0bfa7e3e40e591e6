"""The second factor of sign-ins: TOTP, once per code, asked for by a setting (8.1.4.1 d)."""

import pyotp
import pytest
from factories import PASSWORD

from audit.accounts.models import Account


@pytest.fixture
def totp(clock):
    """The authenticator app of whoever holds the secret: the code of this moment."""
    return lambda secret: pyotp.TOTP(secret).at(clock.at)


def begin(person, password: str = PASSWORD):
    """Ask for a secret; the answer."""
    return person.post("/me/second-factor", json={"password": password})


@pytest.fixture
def enrolled(signed_in, totp, clock):
    """(the office's desk, their code of this moment): with a second factor that was confirmed a minute ago."""
    desk = signed_in("office")
    secret = begin(desk).json["secret"]
    assert desk.put("/me/second-factor", json={"code": totp(secret)}).status_code == 204
    clock.passes(minutes=1)
    return desk, lambda: totp(secret)


def test_a_secret_is_shown_once_for_an_authenticator(signed_in):
    answer = begin(signed_in("office"))
    assert (answer.status_code, answer.headers["Cache-Control"]) == (201, "no-store")
    parsed = pyotp.parse_uri(answer.json["uri"])
    assert (parsed.secret, parsed.name) == (answer.json["secret"], "office")


def test_a_secret_counts_only_once_a_code_confirmed_it(signed_in, enter):
    desk = signed_in("office")
    secret = begin(desk).json["secret"]
    wrong = f"{(int(pyotp.TOTP(secret).now()) + 1) % 10**6:06}"
    assert desk.put("/me/second-factor", json={"code": wrong}).status_code in (422, 204)
    assert Account.get(Account.name == "tashi").second_factor is None
    assert enter("tashi").status_code == 201


def test_a_stolen_phone_does_not_lock_its_owner_out(signed_in, enter, slug):
    phone = signed_in("office")
    assert phone.post("/me/second-factor").status_code == 415
    assert phone.post("/me/second-factor", json={}).status_code == 422
    answers = [begin(phone, "wrong") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert slug(answers[0]) == "invalid-credentials"
    assert Account.get(Account.name == "office").second_factor_pending is None


def test_once_it_is_confirmed_other_devices_are_signed_out(signed_in, totp):
    desk, other = signed_in("office"), signed_in("office")
    secret = begin(desk).json["secret"]
    assert other.get("/me").status_code == 200
    desk.put("/me/second-factor", json={"code": totp(secret)})
    assert (desk.get("/me").status_code, other.get("/me").status_code) == (200, 401)


def test_without_a_pending_secret_there_is_nothing_to_confirm(signed_in):
    assert signed_in("office").put("/me/second-factor", json={"code": "000000"}).status_code == 422


def test_a_sign_in_then_needs_a_code(enrolled, enter, slug):
    answer = enter("office")
    assert (answer.status_code, slug(answer)) == (401, "second-factor-needed")
    assert enter("office", code=enrolled[1]()).status_code == 201


def test_without_the_password_nobody_learns_that_a_code_is_needed(enrolled, enter, slug):
    assert slug(enter("office", password="wrong")) == "invalid-credentials"
    assert slug(enter("office", password="wrong", code=enrolled[1]())) == "invalid-credentials"


def test_a_wrong_code_counts_as_a_failure(enrolled, enter):
    wrong = f"{(int(enrolled[1]()) + 1) % 10**6:06}"
    assert [enter("office", code=wrong).status_code for _ in range(6)] == [401] * 5 + [429]
    assert enter("office", code=enrolled[1]()).status_code == 429


def test_a_code_works_once(enrolled, enter, clock, slug):
    code = enrolled[1]()
    assert [enter("office", code=code).status_code for _ in range(2)] == [201, 401]
    clock.passes(seconds=30)
    assert enter("office", code=enrolled[1]()).status_code == 201


def test_the_code_that_confirmed_does_not_sign_in(signed_in, totp, enter):
    desk = signed_in("office")
    code = totp(begin(desk).json["secret"])
    desk.put("/me/second-factor", json={"code": code})
    assert enter("office", code=code).status_code == 401


@pytest.mark.parametrize(("seconds", "status"), [(30, 201), (90, 401)])
def test_a_code_may_be_one_step_late(enrolled, enter, clock, seconds, status):
    code = enrolled[1]()
    clock.passes(seconds=seconds)
    assert enter("office", code=code).status_code == status


@pytest.mark.parametrize("code", ["12345", "1234567", "１２３４５６", "12345a", " 12345", "", 123456, None])
def test_what_is_no_code_is_refused(enrolled, enter, code):
    answer = enter("office", code=code)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/code")


def test_taking_it_off_needs_the_password(enrolled, enter):
    desk, _ = enrolled
    assert desk.delete("/me/second-factor", json={"password": "wrong"}).status_code == 401
    assert enter("office").status_code == 401
    assert desk.delete("/me/second-factor", json={"password": PASSWORD}).status_code == 204
    assert enter("office").status_code == 201


def test_a_stolen_device_does_not_put_another_in_its_place(enrolled):
    desk, _ = enrolled
    before = Account.get(Account.name == "office").second_factor
    answer = begin(desk)
    assert (answer.status_code, answer.json["type"].rpartition("/")[2]) == (409, "second-factor-exists")
    assert Account.get(Account.name == "office").second_factor == before


def test_a_reset_takes_it_off(enrolled, admin, number, enter):
    password = admin.post(f"/accounts/{number('office')}/password-reset").json["password"]
    assert enter("office", password=password).status_code == 201


def test_an_admin_sees_that_there_is_one_and_not_which(enrolled, admin, number):
    answer = admin.get(f"/accounts/{number('office')}")
    assert answer.json["second_factor"] is True
    assert Account.get(Account.name == "office").second_factor not in answer.text


@pytest.mark.parametrize("changed", [{"second_factor": "off"}])
def test_switched_off_nobody_begins_one(signed_in):
    assert begin(signed_in("office")).status_code == 403


REQUIRED = pytest.mark.parametrize("changed", [{"second_factor": "required"}])


@REQUIRED
@pytest.mark.parametrize(("name", "path"), [("office", "/rounds"), ("admin", "/accounts")])
def test_where_it_is_required_it_comes_before_anything_else(signed_in, totp, name, path, slug):
    desk = signed_in(name)
    assert (desk.get(path).status_code, slug(desk.get(path))) == (403, "second-factor-first")
    assert desk.get("/me").json["duties"] == ["second-factor"]
    secret = begin(desk).json["secret"]
    desk.put("/me/second-factor", json={"code": totp(secret)})
    assert desk.get(path).status_code == 200


@REQUIRED
@pytest.mark.parametrize("name", ["tashi", "reviewer", "bailang", "auditor"])
def test_others_are_not_asked_for_one(signed_in, name):
    assert signed_in(name).get("/me").json["duties"] == []
