"""What files are called that are handed on."""

from __future__ import annotations

import re

# what neither a header nor any file system takes; no name of a place has it, but names come from tables
UNSAFE = re.compile(r'[\x00-\x1f\x7f"*/:;<>?\\|]')


def safe(name: str) -> str:
    """The name as everything takes it."""
    return UNSAFE.sub("_", name)
