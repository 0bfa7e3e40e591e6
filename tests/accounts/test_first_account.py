"""The first start ends in an administrator's account through the one-time link, and in no other way (AD05)."""

import io
import re
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from factories import NOW, chain_faults
from stage import opened

from audit.accounts import signing_in
from audit.accounts.models import Account, SetupLink
from audit.app import wire
from audit.base.trail import TrailLine
from audit.commands.serve import offer_setup
from audit.config import Config

FORM = {"name": "chief", "display": "管理员", "password": "First passw0rd", "again": "First passw0rd"}


@pytest.fixture
def settings() -> dict:
    """Settings of this test that are not the default."""
    return {}


@pytest.fixture
def browser(routes_built, unused_url, tmp_path, settings):
    """Of a service that nobody has used yet."""
    return wire(routes_built, Config(data=tmp_path, database_url=unused_url, **settings)).test_client()


@pytest.fixture
def link(browser, capsys) -> str:
    """The path that the start printed."""
    offer_setup("0.0.0.0", 8000)
    return re.search(r"http://127\.0\.0\.1:8000(/setup/\S+)", capsys.readouterr().out)[1]


def test_the_page_speaks_chinese_and_english(browser, link):
    answer = browser.get(link)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert {"设置管理员", "Set up", "密码", "Password"} <= set(re.findall(r"[\w一-鿿]+(?: up)?", answer.text))
    assert "script" not in answer.text


def test_the_form_makes_an_administrator_who_can_work(browser, link):
    assert browser.post(link, data=FORM).status_code == 200
    body = {"name": "chief", "password": FORM["password"], "device": "desk"}
    token = browser.post("/api/v1/tokens", json=body).json["token"]
    answer = browser.get("/api/v1/accounts", headers={"Authorization": f"Bearer {token}"})
    assert [(each["name"], each["roles"], each["must_change"]) for each in answer.json] == [("chief", ["admin"], False)]


def test_the_link_works_once(browser, link):
    browser.post(link, data=FORM)
    second = browser.post(link, data=FORM | {"name": "second"})
    assert (second.status_code, browser.get(link).status_code) == (404, 404)
    assert Account.select().count() == 1


def test_a_wrong_secret_is_not_found(browser, link):
    for path in (link[:-1], link + "x", "/setup/x", "/setup/" + SetupLink.get().digest):
        assert browser.get(path).status_code == 404
        assert browser.post(path, data=FORM).status_code == 404
    assert not Account.select().exists()


def test_the_link_ends_after_a_day(browser, link, clock):
    clock.passes(hours=23, minutes=59)
    assert browser.get(link).status_code == 200
    clock.passes(minutes=2)
    assert (browser.get(link).status_code, browser.post(link, data=FORM).status_code) == (404, 404)


def test_the_next_start_makes_another_link(browser, link):
    second = signing_in.new_setup_link(now=datetime.now(UTC))
    assert browser.get(link).status_code == 404
    assert browser.get(f"/setup/{second}").status_code == 200


def test_once_there_is_an_account_there_is_no_link(browser, link, capsys):
    browser.post(link, data=FORM)
    offer_setup("127.0.0.1", 8000)
    assert capsys.readouterr().out == ""
    assert not SetupLink.select().exists()


def test_another_account_than_an_administrators_leaves_the_link(browser, link, capsys):
    opened("insp1", ["inspector"], None)
    assert browser.get(link).status_code == 200
    offer_setup("127.0.0.1", 8000)
    newer = re.search(r"(/setup/\S+)", capsys.readouterr().out)[1]
    assert browser.post(newer, data=FORM).status_code == 200
    assert Account.get(Account.name == "chief").roles == ["admin"]


def test_a_disabled_administrator_is_none(browser, link):
    Account.create(name="gone", display="G", roles=["admin"], created_at=NOW, disabled_at=NOW)
    assert browser.post(link, data=FORM).status_code == 200


