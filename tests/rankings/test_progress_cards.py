"""Cards for rectification: of what fell due, how much was closed in time."""

from datetime import UTC, datetime, timedelta

import pytest
from acts import card, cards, issue, issued
from contest import BAILANG
from states import made_once
from versions import published

from audit.followup.models import Finding


@made_once
def contest(plain):
    """白朗县 with a township of four findings, published with policies for rectification."""
    contest = plain(area=BAILANG, progress_policy="progress-2026.1", followup_policy="followup-2026.1")
    contest.visit("540228100", 90)
    return published(contest)


def fell_due(closed_in_time: int) -> None:
    """The day of all findings has passed; so many were closed by it."""
    now = datetime.now(UTC)
    numbers = [each.id for each in Finding.select().order_by(Finding.id)]
    assert len(numbers) == 4
    day = (now - timedelta(days=3)).date().isoformat()
    Finding.update(state="ordered", due_on=day).where(Finding.id.in_(numbers)).execute()
    done = Finding.update(state="closed", closed_at=now - timedelta(days=9))
    done.where(Finding.id.in_(numbers[:closed_in_time])).execute()


@pytest.mark.parametrize(
    ("closed", "total", "colour"),
    [(4, "100.00", "blue"), (3, "75.00", "yellow"), (2, "50.00", "red"), (0, "0.00", "red")],
)
def test_a_county_gets_the_card_of_what_it_closed_in_time(contest, closed, total, colour):
    fell_due(closed)
    issued(contest, "progress")
    (found,) = cards(contest, basis="progress")
    why = {key: found["why"][key] for key in ("total", "due", "closed_in_time", "earned")}
    assert (found["code"], found["colour"], found["policy"]) == (BAILANG, colour, "progress-2026.1")
    assert why == {"total": total, "due": 4, "closed_in_time": closed, "earned": colour}


def test_where_nothing_fell_due_there_are_no_cards(contest):
    answer = issue(contest, "progress")
    assert (answer.status_code, answer.json["issued"], answer.json["number"]) == (200, 0, None)


def test_cards_of_both_kinds_are_numbered_in_one_row(contest):
    fell_due(4)
    assert [issued(contest, basis)["number"] for basis in ("progress", "level")] == [1, 2]


def test_a_card_of_one_kind_neither_runs_with_nor_replaces_the_other(contest):
    fell_due(3)
    issued(contest)
    issued(contest, "progress")
    assert {each["state"] for each in cards(contest)} == {"standing"}
    assert card(contest, BAILANG, basis="progress")["why"]["before"] == []
