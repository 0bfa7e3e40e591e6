"""HEIC: taken like any other photo, decoded in a child that the system ends where it goes too far."""

import hashlib
import io
import sys

import made_heic
import made_pictures as made
import pytest
from PIL import Image

from audit.base import problems
from audit.evidence import bounded, pictures

PHOTO = made_heic.heic()
ANIMATED = made_heic.branded(b"msf1", b"hevc", more=made_heic.box(b"moov"))


def examined(data: bytes = PHOTO) -> pictures.Picture:
    return pictures.examine(io.BytesIO(data))


def glanced(data: bytes) -> pictures.Glance:
    return pictures.glance(io.BytesIO(data))


def slug(answer) -> str:
    return answer.json["type"].rpartition("/")[2]


def colours(data: bytes) -> list[str]:
    """Which of the scene's four colours lies in which corner."""
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    names = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "yellow": (255, 255, 0)}
    places = [(x * picture.width // 4, y * picture.height // 4) for y in (1, 3) for x in (1, 3)]
    near = lambda seen: min(names, key=lambda name: sum(abs(a - b) for a, b in zip(names[name], seen, strict=True)))  # noqa: E731
    return [near(picture.getpixel(place)) for place in places]


def child(monkeypatch, code: str) -> None:
    """Let the child run this instead of our decoder."""
    real = bounded.subprocess.run
    monkeypatch.setattr(
        bounded.subprocess, "run", lambda command, **how: real([sys.executable, "-P", "-c", code], **how)
    )


def test_a_heic_is_seen_for_what_it_is_without_decoding():
    assert glanced(PHOTO) == pictures.Glance("HEIF", "image/heic", "heic", 240, 160)


def test_a_heic_has_what_every_photo_has():
    found = examined()
    assert (found.media_type, found.width, found.height) == ("image/heic", 240, 160)
    assert found.exif == {
        "make": "PhoneMaker",
        "taken_at": "2026:11:20 10:30:00",
        "offset": "+08:00",
        "lat": 29.2125,
        "lon": 89.178333,
    }


def test_a_heic_is_the_twin_of_its_jpeg():
    jpeg = pictures.examine(io.BytesIO(made.encoded()))
    assert (int(examined().dhash, 16) ^ int(jpeg.dhash, 16)).bit_count() <= 6


def test_its_renditions_are_jpegs_without_metadata():
    for size, data in examined().renditions.items():
        picture = Image.open(io.BytesIO(data))
        assert (picture.format, max(picture.size) <= size, dict(picture.getexif())) == ("JPEG", True, {})


@pytest.mark.parametrize(("turned", "corners"), [(False, "red lime blue yellow"), (True, "blue red yellow lime")])
def test_a_heic_is_shown_upright(turned, corners):
    found = examined(made_heic.heic(turned))
    size = (160, 240) if turned else (240, 160)
    assert ((found.width, found.height), colours(found.renditions[320])) == (size, corners.split())


def test_a_turned_heic_says_how_large_it_is_shown():
    found = glanced(made_heic.heic(turned=True))
    assert (found.width, found.height) == (160, 240)


@pytest.mark.parametrize("brand", [b"heix", b"heim", b"heis", b"hevc"])
def test_every_brand_of_heic_is_known(brand):
    assert glanced(made_heic.branded(brand, b"mif1")).kind == "HEIF"


def test_a_picture_of_no_brand_is_heic_when_it_says_so():
    assert glanced(made_heic.branded(b"mif1", b"heic")).kind == "HEIF"


@pytest.mark.parametrize("brand", [b"mif1", b"avif", b"isom", b"qt  "])
def test_other_pictures_and_films_in_boxes_are_foreign(brand):
    with pytest.raises(problems.UnsupportedPhotoFormat):
        glanced(made_heic.branded(brand, b"avif"))


def test_a_sequence_is_no_photo():
    with pytest.raises(problems.PhotoAnimated):
        glanced(ANIMATED)


@pytest.mark.parametrize("cut", [1, 9, 100, 400, 700, 780])
def test_a_cut_heic_is_refused_at_a_glance(cut):
    with pytest.raises(problems.PhotoUnreadable):
        glanced(PHOTO[:-cut])


@pytest.mark.parametrize("size", [1, 7, 2**32 - 16])
def test_a_box_that_passes_the_end_is_refused_at_a_glance(size):
    at = PHOTO.index(b"meta") - 4
    with pytest.raises(problems.PhotoUnreadable):
        glanced(PHOTO[:at] + size.to_bytes(4, "big") + PHOTO[at + 4 :])


@pytest.mark.parametrize("size", [(32767, 32767), (8192, 6401), (2**32 - 1, 2**32 - 1)])
def test_too_many_pixels_are_refused_before_decoding(size, monkeypatch):
    child(monkeypatch, "raise SystemExit('the child was asked')")
    with pytest.raises(problems.PhotoTooManyPixels):
        examined(made_heic.claiming(*size))


@pytest.mark.parametrize("size", [(0, 160), (2400, 1600)])
def test_a_size_that_is_not_the_picture_s_is_refused(size):
    with pytest.raises(problems.PhotoUnreadable):
        examined(made_heic.claiming(*size))


def test_a_heic_that_is_damaged_inside_is_refused():
    with pytest.raises(problems.PhotoUnreadable):
        examined(made_heic.damaged())


@pytest.mark.parametrize(
    "code",
    [
        "import os; os.abort()",
        f"raise SystemExit({bounded.FAILED})",
        "print('no JSON')",
        "print('[]')",
        "print('{}')",
        "",
        'print(\'{"problem": "photo-removed"}\')',
        'print(\'{"dhash": "../../etc", "renditions": {"320": 0, "1600": 0}}\')',
    ],
)
def test_a_child_that_fails_or_makes_no_sense_refuses_the_photo(monkeypatch, code):
    child(monkeypatch, code)
    with pytest.raises(problems.PhotoUnreadable):
        examined()


def test_a_child_that_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(bounded, "WALL_SECONDS", 0.2)
    child(monkeypatch, "import time; time.sleep(60)")
    with pytest.raises(problems.PhotoUnreadable, match="within"):
        examined()


def test_a_child_that_cannot_be_started_is_no_fault_of_the_photo_s(monkeypatch):
    monkeypatch.setattr(bounded.sys, "executable", "/no/such/python")
    with pytest.raises(problems.TemporarilyUnavailable):
        examined()


@pytest.mark.parametrize("greed", ["bytearray(2**31)", "[None] * 2**29", "out.write(b'x' * 2**27)"])
def test_the_system_ends_a_child_that_takes_too_much(monkeypatch, greed):
    child(
        monkeypatch,
        f"from audit.evidence import heic\nheic.TASKS['examine'] = lambda file, out: {greed}\nheic.main('examine')",
    )
    with pytest.raises(problems.PhotoUnreadable, match="failed"):
        examined()


@pytest.mark.parametrize(
    "code", ["import no_such_library", f"raise SystemExit({bounded.LATER})", "raise RuntimeError('before it tried')"]
)
def test_a_child_that_did_not_come_so_far_as_to_try_is_no_fault_of_the_photo_s(monkeypatch, code):
    child(monkeypatch, code)
    with pytest.raises(problems.TemporarilyUnavailable):
        examined()


def test_a_full_disk_is_no_fault_of_the_photo_s(monkeypatch):
    child(
        monkeypatch,
        "from audit.evidence import heic\ndef full(file, out): raise OSError(28, 'full')\n"
        "heic.TASKS['examine'] = full\nheic.main('examine')",
    )
    with pytest.raises(problems.TemporarilyUnavailable):
        examined()


def test_the_child_knows_nothing_of_our_settings(monkeypatch):
    monkeypatch.setenv("AUDIT_DATABASE_URL", "postgresql://somebody:a-secret@db/audit")
    assert not [name for name in bounded._environment() if name.startswith("AUDIT")]


def test_the_library_is_never_loaded_into_this_process():
    examined()
    assert not {"pi_heif", "_pi_heif"} & sys.modules.keys()


# --- over HTTP -------------------------------------------------------------------------------------------------


def test_a_heic_is_taken_and_kept_as_it_came(tashi, stored):
    digest = hashlib.sha256(PHOTO).hexdigest()
    answer = tashi.send_photo(digest, PHOTO)
    assert (answer.status_code, answer.json["media_type"], answer.json["state"]) == (201, "image/heic", "accepted")
    assert [key for key in stored() if key.endswith(f"{digest}.heic")]


def test_without_the_library_a_heic_is_refused_with_what_to_do(tashi, monkeypatch):
    monkeypatch.setitem(sys.modules, "pi_heif", None)
    answer = tashi.send_photo(hashlib.sha256(PHOTO).hexdigest(), PHOTO)
    assert (answer.status_code, slug(answer), answer.json["retry"]) == (415, "unsupported-photo-format", "after-fix")
    assert "JPEG" in answer.json["detail"]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (ANIMATED, "photo-animated"),
        (PHOTO[:-9], "photo-unreadable"),
        (made_heic.damaged(), "photo-unreadable"),
        (made_heic.claiming(32767, 32767), "photo-too-many-pixels"),
    ],
)
def test_a_heic_that_is_no_evidence_is_refused_with_its_reason(tashi, data, problem):
    answer = tashi.send_photo(hashlib.sha256(data).hexdigest(), data)
    assert (answer.status_code, slug(answer)) == (422, problem)


def test_full_size_without_metadata_is_a_jpeg():
    out = io.BytesIO()
    pictures.as_jpeg(io.BytesIO(made_heic.heic(turned=True)), out)
    picture = Image.open(out)
    assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (160, 240), {})
    assert b"PhoneMaker" not in out.getvalue()
