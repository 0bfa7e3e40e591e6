"""Photos that come with a form: kept as `audit.evidence` keeps every photo, before the form's own action.

A browser sends a form once and waits, so each photo is checked before the answer. One that cannot be evidence is told
of by its place and name, and then nothing is done but that the others are kept; who sends them again sends nothing new.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import BinaryIO

from audit.base import body, clock
from audit.base.http import current_actor, extension, upload_place
from audit.base.problems import Problem, ValidationError
from audit.base.storage import PIECE
from audit.evidence import actions
from audit.web import pages

NAME = 60  # characters of a file's name that are told
AT_ONCE = 8  # photos of the largest size that one form may bring


@dataclass(frozen=True)
class Sent:
    """A file of the form, by the sha256 of its bytes."""

    digest: str
    name: str
    stream: BinaryIO


@contextmanager
def form_with_photos(schema, wire: Callable[[dict], dict] = dict) -> Iterator[dict]:
    """The body that the API's schema makes of a form, its photos kept under `photos`.

    `wire` turns the fields into what the schema takes. What the schema refuses keeps no photo.
    """
    limit = extension("intake").limit
    with upload_place(), pages.form_with_files(AT_ONCE * limit) as (fields, files):
        sent = named(files)
        loaded = body.load(schema, wire(fields) | ({"photos": [each.digest for each in sent]} if sent else {}))
        keep(sent)
        yield loaded


def named(files: list) -> list[Sent]:
    """The files of the form in their order, each once; an honest mistake of choosing one twice is none."""
    found: dict[str, Sent] = {}
    for _, file in files:
        sent = Sent(sha256_of(file.stream), PurePath(file.filename.replace("\\", "/")).name[-NAME:], file.stream)
        found.setdefault(sent.digest, sent)
    return list(found.values())


def sha256_of(stream: BinaryIO) -> str:
    """The digest of a file that a form brought."""
    seen = hashlib.sha256()
    stream.seek(0)
    while piece := stream.read(PIECE):
        seen.update(piece)
    return seen.hexdigest()


def keep(sent: list[Sent]) -> None:
    """Keep each of them; ValidationError says of every one that cannot be evidence why."""
    intake, wrong = replace(extension("intake"), at_once=True), {}
    for index, each in enumerate(sent):
        each.stream.seek(0)
        try:
            actions.keep(each.digest, each.stream, intake=intake, actor=current_actor(), now=clock.now())
        except Problem as problem:
            if problem.retry != "after-fix":  # the disk or this machine, not the photo
                raise
            wrong[f"/photos/{index}"] = pages.say(f"{each.name}：{problem.zh}", f"{each.name}: {problem.en}")
    if wrong:
        raise ValidationError(errors=wrong)
