"""audit restore: whole or not at all, only where nothing is, and what comes out proves itself."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from uuid import uuid4

import pytest
from factories import picture, visit
from killed import killed_at

from audit.base import db, migrations
from audit.base.backups import Backups
from audit.base.db import digest_of
from audit.evidence.models import Photo
from audit.inspections.models import Inspection

MORE = """import peewee as p
def up(migrator, db):
    db.execute_sql("CREATE TABLE later (id INTEGER)")
def down(migrator, db):
    db.execute_sql("DROP TABLE later")
"""


def test_a_service_comes_back_whole(backed_up, backups, elsewhere, reviewer, proved_visit):
    path = f"/inspections/{proved_visit[0]}"
    before = reviewer.get(path).json
    code, said = elsewhere.run("restore", backups)
    assert (code, "everything holds" in said) == (0, True), said
    assert elsewhere.client(reviewer).get(path).json == before


def test_the_photos_come_back_with_their_renditions(backed_up, backups, elsewhere, tashi, proved_visit):
    elsewhere.run("restore", backups)
    there = elsewhere.client(tashi)
    path = "/inspections/{}/photos/{}".format(*proved_visit)
    assert there.get(f"{path}?size=original", buffered=True).data == picture()[1]
    assert there.get(f"{path}?size=320", buffered=True).status_code == 200


def test_previews_are_in_no_backup_and_can_be_sent_again(backed_up, backups, elsewhere, tashi):
    path = f"/photos/{'0' * 64}/preview"
    assert tashi.put(path, data=picture()[1]).status_code == 201
    backed_up()
    code, said = elsewhere.run("restore", backups)
    assert (code, [each for each in backups.rglob("*") if "previews" in each.parts]) == (0, []), said
    assert elsewhere.client(tashi).put(path, data=picture()[1]).status_code == 201


def test_work_goes_on_in_what_was_restored(backed_up, backups, elsewhere, tashi, office):
    elsewhere.run("restore", backups)
    there = elsewhere.client(tashi)
    digest, data = picture("the day after")
    assert there.send_photo(digest, data).status_code == 201
    assert there.submit(uuid4(), visit(photos={"TA01": [digest]})).json["missing_photos"] == []
    assert elsewhere.run("verify")[0] == 0


def test_an_older_snapshot_is_what_was_there_then(backed_up, backups, elsewhere, tashi):
    later = uuid4()
    tashi.submit(later, visit())
    backed_up()
    code, said = elsewhere.run("restore", backups, "--snapshot", Backups(backups).names()[0])
    assert (code, Inspection.select().where(Inspection.id == later).exists()) == (0, False), said


def test_a_snapshot_that_is_not_there_is_told(backed_up, backups, elsewhere):
    code, said = elsewhere.run("restore", backups, "--snapshot", "yesterday")
    assert (code, "there is no snapshot yesterday; there are 20" in said) == (1, True)


def test_the_other_engine_takes_it_too(backed_up, backups, elsewhere, engine, request, tmp_path):
    if engine == "postgres":
        url = f"sqlite:///{tmp_path / 'other.db'}"
    else:
        url = request.getfixturevalue("postgres").create(f"other{uuid4().hex}")
    other = type(elsewhere)(elsewhere.data, url)
    code, said = other.run("restore", backups)
    assert (code, "everything holds" in said) == (0, True), said
    other.run("backup", tmp_path / "again")
    db.database.close_all()
    # and holds the same rows, byte for byte
    one, two = (Backups(each).chosen(None)[1] for each in (backups, tmp_path / "again"))
    assert one["database"] == two["database"]


# --- where -------------------------------------------------------------------------------------------------------


def test_a_database_that_is_there_is_never_written_over(backed_up, backups, here):
    code, said = here.run("restore", backups)
    assert code == 1 and ("exists; restore wants" in said or "is not empty; restore wants" in said)
    assert Inspection.select().count() == 1


def test_what_sqlite_left_behind_is_not_read_as_its_own(backed_up, backups, elsewhere, engine):
    if engine == "sqlite":
        path = Path(f"{elsewhere.database_url.removeprefix('sqlite:///')}-wal")
        path.write_bytes(b"of another database")
        code, said = elsewhere.run("restore", backups)
        assert (code, f"{path} exists" in said) == (1, True)


def test_photos_of_others_are_never_mixed_in(backed_up, backups, elsewhere):
    digest, data = picture("of others")
    other = elsewhere.data / "uploads" / digest[:2] / digest[2:4] / f"{digest}.jpg"
    other.parent.mkdir(parents=True)
    other.write_bytes(data)
    code, said = elsewhere.run("restore", backups)
    assert (code, "restore wants a place without others" in said) == (1, True)


# --- cut off, torn, changed, newer, older ------------------------------------------------------------------------

AT = {
    "the photos": "audit.base.copies.copy",
    "the renditions": "audit.evidence.checking.keep_renditions",
    "the rows": "audit.base.snapshots._store",
    "the last migrations": "audit.base.migrations.head",
}


@pytest.mark.parametrize("place", AT.values(), ids=AT)
def test_one_that_was_killed_is_no_service_and_goes_on(place, backed_up, backups, elsewhere):
    killed_at(place, elsewhere, "restore", backups)
    code, said = elsewhere.run("verify")
    assert code == 1 and ("there is no database" in said or "run `audit migrate` first" in said), said
    code, said = elsewhere.run("restore", backups)
    assert (code, "everything holds" in said) == (0, True), said


def snapshot_of(backups: Path) -> Path:
    (found,) = (backups / "snapshots").iterdir()
    return found


def changed(manifest: Path, **members) -> None:
    """A manifest that says something else, and is sealed."""
    told = json.loads(manifest.read_text("utf-8")) | members
    del told["seal"]
    manifest.write_text(json.dumps(told | {"seal": digest_of(told)}), "utf-8")


def spoil_rows(folder: Path):
    path = folder / "database.jsonl.gz"
    path.write_bytes(path.read_bytes()[:-100])


def lose_rows(folder: Path):
    (folder / "database.jsonl.gz").unlink()


def cut_manifest(folder: Path):
    path = folder / "manifest.json"
    path.write_bytes(path.read_bytes()[:-100])


def edit_manifest(folder: Path):
    path = folder / "manifest.json"
    path.write_text(path.read_text("utf-8").replace('"named": 1', '"named": 0'), "utf-8")


def lose_manifest(folder: Path):
    (folder / "manifest.json").unlink()


def newer_format(folder: Path):
    changed(folder / "manifest.json", format=2)


def newer_schema(folder: Path):
    changed(folder / "manifest.json", migrations=["0001_initial", "9999_from_the_future"])


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (spoil_rows, "database.jsonl.gz of {} is torn or was changed"),
        (lose_rows, "database.jsonl.gz of {} is missing"),
        (cut_manifest, "the manifest of {} is torn or was changed"),
        (edit_manifest, "the manifest of {} is torn or was changed"),
        (lose_manifest, "there is no whole backup in"),
        (newer_format, "{} was made by a newer version: format 2, this program knows 1"),
        (newer_schema, "{} was made by the newer version 0.1.0: its schema has 9999_from_the_future"),
    ],
)
def test_a_spoilt_backup_is_refused_with_a_reason(spoil, sentence, backed_up, backups, elsewhere):  # AD08
    folder = snapshot_of(backups)
    spoil(folder)
    code, said = elsewhere.run("restore", backups)
    assert (code, f"backup-invalid: {sentence.format(folder.name)}" in said) == (1, True), said
    assert not elsewhere.data.exists()


def test_rows_that_are_not_those_counted_are_refused(backed_up, backups, elsewhere):
    manifest = snapshot_of(backups) / "manifest.json"
    rows = json.loads(manifest.read_text("utf-8"))["rows"]
    changed(manifest, rows=rows | {"trail": rows["trail"] + 1})
    code, said = elsewhere.run("restore", backups)
    assert (code, "does not hold the rows that its manifest tells of" in said) == (1, True), said
    assert elsewhere.run("verify")[0] == 1


def test_an_older_schema_is_restored_and_brought_up_to_date(backed_up, backups, elsewhere, tmp_path, monkeypatch):
    newer = shutil.copytree(migrations.folder("migrations"), tmp_path / "newer")
    (newer / "0999_later.py").write_text(MORE)
    (newer / "HEAD").write_text("0999_later")
    monkeypatch.setattr(migrations, "folder", lambda name: newer)
    code, said = elsewhere.run("restore", backups)
    assert (code, "later" in db.database.get_tables(), migrations.pending()) == (0, True, []), said


# --- photos that are not whole -----------------------------------------------------------------------------------


@pytest.fixture
def rotten(backed_up, backups) -> Path:
    """A photo of the backup in which bytes were changed."""
    (path,) = (backups / "photos").rglob("*.jpg")
    path.write_bytes(bytes(path.stat().st_size))
    return path


def test_a_rotten_photo_is_named_and_nothing_is_restored(rotten, backups, elsewhere):
    code, said = elsewhere.run("restore", backups)
    assert (code, f"{rotten.name}: its bytes are not those that were received" in said) == (1, True), said
    assert "backup-invalid: 1 photos are not whole in it" in said
    assert elsewhere.run("verify")[0] == 1


def test_everything_else_is_restored_when_told_to(rotten, backups, elsewhere):
    code, said = elsewhere.run("restore", backups, "--incomplete")
    assert (code, "the file is missing" in said, Photo.select().count()) == (1, True, 1), said
    assert "visits: 1 checked, 0 faults" in said


# --- buckets -----------------------------------------------------------------------------------------------------


def test_from_a_bucket_into_a_bucket(stage, tashi, elsewhere, backups, swift, credentials, tmp_path):
    place = type(elsewhere)
    one, two = (
        place(each.data, each.database_url, swift.url(str(uuid4()))) for each in (place(tmp_path, stage[0]), elsewhere)
    )
    digest, data = picture("in a bucket")
    assert one.client(tashi).send_photo(digest, data).status_code == 201
    assert one.run("backup", backups)[0] == 0
    code, said = two.run("restore", backups)
    assert (code, "photos: 1 checked, 0 faults" in said) == (0, True), said
    assert not (elsewhere.data / "uploads" / digest[:2]).exists()
