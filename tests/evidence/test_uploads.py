"""Photos in pieces (tus 1.0.0): what arrived stays, a part is never the whole, and the end is that of a PUT."""

import io
from contextlib import contextmanager

import made_pictures as made
import pytest
from in_pieces import MEDIA_TYPE, TUS, Sender, announcing, checksum, raising, slug

from audit.base import db
from audit.base.problems import TemporarilyUnavailable
from audit.evidence import actions, uploads
from audit.evidence.models import Photo

PHOTO = made.encoded(made.scene(), quality=88)
DIGEST = made.digest(PHOTO)
HALF = len(PHOTO) // 2


# --- the way of a photo --------------------------------------------------------------------------------------------


def test_a_photo_in_two_pieces_is_kept_like_one_sent_whole(sender, tashi, stored, left):
    path = sender.begun(PHOTO)
    first = sender.send(path, 0, PHOTO[:HALF])
    last = sender.send(path, HALF, PHOTO[HALF:])
    assert [each.status_code for each in (first, last)] == [204, 204]
    assert [int(each.headers["Upload-Offset"]) for each in (first, last)] == [HALF, len(PHOTO)]
    assert (tashi.get(f"/photos/{DIGEST}").json["state"], len(stored()), left()) == ("accepted", 3, [".json"])


def test_an_upload_tells_how_far_it_has_come_and_what_was_announced(sender):
    told = sender.look(sender.begun(PHOTO, PHOTO[:HALF]))
    announced = announcing(PHOTO)
    assert (told.status_code, told.headers["Upload-Offset"]) == (200, str(HALF))
    assert {name: told.headers[name] for name in announced} == announced
    assert (told.headers["Cache-Control"], told.data) == ("no-store", b"")


def test_a_part_is_no_photo(sender, tashi, stored):
    sender.send(sender.begun(PHOTO), 0, PHOTO[:-1])
    assert (tashi.get(f"/photos/{DIGEST}").status_code, stored(), Photo.select().count()) == (404, [], 0)


def test_a_photo_may_come_along_with_its_announcement(sender, tashi):
    answer = sender.begin(PHOTO, PHOTO)
    assert (answer.status_code, int(answer.headers["Upload-Offset"])) == (201, len(PHOTO))
    assert tashi.get(f"/photos/{DIGEST}").status_code == 200


def test_after_the_end_it_is_told_that_all_is_there(sender):
    path = sender.begun(PHOTO, PHOTO)
    assert sender.offset(path) == len(PHOTO)
    assert sender.send(path, len(PHOTO), b"").status_code == 204
    assert slug(sender.send(path, 0, PHOTO)) == "offset-mismatch"


def test_a_photo_sent_before_need_not_be_sent_again(sender, tashi):
    tashi.send_photo(DIGEST, PHOTO)
    answer = sender.begin(PHOTO)
    path = answer.headers["Location"]
    assert (answer.status_code, int(answer.headers["Upload-Offset"])) == (201, len(PHOTO))
    assert (sender.send(path, 0, PHOTO).status_code, sender.offset(path)) == (409, len(PHOTO))


def test_what_somebody_else_sent_is_to_be_sent_all_the_same(sender, pema):
    pema.send_photo(DIGEST, PHOTO)
    assert sender.begin(PHOTO).headers["Upload-Offset"] == "0"


def test_a_photo_that_was_rejected_is_refused_before_it_is_sent(sender, tashi):
    tashi.send_photo(DIGEST, PHOTO)
    Photo.update(state="rejected", problem={"slug": "photo-unreadable", "detail": "torn"}).execute()
    assert (sender.begin(PHOTO).status_code, slug(sender.begin(PHOTO))) == (422, "photo-unreadable")


def test_ending_an_upload_leaves_nothing_of_it(sender, left):
    path = sender.begun(PHOTO, PHOTO[:HALF])
    assert (sender.end(path).status_code, sender.look(path).status_code, left()) == (204, 404, [])


