"""Progress on a terminal, and nothing of it in a log."""

from __future__ import annotations

import sys
import unicodedata

import click


def bar(items, label: str, length: int | None = None):
    """A progress bar on stderr, hidden where that is no terminal."""
    return click.progressbar(
        items, length=length, label=padded(label, 14), file=sys.stderr, hidden=not sys.stderr.isatty()
    )


def padded(text: str, width: int) -> str:
    """Chinese characters are two columns wide."""
    used = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
    return text + " " * max(0, width - used)
