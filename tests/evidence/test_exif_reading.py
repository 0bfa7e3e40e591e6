"""EXIF: what can be read is read, and nothing in it ever refuses a readable photo."""

import io
import struct

import made_pictures as made
import pytest

from audit.evidence.pictures import examine

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # Pillow grumbles about the blocks made here

HERE = ((29.0, 12.0, 45.0), "N", (89.0, 10.0, 42.0), "E")
BAD = {
    "nothing": b"",
    "no TIFF": b"rubbish, and more of it",
    "loop of directories": made.ifd((0x8769, 4, 1, 8), (0x8825, 4, 1, 8), following=8),
    "65,535 entries": made.ifd((0x010F, 2, 4, 0x41424300), count=65535),
    "offset past the end": made.ifd((0x010F, 2, 4000, 0xFFFFFF00), (0x8769, 4, 1, 0xFFFFFFF0)),
    "n/0": made.ifd((0x8825, 4, 1, 26)) + made.ifd((2, 5, 3, 60))[8:] + struct.pack("<6I", 29, 0, 12, 0, 45, 0),
    "every type wrong": made.ifd(*((tag, kind, 1, 1) for tag in (0x010F, 0x0110, 0x0132) for kind in (3, 7, 12, 99))),
    "position of text": made.ifd((0x8825, 2, 4, 0x41414100)),
    "NUL in the maker": made.ifd((0x010F, 2, 4, 0x00410041)),
}


def exif_of(data: bytes) -> dict:
    return examine(io.BytesIO(data)).exif


def timed(taken_at: str) -> bytes:
    exif = made.Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = taken_at
    return made.encoded(exif=exif)


@pytest.mark.parametrize("name", BAD)
def test_a_bad_block_never_refuses_a_readable_photo(name):
    picture = examine(io.BytesIO(made.with_exif(BAD[name])))
    assert (picture.width, picture.height) == (240, 160)


def test_time_offset_and_software_are_kept_as_written():
    exif = made.Image.Exif()
    exif.update({0x0131: "Editor 1.0"})
    exif.get_ifd(0x8769).update({0x9003: "2026:11:20 10:00:00", 0x9011: "+08:00"})
    assert exif_of(made.encoded(exif=exif)) == {
        "software": "Editor 1.0",
        "taken_at": "2026:11:20 10:00:00",
        "offset": "+08:00",
    }


def test_a_position_is_read_in_degrees():
    assert exif_of(made.tagged(position=HERE)) == {"lat": 29.2125, "lon": 89.178333}


def test_south_and_west_are_negative():
    found = exif_of(made.tagged(position=(HERE[0], "S", HERE[2], "W")))
    assert (found["lat"], found["lon"]) == (-29.2125, -89.178333)


@pytest.mark.parametrize(
    "position",
    [
        ((213.0, 38.0, 24.0), "N", HERE[2], "E"),
        (HERE[0], "N", (181.0, 0.0, 0.0), "E"),
        ((0.0, 0.0, 0.0), "N", (0.0, 0.0, 0.0), "E"),
        ((29.0, 75.0, 0.0), "N", HERE[2], "E"),
        ((29.0, 0.0, 75.0), "N", HERE[2], "E"),
        (HERE[0], "Q", HERE[2], "E"),
        (HERE[0], "E", HERE[2], "N"),
        (HERE[0], "", HERE[2], "E"),
        (HERE[0], "N", (89.0, 10.0), "E"),
    ],
)
def test_a_position_that_cannot_be_is_ignored(position):
    assert not exif_of(made.tagged(position=position)).keys() & {"lat", "lon"}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (b"<script>alert(1)</script>", "<script>alert(1)</script>"),
        (b"Maker\r\nSet-Cookie: a=b", "MakerSet-Cookie: a=b"),
        (b"Ma\x1b[31mker", "Ma[31mker"),
        (b"x" * 5000, "x" * 100),
        (b" \t\r\n ", None),
    ],
)
def test_the_maker_is_one_short_line_of_visible_text(written, kept):
    assert exif_of(made.with_exif(maker(written))).get("make") == kept


@pytest.mark.parametrize(
    "written", ["华为手机".encode(), "华为手机".encode("gbk"), "\u202egpj.exe".encode(), b"\xff" * 9]
)
def test_a_maker_in_any_encoding_is_visible_text(written):
    found = exif_of(made.with_exif(maker(written)))["make"]
    assert found.isprintable()


def maker(text: bytes) -> bytes:
    return made.ifd((0x010F, 2, len(text) + 1, 26)) + text + b"\0"


# --- what a reviewer should look at ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("position", "odd"),
    [
        (((213.0, 38.0, 24.0), "N", HERE[2], "E"), ["gps-out-of-range"]),
        ((HERE[0], "N", (181.0, 0.0, 0.0), "E"), ["gps-out-of-range"]),
        (((29.0, 75.0, 0.0), "N", (89.0, 75.0, 0.0), "E"), ["gps-out-of-range"]),
        (((0.0, 0.0, 0.0), "N", (0.0, 0.0, 0.0), "E"), ["gps-zero"]),
        ((HERE[0], "Q", HERE[2], "E"), ["gps-without-reference"]),
        ((HERE[0], "", HERE[2], "W"), ["gps-without-reference"]),
        ((HERE[0], "N", (89.0, 10.0), "E"), ["gps-unreadable"]),
        (((213.0, 0.0, 0.0), "N", HERE[2], ""), ["gps-out-of-range", "gps-without-reference"]),
    ],
)
def test_what_is_odd_about_a_position_is_told(position, odd):
    assert exif_of(made.tagged(position=position)) == {"odd": odd}


@pytest.mark.parametrize("name", sorted(set(BAD) - {"NUL in the maker", "every type wrong"}))
def test_a_block_that_cannot_be_read_is_told(name):
    assert set(exif_of(made.with_exif(BAD[name]))["odd"]) & {"unreadable", "gps-unreadable"}


@pytest.mark.parametrize("taken_at", ["2026:02:30 10:00:00", "2026:11:20 25:61:61", "    :  :     :  :  ", "yesterday"])
def test_a_time_that_never_was_is_kept_as_written_and_told(taken_at):
    assert exif_of(timed(taken_at)) == {"taken_at": taken_at.strip(), "odd": ["time-unreadable"]}


@pytest.mark.parametrize("data", [made.encoded(), made.tagged(position=HERE), timed("2026:11:20 10:00:00")])
def test_nothing_is_odd_about_most_photos(data):
    assert "odd" not in exif_of(data)
