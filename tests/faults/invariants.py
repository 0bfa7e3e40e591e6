"""The promises I1–I8 (docs/operations.md, "What is promised"): what must hold after any fault, as far as phones know.

Each gives its faults as sentences. They read the database that is open, and the files; nothing needs to be running.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from click.testing import CliRunner
from factories import chain_faults
from faults.phones import Told, Visit

from audit.accounts.models import Account
from audit.base import clock, db
from audit.base.trail import TrailLine
from audit.cli import main
from audit.commands import visits
from audit.config import Config
from audit.evidence import parts, retention
from audit.evidence.models import Photo, PhotoSender
from audit.evidence.queries import rendition_key
from audit.fittings import storage, unfinished
from audit.inspections import queries, scores
from audit.inspections.models import Inspection, KeptAside, Revision

SOON = 5.0  # seconds


@contextmanager
def opened(config: Config) -> Iterator[None]:
    db.open_database(config.database)
    try:
        with db.database.connection_context():
            yield
    finally:
        db.database.close_all()


def two_minutes_pass(config: Config) -> None:
    """As far as leases are concerned: what killed checkers had in hand is free for others, though one may live."""
    with opened(config):
        Photo.update(leased_until=clock.now()).where(Photo.leased_until.is_null(False)).execute()


def I1_what_was_acknowledged_is_whole(told: Told, config: Config) -> Iterator[str]:
    """Every visit that was answered 2xx stands as it was sent, with every photo that was, byte for byte."""
    kept, bodies = storage(config, make=False), dict(Revision.select(Revision.inspection, Revision.digest).tuples())
    for each in told.acknowledged():
        standing = bodies.get(each.id)
        if standing != each.receipt["digest"] or standing != db.digest_of(queries.revision(_head(each)).body):
            yield f"visit {each.id} is lost or another"
    rows = dict(Photo.select(Photo.digest, Photo.key).where(Photo.state.in_(("received", "accepted"))).tuples())
    for each in list(told.visits.values()):
        for digest in sorted(each.kept):
            if digest not in rows or not kept.exists(rows[digest]):
                yield f"photo {digest} of visit {each.id} is lost"
            elif _sha256(kept, rows[digest]) != digest:
                yield f"photo {digest} of visit {each.id} has other bytes"


def _head(given: Visit) -> Inspection:
    return Inspection.get(Inspection.id == given.id)


def _sha256(kept, key: str) -> str:
    with kept.open(key) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def I2_nothing_is_there_twice(told: Told, config: Config) -> Iterator[str]:
    """Of each id one visit with one revision and one line of its taking in; nothing that no phone sent."""
    ids = [each.id for each in Inspection.select(Inspection.id)]
    yield from (f"visit {each} was sent by no phone" for each in set(ids) - set(told.visits))
    revisions = Counter(each.inspection_id for each in Revision.select(Revision.inspection))
    lines = Counter(_subjects("inspection.submit"))
    for each in ids:
        if (revisions[each], lines[str(each)]) != (1, 1):
            yield f"visit {each} has {revisions[each]} revisions and {lines[str(each)]} lines"
    yield from (f"visit {each.inspection_id}: a retry was taken for another" for each in KeptAside.select())
    senders = Counter(PhotoSender.select(PhotoSender.photo, PhotoSender.account).tuples())
    yield from (f"photo {each}: {number} times the same sender" for each, number in senders.items() if number > 1)


def I3_nothing_is_half(told: Told, config: Config) -> Iterator[str]:
    """Complete visits have all their photos and a score, others lack some; left-over files are known and swept."""
    kept = storage(config, make=False)
    for each in Inspection.select():
        body, crew = queries.revision(each).body, queries.team(each.id)
        lacks = any(queries.wanting(body, crew))
        if lacks == (each.state in scores.COMPLETE):
            yield f"visit {each.id} is {each.state}, and {'lacks photos' if lacks else 'lacks none'}"
    for each in Photo.select().where(Photo.state == "accepted"):
        keys = [each.key, *(rendition_key(each.digest, size) for size in (320, 1600))]
        yield from (f"{key}: there is a row and no file" for key in keys if not kept.exists(key))


def I3_what_was_left_over_is_swept(told: Told, config: Config) -> Iterator[str]:
    """Two days later: of killed processes nothing is left. Changes the files; the service must not run."""
    kept, later = storage(config, make=False), clock.now() + timedelta(days=2)
    retention.sweep(list(retention.orphans(kept, later)), kept, later, now=clock.now())
    parts.sweep(unfinished(config), now=later)
    known = {each.digest for each in Photo.select().where(Photo.state.in_(("received", "accepted")))}
    for each in kept.listed():
        if not any(digest in each.key for digest in (each.key.rpartition("/")[2][:64],) if digest in known):
            yield f"{each.key} belongs to nothing and is not swept"
    arriving = config.uploads_folder / "arriving"
    yield from (f"{each} is left and not swept" for each in arriving.rglob("*") if each.is_file())


def I4_a_retry_makes_exactly_one(told: Told, config: Config) -> Iterator[str]:
    """Whatever became of the first try: every visit that was sent until it was acknowledged stands, once."""
    found = Counter(each.id for each in Inspection.select(Inspection.id))
    for each in list(told.visits.values()):
        if each.receipt is not None and found[each.id] != 1:
            yield f"visit {each.id} was sent {each.tries} times and stands {found[each.id]} times"


def I5_no_fault_but_those_that_pass(told: Told, config: Config) -> Iterator[str]:
    """No refusal of what is right, and no 5xx but 503 and 507 that say when to come again."""
    yield from told.odd


def I6_the_trail_holds(told: Told, config: Config) -> Iterator[str]:
    """The chain is unbroken, with a line for every write that was acknowledged."""
    yield from chain_faults()
    accounts = dict(Account.select(Account.name, Account.id).tuples())
    submitted, kept = set(_subjects("inspection.submit")), set(_lines("photo.keep"))
    for each in list(told.visits.values()):
        if each.receipt is not None and str(each.id) not in submitted:
            yield f"visit {each.id} has no line"
        lacking = [digest for digest in each.kept if (digest, accounts[each.sender]) not in kept]
        yield from (f"photo {digest} of visit {each.id} has no line" for digest in lacking)


def _lines(action: str) -> list[tuple]:
    return list(TrailLine.select(TrailLine.subject, TrailLine.actor_id).where(TrailLine.action == action).tuples())


def _subjects(action: str) -> list[str]:
    return [subject for subject, _ in _lines(action)]


def I7_scores_are_what_they_compute_to(told: Told, config: Config) -> Iterator[str]:
    """Every stored score, computed again, is the same."""
    yield from (fault for fault in visits.score_rows() if fault)


def I8_health_comes_back_soon(told: Told, config: Config) -> Iterator[str]:
    """A good health 5 s after a fault has ended. Timed: not for machines that others may load."""
    yield from (f"a good health came after {each:.1f} s" for each in told.back if each > SOON)


STANDING = (
    I1_what_was_acknowledged_is_whole,
    I2_nothing_is_there_twice,
    I3_nothing_is_half,
    I4_a_retry_makes_exactly_one,
    I5_no_fault_but_those_that_pass,
    I6_the_trail_holds,
    I7_scores_are_what_they_compute_to,
)


def hold(told: Told, config: Config, *checks) -> None:
    """Every invariant that can be asked at any moment, or those given; fails with what does not hold."""
    with opened(config):
        faults = {check.__name__: list(check(told, config)) for check in checks or STANDING}
    assert not any(faults.values()), {name: found[:5] for name, found in faults.items() if found}


def hold_at_the_end(told: Told, config: Config) -> None:
    """Everything, and what `audit verify` says, and that what was left over is swept."""
    hold(told, config)
    code, said = verify(config)
    assert code == 0, said
    hold(told, config, I3_what_was_left_over_is_swept)
    hold(told, config)


def verify(config: Config) -> tuple[int, str]:
    """(exit code, the last thing said) of `audit verify`."""
    place = {"AUDIT_DATABASE_URL": config.database, "AUDIT_UPLOADS": config.uploads}
    done = CliRunner().invoke(main, ["--data", str(config.data), "verify"], env=place)
    db.database.close_all()
    said = done.output.strip().splitlines()
    return done.exit_code, said[-1] if done.exit_code == 0 else done.output
