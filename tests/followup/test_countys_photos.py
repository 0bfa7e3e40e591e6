"""A county's photos: sent like an inspector's, kept while a finding or an appeal rests on them, no key to visits."""

import hashlib
from base64 import b64encode
from datetime import timedelta

import pytest
from click.testing import CliRunner
from factories import large_photo, visit
from towns import FAULTY, LUOJIANG, ORDER

from audit.base import clock
from audit.cli import main
from audit.evidence.models import Photo


@pytest.fixture
def let_go(stage, tmp_path, app):
    """Runs audit retention a year after every photo came."""

    def run() -> None:
        Photo.update(received_at=clock.now() - timedelta(days=366)).execute()
        folder = str(app.extensions["storage"].root)
        settings = {"AUDIT_DATABASE_URL": stage[0], "AUDIT_UPLOADS": folder}
        done = CliRunner().invoke(main, ["--data", str(tmp_path), "retention", "--apply"], env=settings)
        assert done.exit_code == 0, (done.output, done.exception)

    return run


def test_a_county_sends_a_photo_in_pieces(bailang):
    data = large_photo(20_000, "in pieces")
    digest = hashlib.sha256(data).hexdigest()
    headers = {
        "Tus-Resumable": "1.0.0",
        "Upload-Length": str(len(data)),
        "Upload-Metadata": "sha256 " + b64encode(digest.encode()).decode(),
        "Content-Type": "application/offset+octet-stream",
    }
    assert bailang.post("/uploads", headers=headers, data=data).status_code == 201
    assert bailang.get(f"/photos/{digest}").json["state"] == "accepted"


def test_a_county_asks_which_of_its_photos_came(bailang, photo):
    sent = photo(bailang)
    answer = bailang.post("/photos/questions", json={"digests": [sent, "a" * 64]}).json
    assert (answer["accepted"], answer["lacking"]) == ([sent], ["a" * 64])


def test_a_countys_photo_proves_nothing_at_a_visit(town, tashi, bailang, photo):
    sent = photo(bailang)
    body = visit(round="2026Q4", photos={"TA01": [sent]})
    answer = tashi.submit("00000000-0000-4000-8000-000000000009", body)
    assert answer.json["missing_photos"] == [sent]


def test_proofs_are_kept_and_what_nothing_rests_on_is_not(reported, bailang, photo, let_go):
    spare = photo(bailang, "spare")
    let_go()
    assert [bailang.get(f"/photos/{each}").status_code for each in (reported, spare)] == [200, 404]


def test_photos_of_appeals_are_kept(town, a_fault, bailang, photo, let_go):
    town.freeze()
    new = photo(bailang)
    town.appeal(a_fault, photos=[new])
    let_go()
    assert bailang.get(f"/photos/{new}").status_code == 200


def test_a_photo_that_waits_for_its_check_proves_nothing_yet(town, bailang, photo):
    town.visit(LUOJIANG, *FAULTY)
    town.do("office", "order", **ORDER)
    proof = photo(bailang)
    Photo.update(state="received").where(Photo.digest == proof).execute()
    answer = town.do("bailang", "report", note="已扩建", photos=[proof])
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/photo-not-checked")
