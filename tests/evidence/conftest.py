"""Lets the tests of this folder import their helpers whatever pytest's import mode, and looks into the storage."""

import sys
from pathlib import Path

import pytest

if (here := str(Path(__file__).parent)) not in sys.path:
    sys.path.insert(0, here)


@pytest.fixture
def stored(app):
    """The keys that the storage holds: `stored()`."""
    return lambda: sorted(each.key for each in app.extensions["storage"].listed())


@pytest.fixture
def arriving(app):
    """The bytes still on their way in: `arriving()`."""
    return lambda: list((app.extensions["storage"].root / "arriving").iterdir())


@pytest.fixture
def sender(tashi):
    """tashi, sending in pieces."""
    from in_pieces import Sender

    return Sender(tashi)


@pytest.fixture
def left(app):
    """What lies in the folders of uploads: `left()`, by the ends of the names."""
    folder = app.extensions["uploads"].spools / "uploads"
    return lambda: sorted(path.suffix for path in folder.glob("*/*"))
