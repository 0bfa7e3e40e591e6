"""What an installed wheel carries: everything that the program reads."""

from __future__ import annotations

import subprocess
import sys
import zipfile

import pytest
from factories import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> zipfile.ZipFile:
    """The wheel, built from a copy of what a checkout holds, without asking any registry."""
    folder = tmp_path_factory.mktemp("wheel")
    copied = ["setup.cfg", "pyproject.toml", "README.md", "audit", "checklists", "migrations"]
    subprocess.run(["cp", "-r", *(str(ROOT / name) for name in copied), str(folder)], check=True)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder / "out"), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(next((folder / "out").glob("*.whl"))) as packed:
        yield packed


@pytest.mark.parametrize("name", ["checklists", "migrations"])
def test_a_wheel_carries_what_ships_beside_the_package(wheel, name):
    beside = {path.name for path in (ROOT / name).iterdir() if path.is_file()}
    assert beside <= {path.rpartition("/")[2] for path in wheel.namelist() if path.startswith(f"audit/shipped/{name}/")}


def test_a_wheel_carries_every_file_of_the_package(wheel):
    files = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "audit").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert files - set(wheel.namelist()) == set()


def test_a_program_from_the_wheel_works_in_an_empty_folder(wheel, tmp_path):
    wheel.extractall(tmp_path / "site")
    command = [sys.executable, "-m", "audit.cli", "--data", str(tmp_path / "data")]
    environment = {"PYTHONPATH": str(tmp_path / "site"), "PATH": "/usr/bin:/bin"}
    told = subprocess.run(
        [*command, "import-centres", "--registry", "xishan"],
        env=environment, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout + told.stderr
    assert "137 centres added" in told.stdout
