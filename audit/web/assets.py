"""The style and the script of the pages, each under a name that changes with its bytes."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from audit.web.shell import File

FOLDER = Path(__file__).parent / "static" / "pages"


@cache
def files() -> dict[str, File]:
    """By the name they are served under: style.1a2b3c4d5e6f.css."""
    found = {}
    for path in sorted(FOLDER.iterdir()):
        file = File.of(path)
        found[f"{path.stem}.{hashlib.sha256(file.plain).hexdigest()[:12]}{path.suffix}"] = file
    return found


@cache
def url(name: str) -> str:
    """Where the page finds it: `url("style.css")`."""
    stem, _, suffix = name.partition(".")
    served = next(each for each in files() if each.startswith(f"{stem}.") and each.endswith(f".{suffix}"))
    return f"/pages/{served}"
