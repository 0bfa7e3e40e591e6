"""What is about files and fsync alone; what a folder promises like any storage stands in test_storage_contract.py."""

import os
from pathlib import Path

import pytest

from audit.base.storage import Folder

KEY = "ab/cd/abcd.jpg"


@pytest.fixture
def folder(tmp_path):
    """An empty one."""
    return Folder(tmp_path / "uploads")


def put(folder, data: bytes, key: str = KEY) -> None:
    with folder.spool() as spool:
        spool.write(data)
        folder.put(key, spool)


def get(folder, key: str = KEY) -> bytes:
    with folder.open(key) as file:
        return file.read()


def arriving(folder) -> list:
    return list((folder.root / "arriving").iterdir())


def test_nothing_stays_behind_after_a_put(folder):
    put(folder, b"bytes")
    assert arriving(folder) == []


def test_nothing_stays_behind_when_the_disk_is_full(folder, monkeypatch):
    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        put(folder, b"bytes")
    assert (arriving(folder), [each.key for each in folder.listed()]) == ([], [])


@pytest.fixture
def disk(monkeypatch):
    """What is asked of the disk, in order: paths relative to `uploads`."""
    asked, fsync, link = [], os.fsync, os.link

    def name(path) -> str:
        _, _, inside = str(path).partition("uploads")
        return "spool" if inside.startswith("/arriving/") else inside.lstrip("/") or "."

    def recording_fsync(handle):
        asked.append(f"sync {name(Path(f'/proc/self/fd/{handle}').readlink())}")
        fsync(handle)

    def recording_link(source, target):
        asked.append(f"name {name(target)}")
        link(source, target)

    monkeypatch.setattr(os, "fsync", recording_fsync)
    monkeypatch.setattr(os, "link", recording_link)
    return asked


def test_bytes_then_name_then_folder_reach_the_disk(folder, disk):
    put(folder, b"bytes")
    assert disk[-3:] == ["sync spool", f"name {KEY}", "sync ab/cd"]


def test_new_folders_reach_the_disk_before_the_name(folder, disk):
    put(folder, b"bytes")
    assert sorted(disk[:2]) == ["sync .", "sync ab"]
    assert disk.index(f"name {KEY}") > 1


def test_folders_that_another_process_made_are_synced_once(folder, disk):
    (folder.root / "ab/cd").mkdir(parents=True)
    put(folder, b"one")
    put(folder, b"two", "ab/cd/abce.jpg")
    assert (disk.count("sync ab"), disk.count("sync .")) == (1, 1)


def test_the_second_to_come_leaves_with_the_name_on_disk(folder, disk):
    put(folder, b"bytes")
    disk.clear()
    put(folder, b"bytes")
    assert disk == ["sync spool", f"name {KEY}", "sync ab/cd"]


def test_a_new_root_reaches_the_disk(tmp_path, disk):
    Folder(tmp_path / "data" / "uploads")
    assert len(disk) == 3  # arriving in uploads, uploads in data, data in its own


def test_a_listing_leaves_out_what_keeps_a_folder_in_git(folder):
    put(folder, b"bytes")
    (folder.root / ".gitkeep").touch()
    assert [each.key for each in folder.listed()] == [KEY]


def test_a_second_process_finds_what_the_first_put(folder):
    put(folder, b"bytes")
    assert get(Folder(folder.root)) == b"bytes"
