"""What phones say of the photos that wait on them: kept with the sign-in, shown to the administrator."""

import pytest

from audit.accounts.models import Token
from audit.base.http import WAITING


@pytest.fixture
def telling(signed_in):
    """Somebody on a fresh device asks for anything, and tells how many photos wait: `telling("tashi")(3)`."""

    def device(name: str, **kwargs):
        person = signed_in(name, **kwargs)
        return lambda number: person.get("/me", headers={WAITING: str(number)}).status_code

    return device


def newest() -> tuple:
    token = Token.select().order_by(Token.id.desc()).first()
    return token.waiting, token.waiting_at


def of(admin, name: str) -> tuple:
    (one,) = admin.get(f"/accounts?q={name}").json
    return one["waiting"], one["left"]


def test_the_first_number_is_kept_at_once(telling, clock):
    assert telling("tashi")(3) == 200
    assert newest() == (3, clock.at)


def test_another_number_is_kept_at_most_once_a_minute(telling, clock):
    tell = telling("tashi")
    for number in (3, 4, 5):
        tell(number)
        clock.passes(seconds=20)
    assert newest()[0] == 3
    tell(6)
    assert newest() == (6, clock.at)


def test_that_none_waits_is_kept_at_once(telling, clock):
    tell = telling("tashi")
    tell(3)
    clock.passes(seconds=1)
    tell(0)
    assert newest() == (0, clock.at)


def test_a_number_that_stands_is_written_with_the_last_use_alone(telling, clock, queries_of):
    tell = telling("tashi")
    clock.passes(minutes=2)
    first, second = (queries_of(lambda: tell(3)) for _ in range(2))
    assert first > second
    clock.passes(minutes=1)
    tell(3)
    assert newest() == (3, clock.at)


@pytest.mark.parametrize("told", ["", "-1", "3.5", "many", "１２", "1234567", "0x3", " "])
def test_what_is_no_number_is_no_report_and_no_fault(telling, told):
    assert telling("tashi")(told) == 200
    assert newest() == (None, None)


def test_ones_devices_say_it(signed_in):
    phone = signed_in("tashi", device="a phone of hers")
    phone.get("/me", headers={WAITING: "2"})
    mine = next(each for each in phone.get("/tokens").json if each["device"] == "a phone of hers")
    assert (mine["waiting"], mine["waiting_at"] is not None) == (2, True)


def test_the_list_of_accounts_adds_them_up(admin, telling):
    assert of(admin, "tashi") == (None, 0)
    telling("tashi")(3)
    telling("tashi")(4)
    assert of(admin, "tashi") == (7, 0)


def test_photos_on_a_phone_that_was_signed_out_are_told_apart(admin, telling, number):
    telling("tashi")(3)
    admin.delete(f"/accounts/{number('tashi')}/tokens")
    assert of(admin, "tashi") == (None, 3)


def test_who_signs_in_again_tells_for_that_phone(admin, telling, number, clock):
    telling("tashi")(3)
    admin.delete(f"/accounts/{number('tashi')}/tokens")
    clock.passes(minutes=5)
    telling("tashi")(1)
    assert of(admin, "tashi") == (1, 0)


def test_another_phone_in_use_meanwhile_does_not_speak_for_the_lost_one(admin, telling, clock):
    lost, other = telling("tashi", device="lost"), telling("tashi", device="other")
    clock.passes(minutes=2)
    lost(3)
    other(0)
    Token.update(revoked_at=clock.at).where(Token.device == "lost").execute()
    assert of(admin, "tashi") == (0, 3)


def test_the_list_costs_the_same_however_many_tell(admin, telling, queries_of):
    before = queries_of(lambda: admin.get("/accounts"))
    for name in ("tashi", "drolma", "pema"):
        telling(name)(3)
    assert queries_of(lambda: admin.get("/accounts")) == before
