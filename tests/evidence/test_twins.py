"""dHash: the same scene again is near, another scene is far."""

import io
from datetime import UTC, datetime
from itertools import combinations

import made_pictures as made
import pytest
from PIL import Image

from audit.commands import drawings
from audit.evidence.pictures import dhash, examine

NEAR = 6
WHEN = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)


def drawn(seed) -> bytes:
    return drawings.draw(f"twins/{seed}", "twins", WHEN, None)


def hash_of(data: bytes) -> int:
    return int(examine(io.BytesIO(data)).dhash, 16)


def apart(one: int, other: int) -> int:
    return (one ^ other).bit_count()


@pytest.mark.parametrize("change", [made.recompressed, made.resized, made.brighter])
@pytest.mark.parametrize("seed", range(3))
def test_a_copy_is_near_its_original(seed, change):
    original = drawn(seed)
    assert apart(hash_of(original), hash_of(change(original))) <= NEAR


def test_a_turned_copy_is_near_its_upright_original():
    exif = Image.Exif()
    exif[made.ORIENTATION] = 6
    original = Image.open(io.BytesIO(drawn("turned")))
    turned = made.encoded(original.transpose(Image.Transpose.ROTATE_90), exif=exif)
    assert apart(hash_of(drawn("turned")), hash_of(turned)) <= NEAR


def test_the_drawn_pictures_of_a_round_are_all_far_from_each_other():
    # what examine hashes, without its renditions: 60 pictures are 1,770 pairs
    hashes = [int(dhash(Image.open(io.BytesIO(drawn(f"round/{each}")))), 16) for each in range(60)]
    assert min(apart(*pair) for pair in combinations(hashes, 2)) > NEAR


def test_a_hash_is_64_bits_in_hex():
    assert len(examine(io.BytesIO(made.encoded())).dhash) == 16
