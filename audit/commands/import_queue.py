"""audit import-queue: the way out for a phone that never gets online."""

from __future__ import annotations

import contextlib
import dataclasses
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import click

from audit.accounts.permissions import Can
from audit.accounts.queries import Actor
from audit.base import clock, db
from audit.base.body import check_strings, load
from audit.base.problems import (
    InspectionConflict,
    PayloadTooLarge,
    PhotoTooLarge,
    Problem,
    RateLimited,
    TemporarilyUnavailable,
)
from audit.base.storage import Folder
from audit.commands.bars import bar
from audit.commands.operator import stand_in
from audit.commands.queue_file import Queue, Unfit, opened
from audit.commands.setup import open_current, usable_storage
from audit.config import Config
from audit.evidence import actions as evidence
from audit.evidence.intake import Intake
from audit.fittings import intake
from audit.inspections import actions as inspections
from audit.inspections.schemas import InspectionIn

MOST_FAULTS = 5  # of one body; the rest is counted
PHOTOS = {"new": "新收 new", "had": "已有 already there", "refused": "未收 refused"}
INSPECTIONS = PHOTOS | {"conflict": "冲突 conflict"}
PASSING = (RateLimited, TemporarilyUnavailable)  # the moment's fault and not the file's


@click.command("import-queue")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "name", help="Act as this account, not the one that the file names.")
@click.option("--dry-run", is_flag=True, help="Check everything, store nothing.")
@click.pass_obj
def import_queue(config: Config, file: Path, name: str | None, dry_run: bool) -> None:
    """Take in the queue that the inspectors' app exported as FILE, a ZIP: photos first, then inspections.

    For a phone that never gets online. Everything is checked as if the phone had sent it, and counts as sent by its
    account; each thing that does not go in is named, everything else goes in. Safe to repeat. Drafts are not
    submitted, only their photos kept. Exit code 1 when anything was refused.
    """
    open_current(config)
    try:
        with opened(file) as queue:
            _carry_out(config, queue, stand_in(name or queue.account, Can.SUBMIT, "queue file, command line"), dry_run)
    except Unfit as unfit:
        raise click.ClickException(f"{file.name}: {unfit}") from unfit


def _carry_out(config: Config, queue: Queue, actor: Actor, dry_run: bool) -> None:
    _say(f"队列来自 queue of {queue.account}" + (f" ({queue.told})" if queue.told else ""))
    _say(
        f"以账号导入 taken in as {actor.name}"
        + ("；试运行，不写入任何内容 dry run, nothing is stored" if dry_run else "")
    )
    taking = intake(config, usable_storage(config, make=not dry_run))
    importing = Importing(queue, actor, taking, dry_run, config.max_json_bytes)
    try:
        importing.all()
    finally:  # a full disk ends it in the middle: what went in until then is told all the same
        importing.tell()
    if importing.faults:
        raise click.exceptions.Exit(1)


