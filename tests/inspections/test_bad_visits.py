"""Visits that cannot be taken as they come: refused at the place of the fault, and never half stored."""

import hashlib
import io
import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import peewee
import pytest
from factories import answered, visit
from PIL import Image
from submissions import at, flags_of, pointers, slug

from audit.base import clock
from audit.inspections.models import Inspection, Revision


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param("2026-11-20T10:30:00", id="IN06 no offset"),
        pytest.param("2016-12-31T23:59:60Z", id="IN07 leap second"),
        pytest.param("2026-11-20T10:30:00+24:00", id="IN08 +24:00"),
        pytest.param("0000-01-01T00:00:00Z", id="IN08 year 0"),
        pytest.param("10000-01-01T00:00:00Z", id="IN08 year 10000"),
    ],
)
def test_a_moment_that_is_none_is_refused_at_its_place(tashi, moment):
    answer = tashi.submit(uuid4(), visit(started_at=moment, finished_at=moment))
    assert (answer.status_code, slug(answer), pointers(answer)) == (
        422, "validation-error", {"/started_at", "/finished_at"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("ahead", "flagged"),
    [
        pytest.param(timedelta(minutes=5), False, id="IN05 five minutes"),
        pytest.param(timedelta(minutes=5, seconds=1), True, id="IN05 a second more"),
    ],
)
def test_a_clock_may_be_five_minutes_fast(tashi, monkeypatch, ahead, flagged):
    now = datetime.now(UTC)
    monkeypatch.setattr(clock, "now", lambda: now)
    receipt = tashi.submit(uuid4(), visit(finished_at=(now + ahead).isoformat()))
    assert (receipt.status_code, "clock-skew" in flags_of(receipt)) == (201, flagged)


@pytest.mark.parametrize(
    ("item", "answer", "field"),
    [
        pytest.param("TA01", {"value": -5}, "/value", id="CE03 less than nothing"),
        pytest.param("TA01", {"value": 10**12}, "/value", id="CE03 1e12"),
        pytest.param("TA01", {"value": "１２０"}, "/value", id="CE03 full-width digits"),
        pytest.param("TA01", {"value": "120"}, "/value", id="CE03 digits in a text"),
        pytest.param("TA06", {"value": 1.9}, "", id="CE04 1.9 seats"),
        pytest.param("TP01", {"n": 1.9, "m": 3}, "/n", id="CE04 1.9 staff"),
        pytest.param("TP01", {"n": 1, "m": 10**30}, "/m", id="GE04 1e30 staff"),
        pytest.param("TA99", {"yes": True}, "", id="IN10 an item that is not there"),
        pytest.param("VA01", {"value": 3}, "", id="IN10 an item of the other level"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_at_its_place(tashi, item, answer, field):
    body = answered(visit(), item, **answer)
    refused = tashi.submit(uuid4(), body)
    assert (refused.status_code, slug(refused), pointers(refused)) == (
        422, "validation-error", {at(body, item) + field},
    )  # fmt: skip


@pytest.mark.parametrize("spelled", ["1.5e2", "150.0e0", "15E1"], ids=lambda spelled: f"CE03 {spelled}")
def test_a_number_in_scientific_spelling_is_that_number(tashi, spelled):
    body = json.dumps(answered(visit(), "TA01", value=123456789)).replace("123456789", spelled)
    inspection = uuid4()
    sent = tashi.put(f"/inspections/{inspection}", data=body, content_type="application/json")
    shown = tashi.get(f"/inspections/{inspection}").json["answers"]
    assert (sent.status_code, next(each["value"] for each in shown if each["item"] == "TA01")) == (201, 150)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        pytest.param({"lat": 91}, "/fix/lat", id="CE01 lat 91"),
        pytest.param({"lon": 181}, "/fix/lon", id="CE01 lon 181"),
        pytest.param({"lat": "29°06′"}, "/fix/lat", id="CE01 degrees and minutes"),
        pytest.param({"lat": "29.2"}, "/fix/lat", id="CE01 a text"),
    ],
)
def test_a_position_that_is_none_is_refused_at_its_place(tashi, changes, pointer):
    body = visit()
    refused = tashi.submit(uuid4(), body | {"fix": body["fix"] | changes})
    assert (refused.status_code, pointers(refused)) == (422, {pointer})


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"], ids=lambda number: f"GE05 {number}")
def test_a_position_without_a_number_is_no_json(tashi, number):
    body = json.dumps(visit()).replace("29.21273", number)
    refused = tashi.put(f"/inspections/{uuid4()}", data=body, content_type="application/json")
    assert (refused.status_code, slug(refused)) == (400, "malformed-json")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("score", 100, id="SC01 score"),
        pytest.param("total", "100.00", id="SC01 total"),
        pytest.param("status", "approved", id="GE10 status"),
        pytest.param("state", "approved", id="GE10 state"),
        pytest.param("is_admin", True, id="GE10 is_admin"),
    ],
)
def test_what_a_phone_does_not_decide_is_refused_by_name(tashi, field, value):
    refused = tashi.submit(uuid4(), visit(**{field: value}))
    assert (refused.status_code, pointers(refused)) == (422, {f"/{field}"})


