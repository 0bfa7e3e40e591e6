"""What waits goes out by itself: over bad lines, past refusals, in two windows, with a wrong clock and two versions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import desk
import pytest
from phone import sha256
from taking import (
    ITEM,
    arrived,
    at_rest,
    begun,
    broken_inside,
    hand_in,
    handed_in,
    item_of,
    listen,
    photo_file,
    problem,
    sends,
    signs_in,
    taken,
    under_way,
)

pytestmark = pytest.mark.parametrize("engine", ["sqlite"])


# --- lines and windows -----------------------------------------------------------------------------------------------


def test_of_two_windows_one_sends_and_the_other_says_so(handset, tmp_path):
    visit = begun(handset)
    taken(handset, visit, photo_file(tmp_path, 1_000_000))
    first, second = handset.page, handset.new_page()
    heard = [listen(first), listen(second)]
    under_way(handset)
    second.goto(f"{handset.origin}/app/#/queue")
    second.locator("audit-sending", has_text="另一个窗口正在上传").wait_for()
    handset.line.rate = None
    arrived(handset)
    sending = [{each for each in those if each[0] in ("PATCH", "POST") and "uploads" in each[1]} for those in heard]
    assert sending[0] and not sending[1]


def test_a_line_that_is_dead_is_said_to_be_though_the_browser_thinks_otherwise(handset, tmp_path):
    visit = begun(handset)
    taken(handset, visit, photo_file(tmp_path))
    handset.page.evaluate("Object.defineProperty(Navigator.prototype, 'onLine', { get: () => true })")
    handset.line.die()
    sends(handset)
    handset.open("#/queue", "audit-sending:has-text('网络不可用')")
    handset.line.mend()
    arrived(handset)


# --- who is signed in ------------------------------------------------------------------------------------------------


def test_a_session_that_ended_keeps_all_and_goes_on_after_signing_in_again(handset, tmp_path):
    visit = begun(handset)
    (digest,) = taken(handset, visit, photo_file(tmp_path))
    handset.page.evaluate(END_THE_SESSION)
    sends(handset)
    handset.page.locator("audit-status", has_text="登录已过期").wait_for()
    assert handset.digest_of_bytes(digest) == digest and handset.photos()[digest]["state"] == "waiting"
    signs_in(handset, "drolma")
    handset.page.locator(".fault", has_text="tashi 还有内容未上传").wait_for()
    signs_in(handset, "tashi")
    handset.page.locator("audit-centres").wait_for()
    arrived(handset)


# --- what the server refuses -----------------------------------------------------------------------------------------


def test_a_server_that_is_busy_is_asked_again_when_it_said(handset, tmp_path):
    handset.page.clock.install()
    handset.page.reload()
    visit = begun(handset)
    (digest,) = taken(handset, visit, photo_file(tmp_path))
    busy = {"type": "/problems/temporarily-unavailable", "title": "服务暂时不可用", "retry": "later"}
    handset.page.route("**/api/v1/uploads", lambda route: problem(route, 503, headers={"Retry-After": "400"}, **busy))
    page = handset.open("#/queue", "#bars")
    sends(handset)
    page.locator(f"#bars [data-digest='{digest}'] .fault", has_text="服务暂时不可用").wait_for()
    page.unroute("**/api/v1/uploads")
    requests = listen(page)
    at_rest(handset)
    page.clock.fast_forward(390_000)
    handset.until("queue", "(queue) => queue.status().mode === 'idle'")
    assert [each for each in requests if "uploads" in each[1]] == []
    with page.expect_request("**/api/v1/uploads"):
        page.clock.fast_forward(301_000)
    arrived(handset)


@pytest.mark.parametrize(
    ("status", "slug", "title"), [(413, "photo-too-large", "照片文件过大"), (422, "photo-empty", "照片为空文件")]
)
def test_a_photo_that_is_refused_says_why_and_goes_when_it_is_tried_again(handset, tmp_path, status, slug, title):
    visit = begun(handset)
    (digest,) = taken(handset, visit, photo_file(tmp_path))
    told = {"type": f"/problems/{slug}", "title": title, "detail": "so it is", "retry": "after-fix"}
    handset.page.route("**/api/v1/uploads", lambda route: problem(route, status, **told))
    page = handset.open("#/queue", "#bars")
    sends(handset)
    row = page.locator(f"#bars [data-digest='{digest}']")
    row.locator(".fault", has_text=title).wait_for()
    assert "so it is" not in row.inner_text()  # the server's detail is English: a page in Chinese has its title
    at_rest(handset)
    page.unroute("**/api/v1/uploads")
    assert handset.digest_of_bytes(digest) == digest
    row.get_by_role("button", name="重试").click()
    arrived(handset)


def test_a_photo_of_no_use_says_why_and_nothing_is_handed_in_with_it(handset, tmp_path):
    visit, file = begun(handset), tmp_path / "broken.png"
    file.write_bytes(broken_inside(handset.line.port))
    (digest,) = taken(handset, visit, file)
    handset.answer_all(visit)
    sends(handset)
    arrived(handset, "rejected")
    page = item_of(handset, visit)
    tile = page.locator(f"[data-digest='{digest}']")
    tile.locator(".fate", has_text="不能用，请重拍").wait_for()
    tile.click()
    page.locator("dialog", has_text="照片损坏，无法读取").get_by_role("button", name="关闭").click()
    page = handset.open(f"#/check/{visit}", "#hand-in[disabled]")
    page.locator("li", has_text="照片不能用：照片损坏，无法读取").wait_for()
    assert handset.digest_of_bytes(digest) == digest


# --- in which order --------------------------------------------------------------------------------------------------


def test_small_pictures_go_before_originals(handset, tmp_path):
    visit = begun(handset)
    photos = taken(handset, visit, *(photo_file(tmp_path, 450_000) for _ in range(2)))
    requests = listen(handset.page)
    sends(handset)
    arrived(handset)
    order = [kind for each in requests if (kind := kind_of(each))]
    assert order[: len(photos)] == ["small", "small"] and "small" not in order[len(photos) :]


def test_originals_wait_until_somebody_sends_them_where_that_was_chosen(handset, tmp_path):
    visit = begun(handset)
    (digest,) = taken(handset, visit, photo_file(tmp_path, 450_000))
    page = handset.open("#/queue", "#bars")
    page.locator("input[value=manual]").check(force=True)
    handset.until("session", "(session) => session.settings().originals === 'manual'")
    requests = listen(page)
    sends(handset)
    page.locator(f"#bars [data-digest='{digest}']", has_text="小图已传").wait_for()
    handset.until("queue", "(queue) => queue.status().mode === 'idle'")
    assert {kind_of(each) for each in requests} == {None, "small"}
    page.get_by_role("button", name="现在传原图").click()
    arrived(handset)


# --- two versions ----------------------------------------------------------------------------------------------------


def test_what_was_chosen_of_two_versions_goes_on_with_the_photos_of_both(handset, server, tmp_path):
    visit, mine, theirs = collided(handset, server, tmp_path, whole=True)
    page = handset.open(f"#/conflict/{visit}", "section.card")
    assert page.locator("section.card h2").all_inner_texts()[0].startswith(ITEM)
    assert page.locator("section.card").count() == 2
    page.locator("section.card", has_text="VA02").locator("input[value=theirs]").check(force=True)
    page.get_by_role("button", name="按所选继续").click()
    page.locator("audit-check").wait_for()
    own = page.url.rpartition("/")[2]
    answers = handset.ask("visits", "async (visits, id) => (await visits.find(id)).answers", own)
    assert own != visit and (answers[ITEM]["value"], answers["VA02"]["yes"]) == ("20", True)
    assert set(answers[ITEM]["photos"]) == {mine, theirs}


def test_where_the_server_still_waits_what_was_chosen_is_the_next_revision(handset, server, tmp_path):
    visit, mine, theirs = collided(handset, server, tmp_path)
    page = handset.open(f"#/conflict/{visit}", "section.card")
    page.get_by_role("button", name="按所选继续").click()
    page.locator("#hand-in").wait_for()
    hand_in(handset, visit)
    handset.until("visits", "async (visits, id) => (await visits.find(id)).state === 'sent'", visit)
    told = server.sign_in("tashi").must("GET", f"/api/v1/inspections/{visit}")
    named = next(each["photos"] for each in told["answers"] if each["item"] == ITEM)
    assert (told["revision"], set(named)) == (2, {mine, theirs})


def test_the_whole_say_may_be_given_to_the_servers_version(handset, server, tmp_path):
    visit, mine, theirs = collided(handset, server, tmp_path, whole=True)
    page = handset.open(f"#/conflict/{visit}", "section.card")
    page.get_by_role("button", name="全部用服务器的").click()
    page.locator("#sent").wait_for()
    handset.until("visits", "async (visits, id) => (await visits.find(id)).state === 'sent'", visit)
    answers = handset.ask("visits", "async (visits, id) => (await visits.find(id)).answers", visit)
    assert (answers[ITEM]["value"], answers["VA02"]["yes"]) == ("33", True)
    assert set(answers[ITEM]["photos"]) == {mine, theirs}


def test_the_phones_photos_go_to_the_servers_version_where_it_still_waits(handset, server, tmp_path):
    visit, mine, theirs = collided(handset, server, tmp_path)
    page = handset.open(f"#/conflict/{visit}", "section.card")
    page.get_by_role("button", name="全部用服务器的").click()
    page.locator("#hand-in").wait_for()
    hand_in(handset, visit)
    handset.until("visits", "async (visits, id) => (await visits.find(id)).state === 'sent'", visit)
    told = server.sign_in("tashi").must("GET", f"/api/v1/inspections/{visit}")
    answer = next(each for each in told["answers"] if each["item"] == ITEM)
    assert (told["revision"], answer["value"], set(answer["photos"])) == (2, 33, {mine, theirs})


# --- the clock -------------------------------------------------------------------------------------------------------


def test_times_follow_the_servers_clock_when_the_phones_is_hours_off(handset, tmp_path):
    handset.page.clock.install(time=datetime.now(UTC) + timedelta(hours=5))
    handset.page.reload()
    handset.page.locator("audit-status .note", has_text="相差约 300 分钟").wait_for()
    visit = begun(handset)
    taken(handset, visit, photo_file(tmp_path))
    with handset.page.expect_request(f"**/api/v1/inspections/{visit}") as asked:
        handed_in(handset, visit)
        sends(handset)
    body = asked.value.post_data_json
    times = [body["started_at"], body["finished_at"], body["photos"][0]["taken_at"]]
    off = [abs(datetime.now(UTC) - datetime.fromisoformat(each)) for each in times]
    assert max(off) < timedelta(minutes=15)
    handset.until("visits", "async (visits, id) => (await visits.find(id)).state === 'sent'", visit)


# --- how the tests do it ---------------------------------------------------------------------------------------------


def kind_of(request) -> str | None:
    """Whether a request sends a small picture or a part of an original."""
    if request[1].endswith("/preview"):
        return "small"
    return "original" if "/uploads" in request[1] else None


def collided(phone, server, folder, *, whole: bool = False) -> tuple[str, str, str]:
    """A visit that another device sent with other content before this phone: (its id, a photo here, a photo there).

    `whole`: with its photo, so that the server's version waits for nothing.
    """
    visit = begun(phone)
    here, there = photo_file(folder), photo_file(folder)
    taken(phone, visit, here)
    handed_in(phone, visit)
    body = phone.ask("visits", "async (visits, id) => (await visits.find(id)).outbox", visit)
    changes = {ITEM: {"value": 33, "photos": [sha256(there)]}, "VA02": {"yes": True}}
    body["answers"] = [each | changes.get(each["item"], {}) for each in body["answers"]]
    other = server.sign_in("tashi")
    there_sent = [(sha256(there), there.read_bytes())] if whole else []
    desk.sent(other, body | {"photos": []}, there_sent, visit)
    sends(phone)
    phone.until("visits", "async (visits, id) => (await visits.find(id)).conflict", visit)
    return visit, sha256(here), sha256(there)


END_THE_SESSION = """async () => {
  const main = document.querySelector('script[type=module]').src;
  const { authorised } = await import(new URL('session.js', main));
  await authorised('DELETE', '/api/v1/tokens/current');
}"""
