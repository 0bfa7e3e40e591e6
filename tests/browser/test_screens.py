"""What each screen promises an inspector, apart from photos and sending: from signing in to what came back."""

from __future__ import annotations

import json
import re
from uuid import uuid4

import desk
import pytest
from factories import GADONG, JIANGZI, LUOJIANG, PASSWORD, ROUND, large_photo, picture, visit
from taking import attach, hand_in

pytestmark = pytest.mark.parametrize("engine", ["sqlite"])

LUOJIANG_IS_AT = {"latitude": 29.1083, "longitude": 89.2528, "accuracy": 8}
SENT = "async (visits, id) => (await visits.find(id)).state === 'sent'"
RETURNED = (
    "async (pack) => (await pack.known()).mine.filter((each) => each.state === 'returned').map((each) => each.id)"
)
OTHERS_RETURNED = "(n) => [...document.querySelectorAll('audit-todo button')].filter((each) => each.innerText.includes('项需补正')).length === n"  # noqa: E501
KNOWN = "async (pack, states) => { const { mine } = await pack.known(); return states.every(([id, state]) => mine.some((each) => each.id === id && each.state === state)); }"  # noqa: E501


@pytest.fixture(scope="module", autouse=True)
def examples(chromium, server_on_sqlite):
    """The digests of the demonstration site's photos: two of TA01, one of TA02."""
    server = server_on_sqlite
    digests = desk.adopted(server, {"TA01": ["screens a", "screens b"], "TA02": ["screens c"]})
    server.hang_up()
    return digests


@pytest.fixture
def item(handset):
    """A visit to 洛江镇 at an item: `item("TA06")`; the page."""
    begun = handset.begin("洛江镇")
    return lambda code: handset.open(f"#/item/{begun}/{code}", ".standard")


def saved(page) -> None:
    page.locator("audit-saved", has_text=re.compile(r"已保存 \d\d:\d\d:\d\d")).wait_for()


def visit_of(page) -> str:
    return page.url.split("/")[-2]


def photo(tmp_path, seed: str, size: int | None = None):
    file = tmp_path / f"{seed}.jpg"
    file.write_bytes(large_photo(size, seed) if size else picture(seed)[1])
    return file


# --- A1: signing in ------------------------------------------------------------------------------------------------


def sign_in(page, name: str, password: str) -> None:
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", password)
    page.click("form button.main")


def test_who_is_signed_in_sees_the_tasks_without_signal(handset):
    handset.line.die()
    handset.context.set_offline(True)
    handset.open("", "audit-centres [data-centre]")
    assert handset.page.locator("h1").inner_text() == "我的任务"


@pytest.mark.parametrize("browser", ["MicroMessenger/8.0.49", "wxwork/4.1.20", "DingTalk/7.6.0"])
def test_inside_wechat_or_dingtalk_it_says_so_and_works(phones, browser):
    agent = f"Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 {browser}"
    page = phones(user_agent=agent).open("", "form")
    page.locator(".banner", has_text="请用系统浏览器打开").wait_for()
    page.locator(".banner button").click()
    sign_in(page, "tashi", "a wrong password")
    page.locator("#fault:not(:empty)").wait_for()


def test_the_first_sign_in_wants_a_network_and_the_right_password(phones, line):
    page = phones().open("", "form")
    sign_in(page, "tashi", "not the password")
    page.locator("#fault", has_text="账号或密码错误").wait_for()
    line.dead = True
    sign_in(page, "tashi", PASSWORD)
    page.locator("#fault", has_text="首次登录需要网络").wait_for()
    assert page.locator("input[name=password]").input_value() == PASSWORD


def test_the_administrators_password_is_changed_first(phones, server):
    division = server.sign_in("office").must("GET", "/api/v1/me")["division"]
    account = {"name": "new-one", "display": "新来", "roles": ["inspector"], "password": "given by the Admin1"}
    server.sign_in("admin").must("POST", "/api/v1/accounts", account | {"division": division})
    page = phones().open("", "form")
    sign_in(page, "new-one", "given by the Admin1")
    page.locator("h1", has_text="修改密码").wait_for()
    old, new = page.locator("input[type=password]").all()
    old.fill("given by the Admin1")
    new.fill("short")
    page.click("form button.main")
    page.locator(".fault", has_text="密码强度不足: 至少 8 个字符；含小写字母").wait_for()
    new.fill("my own long Passw0rd")
    page.click("form button.main")
    page.locator("h1", has_text="我的任务").wait_for()


# --- A2: tasks -----------------------------------------------------------------------------------------------------


