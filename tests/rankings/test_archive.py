"""The bytes of a ZIP, any part of them at any time."""

import hashlib
import io
import random
import zipfile
import zlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.rankings.archive import Archive, Entry, measured

WHEN = datetime(2026, 11, 20, 3, 30, 42, tzinfo=UTC)
FILES = {
    "index.csv": "条目".encode(),
    "嘎东镇/TA01/1a2b3c4d.jpg": random.Random(1).randbytes(300_000),
    "嘎东镇/马义村/VA01/00000000.jpg": b"",
    "b.png": b"\0" * 1000,
}


def entry(name: str, data: bytes) -> Entry:
    return Entry(name, len(data), zlib.crc32(data), WHEN, lambda: io.BytesIO(data))


def made() -> Archive:
    return Archive([entry(name, data) for name, data in FILES.items()])


def whole(of: Archive) -> bytes:
    return b"".join(of.pieces(0, of.length))


def test_it_opens_and_every_checksum_is_right():
    with zipfile.ZipFile(io.BytesIO(whole(made()))) as opened:
        assert opened.testzip() is None
        assert {each.filename: opened.read(each) for each in opened.infolist()} == FILES


def test_photos_are_stored_with_their_time_in_beijing():
    with zipfile.ZipFile(io.BytesIO(whole(made()))) as opened:
        assert {(each.compress_type, each.date_time) for each in opened.infolist()} == {
            (zipfile.ZIP_STORED, (2026, 11, 20, 11, 30, 42))
        }


def test_its_length_is_known_before_and_its_bytes_are_always_the_same():
    of = made()
    assert (len(whole(of)), whole(of)) == (of.length, whole(made()))


def test_its_tag_changes_with_what_it_holds():
    other = Archive([entry(name, data + b"!") for name, data in FILES.items()])
    assert made().tag == made().tag != other.tag


@given(st.data())
def test_any_part_is_that_part_of_the_whole(data):
    of = made()
    start = data.draw(st.integers(0, of.length))
    stop = data.draw(st.integers(start, of.length))
    assert b"".join(of.pieces(start, stop)) == whole(of)[start:stop]


def test_files_before_the_part_are_not_opened():
    opened = []
    entries = [
        Entry(
            name,
            len(data),
            zlib.crc32(data),
            WHEN,
            lambda name=name, data=data: opened.append(name) or io.BytesIO(data),
        )
        for name, data in FILES.items()
    ]
    of = Archive(entries)
    b"".join(of.pieces(of.length - 1300, of.length))
    assert opened == ["b.png"]


def test_a_file_that_became_shorter_breaks_the_download():
    of = Archive([Entry("a", 10, 0, WHEN, lambda: io.BytesIO(b"short"))])
    with pytest.raises(OSError, match="shorter"):
        whole(of)


@pytest.mark.parametrize("many", [65_534, 65_535, 65_536])
def test_as_many_files_as_there_may_be(many):
    of = Archive([entry(f"{number}", b"") for number in range(many)])
    with zipfile.ZipFile(io.BytesIO(whole(of))) as opened:
        assert len(opened.infolist()) == many


def test_an_archive_beyond_four_gigabytes_opens_at_its_end(tmp_path):
    """A sparse file stands for the photos: nothing of it is written but what the archive says about it."""
    size = 2**31
    path = tmp_path / "zeros"
    with path.open("wb") as file:
        file.truncate(size)
    of = Archive([Entry(f"{number}.jpg", size, 0, WHEN, lambda: path.open("rb")) for number in range(4)])
    tail = b"".join(of.pieces(of.length - 700, of.length))
    target = tmp_path / "big.zip"
    with target.open("wb") as file:
        file.seek(of.length - len(tail))
        file.write(tail)
    with zipfile.ZipFile(target) as opened:
        assert [each.header_offset for each in opened.infolist()] == [number * (size + 35) for number in range(4)]


def test_a_file_is_measured_by_one_reading():
    data = FILES["嘎东镇/TA01/1a2b3c4d.jpg"]
    assert measured(io.BytesIO(data)) == (len(data), zlib.crc32(data), hashlib.sha256(data).hexdigest())
