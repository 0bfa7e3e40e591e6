"""Received, then accepted: the answer waits for durable bytes only; a check says later what they are worth."""

import errno
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import made_pictures as made
import pytest
from factories import picture, visit

from audit.base import clock
from audit.base.problems import TemporarilyUnavailable
from audit.base.trail import TrailLine
from audit.evidence import checking, pictures
from audit.evidence.models import Photo, PhotoSlot

DIGEST, PHOTO = picture("a photo")


@pytest.fixture
def later(app):
    """Photos are checked after their answer, as with checker processes."""
    app.extensions["intake"] = replace(app.extensions["intake"], at_once=False)


@pytest.fixture
def check(app, later):
    """Does what a checker does, until nothing waits; how many photos that were: `check()`."""

    def run(now=None) -> int:
        intake, done = app.extensions["intake"], 0
        while checking.check_next(intake, now=now or clock.now()):
            done += 1
        return done

    return run


@pytest.fixture
def broken(monkeypatch):
    """A photo that arrives whole and cannot be decoded; gives (digest, bytes)."""

    def fails(file):
        raise pictures.PhotoUnreadable("broken inside")

    monkeypatch.setattr(pictures, "examine", fails)
    return DIGEST, PHOTO


def state(person, digest: str = DIGEST) -> str:
    return person.get(f"/photos/{digest}").json["state"]


def test_the_answer_says_received_and_the_bytes_are_there(tashi, later, stored):
    answer = tashi.send_photo(DIGEST, PHOTO)
    assert (answer.status_code, answer.json["state"], len(stored())) == (201, "received", 1)


def test_a_check_accepts_it(tashi, check, stored):
    tashi.send_photo(DIGEST, PHOTO)
    assert (check(), state(tashi), len(stored())) == (1, "accepted", 3)


def test_what_a_check_finds_is_what_would_have_been_answered(tashi, check):
    tashi.send_photo(DIGEST, PHOTO)
    check()
    found = tashi.get(f"/photos/{DIGEST}").json
    assert (found["width"], found["height"], found["exif"]["make"]) == (800, 600, "SAMPLE")


@pytest.mark.parametrize(
    ("slug", "data"),
    [
        ("unsupported-photo-format", made.encoded(kind="GIF")),
        ("photo-unreadable", PHOTO[:-200]),
        ("photo-too-many-pixels", made.claiming("PNG", 30_000, 30_000)),
        ("photo-animated", made.moving("WEBP")),
    ],
)
def test_what_can_be_seen_at_once_is_refused_at_once(tashi, later, stored, slug, data):
    answer = tashi.send_photo(made.digest(data), data)
    assert (answer.json["type"], stored(), Photo.select().count()) == (f"/problems/{slug}", [], 0)


def test_a_rejected_photo_says_why_and_keeps_the_bytes_that_were_acknowledged(tashi, check, broken, stored):
    tashi.send_photo(*broken)
    check()
    told = tashi.get(f"/photos/{DIGEST}").json
    found = (told["state"], told["problem"]["type"], told["problem"]["detail"], len(stored()))
    assert found == ("rejected", "/problems/photo-unreadable", "broken inside", 1)


def test_a_rejected_photo_is_refused_when_it_comes_again(tashi, check, broken):
    tashi.send_photo(*broken)
    check()
    again = tashi.send_photo(*broken)
    assert (again.status_code, again.json["type"]) == (422, "/problems/photo-unreadable")


def test_a_visit_waits_for_the_check_of_its_photos(tashi, check):
    inspection, body = uuid4(), visit(photos={"TA01": [DIGEST]})
    tashi.send_photo(DIGEST, PHOTO)
    before = tashi.submit(inspection, body).json
    check()
    after = tashi.submit(inspection, body).json
    told = [(each["state"], each["missing_photos"], each["unchecked_photos"]) for each in (before, after)]
    assert told == [("waiting", [], [DIGEST]), ("submitted", [], [])]


def test_a_rejected_photo_is_missing_again(tashi, check, broken):
    inspection, body = uuid4(), visit(photos={"TA01": [DIGEST]})
    tashi.submit(inspection, body)
    tashi.send_photo(*broken)
    check()
    receipt = tashi.submit(inspection, body).json
    assert (receipt["state"], receipt["missing_photos"], receipt["unchecked_photos"]) == ("waiting", [DIGEST], [])


