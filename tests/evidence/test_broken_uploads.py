"""Uploads when something breaks: lines, processes, disks; two senders at once; and what is left of them all."""

import fcntl
import io
import os
from datetime import timedelta
from pathlib import Path

import made_pictures as made
import pytest
from in_pieces import Sender, checksum, raising, slug

from audit.base import clock
from audit.evidence import actions, parts
from audit.evidence.models import Photo

PHOTO = made.encoded(made.scene(), quality=88)
DIGEST = made.digest(PHOTO)
HALF = len(PHOTO) // 2
WEEK = timedelta(days=7)


@pytest.fixture
def kept(app):
    """Where uploads rest."""
    return app.extensions["uploads"]


@pytest.fixture
def part_of(kept):
    """The file with the bytes of an upload: `part_of(path)`."""
    return lambda path: next(kept.spools.glob(f"uploads/*/{path.rpartition('/')[2]}.part"))


@pytest.fixture
def aged(kept):
    """Makes every file that rests older: `aged(days=8)`."""

    def by(**age) -> None:
        then = (clock.now() - timedelta(**age)).timestamp()
        for path in kept.spools.rglob("*"):
            if path.is_file():
                os.utime(path, (then, then))

    return by


def torn(data: bytes, announced: int) -> dict:
    """A body that ends before it has as many bytes as were announced."""
    return {"wsgi.input": io.BytesIO(data), "CONTENT_LENGTH": str(announced)}


# --- lines ---------------------------------------------------------------------------------------------------------


def test_of_a_body_that_breaks_off_what_arrived_stays(sender, tashi):
    path = sender.begun(PHOTO)
    sender.send(path, 0, None, environ_overrides=torn(PHOTO[:HALF], len(PHOTO)))
    assert (sender.offset(path), tashi.get(f"/photos/{DIGEST}").status_code) == (HALF, 404)
    assert sender.send(path, HALF, PHOTO[HALF:]).status_code == 204


def test_of_a_body_that_breaks_off_before_its_checksum_is_known_nothing_stays(sender):
    path = sender.begun(PHOTO, PHOTO[:HALF])
    sender.send(path, HALF, None, checksum(PHOTO[HALF:]), environ_overrides=torn(PHOTO[HALF:-1], len(PHOTO) - HALF))
    assert sender.offset(path) == HALF


class Overtaken(io.BytesIO):
    """A body in whose middle somebody else does something."""

    def __init__(self, data: bytes, meanwhile):
        super().__init__(data)
        self.meanwhile = meanwhile

    def read(self, *size):
        piece, (call, self.meanwhile) = super().read(100), (self.meanwhile, lambda: None)
        call()
        return piece


