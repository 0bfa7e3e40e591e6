"""Documents are carried like photos: backed up, restored, moved, thinned out and swept."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest
from factories import picture
from made_documents import PDF, digest_of, send, xlsx

from audit.base.backups import Backups

KEY = f"documents/{digest_of(PDF)}.pdf"


@pytest.fixture
def a_document(office) -> None:
    assert send(office).status_code == 201


def test_a_backup_holds_it_and_a_restore_brings_it_back(a_document, here, backups, elsewhere, office):
    code, said = here.run("backup", backups)
    assert (code, (backups / "photos" / KEY).read_bytes()) == (0, PDF), said
    code, said = elsewhere.run("restore", backups)
    assert (code, "documents: 1 checked, 0 faults" in said) == (0, True), said
    assert elsewhere.client(office).get(f"/documents/{digest_of(PDF)}", buffered=True).data == PDF


def test_a_restore_that_was_cut_off_goes_on(a_document, here, backups, elsewhere):
    here.run("backup", backups)
    target = elsewhere.data / "uploads" / KEY
    target.parent.mkdir(parents=True)
    target.write_bytes(PDF[:10])
    assert (elsewhere.run("restore", backups)[0], target.read_bytes()) == (0, PDF)


def test_a_backup_says_which_document_it_lacks(a_document, here, backups, app):
    app.extensions["storage"].delete(KEY)
    code, said = here.run("backup", backups)
    assert (code, f"{KEY}: the file is missing" in said) == (1, True), said


def test_thinning_keeps_what_the_newest_snapshot_names(a_document, here, backups):
    for _ in range(2):
        code, said = here.run("backup", backups, "--keep", "1")
        assert code == 0, said
    assert (len(Backups(backups).names()), (backups / "photos" / KEY).is_file()) == (1, True)


def test_it_moves_with_the_photos(a_document, here, tmp_path, office, tashi):
    tashi.send_photo(*picture())
    send(office, xlsx())
    code, said = here.run("storage", "move", "--to", tmp_path / "new", "--check")
    assert (code, "5 files copied" in said, (tmp_path / "new" / KEY).read_bytes()) == (0, True, PDF), said


def test_a_move_misses_what_is_gone(a_document, here, tmp_path, app):
    app.extensions["storage"].delete(KEY)
    code, said = here.run("storage", "move", "--to", tmp_path / "new")
    assert (code, f"{KEY}: the file is missing" in said) == (1, True), said


def test_renditions_are_not_made_of_it(a_document, here):
    assert here.run("storage", "renditions")[0] == 0


@pytest.mark.parametrize("stands", [True, False])
def test_a_file_is_swept_when_no_document_is_there(a_document, here, app, stands):
    path = app.extensions["storage"].root / KEY
    yesterday = (datetime.now(UTC) - timedelta(days=2)).timestamp()
    os.utime(path, (yesterday, yesterday))
    if not stands:
        path.rename(orphan := path.with_name(f"{'0' * 64}.pdf"))
        path = orphan
    code, said = here.run("retention", "--apply")
    assert code == 0, said
    assert path.exists() == stands
