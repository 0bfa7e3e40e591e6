"""The files of the inspectors' app, under a name that changes with any of them."""

from __future__ import annotations

import gzip
import hashlib
import json
import mimetypes
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "static" / "app"
LARGE_ICON = "icon-512.png"
WORKER = "worker.js"  # lives above the versions, for it decides which one is shown
# what is for whoever reads the source stays at home, for every byte takes its time on 2G: lines of comment, notes on
# types, and what lines begin with (no text of the app goes over several lines)
COMMENTS = re.compile(rb"^[ \t]*(?://[^\n]*|/\*(?:(?!\*/).)*\*/[ \t]*)\n", re.MULTILINE | re.DOTALL)
NOTES = re.compile(rb"/\*\* @type [^*\n]*\*/ ?")
INDENTS = re.compile(rb"^[ \t]+|\n(?=\n)", re.MULTILINE)
TYPES = {".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".png": "image/png"}


@dataclass(frozen=True)
class File:
    """A file as it goes out: `packed` by gzip for who takes it so."""

    media_type: str
    plain: bytes
    packed: bytes

    @classmethod
    def of(cls, path: Path) -> File:
        data = path.read_bytes()
        if path.suffix in (".js", ".css"):
            data = INDENTS.sub(b"", NOTES.sub(b"", COMMENTS.sub(b"", data)))
        if path.suffix == ".json":
            data = json.dumps(json.loads(data), ensure_ascii=False, separators=(",", ":")).encode()
        kind = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return cls(kind, data, gzip.compress(data, mtime=0))


@dataclass(frozen=True)
class Shell:
    """`files` by their path in the folder; `version` names exactly these bytes."""

    version: str
    files: dict[str, File]
    worker: str

    @property
    def urls(self) -> list[str]:
        """What a phone has to hold to start without signal; the large icon only the home screen asks for."""
        return ["/app/", *(f"/app/{self.version}/{name}" for name in self.files if name != LARGE_ICON)]

    @property
    def modules(self) -> list[str]:
        return [name for name in self.files if name.endswith(".js")]


@cache
def shell() -> Shell:
    """The app as it lies on the disk; read once."""
    found = sorted(path for path in FOLDER.rglob("*") if path.is_file() and path.name != WORKER)
    files = {path.relative_to(FOLDER).as_posix(): File.of(path) for path in found}
    seen = hashlib.sha256()
    for name, file in files.items():
        seen.update(f"{name}\0{hashlib.sha256(file.plain).hexdigest()}\n".encode())
    return Shell(seen.hexdigest()[:16], files, (FOLDER / WORKER).read_text("utf-8"))
