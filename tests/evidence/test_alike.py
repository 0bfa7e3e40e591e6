"""Photos that look alike are found when they are checked, however they were sent; what says nothing has no twins."""

import io
import random

import made_pictures as made
import pytest
from factories import picture
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from audit.evidence import checking, queries
from audit.evidence.models import PhotoTwin

HASHES = st.integers(0, 2**64 - 1)


def changed(data: bytes, quality: int = 60, scale: float = 1.0) -> bytes:
    image = Image.open(io.BytesIO(data))
    small = image.resize((round(image.width * scale), round(image.height * scale)))
    return made.encoded(small, quality=quality)


@pytest.fixture
def sent(tashi):
    """Sends bytes; their digest."""

    def send(data: bytes) -> str:
        digest = made.digest(data)
        assert tashi.send_photo(digest, data).status_code == 201
        return digest

    return send


@pytest.mark.parametrize(("quality", "scale"), [(40, 1.0), (90, 0.5), (60, 0.25)])
def test_a_photo_recompressed_or_resized_is_found(sent, quality, scale):
    data = picture("the hall")[1]
    first, second = sent(data), sent(changed(data, quality, scale))
    assert [digest for digest, _ in queries.twins([first])[first]] == [second]


def test_twins_know_each_other_both_ways(sent):
    data = picture("the hall")[1]
    first, second = sent(data), sent(changed(data))
    found = queries.twins([first, second])
    assert ([twin for twin, _ in found[first]], [twin for twin, _ in found[second]]) == ([second], [first])


def test_photos_of_different_things_are_no_twins(sent):
    digests = [sent(picture(seed)[1]) for seed in ("a", "b", "c")]
    assert queries.twins(digests) == {}


def test_pictures_without_features_are_nobody_s_twins(sent):
    for shade in (0, 90, 200):
        sent(made.encoded(Image.new("RGB", (200, 150), (shade, shade, shade))))
    assert PhotoTwin.select().count() == 0


def test_of_very_many_the_nearest_are_kept(sent, monkeypatch):
    monkeypatch.setattr(checking, "MOST_TWINS", 2)
    data = picture("the hall")[1]
    last = [sent(changed(data, quality)) for quality in (30, 40, 50, 60)][-1]
    assert len(queries.twins([last])[last]) == 2


@given(HASHES, st.sets(st.integers(0, 63), max_size=checking.ALIKE))
def test_hashes_that_are_near_share_a_slot(value, bits):
    near = value
    for bit in bits:
        near ^= 1 << bit
    one, other = (set(checking.slots_of(f"{each:016x}")) for each in (value, near))
    assert not one or not other or len(one & other) >= 2


@given(HASHES)
def test_a_hash_with_features_has_a_slot_for_each_of_its_bytes(value):
    slots = list(checking.slots_of(f"{value:016x}"))
    assert len(slots) == (8 if value.bit_count() in checking.FEATURES else 0)


def test_unrelated_hashes_are_far_apart():
    chance = random.Random(1)
    values = [chance.getrandbits(64) for _ in range(200)]
    pairs = [(one ^ other).bit_count() for at, one in enumerate(values) for other in values[:at]]
    assert min(pairs) > checking.ALIKE
