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
