"""The moments and flags of a visit that is sent."""

from uuid import uuid4

import pytest
from factories import answered, visit
from submissions import faults_of, flags_of, pointers


def test_a_visit_does_not_end_before_it_began(tashi):
    body = visit(started_at="2026-11-20T11:00:00+08:00", finished_at="2026-11-20T10:59:59+08:00")
    answer = tashi.submit(uuid4(), body)
    assert (answer.status_code, pointers(answer)) == (422, {"/finished_at"})


def test_order_is_order_of_moments_not_of_digits(tashi):
    body = visit(started_at="2026-11-20T11:00:00+08:00", finished_at="2026-11-20T04:00:00+00:00")
    assert tashi.submit(uuid4(), body).status_code == 201


@pytest.mark.parametrize(
    ("field", "moment"),
    [
        ("started_at", "1970-01-01T00:00:00+08:00"),
        ("finished_at", "2099-01-01T00:00:00+08:00"),
    ],
)
def test_a_wrong_clock_is_flagged_and_never_refused(tashi, field, moment):
    receipt = tashi.submit(uuid4(), visit(**{field: moment}))
    assert receipt.status_code == 201
    assert "clock-skew" in flags_of(receipt)


@pytest.mark.parametrize(
    "moment",
    [
        "2026-11-20T10:30:00",
        "2016-12-31T23:59:60Z",
        "2026-11-20T10:30:00+24:00",
        "2026-11-20T10:30:00+14:30",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+08:00",
        "9999-12-31T23:59:59Z",
        "10000-01-01T00:00:00Z",
        "2026-11-20",
        1763600000,
        None,
    ],
)
def test_a_moment_that_cannot_be_kept_is_refused(moment):
    assert faults_of(visit(started_at=moment, finished_at=moment)) == {"/started_at", "/finished_at"}


@pytest.mark.parametrize("moment", ["0001-01-02T00:00:00Z", "9999-12-31T23:59:59Z", "2026-11-20T10:30:00"])
def test_the_moment_of_a_fix_can_be_kept_too(moment):
    body = visit()
    assert faults_of(body | {"fix": body["fix"] | {"taken_at": moment}}) == {"/fix/taken_at"}


@pytest.mark.parametrize("offset", ["+14:00", "-12:00", "+05:45", "Z"])
def test_every_offset_there_is_means_a_moment(tashi, offset):
    receipt = tashi.submit(uuid4(), visit(finished_at=f"2026-11-21T10:30:00{offset}"))
    assert receipt.status_code == 201


def test_a_moment_is_shown_in_utc(tashi, a_visit):
    assert tashi.get(f"/inspections/{a_visit}").json["started_at"].startswith("2026-11-20T02:00:00")


@pytest.mark.parametrize("day", ["2026-09-01", "2027-12-31"])
def test_a_visit_outside_the_days_of_its_round_is_flagged(tashi, day):
    receipt = tashi.submit(uuid4(), visit(started_at=f"{day}T10:00:00+08:00", finished_at=f"{day}T11:00:00+08:00"))
    assert receipt.status_code == 201
    assert "late" in flags_of(receipt)


def test_a_visit_of_a_closed_round_is_taken_and_flagged(tashi, office):
    office.post("/rounds/2026Q4/closing")
    receipt = tashi.submit(uuid4(), visit())
    assert (receipt.status_code, flags_of(receipt)) == (201, {"late"})


def test_a_visit_without_a_position_is_flagged(tashi):
    assert flags_of(tashi.submit(uuid4(), visit(fix=None, no_fix_reason="室内无信号"))) == {"no-fix"}


def test_an_implausible_value_is_flagged(tashi):
    receipt = tashi.submit(uuid4(), answered(visit(), "TA01", value=5000))
    assert (receipt.status_code, flags_of(receipt)) == (201, {"implausible"})
