"""The power goes amid work: what was acknowledged had reached the disk. A backup made amid work restores elsewhere."""

from __future__ import annotations

import copy
import os
import random
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from factories import ROOT
from faults.disks import make_disk
from faults.invariants import STANDING, hold, hold_at_the_end, verify
from faults.phones import Fleet, Told, settle
from faults.service import Service
from faults.storms import DONE, only_sqlite

from audit.config import Config

CUTS = 12
NOT_SYNCED = b"this rests in memory"


@pytest.fixture
def disks(tmp_path):
    """For the database, and for the photos: on one disk the syncs of one would hide that the other's are missing."""
    return [make_disk(tmp_path, name) for name in ("rows", "photos")]


@only_sqlite
def test_what_was_acknowledged_outlives_the_power(disks, stage, tokens, told):
    chance, cut_off = random.Random("power"), 0
    with ExitStack() as stack:
        rows, photos = (stack.enter_context(each.mounted()) for each in disks)
        shutil.copy(stage[0].removeprefix("sqlite:///"), rows / "audit.db")
        os.sync()  # the stage was there before the work began
        service = stack.enter_context(Service(rows, AUDIT_UPLOADS=str(photos / "uploads")))
        fleet = stack.enter_context(Fleet(told, service.port, tokens, seed="power", patience=30, number=4))
        for number in range(CUTS):
            time.sleep(chance.uniform(0.5, 2.0))
            (photos / f"control{number}").write_bytes(NOT_SYNCED * 1000)
            copies, known = _cut(service, disks, told, f"cut{number}")
            cut_off += _look(copies, known, tokens, number)
            DONE["power cuts"] += 1
        fleet.finish()
        service.kill()
    # somebody else's `sync` on this machine may save one or the other
    assert cut_off > CUTS / 2, "these cuts cut nothing off: what was never synced is there"


def _cut(service: Service, disks: list, told: Told, name: str) -> tuple[list, Told]:
    """(what the disks hold at one moment, what the phones had been told by then)."""
    service.freeze()
    time.sleep(0.2)
    copies = [each.as_after_a_power_cut(name) for each in disks]
    # while the service is frozen it says nothing new: whatever a phone knows by now was said before the cut
    with told.lock:
        known = Told(copy.deepcopy(dict(told.visits)), list(told.odd))
    service.thaw()
    return copies, known


def _look(copies: list, known: Told, tokens: dict[str, str], number: int) -> bool:
    """What is there after the cut must hold; whether the cut took what was written just before it and not synced."""
    with ExitStack() as stack:
        rows, photos = (stack.enter_context(each.mounted()) for each in copies)
        control = photos / f"control{number}"
        saved = control.exists() and NOT_SYNCED in control.read_bytes()
        config = Config(data=rows, uploads=str(photos / "uploads"))
        hold(known, config, *STANDING)
        assert verify(config) == (0, "everything holds")
        if number == CUTS - 1:
            with Service(rows, AUDIT_UPLOADS=config.uploads) as service:
                settle(known, service.port, tokens)
            hold_at_the_end(known, config)
    for each in copies:
        each.image.unlink()
    return not saved


def test_a_backup_made_amid_work_restores_elsewhere(config, settings, tokens, told, tmp_path):
    backups, elsewhere = tmp_path / "backups", Config(data=tmp_path / "elsewhere")
    with Service(config.data, **settings) as service:
        with Fleet(told, service.port, tokens, seed="backup") as fleet:
            for _ in range(2):
                time.sleep(4)
                known = {each.id: replace(each, kept=set(each.kept)) for each in told.acknowledged()}
                _audit(config, "backup", backups)
            fleet.finish()
        settle(told, service.port, tokens)
    _audit(elsewhere, "restore", backups)
    # what came after the backup began may be in it or not; what was acknowledged before must be
    later = {each.id: replace(each, kept=set(), receipt=None) for each in told.visits.values() if each.id not in known}
    hold_at_the_end(Told(later | known), elsewhere)
    hold_at_the_end(told, config)
    DONE["visits found again in a restored backup"] += len(known)


def _audit(config: Config, *words) -> None:
    place = {name: value for name, value in os.environ.items() if not name.startswith("AUDIT_")}
    command = [sys.executable, "-m", "audit.cli", "--data", str(config.data), *map(str, words)]
    environment = place | {"AUDIT_DATABASE_URL": config.database if config.database_url else ""}
    done = subprocess.run(command, cwd=Path(ROOT), env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
