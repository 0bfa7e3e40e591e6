"""The original without its metadata: the same pixels, and nothing about where, when and by what they were taken."""

import io
import tempfile
from itertools import pairwise

import made_pictures as made
import pytest
from PIL import Image

from audit.evidence.containers import Torn, parts, without_metadata
from audit.evidence.pictures import orientation, sniff

HERE = ((29.0, 12.0, 45.0), "N", (89.0, 10.0, 42.0), "E")
EXTRAS = {
    "JPEG": {"comment": b"a secret place", "xmp": b"<x:xmpmeta>a secret place</x:xmpmeta>"},
    "PNG": {},
    "WEBP": {"xmp": b"<x:xmpmeta>a secret place</x:xmpmeta>"},
}


def tagged(kind: str, turn: int = 1) -> bytes:
    exif = Image.Exif()
    exif.update({0x010F: "PhoneMaker", made.ORIENTATION: turn})
    exif.get_ifd(0x8825).update({1: "N", 2: HERE[0], 3: "E", 4: HERE[2]})
    return made.encoded(kind=kind, exif=exif, **EXTRAS[kind])


def bare(data: bytes) -> bytes:
    with tempfile.TemporaryFile() as whole:
        whole.write(data)
        whole.flush()
        out = io.BytesIO()
        without_metadata(whole, sniff(data[:16]), orientation(whole), out)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("kind", EXTRAS)
def test_nothing_is_told_of_place_and_camera(kind):
    left = bare(tagged(kind))
    assert (dict(opened(left).getexif()), b"PhoneMaker" in left, b"secret" in left) == ({}, False, False)


@pytest.mark.parametrize("kind", EXTRAS)
def test_every_pixel_is_as_it_was(kind):
    data = tagged(kind)
    assert opened(bare(data)).convert("RGB").tobytes() == opened(data).convert("RGB").tobytes()


@pytest.mark.parametrize("turn", range(2, 9))
@pytest.mark.parametrize("kind", EXTRAS)
def test_how_to_turn_it_is_still_told_and_nothing_else(kind, turn):
    assert dict(opened(bare(tagged(kind, turn))).getexif()) == {made.ORIENTATION: turn}


def test_a_second_picture_behind_the_first_is_left_out():
    assert opened(bare(made.two_in_one())).format == "JPEG"


def test_what_hides_behind_the_end_is_left_out():
    assert not bare(made.encoded() + b"a secret place").endswith(b"place")


def test_the_colours_keep_their_profile():
    assert opened(bare(made.encoded(icc_profile=b"a profile"))).info["icc_profile"] == b"a profile"


def test_a_picture_that_decoders_forgave_is_shown_all_the_same():
    assert opened(bare(made.encoded()[:-2])).size == made.scene().size


@pytest.mark.parametrize("cut", [1, 2, 40, 200])
@pytest.mark.parametrize("kind", EXTRAS)
def test_a_file_that_was_cut_is_noticed_without_decoding(kind, cut):
    with pytest.raises(Torn):
        list(parts(tagged(kind)[:-cut], kind))


@pytest.mark.parametrize("kind", EXTRAS)
def test_the_parts_follow_each_other_without_a_gap(kind):
    found = list(parts(tagged(kind), kind))
    assert all(one.end == next_.start for one, next_ in pairwise(found))
