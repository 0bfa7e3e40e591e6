"""Photos that should not be sent, over HTTP: refused with their reason, or taken for what they are."""

import made_pictures as made
import pytest
from test_exif_reading import BAD
from test_picture_formats import BROKEN, FOREIGN

from audit.evidence.models import Photo

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # Pillow grumbles about the blocks made here

PHOTO = made.encoded()


def slug(answer) -> str:
    return answer.json["type"].rpartition("/")[2]


def sent(person, data: bytes, **headers):
    """Under its own digest, as a JPEG."""
    return person.put(f"/photos/{made.digest(data)}", data=data, headers={"Content-Type": "image/jpeg"} | headers)


@pytest.mark.parametrize("name", FOREIGN, ids=lambda name: f"PH03 {name}")
def test_what_is_no_photo_is_refused_though_it_says_jpeg(tashi, name):
    answer = sent(tashi, FOREIGN[name])
    assert (answer.status_code, slug(answer)) == (415, "unsupported-photo-format")


@pytest.mark.parametrize(
    ("kind", "width", "height"),
    [
        pytest.param("PNG", 30_000, 30_000, id="PH04 one-bit PNG"),
        pytest.param("PNG", 2**31 - 1, 2**31 - 1, id="PH04 largest header"),
        pytest.param("JPEG", 65_500, 65_500, id="PH04 JPEG"),
        pytest.param("JPEG", 16_320, 12_240, id="PH05 200 Mpx"),
    ],
)
def test_too_many_pixels_are_refused_with_their_number(tashi, kind, width, height):
    answer = sent(tashi, made.claiming(kind, width, height))
    assert (answer.status_code, slug(answer)) == (422, "photo-too-many-pixels")
    assert (f"{width} × {height}" in answer.json["detail"], "缩小" in answer.json["title"]) == (True, True)


@pytest.mark.parametrize("name", BROKEN, ids=lambda name: f"PH07 {name}")
def test_a_torn_photo_is_refused_as_such(tashi, name):
    answer = sent(tashi, BROKEN[name])
    assert (answer.status_code, slug(answer)) == (422, "photo-unreadable")


@pytest.mark.parametrize("length", [pytest.param(4096, id="PH08 4 kB"), pytest.param(1, id="PH08 a byte")])
def test_bytes_that_were_lost_behind_the_picture_show_in_the_digest(tashi, length):
    whole = PHOTO + b"\xff" * length
    answer = tashi.send_photo(made.digest(whole), PHOTO + bytes(length))
    assert (answer.status_code, slug(answer)) == (422, "checksum-mismatch")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("../../etc/passwd", id="PH10 dots"),
        pytest.param("a\\x00.php", id="PH10 NUL"),
        pytest.param("con.jpg", id="PH10 con"),
        pytest.param("a" * 300, id="PH10 300 characters"),
        pytest.param("%E2%80%AEgpj.exe", id="PH10 right to left"),
        pytest.param("%E7%85%A7%E7%89%87.jpg", id="PH10 Chinese"),
    ],
)
def test_a_file_name_is_not_looked_at(tashi, stored, name):
    answer = sent(tashi, PHOTO, **{"Content-Disposition": f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}"})
    digest = made.digest(PHOTO)
    assert answer.status_code == 201
    assert [key for key in stored() if digest not in key] == []


MULTIPART = {
    "PH11 two files in one part name": b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\na\r\n'
    * 2,
    "PH11 2,000 parts": b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 2_000 + b"--x--\r\n",
    "PH11 600 kB of text": b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n'
    + b"a" * 600_000
    + b"\r\n--x--\r\n",
    "PH12 a photo in a part": b'--x\r\nContent-Disposition: form-data; name="f"\r\n\r\n' + PHOTO + b"\r\n--x--\r\n",
}


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary=y"])
@pytest.mark.parametrize("name", MULTIPART)
def test_a_form_is_no_photo_whatever_is_in_it(tashi, name, content_type):
    answer = sent(tashi, MULTIPART[name], **{"Content-Type": content_type})
    assert (answer.status_code, slug(answer), Photo.select().count()) == (415, "unsupported-photo-format", 0)


@pytest.mark.parametrize("name", BAD, ids=lambda name: f"PH13 {name}")
def test_a_bad_block_never_refuses_a_readable_photo_over_http(tashi, name):
    assert sent(tashi, made.with_exif(BAD[name])).status_code == 201


@pytest.mark.parametrize(
    "position",
    [
        pytest.param(((213.0, 38.0, 24.0), "N", (89.0, 10.0, 42.0), "E"), id="PH14 latitude 213.64"),
        pytest.param(((29.0, 12.0, 45.0), "", (89.0, 10.0, 42.0), "E"), id="PH14 no reference"),
        pytest.param(((0.0, 0.0, 0.0), "N", (0.0, 0.0, 0.0), "E"), id="PH14 nowhere"),
    ],
)
def test_a_position_that_cannot_be_is_left_out_and_the_photo_kept(tashi, position):
    answer = sent(tashi, made.tagged(position=position))
    assert (answer.status_code, {"lat", "lon"} & answer.json["exif"].keys()) == (201, set())
