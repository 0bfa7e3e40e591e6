"""Datums and the verdict of a fix, against the values published in the design (domain.md §5)."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.centres import datums
from audit.centres.distance import metres
from audit.evidence import place
from audit.evidence.place import FENCE_M, Fix, Point

GADONG = (29.21273, 89.17835)
# every tenth of a degree of the prefecture's box: 27.3–31.4 N, 82.1–90.2 E, as it was measured
GRID = [(27.3 + row / 10, 82.1 + column / 10) for row in range(41) for column in range(82)]
in_china = st.tuples(st.floats(18, 53.5), st.floats(73.5, 134.8))
anywhere_else = st.one_of(
    st.tuples(st.floats(-90, 0.8), st.floats(-180, 180)),
    st.tuples(st.floats(-90, 90), st.floats(-180, 72)),
    st.tuples(st.floats(-90, 90), st.floats(138, 180)),
)
distances, accuracies, uncertainties = st.floats(0, 1e6), st.floats(0.1, 1e5), st.floats(0, 1e5)


def north(metres_away: float) -> tuple[float, float]:
    """A position so many metres north of 嘎东镇 (a degree is 110,860 m there)."""
    return GADONG[0] + metres_away / 110_860, GADONG[1]


# --- datums ------------------------------------------------------------------------------------------------------


def test_gcj_02_is_407_metres_off_at_gadong():
    lat, lon = datums.wgs_to_gcj(GADONG)
    assert (round(lat - GADONG[0], 6), round(lon - GADONG[1], 6)) == (-0.003042, 0.00235)
    assert round(metres(GADONG, (lat, lon))) == 407


def test_bd_09_is_923_metres_off_at_gadong_and_926_from_gcj_02():
    bd = datums.wgs_to_bd(GADONG)
    assert (round(metres(GADONG, bd)), round(metres(datums.wgs_to_gcj(GADONG), bd))) == (923, 926)


def test_gcj_02_is_313_to_490_metres_off_over_the_prefecture():
    off = [metres(each, datums.wgs_to_gcj(each)) for each in GRID]
    assert (round(min(off)), round(max(off))) == (313, 490)


def test_gcj_02_lies_to_the_south_east_over_the_prefecture():
    directions = [place.bearing(each, datums.wgs_to_gcj(each)) for each in GRID]
    assert (round(min(directions)), round(max(directions))) == (133, 159)


def test_bd_09_is_836_to_987_metres_off_over_the_prefecture():
    off = [metres(each, datums.wgs_to_bd(each)) for each in GRID]
    assert (round(min(off)), round(max(off))) == (836, 987)


@given(in_china)
def test_gcj_02_and_back_is_within_a_hand(position):
    assert metres(position, datums.gcj_to_wgs(datums.wgs_to_gcj(position))) < 0.2


@given(in_china)
def test_bd_09_and_back_is_within_a_hand(position):
    assert metres(position, datums.bd_to_wgs(datums.wgs_to_bd(position))) < 0.2


@given(anywhere_else)
def test_outside_of_china_nothing_is_changed(position):
    for convert in (datums.wgs_to_gcj, datums.gcj_to_wgs, datums.wgs_to_bd, datums.bd_to_wgs):
        assert convert(position) == position


@pytest.mark.parametrize(("end", "direction"), [((30, 89), 0), ((29, 90), 90), ((28, 89), 180), ((29, 88), 270)])
def test_a_bearing_counts_from_north_clockwise(end, direction):
    # along a parallel the shortest way bends: half a degree of longitude's sine
    assert abs((place.bearing((29, 89), end) - direction + 180) % 360 - 180) < 0.3


# --- accuracy ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("confidence", "metres_of_95"), [("0.95", 10), ("0.68", 16.2), ("unknown", 16.2)])
def test_an_accuracy_is_brought_to_95_percent(confidence, metres_of_95):
    assert place.r95(10, confidence) == pytest.approx(metres_of_95)


def test_an_accuracy_of_0_is_none():
    assert place.r95(0, "0.95") == place.UNSTATED_ACCURACY_M


# --- the verdict -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("distance", "accuracy", "uncertainty", "expected"),
    [
        (0, 300, 0, "inside"),
        (0, 301, 0, "cannot-tell"),
        (290, 10, 40_000, "inside"),
        (291, 10, 0, "cannot-tell"),
        (310, 10, 0, "cannot-tell"),
        (311, 10, 0, "outside"),
        (341, 10, 30, "outside"),
        (340, 10, 30, "cannot-tell"),
        (36_000, 10, 40_000, "cannot-tell"),
    ],
)
def test_the_verdict_leaves_the_errors_their_room(distance, accuracy, uncertainty, expected):
    assert place.verdict(distance, accuracy, uncertainty) == expected


@given(distances, accuracies, accuracies, uncertainties)
def test_a_worse_accuracy_only_ever_makes_a_verdict_less_certain(distance, one, other, uncertainty):
    better, worse = (place.verdict(distance, each, uncertainty) for each in sorted((one, other)))
    assert worse in (better, "cannot-tell")


@given(distances, accuracies, uncertainties, uncertainties)
def test_a_worse_point_never_puts_anybody_outside(distance, accuracy, one, other):
    better, worse = (place.verdict(distance, accuracy, each) for each in sorted((one, other)))
    assert worse == better or (better, worse) == ("outside", "cannot-tell")


@given(distances, distances, accuracies, uncertainties)
def test_nearer_is_never_further_outside(one, other, accuracy, uncertainty):
    order = ["inside", "cannot-tell", "outside"]
    near, far = (order.index(place.verdict(each, accuracy, uncertainty)) for each in sorted((one, other)))
    assert near <= far


@pytest.mark.parametrize(
    ("source", "confidence", "least"),
    [
        ("GeoNames 1281264", "unverified", 36_000),
        ("GeoNames 1281264", "imported", 36_000),
        (None, None, 36_000),
        ("a table", "imported", 987),
        ("learnt from 3 visits", "learnt", 30),
    ],
)
def test_a_point_is_trusted_by_where_it_came_from(source, confidence, least):
    assert place.uncertainty(source, confidence) >= least


def test_without_a_point_nobody_can_tell():
    assert place.judge(Fix(GADONG, 10), None).verdict == "cannot-tell"


def test_without_a_fix_there_is_no_place():
    assert place.judge(None, Point(GADONG, 30)) is None


def test_a_fix_that_declares_its_datum_is_converted_first():
    for datum, convert in (("GCJ-02", datums.wgs_to_gcj), ("BD-09", datums.wgs_to_bd)):
        judged = place.judge(Fix(convert(GADONG), 10, datum), Point(GADONG, 30))
        assert (judged.verdict, judged.looks_like) == ("inside", None)
        assert judged.distance_m < 0.2


@pytest.mark.parametrize(("datum", "convert"), [("GCJ-02", datums.wgs_to_gcj), ("BD-09", datums.wgs_to_bd)])
def test_a_fix_that_another_datum_brings_inside_is_not_called_outside(datum, convert):
    judged = place.judge(Fix(convert(GADONG), 10), Point(GADONG, 30))
    assert (judged.verdict, judged.looks_like, round(judged.looks_like_m)) == ("cannot-tell", datum, 0)


def test_a_wrong_declaration_is_seen_too():
    assert place.judge(Fix(GADONG, 10, "GCJ-02"), Point(GADONG, 30)).looks_like == "WGS-84"


def test_a_fix_that_no_datum_brings_inside_is_outside():
    judged = place.judge(Fix(north(2000), 10), Point(GADONG, 30))
    assert (judged.verdict, judged.looks_like) == ("outside", None)


def test_a_fix_inside_is_never_suspected():
    judged = place.judge(Fix(north(FENCE_M - 20), 10), Point(GADONG, 30))
    assert (judged.verdict, judged.looks_like) == ("inside", None)


@given(in_china, st.floats(1, 100))
def test_a_fix_at_the_point_itself_is_inside_whatever_the_point_is_worth(position, accuracy):
    assert place.judge(Fix(position, accuracy), Point(position, place.PUBLIC_M)).verdict == "inside"


# --- the middle --------------------------------------------------------------------------------------------------


@given(st.floats(-50, 50).filter(math.isfinite), st.floats(-50, 50))
def test_one_stray_fix_of_three_moves_the_middle_no_further_than_the_others_lie(lat, lon):
    found = place.middle([(10, 20), (10.001, 20.001), (lat, lon)])
    assert 10 <= found[0] <= 10.001 and 20 <= found[1] <= 20.001


def test_the_spread_is_the_distance_to_the_furthest():
    assert round(place.spread([GADONG, north(500), north(-100)], GADONG)) == 500
