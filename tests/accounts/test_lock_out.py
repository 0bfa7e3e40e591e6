"""Five wrong passwords lock a name, known or not (AU05, AU06; GB/T 22239 8.1.4.1 b)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from factories import PASSWORD

from audit.accounts import secrets, signing_in
from audit.accounts.models import Account, SignInFailure, Token
from audit.app import create_app


@pytest.fixture
def fail(enter):
    """Give wrong passwords; the statuses of the answers."""
    return lambda name="office", times=5: [enter(name, password="wrong").status_code for _ in range(times)]


@pytest.fixture
def locked(fail, clock):
    """The office, after five wrong passwords."""
    assert fail() == [401] * 5


def test_the_sixth_wrong_password_is_too_many(locked, enter, slug):
    answer = enter("office", password="wrong")
    assert (answer.status_code, slug(answer)) == (429, "too-many-attempts")
    assert 0 < int(answer.headers["Retry-After"]) <= 15 * 60 + 1


def test_the_right_password_does_not_open_a_locked_name(locked, enter):
    answer = enter("office")
    assert (answer.status_code, "token" in answer.json) == (429, False)


def test_a_locked_name_costs_no_look_at_a_password(locked, enter, monkeypatch):
    monkeypatch.setattr("audit.accounts.secrets.PasswordHasher.verify", None)
    assert enter("office").status_code == 429


def test_a_name_that_nobody_has_locks_alike(fail, enter):
    assert fail("who-is-this", times=7) == [401] * 5 + [429] * 2
    assert enter("who-is-this").json == {**enter("who-is-this").json, "status": 429}


def test_another_name_is_not_locked(locked, enter):
    assert enter("office2").status_code == 201


def test_who_is_signed_in_stays_so(locked, office):
    assert office.get("/me").status_code == 200


def test_the_lock_ends_when_it_said(locked, enter, clock):
    wait = int(enter("office").headers["Retry-After"])
    clock.passes(seconds=wait - 2)
    assert enter("office").status_code == 429
    clock.passes(seconds=2)
    assert enter("office").status_code == 201


def test_trying_while_it_is_locked_does_not_make_it_longer(locked, enter, clock):
    clock.passes(minutes=14)
    assert enter("office", password="wrong").status_code == 429
    clock.passes(minutes=1, seconds=1)
    assert enter("office").status_code == 201


def test_the_lock_lasts_from_the_last_failure_however_old_the_first(fail, enter, clock):
    fail(times=4)
    clock.passes(minutes=14)
    fail(times=1)
    clock.passes(minutes=14)
    assert enter("office").status_code == 429


def test_failures_far_apart_do_not_lock(fail, enter, clock):
    for _ in range(8):
        assert fail(times=1) == [401]
        clock.passes(minutes=4)
    assert enter("office").status_code == 201


def test_a_success_forgets_the_failures(fail, enter):
    fail(times=4)
    assert enter("office").status_code == 201
    assert fail(times=4) == [401] * 4
    assert enter("office").status_code == 201


def test_failures_that_count_no_more_are_not_kept(fail, clock):
    fail("who-is-this", times=3)
    clock.passes(hours=1)
    fail("office", times=1)
    assert [each.name for each in SignInFailure.select()] == ["office"]


def test_a_reset_by_an_admin_lifts_the_lock(locked, enter, admin, number):
    password = admin.post(f"/accounts/{number('office')}/password-reset").json["password"]
    assert enter("office", password=password).status_code == 201


def test_two_processes_share_the_lock(locked, config):
    body = {"name": "office", "password": PASSWORD, "device": "d"}
    answer = create_app(config).test_client().post("/api/v1/tokens", json=body)
    assert answer.status_code == 429


@pytest.mark.parametrize("changed", [{"tries": 2, "lock_minutes": 60}])
def test_the_settings_say_how_many_and_how_long(fail, enter, clock):
    assert fail(times=3) == [401, 401, 429]
    clock.passes(minutes=59)
    assert enter("office").status_code == 429
    clock.passes(minutes=2)
    assert enter("office").status_code == 201


@pytest.mark.parametrize("changed", [{"tries": 0}])
def test_without_a_number_of_tries_nothing_locks(fail, enter):
    assert fail(times=8) == [401] * 8
    assert enter("office").status_code == 201


def test_of_twenty_guesses_at_once_five_are_answered(enter):
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: enter("office", password="wrong").status_code, range(20)))
    assert sorted(answers) == [401] * 5 + [429] * 15


def during_the_look(monkeypatch, happens) -> None:
    """Something happens while a password is being compared."""
    real = secrets.right_password
    monkeypatch.setattr(signing_in.secrets, "right_password", lambda *args: (real(*args), happens())[0])


@pytest.mark.parametrize("password", [PASSWORD, "wrong"])
def test_a_lock_during_the_look_hides_which_password_was_right(enter, clock, monkeypatch, password):
    failures = [{"name": "office", "at": clock.at}] * 5
    during_the_look(monkeypatch, lambda: SignInFailure.insert_many(failures).execute())
    assert enter("office", password=password).status_code == 429


@pytest.mark.parametrize("change", [{"password": None}, {"disabled_at": "2026-11-22T00:00:00.000000Z"}])
def test_a_reset_or_disabling_during_the_look_lets_nobody_in(enter, monkeypatch, change):
    before = Token.select().count()
    during_the_look(monkeypatch, lambda: Account.update(**change).where(Account.name == "office").execute())
    assert enter("office").status_code == 401
    assert Token.select().count() == before


def test_a_signed_in_device_is_no_place_to_guess_the_password(signed_in, enter):
    phone = signed_in("office")
    change = {"old": "wrong", "new": "Another 1 password"}
    assert [phone.put("/me/password", json=change).status_code for _ in range(6)] == [401] * 5 + [429]
    assert phone.delete("/me/second-factor", json={"password": PASSWORD}).status_code == 429
    assert enter("office").status_code == 429
