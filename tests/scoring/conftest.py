"""Lets the tests of this folder import their helpers whatever pytest's import mode."""

import sys
from pathlib import Path

if (here := str(Path(__file__).parent)) not in sys.path:
    sys.path.insert(0, here)
