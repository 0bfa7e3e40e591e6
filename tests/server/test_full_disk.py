"""A real disk that is full, and one that has turned read-only: 507 and 503, nothing half stored or lost (IN18)."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner
from factories import large_photo, picture, visit
from running import Running, serving

from audit.base import db
from audit.base.backups import Backups
from audit.cli import main
from audit.inspections.models import Inspection

MIB = 1024 * 1024
# photos are checked before their answer: what is stored is whole when the disk gets full; one worker is enough for that
SETTINGS = {"AUDIT_CHECKERS": "0", "AUDIT_WORKERS": "1"}


def mounted(*words: str) -> None:
    """Mount what the words say; a loud skip where this machine does not let us."""
    done = subprocess.run(["mount", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"NO MOUNTS: as root this mounts a disk of its own: {done.stderr.strip() or 'not root'}")


@contextmanager
def disk_at(folder: Path, *words: str) -> Iterator[None]:
    mounted(*words, str(folder))
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


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
        self.path.unlink(missing_ok=True)


def commanded(server: Running, *words: str) -> tuple[int, str]:
    """(exit code, what it said) of a command on the data of the server."""
    done = CliRunner().invoke(
        main, ["--data", str(server.data), *words], env={"AUDIT_DATABASE_URL": server.database_url}
    )
    db.database.close_all()
    return done.exit_code, done.output


def verified(server: Running) -> str:
    """What audit verify says; it must hold."""
    code, said = commanded(server, "verify")
    assert code == 0, said
    return said


def make_room(folder: Path, size: int) -> None:
    """Let a disk in memory be so large that there is so much room."""
    used = shutil.disk_usage(folder).used
    subprocess.run(["mount", "-o", f"remount,size={used + size}", str(folder)], check=True)


def made_disk(path: Path) -> Path:
    """A disk in a file."""
    subprocess.run(["truncate", "--size", "96M", str(path)], check=True)
    made = subprocess.run(["mkfs.ext4", "-q", str(path)], capture_output=True, text=True, check=False)
    return path if made.returncode == 0 else pytest.skip(f"NO EXT4: {made.stderr}")


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def visits_of(server: Running) -> int:
    db.open_database(server.database_url)
    return Inspection.select().count()


def put_photo(client, data: bytes) -> tuple[int, object, dict]:
    return client.call("PUT", f"/api/v1/photos/{hashlib.sha256(data).hexdigest()}", data)


@pytest.fixture(scope="class")
def small_disks(copies, tmp_path_factory):
    """The server with all of its data on a small disk, one per engine: `small_disks(engine)`."""
    with ExitStack() as until_the_end:

        @cache
        def on_a_small_disk(engine: str) -> Running:
            folder, log = tmp_path_factory.mktemp("small"), tmp_path_factory.mktemp("log") / "server.log"
            until_the_end.enter_context(disk_at(folder, "-t", "tmpfs", "-o", "size=24m", "none"))
            url, _ = until_the_end.enter_context(copies(engine, folder))
            return until_the_end.enter_context(serving(url, folder, log, SETTINGS))

        yield on_a_small_disk


class TestFull:
    """On a disk that gets full; there are 24 MiB of room on it when a test begins."""

    @pytest.fixture
    def server(self, small_disks, engine):
        running = small_disks(engine)
        make_room(running.data, 24 * MIB)
        yield running
        running.hang_up()

    @pytest.fixture
    def ballast(self, server):
        ballast = Ballast(server.data)
        yield ballast
        ballast.give_back()

    @pytest.fixture
    def tashi_there(self, server):
        """Her phone, and everybody else's."""
        return server.sign_in("tashi")

    def test_photos_get_507_until_there_is_room_again(self, tashi_there, ballast, server):
        photos = [large_photo(4 * MIB - number) for number in range(8)]
        before = [put_photo(tashi_there, data) for data in photos]
        ballast.take()
        full = put_photo(tashi_there, photos[-1])
        assert {status for status, *_ in before} == {201, 507}
        assert (full[0], full[1]["type"], full[1]["retry"]) == (507, "/problems/storage-full", "later")
        assert full[2]["retry-after"] == "60"
        ballast.give_back()
        make_room(server.data, 72 * MIB)
        assert {put_photo(tashi_there, data)[0] for data in photos} == {200, 201}
        verified(server)

    def test_what_was_stored_before_can_be_read_on_a_full_disk(self, tashi_there, ballast):
        digest, data = picture()
        inspection = uuid4()
        assert put_photo(tashi_there, data)[0] == 201
        tashi_there.must("PUT", f"/api/v1/inspections/{inspection}", visit(photos={"TA01": [digest]}))
        ballast.take()
        path = f"/api/v1/inspections/{inspection}"
        assert tashi_there.call("GET", path)[0] == 200
        assert tashi_there.call("GET", f"{path}/photos/{digest}?size=original")[1] == data

    def test_a_visit_is_stored_whole_or_gets_507(self, tashi_there, ballast, server, engine):
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
        assert {tashi_there.call("GET", path)[0] for path in visits} == {200}
        assert f"visits: {visits_of(server)} checked, 0 faults" in verified(server)

    def test_nothing_half_lies_about(self, tashi_there, ballast, server):
        ballast.take()
        before = files(server.data / "uploads")
        assert put_photo(tashi_there, picture("half")[1])[0] == 507
        assert files(server.data / "uploads") == before

    def test_a_backup_without_room_is_no_backup(self, tashi_there, ballast, server):
        assert put_photo(tashi_there, large_photo(MIB, "backed up"))[0] == 201
        ballast.take()
        code, said = commanded(server, "backup", str(server.data / "backups"))
        assert (code, "No space left on device" in said) == (1, True), said
        assert Backups(server.data / "backups").names() == []


@pytest.fixture(scope="class")
def disks_that_turned(copies, tmp_path_factory):
    """(phone, visit, photo) stored before the disk turned read-only under it: `disks_that_turned(engine)`."""
    with ExitStack() as until_the_end:

        @cache
        def turned(engine: str):
            folder, other = tmp_path_factory.mktemp("turned"), tmp_path_factory.mktemp("log")
            until_the_end.enter_context(disk_at(folder, "-o", "loop", str(made_disk(other / "disk.img"))))
            url, _ = until_the_end.enter_context(copies(engine, folder))
            server = until_the_end.enter_context(serving(url, folder, other / "server.log", SETTINGS))
            phone, digest, data = server.sign_in("tashi"), *picture()
            path = f"/api/v1/inspections/{uuid4()}"
            put_photo(phone, data)
            phone.must("PUT", path, visit(photos={"TA01": [digest]}))
            subprocess.run(["mount", "-o", "remount,abort", str(folder)], check=True)
            return phone, path, data

        yield turned


class TestReadOnly:
    """On a disk that turns read-only under the running server, as ext4 does after an error."""

    @pytest.fixture
    def turned(self, disks_that_turned, engine):
        """(phone, visit, photo): stored before the disk turned read-only."""
        return disks_that_turned(engine)

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