def test_the_nearest_centre_comes_first(handset):
    away = handset.page.locator("[data-centre] .away")
    handset.page.locator("[data-centre] .away", has_text="约").first.wait_for()
    first = handset.page.locator("[data-centre]").first
    assert ("嘎东镇" in first.inner_text(), away.first.inner_text()) == (True, "约 50 m")


def test_without_a_position_centres_stand_by_county(phones):
    phone = phones(permissions=["camera"], geolocation=None)
    phone.sign_in()
    phone.page.locator("audit-centres", has_text="未获定位权限，按县排列").wait_for()
    shown = phone.page.locator("[data-centre]").all_inner_texts()
    counties = [re.search(r"(\S+) · ", each).group(1) for each in shown]
    assert counties == sorted(counties, key=counties.index)
    assert all("—" in each for each in shown)


def test_ready_offline_means_that_every_example_is_here(phones, examples):
    phone = phones()
    blocked = f"**/photos/{examples[-1]}*"
    phone.context.route(blocked, lambda route: route.abort())
    page = phone.open("#/login", "form")
    sign_in(page, "tashi", PASSWORD)
    page.locator("[data-centre]").first.wait_for()
    phone.until("db", "(db, digest) => db.get('examples', digest)", examples[0])
    ready = "async (pack) => (await pack.known()).ready['2026Q4 township']"
    assert (phone.ask("pack", ready), page.locator(".ready").count()) == (False, 0)
    phone.context.unroute(blocked)
    page.get_by_role("button", name="刷新名单").click()
    page.locator(".ready", has_text="离线可用 ✓").first.wait_for()


def test_what_is_planned_for_me_comes_first_with_its_day(phones, server):
    office, due = server.sign_in("office"), "2026-12-10"
    body = {"centre": str(JIANGZI), "inspector": "tashi", "kind": "spot", "due_on": due}
    planned = office.must("POST", f"/api/v1/rounds/{ROUND}/plans", body)
    try:
        phone = phones()
        phone.sign_in()
        first = phone.page.locator("audit-todo [data-plan]").first
        assert ("江孜镇" in first.inner_text(), f"抽查 · {due} 前完成" in first.inner_text()) == (True, True)
        first.click()
        phone.page.click("dialog button.main")
        phone.page.locator("audit-sections details").first.wait_for()
        begun = phone.ask(
            "visits", "async (visits) => (await visits.mine()).map((each) => [each.centre.id, each.kind])"
        )
        assert begun == [[str(JIANGZI), "spot"]]
        phone.open("", "audit-todo a.card")
        assert phone.page.locator("[data-plan]").count() == 0
    finally:  # others of the server's tests plan nothing
        office.must("POST", f"/api/v1/plans/{planned['id']}/withdrawal", {"reason": "only tried"})


# --- A3: a visit ---------------------------------------------------------------------------------------------------


def test_a_section_counts_an_answer_at_once(handset):
    begun = handset.begin("洛江镇")
    count = handset.page.locator("[data-code=area] .count").first
    assert count.inner_text() == "0/11"
    handset.page.evaluate("window.same = true")
    handset.answer(begun, "TA02", yes=True)
    handset.page.locator("[data-code=area] .count", has_text="1/11").wait_for()
    assert handset.page.evaluate("window.same")


def test_a_phone_that_dies_goes_on_where_it_was(handset):
    begun = handset.begin("洛江镇")
    handset.answer(begun, "TA02", yes=False)
    handset.answer(begun, "TA04", yes=False)
    page = handset.open(f"#/visit/{begun}", "summary")
    before = page.locator("summary").all_inner_texts()
    handset.line.die()
    handset.killed_and_opened()
    handset.context.set_offline(True)
    page = handset.open(f"#/visit/{begun}", "summary")
    assert page.locator("summary").all_inner_texts() == before
    page.get_by_role("link", name="继续").click()
    page.locator("h1", has_text="TA04").wait_for()


# --- A4: an item ---------------------------------------------------------------------------------------------------


def test_a_note_is_typed_in_peace_while_photos_go_out(item, handset, tmp_path):
    page = item("TA01")
    handset.line.rate = 200_000
    attach(page, *(photo(tmp_path, f"peace {n}", 420_000) for n in range(3)))
    note = page.locator("textarea[name=note]")
    note.click()
    page.locator(".tile.sending").wait_for()
    for letter in "东侧两个窗口被文件柜挡住，已请工作人员当场移开。":
        page.keyboard.insert_text(letter)
    page.locator(".tile.received, .tile.accepted").first.wait_for()
    page.keyboard.insert_text("完")
    handset.line.rate = None
    handset.until("photos", "async (photos) => (await photos.mine()).every((each) => each.state !== 'waiting')")
    assert note.input_value() == "东侧两个窗口被文件柜挡住，已请工作人员当场移开。完"
    assert page.evaluate("document.activeElement.name") == "note"
    kept = handset.ask("visits", "async (visits, id) => (await visits.find(id)).answers.TA01.note", visit_of(page))
    assert kept == note.input_value()


