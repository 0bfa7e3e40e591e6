"""Load a registry that ships, import a table of centres: all of it, or nothing. Keep a table while it is looked at."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import peewee

from audit.base.db import snapshot
from audit.base.fields import spelling
from audit.base.problems import DuplicateCentre, NotFound, ValidationError
from audit.base.trail import write
from audit.centres import imports, registry, tables
from audit.centres.matching import WITH_CENTRES, Outcome, Plan
from audit.centres.models import Centre, CentreTable, Division

CHUNK = 500  # rows per INSERT; SQLite takes at most 32,766 values in one
UNDECIDED = "say whether it is a centre that stands under another name or code, or a new one"


def load_registry(name: str, *, actor, now: datetime, dry_run: bool = False) -> Outcome:
    """Load a shipped registry: its divisions, and the usual centre of each township and village.

    Loading again changes nothing. Raises NotFound for a name that does not ship.
    """
    about = registry.registries().get(name)
    if about is None:
        raise NotFound(f"{name}: registries that ship are {', '.join(registry.registries())}")
    shipped = list(registry.rows(about["divisions"]))
    with write() as trail:
        known = {each.code for each in Division.select(Division.code).where(*_same_source(about))}
        rows = [row for row in shipped if row["division_code"] not in known]
        added, all_centres = (sum(row["level"] in WITH_CENTRES for row in some) for some in (rows, shipped))
        if rows and not dry_run:
            _insert_usual_centres(rows, about, _insert_divisions(rows, about))
            trail.record("centres.load-registry", name, actor=actor, at=now, detail={"centres": added})
        else:
            trail.nothing()
    return Outcome(divisions=len(rows), added=added, unchanged=all_centres - added)


def _same_source(about: dict):
    return Division.scheme == about["scheme"], Division.edition == about["edition"]


def _insert_divisions(rows: list[dict], about: dict) -> dict[str, int]:
    ids = {each.code: each.id for each in Division.select(Division.id, Division.code).where(*_same_source(about))}
    for level in ("prefecture", "county", "township", "village"):
        values = [
            {
                "scheme": about["scheme"],
                "edition": about["edition"],
                "code": row["division_code"],
                "name": row["name"],
                "level": level,
                "parent": ids.get(row["parent_code"]),
                "traits": about["traits"],
                "bounds": about.get("bounds"),
            }
            for row in rows
            if row["level"] == level
        ]
        for chunk in peewee.chunked(values, CHUNK):
            Division.insert_many(chunk).execute()
        found = Division.select(Division.id, Division.code).where(Division.level == level, *_same_source(about))
        ids |= {each.code: each.id for each in found}
    return ids


def _insert_usual_centres(rows: list[dict], about: dict, ids: dict[str, int]) -> None:
    points = {row["division_code"]: row for row in registry.rows(about["points"])} if "points" in about else {}
    values = [
        _usual_centre(row, about, ids, points.get(row["division_code"])) for row in rows if row["level"] in WITH_CENTRES
    ]
    for chunk in peewee.chunked(values, CHUNK):
        Centre.insert_many(chunk).execute()


def _usual_centre(row: dict, about: dict, ids: dict[str, int], point: dict | None) -> dict:
    code, level = row["division_code"], row["level"]
    name = registry.usual_name(row["name"], level)
    shown = code in about["demonstration"]
    return {
        "id": registry.centre_id(about["scheme"], code, level),
        "division": ids[code],
        "county": ids[code[:6]],
        "township": ids[code[:9]],
        "level": level,
        "code": code,
        "name": name,
        "spelling": spelling(name),
        "tier": "demonstration" if shown else "standard",
        "demonstration": shown,
        "status": "active",
        "lat": float(point["lat"]) if point else None,
        "lon": float(point["lon"]) if point else None,
        "point_datum": "WGS-84" if point else None,
        "point_source": f"{about['points_source']} {point['geonames_id']}" if point else None,
        "point_confidence": "unverified" if point else None,
    }


def import_centres(path: Path, *, dry_run: bool, actor, now: datetime) -> Outcome:
    """Add and change centres from a table whose columns are named as ours; see `import_rows`."""
    rows = imports.read(path)
    source = Source(path.name, hashlib.sha256(path.read_bytes()).hexdigest())
    return import_rows(rows, source, dry_run=dry_run, actor=actor, now=now)


@dataclass(frozen=True)
class Source:
    """The file that rows come from, and whether each that may be another centre under a new name must say so."""

    name: str
    digest: str
    all_decided: bool = False


def import_rows(rows: list[tuple], source: Source, *, dry_run: bool, actor, now: datetime) -> Outcome:
    """Add and change centres from (number, cells by column); `matching` says which centre a row means.

    With one bad row nothing is stored: ValidationError lists every fault as `/row/column`. A dry run stores
    nothing in any case and says what would happen.
    """
    good, faults = imports.checked(rows)
    if dry_run:
        with snapshot():
            return Plan(good, faults).outcome
    with write() as trail:
        plan = Plan(good, faults)
        if source.all_decided:
            plan.outcome.faults |= {f"/{each.number}/name": UNDECIDED for each in plan.outcome.proposals}
        if plan.outcome.faults:
            raise ValidationError("nothing was imported", errors=plan.outcome.faults)
        if not (plan.outcome.added or plan.outcome.changed):
            trail.nothing()
            return plan.outcome
        try:
            plan.apply()
        except peewee.IntegrityError as error:
            raise DuplicateCentre("somebody else imported the same centre meanwhile; nothing was imported") from error
        detail = plan.told() | {"file": source.digest}
        trail.record("centres.import", source.name[:100], actor=actor, at=now, detail=detail)
    return plan.outcome


def keep_table(name: str, raw: bytes, *, actor, now: datetime) -> str:
    """Keep a table for a day while its sender looks at what it would do; its digest. What others left is forgotten.

    Raises ValidationError for what is no table at all.
    """
    for _, lines in imports.tables_of(raw, name):
        next(lines, None)
    digest = hashlib.sha256(raw).hexdigest()
    row = {"digest": digest, "account": actor.id, "name": name[:200], "packed": tables.packed(raw), "sent_at": now}
    with write() as trail:
        forget_tables(now - tables.KEPT)
        CentreTable.delete().where(CentreTable.digest == digest, CentreTable.account == actor.id).execute()
        CentreTable.create(**row)
        trail.nothing()  # of the registry
    return digest


def forget_tables(before: datetime) -> int:
    """Forget the tables that were sent before then: their senders have looked at them long enough."""
    return CentreTable.delete().where(CentreTable.sent_at < before).execute()


def learn_point(centre: Centre, position: tuple[float, float], *, source: str) -> dict:
    """Give a centre the point (WGS-84) that visits taught; inside the caller's transaction, which writes its line.

    Returns the point that stood before, for that line to keep.
    """
    before = {name: getattr(centre, name) for name in ("lat", "lon", "point_datum", "point_source")}
    before["point_confidence"] = centre.point_confidence
    centre.lat, centre.lon = position
    centre.point_datum, centre.point_source, centre.point_confidence = "WGS-84", source, "learnt"
    centre.save(only=[Centre.lat, Centre.lon, Centre.point_datum, Centre.point_source, Centre.point_confidence])
    return before
