"""Draws: anybody who has the seed and the frame draws the same."""

import hashlib
import random
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.rounds.draws import assign, draw, drawn, number, order

CODES = st.lists(st.integers(10**8, 10**9 - 1).map(str), min_size=1, max_size=30, unique=True)
SEEDS = st.text("abcdefghij0123456789", min_size=4, max_size=20)
COUNTS = st.integers(1, 40)
NAMES = ["drolma", "pema", "tashi"]
FRAME = st.dictionaries(st.sampled_from(["540222", "540228", "540233"]), CODES, min_size=1, max_size=3).map(
    lambda frame: {county: [f"{county}{code[6:]}" for code in codes] for county, codes in frame.items()}
)


def asked(count: int = 2, **barred) -> dict:
    return {"per_county": {"count": count}, "inspectors": NAMES, "barred": barred}


def test_a_worked_example_that_sha256sum_gives_too():
    """printf %s 'example:540237100' | sha256sum"""
    codes = ["540237100", "540237200", "540237201", "540237202", "540237203"]
    hashes = {code: hashlib.sha256(f"example:{code}".encode()).hexdigest() for code in codes}
    assert [(code, hashes[code][:8]) for code in draw(codes, 2, "example")] == [
        ("540237203", "0763d7a4"),
        ("540237202", "6eec1d18"),
    ]


@given(CODES, COUNTS, SEEDS, st.randoms(use_true_random=False))
def test_the_order_of_the_frame_does_not_matter(codes, count, seed, shuffler: random.Random):
    again = [*codes, *codes]
    shuffler.shuffle(again)
    assert draw(again, count, seed) == draw(codes, count, seed)


@given(CODES, COUNTS, SEEDS)
def test_a_larger_draw_holds_the_smaller_one(codes, count, seed):
    assert draw(codes, count + 1, seed)[:count] == draw(codes, count, seed)


@given(CODES, COUNTS, SEEDS)
def test_as_many_are_drawn_as_were_asked_for_and_there_are(codes, count, seed):
    found = draw(codes, count, seed)
    assert len(found) == min(count, len(codes)) and set(found) <= set(codes)


@given(CODES, SEEDS)
def test_a_code_that_comes_later_moves_nobody_else(codes, seed):
    assert [each for each in order([*codes, "new"], seed) if each != "new"] == order(codes, seed)


@given(FRAME, COUNTS, SEEDS)
def test_every_county_gets_its_number(frame, count, seed):
    found = drawn(frame, asked(count), seed)
    for county, codes in frame.items():
        assert len(set(codes) & set(found)) == min(count, len(set(codes))), county


@given(FRAME, COUNTS, SEEDS)
def test_the_same_seed_draws_the_same_centres_and_inspectors(frame, count, seed):
    assert list(drawn(frame, asked(count), seed).items()) == list(drawn(frame, asked(count), seed).items())


@given(FRAME, SEEDS)
def test_nobody_goes_where_they_must_not(frame, seed):
    county = min(frame)
    found = drawn(frame, asked(9, tashi=[county], pema=[frame[county][0]]), seed)
    assert "tashi" not in {who for centre, who in found.items() if centre in frame[county]}
    assert found.get(frame[county][0]) != "pema"


@given(CODES, SEEDS)
def test_where_nobody_may_go_nobody_is_named(codes, seed):
    found = assign(dict.fromkeys(codes, "540228"), ["tashi"], {"tashi": ["540228"]}, seed)
    assert found == dict.fromkeys(codes)


@given(CODES, SEEDS)
def test_the_visits_are_shared_out_evenly(codes, seed):
    found = list(assign(dict.fromkeys(codes, "540228"), NAMES, {}, seed).values())
    numbers = [found.count(name) for name in NAMES]
    assert max(numbers) - min(numbers) <= 1


@pytest.mark.parametrize(
    ("wanted", "of", "expected"),
    [({"count": 3}, 10, 3), ({"count": 3}, 2, 2), ({"share": "1/10"}, 30, 3), ({"share": "0.1"}, 31, 4),
     ({"share": "1"}, 7, 7), ({"share": "1/3"}, 1, 1)],
)  # fmt: skip
def test_a_share_is_rounded_up_and_never_more_than_there_are(wanted, of, expected):
    assert number(wanted, of) == expected


@given(st.integers(1, 1000), st.integers(1, 100))
def test_a_tenth_is_at_least_a_tenth(of, parts):
    assert number({"share": f"1/{parts}"}, of) == ceil(of / parts)
