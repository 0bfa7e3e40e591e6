"""Settings: one frozen value, read once from AUDIT_* variables and an optional TOML file."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path


class BadSetting(ValueError):
    """A setting that cannot be used; the message names it. The program does not start."""


@dataclass(frozen=True)
class Config:
    """Every setting with its default. `AUDIT_DATA` moves everything that is written to one folder."""

    data: Path = Path()
    database_url: str = ""  # empty: SQLite in <data>/audit.db; else sqlite:///… or postgresql://…
    uploads: str = ""  # empty: <data>/uploads
    font: str = ""  # for print copies of photos; empty: the first one with Chinese that is found
    storage_url: str = ""  # empty: the uploads folder; else s3://…
    checkers: int = 1  # processes that check photos after the answer; 0: each is checked before its answer
    backlog: int = 5000  # photos that may wait for their check; more get 503 with Retry-After
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    threads: int = 256  # one per body in flight; slow uploads hold a thread each, and little else
    uploads_at_once: int = 192  # per worker; more get 503 with Retry-After, so that other requests find a thread
    database_connections: int = 24  # per worker, PostgreSQL
    max_json_bytes: int = 1_000_000
    max_photo_bytes: int = 25 * 1024 * 1024
    upload_days: int = (
        7  # a photo that comes in pieces is kept so long after its last byte: phones are offline for days
    )
    hosts: str = "127.0.0.1 localhost"  # names this service answers to; others get 400
    password_length: int = 8
    password_classes: int = 3
    password_days: int = 90
    tries: int = 5
    lock_minutes: int = 15
    idle_minutes: int = 30
    field_idle_days: int = 7
    session_hours: int = 12
    field_session_days: int = 30
    second_factor: str = "optional"
    unnamed_days: int = 180
    evidence_years: int = 0  # 0: for good

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{(self.data / 'audit.db').absolute()}"

    @property
    def uploads_folder(self) -> Path:
        return Path(self.uploads) if self.uploads else self.data / "uploads"


PREFIX, FILE = "AUDIT_", "AUDIT_CONFIG"
HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[?(?=[^:]*:[^:]*:)[0-9a-fA-F:.]{2,45}\]?")
DATABASES = ("sqlite:///", "postgresql://", "postgres://")
LIMITS = {
    "port": (0, 65535),
    "workers": (1, 64),
    "threads": (8, 4096),
    "checkers": (0, 64),
    "upload_days": (1, 366),
    "password_length": (8, 64),
    "password_classes": (1, 4),
    "password_days": (0, 3650),
    "tries": (0, 100),
    "lock_minutes": (1, 1440),
    "idle_minutes": (0, 1440),
    "field_idle_days": (0, 366),
    "session_hours": (1, 168),
    "field_session_days": (1, 366),
    "unnamed_days": (1, 3650),
    "evidence_years": (0, 100),
}
WORDS = {"second_factor": ("off", "optional", "required")}


def load(environment: Mapping[str, str] = os.environ, **given) -> Config:
    """Read settings: `given` beats AUDIT_* variables, which beat the file named by AUDIT_CONFIG.

    Raises BadSetting with the name of the first value that cannot be used.
    """
    known = {each.name: each for each in fields(Config)}
    values = _from_file(environment.get(FILE))
    for variable, text in environment.items():
        key = variable.removeprefix(PREFIX).lower()
        if variable.startswith(PREFIX) and variable != FILE:
            # a misspelt name would leave a rule at its default without a word
            if key not in known:
                raise BadSetting(f"{variable}: no such setting")
            values[key] = text
    values |= {key: value for key, value in given.items() if value is not None}
    for key in values:
        if key not in known:
            raise BadSetting(f"{key}: no such setting")
    return _sensible(Config(**{key: _typed(key, value, known[key].default) for key, value in values.items()}))


def _sensible(config: Config) -> Config:
    for name in config.hosts.split():
        if not HOST.fullmatch(name):
            raise BadSetting(f"hosts: {name!r} is no name of a host; names are separated by spaces")
    if config.threads <= config.uploads_at_once:
        raise BadSetting("threads: must be more than uploads_at_once, or uploads leave none for everybody else")
    return config


def _from_file(path: str | None) -> dict:
    if not path:
        return {}
    try:
        return tomllib.loads(Path(path).read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadSetting(f"AUDIT_CONFIG: {path}: {error}") from error


def _typed(key: str, value, default):
    if isinstance(default, int):
        return _whole(key, value)
    if not isinstance(value, str | Path):
        raise BadSetting(f"{key}: text is wanted, not {value!r}")
    if key == "database_url" and value and not value.startswith(DATABASES):
        raise BadSetting(f"{key}: must start with one of {', '.join(DATABASES)}")
    if key in WORDS and value not in WORDS[key]:
        raise BadSetting(f"{key}: must be one of {', '.join(WORDS[key])}, not {value!r}")
    if key == "font" and value and not Path(value).is_file():
        raise BadSetting(f"{key}: there is no file {value}")
    return type(default)(value)


def _whole(key: str, value) -> int:
    # 1.9, true, "1_0" and full-width digits are mistakes, though int() takes them
    if type(value) is not int and not (isinstance(value, str) and re.fullmatch(r"\s*-?\d{1,15}\s*", value, re.ASCII)):
        raise BadSetting(f"{key}: a whole number is wanted, not {value!r}")
    number = int(value)
    low, high = LIMITS.get(key, (1, 2**40))
    if not low <= number <= high:
        raise BadSetting(f"{key}: must lie between {low} and {high}, not {number}")
    return number