def test_not_applicable_without_a_reason_still_lacks_it(item):
    page = item("TP01")
    page.locator(".tick input").check()
    page.locator("audit-verdict .fault", has_text="缺不适用的原因").wait_for()
    page.goto(page.url.replace("/item/", "/check/").rpartition("/")[0])
    page.locator("audit-check a", has_text=re.compile("TP01.*缺不适用的原因")).wait_for()


def test_an_unusual_number_stays_and_waits_to_be_confirmed(item):
    page = item("TA06")
    page.fill("input[name=value]", "5000")
    page.locator("audit-verdict .fault", has_text="待确认").wait_for()
    page.reload()
    page.locator("audit-verdict .fault", has_text="待确认").wait_for()
    assert page.locator("input[name=value]").input_value() == "5000"
    page.get_by_role("button", name="已核实，数字无误").click()
    page.locator("audit-verdict .fault").wait_for(state="detached")
    assert page.locator("input[name=value]").input_value() == "5000"


def test_an_answer_is_stamped_as_saved(item):
    page = item("TA03")
    page.locator("input[name=choice]").first.check(force=True)
    saved(page)


def test_an_example_enlarges_and_closes_with_back(item):
    page = item("TA01")
    before = page.url
    page.locator(".example .tile").first.click()
    page.locator("dialog.whole img").wait_for()
    page.go_back()
    page.locator("dialog").wait_for(state="detached")
    assert (page.url, page.locator(".standard").count()) == (before, 1)


def test_what_the_county_issued_nobody_types(phone, server):
    listed = {"division": "540228203", "item": "TM01", "m": 137, "title": "应进驻事项清单", "issued_on": "2026-09-30"}
    server.sign_in("office").must("POST", f"/api/v1/rounds/{ROUND}/lists", listed)
    phone.ask("pack", "(pack) => pack.refresh(true)")
    begun = phone.begin("曲奴乡")
    page = phone.open(f"#/item/{begun}/TM01", ".standard")
    field = page.locator(".field", has_text="总数（下发清单）")
    assert (field.locator("output").inner_text(), page.locator("input[name=m]").count()) == ("137", 0)
    page.locator("audit-verdict .fault", has_text="未答").wait_for()
    page.fill("input[name=n]", "120")
    saved(page)
    kept = phone.ask("visits", "async (visits, id) => (await visits.find(id)).answers.TM01", begun)
    assert (kept["n"], kept["m"]) == ("120", "137")


# --- A6: handing in ------------------------------------------------------------------------------------------------


def test_handing_in_waits_for_what_lacks_and_leads_to_it(handset):
    begun = handset.begin("洛江镇")
    handset.answer_all(begun)
    handset.ask("visits", "(visits, id) => visits.change(id, (visit) => { delete visit.answers.TA02; })", begun)
    handset.answer(begun, "TP02", value="3.5")
    page = handset.open(f"#/check/{begun}", "#hand-in")
    must = page.locator("audit-check ul").first.locator("a")
    assert [each.split()[0] for each in must.all_inner_texts()] == ["TA02", "TP02"]
    assert "还有 2 项" in page.locator("#why").inner_text()
    assert page.locator("#hand-in").is_disabled()
    must.last.click()
    page.locator("h1", has_text="TP02").wait_for()


def test_a_photo_of_two_items_is_named_with_both(item, handset, tmp_path):
    file = photo(tmp_path, "of two items")
    attach(item("TA01"), file)
    page = item("TA02")
    attach(page, file)
    handset.open(f"#/check/{visit_of(page)}", "audit-check h2")
    handset.page.locator("audit-check", has_text="同一张照片用于 TA01、TA02").wait_for()


def test_what_is_handed_in_without_signal_goes_out_by_itself(handset):
    handset.line.die()
    handset.context.set_offline(True)
    begun = handset.begin("洛江镇")
    handset.answer_all(begun)
    hand_in(handset, begun)
    page = handset.page
    page.locator("#sent", has_text="待传").wait_for()
    page.locator("audit-status", has_text="待传 1 次核查").wait_for()
    handset.line.mend()
    handset.context.set_offline(False)
    page.locator("#sent", has_text="表单 ✓").wait_for()


# --- A8: what became of it -----------------------------------------------------------------------------------------


