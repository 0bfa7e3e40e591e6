"""audit verify: can everything that is shown still be proved?"""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

from audit.accounts.models import Account
from audit.base import clock, db
from audit.base.db import digest_of
from audit.base.storage import Storage
from audit.base.trail import TrailLine
from audit.centres.models import Centre
from audit.checklists.models import Baseline, Edition
from audit.commands import calendar, cards, followups, likeness, people, photos, points, publications, ruled, visits
from audit.commands.bars import bar
from audit.commands.ledger import Ledger
from audit.commands.readable import UNREADABLE, by_chunks, unread
from audit.commands.retention import RESTING
from audit.commands.setup import open_current
from audit.config import Config
from audit.evidence.models import Photo, PhotoSender, PhotoTwin
from audit.fittings import storage
from audit.inspections import scores
from audit.inspections.models import (
    Admission,
    Inspection,
    ItemDecision,
    KeptAside,
    Review,
    Revision,
    Voiding,
)
from audit.rankings.models import Card, Publication, Step
from audit.rounds.models import Document, Draw, IssuedList, Plan, Round


class Place(click.ParamType):
    """A place in the trail as it was noted: SEQ:DIGEST."""

    name = "SEQ:DIGEST"

    def convert(self, value, param, context):
        if not re.fullmatch(r"\d{1,18}:[0-9a-f]{64}", value, re.ASCII):
            self.fail(f"{value!r} is not a number, a colon and 64 hex digits", param, context)
        seq, _, digest = value.partition(":")
        return int(seq), digest


@click.command()
@click.option(
    "--expect", type=Place(), multiple=True, help="A line that the trail ended with once, and must still hold."
)
@click.pass_obj
def verify(config: Config, expect: tuple[tuple[int, str], ...]) -> None:
    """Hash every photo again, score every visit again, and hold everything against the trail.

    Of the small renditions only that they exist. Exit code 1 when anything differs. The last line names the trail's
    end: kept elsewhere and given to --expect another day, it shows a trail that was cut short or written anew.
    """
    open_current(config)
    ledger, kept = Ledger(), storage(config, make=False)
    with db.database.connection_context():
        faults = sum(_run(*each) for each in _checks(ledger, kept, expect))
        if orphans := photos.orphans(kept, clock.now() - RESTING):
            click.echo(f"orphans: {orphans}")
    if ledger.last is not None:
        click.echo(f"the trail ends with {ledger.last.seq}:{ledger.last.digest}")
    if faults:
        raise click.ClickException(f"{faults} faults")
    click.echo("everything holds")


def _checks(ledger: Ledger, storage: Storage, expect) -> Iterator[tuple]:
    """(name, number of rows, check), the trail first: the others are held against its lines."""
    complete = Inspection.select().where(Inspection.state.in_(scores.COMPLETE))
    yield "trail", TrailLine.select().count(), ledger.chain()
    yield "expected", len(expect), _expected(expect)
    yield "recorded", sum(map(len, ledger.lines.values())), ledger.recorded()
    yield "accounts", Account.select().count(), people.accounts(ledger)
    yield "editions", Edition.select().count(), _editions(ledger)
    yield "photos", Photo.select().count(), photos.rows(ledger, storage)
    yield "senders", PhotoSender.select().count(), photos.senders(ledger)
    yield "slots", Photo.select().count(), likeness.slots()
    yield "twins", PhotoTwin.select().count(), likeness.twins()
    yield "revisions", Revision.select().count(), visits.revisions(ledger)
    yield "aside", KeptAside.select().count(), visits.aside(ledger)
    yield "visits", Inspection.select().count(), visits.inspections(ledger)
    yield "reviews", Review.select().count(), visits.reviews(ledger)
    yield "decisions", ItemDecision.select().count(), ruled.decisions(ledger)
    yield "voidings", Voiding.select().count(), ruled.voidings(ledger)
    yield "admissions", Admission.select().count(), ruled.admissions(ledger)
    yield "baselines", Baseline.select().count(), visits.baseline_rows(ledger)
    yield "points", Centre.select().where(points.IN_FORCE).count(), points.learnt(ledger)
    yield "rounds", Round.select().count(), calendar.round_rows(ledger)
    yield "documents", Document.select().count(), calendar.paper_rows(ledger, storage)
    yield "lists", IssuedList.select().count(), calendar.list_rows(ledger)
    yield "draws", Draw.select().count(), calendar.draw_rows(ledger)
    yield "plans", Plan.select().count(), calendar.plan_rows(ledger)
    yield "scores", complete.count(), visits.score_rows()
    yield from followups.checks(ledger)
    yield "steps", Step.select().count(), publications.step_rows(ledger)
    yield "publications", Publication.select().count(), publications.publication_rows(ledger)
    yield "cards", Card.select().count(), cards.card_rows(ledger)


def _run(name: str, count: int, check: Iterator[str | None]) -> int:
    found = []
    with bar(None, name, count) as shown:
        try:
            for fault in check:
                found += [fault] if fault else []
                shown.update(1)
        except UNREADABLE as error:
            found.append(f"the table {unread(error)}; what comes after is not checked")
    for fault in found:
        click.echo(f"{name}: {fault}", err=True)
    click.echo(f"{name}: {count} checked, {len(found)} faults")
    return len(found)


def _expected(expect: tuple[tuple[int, str], ...]) -> Iterator[str | None]:
    for seq, digest in expect:
        standing = TrailLine.select(TrailLine.digest).where(TrailLine.seq == seq).scalar()
        lost = "the trail ends before it" if standing is None else "the trail was written anew"
        yield None if standing == digest else f"line {seq} is not the one that was noted: {lost}"


def _editions(ledger: Ledger) -> Iterator[str | None]:
    def check(keys: list[str]) -> Iterator[str | None]:
        for each in Edition.select().where(Edition.id.in_(keys)):
            same = digest_of(each.content) == each.digest
            sealed = ledger.seals("edition.publish", each.id, {"digest": each.digest})
            yield None if same and sealed else f"{each.id}: its content is not what was published"

    return by_chunks(Edition, check, "")
