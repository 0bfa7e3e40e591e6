"""Drawings: whatever they are made of, nothing lies outside, and what was measured differently is never joined."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from audit.web import charts, drawings, maps
from audit.web.charts import Axis, Bullet, Step
from audit.web.drawings import Area, Dot, Label
from audit.web.maps import Site

NAMES = st.text("面积事项进驻授权 floorArea W人员2026Q4བོད་ཡིག", min_size=1, max_size=40)
SCORES = st.one_of(st.none(), st.floats(-5, 110))
PRINTED = st.sampled_from(["—", "0.00", "62.35", "100.00", "105.00"])
BULLETS = st.lists(st.builds(Bullet, NAMES, SCORES, PRINTED, SCORES, SCORES), max_size=6)
AXES = st.lists(st.builds(Axis, NAMES, PRINTED, SCORES, SCORES), min_size=3, max_size=6)
STEPS = st.lists(
    st.builds(Step, NAMES, st.floats(0, 105), PRINTED, st.sampled_from([None, "a", "b"]), st.booleans()), max_size=8
)
SITES = st.lists(
    st.builds(
        Site,
        st.floats(27, 31),
        st.floats(82, 91),
        st.sampled_from(["白朗县", "江孜县", "桑珠孜区", "定日县"]),
        st.sampled_from("◆●▲■○"),
        st.sampled_from([None, "#34A57A"]),
        NAMES,
    ),
    max_size=40,
)


def outside(drawing: drawings.Drawing) -> list:
    """The marks that reach beyond the drawing."""

    def fits(mark) -> bool:
        left, top, right, bottom = mark.box
        return left >= -0.01 and top >= -0.01 and right <= drawing.width + 0.01 and bottom <= drawing.height + 0.01

    return [mark for mark in drawing.marks if not fits(mark)]


def labels(drawing: drawings.Drawing) -> list[str]:
    return [mark.text for mark in drawing.marks if isinstance(mark, Label)]


@given(BULLETS)
def test_bars_lie_within_their_drawing(bars):
    assert outside(charts.bullets(bars)) == []


@given(AXES)
def test_a_radar_lies_within_its_drawing(axes):
    assert outside(charts.radar(axes)) == []


@given(STEPS)
def test_a_trend_lies_within_its_drawing(steps):
    assert outside(charts.trend(steps, "口径变更")) == []


@given(SITES)
def test_a_map_lies_within_its_drawing(found):
    drawing = maps.sites(found)
    assert (drawing is None) == (found == [])
    assert found == [] or outside(drawing) == []


@given(NAMES, st.floats(20, 300))
def test_a_label_is_no_wider_than_its_room(text, room):
    shown, size = drawings.fitted(text, room)
    assert drawings.wide(shown, size) <= room + 0.01 and (shown == text or shown.endswith("…"))


@given(BULLETS)
def test_every_bar_has_its_number_printed(bars):
    assert [text for text in labels(charts.bullets(bars))][1::2] == [each.text for each in bars]


def test_a_longer_bar_is_a_better_score():
    wide = [
        mark.width
        for mark in charts.bullets([Bullet("a", 40, "40"), Bullet("b", 80, "80")]).marks
        if mark.kind == "bar" and mark.look == "value"
    ]
    assert wide[1] == 2 * wide[0]


def test_what_has_no_value_has_no_bar():
    looks = {mark.look for mark in charts.bullets([Bullet("a", None, "—")]).marks}
    assert not looks & {"value", "goal", "before"}


def test_a_radar_prints_the_words_and_the_numbers():
    axes = [
        Axis("面积", "80.00", 80),
        Axis("Matters onboarded", "70.00", 70),
        Axis("c", "60.00", 60),
        Axis("授权", "—", None),
    ]
    assert labels(charts.radar(axes)) == ["面积", "80.00", "Matters", "onboarded", "70.00", "c", "60.00", "授权", "—"]


def test_what_was_measured_with_the_same_is_joined():
    drawing = charts.trend([Step("a", 60, "60.00", 1), Step("b", 70, "70.00", 1), Step("c", 80, "80.00", 1)], "x")
    (line,) = [mark for mark in drawing.marks if isinstance(mark, Area)]
    assert len(line.corners) == 3 and not line.closed and "x" not in labels(drawing)


def test_another_measure_breaks_the_line_and_says_so():
    drawing = charts.trend(
        [Step("a", 60, "60.00", 1), Step("b", 70, "70.00", 2), Step("c", 80, "80.00", 2)], "口径变更"
    )
    (line,) = [mark for mark in drawing.marks if isinstance(mark, Area)]
    assert len(line.corners) == 2 and labels(drawing).count("口径变更") == 1
    assert [mark.look for mark in drawing.marks].count("break") == 1


@given(STEPS)
def test_no_line_joins_what_was_measured_differently(steps):
    for run in charts.runs(steps):
        assert len({steps[number].measure for number in run}) == 1
        assert len(run) == 1 or steps[run[0]].measure is not None
    assert sorted(number for run in charts.runs(steps) for number in run) == list(range(len(steps)))


def test_north_is_above_and_east_to_the_right():
    found = [Site(29, 88, "a", "●", None, "south west"), Site(30, 89, "b", "●", None, "north east")]
    low, high = [mark for mark in maps.sites(found).marks if isinstance(mark, Dot)]
    assert low.x < high.x and low.y > high.y


def test_no_name_hides_a_centre():
    found = [Site(29 + number / 500, 88 + number / 400, "a", "●", None, "") for number in range(30)]
    kinds = [mark.kind for mark in maps.sites(found).marks]
    assert kinds == ["label"] + ["dot"] * 30


def test_names_of_counties_do_not_cover_each_other():
    found = [Site(29 + number / 1000, 88, f"county {number}", "●", None, "") for number in range(5)]
    boxes = [mark.box for mark in maps.sites(found).marks if isinstance(mark, Label)]
    apart = [one[3] <= other[1] or other[3] <= one[1] for one in boxes for other in boxes if one is not other]
    assert len(boxes) == 5 and all(apart)
