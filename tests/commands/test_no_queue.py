"""What `audit import-queue` is given and is no queue, or one without end: refused in one sentence."""

from __future__ import annotations

import hashlib
import struct
import warnings
import zipfile

import pytest
from factories import large_photo
from queues import entry, in_ascii, index, pack, refusal, refused, with_photos

# what is found out before the database is asked for anything is the same on both
ONE_ENGINE = pytest.mark.parametrize("engine", ["sqlite"])


# --- absurd sizes ------------------------------------------------------------------------------------------------


def test_a_photo_over_the_limit_is_refused(take_in, file, monkeypatch):
    data = large_photo(20_000)
    monkeypatch.setenv("AUDIT_MAX_PHOTO_BYTES", "19999")
    assert "照片文件过大" in refused(take_in, with_photos(file, [(hashlib.sha256(data).hexdigest(), data)]))


def test_a_bomb_that_lies_about_its_size_is_stopped(take_in, file, monkeypatch):
    monkeypatch.setenv("AUDIT_MAX_PHOTO_BYTES", "100000")
    data = bytes(50_000_000)
    with_photos(file, [(hashlib.sha256(data).hexdigest(), data)], method=zipfile.ZIP_DEFLATED)
    raw = bytearray(file.read_bytes())
    struct.pack_into("<I", raw, raw.rfind(b"PK\1\2") + 24, 1000)
    file.write_bytes(raw)
    assert "文件已损坏 · the file is damaged" in refused(take_in, file)


@ONE_ENGINE
def test_a_list_of_files_without_end_is_refused(take_in, file, pictures):
    with_photos(file, pictures)
    raw = bytearray(file.read_bytes()) + bytes(17 * 1024 * 1024)
    end = raw.rfind(b"PK\5\6")
    tail = bytearray(raw[end : end + 22])
    struct.pack_into("<II", tail, 12, 17 * 1024 * 1024, 0)
    file.write_bytes(raw + tail)
    assert "its list of files is too long" in refusal(take_in, file)


@ONE_ENGINE
def test_a_queue_json_without_end_is_refused(take_in, file):
    pack(file, b" " * (33 * 1024 * 1024), method=zipfile.ZIP_DEFLATED)
    assert "queue.json 过大" in refusal(take_in, file)


# --- files that are no queue -------------------------------------------------------------------------------------


@ONE_ENGINE
def test_a_file_that_is_cut_off_is_refused(take_in, a_queue):
    file = a_queue[0]
    file.write_bytes(file.read_bytes()[:-100])
    assert "不是完整的 ZIP 文件" in refusal(take_in, file)


@ONE_ENGINE
@pytest.mark.parametrize("raw", [b"", b"PK", b"no zip at all", b"PK\5\6" + b"\xff" * 18])
def test_what_is_no_zip_is_refused(take_in, file, raw):
    file.write_bytes(raw)
    assert "不是完整的 ZIP 文件" in refusal(take_in, file)


@ONE_ENGINE
@pytest.mark.parametrize(
    ("told", "why"),
    [
        (None, "there is no queue.json in the ZIP"),
        (b"no JSON", "queue.json 不是有效的 JSON"),
        (b"\xff\xfe", "queue.json is no JSON: not UTF-8"),
        (b"[" * 10_000, "queue.json 不是有效的 JSON"),
        (b"[]", "不是核查应用导出的队列"),
        ({"kind": "other"}, "不是核查应用导出的队列"),
        (index(version=2), "版本未知，请先升级服务器"),
        (index(version="1"), "版本未知"),
        (index() | {"photos": {}}, "queue.json 缺少 photos"),
        (index(account=5), "queue.json names no account"),
        (index(account=""), "queue.json names no account"),
        (index(account="ta\x00shi"), "has NUL"),
        (index(account="\x1b[2J"), "queue.json names no account"),
    ],
)
def test_what_is_no_queue_is_refused(take_in, file, told, why):
    assert why in refusal(take_in, pack(file, told))


@ONE_ENGINE
def test_two_queue_json_are_refused(take_in, file):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pack(file, index(), [("queue.json", b"{}")])
    assert "queue.json stands in the ZIP more than once" in refusal(take_in, file)


@ONE_ENGINE
def test_a_damaged_queue_json_is_refused(take_in, file):
    pack(file, index())
    raw = bytearray(file.read_bytes())
    raw[60] ^= 0xFF
    file.write_bytes(raw)
    assert "queue.json 已损坏" in refusal(take_in, file)


def test_what_a_terminal_would_obey_is_not_said(take_in, file, pictures):
    told = index([entry(*pictures[0], item="\x1b[2J\ud800")], device="\x1b]0;mine\x07")
    pack(file, in_ascii(told))
    code, said = take_in(file)
    assert (code, "\x1b" in said) == (1, False)


def test_a_database_that_is_not_there_is_one_sentence(elsewhere, a_queue):
    assert elsewhere.run("import-queue", a_queue[0])[0] == 1
