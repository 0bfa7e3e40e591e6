"""audit verify: can everything that is shown still be proved?"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from itertools import islice

import click

from audit.base import db, trail
from audit.base.db import digest_of
from audit.base.storage import Folder
from audit.checklists.models import Edition
from audit.commands.setup import open_current
from audit.config import Config
from audit.evidence.models import Photo
from audit.evidence.pictures import SIZES
from audit.evidence.queries import rendition_key
from audit.inspections import scores
from audit.inspections.models import Inspection, Revision, Score
from audit.rounds import queries as rounds
from audit.rounds.models import RoundLevel
from audit.scoring.score import score

CHUNK = 100


@click.command()
@click.pass_obj
def verify(config: Config) -> None:
    """Hash every photo again, score every visit again, follow the trail's chain. Exit code 1 when anything differs."""
    open_current(config)
    faults = 0
    with db.database.connection_context():
        for name, count, check in (
            ("trail", trail.TrailLine.select().count(), _trail()),
            ("editions", Edition.select().count(), _editions()),
            ("photos", Photo.select().count(), _photos(Folder(config.uploads_folder))),
            ("revisions", Revision.select().count(), _revisions()),
            ("scores", Inspection.select().where(Inspection.state.in_(scores.COMPLETE)).count(), _scores()),
        ):
            faults += _run(name, count, check)
    if faults:
        raise click.ClickException(f"{faults} faults")
    click.echo("everything holds")


def _run(name: str, count: int, check: Iterator[str | None]) -> int:
    found = []
    with click.progressbar(check, length=count, label=f"{name:10}", file=sys.stderr) as bar:
        found += [fault for fault in bar if fault]
    for fault in found:
        click.echo(f"{name}: {fault}", err=True)
    click.echo(f"{name}: {count} checked, {len(found)} faults")
    return len(found)


def _trail() -> Iterator[str | None]:
    broken = trail.broken_at()
    if broken:
        yield f"line {broken[0]}: {broken[1]}"


def _editions() -> Iterator[str | None]:
    for edition in Edition.select().iterator():
        same = digest_of(edition.content) == edition.digest
        yield None if same else f"{edition.id}: its content is not what was published"


def _photos(storage: Folder) -> Iterator[str | None]:
    for photo in Photo.select().order_by(Photo.digest).iterator():
        yield _photo(photo, storage)


def _photo(photo: Photo, storage: Folder) -> str | None:
    try:
        with storage.open(photo.key) as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != photo.digest:
                return f"{photo.key}: its bytes are not those that were received"
    except FileNotFoundError:
        return f"{photo.key}: the file is missing"
    gone = [size for size in SIZES if not storage.exists(rendition_key(photo.digest, size))]
    return f"{photo.key}: renditions missing: {gone}" if gone else None


def _revisions() -> Iterator[str | None]:
    for revision in Revision.select().iterator():
        same = digest_of(revision.body) == revision.digest
        yield None if same else f"{revision.inspection_id} revision {revision.number}: not what was received"


def _scores() -> Iterator[str | None]:
    for row in RoundLevel.select():
        level = rounds.level_of(row.round_id, row.level)
        visits = (
            Inspection.select()
            .where(
                Inspection.round == row.round_id,
                Inspection.level == row.level,
                Inspection.edition == level.edition_id,
                Inspection.state.in_(scores.COMPLETE),
            )
            .order_by(Inspection.id)
        )
        for chunk in _chunks(visits.iterator()):
            yield from _score_chunk(chunk, level)


def _chunks(visits: Iterator[Inspection]) -> Iterator[list[Inspection]]:
    while chunk := list(islice(visits, CHUNK)):
        yield chunk


def _score_chunk(visits: list[Inspection], level: RoundLevel) -> Iterator[str | None]:
    kept = {each.inspection_id: each for each in Score.select().where(Score.inspection.in_([v.id for v in visits]))}
    for visit, made_from in scores.inputs(visits, level):
        stored = kept.get(visit.id)
        again = scores.row(score(*made_from), level.baseline_id)
        if stored is None:
            yield f"{visit.id}: has no score"
            continue
        odd = [name for name in again if _stored(stored, name) != again[name]]
        yield f"{visit.id}: differs from its recomputation in {', '.join(odd)}" if odd else None


def _stored(row: Score, name: str):
    return row.baseline_id if name == "baseline" else getattr(row, name)
