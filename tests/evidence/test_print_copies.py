"""The print copy: the picture as it is, and below it what it proves; never positions, never boxes for characters."""

import io
from uuid import uuid4

import made_heic
import made_pictures as made
import pytest
from factories import GADONG, picture, visit
from PIL import Image, ImageChops, ImageFont, ImageStat

from audit.config import BadSetting
from audit.evidence import prints
from audit.evidence.prints import Face, Line
from audit.fittings import face
from audit.rounds.models import Round

DIGEST, PHOTO = picture("to be printed")
CHINESE = prints.face()
has_chinese = pytest.mark.skipif(not CHINESE.path, reason="no font with Chinese on this machine")
LINES = [Line("核查人 扎西、卓玛", "by tashi, drolma"), Line("照片 1a2b3c4d", "photo 1a2b3c4d")]


@pytest.fixture
def with_a_photo(tashi):
    inspection = uuid4()
    tashi.send_photo(DIGEST, PHOTO)
    tashi.submit(inspection, visit(GADONG, team=["drolma"], photos={"TA02": [DIGEST]}))
    return inspection


@pytest.fixture
def written(monkeypatch):
    """The lines that a band was asked for: `written`."""
    asked, real = [], prints.copy
    monkeypatch.setattr(prints, "copy", lambda file, lines, face: asked.extend(lines) or real(file, lines, face))
    return asked


def copied(picture: Image.Image, lines=LINES, chosen: Face = Face()) -> Image.Image:
    return Image.open(io.BytesIO(prints.copy(io.BytesIO(made.encoded(picture)), lines, chosen)))


def printed(person, inspection, digest: str = DIGEST):
    return person.get(f"/inspections/{inspection}/photos/{digest}?size=print", buffered=True)


def drawn(monkeypatch, chosen: Face, lines=LINES) -> list[str]:
    """The words that were drawn, row by row."""
    rows, real = [], prints.ImageDraw.ImageDraw.text
    monkeypatch.setattr(
        prints.ImageDraw.ImageDraw,
        "text",
        lambda self, at, text, **how: rows.append(text) or real(self, at, text, **how),
    )
    copied(made.scene(), lines, chosen)
    return rows


@pytest.mark.parametrize("size", [(1600, 1200), (1200, 1600), (400, 300)])
def test_nothing_is_drawn_over_the_picture(size):
    shown = copied(made.scene(*size))
    above = shown.crop((0, 0, *size))
    assert (shown.width, shown.height > size[1]) == (size[0], True)
    assert max(ImageStat.Stat(ImageChops.difference(above, made.scene(*size))).mean) < 3


@pytest.mark.parametrize("size", [(200, 150), (1, 1), (10, 1600)])
def test_a_small_picture_gets_a_band_that_can_be_read(size):
    assert copied(made.scene(*size)).width == prints.NARROWEST


def test_without_a_font_the_band_is_ascii(monkeypatch):
    assert drawn(monkeypatch, Face()) == ["by tashi, drolma", "photo 1a2b3c4d"]


@has_chinese
def test_with_a_font_the_band_is_chinese(monkeypatch):
    assert drawn(monkeypatch, CHINESE) == ["核查人 扎西、卓玛", "照片 1a2b3c4d"]


@has_chinese
def test_a_line_that_the_font_cannot_write_is_ascii(monkeypatch):
    assert drawn(monkeypatch, CHINESE, [Line("བོད་ལྗོངས 中心", "centre 540202"), LINES[1]]) == [
        "centre 540202",
        "照片 1a2b3c4d",
    ]


def test_a_long_line_goes_on_in_the_next_row(monkeypatch):
    rows = drawn(monkeypatch, Face(), [Line("", "tashi and " * 40), Line("", "x" * 200)])
    assert len(rows) > 6 and "".join(rows).replace(" ", "") == "tashiand" * 40 + "x" * 200


@pytest.mark.parametrize(("text", "can"), [("by tashi, 10:30 - 11:15", True), ("核查", False), ("\U0001f4f7", False)])
def test_a_character_that_a_font_lacks_is_noticed(text, can):
    assert prints.can_write(text, ImageFont.load_default(20)) is can


def test_a_machine_without_chinese_has_pillow_s_own_font(monkeypatch):
    monkeypatch.setattr(prints, "FOLDERS", ())
    assert prints.face() == Face()


def test_a_font_setting_that_is_no_font_stops_the_start(tmp_path):
    (tmp_path / "font.ttf").write_text("no font")
    with pytest.raises(BadSetting, match=r"^font: .*font\.ttf"):
        face(str(tmp_path / "font.ttf"))


# --- over HTTP -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["tashi", "drolma", "reviewer", "bailang", "office"])
def test_whoever_may_see_the_photo_may_print_it(people, with_a_photo, name):
    person = people[name]
    shown = person.get(f"/inspections/{with_a_photo}/photos/{DIGEST}?size=1600", buffered=True).status_code
    assert printed(person, with_a_photo).status_code == shown


def test_who_may_not_see_the_photo_may_not_print_it(pema, with_a_photo):
    assert printed(pema, with_a_photo).status_code == 404


def test_a_print_copy_is_a_jpeg_without_metadata(reviewer, with_a_photo):
    answer = printed(reviewer, with_a_photo)
    assert (answer.status_code, answer.mimetype, answer.headers["Cache-Control"]) == (
        200,
        "image/jpeg",
        "private, no-cache",
    )
    assert not Image.open(io.BytesIO(answer.data)).getexif()


def test_the_band_says_when_where_who_and_what(reviewer, with_a_photo, written):
    printed(reviewer, with_a_photo)
    assert [each.full for each in written][1:] == [
        "嘎东镇便民服务中心 · 白朗县",
        "核查人 Tashi、Drolma",
        f"核查编号 {with_a_photo}",
        f"照片 {DIGEST[:8]}",
    ]
    assert written[0].full.endswith("北京时间")


def test_what_is_written_without_a_font_is_ascii(reviewer, with_a_photo, written):
    printed(reviewer, with_a_photo)
    assert all(each.plain.isascii() and each.plain.isprintable() for each in written)


def test_a_sample_says_so_first(reviewer, with_a_photo, written):
    Round.update(sample=True).execute()
    printed(reviewer, with_a_photo)
    assert (written[0].full, written[0].plain, written[0].warns) == ("示例 SAMPLE", "SAMPLE", True)


def test_no_position_is_printed(reviewer, with_a_photo, written):
    printed(reviewer, with_a_photo)
    assert not [each for each in written if "29.2" in each.full + each.plain or "89.1" in each.full + each.plain]


def test_printing_changes_nothing(reviewer, with_a_photo, stored):
    before = stored()
    printed(reviewer, with_a_photo)
    original = reviewer.get(f"/inspections/{with_a_photo}/photos/{DIGEST}?size=original", buffered=True).data
    assert (stored(), original) == (before, PHOTO)


def test_a_heic_is_printed_and_shown_without_metadata(tashi, people):
    data, inspection = made_heic.heic(), uuid4()
    digest = made.digest(data)
    tashi.send_photo(digest, data)
    tashi.submit(inspection, visit(GADONG, photos={"TA02": [digest]}))
    county = people["office"]
    full = county.get(f"/inspections/{inspection}/photos/{digest}?size=original", buffered=True)
    assert (printed(county, inspection, digest).status_code, full.mimetype, b"PhoneMaker" in full.data) == (
        200,
        "image/jpeg",
        False,
    )
    assert "without-metadata.jpg" in full.headers["Content-Disposition"]
