"""Fields take one spelling of a value, and refuse the rest."""

from datetime import UTC, datetime
from decimal import Decimal

import marshmallow as ma
import pytest
from webargs.multidictproxy import MultiDictProxy
from werkzeug.datastructures import MultiDict

from audit.base import clock
from audit.base.fields import Digest, Moment, Number, Text, Uuid, Whole, spelling

PLAIN = "0f8fad5b-d9cb-469f-a165-70867728950e"


def refuses(field, value) -> bool:
    try:
        field.deserialize(value)
    except ma.ValidationError:
        return True
    return False


@pytest.mark.parametrize(
    "text",
    [
        "a\x00b", "a\x07b", "a\x1bb", "a\x7fb", "a\x85b", "a\tb", "a\nb", "a\r\nb", "a\u2028b",
        "a\u200bb", "a\u200db", "a\u2060b", "\ufeffab", "a\u00adb", "a\u180eb", "a\u034fb", "a\U000e0041b",
        "a\u202eb", "a\u200fb", "a\u2066b", "a\u061cb", "\u3164", "\u2800", "\u115f", "\uffa0",
    ],
    ids=ascii,
)  # fmt: skip
def test_a_name_has_nothing_unseen(text):
    assert refuses(Text(), text)


@pytest.mark.parametrize("text", ["", " ", "\u3000\u00a0 ", "\n", "x" * 201, None, 1, True, ["a"], {}], ids=ascii)
def test_a_name_is_visible_text_of_its_length(text):
    assert refuses(Text(200), text)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (" 嘎东镇\u3000", "嘎东镇"),
        ("Cafe\u0301", "Café"),
        ("བཀྲ་ཤིས།", "བཀྲ་ཤིས།"),
        ("𠮷野家 👍", "𠮷野家 👍"),
        ("x" * 200, "x" * 200),
        ("e\u0301" * 200, "é" * 200),
    ],
)
def test_a_name_is_kept_trimmed_and_composed(given, kept):
    assert Text(200).deserialize(given) == kept


def test_only_text_with_lines_may_break_them():
    assert Text(lines=True).deserialize("a\nb") == "a\nb"
    assert refuses(Text(lines=True), "a\tb")


@pytest.mark.parametrize("text", ["a" * 63, "a" * 65, "A" * 64, "g" * 64, "０" * 64, "a" * 64 + "\n", " " + "a" * 63])
def test_a_digest_is_64_small_hex_digits(text):
    assert refuses(Digest(), text)
    assert Digest().deserialize("0a" * 32) == "0a" * 32


@pytest.mark.parametrize(
    "text",
    [
        f"urn:uuid:{PLAIN}", f"{{{PLAIN}}}", PLAIN.replace("-", ""), PLAIN + "\n", f" {PLAIN}", PLAIN[:-1], 1, None, "",
        PLAIN.replace("0", "０"), "0f8fad5bd9cb-469f-a165-7086-7728950e",
    ],
    ids=ascii,
)  # fmt: skip
def test_a_uuid_has_one_form(text):
    assert refuses(Uuid(), text)


def test_a_uuid_in_capitals_is_the_same():
    assert str(Uuid().deserialize(PLAIN.upper())) == PLAIN


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20T10:00:00", "2026-11-20", "10:00:00+08:00", "", "now", 1_700_000_000, None, True,
        "2026-11-20T10:00:00+24:00", "2026-11-20T10:00:00+14:01", "2026-11-20T10:00:00-23:59",
        "0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00",
        "2016-12-31T23:59:60Z", "2026-02-30T10:00:00Z", "2026-11-20T24:00:01Z", "２０２６-11-20T10:00:00Z",
        "2026-11-20T10:00:00Z\n", "Fri, 20 Nov 2026 10:00:00 GMT",
    ],
    ids=ascii,
)  # fmt: skip
def test_a_moment_that_is_not_one_is_refused(text):
    assert refuses(Moment(), text)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-11-20T10:00:00+08:00", (2026, 11, 20, 2)),
        ("2026-11-20T10:00:00+14:00", (2026, 11, 19, 20)),
        ("2026-11-20T10:00:00-12:00", (2026, 11, 20, 22)),
        ("2026-11-20T10:00:00Z", (2026, 11, 20, 10)),
    ],
)
def test_a_moment_is_kept_in_utc(text, utc):
    assert Moment().deserialize(text) == datetime(*utc, tzinfo=UTC)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00Z", "0999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"])
def test_a_moment_that_not_every_time_zone_can_show_is_refused(text):
    with pytest.raises(ma.ValidationError):
        Moment().deserialize(text)


@pytest.mark.parametrize("year", [1, 999, 1900, 9998])
def test_a_moment_of_any_year_has_one_spelling_that_reads_back(year):
    moment = datetime(year, 12, 31, 23, 59, 59, 1, UTC)
    assert len(clock.iso(moment)) == 27
    assert clock.parse(clock.iso(moment)) == moment


@pytest.mark.parametrize(
    "value", ["1_0", "１０", "12", "", " 1", 1.9, 1.0, Decimal("1.0"), 10**30, -1, True, None, [1]]
)
def test_a_whole_number_in_json_is_a_whole_number(value):
    assert refuses(Whole(), value)


@pytest.mark.parametrize("text", ["1_0", "１０", "", " 1", "+1", "-1", "1.0", "1e3", "1\n", "9" * 11, "٣"])
def test_a_whole_number_in_a_query_is_plain_digits(text):
    schema = ma.Schema.from_dict({"page": Whole()})()
    assert "page" in schema.validate(MultiDictProxy(MultiDict({"page": text}), schema))


def test_a_whole_number_in_a_query_is_read():
    schema = ma.Schema.from_dict({"page": Whole()})()
    assert schema.load(MultiDictProxy(MultiDict({"page": "12"}), schema)) == {"page": 12}


@pytest.mark.parametrize(
    "value",
    [
        "1.5", "", True, None, 1.5, [1], Decimal("NaN"), Decimal("Infinity"), Decimal("sNaN"),
        Decimal("1.1234567"), Decimal("1e-7"), Decimal("1e29"), Decimal("-0.000001"), 10**30,
    ],
    ids=ascii,
)  # fmt: skip
def test_a_number_that_cannot_be_kept_exactly_is_refused(value):
    assert refuses(Number(0, 1000), value)


@pytest.mark.parametrize("value", [0, 1000, Decimal("1.123456"), Decimal("1E+2"), Decimal("0.10")])
def test_a_number_is_kept_as_it_was_written(value):
    assert str(Number(0, 1000).deserialize(value)) == str(Decimal(value))


@pytest.mark.parametrize("other", ["Ａ镇 便民", "a镇便民", "A镇\u3000便民 "])
def test_names_that_look_alike_share_a_spelling(other):
    assert spelling(other) == spelling("A镇便民")