def test_a_visit_with_an_unchecked_photo_is_not_reviewed(tashi, reviewer, later):
    inspection = uuid4()
    tashi.send_photo(DIGEST, PHOTO)
    tashi.submit(inspection, visit(photos={"TA01": [DIGEST]}))
    answer = reviewer.review(inspection)
    assert (answer.status_code, answer.json["unchecked_photos"]) == (409, [DIGEST])


def test_an_unchecked_photo_counts_for_nothing_yet(tashi, check, reviewer):
    inspection = uuid4()
    tashi.send_photo(DIGEST, PHOTO)
    tashi.submit(inspection, visit(photos={"TA02": [DIGEST]}))
    points = [_points(reviewer, inspection), check() and _points(reviewer, inspection)]
    assert points[0] < points[1]


def _points(person, inspection) -> float:
    items = person.get(f"/inspections/{inspection}/score").json["items"]
    return float(next(each["points"] for each in items if each["code"] == "TA02"))


def test_an_unchecked_photo_is_not_shown_yet(tashi, reviewer, later):
    inspection = uuid4()
    tashi.send_photo(DIGEST, PHOTO)
    tashi.submit(inspection, visit(photos={"TA01": [DIGEST]}))
    answer = reviewer.get(f"/inspections/{inspection}/photos/{DIGEST}")
    assert (answer.status_code, answer.json["type"], answer.json["retry"]) == (
        409,
        "/problems/photo-not-checked",
        "later",
    )


def test_a_photo_in_one_checker_s_hand_is_left_to_it(tashi, later):
    tashi.send_photo(DIGEST, PHOTO)
    now = clock.now()
    assert (checking.claim(now=now).digest, checking.claim(now=now)) == (DIGEST, None)


def test_a_photo_whose_checker_died_goes_to_another(tashi, check):
    tashi.send_photo(DIGEST, PHOTO)
    now = clock.now()
    checking.claim(now=now)
    assert (check(now), check(now + checking.LEASE + timedelta(seconds=1)), state(tashi)) == (0, 1, "accepted")


def test_a_photo_that_kills_its_checkers_is_given_up(tashi, check):
    tashi.send_photo(DIGEST, PHOTO)
    now = clock.now()
    for number in range(checking.TRIES):
        checking.claim(now=now + 2 * number * checking.LEASE)
    check(now + 2 * checking.TRIES * checking.LEASE)
    assert state(tashi) == "rejected"


def test_a_storage_that_is_away_rejects_nothing(app, tashi, check, monkeypatch):
    tashi.send_photo(DIGEST, PHOTO)

    def away(key):
        raise TemporarilyUnavailable()

    with monkeypatch.context() as for_now:
        for_now.setattr(app.extensions["storage"], "local", away)
        for turn in range(checking.TRIES + 1):
            with pytest.raises(TemporarilyUnavailable):
                check(clock.now() + 2 * turn * checking.PAUSE)
    assert (check(clock.now() + checking.LEASE), state(tashi)) == (1, "accepted")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_a_disk_that_is_full_or_broken_rejects_nothing(app, tashi, check, monkeypatch, number):
    tashi.send_photo(DIGEST, PHOTO)

    def fails(key, spool):
        raise OSError(number, "the disk")

    with monkeypatch.context() as for_now:
        for_now.setattr(app.extensions["storage"], "put", fails)
        for turn in range(checking.TRIES + 1):
            with pytest.raises(OSError, match="the disk"):
                check(clock.now() + 2 * turn * checking.PAUSE)
    assert (check(clock.now() + checking.LEASE), state(tashi)) == (1, "accepted")


def test_two_checkers_at_once_accept_once(app, tashi, later):
    tashi.send_photo(DIGEST, PHOTO)
    now = clock.now()
    first, second = checking.claim(now=now), checking.claim(now=now + 2 * checking.LEASE)
    storage, intake = app.extensions["storage"], app.extensions["intake"]
    for photo in (first, second):
        with storage.local(photo.key) as file:
            checking._accept(photo, pictures.examine(file), intake, now=now)
    assert TrailLine.select().where(TrailLine.action == "photo.accept").count() == 1


