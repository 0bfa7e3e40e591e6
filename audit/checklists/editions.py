"""Reading edition and policy files: from TOML, checked whole."""

from __future__ import annotations

import tomllib
from pathlib import Path

import marshmallow as ma

from audit.base.body import check_strings, pointers
from audit.base.problems import ValidationError
from audit.checklists.schemas import FILES

MOST_BYTES = 1_000_000


def read(path: Path) -> dict:
    """The content of a file in checklists/. Raises ValidationError with a pointer for every fault."""
    with path.open("rb") as file:
        return parse(path.name, file.read(MOST_BYTES + 1))


def parse(name: str, raw: bytes) -> dict:
    """The same of a file's bytes; `name` says in a refusal which file it was."""
    if len(raw) > MOST_BYTES:
        raise ValidationError(f"{name}: larger than {MOST_BYTES} bytes")
    try:
        content = tomllib.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as error:  # not TOML, not UTF-8, a number of 5,000 digits, 1,000 brackets
        raise ValidationError(f"{name}: {error}") from error
    return check(content)


def readable(raw: bytes) -> dict:
    """What a file says, at fault or not: to name the places of its faults; empty when it is no TOML at all."""
    try:
        return tomllib.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        return {}


def check(content: dict) -> dict:
    """The content, once it is known to hold together."""
    check_strings(content)
    schema = FILES.get(str(content.get("kind")))
    if schema is None:
        raise ValidationError(errors={"/kind": f"must be one of {', '.join(FILES)}"})
    try:
        schema().load(content)
    except ma.ValidationError as error:
        raise ValidationError(errors=pointers(error.messages)) from error
    return content