def refresh(phone, **states: str) -> None:
    """Fetch one's visits and wait until the phone knows that they have come so far."""
    phone.ask("pack", "(pack) => pack.refresh(true)")
    phone.until("pack", KNOWN, list(states.items()))


def test_a_returned_visit_is_mended_and_keeps_its_photos(handset, server, tmp_path):
    begun = handset.begin("洛江镇")
    handset.answer_all(begun)
    page = handset.open(f"#/item/{begun}/TA01", ".standard")
    attach(page, photo(tmp_path, "before it was returned"))
    [old] = handset.photos()
    hand_in(handset, begun)
    handset.until("visits", SENT, begun)
    handset.until("photos", "async (photos) => (await photos.mine()).every((each) => each.state === 'accepted')")
    reason = "测距仪读数看不清：\n请正对屏幕重拍。"
    desk.reviewed(server, begun, decision="return", reasons=[{"item": "TA01", "reason": reason}])
    refresh(handset, **{begun: "returned"})
    page = handset.open("", "audit-todo .badge")
    returned = handset.ask("pack", RETURNED)
    assert page.locator(".badge").inner_text() == str(len(returned))
    page.locator("audit-todo button", has_text="项需补正").nth(returned.index(begun)).click()
    page.locator("audit-sections").wait_for()
    handset.open(f"#/check/{begun}", "audit-check h2").locator("h2", has_text="退回的项目还没有改动").wait_for()
    page = handset.open(f"#/item/{begun}/TA02", ".standard")
    assert page.locator("input[name=yes]").first.is_disabled()
    page = handset.open(f"#/item/{begun}/TA01", ".standard")
    assert page.locator(".card.risky p").text_content() == reason
    attach(page, photo(tmp_path, "after it was returned"))
    assert page.locator(".tile .marks").all_inner_texts() == ["上次 · 相册", "相册"]
    hand_in(handset, begun)
    handset.until("visits", SENT, begun)
    told = server.sign_in("tashi").must("GET", f"/api/v1/inspections/{begun}")
    photos = next(each["photos"] for each in told["answers"] if each["item"] == "TA01")
    assert (told["revision"], len(photos), old in photos) == (2, 2, True)
    page = handset.open("", "audit-centres [data-centre]")
    page.wait_for_function(OTHERS_RETURNED, arg=len(returned) - 1)


def test_history_says_what_became_of_each_visit(handset, server):
    tashi = server.sign_in("tashi")
    approved, returned, waits = (desk.sent(tashi, visit(centre)) for centre in (GADONG, JIANGZI, LUOJIANG))
    unsent = visit(GADONG, photos={"TA02": [picture(f"never sent {uuid4()}")[0]]})
    lacking = desk.sent(tashi, unsent)
    desk.reviewed(server, approved)
    desk.reviewed(server, returned, decision="return", reasons=[{"item": "TA01", "reason": "请核对面积"}])
    states = {approved: "approved", returned: "returned", waits: "submitted", lacking: "waiting"}
    refresh(handset, **states)
    page = handset.open("#/history", "audit-history .card")
    for word in ("已通过", "已退回", "待复核", "照片未齐"):
        page.locator("fieldset label", has_text=word).click()
        page.wait_for_function(
            "(word) => { const shown = [...document.querySelectorAll('audit-history .state')]; return shown.length && shown.every((each) => each.innerText === word); }",  # noqa: E501
            arg=word,
        )


# --- A9: settings --------------------------------------------------------------------------------------------------


def test_size_contrast_and_language_change_at_once_and_stay(handset):
    page = handset.open("#/settings", "audit-update button")
    page.locator("label", has_text="最大").click()
    page.locator("fieldset", has_text="对比度").locator("label", has_text="高").click()
    page.wait_for_function("() => getComputedStyle(document.documentElement).fontSize === '32px'")
    page.locator("label", has_text="English").click()
    page.locator("h1", has_text="Settings").wait_for()
    root = "({ documentElement: { style, dataset, lang } }) => [style.fontSize, dataset.contrast, lang]"
    assert page.evaluate_handle("document").evaluate(root) == ["200%", "high", "en"]


def test_diagnostics_tell_of_the_phone_and_of_nobodys_answers(item, handset):
    page = item("TA06")
    page.fill("textarea[name=note]", "a secret of the village")
    saved(page)
    page = handset.open("#/settings", "audit-update button")
    with page.expect_download() as download:
        page.get_by_role("button", name="导出诊断信息").click()
    text = download.value.path().read_text("utf-8")
    assert {"version", "browser", "storage", "queue", "visits", "photos"} <= json.loads(text).keys()
    assert "secret" not in text
    assert "token" not in text
