"""audit verify: silent when everything holds, loud and exact when one thing was changed."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from factories import GADONG, approved, picture

from audit.base.trail import TrailLine
from audit.checklists.models import Edition
from audit.cli import main
from audit.evidence.models import Photo
from audit.inspections.models import Revision, Score


@pytest.fixture
def verify(stage, tmp_path):
    """Runs the command on this test's data; gives (exit code, what it said)."""

    def run():
        done = CliRunner().invoke(main, ["--data", str(tmp_path), "verify"], env={"AUDIT_DATABASE_URL": stage[0]})
        return done.exit_code, done.output

    return run


@pytest.fixture
def proved_visit(tashi, reviewer):
    """An approved visit with one photo; gives (inspection id, digest)."""
    digest, data = picture()
    tashi.send_photo(digest, data)
    return approved(tashi, reviewer, GADONG, photos={"TA01": [digest]}), digest


def test_untouched_data_holds(proved_visit, verify):
    code, said = verify()
    assert code == 0 and "everything holds" in said


def test_one_changed_byte_in_a_photo_is_found(proved_visit, verify, app):
    path = app.extensions["storage"].root / Photo.get().key
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    code, said = verify()
    assert code == 1 and f"{proved_visit[1]}.jpg: its bytes are not those that were received" in said


def test_a_photo_file_that_is_gone_is_found(proved_visit, verify, app):
    app.extensions["storage"].delete(Photo.get().key)
    code, said = verify()
    assert code == 1 and "the file is missing" in said


@pytest.mark.parametrize("change", [{"total": 9999}, {"met": 40}, {"explanation": {}}, {"vetoes": ["TA01"]}])
def test_one_changed_score_is_found(proved_visit, verify, change):
    Score.update(**change).execute()
    code, said = verify()
    assert code == 1 and f"{proved_visit[0]}: differs from its recomputation in {next(iter(change))}" in said


def test_a_score_that_was_removed_is_found(proved_visit, verify):
    Score.delete().execute()
    code, said = verify()
    assert code == 1 and f"{proved_visit[0]}: has no score" in said


@pytest.mark.parametrize(
    "change", [{"actor": "somebody"}, {"detail": {"revision": 9}}, {"at": "2020-01-01T00:00:00.000000Z"}]
)
def test_one_changed_trail_row_is_found(proved_visit, verify, change):
    TrailLine.update(**change).where(TrailLine.seq == 5).execute()
    code, said = verify()
    assert code == 1 and "line 5: its content was changed" in said


def test_a_trail_row_that_was_removed_is_found(proved_visit, verify):
    TrailLine.delete().where(TrailLine.seq == 5).execute()
    code, said = verify()
    assert code == 1 and "line 5: a line is missing" in said


def test_a_changed_answer_is_found(proved_visit, verify):
    revision = Revision.get()
    revision.body["kind"] = "spot"
    revision.save()
    code, said = verify()
    assert code == 1 and "not what was received" in said


def test_a_changed_edition_is_found(proved_visit, verify):
    edition = Edition.get(Edition.id == "township-2026.1")
    edition.content["dimension_cap"] = 61
    edition.save()
    code, said = verify()
    assert code == 1 and "township-2026.1: its content is not what was published" in said


def test_a_folder_without_a_database_is_no_database(tmp_path):
    done = CliRunner().invoke(main, ["--data", str(tmp_path / "empty"), "verify"])
    assert done.exit_code == 1 and "there is no database" in done.output
    assert not (tmp_path / "empty").exists()
