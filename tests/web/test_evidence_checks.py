"""What the evidence of a photo says in words, aspect by aspect."""

from __future__ import annotations

from audit.web import checks

FIX = {
    "lat": 29.21273, "lon": 89.17835, "accuracy_m": 12, "confidence": "0.95", "datum": "WGS-84",
    "verdict": "inside", "distance_m": 35.2, "r95_m": 12, "point_uncertainty_m": 30, "looks_like": None,
}  # fmt: skip
OWN = FIX | {"r95_m": 100}
EXIF = {"make": "HUAWEI", "model": "P40", "taken_at": "2026:11:20 10:05:00", "offset": None, "software": None}


def photo(**changes) -> dict:
    positions = {"fix": FIX, "fix_after": None, "exif": None, "centre": None} | changes.pop("positions", {})
    plain = {"flags": [], "twins": [], "exif": EXIF, "source": "camera", "taken_at": "2026-11-20T02:05:00+00:00"}
    return plain | {"positions": positions} | changes


def said(aspect: str, **changes) -> tuple[str, str]:
    """(kind, Chinese) of one aspect."""
    title = checks.TITLES[aspect][0]
    (found,) = [each for each in checks.of_photo(photo(**changes)) if each["title"]["zh"] == title]
    return found["kind"], found["zh"]


def test_a_photo_at_the_centre_says_how_far_it_was():
    assert said("place") == ("good", "手机定位在中心：距中心 35 米，误差 12 米，中心坐标误差 30 米")


def test_a_centre_without_a_point_puts_nobody_anywhere():
    nowhere = FIX | {"verdict": "cannot-tell", "distance_m": None, "point_uncertainty_m": None}
    assert said("place", positions={"fix": nowhere})[0] == "calm"


def test_the_fix_of_a_moment_later_stands_in():
    assert said("place", positions={"fix": None, "fix_after": FIX})[0] == "good"


def test_without_a_position_nothing_is_claimed():
    assert said("place", positions={"fix": None}) == ("calm", "没有上报定位")
    assert said("exif") == ("calm", "照片不带位置，属常见情况")


def test_the_photos_own_position_is_held_against_the_phones():
    assert said("exif", positions={"exif": OWN}) == ("good", "照片自带位置与手机定位相差 0 米")
    kind, words = said("exif", positions={"exif": OWN | {"lat": 29.3}})
    assert kind == "warn" and words.startswith("照片自带位置与手机定位相差 96") and words.endswith("请核对")


def test_the_photos_own_position_alone_is_told():
    assert said("exif", positions={"fix": None, "exif": OWN}) == ("calm", "照片自带位置在中心，没有手机定位可比对")


def test_both_clocks_are_told():
    assert said("time") == ("good", "时间与核查相符：手机 2026-11-20 10:05，照片 2026-11-20 10:05")
    assert said("time", taken_at=None, exif=EXIF | {"taken_at": None})[0] == "calm"


def test_how_it_was_made_is_told():
    assert said("made") == ("good", "现场拍摄，HUAWEI P40")
    assert said("made", source=None, exif=EXIF | {"make": None, "model": None}) == ("calm", "来源未上报")


def test_a_flag_says_it_in_its_own_words_and_under_its_own_aspect():
    far = {"flag": "far", "zh": "太远", "en": "far", "numbers": {"position": "exif"}}
    twin = {"flag": "duplicate-near", "zh": "相似", "en": "alike", "numbers": {}}
    found = {each["title"]["zh"]: (each["kind"], each["zh"]) for each in checks.of_photo(photo(flags=[far, twin]))}
    assert found["照片信息"] == ("risky", "太远") and found["重复"] == ("risky", "相似") and found["定位"][0] == "good"