def test_ending_an_upload_that_is_done_keeps_the_photo(sender, tashi):
    path = sender.begun(PHOTO, PHOTO)
    assert (sender.end(path).status_code, sender.look(path).status_code) == (204, 404)
    assert tashi.get(f"/photos/{DIGEST}").status_code == 200


def test_somebody_else_s_upload_is_not_there(sender, pema):  # PH21
    path, other = sender.begun(PHOTO), Sender(pema)
    answers = [other.look(path), other.send(path, 0, PHOTO), other.end(path)]
    assert [each.status_code for each in answers] == [404, 404, 404]
    assert sender.offset(path) == 0


# --- what is refused -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "status", "problem"),
    [
        ({"Tus_Resumable": None}, 412, "tus-version-unknown"),
        ({"Tus_Resumable": "0.2.2"}, 412, "tus-version-unknown"),
        ({"Upload_Length": None}, 400, "bad-request"),
        ({"Upload_Length": None, "Upload_Defer_Length": "1"}, 400, "bad-request"),
        ({"Upload_Length": "-1"}, 400, "bad-request"),
        ({"Upload_Length": "１０"}, 400, "bad-request"),
        ({"Upload_Length": "0"}, 422, "photo-empty"),
        ({"Upload_Length": str(25 * 1024 * 1024 + 1)}, 413, "photo-too-large"),
        ({"Upload_Metadata": None}, 422, "validation-error"),
        ({"Upload_Metadata": "filename eC5qcGc="}, 422, "validation-error"),
        ({"Upload_Metadata": "sha256 " + "A" * 86 + "=="}, 422, "validation-error"),
        ({"Upload_Metadata": "sha256 ***"}, 400, "bad-request"),
        ({"Upload_Metadata": "a YQ==,a YQ=="}, 400, "bad-request"),
        ({"Upload_Metadata": "a " + "A" * 5000}, 400, "bad-request"),
        ({"Content_Encoding": "gzip"}, 415, "unsupported-content-encoding"),
    ],
)
def test_an_announcement_that_says_too_little_or_too_much_is_refused(sender, left, changes, status, problem):
    answer = sender.begin(
        PHOTO, **{name: value and value.encode().decode("latin-1") for name, value in changes.items()}
    )
    assert (answer.status_code, slug(answer), left()) == (status, problem, [])


def test_bytes_of_another_kind_do_not_come_along(sender, left):
    answer = sender.call("POST", "/api/v1/uploads", announcing(PHOTO), data=PHOTO, content_type="image/jpeg")
    assert (answer.status_code, slug(answer), left()) == (415, "unsupported-media-type", [])


def test_bytes_of_another_kind_do_not_go_on(sender):
    path = sender.begun(PHOTO)
    answer = sender.call("PATCH", path, TUS | {"Upload-Offset": "0"}, data=PHOTO, content_type="image/jpeg")
    assert (answer.status_code, slug(answer), sender.offset(path)) == (415, "unsupported-media-type", 0)


@pytest.mark.parametrize("offset", [0, HALF - 1, HALF + 1, len(PHOTO), 10**14])
def test_bytes_at_a_wrong_place_change_nothing(sender, offset):  # PH18
    path = sender.begun(PHOTO, PHOTO[:HALF])
    answer = sender.send(path, offset, b"x")
    assert (answer.status_code, slug(answer), answer.headers["Upload-Offset"]) == (409, "offset-mismatch", str(HALF))
    assert sender.offset(path) == HALF


@pytest.mark.parametrize("offset", ["", "-1", "1.0", "abc"])
def test_a_place_that_is_none_is_refused(sender, offset):
    assert slug(sender.send(sender.begun(PHOTO), offset, b"x")) == "bad-request"


