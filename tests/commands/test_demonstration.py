"""The demonstration's made-up parts: labelled, plausible, each picture unlike every other."""

from __future__ import annotations

import io
import random
from datetime import UTC, datetime
from itertools import combinations

import pytest
from factories import content

from audit.commands import drawings, inventions
from audit.evidence import pictures
from audit.scoring.answers import Answer, faults, form_fault
from audit.scoring.standard import Edition

AT = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize("level", ["township", "village"])
@pytest.mark.parametrize("quality", [0.05, 0.5, 1.0])
def test_made_up_answers_can_be_scored(level, quality):
    edition = Edition.of(content(level))
    given = inventions.answers(content(level), quality, random.Random(7), without_lists=quality < 0.1)
    assert [form_fault(edition.item[each["item"]], each) for each in given] == [None] * len(given)
    assert faults(edition, {each["item"]: Answer.of(each) for each in given}, {"bilingual", "plateau"}) == {}


def test_a_drawn_picture_has_its_time_and_place_in_exif():
    picture = pictures.examine(io.BytesIO(drawings.draw("x", "x", AT, (29.21273, 89.17835))))
    assert picture.exif["taken_at"] == "2026:11:20 02:30:00"
    assert (picture.exif["lat"], picture.exif["lon"]) == pytest.approx((29.21273, 89.17835), abs=1e-5)


def test_a_drawn_picture_says_that_it_is_a_sample():
    assert pictures.examine(io.BytesIO(drawings.draw("x", "x", AT, None))).exif["make"] == "SAMPLE"


def test_no_two_drawn_pictures_look_alike():
    hashes = [
        int(pictures.examine(io.BytesIO(drawings.draw(f"{number}", f"{number}", AT, None))).dhash, 16)
        for number in range(60)
    ]
    assert min((a ^ b).bit_count() for a, b in combinations(hashes, 2)) > 6
