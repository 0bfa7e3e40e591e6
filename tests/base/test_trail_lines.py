"""The trail: one line per write, each sealed with the one before it."""

import os
import pwd
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from types import SimpleNamespace

import peewee
import pytest
from factories import chain_faults

from audit.base import db, trail
from audit.base.trail import GENESIS, TrailLine, Unrecorded, write

AT = datetime(2026, 11, 22, 4, 0, 0, 123, tzinfo=UTC)
TASHI = SimpleNamespace(id=1, name="tashi", device="phone 北京")


class Thing(db.Model):
    """Something that is written."""

    name = peewee.CharField()


@pytest.fixture(autouse=True)
def lines(empty_url):
    """An empty trail."""
    db.open_database(empty_url)
    db.database.create_tables([TrailLine, Thing])


def do(subject, **detail):
    with write() as line:
        Thing.create(name=str(subject))
        line.record("thing.make", subject, actor=TASHI, at=AT, detail=detail)


def test_a_write_leaves_one_line():
    do("a", why="因为")
    line = TrailLine.get()
    assert (line.seq, line.actor_id, line.actor, line.device) == (1, 1, "tashi", "phone 北京")
    assert (line.action, line.subject, line.detail, line.at) == ("thing.make", "a", {"why": "因为"}, AT)


def test_a_line_is_sealed_with_the_one_before_it():
    do("a")
    do("b")
    first, second = TrailLine.select().order_by(TrailLine.seq)
    assert (first.previous, second.previous) == (GENESIS, first.digest)
    assert chain_faults() == []


def test_the_command_line_signs_with_the_person_and_the_machine():
    with write() as line:
        line.record("thing.make", 7, actor=None, at=AT)
    found = TrailLine.get()
    assert (found.actor, found.actor_id, found.subject) == ("cli", None, "7")
    assert found.device == f"{pwd.getpwuid(os.getuid()).pw_name}@{socket.gethostname()}"


def test_a_person_without_a_name_is_a_number(monkeypatch):
    monkeypatch.setattr(trail.os, "getuid", lambda: 54_321)
    monkeypatch.setattr(trail.socket, "gethostname", lambda: "host")
    assert trail.console.__wrapped__() == "uid54321@host"


def test_a_write_without_a_line_is_undone():
    with pytest.raises(Unrecorded), write():
        Thing.create(name="silent")
    assert Thing.select().count() == 0


def test_a_write_with_two_lines_is_undone():
    with pytest.raises(Unrecorded), write() as line:
        Thing.create(name="twice")
        line.record("a", 1, actor=TASHI, at=AT)
        line.record("b", 1, actor=TASHI, at=AT)
    assert (Thing.select().count(), TrailLine.select().count()) == (0, 0)


def test_a_write_that_fails_after_its_line_is_undone():
    with pytest.raises(ZeroDivisionError), write() as line:
        line.record("a", 1, actor=TASHI, at=AT)
        _ = 1 / 0
    assert TrailLine.select().count() == 0


def test_what_changes_nothing_says_so_and_leaves_no_line():
    with write() as line:
        line.nothing()
    assert TrailLine.select().count() == 0


@pytest.fixture
def three():
    """Three lines."""
    for subject in "abc":
        do(subject, amount=1)


@pytest.mark.parametrize(
    "change",
    [
        {"at": datetime(2026, 11, 22, 5, tzinfo=UTC)},
        {"actor_id": 2},
        {"actor": "drolma"},
        {"device": "another"},
        {"action": "thing.break"},
        {"subject": "z"},
        {"detail": {"amount": 2}},
        {"detail": {}},
        {"digest": "f" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_line_is_found(three, change):
    TrailLine.update(change).where(TrailLine.seq == 2).execute()
    assert chain_faults()[0] == "line 2: its content was changed"


def test_a_changed_line_that_was_sealed_anew_is_found_by_the_next(three):
    line = TrailLine.get_by_id(2)
    line.subject = "z"
    line.digest = line.seal()
    line.save()
    assert chain_faults()[0] == "line 3: it does not follow the line before it"


@pytest.mark.parametrize("seq", [1, 2])
def test_a_missing_line_is_found(three, seq):
    TrailLine.delete().where(TrailLine.seq == seq).execute()
    assert chain_faults()[0] == f"line {seq}: a line is missing"


def test_a_line_put_in_between_is_found(three):
    TrailLine.update(seq=4).where(TrailLine.seq == 3).execute()
    do_not = TrailLine(seq=3, at=AT, actor="x", device="", action="a", subject="b", detail={}, previous="0" * 64)
    do_not.digest = do_not.seal()
    do_not.save(force_insert=True)
    assert chain_faults()[0] == "line 3: it does not follow the line before it"


def test_nobody_may_change_or_remove_a_line_through_the_trail():
    verbs = {name for name in vars(trail.Trail) if not name.startswith("_")}
    assert verbs == {"record", "nothing"}


def test_eight_at_once_keep_one_chain():
    def worker(number):
        with db.database.connection_context():
            for turn in range(5):
                do(f"{number}/{turn}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(worker, range(8)))
    assert TrailLine.select().count() == 40
    assert chain_faults() == []
