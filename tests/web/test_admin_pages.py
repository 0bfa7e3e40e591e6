"""Accounts on pages, for the administrator."""

from __future__ import annotations

import re

import pytest
from factories import chain_faults

from audit.accounts.models import Account, Token
from audit.accounts.secrets import right_password
from audit.base.http import WAITING
from audit.base.trail import TrailLine
from audit.centres.queries import areas, by_code

CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+")


@pytest.fixture
def admin_desk(browse):
    return browse("admin")


def number(name: str) -> int:
    return Account.get(Account.name == name).id


def last() -> TrailLine:
    return TrailLine.select().order_by(TrailLine.seq.desc()).first()


def new(**changes) -> dict:
    return {
        "name": "dawa", "display": "达瓦", "role-county": "yes", "division": str(by_code("540228").id),
    } | changes  # fmt: skip


def password_of(page: str) -> str:
    return re.search(r'class="digest once">([^<]+)<', page)[1]


# --- the list ------------------------------------------------------------------------------------------------------


def test_the_list_says_what_the_api_says(admin_desk, admin, people):
    people["tashi"].get("/me", headers={WAITING: "12"})
    page = admin_desk.get("/accounts").text
    for each in admin.get("/accounts").json:
        row = page.split(f'/accounts/{each["id"]}">')[1].split("</tr>")[0]
        assert each["display"] in row and f'<td class="n">{each["devices"]}</td>' in row
    assert "未上传照片的设备：1 台" in page and '<td class="n">12</td>' in page
    assert "白朗县" in page.split('">bailang</a>')[1].split("</tr>")[0]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=office", {"office", "office2"}),
        ("role=auditor", {"auditor"}),
        ("disabled=true", {"pema"}),
        ("q=&role=", None),
    ],
)
def test_the_list_is_filtered(admin_desk, query, found):
    admin_desk.post(f"/accounts/{number('pema')}/disabling")
    names = set(re.findall(r'<a href="/accounts/\d+">([^<]+)</a>', admin_desk.get(f"/accounts?{query}").text))
    assert names == (found or {each.name for each in Account.select()})


@pytest.mark.parametrize("query", ["role=root", "page=x", "q=a%00"])
def test_a_filter_that_is_none_is_refused_with_a_page(admin_desk, query):
    answer = admin_desk.get(f"/accounts?{query}")
    assert (answer.status_code, answer.mimetype) == (400, "text/html")


def test_the_list_costs_the_same_for_few_and_many(admin_desk, queries_of):
    few, many = (queries_of(lambda q=q: admin_desk.get(f"/accounts?q={q}")) for q in ("auditor", ""))
    assert few >= many - 1 and many <= 9


def test_devices_with_photos_to_send_are_listed_the_most_first(admin_desk, people):
    for name, waiting in (("tashi", 3), ("pema", 40), ("drolma", 0)):
        people[name].get("/me", headers={WAITING: str(waiting)})
    Token.update(revoked_at="2026-11-22T00:00:00.000000Z").where(Token.device == "pema's phone").execute()
    page = admin_desk.get("/accounts/devices").text
    assert re.findall(r'<th scope="row">([^<]+)</th>', page) == ["pema&#39;s phone", "tashi&#39;s phone"]
    assert page.count("已失效，须重新登录") == 1


# --- opening -------------------------------------------------------------------------------------------------------


def test_an_account_is_opened_with_a_password_that_is_shown_once(admin_desk):
    answer = admin_desk.post("/accounts", new())
    opened = Account.get(Account.name == "dawa")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert right_password(opened.password, password_of(answer.text)) and opened.must_change
    assert (opened.roles, opened.division.code) == (["county"], "540228")
    assert password_of(answer.text) not in admin_desk.get(f"/accounts/{opened.id}").text
    assert (last().action, chain_faults()) == ("account.open", [])


