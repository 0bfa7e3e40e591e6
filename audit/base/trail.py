"""The trail: one line per change, each sealed with the digest of the line before it. Nothing here edits or deletes."""

from __future__ import annotations

import os
import pwd
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache

import peewee

from audit.base import clock
from audit.base.db import JsonField, Model, UtcField, database, digest_of, is_sqlite, transaction

GENESIS = "0" * 64
MISSING, LOOSE, CHANGED = "a line is missing", "it does not follow the line before it", "its content was changed"
LOCK = 7_702_601  # PostgreSQL advisory lock: writes, and so the lines of the chain, come one after the other


class TrailLine(Model):
    """Who did what, when, from which device, to what. `digest` seals the line and `previous`."""

    seq = peewee.BigIntegerField(primary_key=True)
    at = UtcField(index=True)
    actor_id = peewee.IntegerField(null=True, index=True)
    actor = peewee.CharField(max_length=64)
    device = peewee.CharField(max_length=128)
    action = peewee.CharField(max_length=64, index=True)
    subject = peewee.CharField(max_length=128, index=True)
    detail = JsonField()
    previous = peewee.CharField(max_length=64)
    digest = peewee.CharField(max_length=64)

    class Meta:
        table_name = "trail"

    def seal(self) -> str:
        return digest_of(
            [
                self.seq, clock.iso(self.at), self.actor_id, self.actor, self.device,
                self.action, self.subject, self.detail, self.previous,
            ]
        )  # fmt: skip


class Unrecorded(RuntimeError):
    """A write left no line in the trail: a mistake in the program, and nothing of it is stored."""


class Trail:
    """Handed to one action; wants exactly one line, or an explicit word that nothing was changed."""

    def __init__(self):
        self.lines = 0

    def record(self, action: str, subject, *, actor, at: datetime, detail: dict | None = None) -> None:
        """Append the line. `actor` has id, name and device; None stands for the command line of this machine."""
        before = last()
        line = TrailLine(
            seq=(before.seq if before else 0) + 1,
            at=at,
            actor_id=actor.id if actor else None,
            actor=_plain(actor.name, 64) if actor else "cli",
            device=_plain(actor.device if actor else console(), 128),
            action=action,
            subject=_plain(subject, 128),
            detail=detail or {},
            previous=before.digest if before else GENESIS,
        )
        line.digest = line.seal()
        line.save(force_insert=True)
        self.lines += 1

    def nothing(self) -> None:
        """Say that this call changed nothing, as when the same thing arrives twice."""
        self.lines += 1


@contextmanager
def write() -> Iterator[Trail]:
    """One action: one transaction, one line. Leaving without a line undoes everything."""
    with transaction():
        # as SQLite does by itself: one write at a time, so that "is it there already?" stays true until the commit
        if not is_sqlite():
            database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        trail = Trail()
        yield trail
        if trail.lines != 1:
            raise Unrecorded(f"{trail.lines} lines in one action")


def _plain(text, longest: int) -> str:
    """Without line breaks, escapes or other controls: a line of the trail is one line, whoever typed into it."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", "�", str(text))[:longest]


@cache
def console() -> str:
    """Whoever the operating system says runs this program, and on which machine: root@host."""
    number = os.getuid()
    try:
        name = pwd.getpwuid(number).pw_name
    except KeyError:  # as in a container that was given a number only
        name = f"uid{number}"
    return f"{name}@{socket.gethostname()}"


def last() -> TrailLine | None:
    """The line that the trail ends with."""
    return TrailLine.select().order_by(TrailLine.seq.desc()).first()


def faults(lines: list[TrailLine]) -> dict[int, str]:
    """What is wrong with these lines, by number: each is held against its seal and against the line before it.

    One query. That none is missing at the end, only who has noted the end can tell (`audit verify --expect`).
    """
    before = TrailLine.select(TrailLine.seq, TrailLine.digest).where(
        TrailLine.seq.in_([each.seq - 1 for each in lines])
    )
    digests = dict(before.tuples()) | {0: GENESIS}
    found = {each.seq: _fault(each, digests.get(each.seq - 1)) for each in lines}
    return {seq: fault for seq, fault in found.items() if fault}


def _fault(line: TrailLine, before: str | None) -> str | None:
    if before is None:
        return MISSING
    if line.previous != before:
        return LOOSE
    return None if line.digest == line.seal() else CHANGED


def told_since(moment: datetime, action: str, subject: str) -> bool:
    """Whether a line of that action and subject was written after then."""
    lines = TrailLine.select().where(TrailLine.at > moment)
    return lines.where(TrailLine.action == action, TrailLine.subject == subject).exists()


def first_told(action: str, subject: str) -> datetime | None:
    """When the first line of that action and subject was written; None without any."""
    lines = TrailLine.select(TrailLine.at).where(TrailLine.action == action, TrailLine.subject == subject)
    return lines.order_by(TrailLine.seq).limit(1).scalar()


def listed(asked: dict) -> peewee.ModelSelect:
    """Lines, newest first, by actor, action, subject (each the whole of it) and time."""
    query = TrailLine.select().order_by(TrailLine.seq.desc())
    for name in ("actor", "action", "subject"):
        if asked.get(name):
            query = query.where(getattr(TrailLine, name) == asked[name])
    if asked.get("since"):
        query = query.where(TrailLine.at >= asked["since"])
    if asked.get("until"):
        query = query.where(TrailLine.at < asked["until"])
    return query
