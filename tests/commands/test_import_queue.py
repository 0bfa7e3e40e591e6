"""audit import-queue: a phone's exported queue goes in as if the phone had sent it, and nothing of it is trusted."""

from __future__ import annotations

import errno
import hashlib
import warnings
import zipfile
from uuid import uuid4

import pytest
from factories import chain_faults, visit
from queues import entry, in_ascii, index, pack, queued, refusal, refused, with_photos

from audit.accounts.models import Account
from audit.base.storage import Folder
from audit.base.trail import TrailLine
from audit.evidence.models import Photo
from audit.inspections.models import Inspection, KeptAside

# what is found out before the database is asked for anything is the same on both
ONE_ENGINE = pytest.mark.parametrize("engine", ["sqlite"])
NEW, HAD = "新收 new {}, 已有 already there 0, 未收 refused 0", "新收 new 0, 已有 already there {}, 未收 refused 0"


# --- what goes in ------------------------------------------------------------------------------------------------


def test_a_queue_goes_in_with_its_photos(take_in, a_queue, tashi):
    file, inspection, digests = a_queue
    code, said = take_in(file)
    assert (code, f"照片 photos: {NEW.format(2)}" in said, f"检查 inspections: {NEW.format(1)}" in said) == (
        0,
        True,
        True,
    )
    assert "queue of tashi (tashi's phone, 1.0.0, 2026-11-21T18:00:00+08:00)" in said
    assert [tashi.get(f"/photos/{digest}").json["state"] for digest in digests] == ["received"] * 2
    assert tashi.get(f"/inspections/{inspection}").json["unchecked_photos"] == digests


def test_photos_that_wait_for_a_checker_are_told(take_in, a_queue):
    assert "待核验 wait for their check: 2 张照片" in take_in(a_queue[0])[1]


def test_without_checkers_the_visit_is_complete_at_once(take_in, a_queue, tashi, monkeypatch):
    monkeypatch.setenv("AUDIT_CHECKERS", "0")
    assert "待核验" not in take_in(a_queue[0])[1]
    assert tashi.get(f"/inspections/{a_queue[1]}").json["state"] == "submitted"


def test_the_second_time_everything_is_there(take_in, a_queue):
    take_in(a_queue[0])
    lines = TrailLine.select().count()
    code, said = take_in(a_queue[0])
    assert (code, f"照片 photos: {HAD.format(2)}" in said, f"检查 inspections: {HAD.format(1)}" in said) == (
        0,
        True,
        True,
    )
    assert TrailLine.select().count() == lines


def test_what_the_phone_sent_before_is_there_already(take_in, a_queue, pictures, tashi):
    for digest, data in pictures:
        tashi.send_photo(digest, data)
    tashi.submit(a_queue[1], visit(photos={"TA01": a_queue[2]}))
    code, said = take_in(a_queue[0])
    assert (code, HAD.format(2) in said, HAD.format(1) in said) == (0, True, True), said


def test_what_went_in_the_phone_may_send_again(take_in, a_queue, tashi):
    take_in(a_queue[0])
    assert tashi.submit(a_queue[1], visit(photos={"TA01": a_queue[2]})).status_code == 200


def test_each_thing_has_its_line_in_the_trail_by_the_account(take_in, a_queue):
    before = TrailLine.select().count()
    take_in(a_queue[0])
    lines = list(TrailLine.select().where(TrailLine.seq > before).order_by(TrailLine.seq))
    assert [each.action for each in lines] == ["photo.keep", "photo.keep", "inspection.submit"]
    assert {each.actor for each in lines} == {"tashi"} and chain_faults() == []
    assert all(each.device.startswith("queue file, command line of ") for each in lines)


def test_a_deflated_queue_goes_in(take_in, file, pictures):
    with_photos(file, pictures, method=zipfile.ZIP_DEFLATED)
    assert take_in(file)[0] == 0 and Photo.select().count() == 2


def test_of_a_draft_only_the_photos_go_in(take_in, file, pictures):
    with_photos(file, pictures, [queued(uuid4(), {"half": "a form"}, "draft")])
    code, said = take_in(file)
    assert (code, Photo.select().count(), Inspection.select().count()) == (0, 2, 0)
    assert "草稿 drafts: 1 未提交，只收照片 not submitted" in said


def test_a_visit_that_lacks_photos_goes_in_and_is_told(take_in, file):
    inspection = uuid4()
    pack(file, index(inspections=[queued(inspection, visit(photos={"TA01": ["0" * 64]}))]))
    code, said = take_in(file)
    assert (code, f"检查 inspection {inspection}: 还缺照片 photos still missing: 1" in said) == (0, True)


