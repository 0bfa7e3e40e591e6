"""audit check-photo: what the server would say of a file, told on the command line; nothing is stored."""

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from factories import picture
from PIL import Image

from audit.cli import main
from audit.commands import check_photo

if (pictures := str(Path(__file__).parents[1] / "evidence")) not in sys.path:
    sys.path.insert(0, pictures)
import made_heic
import made_pictures as made

EDITED = made.tagged(
    position=((213.0, 0.0, 0.0), "N", (89.0, 0.0, 0.0), "E"), Software="GIMP 2.10", DateTime="2026:11:20 10:30:00"
)


@pytest.fixture
def check(tmp_path):
    """Checks these bytes as files; gives (exit code, what it said)."""

    def run(*files: bytes, words: tuple = ()):
        paths = [tmp_path / f"{place}.jpg" for place in range(len(files))]
        for path, data in zip(paths, files, strict=True):
            path.write_bytes(data)
        done = CliRunner().invoke(main, ["--data", str(tmp_path), "check-photo", *words, *map(str, paths)])
        return done.exit_code, done.stdout

    return run


def told(check, data: bytes) -> dict:
    return json.loads(check(data, words=("--json",))[1])


def test_a_photo_that_would_be_taken_says_what_it_is(check):
    code, said = check(picture()[1])
    assert code == 0 and "0.jpg: accept; JPEG; 800 × 600; make=SAMPLE" in said


def test_what_is_odd_about_a_photo_is_told_and_does_not_refuse_it(check):
    code, said = check(EDITED)
    assert code == 0 and "flags: edited, exif-odd, gps-out-of-range" in said


@pytest.mark.parametrize(
    ("data", "verdict", "status"),
    [
        (b"", "photo-empty", 422),
        (b"no photo", "unsupported-photo-format", 415),
        (made.encoded()[:-9], "photo-unreadable", 422),
        (made.moving("WEBP"), "photo-animated", 422),
        (made.claiming("PNG", 30_000, 30_000), "photo-too-many-pixels", 422),
    ],
)
def test_a_file_that_would_be_refused_says_why(check, data, verdict, status):
    found = told(check, data)
    assert (found["verdict"], found["status"]) == (verdict, status)


def test_one_refused_file_fails_them_all_and_hides_none(check):
    code, said = check(made.encoded(), b"no photo", made.encoded(kind="PNG"))
    assert (code, [line.split(": ")[1].split(";")[0] for line in said.splitlines()]) == (
        1,
        ["accept", "unsupported-photo-format 415", "accept"],
    )


def test_a_heic_is_checked_too(check):
    found = told(check, made_heic.heic())
    assert (found["verdict"], found["format"], found["exif"]["make"]) == ("accept", "HEIF", "PhoneMaker")


def test_a_photo_larger_than_the_setting_is_refused(check, monkeypatch):
    monkeypatch.setenv("AUDIT_MAX_PHOTO_BYTES", "100")
    assert told(check, made.encoded())["verdict"] == "photo-too-large"


def test_each_file_is_told_with_its_own_cost(check):
    small, large = (told(check, made.encoded(Image.new("RGB", (side, side)), "PNG")) for side in (10, 3000))
    assert large["megabytes"] > small["megabytes"] + 20 > 20
    assert small["seconds"] >= 0


def test_a_check_that_dies_is_told_as_such(check, monkeypatch):
    monkeypatch.setattr(check_photo.sys, "executable", "/bin/false")
    assert told(check, made.encoded())["verdict"] == "broken"


def test_a_file_that_is_not_there_is_a_mistake_of_the_command(tmp_path):
    assert CliRunner().invoke(main, ["check-photo", str(tmp_path / "none.jpg")]).exit_code == 2
