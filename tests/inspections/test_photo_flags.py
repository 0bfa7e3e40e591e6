"""What is flagged in a photo, and what is not: a pure rule."""

from datetime import UTC, datetime, timedelta

import pytest

from audit.base import clock
from audit.centres import datums
from audit.evidence import place
from audit.evidence.place import Fix, Point
from audit.inspections.photo_flags import EDITORS, Seen, of_photo

STARTED = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # 10:00 in Beijing
FINISHED = STARTED + timedelta(minutes=90)
DURING = STARTED + timedelta(minutes=30)
GADONG = (29.21273, 89.17835)
POINT = Point(GADONG, 30)


def told(taken_at=DURING, source="camera", **changes) -> dict:
    return {"digest": "a" * 64, "taken_at": clock.iso(taken_at), "source": source} | changes


def flags(phone=None, exif=None, **changes) -> dict[str, dict]:
    """The flags of a photo by name."""
    seen = Seen(phone, exif or {}, STARTED, FINISHED, FINISHED + timedelta(hours=3), **changes)
    found = of_photo(seen)
    assert all(each["zh"] and each["en"] for each in found)
    return {each["flag"]: each["numbers"] for each in found}


def sentences(**changes) -> set[str]:
    """What the flags of a photo say, in both languages."""
    found = of_photo(Seen(None, {}, STARTED, FINISHED, FINISHED + timedelta(hours=3), **changes))
    return {each[language] for each in found for language in ("zh", "en")}


def at(position) -> place.Place:
    return place.judge(Fix(position, 10), POINT)


def written(moment: datetime, offset: str | None = "+08:00") -> dict:
    """EXIF of a camera in Beijing time."""
    local = moment.astimezone(clock.BEIJING).strftime("%Y:%m:%d %H:%M:%S")
    return {"taken_at": local} | ({"offset": offset} if offset else {})


def test_nothing_known_flags_nothing():
    assert flags() == {}


def test_missing_exif_flags_nothing():
    assert flags(told()) == {}


def test_an_ordinary_photo_flags_nothing():
    exif = written(DURING) | {"make": "HUAWEI", "software": "ANA-AN00 10.1.0.176"}
    assert flags(told(), exif, fix=at(GADONG), exif_place=at(GADONG)) == {}


# --- place -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("position", ["fix", "exif"])
def test_far_says_how_far_and_with_what_errors(position):
    away = at((29.3, 89.17835))
    numbers = flags(**{"fix" if position == "fix" else "exif_place": away})["far"]
    assert numbers == {
        "position": position, "distance_m": 9673, "accuracy_m": 10, "fence_m": 300, "point_uncertainty_m": 30,
    }  # fmt: skip


def test_gcj_02_under_another_label_is_suspected_and_not_called_far():
    found = flags(fix=at(datums.wgs_to_gcj(GADONG)))
    assert set(found) == {"datum-suspect"}
    numbers = found["datum-suspect"]
    assert (numbers["datum"], numbers["distance_m"], numbers["converted_distance_m"]) == ("GCJ-02", 407, 0)


def test_bd_09_under_another_label_is_suspected():
    numbers = flags(fix=at(datums.wgs_to_bd(GADONG)))["datum-suspect"]
    assert (numbers["datum"], numbers["distance_m"]) == ("BD-09", 923)


def test_what_cannot_be_told_flags_nothing():
    assert flags(fix=place.judge(Fix((29.3, 89.17835), 10), None)) == {}


def test_a_fix_that_was_not_there_is_flagged_and_one_that_was_left_out_is_not():
    assert (set(flags(told(fix=None))), set(flags(told()))) == ({"no-fix"}, set())


def test_a_fix_of_a_moment_later_is_one_too():
    assert set(flags(told(fix=None, fix_after={"lat": 29.2, "lon": 89.2}))) == set()


def test_a_photo_from_the_gallery_is_flagged():
    assert set(flags(told(source="gallery"))) == {"gallery"}


# --- time --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("taken", "hours"),
    [
        (STARTED - timedelta(hours=24), None),
        (STARTED - timedelta(hours=24, minutes=6), -24.1),
        (FINISHED + timedelta(hours=24), None),
        (FINISHED + timedelta(hours=30), 30),
    ],
)
def test_a_photo_of_another_day_is_stale(taken, hours):
    assert flags(told(taken)).get("stale") == (hours and {"hours": hours})