def test_a_photo_for_two_items_is_one(take_in, file, pictures):
    photos = [entry(*pictures[0]), entry(*pictures[0], item="TA02")]
    pack(file, index(photos), [(photos[0]["file"], pictures[0][1])])
    code, said = take_in(file)
    assert (code, NEW.format(1) in said) == (0, True), said


# --- dry run -----------------------------------------------------------------------------------------------------


def test_a_dry_run_says_the_same_and_stores_nothing(take_in, a_queue, tmp_path):
    before = TrailLine.select().count()
    code, said = take_in(a_queue[0], "--dry-run")
    assert (code, NEW.format(2) in said, NEW.format(1) in said) == (0, True, True), said
    assert (Photo.select().count(), Inspection.select().count(), TrailLine.select().count()) == (0, 0, before)
    assert list((tmp_path / "uploads").rglob("*.jpg")) == []


def test_a_dry_run_finds_what_would_be_refused(take_in, file, pictures):
    with_photos(file, [pictures[0], ("0" * 64, pictures[1][1])], [queued(uuid4(), visit(round="none"))])
    code, said = take_in(file, "--dry-run")
    assert (code, "文件在传输中损坏" in said, "/round no such round" in said) == (1, True, True), said


def test_a_dry_run_keeps_no_conflict_aside(take_in, file, tashi):
    inspection = uuid4()
    tashi.submit(inspection, visit())
    pack(file, index(inspections=[queued(inspection, visit(kind="spot"))]))
    code, said = take_in(file, "--dry-run")
    assert (code, "冲突 conflict 1" in said, KeptAside.select().count()) == (1, True, 0)


# --- who acts ----------------------------------------------------------------------------------------------------


def test_another_account_may_be_named(take_in, a_queue, drolma):
    assert take_in(a_queue[0], "--as", "drolma")[0] == 0
    assert drolma.get(f"/photos/{a_queue[2][0]}").status_code == 200


@pytest.mark.parametrize(
    ("name", "why"), [("nobody", "there is no such account"), ("office", "the account may not submit")]
)
def test_only_an_inspector_is_acted_for(take_in, file, pictures, name, why):
    assert why in refusal(take_in, with_photos(file, pictures, account=name))


def test_a_disabled_account_is_not_acted_for(take_in, a_queue):
    Account.update(disabled_at="2026-11-01T00:00:00.000000Z").where(Account.name == "tashi").execute()
    assert "账号已停用 · the account is disabled" in refusal(take_in, a_queue[0])


# --- inspections that do not go in -------------------------------------------------------------------------------


def test_other_content_is_a_conflict_and_kept_aside(take_in, file, tashi):
    inspection = uuid4()
    tashi.submit(inspection, visit())
    pack(file, index(inspections=[queued(inspection, visit(kind="spot"))]))
    code, said = take_in(file)
    assert (code, KeptAside.select().count(), "冲突 conflict 1" in said) == (1, 1, True)
    assert f"检查 inspection {inspection}: 同一检查已有不同内容 · This inspection was sent before" in said


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"kind": "nonsense"}, "内容未通过校验 · The content is not valid: /kind Must be one of"),
        ({"round": "none"}, "/round no such round"),
        ({"team": ["a\ud800"]}, "/team/0 has NUL or a lone surrogate"),
        ({"more": 1}, "/more Unknown field"),
        ({"no_fix_reason": "字" * 1_000_000}, "请求内容过大 · The body is too large"),
    ],
)
def test_a_bad_body_is_named_and_the_next_goes_in(take_in, file, changes, why):
    bad, good = uuid4(), uuid4()
    told = index(inspections=[queued(bad, visit() | changes), queued(good, visit())])
    pack(file, told if "team" not in changes else in_ascii(told))
    line = refused(take_in, file)
    assert why in line and str(bad) in line
    assert [each.id for each in Inspection.select()] == [good]


@pytest.mark.parametrize(
    ("item", "why"),
    [
        ("text", "state is queued or draft"),
        ({"id": "x", "state": "queued", "body": {}}, "id is a UUID"),
        ({"id": str(uuid4()), "state": "sent", "body": {}}, "state is queued or draft"),
        ({"id": str(uuid4()), "state": "queued"}, "The content is not valid"),
        ({"id": str(uuid4()), "state": "queued", "body": []}, "The content is not valid"),
    ],
)
def test_an_entry_that_is_no_inspection_is_named(take_in, file, item, why):
    assert why in refused(take_in, pack(file, index(inspections=[item])))


# --- photos that do not go in ------------------------------------------------------------------------------------


