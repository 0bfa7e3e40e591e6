"""The commonest passwords, which are guessed first whatever they are made of."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

LIST = Path(__file__).parent / "data" / "commonest_passwords.txt"
LETTERS = str.maketrans("041375i", "oaletsl")
SIGNS = str.maketrans("@$", "as")


def is_common(password: str) -> bool:
    """Whether it is one of the list, its case, the usual swaps (0 for o, @ for a, 1 for l) and signs left aside."""
    plain = unicodedata.normalize("NFKC", password).casefold()
    # P@ssw0rd has a sign for a letter, Admin@123 one between
    return not {folded(plain), folded(plain.translate(SIGNS))}.isdisjoint(_listed())


def folded(text: str) -> str:
    """Lower case in which look-alikes are one letter, without any signs."""
    return re.sub(r"[\W_]", "", text.casefold().translate(LETTERS))


@cache
def _listed() -> frozenset[str]:
    lines = LIST.read_text("utf-8").splitlines()
    return frozenset(folded(line) for line in lines if line and not line.startswith("#"))
