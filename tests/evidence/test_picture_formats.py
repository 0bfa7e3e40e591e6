"""What is taken for a photo, by its content alone."""

import io

import made_pictures as made
import pytest
from PIL import Image

from audit.base import problems
from audit.evidence import pictures
from audit.evidence.pictures import examine

READABLE = {
    "JPEG": made.encoded(),
    "progressive JPEG": made.encoded(progressive=True),
    "greyscale JPEG": made.encoded(made.in_mode("L")),
    "CMYK JPEG": made.encoded(made.in_mode("CMYK")),
    "MPO": made.two_in_one(),
    "PNG": made.encoded(kind="PNG"),
    "palette PNG": made.encoded(made.in_mode("P"), "PNG"),
    "palette PNG with a hole": made.encoded(made.in_mode("P"), "PNG", transparency=0),
    "PNG with alpha": made.encoded(made.in_mode("RGBA"), "PNG"),
    "greyscale PNG with alpha": made.encoded(made.in_mode("LA"), "PNG"),
    "1-bit PNG": made.encoded(made.in_mode("1"), "PNG"),
    "16-bit PNG": made.encoded(made.in_mode("I;16"), "PNG"),
    "WebP": made.encoded(kind="WEBP"),
    "lossless WebP with alpha": made.encoded(made.in_mode("RGBA"), "WEBP", lossless=True),
    "one pixel": made.encoded(made.scene(2, 2).crop((0, 0, 1, 1)), "PNG"),
    "a thread": made.encoded(Image.new("RGB", (4000, 1))),
}
FOREIGN = {
    "GIF": made.encoded(kind="GIF"),
    "moving GIF": made.moving("GIF"),
    "BMP": made.encoded(kind="BMP"),
    "TIFF": made.encoded(kind="TIFF"),
    "PDF": made.encoded(kind="PDF"),
    "EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n",
    "PSD": b"8BPS\0\1" + bytes(40),
    "BLP": b"BLP2" + bytes(200),
    "SVG": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "HTML": b"<!doctype html><script>alert(1)</script>",
    "zip": made.zipped(),
    "exe": b"MZ" + bytes(80),
    "another RIFF": b"RIFF\x24\0\0\0WAVEfmt ",
    "two bytes of a JPEG": b"\xff\xd8",
}
PNG, JPEG, WEBP = (READABLE[name] for name in ("PNG", "JPEG", "WebP"))
BROKEN = {
    "JPEG cut in half": JPEG[: len(JPEG) // 2],
    "JPEG cut in its header": JPEG[:20],
    "JPEG without a picture": b"\xff\xd8\xff\xd9",
    "PNG cut in half": PNG[: len(PNG) // 2],
    "PNG of its signature": PNG[:8],
    "PNG with a wrong checksum": PNG.replace(b"IDAT", b"IDAT\xff", 1),
    "PNG of no width": made.claiming("PNG", 0, 10),
    "WebP cut in half": WEBP[: len(WEBP) // 2],
    "WebP of its header": b"RIFF\x24\0\0\0WEBPVP8 ",
}


@pytest.mark.parametrize("name", READABLE)
def test_a_readable_picture_is_taken(name):
    assert set(examine(io.BytesIO(READABLE[name])).renditions) == {320, 1600}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_no_photo_is_refused_whatever_its_name(name):
    with pytest.raises(problems.UnsupportedPhotoFormat):
        examine(io.BytesIO(FOREIGN[name]))


@pytest.mark.parametrize("name", BROKEN)
def test_a_torn_picture_is_unreadable(name):
    with pytest.raises(problems.PhotoUnreadable):
        examine(io.BytesIO(BROKEN[name]))


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_moving_picture_is_no_photo(kind):
    with pytest.raises(problems.PhotoAnimated):
        examine(io.BytesIO(made.moving(kind)))


@pytest.mark.parametrize(
    ("kind", "width", "height"),
    [
        ("JPEG", 8193, 8192),
        ("JPEG", 65500, 65500),
        ("PNG", 4097, 4096),
        ("PNG", 30_000, 30_000),
        ("PNG", 2**31 - 1, 2**31 - 1),
    ],
)
def test_too_many_pixels_are_refused_before_anything_is_decoded(kind, width, height):
    with pytest.raises(problems.PhotoTooManyPixels, match=f"{width} × {height}"):
        examine(io.BytesIO(made.claiming(kind, width, height)))


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_the_limit_itself_is_allowed(kind, monkeypatch):
    monkeypatch.setitem(pictures.MOST_PIXELS, kind, 240 * 160)
    assert examine(io.BytesIO(made.encoded(kind=kind))).width == 240


def test_an_empty_file_is_no_photo():
    with pytest.raises(problems.PhotoEmpty):
        examine(io.BytesIO(b""))


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "CMYK", "1"])
def test_every_colour_mode_looks_the_same_small(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    small = Image.open(io.BytesIO(examine(io.BytesIO(made.encoded(made.in_mode(mode), kind))).renditions[320]))
    shown, wanted = small.convert("L").getpixel((180, 120)), made.in_mode(mode).convert("L").getpixel((180, 120))
    assert abs(shown - wanted) < 40


def test_16_bits_are_shown_in_their_upper_eight():
    small = Image.open(io.BytesIO(examine(io.BytesIO(READABLE["16-bit PNG"])).renditions[320])).convert("L")
    assert small.getpixel((60, 80)) > 250
    assert small.getpixel((180, 80)) < 5


def test_what_is_transparent_is_shown_on_white():
    hollow = made.encoded(Image.new("RGBA", (40, 30), (0, 0, 0, 0)), "PNG")
    assert Image.open(io.BytesIO(examine(io.BytesIO(hollow)).renditions[320])).getpixel((20, 15)) == (255, 255, 255)
