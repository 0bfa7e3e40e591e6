"""Disks whose power can be cut: an ext4 image on a loop device, whose copy is what a machine finds after the cut."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NEEDED = ("mkfs.ext4", "losetup", "mount", "umount")


def _run(*words) -> None:
    subprocess.run([str(each) for each in words], check=True, capture_output=True, timeout=60)


def need(*programs: str) -> None:
    """Skip, loudly, where the programs are not."""
    lacking = [each for each in programs if shutil.which(each) is None]
    if lacking:
        pytest.skip(f"NOT TRIED: {', '.join(lacking)} is not installed (apt-get install strace e2fsprogs mount)")


class Disk:
    """An image mounted with its journal written only when somebody syncs, or after 300 s."""

    def __init__(self, image: Path, place: Path):
        self.image, self.place = image, place

    @contextmanager
    def mounted(self) -> Iterator[Path]:
        self.place.mkdir(exist_ok=True)
        _run("mount", "-o", "loop,commit=300", self.image, self.place)
        try:
            yield self.place
        finally:
            _run("umount", self.place)

    def as_after_a_power_cut(self, name: str) -> Disk:
        """A copy of what has reached the disk; what still rests in memory is not in it."""
        copy = self.image.with_name(f"{name}-{self.image.name}")
        _run("cp", "--sparse=always", self.image, copy)
        return Disk(copy, self.place.with_name(f"{name}-{self.place.name}"))


def make_disk(folder: Path, name: str, megabytes: int = 256) -> Disk:
    """A new disk; skips, loudly, where loop devices cannot be mounted."""
    if os.geteuid() != 0:
        pytest.skip("NOT TRIED: cutting the power needs root, to mount a loop device")
    need(*NEEDED)
    disk = Disk(folder / f"{name}.img", folder / name)
    _run("truncate", "-s", f"{megabytes}M", disk.image)
    _run("mkfs.ext4", "-q", "-F", disk.image)
    try:
        with disk.mounted():
            pass
    except subprocess.CalledProcessError as error:
        pytest.skip(f"NOT TRIED: a loop device cannot be mounted here: {error.stderr.decode().strip()}")
    return disk
