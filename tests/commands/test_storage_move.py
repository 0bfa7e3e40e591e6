"""audit storage move: every blob arrives as it was, nothing is deleted, and what is not whole is named."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from uuid import uuid4

import pytest
from factories import picture

from audit.base.storage import Folder
from audit.config import Config
from audit.fittings import storage


def held(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*.jpg")}


@pytest.fixture
def uploads(proved_visit, app) -> Path:
    """Where the photos are: an original with two renditions."""
    return app.extensions["storage"].root


@pytest.fixture
def target(tmp_path) -> Path:
    return tmp_path / "new"


def test_every_blob_arrives_as_it_was_and_none_goes(uploads, here, target):
    before = held(uploads)
    code, said = here.run("storage", "move", "--to", target)
    assert (code, held(target), held(uploads), len(before)) == (0, before, before, 3), said
    assert "3 files copied" in said and "nothing is missing" in said


def test_the_second_time_only_what_is_new_is_copied(uploads, here, target, tashi):
    here.run("storage", "move", "--to", target)
    tashi.send_photo(*picture("new"))
    assert "3 files copied" in here.run("storage", "move", "--to", target)[1]
    assert "0 files copied (0.0 MB), 6 were there already" in here.run("storage", "move", "--to", target)[1]


def test_previews_move_too_though_their_names_are_not_of_their_bytes(uploads, here, target, tashi):
    assert tashi.put(f"/photos/{'0' * 64}/preview", data=picture("a preview")[1]).status_code == 201
    before = held(uploads)
    code, said = here.run("storage", "move", "--to", target, "--check")
    assert (code, held(target), len(before), any("previews/" in key for key in before)) == (0, before, 4, True), said


def test_into_a_bucket_and_out_of_it_again(uploads, here, target, swift, credentials):
    bucket = swift.url(str(uuid4()))
    assert here.run("storage", "move", "--to", bucket)[0] == 0
    there = dataclasses.replace(here, storage_url=bucket)
    assert "photos: 1 checked, 0 faults" in there.run("verify")[1]
    assert there.run("storage", "move", "--to", target)[0] == 0
    assert held(target) == held(uploads)


def test_from_one_bucket_into_another(uploads, here, swift, credentials, tmp_path):
    one, two = swift.url(str(uuid4())), swift.url(str(uuid4()))
    here.run("storage", "move", "--to", one)
    code, said = here.run("storage", "move", "--from", one, "--to", two)
    kept = storage(Config(data=tmp_path, storage_url=two)).listed()
    assert (code, sorted(each.key for each in kept)) == (0, sorted(held(uploads))), said


def test_what_the_target_holds_otherwise_is_named_and_stays(uploads, here, target):
    key = next(key for key in held(uploads) if "renditions" not in key)
    (target / key).parent.mkdir(parents=True)
    (target / key).write_bytes(b"other")
    code, said = here.run("storage", "move", "--to", target)
    assert (code, (target / key).read_bytes()) == (1, b"other")
    assert f"{key}: the target holds other bytes under this key" in said


def test_what_has_rotted_in_the_target_is_found_when_asked_for(uploads, here, target):
    here.run("storage", "move", "--to", target)
    key = next(key for key in held(uploads) if "renditions" in key)
    (target / key).write_bytes(bytes((target / key).stat().st_size))
    assert here.run("storage", "move", "--to", target)[0] == 0
    code, said = here.run("storage", "move", "--to", target, "--check")
    assert (code, f"{key}: the target holds other bytes" in said) == (1, True)


def test_a_store_that_spoils_what_it_is_given_is_found_out(uploads, here, target, monkeypatch):
    put = Folder.put

    def spoil(folder, key, spool):
        spool.truncate(10)
        return put(folder, key, spool)

    monkeypatch.setattr(Folder, "put", spoil)
    code, said = here.run("storage", "move", "--to", target)
    assert (code, said.count("the target holds other bytes than were copied")) == (1, 3), said


def test_an_original_that_was_changed_is_not_carried_on(uploads, here, target):
    key = next(key for key in held(uploads) if "renditions" not in key)
    (uploads / key).write_bytes(b"changed")
    code, said = here.run("storage", "move", "--to", target)
    assert (code, (target / key).exists()) == (1, False)
    assert f"{key}: its bytes are not those that were received" in said


def test_an_original_that_is_gone_is_missed(uploads, here, target):
    key = next(key for key in held(uploads) if "renditions" not in key)
    (uploads / key).unlink()
    code, said = here.run("storage", "move", "--to", target)
    assert (code, f"{key}: the file is missing" in said, "2 files copied" in said) == (1, True, True)


def test_a_missing_rendition_is_missed_and_can_be_made_again(uploads, here, target):
    before = held(uploads)
    key = next(key for key in before if "renditions" in key)
    (uploads / key).unlink()
    code, said = here.run("storage", "move", "--to", target)
    assert (code, f"{key}: the rendition is missing" in said) == (1, True)
    assert "renditions of 1 photos made" in here.run("storage", "renditions")[1]
    assert (here.run("storage", "move", "--to", target)[0], held(target)) == (0, before)


def test_renditions_of_an_original_that_is_gone_are_named(uploads, here):
    for path in uploads.rglob("*.jpg"):
        path.unlink()
    code, said = here.run("storage", "renditions")
    assert (code, "its renditions cannot be made: the file is missing" in said) == (1, True)


def test_strange_files_stay_where_they_are(uploads, here, target):
    (uploads / "notes.txt").write_text("mine")
    assert here.run("storage", "move", "--to", target)[0] == 0
    assert not (target / "notes.txt").exists()


def test_a_store_is_not_moved_into_itself(uploads, here):
    code, said = here.run("storage", "move", "--to", uploads)
    assert (code, "both are the same store" in said) == (1, True)


def test_a_bad_url_is_named(uploads, here):
    code, said = here.run("storage", "move", "--to", "s3://photos?endpint=x")
    assert (code, "Invalid value for --to: knows no endpint" in said) == (2, True), said


def test_a_folder_that_is_not_there_is_named(uploads, here, tmp_path):
    code, said = here.run("storage", "move", "--from", tmp_path / "nowhere", "--to", tmp_path / "new")
    assert (code, "there is no folder" in said) == (2, True), said
