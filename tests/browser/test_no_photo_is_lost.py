"""No photo is ever lost: the phone's side of it, rule by rule, each with a test that fails when the rule is broken."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import zipfile

import pytest
import stubs
from factories import ROOT
from phone import sha256
from taking import (
    ITEM,
    arrived,
    at_rest,
    at_the_server,
    begun,
    begun_uploads,
    choose,
    dump,
    handed_in,
    item_of,
    listen,
    photo_file,
    sends,
    shot,
    signs_in,
    taken,
    under_way,
    went_on,
)

pytestmark = pytest.mark.parametrize("engine", ["sqlite"])


# --- 1, 2: read at once, and named by what it is ---------------------------------------------------------------------


@pytest.mark.parametrize(("screen", "chooser"), [("item", "input[multiple]"), ("camera", "input[capture]")])
def test_a_file_that_is_gone_when_the_handler_returns_is_kept_whole(handset, tmp_path, screen, chooser):
    visit, file = begun(handset), photo_file(tmp_path)
    item_of(handset, visit, screen=screen).evaluate(stubs.FILES_GO)
    choose(handset, visit, file, screen=screen, input=chooser).locator(".tile img").wait_for()
    assert handset.digest_of_bytes(sha256(file)) == sha256(file)


def test_the_digest_that_is_shown_is_that_of_the_file(handset, tmp_path):
    visit, file = begun(handset), photo_file(tmp_path)
    choose(handset, visit, file).locator(".tile").click()
    assert handset.page.locator("dialog .digest").inner_text() == sha256(file)
    assert list(handset.photos()) == [sha256(file)]


# --- 3, 4, 5: one strict transaction, bytes apart, no Blob -----------------------------------------------------------


def test_bytes_record_and_answer_are_written_in_one_strict_transaction(handset, tmp_path):
    visit, file = begun(handset), photo_file(tmp_path)
    handset.page.evaluate(stubs.SPY_ON_TRANSACTIONS)
    taken(handset, visit, file)
    writing = [each for each in handset.page.evaluate("seen") if each["mode"] == "readwrite"]
    with_bytes = [each for each in writing if "bytes" in each["names"]]
    assert with_bytes == [{"names": ["bytes", "photos", "visits"], "mode": "readwrite", "durability": "strict"}]


def test_a_photo_whose_transaction_ends_badly_is_never_said_to_be_safe(handset):
    visit = begun(handset)
    page = handset.open(f"#/camera/{visit}/{ITEM}", ".shutter:not([disabled])")
    page.evaluate(stubs.EVERYTHING_WRITTEN_THEN_ABORTED)
    page.click(".shutter")
    page.locator(".banner[role=alert]").wait_for()
    assert (page.locator(".count").inner_text(), page.locator(".tile").count(), handset.photos()) == ("", 0, {})
    assert handset.faults.pop()


def test_what_is_said_to_be_safe_is_there_after_a_kill(handset):
    visit = begun(handset)
    shot(handset, visit, 3)
    handset.killed_and_opened()
    page = handset.open(f"#/item/{visit}/{ITEM}", "audit-photos[data-count='3']")
    digests = [each.get_attribute("data-digest") for each in page.locator(".tile").all()]
    assert [handset.digest_of_bytes(each) for each in digests] == digests
    assert {each["state"] for each in handset.photos().values()} == {"waiting"}


def test_progress_writes_small_records_and_never_bytes(handset, tmp_path):
    visit = begun(handset)
    taken(handset, visit, photo_file(tmp_path, 900_000))
    handset.page.evaluate(stubs.SPY_ON_PUT)
    sends(handset)
    arrived(handset)
    written = handset.page.evaluate("written")
    assert [each for each in written if each["store"] == "bytes" or each["binary"]] == []
    assert sum(each["store"] == "photos" for each in written) >= 4
    assert max(each["size"] for each in written if each["store"] == "photos") < 2_000


def test_bytes_are_kept_as_an_array_buffer_and_nothing_as_a_blob(handset, tmp_path):
    visit, file = begun(handset), photo_file(tmp_path)
    taken(handset, visit, file)
    handset.until("db", "async (db) => (await db.all('thumbs')).length")
    assert handset.ask("db", stubs.KINDS) == {"bytes": ["ArrayBuffer"], "thumbs": ["ArrayBuffer"], "photos": []}


# --- 6: the connection -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["close", "lose"])
def test_a_connection_that_was_closed_under_the_app_is_opened_again(handset, tmp_path, way):
    visit, file = begun(handset), photo_file(tmp_path)
    handset.page.evaluate(stubs.CATCH_THE_CONNECTION)
    item_of(handset, visit).evaluate(stubs.CONNECTIONS[way])
    taken(handset, visit, file)
    assert handset.digest_of_bytes(sha256(file)) == sha256(file)


# --- 7: room ---------------------------------------------------------------------------------------------------------


def test_with_little_room_the_album_is_refused_and_answers_and_the_camera_go_on(handset, tmp_path):
    visit = begun(handset)
    page = item_of(handset, visit)
    page.evaluate("navigator.storage.estimate = async () => ({ quota: 1e9, usage: 951e6 })")
    choose(handset, visit, photo_file(tmp_path))
    page.locator("dialog:has-text('空间快满了') button").click()
    assert handset.photos() == {}
    page.fill("input[name=value]", "12")
    handset.until("visits", "async (visits, id) => (await visits.find(id)).answers.VA01?.value === '12'", visit)
    shot(handset, visit)
    assert len(handset.photos()) == 1


def test_a_photo_that_does_not_fit_is_handed_to_the_phone_and_the_others_stay(handset, tmp_path):
    visit, first, second = begun(handset), photo_file(tmp_path), photo_file(tmp_path)
    taken(handset, visit, first)
    handset.page.evaluate(stubs.NO_ROOM)
    page = choose(handset, visit, second)
    page.locator("dialog", has_text="空间不足").wait_for()
    with page.expect_download() as handed:
        page.locator("dialog button", has_text="存到手机").click()
    assert sha256(handed.value.path()) == sha256(second)
    assert list(handset.photos()) == [sha256(first)] == [handset.digest_of_bytes(sha256(first))]
    assert page.locator(".tile").count() == 1


# --- 8, 9: what the system promises, and the phone's own album -------------------------------------------------------


@pytest.mark.parametrize(("kept", "said"), [(True, "系统承诺不自动清除"), (False, "系统未承诺保留")])
def test_the_system_is_asked_to_keep_the_data_and_its_answer_is_shown(handset, tmp_path, kept, said):
    visit, file = begun(handset), photo_file(tmp_path)
    handset.page.evaluate(stubs.PERSISTENCE, kept)
    assert handset.page.evaluate("asked") == 0
    taken(handset, visit, file)
    assert handset.page.evaluate("asked") > 0
    handset.open("#/settings", f"text={said}")


def test_photos_are_saved_to_the_phone_too_where_somebody_wants_it(handset):
    visit = begun(handset)
    handset.open("#/settings", "audit-update").locator("label", has_text="拍照同时存到手机").click()
    page = handset.open(f"#/camera/{visit}/{ITEM}", ".shutter:not([disabled])")
    with page.expect_download() as copied:
        page.click(".shutter")
    assert sha256(copied.value.path()) in handset.photos()


# --- 10: sent in pieces, proved, and only then let go of -------------------------------------------------------------


def test_an_upload_that_was_cut_goes_on_where_the_server_says(handset, server, tmp_path):
    visit = begun(handset)
    (digest,) = taken(handset, visit, photo_file(tmp_path, 1_000_000))
    requests = listen(handset.page)
    under_way(handset)
    handset.line.die()
    handset.until("queue", "(queue) => queue.status().mode === 'offline'")
    handset.line.mend()
    arrived(handset)
    assert went_on(requests) and begun_uploads(requests) == 1
    assert at_the_server(server, digest) == (digest, 1_000_000)


def test_an_upload_goes_on_after_the_phone_was_killed(handset, server, tmp_path):
    visit = begun(handset)
    (digest,) = taken(handset, visit, photo_file(tmp_path, 1_000_000))
    under_way(handset)
    handset.killed_and_opened()
    handset.line.rate = None
    requests = listen(handset.page)
    handset.open("#/queue", "#bars")
    arrived(handset)
    assert went_on(requests) and begun_uploads(requests) == 0
    assert at_the_server(server, digest) == (digest, 1_000_000)


@pytest.mark.parametrize("lie", [{"digest": "0" * 64}, {"bytes": 39_999}], ids=["digest", "size"])
def test_a_server_that_has_something_else_frees_nothing(handset, tmp_path, lie):
    visit = begun(handset)
    (digest,) = taken(handset, visit, photo_file(tmp_path))
    handset.page.route(f"**/api/v1/photos/{digest}", lambda route: other(route, lie))
    sends(handset)
    handset.until("queue", stubs.ASKED, f"{handset.origin}/api/v1/photos/{digest}")
    at_rest(handset)
    handset.ask("photos", "(photos) => photos.free(Date.now() + 30 * 24 * 3600e3, 0)")
    assert handset.photos()[digest]["state"] != "accepted"
    assert handset.digest_of_bytes(digest) == digest


@pytest.mark.parametrize(
    ("days", "left", "stays"), [(6.99, 1e9, True), (7.01, 1e9, False), (0, 199e6, False), (7.01, None, False)]
)
def test_bytes_go_a_week_after_the_proof_or_when_room_is_short(handset, tmp_path, days, left, stays):
    visit = begun(handset)
    (digest,) = taken(handset, visit, photo_file(tmp_path))
    handset.ask("visits", "(visits, id) => visits.change(id, (visit) => { visit.state = 'sent'; })", visit)
    sends(handset)
    arrived(handset)
    at_rest(handset)
    assert handset.digest_of_bytes(digest) == digest
    handset.ask("photos", stubs.FREE, [days, left])
    assert (handset.digest_of_bytes(digest) == digest) is stays
    assert ("freed_at" in handset.photos()[digest]) is not stays


# --- 11: the worker --------------------------------------------------------------------------------------------------


def test_the_worker_answers_for_files_of_the_app_and_for_nothing_else(handset, tmp_path):
    answers = []
    handset.page.on("response", lambda each: answers.append((each.request.method, each.url, each.from_service_worker)))
    visit = begun(handset)
    taken(handset, visit, photo_file(tmp_path, 500_000))
    handed_in(handset, visit)
    sends(handset)
    arrived(handset)
    handset.page.evaluate("fetch('/app/', { method: 'POST' }).catch(() => {})")
    sent = [each for each in answers if each[0] != "GET" or "/api/" in each[1]]
    assert {method for method, _, _ in sent} >= {"GET", "POST", "PUT", "PATCH"}
    assert [each for each in sent if each[2]] == []


def test_without_signal_the_app_opens_from_the_worker(handset):
    handset.line.die()
    answers = []
    handset.page.on("response", lambda each: answers.append(each))
    handset.page.reload()
    handset.page.locator("audit-centres [data-centre]").first.wait_for()
    own = [each.from_service_worker for each in answers if "/app/" in each.url and each.url.endswith((".js", "/app/"))]
    assert len(own) > 10 and all(own)


# --- 12: nobody leaves while photos wait -----------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["退出登录", "清除本机数据", "更新"])
def test_leaving_is_refused_while_a_photo_waits(handset, tmp_path, way):
    visit = begun(handset)
    taken(handset, visit, photo_file(tmp_path))
    handset.page.evaluate(stubs.A_NEW_VERSION_WAITS)
    before, page = dump(handset), handset.open("#/settings", "audit-update button.main")
    page.get_by_role("button", name=way, exact=True).click()
    page.locator("dialog", has_text="还有 1 张照片").get_by_role("button", name="取消").click()
    page.locator("dialog").wait_for(state="detached")
    assert (dump(handset), page.evaluate("taken_over"), "#/settings" in page.url) == (before, 0, True)


def test_leaving_is_refused_until_the_server_has_proved_what_it_received(handset, tmp_path):
    visit = begun(handset)
    (digest,) = taken(handset, visit, photo_file(tmp_path))
    handset.ask("visits", "(visits, id) => visits.change(id, (visit) => { visit.state = 'sent'; })", visit)
    handset.ask("photos", "(photos, digest) => photos.note(digest, { state: 'received' })", digest)
    page = handset.open("#/settings", "audit-update")
    page.get_by_role("button", name="退出登录").click()
    page.locator("dialog", has_text="还有 1 张照片").get_by_role("button", name="取消").click()
    assert handset.digest_of_bytes(digest) == digest


def test_another_account_is_refused_while_a_photo_waits(handset, tmp_path):
    visit = begun(handset)
    taken(handset, visit, photo_file(tmp_path))
    before, requests = dump(handset), listen(handset.page)
    signs_in(handset, "drolma")
    handset.page.locator(".fault", has_text="tashi 还有内容未上传").wait_for()
    assert (dump(handset), requests) == (before, [])


def test_after_an_export_it_is_asked_once_more_and_cancelling_keeps_all(handset, tmp_path):
    visit = begun(handset)
    taken(handset, visit, photo_file(tmp_path))
    before, page = dump(handset), handset.open("#/settings", "audit-update")
    page.get_by_role("button", name="退出登录").click()
    with page.expect_download() as exported:
        page.locator("dialog").get_by_role("button", name="导出 ZIP").click()
    page.locator("dialog", has_text="已导出").get_by_role("button", name="取消").click()
    assert zipfile.is_zipfile(exported.value.path()) and dump(handset) == before


def test_after_an_export_somebody_who_means_it_may_leave(handset, tmp_path):
    visit = begun(handset)
    taken(handset, visit, photo_file(tmp_path))
    page = handset.open("#/settings", "audit-update")
    page.get_by_role("button", name="退出登录").click()
    with page.expect_download() as exported:
        page.locator("dialog").get_by_role("button", name="导出 ZIP").click()
    page.locator("dialog", has_text="已导出").get_by_role("button", name="退出登录").click()
    page.locator("form input[name=password]").wait_for()
    assert zipfile.is_zipfile(exported.value.path())
    assert json.loads(dump(handset)) == [[], [], None, []]


# --- 13, 14: the way out without a network, and what the office sees -------------------------------------------------


def test_the_export_holds_all_that_waits_and_the_server_takes_it(handset, server, tmp_path):
    visits = [begun(handset, "马义村"), begun(handset, "洛江镇")]
    photos = taken(handset, visits[0], photo_file(tmp_path), photo_file(tmp_path))
    handed_in(handset, visits[0])
    photos += taken(handset, visits[1], photo_file(tmp_path), item="TA01")
    page = handset.open("#/queue", "#bars")
    with page.expect_download() as exported:
        page.get_by_role("button", name="导出 ZIP").click()
    told, held = unpacked(exported.value.path())
    assert sorted(held) == sorted(photos) == sorted(each["digest"] for each in told["photos"])
    assert {each["id"]: each["state"] for each in told["inspections"]} == {visits[0]: "queued", visits[1]: "draft"}
    said = import_queue(server, exported.value.path())
    assert "照片 photos: 新收 new 3" in said and "检查 inspections: 新收 new 1" in said
    found = server.sign_in("reviewer").must("GET", f"/api/v1/inspections/{visits[0]}")
    assert found["missing_photos"] == [] and {each["digest"] for each in found["photos"]} == set(photos[:2])


def test_what_was_imported_is_not_sent_again(handset, server, tmp_path):
    visit = begun(handset)
    taken(handset, visit, photo_file(tmp_path))
    handed_in(handset, visit)
    page = handset.open("#/queue", "#bars")
    with page.expect_download() as exported:
        page.get_by_role("button", name="导出 ZIP").click()
    import_queue(server, exported.value.path())
    requests = listen(page)
    sends(handset)
    arrived(handset)
    assert begun_uploads(requests) == 0
    assert handset.ask("visits", "async (visits, id) => (await visits.find(id)).state", visit) == "sent"


def test_a_visit_whose_photos_are_on_their_way_cannot_be_approved(handset, server, tmp_path):
    visit = begun(handset)
    taken(handset, visit, photo_file(tmp_path), photo_file(tmp_path))
    handed_in(handset, visit)
    handset.ask("session", "(session) => session.set({ originals: 'manual' })")
    sends(handset)
    page = handset.open("#/queue", "#sent li:has-text('表单 ✓')")
    assert "照片 0/2 · 照片未齐" in page.locator("#sent li").inner_text()
    office = server.sign_in("reviewer")
    assert approve(office, visit) == (409, "/problems/photos-incomplete")
    page.get_by_role("button", name="现在传原图").click()
    arrived(handset)
    page.locator("#sent li", has_text="照片 2/2").wait_for()
    assert approve(office, visit)[0] == 201


# --- how the tests do it ---------------------------------------------------------------------------------------------


def other(route, lie: dict) -> None:
    """Hand on the server's answer with a lie in it."""
    answer = route.fetch()
    route.fulfill(response=answer, json=answer.json() | lie)


def unpacked(path) -> tuple[dict, list[str]]:
    """queue.json, and the sha256 of each photo beside it."""
    with zipfile.ZipFile(path) as packed:
        assert packed.testzip() is None
        photos = [name for name in packed.namelist() if name != "queue.json"]
        return json.loads(packed.read("queue.json")), [hashlib.sha256(packed.read(name)).hexdigest() for name in photos]


def import_queue(server, path) -> str:
    command = [sys.executable, "-m", "audit.cli", "--data", str(server.data), "import-queue", str(path)]
    environment = os.environ | {"AUDIT_DATABASE_URL": server.database_url}
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout


def approve(office, visit: str) -> tuple[int, str]:
    _, _, headers = office.call("GET", f"/api/v1/inspections/{visit}")
    body = {"decision": "approve"}
    status, told, _ = office.call("POST", f"/api/v1/inspections/{visit}/reviews", body, {"If-Match": headers["etag"]})
    return status, told.get("type", "")
