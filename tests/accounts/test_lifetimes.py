"""How long a sign-in lasts, silent or busy (AU12, AU13), and the devices one is signed in on."""

from dataclasses import replace

import pytest

from audit.accounts.models import Account, Token


@pytest.fixture
def config(config):
    return replace(config, idle_minutes=30)


def test_a_desk_that_nobody_uses_signs_itself_out(signed_in, clock, slug):
    desk = signed_in("office")
    clock.passes(minutes=29)
    assert desk.get("/me").status_code == 200
    clock.passes(minutes=30)
    assert (desk.get("/me").status_code, slug(desk.get("/me"))) == (401, "token-expired")


def test_use_keeps_a_desk_signed_in_until_its_shift_ends(signed_in, clock, slug):
    desk = signed_in("office")
    for _ in range(35):
        clock.passes(minutes=20)
        assert desk.get("/me").status_code == 200
    clock.passes(minutes=20)
    assert slug(desk.get("/me")) == "token-expired"


def test_an_inspectors_phone_may_be_silent_for_a_week(signed_in, clock):
    phone = signed_in("tashi")
    clock.passes(days=6, hours=23)
    assert phone.get("/me").status_code == 200
    clock.passes(days=7, seconds=1)
    assert phone.get("/me").status_code == 401


def test_an_inspectors_phone_signs_in_again_after_a_month(signed_in, clock):
    phone = signed_in("tashi")
    for _ in range(5):
        clock.passes(days=5)
        assert phone.get("/me").status_code == 200
    clock.passes(days=5)
    assert phone.get("/me").status_code == 401


def test_who_also_reviews_has_a_desk(signed_in, clock):
    desk = signed_in("reviewing-inspector")
    clock.passes(minutes=31)
    assert desk.get("/me").status_code == 401


def test_an_expired_sign_in_does_not_come_alive_by_asking(signed_in, clock):
    desk = signed_in("office")
    clock.passes(minutes=31)
    desk.get("/me")
    assert desk.get("/me").status_code == 401


def test_a_refused_request_is_use_too(signed_in, clock):
    desk = signed_in("office")
    for _ in range(3):
        clock.passes(minutes=20)
        assert desk.get("/accounts").status_code == 403
    assert desk.get("/me").status_code == 200


def test_the_last_use_is_written_at_most_once_a_minute(signed_in, clock, queries_of):
    desk = signed_in("office")
    clock.passes(minutes=2)
    first, second = (queries_of(lambda: desk.get("/me")) for _ in range(2))
    assert first > second


# --- devices ---------------------------------------------------------------------------------------------------


def test_ones_devices_are_listed_newest_first(signed_in, clock):
    desk = signed_in("office", device="desk")
    clock.passes(minutes=1)
    signed_in("office", device="phone")
    answer = desk.get("/tokens")
    assert [each["device"] for each in answer.json] == ["phone", "desk", "office's phone"]
    shown = {"id", "device", "created_at", "expires_at", "last_used_at", "waiting", "waiting_at"}
    assert set(answer.json[0]) == shown


def test_a_device_whose_sign_in_ended_is_not_listed(signed_in, clock, admin, number):
    signed_in("tashi", device="lost long ago")
    clock.passes(days=8)
    phone = signed_in("tashi", device="used")
    Token.update(expires_at=clock.at).where(Token.device == "tashi's phone").execute()
    assert [each["device"] for each in phone.get("/tokens").json] == ["used"]
    asked = phone.get("/tokens")
    assert asked.headers["X-Total-Count"] == "1"


def test_an_admin_is_not_shown_ended_ones_either(signed_in, clock, admin, number):
    signed_in("office", device="desk")
    Token.update(expires_at=clock.at).where(Token.device == "office's phone").execute()
    listed = lambda: [each["device"] for each in admin.get(f"/accounts/{number('office')}/tokens").json]  # noqa: E731
    assert listed() == ["desk"]
    clock.passes(minutes=31)
    assert listed() == []


def test_a_device_is_signed_out_from_another(signed_in):
    desk, phone = signed_in("office", device="desk"), signed_in("office", device="phone")
    lost = desk.get("/tokens").json[0]
    assert (lost["device"], desk.delete(f"/tokens/{lost['id']}").status_code) == ("phone", 204)
    assert (phone.get("/me").status_code, desk.get("/me").status_code) == (401, 200)
    assert "phone" not in [each["device"] for each in desk.get("/tokens").json]


def test_a_device_is_signed_out_once(signed_in):
    desk = signed_in("office")
    lost = desk.get("/tokens").json[-1]["id"]
    assert [desk.delete(f"/tokens/{lost}").status_code for _ in range(2)] == [204, 404]


def test_another_persons_device_is_not_there(signed_in, office2):
    desk = signed_in("office")
    others = Token.get(Token.device == "office2's phone").id
    nothing = desk.delete("/tokens/2000000000")
    assert (desk.delete(f"/tokens/{others}").status_code, nothing.status_code) == (404, 404)
    assert desk.delete(f"/tokens/{others}").json == nothing.json
    assert office2.get("/me").status_code == 200


def test_an_admin_sees_the_devices_of_an_account_and_ends_them(signed_in, admin, number):
    desk = signed_in("office", device="desk")
    listed = admin.get(f"/accounts/{number('office')}/tokens")
    assert [each["device"] for each in listed.json] == ["desk", "office's phone"]
    assert admin.delete(f"/accounts/{number('office')}/tokens").status_code == 204
    assert desk.get("/me").status_code == 401
    assert admin.get(f"/accounts/{number('office')}/tokens").json == []


def test_a_disabled_account_is_out_and_enabling_revives_no_device(signed_in, change, slug):
    desk = signed_in("office")
    change("office", disabled=True)
    assert slug(desk.get("/me")) == "authentication-required"
    change("office", disabled=False)
    assert Account.get(Account.name == "office").disabled_at is None
    assert desk.get("/me").status_code == 401
