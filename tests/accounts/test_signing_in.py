"""Signing in and out, and what becomes of a token (bad inputs AU01 to AU12)."""

from datetime import UTC, datetime, timedelta

import pytest

from audit.accounts import secrets
from audit.accounts.models import Account, Token

NAME, PASSWORD = "newcomer", "Pass 密码 ｗｏｒｄ é"  # as typed: full-width and composed characters (AU09)


@pytest.fixture
def newcomer(admin):
    """An account with a password."""
    body = {"name": NAME, "display": "New", "roles": ["inspector"], "division": None, "password": PASSWORD}
    assert admin.post("/accounts", json=body | {"must_change": False}).status_code == 201


@pytest.fixture
def sign_in(nobody, newcomer):
    """Trades a password for a token."""

    def call(name=NAME, password=PASSWORD, device="a phone"):
        return nobody.post("/tokens", json={"name": name, "password": password, "device": device})

    return call


@pytest.fixture
def me(nobody):
    """Asks who a token is."""
    return lambda token: nobody.get("/me", headers={"Authorization": f"Bearer {token}"})


def slug(answer) -> str:
    return answer.json["type"].removeprefix("/problems/")


def test_a_password_buys_a_token(sign_in, me):
    answer = sign_in()
    assert answer.status_code == 201
    assert me(answer.json["token"]).json["name"] == NAME


def test_a_token_names_its_device(sign_in, me):
    token = sign_in(device=" 扎西的手机 ").json["token"]
    assert me(token).json["device"] == "扎西的手机"


def test_a_token_says_when_it_expires(sign_in):
    left = datetime.fromisoformat(sign_in().json["expires_at"]) - datetime.now(UTC)
    assert timedelta(days=29, hours=23) < left <= timedelta(days=30)


def test_every_sign_in_has_a_token_of_its_own(sign_in):
    assert sign_in().json["token"] != sign_in().json["token"]


@pytest.mark.parametrize(
    "authorization",
    [
        None, "", "Bearer", "Bearer ", "Bearer garbage", "Bearer \xff\xfe", "Basic dGFzaGk6eA==", "Bearer a b",
        "Bearer " + "x" * 10_000, "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.", "Bearer null",
        "Bearer ' OR 1=1 --",
    ],
    ids=lambda text: ascii(text)[:30],
)  # fmt: skip
def test_without_a_token_nobody_gets_in(nobody, authorization):
    answer = nobody.get("/me", headers={"Authorization": authorization} if authorization is not None else {})
    assert (answer.status_code, slug(answer)) == (401, "authentication-required")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("name", ["access_token", "token", "Authorization"])
def test_a_token_in_the_query_is_not_read(nobody, tashi, name):
    answer = nobody.get("/me", query_string={name: tashi.token})
    assert (answer.status_code, slug(answer)) == (401, "authentication-required")


def test_a_token_in_a_cookie_is_not_read(nobody, tashi):
    assert nobody.get("/me", headers={"Cookie": f"token={tashi.token}"}).status_code == 401


def test_the_digest_of_a_token_is_no_token(tashi, me):
    assert me(Token.get(Token.device == "tashi's phone").digest).status_code == 401


@pytest.mark.parametrize("scheme", ["bearer", "BEARER"])
def test_the_scheme_is_read_in_any_case(nobody, tashi, scheme):
    assert nobody.get("/me", headers={"Authorization": f"{scheme} {tashi.token}"}).status_code == 200


def test_an_expired_token_says_so(tashi):
    Token.update(expires_at=datetime.now(UTC) - timedelta(seconds=1)).execute()
    answer = tashi.get("/me")
    assert (answer.status_code, slug(answer)) == (401, "token-expired")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_holds_to_its_last_minute(tashi):
    Token.update(expires_at=datetime.now(UTC) + timedelta(minutes=1)).execute()
    assert tashi.get("/me").status_code == 200


def test_an_expired_token_of_a_disabled_account_does_not_say_expired(tashi):
    Token.update(expires_at=datetime.now(UTC) - timedelta(seconds=1)).execute()
    Account.update(disabled_at=datetime.now(UTC)).execute()
    assert slug(tashi.get("/me")) == "authentication-required"


def test_after_signing_out_the_token_is_dead(tashi):
    assert tashi.delete("/tokens/current").status_code == 204
    assert slug(tashi.get("/me")) == "authentication-required"


def test_signing_out_twice_finds_no_token(tashi):
    tashi.delete("/tokens/current")
    assert tashi.delete("/tokens/current").status_code == 401


def test_signing_out_leaves_other_devices_signed_in(nobody, sign_in, me):
    one, other = (sign_in().json["token"] for _ in range(2))
    nobody.delete("/tokens/current", headers={"Authorization": f"Bearer {one}"})
    assert (me(one).status_code, me(other).status_code) == (401, 200)


def test_a_disabled_account_is_out_at_once(sign_in, me):
    token = sign_in().json["token"]
    Account.update(disabled_at=datetime.now(UTC)).where(Account.name == NAME).execute()
    assert slug(me(token)) == "authentication-required"


@pytest.fixture
def refusal(sign_in):
    """The answer to a wrong password for a known name."""
    return sign_in(password="not the password")


@pytest.mark.parametrize("name", ["nobody-of-that-name", "tashi", NAME.upper(), f"{NAME} ", "ｎewcomer", "' OR 1=1 --"])
def test_an_unknown_name_and_a_wrong_password_look_alike(sign_in, refusal, name):
    answer = sign_in(name=name, password="not the password")
    assert (answer.status_code, slug(answer)) == (401, "invalid-credentials")
    assert (answer.json, dict(answer.headers)) == (refusal.json, dict(refusal.headers))


def test_a_disabled_account_looks_as_if_there_were_none(sign_in, refusal):
    Account.update(disabled_at=datetime.now(UTC)).where(Account.name == NAME).execute()
    answer = sign_in()
    assert (answer.status_code, answer.json) == (401, refusal.json)


def test_an_account_without_a_password_cannot_sign_in(sign_in, refusal):
    assert sign_in(name="tashi", password="nobody has this password").json == refusal.json


@pytest.mark.parametrize("name", [NAME, "nobody-of-that-name"])
def test_every_name_costs_one_look_at_a_password(sign_in, monkeypatch, name):
    looked, verify = [], secrets.PasswordHasher.verify
    monkeypatch.setattr(secrets.PasswordHasher, "verify", lambda *args: looked.append(1) or verify(*args))
    sign_in(name=name, password="not the password")
    assert len(looked) == 1


@pytest.mark.parametrize(
    "other",
    [
        PASSWORD.upper(), PASSWORD + " ", " " + PASSWORD, PASSWORD[:-1], PASSWORD.replace("ｗｏｒｄ", "word"),
        PASSWORD.replace("é", "e\u0301"),
    ],
    ids=ascii,
)  # fmt: skip
def test_a_password_is_compared_exactly_as_given(sign_in, other):
    assert sign_in(password=other).status_code == 401


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("password", "x" * 129),
        ("password", "x" * 900_000),
        ("password", ""),
        ("password", None),
        ("password", ["x"]),
        ("name", "x" * 65),
        ("name", ""),
        ("device", " "),
        ("device", "a\u200bb"),
        ("device", "x" * 129),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_what_can_be_no_sign_in_is_refused_before_it_is_hashed(sign_in, monkeypatch, field, value):
    monkeypatch.setattr("audit.accounts.secrets.PasswordHasher.verify", None)
    answer = sign_in(**{field: value})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, f"/{field}")
