"""A real disk that is full, and one that has turned read-only: 507 and 503, nothing half stored or lost (IN18)."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from factories import ROOT, picture, visit
from test_real_server import large_photo

from audit.base.backups import Backups

MIB = 1024 * 1024


def mounted(*words: str) -> None:
    """Mount what the words say; a loud skip where this machine does not let us."""
    done = subprocess.run(["mount", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"NO MOUNTS: as root this mounts a disk of its own: {done.stderr.strip() or 'not root'}")


@pytest.fixture
def settings() -> dict[str, str]:
    """Photos are checked before their answer: what is stored is whole when the disk gets full."""
    return {"AUDIT_CHECKERS": "0"}


@pytest.fixture
def server_log(tmp_path_factory) -> Path:
    """On another disk."""
    return tmp_path_factory.mktemp("log") / "server.log"


class Ballast:
    """A file that takes all the room that there is left on a disk."""

    def __init__(self, folder: Path):
        self.path = folder / "ballast"

    def take(self) -> None:
        with self.path.open("ab", buffering=0) as file:
            for size in (MIB, 4096, 1):
                self._take(file, bytes(size))

    @staticmethod
    def _take(file, piece: bytes) -> None:
        try:
            while file.write(piece) == len(piece):
                pass
        except OSError as error:
            assert error.errno == 28, error

    def give_back(self) -> None:
        self.path.unlink()


def verified(folder: Path, url: str) -> str:
    """What audit verify says of the data of a test; it must hold."""
    command = [sys.executable, "-m", "audit.cli", "--data", str(folder), "verify"]
    environment = os.environ | {"AUDIT_DATABASE_URL": url}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def put_photo(client, data: bytes) -> tuple[int, object, dict]:
    return client.call("PUT", f"/api/v1/photos/{hashlib.sha256(data).hexdigest()}", data)


class TestFull:
    """On a disk of 24 MiB that gets full."""

    @pytest.fixture
    def tmp_path(self, tmp_path):
        """A small disk, with all of the test's data on it."""
        mounted("-t", "tmpfs", "-o", "size=24m", "none", str(tmp_path))
        yield tmp_path
        subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)

    @pytest.fixture
    def ballast(self, tmp_path) -> Ballast:
        return Ballast(tmp_path)

    @pytest.fixture
    def tashi_there(self, server):
        """Her phone, and everybody else's."""
        return server.sign_in("tashi")

    def test_photos_get_507_until_there_is_room_again(self, tashi_there, ballast, stage, tmp_path):
        photos = [large_photo(MIB - number) for number in range(32)]
        before = [put_photo(tashi_there, data) for data in photos]
        ballast.take()
        full = put_photo(tashi_there, photos[-1])
        assert {status for status, *_ in before} == {201, 507}
        assert (full[0], full[1]["type"], full[1]["retry"]) == (507, "/problems/storage-full", "later")
        assert full[2]["retry-after"] == "60"
        ballast.give_back()
        assert self._sent_again(tashi_there, photos, tmp_path) == {200, 201}
        verified(tmp_path, stage[0])

    @staticmethod
    def _sent_again(client, photos: list[bytes], folder: Path) -> set[int]:
        subprocess.run(["mount", "-o", "remount,size=96m", str(folder)], check=True)
        return {put_photo(client, data)[0] for data in photos}

    def test_what_was_stored_before_can_be_read_on_a_full_disk(self, tashi_there, ballast):
        digest, data = picture()
        inspection = uuid4()
        put_photo(tashi_there, data)
        tashi_there.must("PUT", f"/api/v1/inspections/{inspection}", visit(photos={"TA01": [digest]}))
        ballast.take()
        path = f"/api/v1/inspections/{inspection}"
        assert tashi_there.call("GET", path)[0] == 200
        assert tashi_there.call("GET", f"{path}/photos/{digest}?size=original")[1] == data

    def test_a_visit_is_stored_whole_or_gets_507(self, tashi_there, ballast, stage, tmp_path, engine):
        ballast.take()
        visits = {f"/api/v1/inspections/{uuid4()}": visit() for _ in range(5)}
        answers = [tashi_there.call("PUT", path, body) for path, body in visits.items()]
        # PostgreSQL has its data on another disk, and room
        assert {status for status, *_ in answers} <= ({507, 201} if engine == "sqlite" else {201})
        assert engine != "sqlite" or answers[-1][0] == 507
        assert all("retry-after" in headers for status, _, headers in answers if status == 507)
        ballast.give_back()
        again = [tashi_there.call("PUT", path, body)[0] for path, body in visits.items()]
        assert again == [200 if status == 201 else 201 for status, *_ in answers]
        assert f"visits: {len(visits)} checked, 0 faults" in verified(tmp_path, stage[0])

    def test_nothing_half_lies_about(self, tashi_there, ballast, tmp_path):
        ballast.take()
        assert put_photo(tashi_there, picture()[1])[0] == 507
        assert [path for path in (tmp_path / "uploads").rglob("*") if path.is_file()] == []

    def test_a_backup_without_room_is_no_backup(self, tashi_there, ballast, stage, tmp_path):
        put_photo(tashi_there, large_photo(MIB))
        ballast.take()
        command = [sys.executable, "-m", "audit.cli", "--data", str(tmp_path), "backup", str(tmp_path / "backups")]
        environment = os.environ | {"AUDIT_DATABASE_URL": stage[0]}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode, "No space left on device" in done.stderr) == (1, True), done.stderr
        assert Backups(tmp_path / "backups").names() == []


class TestReadOnly:
    """On a disk that turns read-only under the running server, as ext4 does after an error."""

    @pytest.fixture
    def disk(self, tmp_path_factory):
        """A disk in a file."""
        path = tmp_path_factory.mktemp("disk") / "disk.img"
        subprocess.run(["truncate", "--size", "96M", str(path)], check=True)
        made = subprocess.run(["mkfs.ext4", "-q", str(path)], capture_output=True, text=True, check=False)
        return path if made.returncode == 0 else pytest.skip(f"NO EXT4: {made.stderr}")

    @pytest.fixture
    def tmp_path(self, tmp_path, disk):
        mounted("-o", "loop", str(disk), str(tmp_path))
        yield tmp_path
        subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)

    @pytest.fixture
    def turned(self, server, tmp_path):
        """(phone, visit, photo): stored before the disk turned read-only."""
        phone, digest, data = server.sign_in("tashi"), *picture()
        path = f"/api/v1/inspections/{uuid4()}"
        put_photo(phone, data)
        phone.must("PUT", path, visit(photos={"TA01": [digest]}))
        subprocess.run(["mount", "-o", "remount,abort", str(tmp_path)], check=True)
        return phone, path, data

    def test_photos_get_503(self, turned):
        status, problem, headers = put_photo(turned[0], picture("another")[1])
        assert (status, problem["type"]) == (503, "/problems/temporarily-unavailable")
        assert headers["retry-after"]

    def test_visits_get_503_where_the_database_is_on_it(self, turned, engine):
        status, _, headers = turned[0].call("PUT", f"/api/v1/inspections/{uuid4()}", visit())
        assert status == (503 if engine == "sqlite" else 201)
        assert status == 201 or headers["retry-after"]

    def test_what_was_stored_before_can_be_read(self, turned):
        phone, path, data = turned
        assert phone.call("GET", path)[0] == 200
        assert phone.call("GET", f"{path}/photos/{hashlib.sha256(data).hexdigest()}?size=original")[1] == data
