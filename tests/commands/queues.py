"""Queues as the inspectors' app exports them, whole and broken."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from uuid import uuid4

from audit.evidence.models import Photo
from audit.inspections.models import Inspection


def entry(digest: str, data: bytes, **changes) -> dict:
    """A photo as queue.json names it."""
    named = {"digest": digest, "file": f"photos/{digest}.jpg", "bytes": len(data)}
    return named | {"inspection": str(uuid4()), "item": "TA01"} | changes


def queued(inspection, body: dict, state: str = "queued") -> dict:
    """A visit as queue.json holds it."""
    return {"id": str(inspection), "state": state, "body": body}


def index(photos=(), inspections=(), **changes) -> dict:
    """queue.json of tashi's phone."""
    told = {"exported_at": "2026-11-21T18:00:00+08:00", "app": "1.0.0", "device": "tashi's phone"}
    head = {"kind": "audit-queue", "version": 1, "account": "tashi"} | told
    return head | {"inspections": list(inspections), "photos": list(photos)} | changes


def pack(path: Path, told, files=(), method: int = zipfile.ZIP_STORED) -> Path:
    """The ZIP: `told` is queue.json (a value, bytes, or None for none), `files` are (name, bytes)."""
    with zipfile.ZipFile(path, "w", method) as packed:
        if told is not None:
            packed.writestr("queue.json", told if isinstance(told, bytes) else json.dumps(told, ensure_ascii=False))
        for name, data in files:
            packed.writestr(name, data)
    return path


def with_photos(path: Path, pictures, inspections=(), method: int = zipfile.ZIP_STORED, **changes) -> Path:
    """A queue with these (sha256, bytes) as its photos, each where it should be."""
    files = [(f"photos/{digest}.jpg", data) for digest, data in pictures]
    told = index([entry(digest, data) for digest, data in pictures], inspections, **changes)
    return pack(path, told, files, method)


def in_ascii(told: dict) -> bytes:
    """A lone surrogate can be written no other way."""
    return json.dumps(told).encode()


def refusal(take_in, file) -> str:
    """Why nothing of a file is taken in: one sentence."""
    code, said = take_in(file)
    assert (code, len(said.splitlines()), Photo.select().count(), Inspection.select().count()) == (1, 1, 0, 0), said
    return said


def refused(take_in, file, kept: int = 0) -> str:
    """The one line about what was not taken in, while so many photos were."""
    code, said = take_in(file)
    assert (code, Photo.select().count(), f"照片 photos: 新收 new {kept}, " in said) == (1, kept, True), said
    (line,) = [each for each in said.splitlines() if each.startswith(("照片 photo ", "检查 inspection "))]
    return line