# --- when nothing can be stored --------------------------------------------------------------------------------


@pytest.fixture
def breaks(monkeypatch):
    """Storing a visit ends in this error, after its first rows were written."""

    def set_up(error: Exception) -> None:
        def fail(*_, **__):
            raise error

        monkeypatch.setattr(Revision, "create", fail)

    return set_up


WORLD = [
    pytest.param(peewee.OperationalError("database or disk is full"), 507, "storage-full", id="IN18 disk full"),
    pytest.param(OSError(28, "No space left on device"), 507, "storage-full", id="IN18 no space left"),
    pytest.param(
        peewee.InternalError("cannot execute INSERT in a read-only transaction"),
        503,
        "temporarily-unavailable",
        id="IN18 read-only",
    ),
]


@pytest.mark.parametrize(("error", "status", "problem"), WORLD)
def test_a_visit_that_cannot_be_stored_is_sent_again_later(tashi, breaks, error, status, problem):
    breaks(error)
    answer = tashi.submit(uuid4(), visit())
    assert (answer.status_code, slug(answer), answer.json["retry"]) == (status, problem, "later")
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize(("error", "status", "problem"), WORLD)
def test_a_visit_that_could_not_be_stored_is_not_half_there(tashi, monkeypatch, breaks, error, status, problem):
    breaks(error)
    inspection = uuid4()
    tashi.submit(inspection, visit())
    assert Inspection.select().count() == 0
    monkeypatch.undo()
    assert tashi.submit(inspection, visit()).status_code == 201


# --- a photo that lies on its side -----------------------------------------------------------------------------

TURNS = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # EXIF orientation: how the picture was turned


def lying(orientation: int) -> bytes:
    """A picture with its left half white and its upper right quarter black, stored as a phone held that way would."""
    upright = Image.new("RGB", (320, 160), "grey")
    upright.paste("white", (0, 0, 160, 160))
    upright.paste("black", (160, 0, 320, 80))
    turn, exif, out = TURNS[orientation], Image.Exif(), io.BytesIO()
    exif[0x0112] = orientation
    stored = upright if turn is None else upright.transpose(Image.Transpose(turn))
    stored.save(out, "JPEG", exif=exif, quality=95)
    return out.getvalue()


@pytest.mark.parametrize("orientation", TURNS, ids=lambda orientation: f"PH23 orientation {orientation}")
def test_however_the_phone_was_held_the_reviewer_sees_it_upright(tashi, reviewer, orientation):
    data, inspection = lying(orientation), uuid4()
    digest = hashlib.sha256(data).hexdigest()
    tashi.send_photo(digest, data)
    tashi.submit(inspection, visit(photos={"TA02": [digest]}))
    answer = reviewer.get(f"/inspections/{inspection}/photos/{digest}?size=320", buffered=True)
    shown = Image.open(io.BytesIO(answer.data)).convert("L")
    tones = [round(shown.getpixel(place) / 127.5) for place in ((80, 40), (240, 40), (240, 120))]
    assert (shown.size, tones) == ((320, 160), [2, 0, 1])
