"""Fields for what people and phones type: exact, bounded, and of one spelling."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, timedelta
from decimal import Decimal

import marshmallow as ma
from webargs.multidictproxy import MultiDictProxy

# controls, zero-width, direction and filler characters: invisible in a list, and two names that look alike
_UNSEEN = (
    r"\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f"
)
INVISIBLE = re.compile(rf"[\u0000-\u000a{_UNSEEN}]")
INVISIBLE_BUT_LINES = re.compile(rf"[\u0000-\u0009{_UNSEEN}]")
# the same for readers of the OpenAPI document (ECMA has no \U): neither end is a space
_SEEN = _UNSEEN.replace(r"\U000e0000-\U000e007f", "\U000e0000-\U000e007f")
VISIBLE = rf"^[^\s\u0000-\u000a{_SEEN}]([^\u0000-\u000a{_SEEN}]*[^\s\u0000-\u000a{_SEEN}])?$"
VISIBLE_LINES = rf"^[^\s\u0000-\u0009{_SEEN}]([^\u0000-\u0009{_SEEN}]*[^\s\u0000-\u0009{_SEEN}])?$"


class Text(ma.fields.String):
    """One line (or `lines`) of visible text, trimmed, NFC, 1 to `longest` characters."""

    def __init__(self, longest: int = 200, *, lines: bool = False, shortest: int = 1, **kwargs):
        self.longest, self.shortest, self.lines = longest, shortest, lines
        super().__init__(**kwargs)
        self.metadata.setdefault("minLength", shortest)
        self.metadata.setdefault("maxLength", longest)
        self.metadata.setdefault("pattern", VISIBLE_LINES if lines else VISIBLE)

    def _deserialize(self, value, attr, data, **kwargs):
        text = unicodedata.normalize("NFC", super()._deserialize(value, attr, data, **kwargs)).strip()
        if (INVISIBLE_BUT_LINES if self.lines else INVISIBLE).search(text):
            raise ma.ValidationError("has control or invisible characters")
        if not self.shortest <= len(text) <= self.longest:
            raise ma.ValidationError(f"must have {self.shortest} to {self.longest} characters")
        return text


class Digest(ma.fields.String):
    """sha256 in 64 lower-case hex digits."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.metadata.setdefault("pattern", "^[0-9a-f]{64}$")

    def _deserialize(self, value, attr, data, **kwargs):
        text = super()._deserialize(value, attr, data, **kwargs)
        if not re.fullmatch("[0-9a-f]{64}", text, re.ASCII):
            raise ma.ValidationError("64 lower-case hex digits are wanted")
        return text


class Uuid(ma.fields.UUID):
    """A UUID in its plain 8-4-4-4-12 form only."""

    def _deserialize(self, value, attr, data, **kwargs):
        if not isinstance(value, str) or not re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", value):
            raise ma.ValidationError("a UUID of the form 8-4-4-4-12 is wanted")
        return super()._deserialize(value, attr, data, **kwargs)


YEARS = range(1900, 9999)  # what no time zone can show is no moment; a merely wrong clock is flagged elsewhere


class Moment(ma.fields.AwareDateTime):
    """A moment with its offset; kept in UTC. A naive time is refused: it could be eight hours off."""

    def __init__(self, **kwargs):
        super().__init__(format="iso", default_timezone=None, **kwargs)

    def _deserialize(self, value, attr, data, **kwargs):
        moment = super()._deserialize(value, attr, data, **kwargs)
        if abs(moment.utcoffset()) > timedelta(hours=14):
            raise ma.ValidationError("the offset is not one that exists")
        if moment.year not in YEARS:
            raise ma.ValidationError("not a moment that can be kept")
        return moment.astimezone(UTC)


class Code(ma.fields.String):
    """Text of one fixed shape, such as a division code; the pattern is matched against the whole of it."""

    def __init__(self, pattern: str, fault: str = "not of the form that is wanted", **kwargs):
        self.pattern, self.fault = re.compile(pattern, re.ASCII), fault
        super().__init__(**kwargs)
        self.metadata.setdefault("pattern", f"^{pattern}$")

    def _deserialize(self, value, attr, data, **kwargs):
        text = super()._deserialize(value, attr, data, **kwargs)
        if not self.pattern.fullmatch(text):
            raise ma.ValidationError(self.fault)
        return text


class YesNo(ma.fields.Boolean):
    """JSON's true or false, nothing that merely looks like it; true or false in words in a query string."""

    def _deserialize(self, value, attr, data, **kwargs):
        words = {"true": True, "false": False} if isinstance(data, MultiDictProxy) else {}
        if value is True or value is False:
            return value
        if isinstance(value, str) and value in words:
            return words[value]
        raise ma.ValidationError("true or false is wanted")


class Whole(ma.fields.Integer):
    """A whole JSON number; 1.9, "12" and 10^30 are refused. Query strings take plain ASCII digits."""

    def __init__(self, low: int = 0, high: int = 10**9, **kwargs):
        super().__init__(validate=ma.validate.Range(low, high), **kwargs)

    def _deserialize(self, value, attr, data, **kwargs):
        if isinstance(data, MultiDictProxy) and isinstance(value, str) and re.fullmatch(r"\d{1,10}", value, re.ASCII):
            value = int(value)
        if type(value) is not int:
            raise ma.ValidationError("a whole number is wanted")
        return value


class Several(ma.fields.List):
    """A list of `low` to `high` things; they are counted before any of them is looked at."""

    def __init__(self, inner, low: int, high: int, **kwargs):
        super().__init__(inner, validate=ma.validate.Length(low, high), **kwargs)

    def _deserialize(self, value, attr, data, **kwargs):
        if isinstance(value, list):
            self._validate(value)
        return super()._deserialize(value, attr, data, **kwargs)


class Number(ma.fields.Decimal):
    """A JSON number, kept exactly as written; strings are refused. Shown as a JSON number."""

    def __init__(self, low: float, high: float, places: int = 6, **kwargs):
        self.most_places = places
        super().__init__(validate=ma.validate.Range(Decimal(str(low)), Decimal(str(high))), **kwargs)
        self.metadata.setdefault("type", "number")

    def _deserialize(self, value, attr, data, **kwargs):
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise ma.ValidationError("a number is wanted")
        exact = Decimal(value)
        if not exact.is_finite():
            raise ma.ValidationError("a number is wanted")
        if -exact.as_tuple().exponent > self.most_places:
            raise ma.ValidationError(f"at most {self.most_places} decimals")
        return exact

    def _serialize(self, value, attr, obj, **kwargs):
        return None if value is None else float(value)


def spelling(name: str) -> str:
    """What two names share when they look alike: NFKC, no case, no spaces."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name).casefold())