def test_an_old_exif_time_is_stale_whatever_the_phone_says():
    found = flags(told(), written(STARTED - timedelta(days=10)))
    assert found["stale"] == {"hours": -240.0}


def test_exif_without_an_offset_is_trusted_to_the_day():
    day_before = datetime(2026, 11, 19, 1, 0, tzinfo=clock.BEIJING)
    assert "stale" not in flags(exif=written(day_before, None))
    assert flags(exif=written(day_before - timedelta(days=1), None))["stale"] == {"hours": -34.0}


@pytest.mark.parametrize(("apart", "flagged"), [(timedelta(minutes=10), False), (timedelta(minutes=11), True)])
def test_a_camera_and_a_phone_may_differ_by_ten_minutes(apart, flagged):
    assert ("clock-skew" in flags(told(), written(DURING + apart))) is flagged


def test_the_difference_of_the_clocks_is_told():
    assert flags(told(), written(DURING - timedelta(hours=1)))["clock-skew"] == {"minutes": 60}


def test_a_time_without_an_offset_says_nothing_of_the_clocks():
    assert flags(told(), written(DURING + timedelta(hours=5), None)) == {}


def test_an_offset_is_read():
    exif = {"taken_at": DURING.strftime("%Y:%m:%d %H:%M:%S"), "offset": "+00:00"}
    assert flags(told(), exif) == {}


@pytest.mark.parametrize(
    "exif",
    [
        {"taken_at": "0000:00:00 00:00:00"},
        {"taken_at": "yesterday"},
        {"taken_at": "2026:11:20 10:30:00", "offset": "+99:00"},
        {"taken_at": "2026:11:20 10:30:00", "offset": ".5"},
        {"taken_at": "1970:01:01 00:00:00"},
        {"taken_at": "9999:12:31 23:59:59", "offset": "-14:00"},
        {"taken_at": "2027:11:20 10:30:00"},
        {"odd": ["gps-out-of-range"]},
    ],
)
def test_exif_that_cannot_be_is_odd_and_says_nothing_more(exif):
    assert set(flags(told(), exif)) == {"exif-odd"}


# --- programs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "software",
    ["Adobe Photoshop 25.0 (Windows)", "photoshop_express", "GIMP 2.10", "Snapseed2.0", "美图秀秀", "醒图 9.1"],
)
def test_a_picture_editor_is_flagged(software):
    assert set(flags(exif={"software": software})) == {"edited"}


@pytest.mark.parametrize("software", ["17.1.1", "HDR+ 1.0", "MediaTek Camera Application", "gimpel 3", "Meituan", ""])
def test_a_camera_is_no_editor(software):
    assert flags(exif={"software": software}) == {}


@pytest.mark.parametrize("software", ["今日水印相机 3.0", "Timemark"])
def test_a_watermark_camera_is_noted_and_not_called_an_editor(software):
    assert set(flags(exif={"software": software})) == {"watermark"}


def test_the_editors_are_written_as_they_are_compared():
    assert [name for name in EDITORS if name != name.casefold()] == []


# --- twins -------------------------------------------------------------------------------------------------------


def twin(inspection: str, bits: int, same: bool = False) -> dict:
    return {"inspection": inspection, "distance_bits": bits, "same_bytes": same}


def test_the_same_bytes_in_other_visits_are_counted_by_visit():
    found = flags(twins=[twin("a", 0, True), twin("a", 0, True), twin("b", 0, True)])
    assert found == {"duplicate-exact": {"visits": 2}}


def test_photos_that_look_alike_say_how_near_the_nearest_is():
    found = flags(twins=[twin("a", 4), twin("b", 2)])
    assert found == {"duplicate-near": {"visits": 2, "dhash_bits": 2}}


def test_one_other_visit_is_no_plural():
    one = sentences(twins=[twin("a", 0, True), twin("a", 1)])
    assert "The same bytes in 1 other visit" in one
    assert "Looks like photos of 1 other visit (1 of 64 bits differs)" in one
    assert "同一照片也用于另外 1 次检查" in one


def test_two_other_visits_are_a_plural():
    two = sentences(twins=[twin("a", 0, True), twin("b", 0, True), twin("a", 2), twin("b", 3)])
    assert "The same bytes in 2 other visits" in two
    assert "Looks like photos of 2 other visits (2 of 64 bits differ)" in two


def test_the_same_and_the_alike_are_two_flags():
    assert set(flags(twins=[twin("a", 0, True), twin("b", 0)])) == {"duplicate-exact", "duplicate-near"}