def test_of_two_at_once_one_goes_on_and_one_is_told(app, sender, tashi):  # PH20
    path, others = sender.begun(PHOTO), []
    other = Sender(type(tashi)("tashi", app.test_client(), tashi.token))
    body = Overtaken(PHOTO, lambda: others.append(other.send(path, 0, PHOTO[:HALF])))
    environment = {"wsgi.input": body, "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    answer = sender.send(path, 0, None, {"Transfer-Encoding": "chunked"}, environ_overrides=environment)
    assert (others[0].status_code, answer.status_code, slug(answer)) == (204, 409, "offset-mismatch")
    assert sender.offset(path) == HALF


def test_an_upload_that_is_ended_meanwhile_takes_no_more(app, sender, tashi, left):
    path = sender.begun(PHOTO)
    other = Sender(type(tashi)("tashi", app.test_client(), tashi.token))
    body = Overtaken(PHOTO, lambda: other.end(path))
    environment = {"wsgi.input": body, "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    answer = sender.send(path, 0, None, {"Transfer-Encoding": "chunked"}, environ_overrides=environment)
    assert (answer.status_code, sender.look(path).status_code, left()) == (409, 404, [])


def test_an_upload_in_another_hand_is_told_of_and_not_touched(sender, part_of):
    path = sender.begun(PHOTO, PHOTO[:HALF])
    with part_of(path).open("rb") as part:
        fcntl.flock(part, fcntl.LOCK_EX)
        answers = [sender.send(path, HALF, PHOTO[HALF:]), sender.end(path)]
        assert sender.offset(path) == HALF
    assert [(each.status_code, slug(each), each.headers["Retry-After"]) for each in answers] == [
        (423, "upload-locked", "2")
    ] * 2


def test_while_the_photo_is_made_nobody_is_told_that_it_is_kept(app, sender, tashi, monkeypatch):
    told, keep, path = [], actions.keep, sender.begun(PHOTO)
    other = Sender(type(tashi)("tashi", app.test_client(), tashi.token))

    def slowly(*args, **kwargs):
        told.append((other.offset(path), other.send(path, len(PHOTO) - 1, PHOTO[-1:]).status_code))
        return keep(*args, **kwargs)

    monkeypatch.setattr(actions, "keep", slowly)
    assert sender.send(path, 0, PHOTO).status_code == 204
    assert (told, sender.offset(path)) == ([(len(PHOTO) - 1, 423)], len(PHOTO))


# --- processes and disks -------------------------------------------------------------------------------------------


def goes_on(sender: Sender, path: str) -> None:
    """A phone that asks how far it came, sends the rest, and asks again."""
    offset = sender.offset(path)
    assert offset < len(PHOTO)
    assert sender.send(path, offset, PHOTO[offset:]).status_code == 204
    assert sender.offset(path) == len(PHOTO)


def test_a_crash_after_the_photo_is_kept_leaves_one_byte_to_send(sender, monkeypatch, tashi):
    path = sender.begun(PHOTO)
    with monkeypatch.context() as broken:
        broken.setattr(parts, "write", raising(RuntimeError("the process died here")))
        assert sender.send(path, 0, PHOTO).status_code == 500
    assert (sender.offset(path), tashi.get(f"/photos/{DIGEST}").status_code) == (len(PHOTO) - 1, 200)
    goes_on(sender, path)
    assert Photo.select().count() == 1


def test_a_crash_before_the_photo_is_kept_leaves_one_byte_to_send(sender, monkeypatch):
    path = sender.begun(PHOTO)
    with monkeypatch.context() as broken:
        broken.setattr(actions, "keep", raising(RuntimeError("the process died here")))
        assert sender.send(path, 0, PHOTO).status_code == 500
    goes_on(sender, path)


def test_a_part_that_a_crash_left_beside_a_note_that_is_done_means_nothing(sender, part_of, left):
    path = sender.begun(PHOTO, PHOTO[:HALF])
    part = part_of(path)
    sender.send(path, HALF, PHOTO[HALF:])
    part.write_bytes(PHOTO)
    assert (sender.offset(path), sender.send(path, 0, PHOTO).status_code) == (len(PHOTO), 409)
    assert (sender.end(path).status_code, left()) == (204, [])


def test_a_crash_before_the_note_makes_no_upload(sender, monkeypatch, left, aged, kept):
    with monkeypatch.context() as broken:
        broken.setattr(parts, "write", raising(RuntimeError("the process died here")))
        assert sender.begin(PHOTO).status_code == 500
    assert (left(), parts.sweep(kept, now=clock.now())) == ([".part"], 0)
    aged(days=2)
    assert (parts.sweep(kept, now=clock.now()), left()) == (1, [])


def test_a_note_that_cannot_be_read_is_no_upload(sender, kept, aged, left):
    path = sender.begun(PHOTO)
    next(kept.spools.glob("uploads/*/*.json")).write_text("{")
    assert sender.look(path).status_code == 404
    aged(days=2)
    parts.sweep(kept, now=clock.now())
    assert left() == []


def test_a_full_disk_says_so_and_leaves_one_byte_to_send(sender, monkeypatch):
    path = sender.begun(PHOTO)
    with monkeypatch.context() as broken:
        broken.setattr(actions, "keep", raising(OSError(28, "No space left on device")))
        answer = sender.send(path, 0, PHOTO)
    assert (answer.status_code, slug(answer), sender.offset(path)) == (507, "storage-full", len(PHOTO) - 1)
    goes_on(sender, path)


def test_what_is_promised_is_on_the_disk(sender, monkeypatch):
    path, synced, fsync = sender.begun(PHOTO), [], os.fsync

    def noted(handle):
        synced.append(Path(f"/proc/self/fd/{handle}").readlink().name)
        fsync(handle)

    monkeypatch.setattr(os, "fsync", noted)
    sender.send(path, 0, PHOTO[:HALF])
    assert synced[-1] == path.rpartition("/")[2] + ".part"


# --- time ----------------------------------------------------------------------------------------------------------


def test_an_upload_says_until_when_it_may_be_gone_on_with(sender):
    from email.utils import parsedate_to_datetime

    before = clock.now().replace(microsecond=0)
    told = parsedate_to_datetime(sender.begin(PHOTO).headers["Upload-Expires"])
    assert before + WEEK <= told <= clock.now() + WEEK


def test_an_upload_whose_time_is_over_says_so_until_it_is_swept(sender, aged, kept, left):
    path = sender.begun(PHOTO, PHOTO[:HALF])
    aged(days=7, seconds=1)
    answers = [sender.send(path, HALF, PHOTO[HALF:]), sender.end(path)]
    assert (sender.look(path).status_code, [slug(each) for each in answers]) == (410, ["upload-expired"] * 2)
    assert (parts.sweep(kept, now=clock.now()), sender.look(path).status_code, left()) == (1, 404, [])


def test_every_byte_puts_the_end_off(sender, aged, kept):
    path = sender.begun(PHOTO, PHOTO[:HALF])
    aged(days=6)
    sender.send(path, HALF, PHOTO[HALF : HALF + 1])
    assert parts.sweep(kept, now=clock.now() + timedelta(days=6)) == 0
    assert sender.offset(path) == HALF + 1


def test_what_is_done_is_told_for_a_week_too(sender, kept, tashi):
    path = sender.begun(PHOTO, PHOTO)
    assert parts.sweep(kept, now=clock.now() + WEEK - timedelta(minutes=1)) == 0
    assert parts.sweep(kept, now=clock.now() + WEEK) == 1
    assert (sender.look(path).status_code, tashi.get(f"/photos/{DIGEST}").status_code) == (404, 200)


def test_what_is_in_somebody_s_hand_is_not_swept(sender, part_of, aged, kept):
    path = sender.begun(PHOTO, PHOTO[:HALF])
    aged(days=8)
    with part_of(path).open("rb") as part:
        fcntl.flock(part, fcntl.LOCK_EX)
        assert parts.sweep(kept, now=clock.now()) == 0
    assert parts.sweep(kept, now=clock.now()) == 1


def test_an_account_s_old_uploads_make_room_for_new_ones(sender, aged, monkeypatch, left):
    from audit.evidence import uploads

    monkeypatch.setattr(uploads, "MOST", 1)
    sender.begun(PHOTO)
    aged(days=8)
    assert (sender.begin(PHOTO).status_code, left()) == (201, [".json", ".part"])


def test_a_spool_that_a_killed_process_left_goes_after_a_day(kept, aged):
    kept.spools.mkdir(parents=True, exist_ok=True)
    spool = kept.spools / "tmpabc123"
    spool.write_bytes(b"x")
    assert parts.sweep(kept, now=clock.now()) == 0
    aged(days=2)
    assert (parts.sweep(kept, now=clock.now()), spool.exists()) == (1, False)
