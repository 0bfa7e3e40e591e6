"""The way in and out by a browser."""

from __future__ import annotations

import pytest
from factories import PASSWORD
from stage import give_everybody

from audit.accounts.policy import Policy
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


WEAK = {
    "zh": "<b>新密码</b> 至少 8 个字符；含小写字母、大写字母、数字、其他字符中的至少 3 种",
    "en": "<b>New password</b> at least 8 characters; at least 3 of: lower case, upper case, digits, other characters",
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_weak_password_is_refused_in_the_language_of_the_page(browse, language):
    typed = {"old": PASSWORD, "new": "short", "again": "short"}
    answer = browse("office").speak(language).post("/account/password", typed)
    assert answer.status_code == 422 and WEAK[language] in answer.text
    assert WEAK["en" if language == "zh" else "zh"].partition("</b> ")[2] not in answer.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"old": PASSWORD, "new": PASSWORD}, "<b>新密码</b> 不能与现在的密码相同"),
        ({"old": PASSWORD, "new": "Admin@123"}, "<b>新密码</b> 不得是常见密码"),
        ({"old": "", "new": "Another-Password-9"}, "<b>现在的密码</b> 须为 1 至 128 个字"),
        ({"old": PASSWORD, "new": "Another-Password-9", "again": ""}, "<b>再输一次</b> 两次输入的密码不一致"),
    ],
)
def test_what_is_wrong_with_a_password_is_said_in_chinese(browse, typed, said):
    assert said in browse("office").post("/account/password", {"again": typed["new"]} | typed).text


def test_the_password_before_is_refused_in_chinese(browse):
    office, other = browse("office"), "Another-Password-9"
    office.post("/account/password", {"old": PASSWORD, "new": other, "again": other})
    back = office.post("/account/password", {"old": other, "new": PASSWORD, "again": PASSWORD})
    assert "<b>新密码</b> 不能与上一次的密码相同" in back.text


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("12", "<b>动态验证码</b> 须为 6 位数字"),
        ("000000", "<b>动态验证码</b> 验证码不正确或已过期，请填写应用此刻显示的数字"),
    ],
)
def test_a_wrong_code_of_the_second_factor_is_said_in_chinese(browse, code, said):
    assert said in browse("office").post("/account/second-factor/code", {"code": code}).text


def test_that_second_factors_are_switched_off_is_said_in_chinese(browse, app, monkeypatch):
    monkeypatch.setitem(app.extensions, "policy", Policy(second_factor="off"))
    answer = browse("office").post("/account/second-factor", {"password": PASSWORD})
    assert answer.status_code == 403 and "本系统未开启动态验证码" in answer.text


@pytest.mark.parametrize(("language", "roles"), [("zh", "检查员、复核员"), ("en", "inspector, reviewer")])
@pytest.mark.parametrize("path", ["/home", "/account"])
def test_roles_are_listed_in_the_language_of_the_page(browse, path, language, roles):
    assert roles in browse("reviewing-inspector").speak(language).get(path).text


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


# --- what is refused ---------------------------------------------------------------------------------------------


def test_a_refused_form_says_what_was_written_and_no_secret(browse):
    answer = browse("office").post("/rounds", {"name": "二季度 轮次", "area": "540200", "note": "<b>会议纪要</b>"})
    assert answer.status_code == 422 and "您填写的内容" in answer.text
    assert "<dt>名称</dt><dd" in answer.text and ">二季度 轮次</dd>" in answer.text
    assert "&lt;b&gt;会议纪要&lt;/b&gt;" in answer.text and ">540200</dd>" in answer.text
    wrong = browse("office").post("/account/password", {"old": "not my 密码", "new": "密码 another", "again": "x"})
    assert wrong.status_code == 422 and "密码 another" not in wrong.text and "not my" not in wrong.text


def test_a_wrong_password_of_ones_own_is_a_fault_of_the_form(browse):
    typed = {"old": "not this one", "new": "Another 1 password", "again": "Another 1 password"}
    answer = browse("office").post("/account/password", typed)
    assert answer.status_code == 422 and "现在的密码不对" in answer.text and "重新登录" not in answer.text
    removal = browse("office").post("/account/second-factor", {"password": "not this one"})
    assert removal.status_code == 422 and "现在的密码不对" in removal.text


def test_who_is_signed_out_meanwhile_keeps_the_text_and_gets_back_to_the_form(browse):
    desk = browse()
    answer = desk.post("/findings/1/report", {"note": "已经 整改"}, headers={"Referer": "http://localhost/findings/1"})
    assert answer.status_code == 401 and "已经 整改" in answer.text
    assert 'href="/sign-in?next=%2Ffindings%2F1"' in answer.text


def test_the_language_of_a_refusal_leads_back_to_the_form(browse):
    answer = browse("office").post("/rounds", {}, headers={"Referer": "http://localhost/rounds"})
    assert '<input type="hidden" name="next" value="/rounds">' in answer.text


@pytest.mark.parametrize("odd", ["//[", "//℀", "http://["])
def test_an_address_that_is_none_is_nobodys(browse, odd):
    assert browse().get("/sign-in", query_string={"next": odd}).status_code == 200
    refused = browse("office").get("/rounds?state=gone", headers={"Referer": odd.encode("ascii", "replace").decode()})
    assert refused.status_code == 400
    assert browse().post("/sign-in", {"name": "office"}, headers={"Origin": "http://["}).status_code == 403


def test_another_site_does_not_choose_the_language(browse):
    answer = browse("office").post("/language", {"language": "en"}, headers={"Origin": "http://elsewhere"})
    assert answer.status_code == 403 and "Set-Cookie" not in answer.headers


def test_what_no_database_keeps_is_refused_in_a_form(browse):
    answer = browse().post("/sign-in", {"name": "a\0b", "password": "x"})
    assert answer.status_code == 422 and "含有无法保存的字符" in answer.text


def test_a_password_is_taken_as_typed(browse, people, app):
    answer = people["admin"].post(
        "/accounts",
        json={
            "name": "spaced",
            "display": "spaced",
            "roles": ["office"],
            "password": " Aa1 long enough ",
            "must_change": False,
        },
    )
    assert answer.status_code == 201, answer.json
    assert browse().post("/sign-in", {"name": "spaced", "password": " Aa1 long enough "}).status_code == 303
    assert browse().post("/sign-in", {"name": "spaced", "password": "Aa1 long enough"}).status_code == 401


@pytest.mark.parametrize("days", ["to=9999-12-31", "from=0001-01-01"])
def test_days_that_no_trail_has_are_refused(browse, days):
    assert browse("auditor").get(f"/trail?{days}").status_code == 400


def test_a_share_of_many_digits_is_refused(browse):
    form = {
        "level": "village",
        "kind": "spot",
        "by": "count",
        "how": "9" * 5000,
        "due_on": "2026-12-01",
        "go-tashi": "on",
    }
    assert browse("office").post("/rounds/2026Q4/draws", form).status_code == 422
