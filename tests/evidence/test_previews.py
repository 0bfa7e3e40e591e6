"""Previews: small pictures ahead of originals; made anew, kept once, no evidence, gone when the original comes."""

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import made_pictures as made
import pytest
from factories import chain_faults, picture, visit
from PIL import Image

from audit.base.trail import TrailLine
from audit.evidence import previews
from audit.evidence.models import Photo, PhotoPreview, PhotoSender

DIGEST, ORIGINAL = picture("an original that takes minutes")
SMALL = made.encoded(made.scene(), quality=70)
OTHER = made.encoded(made.scene().rotate(180), quality=70)
REFUSED = {
    "photo-empty": (422, b""),
    "unsupported-photo-format": (415, made.encoded(kind="GIF")),
    "photo-unreadable": (422, SMALL[: len(SMALL) // 2]),
    "photo-animated": (422, made.moving("WEBP")),
    "photo-too-many-pixels": (422, made.encoded(made.scene(2049, 8))),
    "photo-too-large": (413, SMALL + bytes(previews.LIMIT + 1 - len(SMALL))),
}


def ahead(person, data: bytes = SMALL, digest: str = DIGEST, **kwargs):
    """Send a preview of the original that has the digest."""
    return person.put(f"/photos/{digest}/preview", data=data, **kwargs)


def in_pieces(person, data: bytes):
    """As chunked transfer encoding does; the length is known to nobody."""
    environment = {"wsgi.input": io.BytesIO(data), "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    return ahead(person, b"", headers={"Transfer-Encoding": "chunked"}, environ_overrides=environment)


def slug(answer) -> str:
    return answer.json["type"].rpartition("/")[2]


@pytest.fixture
def bytes_of(app):
    """The bytes that the storage holds under a key: `bytes_of(key)`."""

    def read(key: str) -> bytes:
        with app.extensions["storage"].open(key) as file:
            return file.read()

    return read


def test_a_preview_is_kept_under_the_digest_of_its_original(tashi, stored):
    answer = ahead(tashi)
    account = tashi.get("/me").json["id"]
    assert (answer.status_code, answer.json) == (201, {"digest": DIGEST, "stored": True})
    assert stored() == [f"previews/{DIGEST[:2]}/{DIGEST[2:4]}/{DIGEST}-{account}.jpg"]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_whatever_it_was_it_is_stored_as_a_jpeg(tashi, kind, bytes_of):
    ahead(tashi, made.encoded(kind=kind))
    row = PhotoPreview.get()
    with Image.open(io.BytesIO(bytes_of(row.key))) as image:
        assert (image.format, image.size, (row.width, row.height)) == ("JPEG", (240, 160), (240, 160))
    assert row.bytes == len(bytes_of(row.key))


def test_nothing_of_its_metadata_is_stored_and_it_stands_upright(tashi, bytes_of):
    ahead(tashi, made.tagged(6, ((29.0, 12.0, 45.0), "N", (89.0, 10.0, 42.0), "E"), Make="a phone") + b"hidden behind")
    row = PhotoPreview.get()
    data = bytes_of(row.key)
    with Image.open(io.BytesIO(data)) as image:
        assert (dict(image.getexif()), image.size, (row.width, row.height)) == ({}, (160, 240), (160, 240))
    assert (b"a phone" in data, b"hidden" in data) == (False, False)


def test_the_first_one_stays_when_another_is_sent(tashi, bytes_of):
    ahead(tashi)
    before = bytes_of(PhotoPreview.get().key)
    again = ahead(tashi, OTHER)
    assert (again.status_code, again.json) == (200, {"digest": DIGEST, "stored": True})
    assert (bytes_of(PhotoPreview.get().key), PhotoPreview.select().count()) == (before, 1)


def test_one_that_was_sent_again_is_in_the_trail_once(tashi):
    for _ in range(3):
        ahead(tashi)
    assert [line.action for line in TrailLine.select().where(TrailLine.subject == DIGEST)] == ["preview.keep"]
    assert chain_faults() == []


def test_once_the_original_was_sent_no_preview_is_stored(tashi, stored):
    tashi.send_photo(DIGEST, ORIGINAL)
    before = stored()
    answer = ahead(tashi)
    assert (answer.status_code, answer.json) == (200, {"digest": DIGEST, "stored": False})
    assert (stored(), PhotoPreview.select().count()) == (before, 0)


def test_the_original_of_another_makes_no_preview_needless(tashi, pema):
    pema.send_photo(DIGEST, ORIGINAL)
    assert ahead(tashi).json == {"digest": DIGEST, "stored": True}


def test_the_preview_goes_when_its_sender_sends_the_original(tashi, drolma):
    for person in (tashi, drolma):
        ahead(person)
    tashi.send_photo(DIGEST, ORIGINAL)
    assert [each.account_id for each in PhotoPreview.select()] == [drolma.get("/me").json["id"]]


def test_the_preview_goes_when_the_original_comes_in_pieces(tashi, sender):
    ahead(tashi)
    assert sender.begin(ORIGINAL, ORIGINAL).status_code == 201
    assert (PhotoPreview.select().count(), PhotoSender.select().count()) == (0, 1)


def test_an_original_that_came_while_the_preview_was_made_wins(tashi, monkeypatch):
    store = previews._make_durable

    def meanwhile(*words):
        store(*words)
        tashi.send_photo(DIGEST, ORIGINAL)

    monkeypatch.setattr(previews, "_make_durable", meanwhile)
    answer = ahead(tashi)
    assert (answer.status_code, answer.json["stored"], PhotoPreview.select().count()) == (200, False, 0)


def test_a_refused_original_leaves_the_preview(tashi):
    ahead(tashi)
    assert tashi.send_photo(DIGEST, ORIGINAL[:-10]).status_code == 422
    assert PhotoPreview.select().count() == 1


def test_a_preview_is_no_photo(tashi):
    ahead(tashi)
    asked = tashi.post("/photos/questions", json={"digests": [DIGEST]}).json
    assert (asked["lacking"], tashi.get(f"/photos/{DIGEST}").status_code) == ([DIGEST], 404)
    assert (Photo.select().count(), PhotoSender.select().count()) == (0, 0)


@pytest.mark.parametrize("problem", REFUSED)
def test_what_can_be_no_preview_is_refused_and_leaves_nothing(tashi, problem, stored, arriving):
    status, data = REFUSED[problem]
    answer = ahead(tashi, data)
    assert (answer.status_code, slug(answer)) == (status, problem)
    assert (stored(), arriving(), PhotoPreview.select().count()) == ([], [], 0)


def test_a_preview_of_just_the_limits_is_kept(tashi):
    data = made.encoded(made.scene(2048, 8))
    assert ahead(tashi, data + bytes(previews.LIMIT - len(data))).status_code == 201


def test_a_byte_too_many_is_refused_without_a_length_too(tashi):
    answer = in_pieces(tashi, SMALL + bytes(previews.LIMIT + 1 - len(SMALL)))
    assert (answer.status_code, slug(answer)) == (413, "photo-too-large")


def test_a_preview_without_a_length_is_kept(tashi):
    assert in_pieces(tashi, SMALL).status_code == 201


def test_a_body_that_broke_off_is_to_be_sent_again(tashi):
    # where the end is told by the length, servers hand on what came
    environment = {"wsgi.input": io.BytesIO(SMALL[:-100]), "wsgi.input_terminated": True}
    answer = ahead(tashi, SMALL, environ_overrides=environment | {"CONTENT_LENGTH": str(len(SMALL))})
    assert (answer.status_code, slug(answer), answer.json["retry"]) == (422, "checksum-mismatch", "later")


@pytest.mark.parametrize("name", ["g" * 64, DIGEST.upper(), "a" * 63, "１" * 64])
def test_it_is_named_by_64_lower_case_hex_digits(tashi, name):
    assert ahead(tashi, digest=name).status_code == 404


def test_a_packed_body_is_not_unpacked(tashi):
    answer = ahead(tashi, headers={"Content-Encoding": "gzip"})
    assert (answer.status_code, slug(answer)) == (415, "unsupported-content-encoding")


def test_when_all_places_are_taken_the_phone_comes_back_later(app, tashi):
    app.extensions["upload_places"] = threading.BoundedSemaphore(1)
    with app.extensions["upload_places"]:
        assert slug(ahead(tashi)) == "temporarily-unavailable"
    assert ahead(tashi).status_code == 201


def test_who_has_too_many_sends_originals_first(tashi, drolma, monkeypatch):
    monkeypatch.setattr(previews, "MOST", 1)
    first, second = ahead(tashi), ahead(tashi, digest="0" * 64)
    assert (first.status_code, second.status_code, slug(second)) == (201, 429, "too-many-uploads")
    assert (int(second.headers["Retry-After"]) > 0, ahead(tashi).status_code) == (True, 200)
    assert ahead(drolma, digest="0" * 64).status_code == 201
    tashi.send_photo(DIGEST, ORIGINAL)
    assert ahead(tashi, digest="0" * 64).status_code == 201


def test_what_a_crash_left_behind_is_stored_over(tashi, app, bytes_of):
    ahead(tashi, OTHER)
    key, before = PhotoPreview.get().key, bytes_of(PhotoPreview.get().key)
    PhotoPreview.delete().execute()
    assert ahead(tashi).status_code == 201
    assert (bytes_of(key) != before, PhotoPreview.get().bytes) == (True, len(bytes_of(key)))


def test_one_whose_file_was_lost_is_stored_once_more(tashi, app, stored):
    ahead(tashi)
    app.extensions["storage"].delete(PhotoPreview.get().key)
    answer = ahead(tashi)
    assert (answer.status_code, answer.json["stored"]) == (200, True)
    assert (len(stored()), PhotoPreview.select().count()) == (1, 1)


def test_the_same_preview_from_ten_lines_at_once_is_one(app, tashi, stored):
    def send(_):
        path, headers = f"/api/v1/photos/{DIGEST}/preview", {"Authorization": f"Bearer {tashi.token}"}
        return app.test_client().put(path, data=SMALL, headers=headers)

    with ThreadPoolExecutor(10) as lines:
        statuses = sorted(answer.status_code for answer in lines.map(send, range(10)))
    assert statuses == [200] * 9 + [201]
    assert (PhotoPreview.select().count(), stored()) == (1, [PhotoPreview.get().key])


def test_only_inspectors_send_previews(people):
    names = ("reviewer", "bailang", "office", "admin", "auditor", "nobody")
    assert [ahead(people[name]).status_code for name in names] == [403] * 5 + [401]


def test_a_preview_completes_no_visit(tashi):
    inspection = uuid4()
    ahead(tashi)
    receipt = tashi.submit(inspection, visit(photos={"TA02": [DIGEST]})).json
    assert (receipt["state"], receipt["missing_photos"]) == ("waiting", [DIGEST])
    tashi.send_photo(DIGEST, ORIGINAL)
    assert tashi.get(f"/inspections/{inspection}").json["state"] == "submitted"
