"""What all files in checklists/ are written in: exact numbers, texts in two languages, names and days."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

import marshmallow as ma

from audit.base.fields import Text

EDITION_ID = r"[a-z]+-[0-9]{4}\.[0-9]{1,3}"
DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"


def exact(value: int | str) -> Fraction | None:
    """The number, or None. Fraction alone would take fullwidth digits, 1_000, and 1e999999999 with all its zeros."""
    if isinstance(value, str) and not re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,12}|/0*[1-9][0-9]{0,11})?", value):
        return None
    return Fraction(value) if abs(Fraction(value)) < 10**12 else None


class Exact(ma.fields.Raw):
    """A number without rounding: whole, or a string such as "0.5" or "12/20"; floats are refused."""

    def __init__(self, low=None, high=None, **kwargs):
        self.low, self.high = low, high
        super().__init__(**kwargs)
        self.metadata.setdefault("type", ["integer", "string"])

    def _deserialize(self, value, attr, data, **kwargs):
        if isinstance(value, Decimal):  # a number of JSON, which is exact here; to JSON 1.0 is a whole number
            value = format(value, "f")
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise ma.ValidationError('a whole number or an exact string such as "0.5" is wanted')
        number = exact(value)
        if number is None:
            raise ma.ValidationError("not an exact number")
        if (self.low is not None and number < self.low) or (self.high is not None and number > self.high):
            raise ma.ValidationError(f"must lie between {self.low} and {self.high}")
        return value


class Words(ma.Schema):
    """The same text in zh and en, and in bo where somebody gave it."""

    zh = Text(300, required=True)
    en = Text(300, required=True)
    bo = Text(600)