def test_the_name_of_another_account_is_not_taken_again(browser, link):
    opened("chief", ["inspector"], None)
    answer = browser.post(link, data=FORM)
    assert (answer.status_code, "这个账号已有人使用" in answer.text) == (422, True)
    assert browser.post(link, data=FORM | {"name": "chief2"}).status_code == 200


def test_an_account_made_elsewhere_ends_the_link(browser, link):
    Account.create(name="other", display="O", roles=["admin"], created_at=datetime.now(UTC))
    assert (browser.get(link).status_code, browser.post(link, data=FORM).status_code) == (404, 404)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"password": "weak", "again": "weak"}, "password"),
        ({"password": "Chief-2026", "again": "Chief-2026"}, "password"),
        ({"again": "First passw0rd "}, "again"),
        ({"name": "Ａdmin"}, "name"),
        ({"name": ""}, "name"),
        ({"display": "\u200b"}, "display"),
    ],
)
def test_a_fault_shows_the_form_again(browser, link, changes, field):
    answer = browser.post(link, data=FORM | changes)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert re.search(
        rf'<input id="{field}"[^>]* aria-describedby="[^"]*{field}-fault"[^>]* aria-invalid="true"', answer.text
    )
    assert FORM["password"] not in answer.text
    assert not Account.select().exists()
    assert browser.post(link, data=FORM).status_code == 200


def test_what_was_not_asked_for_makes_no_account(browser, link):
    answer = browser.post(link, data=FORM | {"roles": "auditor"})
    assert (answer.status_code, "表单里有本页没有的内容" in answer.text) == (422, True)
    assert not Account.select().exists()


def test_faults_stand_in_chinese_first_and_whole_in_english(browser, link):
    text = browser.post(link, data=FORM | {"display": " ", "password": "chief", "again": "x"}).text
    assert "请填写姓名</a>" in text and "Your name is missing" in text
    assert "display:" not in text and "Missing data" not in text
    weak = browser.post(link, data=FORM | {"password": "chief", "again": "chief"}).text
    assert "密码须满足：至少 8 个字符；含小写字母、大写字母、数字、其他字符中的至少 3 种；不得包含账号" in weak
    assert "at least 8 characters; at least 3 of: lower case" in weak


def test_everything_that_is_wrong_is_said_at_once(browser, link):
    text = browser.post(link, data={"name": "Chief", "display": "", "password": "weak", "again": "weaker"}).text
    assert re.findall(r'<a href="#(\w+)">', text) == ["name", "display", "password", "again"]
    assert "有 4 处需要改正" in text and "两次输入的密码不一致" in text


def test_the_title_tells_of_faults_and_the_list_of_them_has_the_focus(browser, link):
    text = browser.post(link, data=FORM | {"name": "Chief"}).text
    assert "<title>有误：" in text and "Errors:" in text
    assert re.search(r'<div role="alert"[^>]*tabindex="-1" autofocus', text)
    assert "<title>设置管理员" in browser.get(link).text and "autofocus" not in browser.get(link).text


@pytest.mark.parametrize("settings", [{"password_length": 12, "password_classes": 4}])
def test_the_hints_are_those_of_the_policy(browser, link):
    text = browser.get(link).text
    assert "至少 12 个字符；含小写字母、大写字母、数字、其他字符四种；不得包含账号；不得是常见密码" in text
    assert "At least 12 characters; at least 4 of:" in text and "underscore (_)" in text


def test_browsers_are_told_what_to_keep(browser, link):
    found = re.findall(r'<input id="(\w+)"[^>]*autocomplete="([\w-]+)"', browser.get(link).text)
    assert found == [("name", "username"), ("display", "name"), ("password", "new-password"), ("again", "new-password")]


def test_a_link_that_ended_says_so_as_a_page(browser, link):
    browser.post(link, data=FORM)
    for answer in (browser.get(link), browser.post(link, data=FORM), browser.get("/setup/x")):
        assert (answer.status_code, answer.mimetype) == (404, "text/html")
        assert "链接已失效" in answer.text and "This link has ended" in answer.text
        assert "script" not in answer.text and "style=" not in answer.text


