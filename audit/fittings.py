"""What the settings come to: where photos lie and are taken in, what passwords must be like. The application, the
checkers and the command line are fitted with the same; who needs no routes imports none."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from functools import cache
from pathlib import Path

from audit.accounts.policy import Policy
from audit.base.bucket import Bucket
from audit.base.storage import Folder, Storage
from audit.config import BadSetting, Config
from audit.evidence import prints
from audit.evidence.intake import Intake
from audit.evidence.parts import Uploads
from audit.followup import opening
from audit.inspections import news
from audit.inspections.actions import photo_accepted

# findings follow the scores of visits, in the transaction that makes them, whoever makes them
news.listeners.append(opening.heard)


def storage(config: Config, *, make: bool = True) -> Storage:
    """Where these settings keep photos; `make=False` for who only looks. Asks nothing of a bucket yet."""
    if not config.storage_url:
        return Folder(config.uploads_folder, make=make)
    try:
        return Bucket.of(config.storage_url, _spools(config))
    except ValueError as error:
        raise BadSetting(f"storage_url: {error}") from error


def intake(config: Config, storage: Storage) -> Intake:
    """How photos are taken in: without checkers each is checked before its answer."""
    return Intake(
        storage=storage,
        limit=config.max_photo_bytes,
        backlog=config.backlog,
        at_once=config.checkers == 0,
        accepted=photo_accepted,
    )


@cache  # looking for one takes 20 ms
def face(path: str) -> prints.Face:
    """The font of print copies."""
    try:
        return prints.face(path)
    except ValueError as error:
        raise BadSetting(f"font: {error}") from error


def unfinished(config: Config) -> Uploads:
    """Where photos that come in pieces rest until they are whole: on this machine, wherever photos are kept."""
    return Uploads(_spools(config), timedelta(days=config.upload_days))


def _spools(config: Config) -> Path:
    return config.uploads_folder / "arriving"


def policy(config: Config) -> Policy:
    """The part of the settings that says what passwords and sign-ins must be like."""
    return Policy(**{each.name: getattr(config, each.name) for each in fields(Policy)})
