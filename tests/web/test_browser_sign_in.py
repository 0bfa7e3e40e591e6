"""The way in and out by a browser."""

from __future__ import annotations

import pytest
from factories import PASSWORD
from stage import give_everybody

from audit.base.http import COOKIE
from audit.base.trail import TrailLine

FORM = {"name": "office", "password": PASSWORD}
FOREIGN = {"Origin": "https://elsewhere.example"}


@pytest.fixture(autouse=True)
def everybody_has_a_password(app) -> None:
    give_everybody(PASSWORD)


def cookies(answer) -> str:
    return " ".join(answer.headers.getlist("Set-Cookie"))


def test_the_bare_address_leads_to_the_sign_in(browse):
    answer = browse().get("/", follow_redirects=True)
    assert (answer.request.path, answer.status_code) == ("/sign-in", 200)
    assert "登录" in answer.text and 'href="/app/"' in answer.text


def test_who_signs_in_gets_where_they_wanted(browse):
    asked = browse().get("/account?x=1")
    assert (asked.status_code, asked.location) == (303, "/sign-in?next=%2Faccount%3Fx%3D1")
    answer = browse().post("/sign-in", FORM | {"next": "/account?x=1"})
    assert (answer.status_code, answer.location) == (303, "/account?x=1")


@pytest.mark.parametrize("next_", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example", "x"])
def test_the_sign_in_leads_nowhere_else(browse, next_):
    assert browse().post("/sign-in", FORM | {"next": next_}).location == "/home"


def test_no_script_reads_the_cookie_and_no_other_site_sends_it(browse):
    said = cookies(browse().post("/sign-in", FORM))
    assert f"{COOKIE}=" in said and "HttpOnly" in said and "SameSite=Lax" in said and "Secure" not in said


def test_over_https_the_cookie_stays_there(browse):
    assert "Secure" in cookies(browse().post("/sign-in", FORM, headers={"Origin": "https://localhost"}))


def test_a_wrong_password_is_said_and_the_name_stays(browse):
    answer = browse().post("/sign-in", FORM | {"password": "wrong"})
    assert answer.status_code == 401 and "账号或密码" in answer.text and 'value="office"' in answer.text
    assert COOKIE + "=" not in cookies(answer)


def test_an_empty_form_is_refused_with_a_page(browse):
    answer = browse().post("/sign-in", {})
    assert (answer.status_code, answer.mimetype) == (422, "text/html")


@pytest.mark.parametrize("headers", [FOREIGN, {"Origin": ""}, {"Origin": "null"}])
def test_a_form_of_another_site_signs_nobody_in(browse, headers):
    answer = browse().post("/sign-in", FORM, headers=headers)
    assert answer.status_code == 403 and COOKIE + "=" not in cookies(answer)


def test_a_form_of_another_site_does_nothing_with_the_cookie(browse):
    office = browse("office")
    assert office.post("/sign-out", headers=FOREIGN).status_code == 403
    assert office.get("/home").status_code == 200


def test_the_api_takes_the_cookie_of_our_own_pages_alone(browse):
    office = browse("office")
    assert office.client.get("/api/v1/me").json["name"] == "office"
    assert office.client.delete("/api/v1/tokens/current").status_code == 403
    assert office.client.delete("/api/v1/tokens/current", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 204


def test_signing_out_ends_the_token(browse, stage):
    office = browse("office")
    answer = office.post("/sign-out")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    office.client.set_cookie(COOKIE, stage[1]["office"])
    assert office.get("/home").location.startswith("/sign-in")


def test_what_was_done_is_said_once(browse):
    office = browse("office")
    office.post("/sign-out")
    assert "已退出登录" in office.get("/sign-in").text
    assert "已退出登录" not in office.get("/sign-in").text


@pytest.mark.parametrize("said", ["", "x", "[]", "[1]", "{}", '["<b>"]', '["a", "b", "c"]', "null"])
def test_a_forged_message_breaks_nothing(browse, said):
    nobody = browse()
    nobody.client.set_cookie("said", said)
    answer = nobody.get("/sign-in")
    assert answer.status_code == 200 and "<b>" not in answer.text


def test_the_language_is_chosen_in_the_browser(browse):
    office = browse("office")
    assert 'lang="zh-CN"' in office.get("/home").text
    assert office.post("/language", {"language": "en", "next": "/account"}).location == "/account"
    page = office.get("/home").text
    assert '<html lang="en">' in page and "Nothing waits for you" in page


def test_a_password_is_changed(browse):
    office = browse("office")
    new = "Another-Password-9"
    assert "不一致" in office.post("/account/password", {"old": PASSWORD, "new": new, "again": "x"}).text
    assert office.post("/account/password", {"old": PASSWORD, "new": new, "again": new}).status_code == 303
    assert (
        TrailLine.select().where(TrailLine.action == "password.change", TrailLine.actor_id.is_null(False)).count() == 1
    )
    assert browse().post("/sign-in", FORM | {"password": new}).status_code == 303


def test_a_refusal_is_a_page_for_who_looks_and_a_problem_for_who_computes(browse):
    office = browse("office")
    seen = office.get("/api/v1/rounds/none")
    assert (seen.status_code, seen.mimetype) == (404, "text/html") and "<h1>" in seen.text
    assert office.client.get("/api/v1/rounds/none").mimetype == "application/problem+json"


def test_the_look_of_the_pages_is_kept_for_good(browse):
    page = browse().get("/sign-in").text
    style = page.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = browse().get(style)
    assert answer.mimetype == "text/css" and "immutable" in answer.headers["Cache-Control"]
    assert browse().get(style.replace(".", ".0", 1)).status_code == 404
