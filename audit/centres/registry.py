"""The registries that ship with the program, read from their files."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from importlib import resources
from uuid import UUID, uuid5

NAMESPACE = UUID("6b0d3f0e-51a5-5c64-9d54-1f6a54c8a2c1")
SUFFIXES = ("村民委员会", "居民委员会", "村委会", "居委会")
DATA = resources.files("audit.centres") / "data"


def registries() -> dict[str, dict]:
    """What ships, by name, with sources and licences."""
    return tomllib.loads((DATA / "registries.toml").read_text("utf-8"))


def rows(file: str) -> Iterator[dict[str, str]]:
    """The rows of a shipped CSV file."""
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def centre_id(scheme: str, code: str, level: str) -> UUID:
    """The id of a division's first centre: the same in every installation, and kept when the code changes later."""
    return uuid5(NAMESPACE, f"{scheme}/{code}/{level}")


def usual_name(division: str, level: str) -> str:
    """国发〔2022〕5号: 乡镇(街道)便民服务中心, 村(社区)便民服务站."""
    for suffix in SUFFIXES:
        division = division.removesuffix(suffix)
    return division + ("便民服务中心" if level == "township" else "便民服务站")