@dataclass
class Importing:
    """A queue on its way in; counts what became of it."""

    queue: Queue
    actor: Actor
    intake: Intake
    dry_run: bool
    max_json_bytes: int
    photos: Counter = field(default_factory=Counter)
    inspections: Counter = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    waiting: dict[str, int] = field(default_factory=dict)

    def all(self) -> None:
        """Photos first, so that a visit is complete as soon as it is there."""
        seen: set[str] = set()
        with bar(self.queue.photos, "照片 photos") as shown:
            for number, photo in enumerate(shown):
                self._photo(number, photo, seen)
        with bar(self.queue.inspections, "检查 visits") as shown:
            for number, inspection in enumerate(shown):
                self._inspection(number, inspection)

    # --- photos ----------------------------------------------------------------------------------------------

    def _photo(self, number: int, photo, seen: set[str]) -> None:
        what = f"照片 photo {_named(photo, number, 'digest', 'item')}"
        try:
            digest, entries = self.queue.entries_of(photo)
            if digest in seen:  # one picture may prove several items
                return
            seen.add(digest)
            state, new = self._kept(digest, entries)
        except (Unfit, Problem) as why:
            self._refuse(self.photos, what, why)
            return
        self.photos["new" if new else "had"] += 1
        self.photos["unchecked"] += state == "received"

    def _kept(self, digest: str, entries: list) -> tuple[str, bool]:
        """Of several entries with one name, the first whose sha256 is right."""
        for entry in entries[:-1]:
            try:
                return self._keep(digest, entry)
            except (Unfit, Problem):
                continue
        return self._keep(digest, entries[-1])

    def _keep(self, digest: str, entry) -> tuple[str, bool]:
        if entry.file_size > self.intake.limit:  # what lies about its size is found out while it is unpacked
            raise PhotoTooLarge(f"{entry.file_size} bytes; at most {self.intake.limit}")
        with self.queue.open(entry) as stream, self._storing() as taking:
            photo, status = evidence.keep(digest, stream, intake=taking, actor=self.actor, now=clock.now())
            return photo.state, status == 201

    @contextmanager
    def _storing(self) -> Iterator[Intake]:
        """What takes in a photo: this service's own, or one that forgets."""
        if not self.dry_run:
            yield self.intake
            return
        with tempfile.TemporaryDirectory() as folder, _undone():
            # not decoded: nobody else could write meanwhile
            yield dataclasses.replace(self.intake, storage=Folder(Path(folder)), at_once=False)

    # --- inspections -----------------------------------------------------------------------------------------

    def _inspection(self, number: int, inspection) -> None:
        what = f"检查 inspection {_named(inspection, number, 'id')}"
        try:
            state = inspection.get("state") if isinstance(inspection, dict) else None
            if state == "draft":
                self.inspections["draft"] += 1
                return
            if state != "queued":
                raise Unfit("条目有误，state 应为 queued 或 draft", "the entry is not valid: state is queued or draft")
            receipt, status = self._submit(inspection)
        except InspectionConflict as conflict:
            self._refuse(self.inspections, what, conflict, "conflict")
        except (Unfit, Problem) as why:
            self._refuse(self.inspections, what, why)
        else:
            self.inspections["new" if status == 201 else "had"] += 1
            if receipt["missing_photos"]:
                self.waiting[str(receipt["id"])] = len(receipt["missing_photos"])

    def _submit(self, inspection: dict) -> tuple[dict, int]:
        number, body = _uuid(inspection.get("id")), inspection.get("body")
        if (size := len(db.canonical(body).encode(errors="replace"))) > self.max_json_bytes:
            raise PayloadTooLarge(f"{size} bytes; at most {self.max_json_bytes}")
        check_strings(body)
        body = load(InspectionIn(), body)
        if not self.dry_run:
            return inspections.submit(number, body, actor=self.actor, now=clock.now())
        with _undone():
            return inspections.submit(number, body, actor=self.actor, now=clock.now())

    # --- what is said ----------------------------------------------------------------------------------------

    def _refuse(self, counts: Counter, what: str, why: Unfit | Problem, outcome: str = "refused") -> None:
        counts[outcome] += 1
        self.faults.append(f"{what}: {_told(why) if isinstance(why, Problem) else why}")

    def tell(self) -> None:
        for fault in self.faults:
            _say(fault, err=True)
        _say(f"照片 photos: {_counted(self.photos, PHOTOS)}")
        _say(f"检查 inspections: {_counted(self.inspections, INSPECTIONS)}")
        if drafts := self.inspections["draft"]:
            _say(f"草稿 drafts: {drafts} 未提交，只收照片 not submitted, only their photos are kept")
        if unnamed := self.queue.unnamed():
            _say(f"未读取 not read: {unnamed} 个文件 queue.json 没有写明 files that queue.json does not name")
        if not self.dry_run:
            self._tell_what_comes()

    def _tell_what_comes(self) -> None:
        for number, missing in self.waiting.items():
            _say(f"检查 inspection {number}: 还缺照片 photos still missing: {missing}")
        if unchecked := self.photos["unchecked"]:
            _say(f"待核验 wait for their check: {unchecked} 张照片，由 audit serve 或 audit checker 核验后才算数")
            _say("  they count once a checker has accepted them (audit serve runs one; or audit checker --once)")


class _Undo(Exception):
    """Ends a transaction of which nothing is to stay."""


@contextmanager
def _undone() -> Iterator[None]:
    """Do it all, and then store nothing of it."""
    try:
        with db.transaction():
            yield
            raise _Undo
    except _Undo:
        pass


def _uuid(text) -> UUID:
    """As the route takes it: 8-4-4-4-12 hex digits."""
    with contextlib.suppress(ValueError):
        if isinstance(text, str) and str(number := UUID(text)) == text.lower():
            return number
    raise Unfit("条目有误，id 应为 UUID", "the entry is not valid: id is a UUID")


def _counted(counts: Counter, names: dict[str, str]) -> str:
    return ", ".join(f"{said} {counts[name]}" for name, said in names.items())


def _named(thing, number: int, *names: str) -> str:
    found = [thing[name] for name in names if isinstance(thing.get(name), str)] if isinstance(thing, dict) else []
    return " ".join(each[:64] for each in found) or f"#{number + 1}"


def _told(problem: Problem) -> str:
    """Title and detail on one line, and each fault of a body."""
    faults = [f"{each['pointer']} {each['detail']}" for each in problem.errors[:MOST_FAULTS]]
    more = len(problem.errors) - len(faults)
    faults += [f"… {more} more"] if more > 0 else []
    details = "; ".join([*([problem.detail] if problem.detail else []), *faults])
    again = "；请稍后再运行一次 run the command again later" if isinstance(problem, PASSING) else ""
    return f"{problem.zh} · {problem.en}" + (f": {details}" if details else "") + again


def _say(line: str, *, err: bool = False) -> None:
    """A line of a file may hold anything: of what a terminal obeys, or cannot show, nothing is left."""
    click.echo("".join(char if char.isprintable() else " " for char in line), err=err)