def test_a_photo_with_another_sha256_is_named_and_the_next_goes_in(take_in, file, pictures):
    line = refused(take_in, with_photos(file, [("0" * 64, pictures[0][1]), pictures[1]]), kept=1)
    assert line.startswith(f"照片 photo {'0' * 64} TA01: 文件在传输中损坏 · The bytes that arrived are not")


def test_what_is_no_picture_is_named(take_in, file, pictures):
    text = b"no picture"
    line = refused(take_in, with_photos(file, [(hashlib.sha256(text).hexdigest(), text), pictures[0]]), kept=1)
    assert "不支持的图片格式" in line


def test_a_photo_that_is_not_in_the_zip_is_named(take_in, file, pictures):
    pack(file, index([entry(*pictures[0]), entry(*pictures[1])]), [(f"photos/{pictures[1][0]}.jpg", pictures[1][1])])
    assert "the file is not in the ZIP" in refused(take_in, file, kept=1)


@ONE_ENGINE
@pytest.mark.parametrize(
    "name", ["../{}.jpg", "photos/../{}.jpg", "/etc/{}.jpg", "photos/a/{}.jpg", "{}.jpg", "photos\\{}.jpg", "photos/{}"]
)
def test_a_name_that_is_a_path_is_refused_and_makes_no_file(take_in, file, pictures, name, tmp_path):
    digest, data = pictures[0]
    pack(file, index([entry(digest, data, file=name.format(digest))]), [(name.format(digest), data)])
    assert "the entry must name its sha256" in refused(take_in, file)
    assert list(tmp_path.rglob(f"*{digest}*")) == []


@ONE_ENGINE
@pytest.mark.parametrize("photo", ["text", None, 5, {}, {"digest": "x"}, {"digest": ["x"], "file": {}}])
def test_an_entry_that_is_no_photo_is_named(take_in, file, photo):
    assert "the entry must name its sha256" in refused(take_in, pack(file, index([photo])))


def test_a_file_that_queue_json_does_not_name_is_not_read(take_in, file, pictures):
    pack(file, index(), [(f"photos/{pictures[0][0]}.jpg", pictures[0][1])])
    code, said = take_in(file)
    assert (code, Photo.select().count(), "未读取 not read: 1 个文件" in said) == (0, 0, True)


def test_of_two_entries_with_one_name_the_right_one_goes_in(take_in, file, pictures):
    digest, data = pictures[0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pack(file, index([entry(digest, data)]), [(f"photos/{digest}.jpg", data), (f"photos/{digest}.jpg", b"other")])
    assert take_in(file)[0] == 0 and Photo.select().count() == 1


def test_damaged_bytes_are_named_and_the_next_photo_goes_in(take_in, file, pictures):
    with_photos(file, pictures)
    raw = bytearray(file.read_bytes())
    raw[raw.find(pictures[0][1]) + 500] ^= 0xFF
    file.write_bytes(raw)
    assert "文件已损坏 · the file is damaged: Bad CRC-32" in refused(take_in, file, kept=1)


@ONE_ENGINE
def test_a_damaged_deflated_photo_is_named(take_in, file, pictures):
    with_photos(file, pictures, method=zipfile.ZIP_DEFLATED)
    with zipfile.ZipFile(file) as packed:
        place = packed.infolist()[1].header_offset
    raw = bytearray(file.read_bytes())
    raw[place + 200 : place + 1200] = bytes(1000)
    file.write_bytes(raw)
    assert "文件已损坏 · the file is damaged" in refused(take_in, file, kept=1)


@ONE_ENGINE
def test_an_encrypted_photo_is_named(take_in, file, pictures):
    with_photos(file, pictures[:1])
    raw = bytearray(file.read_bytes())
    place = raw.rfind(b"PK\1\2")
    raw[place + 8] |= 1
    file.write_bytes(raw)
    assert "文件已加密 · the file is encrypted" in refused(take_in, file)


@ONE_ENGINE
def test_other_ways_of_packing_are_refused(take_in, file, pictures):
    told = index([entry(*pictures[0])])
    with zipfile.ZipFile(pack(file, told), "a", zipfile.ZIP_LZMA) as packed:
        packed.writestr(f"photos/{pictures[0][0]}.jpg", pictures[0][1])
    assert "store or deflate" in refused(take_in, file)


def test_a_full_disk_ends_it_and_is_not_taken_for_a_damaged_file(take_in, a_queue, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Folder, "put", full)
    code, said = take_in(a_queue[0])
    assert (code, "Error: No space left on device" in said, "damaged" in said) == (1, True, False), said
    assert "照片 photos: 新收 new 0" in said
