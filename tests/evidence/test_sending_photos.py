"""Sending photos: kept whole, once, and only for those who sent them."""

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import made_pictures as made
import pytest
from factories import picture

from audit.base import db
from audit.base.trail import TrailLine
from audit.config import Config
from audit.evidence import pictures
from audit.evidence.models import Photo

PHOTO = made.encoded(made.scene(), quality=88)
DIGEST = made.digest(PHOTO)
REFUSED = {
    "photo-empty": (422, b""),
    "unsupported-photo-format": (415, made.encoded(kind="GIF")),
    "photo-unreadable": (422, PHOTO[: len(PHOTO) // 2]),
    "photo-animated": (422, made.moving("WEBP")),
    "photo-too-many-pixels": (422, made.claiming("PNG", 30_000, 30_000)),
}


def without_length(person, digest: str, data: bytes):
    """Send in pieces, as chunked transfer encoding does; the length is known to nobody."""
    environment = {"wsgi.input": io.BytesIO(data), "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    return person.put(f"/photos/{digest}", headers={"Transfer-Encoding": "chunked"}, environ_overrides=environment)


def slug(answer) -> str:
    return answer.json["type"].rpartition("/")[2]


def test_a_photo_is_described_as_it_was_kept(tashi):
    answer = tashi.send_photo(DIGEST, PHOTO)
    described = {name: answer.json[name] for name in ("digest", "state", "media_type", "bytes", "width", "height")}
    assert answer.status_code == 201
    assert described == {
        "digest": DIGEST,
        "state": "accepted",
        "media_type": "image/jpeg",
        "bytes": len(PHOTO),
        "width": 240,
        "height": 160,
    }


def test_sending_a_photo_twice_changes_nothing(tashi, stored):
    first, keys = tashi.send_photo(DIGEST, PHOTO), stored()
    again = tashi.send_photo(DIGEST, PHOTO)
    assert (again.status_code, again.json, stored()) == (200, first.json, keys)


def test_a_photo_without_a_length_is_kept_too(tashi):
    assert without_length(tashi, DIGEST, PHOTO).status_code == 201


@pytest.mark.parametrize("problem", REFUSED)
def test_what_cannot_be_evidence_is_refused_and_leaves_nothing(tashi, problem, stored, arriving):
    status, data = REFUSED[problem]
    answer = tashi.send_photo(made.digest(data), data)
    assert (answer.status_code, slug(answer)) == (status, problem)
    assert (stored(), arriving(), Photo.select().count()) == ([], [], 0)


def test_other_bytes_than_announced_are_to_be_sent_again(tashi, stored, arriving):
    answer = tashi.send_photo(made.digest(b"something else"), PHOTO)
    assert (answer.status_code, slug(answer), answer.json["retry"]) == (422, "checksum-mismatch", "later")
    assert (stored(), arriving()) == ([], [])


def test_a_body_that_broke_off_is_to_be_sent_again(tashi):
    assert slug(without_length(tashi, DIGEST, PHOTO[:-100])) == "checksum-mismatch"


def test_the_limit_is_25_mebibytes():
    assert Config().max_photo_bytes == 25 * 1024 * 1024


def test_a_byte_too_many_is_refused_by_its_length(app, tashi, arriving):
    app.extensions["intake"] = replace(app.extensions["intake"], limit=len(PHOTO) - 1)
    answer = tashi.send_photo(DIGEST, PHOTO)
    assert (answer.status_code, slug(answer), arriving()) == (413, "photo-too-large", [])


def test_a_byte_too_many_is_refused_without_a_length(app, tashi, arriving):
    app.extensions["intake"] = replace(app.extensions["intake"], limit=len(PHOTO) - 1)
    answer = without_length(tashi, DIGEST, PHOTO)
    assert (answer.status_code, slug(answer), arriving()) == (413, "photo-too-large", [])


def test_a_photo_of_just_the_limit_is_kept(app, tashi):
    app.extensions["intake"] = replace(app.extensions["intake"], limit=len(PHOTO))
    assert without_length(tashi, DIGEST, PHOTO).status_code == 201


def test_a_photo_is_what_it_is_and_not_what_it_is_called(tashi, stored):
    png = made.encoded(kind="PNG")
    assert tashi.send_photo(made.digest(png), png).json["media_type"] == "image/png"
    assert next(key for key in stored() if not key.startswith("renditions/")).endswith(".png")


def test_an_iphone_s_double_picture_is_a_jpeg(tashi):
    double = made.two_in_one()
    answer = tashi.send_photo(made.digest(double), double)
    assert (answer.status_code, answer.json["media_type"]) == (201, "image/jpeg")


@pytest.mark.parametrize(
    "name", ["g" * 64, DIGEST.upper(), "a" * 63, "a" * 65, "%2e%2e%2f" * 7 + "a", "１" * 64, "a" * 63 + "%00"]
)
def test_a_photo_is_named_by_64_lower_case_hex_digits(tashi, name):
    assert tashi.send_photo(name, PHOTO).status_code == 404


def test_a_packed_body_is_not_unpacked(tashi):
    answer = tashi.put(f"/photos/{DIGEST}", data=PHOTO, headers={"Content-Encoding": "gzip"})
    assert (answer.status_code, slug(answer)) == (415, "unsupported-content-encoding")


def test_a_script_in_the_maker_s_name_stays_text(tashi):
    photo = made.tagged(Make="<script>alert(1)</script>\r\n=cmd()")
    answer = tashi.send_photo(made.digest(photo), photo)
    assert answer.json["exif"]["make"] == "<script>alert(1)</script>=cmd()"
    assert (answer.mimetype, answer.headers["X-Content-Type-Options"]) == ("application/json", "nosniff")


def test_only_inspectors_and_counties_send_photos(people):
    for name in ("reviewer", "office", "admin", "auditor"):
        assert people[name].send_photo(DIGEST, PHOTO).status_code == 403, name


def test_nobody_sends_photos_unknown(nobody):
    assert nobody.send_photo(DIGEST, PHOTO).status_code == 401


# --- whose it is -----------------------------------------------------------------------------------------------


def test_the_same_bytes_of_two_people_are_read_by_each(tashi, pema):
    sent = [person.send_photo(DIGEST, PHOTO).status_code for person in (tashi, pema)]
    read = [person.get(f"/photos/{DIGEST}").status_code for person in (tashi, pema)]
    assert (sent, read) == ([201, 201], [200, 200])


def test_the_same_bytes_of_two_people_are_stored_once(tashi, pema, stored):
    tashi.send_photo(DIGEST, PHOTO)
    before = stored()
    pema.send_photo(DIGEST, PHOTO)
    assert stored() == before


def test_a_digest_is_no_key_to_somebody_else_s_photo(tashi, pema):
    tashi.send_photo(DIGEST, PHOTO)
    unknown, foreign = pema.get(f"/photos/{'0' * 64}"), pema.get(f"/photos/{DIGEST}")
    assert (foreign.status_code, foreign.json) == (404, unknown.json)


def test_knowing_a_digest_is_not_having_the_bytes(tashi, pema):
    tashi.send_photo(DIGEST, PHOTO)
    assert pema.send_photo(DIGEST, b"not these").status_code == 422
    assert pema.get(f"/photos/{DIGEST}").status_code == 404


def test_the_same_photo_from_twenty_lines_at_once_is_one_photo(app, stage, tashi):
    def send(_):
        return app.test_client().put(
            f"/api/v1/photos/{DIGEST}", data=PHOTO, headers={"Authorization": f"Bearer {tashi.token}"}
        )

    with ThreadPoolExecutor(20) as lines:
        statuses = sorted(answer.status_code for answer in lines.map(send, range(20)))
    assert statuses == [200] * 19 + [201]


def test_the_same_photo_of_two_people_at_once_is_kept_for_both(app, tashi, drolma):
    both = threading.Barrier(2)

    def send(person):
        both.wait()
        headers = {"Authorization": f"Bearer {person.token}"}
        return app.test_client().put(f"/api/v1/photos/{DIGEST}", data=PHOTO, headers=headers).status_code

    with ThreadPoolExecutor(2) as lines:
        assert list(lines.map(send, (tashi, drolma))) == [201, 201]


# --- when something breaks -------------------------------------------------------------------------------------


def fail(*_, **__):
    raise RuntimeError("the process died here")


@pytest.mark.parametrize("method", ["put", "spool"])
def test_a_photo_that_was_not_stored_has_no_row(app, tashi, monkeypatch, arriving, method):
    monkeypatch.setattr(app.extensions["storage"], method, fail)
    assert tashi.send_photo(DIGEST, PHOTO).status_code == 500
    assert (Photo.select().count(), arriving()) == (0, [])


def test_a_crash_before_the_row_leaves_an_orphan_and_no_row(tashi, monkeypatch, stored):
    monkeypatch.setattr(Photo, "save", fail)
    monkeypatch.setattr(Photo, "insert", fail)
    assert tashi.send_photo(DIGEST, PHOTO).status_code == 500
    assert (len(stored()), Photo.select().count(), tashi.get(f"/photos/{DIGEST}").status_code) == (3, 0, 404)


def test_after_a_crash_the_photo_is_sent_again_and_kept(tashi, monkeypatch, stored):
    with monkeypatch.context() as broken:
        broken.setattr(Photo, "save", fail)
        broken.setattr(Photo, "insert", fail)
        tashi.send_photo(DIGEST, PHOTO)
    assert (tashi.send_photo(DIGEST, PHOTO).status_code, len(stored())) == (201, 3)


def test_a_full_disk_says_so_and_asks_to_send_later(app, tashi, monkeypatch, arriving):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(app.extensions["storage"], "put", full)
    answer = tashi.send_photo(DIGEST, PHOTO)
    assert (answer.status_code, slug(answer), arriving()) == (507, "storage-full", [])
    assert "Retry-After" in answer.headers


def test_when_all_places_are_taken_the_phone_comes_back_later(app, tashi):
    app.extensions["upload_places"] = threading.BoundedSemaphore(1)
    app.extensions["upload_places"].acquire()
    answer = tashi.send_photo(DIGEST, PHOTO)
    assert (answer.status_code, slug(answer)) == (503, "temporarily-unavailable")
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize("data", [PHOTO, b"", b"no photo"])
def test_a_place_is_given_back_whatever_became_of_the_photo(app, tashi, data):
    app.extensions["upload_places"] = threading.BoundedSemaphore(1)
    tashi.send_photo(made.digest(data), data)
    assert app.extensions["upload_places"].acquire(blocking=False)


def test_no_connection_waits_for_a_decode(tashi, monkeypatch):
    held, real = [], pictures.examine

    def looked_at(spool):
        held.append(not db.database.is_closed())
        return real(spool)

    monkeypatch.setattr(pictures, "examine", looked_at)
    tashi.send_photo(DIGEST, PHOTO)
    assert held == [False]


def test_a_sent_photo_is_in_the_trail_once(tashi):
    digest, data = picture("trail")
    for _ in range(3):
        tashi.send_photo(digest, data)
    assert TrailLine.select().where(TrailLine.subject == digest).count() == 1
