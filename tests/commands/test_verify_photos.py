"""audit verify: what is said of photos beside their bytes: their state, their look-alikes, and files without a row."""

from __future__ import annotations

import hashlib
import io
import os
import time
from dataclasses import replace

import pytest
from factories import picture
from PIL import Image

from audit.base import clock
from audit.commands import likeness
from audit.evidence import checking, pictures, retention
from audit.evidence.checking import apart
from audit.evidence.models import Photo, PhotoSlot, PhotoTwin

DIGEST, PHOTO = picture("a photo")


@pytest.fixture
def later(app):
    """Photos are checked after their answer; does what a checker does: `later()`."""
    intake = app.extensions["intake"] = replace(app.extensions["intake"], at_once=False)
    return lambda: checking.check_next(intake, now=clock.now())


# --- files without a row -----------------------------------------------------------------------------------------


@pytest.fixture
def orphan(app):
    """Leaves a file of 2 MB without a row, so many days old: `orphan(days=2)`."""

    def leave(days: int) -> None:
        path = app.extensions["storage"].root / f"ab/cd/abcd{'0' * 60}.jpg"
        path.parent.mkdir(parents=True)
        path.write_bytes(bytes(2_000_000))
        os.utime(path, (time.time() - days * 86400,) * 2)

    return leave


def test_a_file_that_no_photo_needs_is_told_and_is_no_fault(proved_visit, orphan, verify):
    orphan(days=2)
    code, said = verify()
    assert code == 0 and "orphans: 1 files, 2.0 MB that no photo needs; audit retention --apply" in said


def test_a_file_that_may_be_on_its_way_in_is_not_told(proved_visit, orphan, verify):
    orphan(days=0)
    code, said = verify()
    assert code == 0 and "orphans" not in said


# --- states ------------------------------------------------------------------------------------------------------


@pytest.fixture
def rejected(tashi, later, monkeypatch):
    """A photo that arrived whole and could not be decoded."""

    def fails(file):
        raise pictures.PhotoUnreadable("broken inside")

    monkeypatch.setattr(pictures, "examine", fails)
    tashi.send_photo(DIGEST, PHOTO)
    later()


def test_a_rejected_photo_holds(rejected, verify):
    code, said = verify()
    assert (code, Photo.get().state) == (0, "rejected"), said


@pytest.mark.parametrize("change", [{"detail": "other"}, {"slug": "photo-animated"}])
def test_another_reason_of_a_rejection_is_found(rejected, found, change):
    Photo.update(problem=Photo.get().problem | change).execute()
    found(f"{DIGEST}.jpg: the trail does not tell that it is rejected")


def test_a_photo_that_came_again_after_it_was_let_go_of_holds(app, tashi, later, verify):
    tashi.send_photo(DIGEST, PHOTO)
    later()
    retention.remove(Photo.get(), now=clock.now())
    app.extensions["storage"].delete(Photo.get().key)
    tashi.send_photo(DIGEST, PHOTO)
    code, said = verify()
    assert (code, Photo.get().state) == (0, "received"), said


def test_bytes_that_nobody_let_go_of_are_found_whatever_the_state(proved_visit, found):
    Photo.update(removed_at=clock.now()).execute()
    found("the trail does not tell that it is accepted")


# --- likenesses --------------------------------------------------------------------------------------------------


@pytest.fixture
def pair(tashi):
    """The digests of a photo and of a smaller copy of it."""
    small = io.BytesIO()
    Image.open(io.BytesIO(PHOTO)).resize((400, 300)).save(small, "JPEG", quality=60)
    other = hashlib.sha256(small.getvalue()).hexdigest()
    tashi.send_photo(DIGEST, PHOTO)
    tashi.send_photo(other, small.getvalue())
    return DIGEST, other


def test_photos_that_look_alike_hold(pair, verify):
    code, said = verify()
    assert code == 0 and "slots: 2 checked" in said and "twins: 2 checked" in said, said


def test_likenesses_are_read_many_at_a_time(pair, tashi, queries_of):
    def asked() -> int:
        return queries_of(lambda: [*likeness.slots(), *likeness.twins()])

    before = asked()
    for seed in "abc":
        tashi.send_photo(*picture(seed))
    assert asked() == before == 5


@pytest.mark.parametrize(
    "change", [PhotoSlot.delete(), PhotoSlot.update(slot=PhotoSlot.slot + 1)], ids=["gone", "other"]
)
def test_a_slot_that_is_not_of_the_hash_is_found(pair, found, change):
    change.where(PhotoSlot.id == PhotoSlot.select().order_by(PhotoSlot.slot.desc()).get().id).execute()
    found("its slots are not those of its hash")


def test_a_pair_that_is_told_one_way_only_is_found(pair, found):
    PhotoTwin.delete().where(PhotoTwin.photo == pair[0]).execute()
    found(f"twins: {pair[1]} and {pair[0]}: the other way round it is not told so")


def test_another_distance_is_found(pair, found):
    PhotoTwin.update(distance=PhotoTwin.distance + 1).execute()
    found("bits apart, told are")


def test_a_likeness_of_what_was_not_accepted_is_found(pair, found):
    Photo.update(state="rejected").where(Photo.digest == pair[1]).execute()
    found("not both of them are photos that were accepted")


def test_a_likeness_of_what_does_not_look_alike_is_found(tashi, found):
    one, other = picture("one"), picture("other")
    tashi.send_photo(*one)
    tashi.send_photo(*other)
    bits = apart(*(Photo.get_by_id(each).dhash for each, _ in (one, other)))
    for photo, twin in ((one[0], other[0]), (other[0], one[0])):
        PhotoTwin.create(photo=photo, twin=twin, distance=bits)
    found(f"their hashes are {bits} bits apart, told are {bits}, alike are 6 at most")
