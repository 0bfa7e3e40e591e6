"""Small documents of each kind, for tests."""

from __future__ import annotations

import hashlib
import io
import zipfile

import openpyxl
from factories import picture

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)


def xlsx(text: str = "应进驻事项") -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"] = text
    book.save(out)
    return out.getvalue()


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in names:
            file.writestr(name, "<x/>")
    return out.getvalue()


def docx(*more: str) -> bytes:
    return archive("[Content_Types].xml", "word/document.xml", *more)


def every() -> dict[str, bytes]:
    return {"pdf": PDF, "jpg": picture("a scan")[1], "png": PNG, "xlsx": xlsx(), "docx": docx()}


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def send(person, data: bytes = PDF, name: str = "清单.pdf"):
    """Send a document as `person`; the answer."""
    return person.put(f"/documents/{digest_of(data)}", data=data, query_string={"name": name})
