"""What every storage of photos promises, be it a folder or a bucket on a real S3 server."""

from __future__ import annotations

import hashlib
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask, send_file

from audit.base.bucket import Bucket
from audit.base.storage import Folder

KEY = "ab/cd/abcd.jpg"
OTHER = "00/00/0000-320.jpg"


@pytest.fixture(params=["folder", "bucket"])
def storage(request, tmp_path):
    """An empty one; its spools lie under `tmp_path`."""
    if request.param == "folder":
        return Folder(tmp_path / "uploads")
    request.getfixturevalue("credentials")
    return Bucket.of(request.getfixturevalue("swift").url(f"{uuid4()}/of tests"), tmp_path / "spools")


def put(storage, data: bytes, key: str = KEY) -> bool:
    with storage.spool() as spool:
        spool.write(data)
        return storage.put(key, spool)


def get(storage, key: str = KEY) -> bytes:
    with storage.open(key) as file:
        return file.read()


def keys(storage) -> list[str]:
    return sorted(each.key for each in storage.listed())


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


class TestContract:
    """One promise a test."""

    def test_what_was_put_is_there(self, storage):
        assert put(storage, b"bytes")
        assert storage.exists(KEY)
        assert get(storage) == b"bytes"

    def test_no_bytes_are_bytes_too(self, storage):
        assert put(storage, b"")
        assert get(storage) == b""

    def test_the_first_bytes_of_a_key_stay(self, storage):
        put(storage, b"first")
        assert not put(storage, b"second")
        assert get(storage) == b"first"

    def test_the_spool_may_be_read_after_it_was_put(self, storage):
        with storage.spool() as spool:
            spool.write(b"bytes")
            storage.put(KEY, spool)
            assert spool.seek(0, 2) == 5

    def test_eight_at_once_store_one_of_theirs_whole(self, storage):
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda each: put(storage, bytes([each]) * 100_000), range(8)))
        assert (len(set(get(storage))), len(get(storage))) == (1, 100_000)
        assert keys(storage) == [KEY]

    def test_the_same_bytes_at_once_are_the_same_to_everybody(self, storage):
        with ThreadPoolExecutor(8) as pool:
            assert any(pool.map(lambda each: put(storage, b"same"), range(8)))
        assert get(storage) == b"same"

    def test_many_threads_find_what_each_put(self, storage):
        data = {f"aa/{n:02}/x.jpg": bytes([n]) * 50_000 for n in range(24)}

        def there_and_back(key):
            put(storage, data[key], key)
            return get(storage, key)

        with ThreadPoolExecutor(12) as pool:
            assert list(pool.map(there_and_back, data)) == list(data.values())

    def test_what_was_not_put_is_not_there(self, storage):
        assert not storage.exists(KEY)
        assert storage.held(KEY) is None
        with pytest.raises(FileNotFoundError):
            storage.open(KEY)

    def test_what_is_deleted_is_gone_and_may_be_put_again(self, storage):
        put(storage, b"first")
        storage.delete(KEY)
        storage.delete(KEY)
        assert not storage.exists(KEY)
        assert put(storage, b"second")
        assert get(storage) == b"second"

    def test_a_torn_spool_leaves_nothing(self, storage, tmp_path):
        with pytest.raises(ZeroDivisionError), storage.spool() as spool:
            spool.write(b"half")
            _ = 1 / 0
        assert (keys(storage), files(tmp_path)) == ([], [])

    def test_a_listing_names_what_was_put_and_nothing_on_its_way(self, storage):
        put(storage, b"bytes")
        put(storage, b"more bytes", OTHER)
        with storage.spool() as spool:
            spool.write(b"half")
            assert sorted((each.key, each.bytes) for each in storage.listed()) == [(OTHER, 10), (KEY, 5)]

    def test_a_time_is_aware_and_that_of_the_put(self, storage):
        put(storage, b"bytes")
        (listed,) = storage.listed()
        for modified in (listed.modified, storage.held(KEY).modified):
            assert modified.tzinfo is UTC
            # stores tell seconds, some rounded up
            assert abs(datetime.now(UTC) - modified) < timedelta(seconds=30)

    def test_held_tells_what_the_listing_tells(self, storage):
        put(storage, b"bytes")
        assert [(each.key, each.bytes) for each in [storage.held(KEY)]] == [(KEY, 5)]

    def test_reading_may_begin_anywhere(self, storage):
        data = hashlib.shake_256(b"seed").digest(300_000)
        put(storage, data)
        with storage.open(KEY) as file:
            assert (file.read(3), file.tell()) == (data[:3], 3)
            file.seek(200_000)
            assert file.read(70_000) == data[200_000:270_000]
            assert (file.seek(-5, 2), file.read()) == (299_995, data[-5:])
            assert file.read() == b""
            file.seek(0)
            assert file.read() == data

    def test_a_seek_past_the_end_reads_nothing(self, storage):
        put(storage, b"bytes")
        with storage.open(KEY) as file:
            file.seek(5)
            assert file.read() == b""

    def test_flask_sends_it(self, storage):
        data = b"photo" * 50_000
        put(storage, data)
        app = Flask(__name__)
        app.get("/")(lambda: send_file(storage.open(KEY), mimetype="image/jpeg"))
        with app.test_client().get("/") as answer:
            assert (answer.status_code, answer.data == data) == (200, True)

    def test_a_reader_who_stops_early_hinders_nobody(self, storage):
        put(storage, b"photo" * 200_000)
        for _ in range(3):
            with storage.open(KEY) as file:
                file.read(10)
        assert len(get(storage)) == 1_000_000

    def test_memory_stays_flat(self, storage):
        piece = bytes(100_000)
        put(storage, piece)  # what is imported and made once is no part of it
        get(storage)
        tracemalloc.start()
        try:
            with storage.spool() as spool:
                for _ in range(300):
                    spool.write(piece)
                storage.put(OTHER, spool)
            with storage.open(OTHER) as file:
                whole = hashlib.file_digest(file, "sha256").hexdigest()
            assert tracemalloc.get_traced_memory()[1] < 12_000_000
        finally:
            tracemalloc.stop()
        assert whole == hashlib.sha256(bytes(30_000_000)).hexdigest()
