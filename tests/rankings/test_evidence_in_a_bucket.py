"""The same archive where photos live in a bucket."""

import io
import zipfile
from uuid import uuid4

import pytest
from factories import picture
from swift_server import credentials, loader, swift  # noqa: F401 - fixtures of the tests of storage

from audit.base.bucket import Bucket
from audit.base.storage import Folder
from audit.rankings import evidence
from audit.rankings.archive import Archive

PHOTOS = dict(picture(seed) for seed in ("one", "two", "three"))


def archive(storage) -> Archive:
    """Three photos, the second as it was sent, the others without metadata."""
    found = []
    for number, (digest, data) in enumerate(PHOTOS.items()):
        key = f"{digest[:2]}/{digest[2:4]}/{digest}.jpg"
        with storage.spool() as spool:
            spool.write(data)
            storage.put(key, spool)
        line = ["县", "点位", "540228101", "TA01", "内容", "达标", "2026-11-20 11:30"]
        found.append(evidence.Proof(digest, key, "image/jpeg", number != 1, "嘎东镇/TA01", line, evidence.BEFORE_ANY))
    return Archive(list(evidence._entries(found, evidence.Copy("试算", "", False), storage)))


@pytest.fixture
def bucket(credentials, swift, tmp_path):  # noqa: F811
    evidence.FACTS.clear()
    return Bucket.of(swift.url(f"{uuid4()}/of tests"), tmp_path / "spools")


def test_it_is_the_same_archive_as_from_a_folder(bucket, tmp_path):
    from_bucket, from_folder = archive(bucket), archive(Folder(tmp_path / "uploads"))
    whole = b"".join(from_bucket.pieces(0, from_bucket.length))
    assert whole == b"".join(from_folder.pieces(0, from_folder.length))
    with zipfile.ZipFile(io.BytesIO(whole)) as opened:
        assert (opened.testzip(), len(opened.namelist())) == (None, 4)


def test_a_part_of_it_is_that_part_of_the_whole(bucket):
    made = archive(bucket)
    whole = b"".join(made.pieces(0, made.length))
    for start in range(0, made.length, made.length // 7):
        assert b"".join(made.pieces(start, made.length)) == whole[start:]
