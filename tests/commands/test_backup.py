"""audit backup: everything at one moment, only what is new, and never taken for whole when it is not."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from factories import NOW, picture
from killed import killed_at
from packing import laid_out, packed
from states import made_once

from audit.base import snapshots
from audit.base.backups import Backups
from audit.commands import thinning
from audit.evidence import retention
from audit.evidence.models import Photo


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "photos").rglob("*.jpg")}


def test_it_copies_every_original_byte_for_byte(backed_up, backups, proved_visit):
    digest = proved_visit[1]
    assert files(backups) == {f"{digest}.jpg": picture()[1]}


def test_it_says_what_it_did_and_where_the_trail_ends(backed_up, here):
    said = backed_up()
    assert "photos: 1, of which 0 were copied now (0.0 MB)" in said
    assert said.partition("the trail ends with ")[2].split()[0] in here.run("verify")[1]


def test_only_new_photos_are_copied_the_second_time(backed_up, backups, tashi):
    tashi.send_photo(*picture("new"))
    assert "photos: 2, of which 1 were copied now" in backed_up()
    assert (len(files(backups)), len(Backups(backups).names())) == (2, 2)


def test_nobody_else_may_look_into_it(backed_up, backups):
    assert backups.stat().st_mode & 0o077 == 0


def test_a_photo_that_is_gone_is_named_and_the_rest_is_kept(backed_up, here, backups, app, tashi):
    digest, data = picture("to be lost")
    tashi.send_photo(digest, data)
    app.extensions["storage"].delete(Photo.get_by_id(digest).key)
    code, said = here.run("backup", backups)
    assert (code, f"{digest}.jpg: the file is missing" in said) == (1, True), said
    assert list(Backups(backups).chosen(None)[1]["photos"]["missing"]) == [Photo.get_by_id(digest).key]


def test_bytes_that_were_changed_are_never_copied(proved_visit, here, backups, app):
    (app.extensions["storage"].root / Photo.get().key).write_bytes(b"changed")
    code, said = here.run("backup", backups)
    assert (code, files(backups)) == (1, {})
    assert "its bytes are not those that were received" in said


def test_a_copy_that_was_torn_is_made_again(backed_up, backups):
    (path,) = (backups / "photos").rglob("*.jpg")
    path.write_bytes(path.read_bytes()[:100])
    backed_up()
    assert list(files(backups).values()) == [picture()[1]]


def test_a_copy_that_has_rotted_is_found_when_asked_for(backed_up, backups):
    (path,) = (backups / "photos").rglob("*.jpg")
    path.write_bytes(bytes(path.stat().st_size))
    backed_up()
    assert list(files(backups).values()) != [picture()[1]]
    backed_up("--check")
    assert list(files(backups).values()) == [picture()[1]]


def test_a_photo_that_was_let_go_of_meanwhile_is_not_missed(proved_visit, here, backups, app, tashi, monkeypatch):
    digest, data = picture("to be let go of")
    tashi.send_photo(digest, data)
    key = Photo.get_by_id(digest).key
    kept, write = app.extensions["storage"], snapshots.write
    kept.root.joinpath(key).rename(kept.root / "aside")

    def then_let_go(*words):
        made = write(*words)
        Photo.update(state="removed", removed_at=NOW).where(Photo.digest == digest).execute()
        return made

    monkeypatch.setattr(snapshots, "write", then_let_go)
    code, said = here.run("backup", backups)
    assert (code, "photos: 1, of which 1" in said) == (0, True), said


def test_two_backups_never_write_into_one_folder(backed_up, here, backups):
    with Backups(backups).alone():
        code, said = here.run("backup", backups)
    assert (code, "another backup is being written" in said) == (1, True)


def test_the_folder_of_the_photos_themselves_is_refused(proved_visit, here, tmp_path):
    (tmp_path / "photos").symlink_to(tmp_path / "uploads")
    code, said = here.run("backup", tmp_path)
    assert (code, "belongs on another disk" in said) == (1, True), said


def test_a_database_of_a_newer_program_is_not_understood(proved_visit, here, backups, monkeypatch):
    monkeypatch.setattr("audit.base.migrations.known", lambda: ["0001_initial"])
    code, said = here.run("backup", backups)
    assert (code, "the database was written by a newer version" in said) == (1, True)
    assert Backups(backups).names() == []


# --- cut off -----------------------------------------------------------------------------------------------------

AT = {  # where the process ends, as if killed
    "a photo is copied": "audit.base.copies.copy",
    "a photo gets its name": "audit.base.storage.Folder.put",
    "the database is written": "audit.base.snapshots._write_table",
    "the manifest is written": "audit.base.backups.json.dump",
    "it gets its name": "pathlib.Path.rename",
}


@pytest.mark.parametrize("place", AT.values(), ids=AT)
def test_a_backup_that_was_killed_is_no_backup(place, proved_visit, here, backups, elsewhere):
    killed_at(place, here, "backup", backups)
    code, said = elsewhere.run("restore", backups)
    assert (code, "backup-invalid: there is no whole backup" in said) == (1, True), said
    assert not elsewhere.data.exists()


@pytest.mark.parametrize("place", ["pathlib.Path.rename", "audit.base.storage.Folder.put"])
def test_after_one_that_was_killed_the_next_is_whole_and_nothing_lies_about(place, proved_visit, here, backups):
    killed_at(place, here, "backup", backups)
    assert here.run("backup", backups)[0] == 0
    assert [each.name for each in (backups / "snapshots").iterdir()] == Backups(backups).names()
    assert [path.name for path in (backups / "photos").rglob("*") if path.is_file()] == [f"{proved_visit[1]}.jpg"]


def test_one_that_fails_leaves_nothing_that_looks_whole(backed_up, here, backups, monkeypatch):
    def fail(*words):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(snapshots, "write", fail)
    code, said = here.run("backup", backups)
    assert (code, "No space left on device" in said) == (1, True)
    assert len(list((backups / "snapshots").iterdir())) == 1


def test_photos_that_came_after_the_first_look_are_copied_too(backed_up, here, backups, tashi, monkeypatch):
    write = snapshots.write

    def while_one_arrives(*words):
        with ThreadPoolExecutor(1) as phone:  # a thread has its own connection
            assert phone.submit(tashi.send_photo, *picture("in the meantime")).result().status_code == 201
        return write(*words)

    monkeypatch.setattr(snapshots, "write", while_one_arrives)
    assert "photos: 2, of which 1 were copied now" in backed_up()


def test_old_snapshots_may_be_removed_by_hand(backed_up, backups, elsewhere):
    first = Backups(backups).names()[0]
    backed_up()
    shutil.rmtree(backups / "snapshots" / first)
    assert elsewhere.run("restore", backups)[0] == 0


# --- letting go of old ones --------------------------------------------------------------------------------------


@made_once
def backed_up_thrice(backed_up, backups, tashi):
    """What `three` gives, and its folder, packed."""
    shutil.rmtree(backups / "snapshots" / Backups(backups).names()[0])
    digest, data = picture("in older snapshots")
    tashi.send_photo(digest, data)
    backed_up()
    backed_up()
    retention.remove(Photo.get_by_id(digest), now=NOW)
    backed_up()
    return Backups(backups).names(), digest, packed(backups)


@pytest.fixture
def three(backed_up, backed_up_thrice, backups):
    """Three snapshots; the first two name a photo that the third does not. Gives (the names, that photo's digest)."""
    *given, held = backed_up_thrice
    shutil.rmtree(backups)
    laid_out(held, backups)
    return tuple(given)


def test_the_newest_are_kept_and_what_only_the_others_named_goes(three, backed_up, backups, proved_visit, elsewhere):
    assert "let go of 2 snapshots and 1 photos" in backed_up("--keep", "2")
    names = Backups(backups).names()
    assert (len(names), names[0]) == (2, three[0][2])
    assert list(files(backups)) == [f"{proved_visit[1]}.jpg"]
    assert elsewhere.run("restore", backups, "--snapshot", names[0])[0] == 0


def test_a_photo_stays_while_any_snapshot_names_it(three, backed_up, backups, elsewhere):
    assert "let go of 1 snapshots and 0 photos" in backed_up("--keep", "3")
    assert f"{three[1]}.jpg" in files(backups)
    assert elsewhere.run("restore", backups, "--snapshot", three[0][1])[0] == 0


def test_without_being_told_it_lets_go_of_nothing(three, backed_up, backups):
    backed_up()
    assert set(three[0]) < set(Backups(backups).names()) and f"{three[1]}.jpg" in files(backups)


@pytest.fixture
def lacking(three, here, backups, app, tashi):
    """After the three one that lacks a photo, made with `--keep 1`; gives (the three, the photo)."""
    digest, data = picture("lost too early")
    tashi.send_photo(digest, data)
    app.extensions["storage"].delete(Photo.get_by_id(digest).key)
    assert here.run("backup", backups, "--keep", "1")[0] == 1
    return three, (digest, data)


def test_a_backup_that_lacks_a_photo_lets_go_of_nothing(lacking, backups):
    (names, digest), _ = lacking
    assert Backups(backups).names()[:-1] == names and f"{digest}.jpg" in files(backups)


def test_one_that_lacks_photos_counts_for_none(lacking, backups, backed_up, tashi):
    (names, _), photo = lacking
    tashi.send_photo(*photo)
    backed_up("--keep", "2")
    assert (len(Backups(backups).names()), Backups(backups).names()[0]) == (3, names[2])


def test_what_is_not_ours_is_never_touched(three, backed_up, backups):
    snapshots_, photos = backups / "snapshots", backups / "photos"
    shutil.copytree(snapshots_ / three[0][0], snapshots_ / "before the move")
    strangers = [photos / "ab" / "notes.txt", photos / f"{'ab' * 32}.jpg", snapshots_ / three[0][1] / "notes.txt"]
    for each in strangers:
        each.parent.mkdir(exist_ok=True)
        each.write_text("not ours")
    assert "let go of 3 snapshots and 0 photos" in backed_up("--keep", "1")
    assert all(each.exists() for each in strangers)
    assert "before the move" in Backups(backups).names() and f"{three[1]}.jpg" in files(backups)


def test_while_one_cannot_be_read_no_photo_goes(three, backed_up, backups):
    (backups / "snapshots" / three[0][0] / "database.jsonl.gz").write_bytes(b"rotten")
    said = backed_up("--keep", "1")
    assert f"database.jsonl.gz of {three[0][0]} is torn or was changed" in said
    assert three[0][0] in Backups(backups).names() and f"{three[1]}.jpg" in files(backups)


def test_one_that_is_being_restored_stays_with_its_photos(three, backed_up, backups):
    with thinning.held(Backups(backups), three[0][0]):
        assert f"{three[0][0]} is being restored at this moment" in backed_up("--keep", "1")
    assert len(Backups(backups).names()) == 2 and f"{three[1]}.jpg" in files(backups)
    backed_up("--keep", "1")
    assert len(Backups(backups).names()) == 1 and f"{three[1]}.jpg" not in files(backups)


def test_the_one_just_made_stays_though_the_clock_went_back(three, backed_up, backups, monkeypatch):
    monkeypatch.setattr("audit.commands.backup.clock.now", lambda: datetime(2020, 1, 1, tzinfo=UTC))
    backed_up("--keep", "1")
    assert Backups(backups).names() == ["2020-01-01T00-00-00.000000Z"]


THINNING_AT = {  # where the process ends, as if killed
    "a manifest is gone": "audit.commands.thinning.fsync_folder",
    "a snapshot's folder goes": "pathlib.Path.rmdir",
    "a photo goes": "audit.base.storage.Folder.delete",
}


@pytest.mark.parametrize("place", THINNING_AT.values(), ids=THINNING_AT)
def test_whatever_remains_can_be_restored_after_a_kill(place, three, here, backups, elsewhere, backed_up):
    killed_at(place, here, "backup", backups, "--keep", "2")
    assert elsewhere.run("restore", backups, "--snapshot", Backups(backups).names()[0])[0] == 0
    backed_up("--keep", "2")
    assert [each.name for each in sorted((backups / "snapshots").iterdir())] == Backups(backups).names()
    assert len(Backups(backups).names()) == 2 and f"{three[1]}.jpg" not in files(backups)
