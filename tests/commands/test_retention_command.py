"""audit retention: what need not be kept is named first, and let go of only when told; nothing else is touched."""

import os
import time
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner
from factories import GADONG, ROUND, ROUND_BODY, chain_faults, picture, visit

from audit.accounts.models import SignInFailure, Token
from audit.base import clock
from audit.base.trail import TrailLine
from audit.cli import main
from audit.evidence.models import Photo, PhotoPreview, PhotoSender
from audit.inspections.models import Score
from audit.rounds import actions as rounds

YEAR = timedelta(days=366)


@pytest.fixture
def retention(stage, tmp_path, app):
    """Runs audit retention on this test's data; gives what it said: `retention("--apply", years=5)`."""

    def run(*words: str, years: int = 0) -> str:
        folder = app.extensions["storage"].root
        settings = {"DATABASE_URL": stage[0], "UPLOADS": str(folder), "EVIDENCE_YEARS": str(years)}
        command = ["--data", str(tmp_path), "retention", *words]
        done = CliRunner().invoke(main, command, env={f"AUDIT_{key}": each for key, each in settings.items()})
        assert done.exit_code == 0, (done.output, done.exception)
        return done.output

    return run


@pytest.fixture
def files(app):
    """The names of the files of photos, and their making old: `files()`, `files(age=days)`."""
    root: Path = app.extensions["storage"].root

    def look(age: int = 0) -> list[str]:
        found = [path for path in root.rglob("*") if path.is_file() and "arriving" not in path.parts]
        for path in found if age else ():
            os.utime(path, (time.time() - age * 86400,) * 2)
        return sorted(path.name for path in found)

    return look


@pytest.fixture
def a_photo(tashi):
    """The digest of a photo that came a year ago and that no visit names."""
    digest, data = picture("nobody names it")
    tashi.send_photo(digest, data)
    Photo.update(received_at=clock.now() - YEAR).execute()
    return digest


@pytest.fixture
def ahead(tashi):
    """tashi sends a preview of the original with a digest; its file's name: `ahead(digest)`."""

    def send(digest: str) -> str:
        answer = tashi.put(f"/photos/{digest}/preview", data=picture("a preview")[1])
        assert answer.status_code == 201, answer.json
        return PhotoPreview.get(PhotoPreview.digest == digest).key.rpartition("/")[2]

    return send


@pytest.fixture
def an_old_round(app, tashi, reviewer, files):
    """(visit, digest): an approved visit with a photo, in a round that closed ten years ago."""
    digest, data = picture("long ago")
    inspection = uuid4()
    days = {"opens_on": date(2016, 1, 1), "closes_on": date(2016, 3, 31)}
    rounds.open_round(ROUND_BODY | days | {"code": "old", "name": "old"}, actor=None, now=clock.now())
    tashi.send_photo(digest, data)
    tashi.submit(inspection, visit(GADONG, round="old", photos={"TA01": [digest]}))
    reviewer.review(inspection)
    files(age=400)
    return inspection, digest


def test_without_a_word_nothing_is_changed(retention, a_photo, files):
    before = (files(age=400), Photo.select().count(), TrailLine.select().count())
    said = retention().splitlines()
    assert (files(), Photo.select().count(), TrailLine.select().count()) == before
    assert (said[0].split()[:6], said[-1].split(";")[0]) == (
        ["photos", "that", "no", "visit", "names", "1"],
        "nothing was changed",
    )


def test_a_photo_that_no_visit_names_goes_with_its_files(retention, a_photo, files):
    files(age=400)
    retention("--apply")
    assert (files(), Photo.select().count(), PhotoSender.select().count()) == ([], 0, 0)


def test_a_young_photo_stays(retention, tashi, files):
    tashi.send_photo(*picture())
    files(age=400)
    retention("--apply")
    assert (len(files()), Photo.select().count()) == (3, 1)


def test_a_photo_of_a_revision_that_was_replaced_stays(retention, tashi, reviewer, files):
    digest, data = picture("first try")
    tashi.send_photo(digest, data)
    inspection = uuid4()
    tashi.submit(inspection, visit(photos={"TA01": [digest]}))
    reviewer.review(inspection, "return", reasons=[{"item": "TA01", "reason": "blurred"}])
    tashi.submit(inspection, visit(revision=2))
    Photo.update(received_at=clock.now() - YEAR).execute()
    retention("--apply")
    assert Photo.select().count() == 1


def test_a_photo_of_what_was_kept_aside_stays(retention, tashi):
    digest, data = picture("aside")
    tashi.send_photo(digest, data)
    inspection = uuid4()
    tashi.submit(inspection, visit())
    assert tashi.submit(inspection, visit(photos={"TA01": [digest]})).status_code == 409
    Photo.update(received_at=clock.now() - YEAR).execute()
    retention("--apply")
    assert Photo.select().count() == 1


