"""Photos that the server can make nothing of, answers that were lost, and two who share a browser: nothing is stuck."""

from __future__ import annotations

import pytest
from phone import sha256
from taking import (
    ITEM,
    arrived,
    begun,
    broken_inside,
    choose,
    hand_in,
    handed_in,
    item_of,
    photo_file,
    sends,
    signs_in,
    taken,
)

pytestmark = pytest.mark.parametrize("engine", ["sqlite"])

SENT = "async (visits, id) => (await visits.find(id)).state === 'sent'"
WAITS_NO_MORE = "async (visits, id) => (await visits.find(id)).receipt?.state === 'submitted'"
CAME_TO = """async (photos, [digest, state]) => {
  const main = document.querySelector('script[type=module]').src;
  (await import(new URL('queue.js', main))).kick();
  return (await photos.some([digest])).get(digest).state === state;
}"""
ONE_IS_IN_A_CLOUD = """(name) => {
  const read = Blob.prototype.arrayBuffer;
  File.prototype.arrayBuffer = function () {
    if (this.name === name) return Promise.reject(new DOMException('in a cloud', 'NotReadableError'));
    return read.call(this);
  };
}"""
TAKE_BACK = "(visits, id) => visits.takeBack(id)"


# --- what is of no use ------------------------------------------------------------------------------------------------


@pytest.fixture
def stuck(handset, tmp_path):
    """A visit that was handed in with a photo of no use and a good one, both sent: (id, of no use, good)."""
    visit, broken = begun(handset), tmp_path / "broken.png"
    broken.write_bytes(broken_inside(handset.line.port))
    useless, good = taken(handset, visit, broken, photo_file(tmp_path))
    handed_in(handset, visit)
    sends(handset)
    handset.until(
        "photos", f"async (photos) => (await photos.some(['{useless}'])).get('{useless}').state === 'rejected'"
    )
    handset.until("photos", f"async (photos) => (await photos.some(['{good}'])).get('{good}').state === 'accepted'")
    return visit, useless, good


def test_a_visit_whose_photo_is_of_no_use_is_mended_from_the_tasks(handset, server, tmp_path, stuck):
    visit, useless, good = stuck
    page = handset.open("#/", "audit-todo button.risky")
    page.locator("audit-todo button", has_text="有照片不能用").click()
    page.locator(".card.risky li", has_text="照片损坏，无法读取").get_by_role("link").click()
    page.locator(f"[data-digest='{useless}']").click()
    page.locator("dialog").get_by_role("button", name="删除这张照片").click()
    page.locator("dialog").get_by_role("button", name="删除这张照片").click()
    page.locator(f"[data-digest='{useless}']").wait_for(state="detached")
    page.locator(f"[data-digest='{good}'] .marks", has_text="上次").wait_for()
    (other,) = taken(handset, visit, photo_file(tmp_path))
    hand_in(handset, visit)
    handset.until("visits", WAITS_NO_MORE, visit)
    told = server.sign_in("tashi").must("GET", f"/api/v1/inspections/{visit}")
    named = next(each["photos"] for each in told["answers"] if each["item"] == ITEM)
    assert (told["revision"], told["state"], named) == (2, "submitted", [good, other])
    assert handset.photos().keys() == {good, other}


def test_the_queue_leads_to_a_visit_whose_photo_is_of_no_use(handset, stuck):
    page = handset.open("#/queue", "#sent .fault")
    page.get_by_role("button", name="打开重拍").click()
    page.locator(".card.risky li", has_text=ITEM).wait_for()


def test_what_is_no_picture_is_not_kept_and_the_next_one_is(handset, tmp_path):
    visit, film, good = begun(handset), tmp_path / "film.mp4", photo_file(tmp_path)
    film.write_bytes(b"\x00\x00\x00\x20ftypisom" + bytes(64))
    page = choose(handset, visit, film, good)
    page.locator("dialog", has_text="film.mp4").get_by_role("button", name="知道了").click()
    page.locator("[data-digest] .fate", has_text="已存本机").wait_for()
    assert len(handset.photos()) == 1


def test_what_is_too_large_is_said_at_once(handset, tmp_path):
    visit, large = begun(handset), photo_file(tmp_path, 26 * 1024 * 1024)
    page = choose(handset, visit, large)
    page.locator("dialog", has_text="超过 26.2 MB").get_by_role("button", name="知道了").click()
    assert handset.photos() == {}


def test_of_several_photos_the_one_that_cannot_be_read_holds_up_none(handset, tmp_path):
    visit, files = begun(handset), [photo_file(tmp_path) for _ in range(3)]
    item_of(handset, visit).evaluate(ONE_IS_IN_A_CLOUD, files[1].name)
    handset.page.locator("input[multiple]").set_input_files([str(each) for each in files])
    handset.page.locator("dialog", has_text=files[1].name).get_by_role("button", name="知道了").click()
    handset.page.locator(f"[data-digest='{sha256(files[2])}']").wait_for()
    assert handset.photos().keys() == {sha256(files[0]), sha256(files[2])}