def test_the_last_page_says_what_comes_next(browser, link):
    text = browser.post(link, data=FORM).text
    assert "目前没有网页登录" in text and "There is no sign-in in the browser yet" in text
    assert 'href="/api/v1/docs"' in text and "/api/v1/tokens" in text and FORM["password"] not in text


def chunked(browser, link, form: dict):
    """The form without a Content-Length, as a server hands over chunked framing."""
    return browser.post(
        link,
        input_stream=io.BytesIO(urlencode(form).encode()),
        content_type="application/x-www-form-urlencoded",
        headers={"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )


def test_a_form_in_chunks_is_read_to_the_same_limit(browser, link):
    assert chunked(browser, link, FORM | {"display": "x" * 10_000}).status_code == 413
    assert not Account.select().exists()
    assert chunked(browser, link, FORM).status_code == 200


def test_what_was_typed_is_shown_as_text(browser, link):
    answer = browser.post(link, data=FORM | {"display": '"><b>x', "again": "other"})
    assert "&gt;&lt;b&gt;x" in answer.text
    assert "<b>" not in answer.text


def test_a_form_of_a_megabyte_is_refused(browser, link):
    assert browser.post(link, data=FORM | {"display": "x" * 1_000_000}).status_code == 413
    assert browser.post("/setup/x", data=FORM | {"display": "x" * 1_000_000}).status_code == 404


@pytest.mark.parametrize("name", ["admin", "root", "audit", "administrator"])
def test_there_is_no_default_account(browser, link, name):
    for password in ("admin", "audit", "password", "123456"):
        body = {"name": name, "password": password, "device": "d"}
        assert browser.post("/api/v1/tokens", json=body).status_code == 401
    assert not Account.select().exists()


def test_the_secret_is_kept_as_a_digest_and_the_trail_tells_of_both(browser, link):
    assert SetupLink.get().digest not in link
    browser.post(link, data=FORM)
    lines = list(TrailLine.select().order_by(TrailLine.seq))
    assert [line.action for line in lines] == ["setup.link", "setup.account"]
    assert link.rpartition("/")[2] not in str([line.__data__ for line in lines])
    assert chain_faults() == []


def part(name: str, value: bytes, more: str = "") -> bytes:
    return f'--x\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + value + b"\r\n"


WHOLE = b"".join(part(name, value.encode()) for name, value in FORM.items()) + b"--x--\r\n"
TWO_FILES = part("name", b"chief", '; filename="a"') * 2 + b"--x--\r\n"


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        pytest.param("multipart/form-data; boundary=x", TWO_FILES, 422, id="PH11 two files in one part name"),
        pytest.param("multipart/form-data; boundary=x", part("a", b"1") * 2_000, 413, id="PH11 2,000 parts"),
        pytest.param("multipart/form-data; boundary=x", part("name", b"a" * 600_000), 413, id="PH11 600 kB of text"),
        pytest.param("application/x-www-form-urlencoded", b"a=&" * 2_000, 422, id="PH11 2,000 fields"),
        pytest.param("multipart/form-data", WHOLE, 422, id="PH12 no boundary"),
        pytest.param("multipart/form-data; boundary=y", WHOLE, 422, id="PH12 another boundary"),
        pytest.param("multipart/form-data; boundary=x", WHOLE[:-200], 422, id="PH12 torn"),
        pytest.param("application/x-www-form-urlencoded", b"name=%ff%00&display=%ed%a0%80", 422, id="GE08 no text"),
        pytest.param("application/json", b"{}", 422, id="GE13 no form"),
    ],
)
def test_what_is_no_form_makes_no_account(browser, link, content_type, body, status):
    answer = browser.post(link, data=body, content_type=content_type)
    assert (answer.status_code, Account.select().exists()) == (status, False)
