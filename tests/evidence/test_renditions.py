"""Renditions: upright, small, and without anything but the picture."""

import io

import made_pictures as made
import pytest
from PIL import Image, ImageOps

from audit.evidence.pictures import examine

TURNED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def rendition(data: bytes, size: int) -> Image.Image:
    return Image.open(io.BytesIO(examine(io.BytesIO(data)).renditions[size]))


def corners(picture: Image.Image) -> list:
    """The colours of the four quarters, each rounded to the nearest pure one."""
    width, height = picture.size
    places = [(width * x // 4, height * y // 4) for y in (1, 3) for x in (1, 3)]
    return [tuple(round(each / 255) for each in picture.getpixel(place)) for place in places]


@pytest.mark.parametrize("size", [320, 1600])
@pytest.mark.parametrize("orientation", TURNED)
def test_however_the_phone_was_held_the_rendition_is_upright(orientation, size):
    turn = TURNED[orientation]
    as_stored = made.scene() if turn is None else made.scene().transpose(turn)
    exif = Image.Exif()
    exif[made.ORIENTATION] = orientation
    shown = rendition(made.encoded(as_stored, exif=exif), size)
    assert (shown.size, corners(shown)) == (made.scene().size, corners(made.scene()))


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_changes_nothing(orientation):
    exif = Image.Exif()
    exif[made.ORIENTATION] = orientation
    assert corners(rendition(made.encoded(exif=exif), 320)) == corners(made.scene())


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_turned_picture_of_another_format_is_upright_too(kind):
    exif = Image.Exif()
    exif[made.ORIENTATION] = 6
    data = made.encoded(made.scene().transpose(Image.Transpose.ROTATE_90), kind, exif=exif)
    assert corners(rendition(data, 320)) == corners(made.scene())


@pytest.mark.parametrize("shape", [(2400, 1800), (1800, 2400), (3300, 300), (1601, 1601)])
@pytest.mark.parametrize("size", [320, 1600])
def test_the_longest_side_is_the_size_asked_for(shape, size):
    assert max(rendition(made.encoded(made.scene(*shape)), size).size) == size


@pytest.mark.parametrize("size", [320, 1600])
def test_a_small_picture_is_not_blown_up(size):
    assert rendition(made.encoded(made.scene(200, 120)), size).size == (200, 120)


@pytest.mark.parametrize("size", [320, 1600])
def test_a_rendition_carries_no_metadata(size):
    exif = Image.Exif()
    exif.update({0x010F: "PhoneMaker", 0x0132: "2026:11:20 10:00:00"})
    exif.get_ifd(0x8825).update({1: "N", 2: (29.0, 12.0, 45.0)})
    data = made.encoded(exif=exif, comment=b"a comment", icc_profile=b"a profile", xmp=b"<x:xmpmeta/>", dpi=(300, 300))
    small = rendition(data, size)
    assert set(small.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert not small.getexif()


def test_the_small_one_is_the_large_one_made_smaller():
    large, small = (rendition(made.encoded(made.scene(1600, 1200)), size) for size in (1600, 320))
    assert corners(ImageOps.contain(large, small.size)) == corners(small)
