"""Documents behind lists: PDF, pictures and office files, kept as they came, named by their sha256."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import datetime
from typing import BinaryIO

from audit.base import db
from audit.base.problems import (
    ChecksumMismatch,
    NotFound,
    PayloadTooLarge,
    TemporarilyUnavailable,
    UnsupportedMediaType,
)
from audit.base.storage import Storage, mend, receive
from audit.base.trail import write
from audit.centres import queries as centres
from audit.centres.models import Division
from audit.rounds.models import Document, DocumentSender, IssuedList

LIMIT = 25 * 1024 * 1024  # bytes of one
OFFICE = "application/vnd.openxmlformats-officedocument."
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "xlsx": f"{OFFICE}spreadsheetml.sheet",
    "docx": f"{OFFICE}wordprocessingml.document",
}
PARTS = {"xl/workbook.xml": "xlsx", "word/document.xml": "docx"}
DIRECTORY = struct.Struct("<4s4H2LH")  # how a ZIP ends: its mark, disks and entries, the directory's bytes and place
MOST_DIRECTORY = 1024 * 1024  # bytes; an office file has some thousand


def keep(digest: str, name: str, stream: BinaryIO, *, storage: Storage, actor, now: datetime) -> tuple[Document, int]:
    """Keep a document under its sha256; 201 when this account had not sent it before, 200 when it had.

    Its bytes are durable when this returns; memory does not grow with it. The first name stays. Raises
    UnsupportedMediaType for bytes that are none of `MEDIA_TYPES`, PayloadTooLarge, ChecksumMismatch.
    """
    db.release()  # the body may come at a few kB/s; no connection waits for it
    with storage.spool() as spool:
        size, found = receive(stream, spool, LIMIT)
        if size > LIMIT:
            raise PayloadTooLarge(f"at most {LIMIT} bytes")
        # servers hand on a body that broke off as if it had ended: only the digest tells
        if found != digest:
            raise ChecksumMismatch(f"{size} bytes arrived, with sha256 {found}")
        kind = kind_of(spool)
        document = Document(
            digest=digest, key=f"documents/{digest}.{kind}", name=name, media_type=MEDIA_TYPES[kind], bytes=size
        )
        mend(storage, document.key, document.bytes, spool)
    return _write(document, storage, actor=actor, now=now)


def _write(document: Document, storage: Storage, *, actor, now: datetime) -> tuple[Document, int]:
    # bytes before row: a crash between the two leaves an orphan file, never a row without a document
    with write() as trail:
        # a file that was there already may have been an orphan, and have been swept a moment ago
        if not storage.exists(document.key):
            raise TemporarilyUnavailable("the document is being let go of", headers={"Retry-After": "1"})
        standing = Document.get_or_none(Document.digest == document.digest)
        if standing is None:
            document.save(force_insert=True)
        document = standing or document
        _, new = DocumentSender.get_or_create(document=document.digest, account=actor.id, defaults={"sent_at": now})
        if not new:
            trail.nothing()
            return document, 200
        trail.record("document.keep", document.digest, actor=actor, at=now, detail=seal_of(document))
    return document, 201


def seal_of(document: Document) -> dict:
    """What the trail keeps of a document."""
    return {name: getattr(document, name) for name in ("key", "name", "media_type", "bytes")}


def kind_of(spool: BinaryIO) -> str:
    """pdf, jpg, png, xlsx or docx, by content alone; UnsupportedMediaType for everything else."""
    spool.seek(0)
    head = spool.read(8)
    for start, kind in ((b"%PDF-", "pdf"), (b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png")):
        if head.startswith(start):
            return kind
    names = _entries(spool) if head.startswith(b"PK\x03\x04") else set()
    # what runs is no document
    runs = any(name.endswith("vbaProject.bin") for name in names)
    kinds = [] if runs else [kind for part, kind in PARTS.items() if {part, "[Content_Types].xml"} <= names]
    if len(kinds) != 1:
        raise UnsupportedMediaType("a document is a PDF, JPEG, PNG, xlsx or docx, without macros")
    return kinds[0]


def _entries(spool: BinaryIO) -> set[str]:
    """The names in a ZIP, of which nothing is unpacked; empty for what is torn or has too many."""
    spool.seek(max(0, spool.seek(0, io.SEEK_END) - 65_557))
    tail = spool.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + DIRECTORY.size or DIRECTORY.unpack_from(tail, at)[5] > MOST_DIRECTORY:
        return set()
    if b"PK\x06\x07" in tail[:at]:  # a directory of more than 4 GB stands elsewhere: none of an office file
        return set()
    try:
        with zipfile.ZipFile(spool) as file:
            return set(file.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return set()


def file_name(document: Document) -> str:
    """What it is called where it is kept: its name, with an ending that is true."""
    ending = document.key.rpartition(".")[2]
    return document.name if document.name.lower().endswith(f".{ending}") else f"{document.name}.{ending}"


def readable(digest: str, actor) -> Document | None:
    """The document, when the actor sent it or a list of the actor's area rests on it; None otherwise."""
    sent = DocumentSender.select(DocumentSender.document).where(DocumentSender.account == actor.id)
    behind = IssuedList.select(IssuedList.document).join(Division)
    behind = behind.where(IssuedList.document == digest, centres.inside(actor.division))
    return Document.get_or_none(Document.digest == digest, Document.digest.in_(sent) | Document.digest.in_(behind))


def opened(digest: str, actor, storage: Storage) -> tuple[Document, BinaryIO]:
    """The document and its bytes; NotFound when it is out of the actor's sight."""
    document = readable(digest, actor)
    if document is None:
        raise NotFound()
    return document, storage.open(document.key)
