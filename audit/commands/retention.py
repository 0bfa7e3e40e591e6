"""audit retention: let go of what need not be kept, or say what that would be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import click

from audit.accounts import actions as accounts
from audit.accounts.queries import ended_before
from audit.base import clock, db
from audit.centres import actions as centres
from audit.centres.queries import old_tables
from audit.commands.bars import bar
from audit.commands.setup import open_current, usable_storage
from audit.config import Config
from audit.evidence import parts, previews
from audit.evidence import retention as evidence
from audit.fittings import unfinished
from audit.followup import queries as followup
from audit.inspections import naming

RESTING = timedelta(days=1)  # a younger file without a row may be a photo on its way in
BATCH = 200


@click.command()
@click.option("--apply", is_flag=True, help="Remove it. Without this, nothing is changed.")
@click.pass_obj
def retention(config: Config, apply: bool) -> None:
    """Say what need not be kept any longer: how many, how much, since when; with --apply, let go of it.

    Photos that no visit, finding or appeal ever named and previews of originals that never came (AUDIT_UNNAMED_DAYS),
    the bytes of photos of rounds that closed long ago (AUDIT_EVIDENCE_YEARS, 0 for good), sign-ins that ended, tables
    of centres that were looked at, files that belong to no photo, and uploads on this machine that broke off and were
    not gone on with (AUDIT_UPLOAD_DAYS).
    Visits, answers, scores, reviews and the trail are never touched.
    """
    open_current(config)
    photos_in, now = usable_storage(config, make=False), clock.now()
    old, resting = now - timedelta(days=config.unnamed_days), now - RESTING
    with db.database.connection_context():
        photos = evidence.unnamed(naming.all_named() | followup.named_photos(), old)
        _say("photos that no visit names", len(photos), photos)
        _each(photos if apply else (), lambda each: evidence.forget(each, _is_named, now=clock.now()))
        ahead = previews.stale(old)
        _say("previews of what never came", len(ahead), ahead)
        some = list(db.batches(ahead, BATCH)) if apply else ()
        _each(some, lambda each: previews.forget(each, old, now=clock.now()))
        photos = _of_old_rounds(config.evidence_years, now)
        _say("photos of rounds long closed", len(photos), photos)
        _each(photos if apply else (), lambda each: evidence.remove(each, now=clock.now()))
        _say("sign-ins that ended", accounts.forget_ended(old, now=now) if apply else ended_before(old))
        _say("tables of centres, tried once", centres.forget_tables(resting) if apply else old_tables(resting))
        # after the rest: what was forgotten a moment ago has left files behind
        files = list(evidence.orphans(photos_in, resting))
        _say("files that belong to no photo", len(files), files)
        some = list(db.batches(files, BATCH)) if apply else ()
        _each(some, lambda each: evidence.sweep(each, photos_in, resting, now=clock.now()))
    broken = parts.stale(unfinished(config), now=now)
    _say("uploads that broke off", len(broken), broken)
    if apply:
        parts.sweep(unfinished(config), now=now)
    click.echo("done" if apply else "nothing was changed; --apply removes it")


def _is_named(digest: str) -> bool:
    return naming.is_named(digest) or followup.names_photo(digest)


def _each(things: Sequence, act: Callable) -> None:
    with bar(things, "letting go") as shown:
        for each in shown:
            act(each)


def _of_old_rounds(years: int, now: datetime) -> list:
    if not years:
        return []
    today = now.astimezone(clock.BEIJING).date()
    # the 29th of February is not in every year; the 28th is
    day = today.replace(year=today.year - years, day=min(today.day, 28)).isoformat()
    return evidence.standing(naming.named_only_before(day))


def _say(what: str, count: int, things: Sequence = ()) -> None:
    size = f"{sum(each.bytes for each in things) / 1e6:9.1f} MB" if things else ""
    click.echo(f"{what:32}{count:8}{size}")
