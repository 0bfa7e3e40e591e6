"""audit storage move: every photo and document into another store, while the service runs."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import click

from audit.base import copies, db
from audit.base.bucket import Bucket
from audit.base.copies import Lost
from audit.base.storage import Folder, Held, Storage
from audit.commands.bars import bar
from audit.commands.renditions import renditions
from audit.commands.setup import open_current, usable_storage
from audit.config import BadSetting, Config
from audit.evidence import blobs


@click.group()
def storage() -> None:
    """Where photos are kept: move them elsewhere, make renditions anew."""


@dataclass
class Moving:
    """Blobs on their way from one store to the other; counts what it did."""

    source: Storage
    target: Storage
    there: dict[str, int]
    hash_all: bool = False
    held: int = 0
    copied: int = 0
    bytes: int = 0
    faults: list[str] = field(default_factory=list)

    def all(self, wanted: Collection[Held]) -> None:
        """Copy what is not there yet, and look at every copy again."""
        with bar(None, "photos", len(wanted)) as shown:
            for held, outcome in copies.at_once(self._one, wanted):
                self._count(held, outcome)
                shown.update(1)

    def _count(self, held: Held, outcome: int | str | None) -> None:
        if isinstance(outcome, str):
            self.faults.append(f"{held.key}: {outcome}")
            return
        self.held += 1
        self.there[held.key] = held.bytes
        if outcome is not None:
            self.copied, self.bytes = self.copied + 1, self.bytes + outcome

    def _one(self, held: Held) -> tuple[Held, int | str | None]:
        """The bytes that were copied, None when they were there already, or what is wrong."""
        try:
            if held.key not in self.there:
                return held, self._copied(held.key)
            if self.there[held.key] != held.bytes:
                return held, "the target holds other bytes under this key"
            same = not self.hash_all or self._hashes_are_equal(held.key)
            return held, None if same else "the target holds other bytes under this key"
        except Lost as lost:
            return held, str(lost)

    def _copied(self, key: str) -> int:
        # the name of an original says what its bytes are; a rendition's are what was read a moment ago
        found, size = copies.copy(key, self.source, self.target, blobs.named_digest(key))
        if copies.sha256_of(key, self.target) != found:
            raise Lost("the target holds other bytes than were copied")
        return size

    def _hashes_are_equal(self, key: str) -> bool:
        return copies.sha256_of(key, self.source) == copies.sha256_of(key, self.target)


@storage.command()
@click.option("--to", required=True, metavar="URL|FOLDER", help="s3://… as in AUDIT_STORAGE_URL, or a folder.")
@click.option("--from", "source", metavar="URL|FOLDER", help="Where from, when not where the settings say.")
@click.option("--check", is_flag=True, help="Hash also what the target held before.")
@click.pass_obj
def move(config: Config, to: str, source: str | None, check: bool) -> None:
    """Copy every photo and document to another store, renditions too, look at each copy, and delete nothing.

    Runs while the service runs, and again until nothing is left to copy. Exit code 1 when anything differs, or when
    a photo that is to be kept is not whole in the new store.
    """
    open_current(config)
    old = _named(config, source, "--from") if source else usable_storage(config, make=False)
    new = _named(config, to, "--to")
    if _place(old) == _place(new):
        raise click.ClickException("both are the same store")
    moving = Moving(old, new, {each.key: each.bytes for each in new.listed()}, check)
    moving.all([each for each in old.listed() if blobs.digest_in(each.key)])
    with db.database.connection_context():
        missing = list(_missing(moving.there))
    for fault in (*moving.faults, *missing):
        click.echo(fault, err=True)
    already = moving.held - moving.copied
    click.echo(f"{moving.copied} files copied ({moving.bytes / 1e6:.1f} MB), {already} were there already")
    if moving.faults or missing:
        raise click.ClickException(f"{len(moving.faults)} files differ or cannot be read, {len(missing)} are missing")
    click.echo("nothing is missing; AUDIT_STORAGE_URL may be set when a run with the service stopped copies nothing")


def _named(config: Config, place: str, option: str) -> Storage:
    """The store that an option names: a bucket by its URL, everything else is a folder."""
    if not place.startswith("s3:"):
        folder = Path(place).absolute()
        if option == "--from" and not folder.is_dir():
            raise click.BadParameter(f"there is no folder {folder}", param_hint=option)
        return Folder(folder, make=False)
    try:
        return usable_storage(dataclasses.replace(config, storage_url=place), make=False)
    except BadSetting as error:
        raise click.BadParameter(str(error).removeprefix("storage_url: "), param_hint=option) from error


def _place(store: Storage) -> tuple:
    return store.place if isinstance(store, Bucket) else (store.root.resolve(),)


def _missing(there: dict[str, int]) -> Iterable[str]:
    """What the rows of photos and documents want to be there and is not, or is of another size."""
    for original in blobs.originals():
        if there.get(original.key) != original.bytes:
            yield f"{original.key}: the file is missing, or of another size"
        yield from (f"{key}: the rendition is missing" for key in blobs.renditions_of(original) if key not in there)


storage.add_command(renditions)
