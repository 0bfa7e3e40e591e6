"""Folders as bytes: what one test made, laid out again for another."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path


def packed(folder: Path) -> bytes:
    """All that lies in a folder, as `laid_out` takes it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.add(folder, ".")
    return out.getvalue()


def laid_out(held: bytes, folder: Path) -> None:
    """Put what was packed into a folder, with the rights and times that it had."""
    with tarfile.open(fileobj=io.BytesIO(held)) as archive:
        archive.extractall(folder, filter="fully_trusted")