def test_bytes_past_the_announced_length_are_refused(sender, tashi):  # PH19
    path = sender.begun(PHOTO, PHOTO[:HALF])
    answer = sender.send(path, HALF, PHOTO[HALF:] + b"x")
    assert (answer.status_code, slug(answer), sender.offset(path)) == (413, "payload-too-large", HALF)
    assert tashi.get(f"/photos/{DIGEST}").status_code == 404


def test_bytes_past_the_announced_length_are_refused_without_a_length(sender, tashi):
    path = sender.begun(PHOTO)
    environment = {"wsgi.input": io.BytesIO(PHOTO + b"x"), "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    answer = sender.send(path, 0, None, {"Transfer-Encoding": "chunked"}, environ_overrides=environment)
    assert (answer.status_code, slug(answer)) == (413, "payload-too-large")
    assert (sender.offset(path) < len(PHOTO), tashi.get(f"/photos/{DIGEST}").status_code) == (True, 404)


def test_an_upload_that_never_was_is_not_there(sender):
    path = "/api/v1/uploads/00000000-0000-4000-8000-000000000000"
    assert [each.status_code for each in (sender.look(path), sender.send(path, 0, b"x"), sender.end(path))] == [404] * 3


def test_a_method_in_a_header_is_not_heard(sender):
    path = sender.begun(PHOTO)
    assert sender.call("POST", path, TUS | {"X-HTTP-Method-Override": "DELETE"}).status_code == 405
    assert sender.offset(path) == 0


@pytest.mark.parametrize("path", ["/api/v1/uploads", "/api/v1/uploads/00000000-0000-4000-8000-000000000000"])
def test_anybody_may_ask_what_is_offered(nobody, path):
    answer = nobody.client.options(path)
    assert (answer.status_code, answer.headers["Tus-Version"], answer.headers["Tus-Resumable"]) == (
        204,
        "1.0.0",
        "1.0.0",
    )
    assert answer.headers["Tus-Extension"] == "creation,creation-with-upload,checksum,expiration,termination"
    assert (answer.headers["Tus-Max-Size"], answer.headers["Tus-Checksum-Algorithm"]) == ("26214400", "sha256,sha1")


def test_a_refusal_names_the_version_too(sender, nobody):
    answers = [sender.look("/api/v1/uploads/00000000-0000-4000-8000-000000000000"), Sender(nobody).begin(PHOTO)]
    assert [(each.status_code, each.headers["Tus-Resumable"]) for each in answers] == [(404, "1.0.0"), (401, "1.0.0")]


def test_who_speaks_another_version_is_told_ours(sender):
    answer = sender.begin(PHOTO, Tus_Resumable="0.2.2")
    assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")


def test_too_many_unfinished_uploads_are_refused(sender, monkeypatch):
    monkeypatch.setattr(uploads, "MOST", 2)
    paths = [sender.begun(PHOTO) for _ in range(2)]
    answer = sender.begin(PHOTO)
    assert (answer.status_code, slug(answer), answer.headers["Retry-After"]) == (429, "too-many-uploads", "60")
    sender.end(paths[0])
    assert sender.begin(PHOTO).status_code == 201


# --- checksums -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["sha256", "sha1"])
def test_a_piece_with_its_checksum_is_taken(sender, algorithm):
    path = sender.begun(PHOTO)
    assert sender.send(path, 0, PHOTO[:HALF], checksum(PHOTO[:HALF], algorithm)).status_code == 204
    assert sender.send(path, HALF, PHOTO[HALF:], checksum(PHOTO[HALF:], algorithm)).status_code == 204


def test_a_piece_that_has_not_its_checksum_is_thrown_away(sender):
    path = sender.begun(PHOTO, PHOTO[:HALF])
    answer = sender.send(path, HALF, PHOTO[HALF:-1], checksum(PHOTO[HALF:]))
    assert (answer.status_code, slug(answer), sender.offset(path)) == (460, "chunk-mismatch", HALF)
    assert sender.send(path, HALF, PHOTO[HALF:], checksum(PHOTO[HALF:])).status_code == 204


@pytest.mark.parametrize("text", ["md5 1B2M2Y8AsgTpgAmY7PhCfg==", "sha256", "sha256 ***", "sha256 YQ==", ""])
def test_a_checksum_that_cannot_be_checked_is_refused(sender, text):
    path = sender.begun(PHOTO)
    answer = sender.send(path, 0, PHOTO[:HALF], {"Upload-Checksum": text})
    assert (answer.status_code, slug(answer), sender.offset(path)) == (400, "bad-request", 0)


def test_an_announcement_whose_bytes_have_not_their_checksum_makes_no_upload(sender, left):
    headers = announcing(PHOTO) | checksum(b"other")
    answer = sender.call("POST", "/api/v1/uploads", headers, data=PHOTO, content_type=MEDIA_TYPE)
    assert (answer.status_code, slug(answer), left()) == (460, "chunk-mismatch", [])


# --- the last byte -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("problem", "status", "data"),
    [
        ("photo-unreadable", 422, PHOTO[:HALF]),
        ("unsupported-photo-format", 415, made.encoded(kind="GIF")),
        ("photo-animated", 422, made.moving("WEBP")),
    ],
)
def test_what_can_never_be_evidence_ends_its_upload(sender, stored, left, problem, status, data):
    path = sender.begun(data)
    answer = sender.send(path, 0, data)
    assert (answer.status_code, slug(answer), sender.look(path).status_code) == (status, problem, 404)
    assert (stored(), left()) == ([], [])