def test_a_photo_that_was_forgotten_may_come_again(retention, a_photo, tashi, files):
    files(age=400)
    retention("--apply")
    assert tashi.send_photo(*picture("nobody names it")).status_code == 201
    assert len(files()) == 3


def test_a_file_of_no_photo_goes_after_a_day(retention, tashi, files, app):
    tashi.send_photo(*picture())
    digest, data = picture("orphan")
    orphan = app.extensions["storage"].root / digest[:2] / digest[2:4] / f"{digest}.jpg"
    orphan.parent.mkdir(parents=True)
    orphan.write_bytes(data)
    retention("--apply")
    young = files(age=2)
    retention("--apply")
    assert (orphan.name in young, orphan.name in files(), len(files())) == (True, False, 3)


def test_a_preview_stays_until_its_original_comes_and_then_its_file_goes(retention, tashi, ahead, files):
    digest, data = picture("an original")
    name = ahead(digest)
    files(age=400)
    retention("--apply")
    before = name in files()
    tashi.send_photo(digest, data)
    files(age=400)
    retention("--apply")
    assert (before, name in files(), len(files())) == (True, False, 3)


def test_the_preview_of_somebody_who_has_not_sent_the_original_stays(retention, tashi, pema, ahead, files):
    digest, data = picture("an original")
    name = ahead(digest)
    pema.send_photo(digest, data)
    files(age=400)
    retention("--apply")
    assert (name in files(), len(files())) == (True, 4)


def test_a_preview_whose_original_never_came_goes_with_its_file(retention, ahead, files, verify):
    ahead("0" * 64)
    PhotoPreview.update(received_at=clock.now() - YEAR).execute()
    files(age=400)
    told, before = retention(), files()
    retention("--apply")
    assert "previews of what never came            1" in told
    assert (len(before), files(), PhotoPreview.select().count()) == (1, [], 0)
    assert verify()[0] == 0


def test_a_strange_file_is_left_alone(retention, app, files):
    (app.extensions["storage"].root / "notes.txt").write_text("mine")
    files(age=400)
    retention("--apply")
    assert files() == ["notes.txt"]


def test_evidence_is_kept_for_good_unless_told(retention, an_old_round):
    retention("--apply")
    assert Photo.get().state == "accepted"


def test_the_bytes_of_a_round_long_closed_go_and_its_score_stays(retention, an_old_round, files):
    before = Score.get().digest
    retention("--apply", years=5)
    photo = Photo.get()
    assert (files(), photo.state, photo.exif, Score.get().digest) == ([], "removed", {}, before)


def test_the_bytes_of_one_that_was_rejected_go_and_it_stays_rejected(retention, an_old_round, files):
    Photo.update(state="rejected", problem={"slug": "photo-unreadable", "detail": None}).execute()
    retention("--apply", years=5)
    assert (files(), Photo.get().state) == ([], "rejected")


def test_what_was_let_go_of_says_so(retention, an_old_round, reviewer):
    retention("--apply", years=5)
    answer = reviewer.get("/inspections/{}/photos/{}".format(*an_old_round))
    assert (answer.status_code, answer.json["type"].rpartition("/")[2]) == (410, "photo-removed")


def test_a_photo_that_a_newer_round_names_too_stays(retention, an_old_round, tashi):
    tashi.submit(uuid4(), visit(GADONG, round=ROUND, photos={"TA01": [an_old_round[1]]}))
    retention("--apply", years=5)
    assert Photo.get().state == "accepted"


def test_what_was_let_go_of_can_be_sent_again(retention, an_old_round, tashi, files):
    retention("--apply", years=5)
    tashi.send_photo(*picture("long ago"))
    assert (Photo.get().state, len(files())) == ("accepted", 3)


def test_verify_accepts_what_retention_did(retention, an_old_round, a_photo, verify, files):
    files(age=400)
    retention("--apply", years=5)
    code, said = verify()
    assert (code, chain_faults()) == (0, []), said


def test_verify_finds_bytes_that_went_without_retention(an_old_round, verify):
    Photo.update(state="removed", removed_at=clock.now()).execute()
    code, said = verify()
    assert code == 1 and "the trail does not tell that it is removed" in said


def test_sign_ins_that_ended_long_ago_are_forgotten(retention, people):
    SignInFailure.create(name="x", at=clock.now() - YEAR)
    Token.update(revoked_at=clock.now() - YEAR).where(Token.account == people["tashi"].get("/me").json["id"]).execute()
    before = Token.select().count()
    retention("--apply")
    assert (Token.select().count() < before, SignInFailure.select().count()) == (True, 0)


def test_a_second_run_finds_nothing(retention, an_old_round, a_photo, files):
    files(age=400)
    retention("--apply", years=5)
    before = TrailLine.select().count()
    counts = [line.split()[-1] for line in retention("--apply", years=5).splitlines()[:5]]
    assert (counts, TrailLine.select().count()) == (["0"] * 5, before)