# --- what was said, and what the server takes -------------------------------------------------------------------------


@pytest.mark.parametrize("said", [{"note": "见附件"}, {"flag": "escalate"}, {"photos": ["00" * 32]}])
def test_what_is_said_of_an_extra_without_an_answer_is_not_dropped(handset, said):
    visit = begun(handset)
    handset.answer_all(visit)
    handset.answer(visit, "VB01", **said)
    handset.open(f"#/check/{visit}", "#hand-in[disabled]").locator("li", has_text="VB01").wait_for()


def test_what_nobody_can_see_goes_out_of_a_text_before_it_is_sent(handset, server):
    visit = begun(handset)
    handset.answer_all(visit)
    handset.answer(visit, ITEM, note="门口\t有 👨\u200d👩\u200d👧\n第二行\u202e")
    handset.ask("visits", "(visits, id) => visits.handIn(id)", visit)
    sends(handset)
    handset.until("visits", SENT, visit)
    told = server.sign_in("tashi").must("GET", f"/api/v1/inspections/{visit}")
    assert next(each["note"] for each in told["answers"] if each["item"] == ITEM) == "门口 有 👨👩👧\n第二行"


def test_a_refused_visit_stands_among_the_tasks_and_leads_to_the_item(handset):
    visit = begun(handset)
    handed_in(handset, visit)
    change = "(visits, id) => visits.change(id, (visit) => { visit.outbox.answers[0].note = 'x'.repeat(3000); })"
    handset.ask("visits", change, visit)
    sends(handset)
    page = handset.open("#/", "audit-todo a.risky")
    page.locator("audit-todo a.risky", has_text="内容未通过校验").click()
    page.locator("audit-check .links a", has_text="must have 1 to 2000").click()
    page.locator(".standard").wait_for()


def test_nothing_is_said_to_be_saved_after_the_visit_was_handed_in(handset):
    visit = begun(handset)
    handset.answer_all(visit)
    page = item_of(handset, visit)
    other = handset.new_page()
    other.goto(f"{handset.origin}/app/#/check/{visit}")
    other.locator("#hand-in").click()
    other.locator("dialog button", has_text="提交").click()
    page.locator("textarea[name=note][disabled]").wait_for()


# --- what the server may have ----------------------------------------------------------------------------------------


@pytest.fixture
def taken_back(handset, tmp_path):
    """A visit that the server took, whose answer was lost, and that was then taken back: (id, its photo)."""
    visit = begun(handset)
    (digest,) = taken(handset, visit, photo_file(tmp_path))
    handed_in(handset, visit)
    lost = []

    def lose(route):
        lost.append(route.fetch().status)
        route.abort()

    handset.page.route(f"**/api/v1/inspections/{visit}", lose)
    sends(handset)
    handset.until("queue", "(queue) => queue.status().failures > 0")
    handset.ask("session", "(session) => session.set({ paused: true })")
    handset.until("queue", "(queue) => queue.status().mode !== 'sending'")
    handset.ask("visits", TAKE_BACK, visit)
    handset.page.unroute(f"**/api/v1/inspections/{visit}")
    assert lost[0] == 201
    return visit, digest


def test_a_visit_that_the_server_may_have_is_not_deleted(handset, taken_back):
    visit, digest = taken_back
    page = handset.open(f"#/visit/{visit}", "audit-sections")
    page.locator(".note", has_text="服务器可能已收到这次核查").wait_for()
    handset.ask("visits", "(visits, id) => visits.discard(id)", visit)
    assert page.get_by_role("button", name="删除这次核查").count() == 0
    assert handset.digest_of_bytes(digest) == digest


def test_a_photo_that_the_server_may_wait_for_still_goes_there(handset, server, taken_back):
    visit, digest = taken_back
    item_of(handset, visit)
    handset.ask("photos", f"(photos, digest) => photos.takeOff('{visit}', '{ITEM}', digest)", digest)
    sends(handset)
    arrived(handset)
    told = server.sign_in("tashi").must("GET", f"/api/v1/inspections/{visit}")
    assert told["state"] == "submitted"


# --- what becomes of it, and who looks -------------------------------------------------------------------------------


def test_a_visit_is_complete_as_soon_as_its_last_photo_is(handset, tmp_path):
    visit = begun(handset)
    taken(handset, visit, photo_file(tmp_path))
    handed_in(handset, visit)
    sends(handset)
    arrived(handset)
    handset.until("visits", WAITS_NO_MORE, visit)
    handset.open("#/queue", "#sent li").locator("#sent li", has_text="待复核").first.wait_for()


def test_a_window_follows_when_another_account_signs_in_beside_it(phone):
    first, phone.page = phone.page, phone.new_page()
    signs_in(phone, "drolma")
    phone.page.locator("audit-centres").wait_for()
    first.wait_for_load_state()
    first.goto(f"{phone.origin}/app/#/settings")
    first.locator(".lead", has_text="drolma").wait_for()