def test_other_bytes_than_announced_end_their_upload(sender, left):
    path = sender.begun(PHOTO)
    answer = sender.send(path, 0, PHOTO[:-1] + b"x")
    assert (answer.status_code, slug(answer), left()) == (422, "checksum-mismatch", [])


@pytest.fixture
def busy(monkeypatch):
    """Every photo comes at a bad time while this holds: `with busy(): …`."""

    @contextmanager
    def holds():
        with monkeypatch.context() as patch:
            patch.setattr(actions, "keep", raising(TemporarilyUnavailable("not now")))
            yield

    return holds


def test_after_a_bad_time_the_last_byte_is_sent_again(sender, busy):
    path = sender.begun(PHOTO)
    with busy():
        answer = sender.send(path, 0, PHOTO)
    assert (answer.status_code, sender.offset(path)) == (503, len(PHOTO) - 1)
    assert sender.send(path, len(PHOTO) - 1, PHOTO[-1:]).status_code == 204
    assert sender.offset(path) == len(PHOTO)


def test_an_announcement_with_all_bytes_at_a_bad_time_can_be_gone_on_with(sender, busy, tashi):
    with busy():
        answer = sender.begin(PHOTO, PHOTO)
    assert (answer.status_code, int(answer.headers["Upload-Offset"])) == (201, len(PHOTO) - 1)
    assert sender.send(answer.headers["Location"], len(PHOTO) - 1, PHOTO[-1:]).status_code == 204
    assert tashi.get(f"/photos/{DIGEST}").status_code == 200


def test_when_all_places_are_taken_nothing_is_lost(app, sender):
    path = sender.begun(PHOTO, PHOTO[:HALF])
    places = [app.extensions["upload_places"] for _ in range(192)]
    for each in places:
        each.acquire()
    assert (sender.send(path, HALF, PHOTO[HALF:]).status_code, sender.offset(path)) == (503, HALF)


def test_no_connection_waits_for_a_body(sender):
    held = []

    class Slow(io.BytesIO):
        def read(self, *size):
            held.append(not db.database.is_closed())
            return super().read(*size)

    path = sender.begun(PHOTO)
    environment = {"wsgi.input": Slow(PHOTO[:HALF]), "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    answer = sender.send(path, 0, None, {"Transfer-Encoding": "chunked"}, environ_overrides=environment)
    assert (answer.status_code, any(held), len(held) > 0) == (204, False, True)