def test_the_oldest_is_checked_first(tashi, later):
    for seed in ("a", "b", "c"):
        tashi.send_photo(*picture(seed))
    now = clock.now()
    assert [checking.claim(now=now).digest for _ in "abc"] == [picture(seed)[0] for seed in "abc"]


def test_when_too_many_wait_the_phone_is_told_to_come_later(app, tashi, later):
    app.extensions["intake"] = replace(app.extensions["intake"], backlog=1)
    tashi.send_photo(*picture("a"))
    second, third = tashi.send_photo(*picture("b")), tashi.send_photo(*picture("c"))
    assert (second.status_code, third.status_code, third.headers["Retry-After"]) == (201, 503, "60")


def test_one_more_line_tells_of_the_check(tashi, check):
    tashi.send_photo(DIGEST, PHOTO)
    before = TrailLine.select().count()
    check()
    line = TrailLine.select().order_by(TrailLine.seq.desc()).get()
    assert (TrailLine.select().count() - before, line.action, line.subject) == (1, "photo.accept", DIGEST)


def test_a_photo_that_waits_is_checked_at_once_where_there_are_no_checkers(app, tashi, later):
    tashi.send_photo(DIGEST, PHOTO)
    app.extensions["intake"] = replace(app.extensions["intake"], at_once=True)
    assert (tashi.send_photo(DIGEST, PHOTO).json["state"], PhotoSlot.select().count()) == ("accepted", 8)


# --- asking first ------------------------------------------------------------------------------------------------


def test_a_phone_asks_which_photos_are_still_to_be_sent(tashi, pema, check):
    seeds = {seed: picture(seed)[0] for seed in ("accepted", "another's", "received", "never sent")}
    tashi.send_photo(*picture("accepted"))
    pema.send_photo(*picture("another's"))
    check()
    tashi.send_photo(*picture("received"))
    told = tashi.post("/photos/questions", json={"digests": list(seeds.values())}).json
    assert told == {
        "lacking": [seeds["another's"], seeds["never sent"]],
        "received": [seeds["received"]],
        "accepted": [seeds["accepted"]],
        "rejected": [],
    }


def test_the_answer_says_what_was_rejected_and_why(tashi, check, broken):
    tashi.send_photo(*broken)
    check()
    (rejected,) = tashi.post("/photos/questions", json={"digests": [DIGEST]}).json["rejected"]
    assert (rejected["digest"], rejected["problem"]["type"]) == (DIGEST, "/problems/photo-unreadable")


@pytest.mark.parametrize("digests", [[], ["x"], [DIGEST.upper()], [DIGEST] * 501, "all"])
def test_a_question_that_is_none_is_refused(tashi, digests):
    assert tashi.post("/photos/questions", json={"digests": digests}).status_code == 422


def test_the_head_of_a_photo_tells_whether_it_came(tashi, pema):
    tashi.send_photo(DIGEST, PHOTO)
    asked = [each.client.head(f"/api/v1/photos/{DIGEST}", headers=_own(each)) for each in (tashi, pema)]
    assert [each.status_code for each in asked] == [200, 404]


def _own(person) -> dict:
    return {"Authorization": f"Bearer {person.token}"}


# --- what the disk did to them -------------------------------------------------------------------------------------


def spoil(app, data: bytes) -> None:
    (app.extensions["storage"].root / Photo.get_by_id(DIGEST).key).write_bytes(data)


def test_bytes_that_the_disk_changed_reject_nothing(app, tashi, check):
    tashi.send_photo(DIGEST, PHOTO)
    spoil(app, PHOTO[:2000])
    with pytest.raises(TemporarilyUnavailable):
        check()
    assert state(tashi) == "received"


def test_sending_it_again_mends_what_the_disk_lost(app, tashi, check):
    tashi.send_photo(DIGEST, PHOTO)
    spoil(app, PHOTO[:2000])
    answer = tashi.send_photo(DIGEST, PHOTO)
    assert (answer.status_code, check(), state(tashi)) == (200, 1, "accepted")


def test_those_that_cannot_be_read_hold_up_nobody_else(app, tashi, later):
    for seed in ("lost", "good"):
        tashi.send_photo(*picture(seed))
    now = clock.now()
    checking._put_back(checking.claim(now=now), now=now)
    assert checking.claim(now=now + 2 * checking.PAUSE).digest == picture("good")[0]
