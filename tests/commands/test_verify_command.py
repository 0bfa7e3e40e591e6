"""audit verify: silent when everything holds, loud and exact when one thing was changed."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from factories import picture

from audit.base.trail import TrailLine
from audit.checklists.models import Edition
from audit.cli import main
from audit.evidence.models import Photo, PhotoSender, PhotoSlot
from audit.inspections.models import Revision, Score


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


def test_reading_makes_no_folder_for_photos(stage, verify, tmp_path):
    code, said = verify()
    assert (code, (tmp_path / "uploads").exists()) == (0, False), said


def test_where_no_terminal_is_no_progress_is_shown(proved_visit, verify):
    code, said = verify()
    assert code == 0
    assert all(line.endswith("0 faults") for line in said.splitlines()[:-2])


def end_of(said: str) -> str:
    return next(line for line in said.splitlines() if line.startswith("the trail ends with")).split()[-1]


def test_the_end_of_the_trail_is_told_and_expected_another_day(proved_visit, verify, tashi):
    noted = end_of(verify()[1])
    last = TrailLine.select().order_by(TrailLine.seq.desc()).get()
    assert noted == f"{last.seq}:{last.digest}"
    tashi.send_photo(*picture("a later one"))
    assert verify("--expect", noted)[0] == 0


def test_a_trail_that_was_cut_is_found_against_a_noted_line(stage, verify, tashi):
    tashi.send_photo(*picture("a"))
    noted = end_of(verify()[1])
    TrailLine.delete().where(TrailLine.seq == int(noted.partition(":")[0])).execute()
    for table in (PhotoSlot, PhotoSender):
        table.delete().execute()
    Photo.delete().execute()
    assert verify()[0] == 0
    code, said = verify("--expect", noted)
    assert code == 1 and "is not the one that was noted: the trail ends before it" in said


def test_a_trail_that_was_written_anew_is_found_against_a_noted_line(stage, verify):
    code, said = verify("--expect", f"1:{'0' * 64}")
    assert code == 1 and "line 1 is not the one that was noted: the trail was written anew" in said


def test_a_noted_line_that_is_none_is_refused(stage, verify):
    assert verify("--expect", "1:abc")[0] == 2