def test_areas_are_chosen_by_name(admin_desk):
    page = admin_desk.get("/accounts/new").text
    assert page.count("<optgroup") == 1 and len(re.findall(r'<option value="\d+">', page)) == 19
    assert "白朗县 540228" in page


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"name": "Dawa"}, 422, "小写字母"),
        ({"name": "tashi"}, 409, ""),
        ({"display": ""}, 422, "必填"),
        ({"role-county": ""}, 422, "至少勾选一个角色"),
        ({"division": ""}, 422, "请选择范围"),
        ({"role-admin": "yes"}, 422, "不限范围"),
        ({"role-admin": "yes", "role-auditor": "yes", "division": "all"}, 409, ""),
        ({"division": "2000000000"}, 422, "范围"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_opened(admin_desk, changes, status, said):
    before = Account.select().count(), TrailLine.select().count()
    answer = admin_desk.post("/accounts", new(**changes))
    assert (answer.status_code, said in answer.text) == (status, True), answer.text
    assert (Account.select().count(), TrailLine.select().count()) == before


def test_nobody_reaches_everything_by_leaving_it_out(admin_desk):
    assert admin_desk.post("/accounts", new(division="all")).status_code == 200
    assert Account.get(Account.name == "dawa").division_id is None


# --- one account ---------------------------------------------------------------------------------------------------


def test_one_account_with_its_devices(admin_desk, people):
    people["tashi"].get("/me", headers={WAITING: "12"})
    page = admin_desk.get(f"/accounts/{number('tashi')}").text
    assert "日喀则市" in page and "tashi&#39;s phone" in page and '<td class="n">12</td>' in page


def test_photos_on_a_phone_that_was_signed_out_are_said_to_be_there(admin_desk, people):
    people["tashi"].get("/me", headers={WAITING: "12"})
    assert admin_desk.post(f"/accounts/{number('tashi')}/sign-out").status_code == 303
    page = admin_desk.get(f"/accounts/{number('tashi')}").text
    assert "照片仍在手机上" in page and "＋12（登录已失效）" in page and "当前没有已登录的设备" in page


def test_roles_area_and_name_are_changed(admin_desk, people):
    typed = new(display="达瓦次仁", division=str(by_code("540222").id)) | {"role-reviewer": "yes"}
    answer = admin_desk.post(f"/accounts/{number('bailang')}", typed, follow_redirects=True)
    changed = Account.get(Account.name == "bailang")
    assert (answer.status_code, "账号已修改" in answer.text) == (200, True)
    assert (changed.display, changed.roles, changed.division.code) == ("达瓦次仁", ["county", "reviewer"], "540222")
    assert (last().action, people["bailang"].get("/me").status_code) == ("account.change", 401)


def test_an_account_is_disabled_and_enabled(admin_desk, people):
    path = f"/accounts/{number('tashi')}"
    assert "已停用" in admin_desk.post(f"{path}/disabling", follow_redirects=True).text
    assert people["tashi"].get("/me").status_code == 401
    assert "账号已启用" in admin_desk.post(f"{path}/enabling", follow_redirects=True).text
    assert Account.get(Account.name == "tashi").disabled_at is None


def test_the_last_administrator_stays(admin_desk):
    answer = admin_desk.post(f"/accounts/{number('admin')}/disabling")
    assert answer.status_code == 409 and Account.get(Account.name == "admin").disabled_at is None


def test_a_password_is_reset_and_shown_once(admin_desk, people):
    answer = admin_desk.post(f"/accounts/{number('tashi')}/password-reset")
    account = Account.get(Account.name == "tashi")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert right_password(account.password, password_of(answer.text)) and account.must_change
    assert (last().action, people["tashi"].get("/me").status_code) == ("account.reset", 401)


def test_an_account_that_is_not_there_is_not_found(admin_desk):
    assert admin_desk.get("/accounts/2000000000").status_code == 404
    assert admin_desk.post("/accounts/2000000000/password-reset").status_code == 404


@pytest.mark.parametrize("path", ["/accounts", "/accounts/devices", "/accounts/new", "/accounts/{tashi}"])
def test_in_english_only_names_are_chinese(admin_desk, people, path):
    people["tashi"].get("/me", headers={WAITING: "12"})
    admin_desk.speak("en")
    page = admin_desk.get(path.format(tashi=number("tashi"))).text
    names = {each.name for each in areas()}
    found = set(CHINESE.findall(re.sub(r"<[^>]*>", " ", page.split("<main")[1])))
    assert found <= names
